//! An organization of any size with a package for it and what is deployed there, the same bytes every time.
//!
//! The first unit is `Pool` with half of the others below it, so that paths nest. Nine stack sets of ten are
//! aimed at the whole organization, the tenth at a tenth of the units. Some are not quite as the manifest wants
//! them.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::place;

/// How large everything is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub accounts: usize,
    pub units: usize,
    pub stack_sets: usize,
}

/// Regions of every stack set.
const REGIONS: [&str; 5] = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2"];

/// Writes `package/`, `organization.json` and `deployed.json` below `folder`.
pub fn write(folder: &Path, size: Size) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let package = folder.join("package");
    fs::create_dir_all(place(&package, "templates"))?;
    for stack_set in 0..size.stack_sets {
        fs::write(place(&package, &format!("templates/s{stack_set:04}.yaml")), template(stack_set))?;
    }
    fs::write(place(&package, "manifest.yaml"), manifest(size))?;
    fs::write(folder.join("organization.json"), organization(size))?;
    fs::write(folder.join("deployed.json"), deployed(size))
}

fn template(stack_set: usize) -> String {
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nDescription: Component {stack_set}.\nParameters:\n  Size:\n    \
         Type: String\nResources:\n  Vault:\n    Type: AWS::Backup::BackupVault\n    DeletionPolicy: Retain\n    \
         Properties:\n      BackupVaultName: component-{stack_set}\n"
    )
}

fn manifest(size: Size) -> String {
    let mut text = String::from(
        "region: eu-central-1\nversion: 2021-03-15\nenable_stack_set_deletion: true\nresources:\n",
    );
    for stack_set in 0..size.stack_sets {
        let _ = write!(
            text,
            "  - name: component-{stack_set:04}\n    resource_file: templates/s{stack_set:04}.yaml\n    \
             deploy_method: stack_set\n    parameters:\n      - parameter_key: Size\n        \
             parameter_value: small\n    deployment_targets:\n      organizational_units:\n"
        );
        if stack_set % 10 == 1 {
            for unit in 0..size.units / 10 {
                let _ = writeln!(text, "        - {}", path(unit));
            }
        } else {
            text.push_str("        - Root\n");
        }
        text.push_str("    regions:\n");
        for region in REGIONS {
            let _ = writeln!(text, "      - {region}");
        }
    }
    text
}

/// Even units are below `Pool`, which is unit 0.
pub fn path(unit: usize) -> String {
    match unit {
        0 => "Pool".to_owned(),
        unit if unit.is_multiple_of(2) => format!("Pool:Unit{unit}"),
        unit => format!("Unit{unit}"),
    }
}

fn account_id(account: usize) -> String {
    format!("{:012}", 200_000_000_000_u64 + account as u64)
}

fn unit_id(unit: usize) -> String {
    format!("ou-bnch-{unit:08}")
}

pub fn organization(size: Size) -> String {
    let mut text = String::from(
        "{\"management_account_id\":\"100000000001\",\"root_id\":\"r-bnch\",\"home_region\":\"eu-central-1\",\n\
         \"organizational_units\":[",
    );
    for unit in 0..size.units {
        let comma = if unit == 0 { "" } else { "," };
        let name = path(unit);
        let (parent, name) = match name.split_once(':') {
            Some((_, name)) => (unit_id(0), name),
            None => ("r-bnch".to_owned(), name.as_str()),
        };
        let _ = write!(
            text,
            "{comma}\n{{\"id\":\"{}\",\"name\":\"{name}\",\"parent\":\"{parent}\"}}",
            unit_id(unit)
        );
    }
    text.push_str(
        "],\n\"accounts\":[\n{\"id\":\"100000000001\",\"name\":\"management\",\"status\":\"ACTIVE\",\"parent\":\"r-bnch\"}",
    );
    for account in 0..size.accounts {
        let _ = write!(
            text,
            ",\n{{\"id\":\"{}\",\"name\":\"account-{account}\",\"status\":\"ACTIVE\",\"parent\":\"{}\"}}",
            account_id(account),
            unit_id(account % size.units)
        );
    }
    let _ = write!(
        text,
        "],\n\"baseline_stack_set\":{{\"name\":\"AWSControlTowerBP-BASELINE-CONFIG\",\"accounts\":{},\
         \"regions\":[\"eu-central-1\"]}}}}\n",
        list((0..size.accounts).filter(|account| size.enrols(*account)).map(account_id))
    );
    text
}

impl Size {
    /// The accounts of the last unit have left Control Tower.
    fn enrols(self, account: usize) -> bool {
        account % self.units != self.units - 1
    }
}

/// Of ten stack sets, one lacks an account, one has other parameters, and one is still in accounts that have
/// left.
fn deployed(size: Size) -> String {
    let wanted = |account: &usize| size.enrols(*account);
    let aimed_at = |account: &usize| account % size.units < size.units / 10;
    let groups = [
        ("some", list((0..size.accounts).filter(aimed_at).map(account_id))),
        ("all", list((0..size.accounts).filter(wanted).map(account_id))),
        ("all-but-one", list((1..size.accounts).filter(wanted).map(account_id))),
        ("lost", list((0..size.accounts).filter(|account| !wanted(account)).map(account_id))),
    ];
    let groups = groups.map(|(name, accounts)| format!("\"{name}\":{accounts}")).join(",\n");
    let regions = list(REGIONS.map(str::to_owned));
    let mut text = format!("{{\"account_groups\":{{\n{groups}}},\n\"policies\":[],\n\"stack_sets\":[");
    for stack_set in 0..size.stack_sets {
        let comma = if stack_set == 0 { "" } else { "," };
        let group = match stack_set % 10 {
            1 => "some",
            3 => "all-but-one",
            _ => "all",
        };
        let lost = if stack_set % 10 == 7 {
            format!(",{{\"account_group\":\"lost\",\"regions\":{regions}}}")
        } else {
            String::new()
        };
        let size = if stack_set % 10 == 5 { "large" } else { "small" };
        let _ = write!(
            text,
            "{comma}\n{{\"name\":\"CustomControlTower-component-{stack_set:04}\",\"template_body\":\"{}\",\
             \"parameters\":{{\"Size\":\"{size}\"}},\"tags\":{{\"AWS_Solutions\":\"CustomControlTowerStackSet\"}},\
             \"last_operation\":\"SUCCEEDED\",\
             \"instances\":[{{\"account_group\":\"{group}\",\"regions\":{regions}}}{lost}]}}",
            template(stack_set).replace('"', "\\\"").replace('\n', "\\n")
        );
    }
    text.push_str("]}\n");
    text
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("\"{item}\"")).collect();
    format!("[{}]", items.join(","))
}
