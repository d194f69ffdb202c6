//! Values that CfCT changes on the way, because YAML 1.1 takes a text for something else.

use super::Context;
use crate::document::{NodeRef, SequenceRef, Shape, Style, Value, surprise};
use crate::finding::{Finding, Level};
use crate::resolution::is_lost_zero;
use crate::words;

crate::codes! {
    /// A parameter value or an account that YAML 1.1 makes another text of.
    VALUE_CHANGES = "yaml-value-changes", Error, Silent,
        "YAML 1.1 takes an unquoted value for something else, and its text changes",
        "CfCT reads the manifest by YAML 1.1 and turns the result back into text, which is not what is written";
}

/// Where a value stands; decides what becomes of a changed one.
#[derive(Clone, Copy)]
enum Place {
    Parameter,
    Account,
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for resource in &manifest.resources {
        for value in resource.parameters.iter().filter_map(|parameter| parameter.value) {
            match value.shape() {
                Shape::Scalar(_) => findings.extend(finding(value, Place::Parameter)),
                Shape::Sequence(list) => {
                    let items = SequenceRef::items(list);
                    findings.extend(items.filter_map(|item| finding(item, Place::Parameter)));
                }
                // No value at all to CloudFormation, whatever is in it.
                Shape::Mapping(_) => {}
            }
        }
        findings.extend(resource.accounts.iter().filter_map(|account| finding(account.node, Place::Account)));
    }
}

fn finding(node: NodeRef<'_>, place: Place) -> Option<Finding> {
    let written = words::excerpt(node.scalar_text()?);
    let plain = node.style() == Some(Style::Plain) && node.tag().is_none();
    let (message, label) = if plain && is_lost_zero(node) {
        (format!("`{written}` becomes an empty text"), "CfCT takes the number zero for no value".to_owned())
    } else {
        let found = surprise(node)?;
        let label = if found.as_1_1 == found.as_1_2 {
            format!("read as {}", found.read_as)
        } else {
            format!("read as {}; YAML 1.2 has `{}`", found.read_as, found.as_1_2)
        };
        (format!("`{written}` becomes `{}`", found.as_1_1), label)
    };
    // `yes` may well be meant as true; a number that is another number never is.
    let harmless = matches!(node.value(), Some(Value::Bool(_))) && matches!(place, Place::Parameter);
    let help = match place {
        Place::Parameter => "put the value in quotes",
        Place::Account => "put the account in quotes; as it is, CfCT looks for an account of another name",
    };
    let finding = Finding::new(&VALUE_CHANGES, &node, message).label(label).help(help);
    let finding = if harmless { finding.level(Level::Warning) } else { finding };
    // The alias of an anchored value is mended where the value is written.
    Some(if node.is_alias() {
        finding
    } else {
        finding.fix("put it in quotes", node.span(), words::quoted(node.source_text()))
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{findings, fixed, v2};
    use crate::finding::Level;

    fn with_value(value: &str) -> String {
        v2(&format!(
            "  - name: a\n    deploy_method: stack_set\n    parameters:\n      - parameter_key: P\n        parameter_value: {value}\n"
        ))
    }

    fn with_account(account: &str) -> String {
        v2(&format!("  - name: a\n    deployment_targets:\n      accounts:\n        - {account}\n"))
    }

    /// The level and message of each finding in a manifest.
    fn found(manifest: &str) -> Vec<(Level, String)> {
        let found = findings(check, &[("manifest.yaml", manifest)]);
        found.into_iter().map(|finding| (finding.level, finding.message)).collect()
    }

    #[test]
    fn parameter_values_that_change_are_found() {
        for (value, level, message) in [
            ("1.10", Level::Error, "`1.10` becomes `1.1`"),
            ("012", Level::Error, "`012` becomes `10`"),
            ("0x1F", Level::Error, "`0x1F` becomes `31`"),
            ("12:30:45", Level::Error, "`12:30:45` becomes `45045`"),
            ("0", Level::Error, "`0` becomes an empty text"),
            ("yes", Level::Warning, "`yes` becomes `true`"),
            ("[a, 012]", Level::Error, "`012` becomes `10`"),
        ] {
            assert_eq!(found(&with_value(value)), [(level, message.to_owned())], "{value}");
        }
    }

    #[test]
    fn values_that_stay_what_they_are_are_left_alone() {
        for value in
            ["12", "1.5", "true", "1e3", "2021-03-15", "'012'", "text", "10.0.0.0/16", "[a, b]", "{a: 012}"]
        {
            assert_eq!(found(&with_value(value)), [], "{value}");
        }
    }

    #[test]
    fn an_account_id_that_turns_octal_is_another_number() {
        let octal = (Level::Error, "`012345670123` becomes `1402433619`".to_owned());
        assert_eq!(found(&with_account("012345670123")), [octal]);
        // Unquoted, but the same text after all: CfCT finds the account (`unquoted_account_id`).
        assert_eq!(found(&with_account("806732047944")), []);
        assert_eq!(found(&with_account("035912345678")), []);
        let named = (Level::Error, "`on` becomes `true`".to_owned());
        assert_eq!(found(&with_account("on")), [named]);
    }

    #[test]
    fn the_fix_puts_the_value_in_quotes() {
        let manifest = with_value("012 # code");
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(fixed(&found[0]), with_value("'012' # code"));
    }
}
