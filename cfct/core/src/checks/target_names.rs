//! Names of organizational units and accounts that can match nothing, whatever the organization looks like.

use super::{Context, targets};
use crate::aws::{AccountId, OuPath, is_ou_id, is_root_id};
use crate::document::Value;
use crate::finding::{Finding, Level, Stage};
use crate::manifest::{DeployMethod, Resource, Text};
use crate::organization::Organization;
use crate::words;

crate::codes! {
    /// An id where CfCT wants a name.
    UNIT_ID = "ou-id-as-name", Error, Silent,
        "an organizational unit is named by its id",
        "CfCT compares the text with the names of units, so an id matches nothing and falls out";
    /// A path that no organizational unit can have.
    UNIT_UNMATCHABLE = "ou-path-unmatchable", Error, Silent,
        "the path of an organizational unit can match none",
        "CfCT matches names exactly and level by level from the root's children down";
    /// Blanks or empty parts that CfCT removes.
    UNIT_NOT_PLAIN = "ou-path-not-plain", Note, Advice,
        "the path of an organizational unit has blanks or empty parts",
        "CfCT strips the parts of a path and drops empty ones, but not those of a name without a colon";
    /// Digits that are no account id.
    ACCOUNT_UNMATCHABLE = "account-unmatchable", Error, Silent,
        "an account is neither a twelve-digit id nor a name",
        "CfCT takes anything but twelve digits for the name of an account, and drops a name that it does not find";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for resource in &manifest.resources {
        match resource.method {
            DeployMethod::Unknown => continue,
            DeployMethod::StackSet => {
                findings.extend(resource.accounts.iter().filter_map(|account| self::account(*account)));
            }
            // The accounts of a policy are ignored, whatever they are.
            DeployMethod::Scp | DeployMethod::Rcp => {}
        }
        for unit in &resource.organizational_units {
            let finding = self::unit(resource, *unit);
            findings.extend(finding.map(|finding| named(finding, *unit, context.organization)));
        }
    }
}

pub(super) fn unit(resource: &Resource<'_>, unit: Text<'_>) -> Option<Finding> {
    let written = unit.value;
    if unit.node.value() == Some(Value::Null) || written == OuPath::ROOT {
        return None;
    }
    let shown = words::excerpt(written);
    let parts: Vec<&str> = OuPath::parts_of(written).collect();
    let plain = parts.join(":");
    let unmatchable = |message: String| Finding::new(&UNIT_UNMATCHABLE, &unit.node, message);
    match parts.as_slice() {
        // A blank without a colon is an empty item; `targets` reports it.
        [] => written.contains(':').then(|| {
            unmatchable(format!("`{shown}` names no organizational unit"))
                .stage(targets::stage_of(resource))
                .help("name the units on the way from the root, separated by `:`")
        }),
        [only] if is_ou_id(only) || is_root_id(only) => Some(
            Finding::new(&UNIT_ID, &unit.node, format!("`{shown}` is the id of an organizational unit"))
                .help("write its path: the names on the way from the root, separated by `:`"),
        ),
        [only] if only.eq_ignore_ascii_case(OuPath::ROOT) => {
            Some(unmatchable(format!("`{shown}` is not the root")).help("write `Root`, exactly").fix(
                "write `Root`",
                unit.node.span(),
                OuPath::ROOT,
            ))
        }
        [first, rest @ ..] if !rest.is_empty() && first.eq_ignore_ascii_case(OuPath::ROOT) => {
            let stage =
                if resource.method == DeployMethod::StackSet { Stage::StackSet } else { Stage::Silent };
            let plain = rest.join(":");
            Some(
                unmatchable(format!("CfCT looks for a unit called `{first}` below the root"))
                    .stage(stage)
                    .help(format!("start with the root's child: `{}`", words::excerpt(&plain)))
                    .fix("start with the root's child", unit.node.span(), yaml(&plain)),
            )
        }
        // A name without a colon is compared as it is by the stack set's parser, and stripped by the policies'.
        [only]
            if written.trim() != written
                && !written.contains(':')
                && resource.method == DeployMethod::StackSet =>
        {
            Some(
                unmatchable(format!("`{shown}` starts or ends with a blank"))
                    .help("remove the blank: the name of a top-level unit is compared as it is")
                    .fix("remove the blank", unit.node.span(), yaml(only)),
            )
        }
        [only] if only.contains('/') && !only.contains(' ') => Some(
            unmatchable(format!("`{shown}` is the name of one unit, not a path")).level(Level::Warning).help(
                format!(
                    "levels are separated by `:`, so a path would be `{}`",
                    words::excerpt(&only.replace('/', ":"))
                ),
            ),
        ),
        _ if plain != written => Some(
            Finding::new(
                &UNIT_NOT_PLAIN,
                &unit.node,
                format!("`{shown}` is read as `{}`", words::excerpt(&plain)),
            )
            .help(format!("write `{}`", words::excerpt(&plain)))
            .fix("write the plain path", unit.node.span(), yaml(&plain)),
        ),
        _ => None,
    }
}

