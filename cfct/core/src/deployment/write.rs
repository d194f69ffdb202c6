//! A deployment as the table `[deployment]` of `cfct.toml`, with what a person has to know to change it.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{AccountAnswer, AccountRole, Deployment, Group, Tier};
use crate::aws::OuPath;

/// The table, from its comment to its last line.
#[must_use]
pub fn write(deployment: &Deployment) -> String {
    let mut text = String::new();
    for part in [general, organization, accounts, retention, identity_center] {
        let part = part(deployment);
        if !part.is_empty() && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&part);
    }
    text
}

fn general(deployment: &Deployment) -> String {
    let answers = deployment.answers();
    let mut text = "# What is of this organization only. Change it here and run `cfct init --update`, which carries it into the\n\
                    # manifest, the parameters, the policies and their tests.\n\
                    [deployment]\n\
                    # Of single-account, organization, landing-zone and bunker; the last three build on each other.\n"
        .to_owned();
    let architectures: Vec<String> = answers.architectures.iter().map(|one| quoted(one.word())).collect();
    let _ = writeln!(text, "architectures = [{}]", architectures.join(", "));
    if let Some(region) = &answers.recovery_region {
        let _ = writeln!(
            text,
            "\n# Takes copies; `home-region` above has the central vaults.\nrecovery-region = {}",
            quoted(region)
        );
    }
    text.push_str(
        "\n# To CfCT a unit is the accounts directly inside it, so nested units are listed one by one.\n",
    );
    text.push_str(&units("backup-units", &answers.backup_units));
    if answers.spans_the_organization() {
        text.push_str("\n# Where the accounts are that hold vaults, keys and logs. They are guarded, and not backed up.\n");
        text.push_str(&units("vault-units", &answers.vault_units));
    }
    if let Some(unit) = &answers.central_unit {
        let _ = writeln!(
            text,
            "\n# Which of the units above the central backup account is in.\ncentral-unit = {}",
            quoted(&unit.to_string())
        );
    }
    if let Some(email) = &answers.notification_email {
        let _ = writeln!(
            text,
            "\n# Who is told of failures, tampering and break-glass.\nnotification-email = {}",
            quoted(email)
        );
    }
    text
}

fn units(key: &str, units: &BTreeSet<OuPath>) -> String {
    let mut text = format!("{key} = [\n");
    for unit in units {
        let _ = writeln!(text, "    {},", quoted(&unit.to_string()));
    }
    text.push_str("]\n");
    text
}

/// What names of units stand for. `init --organization FILE` looks it up.
fn organization(deployment: &Deployment) -> String {
    let answers = deployment.answers();
    let (Some(id), Some(root)) = (&answers.organization_id, &answers.root_id) else { return String::new() };
    let mut text = format!(
        "# Ids behind the names. `cfct init --organization FILE` looks them up, and says where they differ.\n\
         [deployment.organization]\nid = {}\nroot = {}\n\n[deployment.unit-ids]\n",
        quoted(id),
        quoted(root)
    );
    for (unit, id) in &answers.unit_ids {
        let _ = writeln!(text, "{} = {}", quoted(&unit.to_string()), quoted(id));
    }
    text
}

fn accounts(deployment: &Deployment) -> String {
    let accounts = &deployment.answers().accounts;
    if accounts.is_empty() {
        return String::new();
    }
    let mut text = "[deployment.accounts]\n".to_owned();
    for (role, account) in accounts {
        let AccountAnswer { name, id } = account;
        let fields = [("name", name), ("id", id)].into_iter();
        let fields: Vec<String> = fields
            .filter_map(|(key, value)| Some(format!("{key} = {}", quoted(value.as_deref()?))))
            .collect();
        if *role == AccountRole::KeyAdministrators {
            text.push_str("# Has the users who administer the keys.\n");
        }
        let _ = writeln!(text, "{} = {{ {} }}", role.word(), fields.join(", "));
    }
    text
}

fn retention(deployment: &Deployment) -> String {
    let mut text = "# The locks of the vaults follow: nothing shorter than the shortest, nothing longer than the longest.\n\
                    [deployment.retention-days]\n"
        .to_owned();
    for tier in Tier::ALL {
        let _ = writeln!(text, "{} = {}", tier.word(), deployment.days(*tier));
    }
    text
}

fn identity_center(deployment: &Deployment) -> String {
    let answers = deployment.answers();
    if !answers.spans_the_organization() {
        return String::new();
    }
    let mut text = "[deployment.identity-center]\n".to_owned();
    if let Some(instance) = &answers.identity_center {
        let _ = writeln!(text, "instance = {}", quoted(instance));
    }
    if let Some(mfa) = answers.mfa {
        let _ = writeln!(
            text,
            "# session: an identity provider vouches for MFA by a session tag; sign-in: Identity Center's own directory\n\
             # asks for it and tells nobody.\nmfa = {}",
            quoted(mfa.word())
        );
    }
    for group in Group::ALL {
        if let Some(id) = answers.groups.get(group) {
            let _ = writeln!(text, "{} = {}", group.word(), quoted(id));
        }
    }
    text
}

/// A text as a TOML basic string, which JSON's is but for a character that no terminal sends.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