/// Where an organization is given, it knows the path of a unit that is named by its id.
fn named(finding: Finding, unit: Text<'_>, organization: Option<&Organization>) -> Finding {
    let place = organization.and_then(|organization| {
        let index = organization.unit_by_id(unit.value.trim())?;
        Some(organization.path(index).to_string())
    });
    match place.filter(|_| finding.code == &UNIT_ID) {
        Some(path) => {
            let help = format!("write its path: `{path}`");
            finding.help(help).fix("write its path", unit.node.span(), yaml(&path))
        }
        None => finding,
    }
}

/// The text as YAML: plain where it cannot be anything but a text, quoted otherwise.
pub(super) fn yaml(text: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':');
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.chars().all(harmless)
        && (text.contains(':') || text.len() > 5);
    if plain { text.to_owned() } else { words::quoted(text) }
}

pub(super) fn account(account: Text<'_>) -> Option<Finding> {
    let written = account.value.trim();
    let shown = words::excerpt(written);
    let finding = |message: String| Finding::new(&ACCOUNT_UNMATCHABLE, &account.node, message);
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let separated = !written.is_empty()
        && written.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '_' | '.'));
    if AccountId::is_id(written) || written.is_empty() {
        return None;
    }
    if is_ou_id(written) || is_root_id(written) {
        return Some(
            finding(format!("`{shown}` is the id of an organizational unit"))
                .help("move it to `organizational_units`, as a path of names"),
        );
    }
    if separated && AccountId::is_id(&digits) {
        return Some(
            finding(format!("`{shown}` is not written as an account id"))
                .help("write the twelve digits alone, in quotes")
                .fix("write the id", account.node.span(), words::quoted(&digits)),
        );
    }
    if separated && digits.len() == written.len() && digits.len() >= 8 {
        let help = match digits.len() {
            0..AccountId::DIGITS => "look the id up: leading zeros may have been lost on the way",
            _ => "look the id up: it has too many digits",
        };
        let message =
            format!("`{shown}` has {} digits, and an account id has {}", digits.len(), AccountId::DIGITS);
        return Some(finding(message).help(help));
    }
    let is_arn = written.starts_with("arn:");
    let is_email = written.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    (is_arn || is_email).then(|| {
        let kind = if is_arn { "an ARN" } else { "an e-mail address" };
        let level = if is_arn { Level::Error } else { Level::Warning };
        finding(format!("`{shown}` is {kind}"))
            .level(level)
            .help("write the account's id, in quotes, or its name")
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{codes_of, findings, fixed, found_in_organization, v2};
    use crate::finding::{Level, Stage};

    fn aimed(method: &str, key: &str, item: &str) -> String {
        format!("  - name: a\n    deploy_method: {method}\n    deployment_targets:\n      {key}: [{item}]\n")
    }

    #[test]
    fn units_that_no_organization_can_have_are_found() {
        for (unit, stack_set, scp) in [
            ("Workloads:Prod", None, None),
            ("Root", None, None),
            ("ou-92bx-db958t3a", Some("ou-id-as-name"), Some("ou-id-as-name")),
            ("r-92bx", Some("ou-id-as-name"), Some("ou-id-as-name")),
            ("root", Some("ou-path-unmatchable"), Some("ou-path-unmatchable")),
            ("'Root:Workloads'", Some("ou-path-unmatchable"), Some("ou-path-unmatchable")),
            ("':'", Some("ou-path-unmatchable"), Some("ou-path-unmatchable")),
            ("Workloads/Prod", Some("ou-path-unmatchable"), Some("ou-path-unmatchable")),
            ("'Policy / Staging'", None, None),
            ("'Workloads '", Some("ou-path-unmatchable"), Some("ou-path-not-plain")),
            ("'Workloads : Prod'", Some("ou-path-not-plain"), Some("ou-path-not-plain")),
            ("'Workloads::Prod'", Some("ou-path-not-plain"), Some("ou-path-not-plain")),
        ] {
            for (method, code) in [("stack_set", stack_set), ("scp", scp)] {
                let codes = codes_of(check, &aimed(method, "organizational_units", unit));
                assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{method} {unit}");
            }
        }
    }

    #[test]
    fn an_organization_turns_the_id_of_a_unit_into_its_path() {
        let manifest = |unit: &str| v2(&aimed("stack_set", "organizational_units", unit));
        let found =
            found_in_organization(check, &manifest("ou-92bx-b2cmhq2x, ou-92bx-00000000, r-92bx"), |_| {});
        assert_eq!(found[0].help.as_deref(), Some("write its path: `Workloads:Prod`"));
        assert_eq!(fixed(&found[0]), manifest("Workloads:Prod, ou-92bx-00000000, r-92bx"));
        assert!(found[1].fix.is_none());
        assert_eq!(fixed(&found[2]), manifest("ou-92bx-b2cmhq2x, ou-92bx-00000000, 'Root'"));
    }

    #[test]
    fn a_path_from_the_root_loses_the_root() {
        let manifest = v2(&aimed("stack_set", "organizational_units", "'Root:Workloads:Prod'"));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(found[0].stage, Stage::StackSet);
        assert_eq!(fixed(&found[0]), v2(&aimed("stack_set", "organizational_units", "Workloads:Prod")));
    }

    #[test]
    fn names_that_yaml_would_change_stay_in_quotes() {
        let manifest = v2(&aimed("stack_set", "organizational_units", "' No '"));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(fixed(&found[0]), v2(&aimed("stack_set", "organizational_units", "'No'")));
    }

    #[test]
    fn accounts_are_twelve_digits_or_a_name() {
        for (account, level) in [
            ("'012345678901'", None),
            ("123456789012", None),
            ("log archive", None),
            ("prod-2", None),
            ("'1234'", None),
            ("'1234-5678-9012'", Some(Level::Error)),
            ("'12345678901'", Some(Level::Error)),
            ("'1234567890123'", Some(Level::Error)),
            ("ou-92bx-db958t3a", Some(Level::Error)),
            ("arn:aws:organizations::1:account/o-1/2", Some(Level::Error)),
            ("audit@example.com", Some(Level::Warning)),
        ] {
            let manifest = v2(&aimed("stack_set", "accounts", account));
            let levels: Vec<_> = findings(check, &[("manifest.yaml", &manifest)])
                .iter()
                .map(|finding| finding.level)
                .collect();
            assert_eq!(levels, level.into_iter().collect::<Vec<_>>(), "{account}");
        }
    }

    #[test]
    fn an_id_with_hyphens_is_written_out() {
        let manifest = v2(&aimed("stack_set", "accounts", "0234-5678-9012"));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(fixed(&found[0]), v2(&aimed("stack_set", "accounts", "'023456789012'")));
    }
}
