//! Zeros that never reach CloudFormation.

use super::Context;
use crate::finding::Finding;
use crate::manifest::{DeployMethod, Resource};
use crate::resolution::is_lost_zero;
use crate::words;

crate::codes! {
    /// `parameter_value: 0`
    LOST_ZERO = "parameter-lost-zero", Error, Silent,
        "an unquoted zero becomes an empty text",
        "the library that types CfCT's manifest (yorm) takes every number that Python takes for false as empty";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let stack_sets = manifest.resources.iter().filter(|resource| resource.method == DeployMethod::StackSet);
    findings.extend(stack_sets.flat_map(of_resource));
}

fn of_resource(resource: &Resource<'_>) -> impl Iterator<Item = Finding> {
    let given = resource.parameters.iter().filter_map(|parameter| Some((parameter.key, parameter.value?)));
    given.filter(|(_, value)| is_lost_zero(*value)).map(|(key, value)| {
        let key = words::excerpt(key.map_or("", |key| key.value));
        let written = value.target().source_text();
        let message = format!("`{key}` is sent as an empty text, not as `{}`", words::excerpt(written));
        let finding = Finding::new(&LOST_ZERO, &value, message).help("put the number in quotes");
        // An alias would take the quotes from another place.
        if value.is_alias() || value.tag().is_some() {
            return finding;
        }
        finding.fix("quote the number", value.span(), words::quoted(written))
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{findings, fixed, v2};

    fn manifest(value: &str) -> String {
        v2(&format!(
            "  - name: a\n    deploy_method: stack_set\n    parameters:\n      - parameter_key: Days\n        \
             parameter_value: {value}\n"
        ))
    }

    #[test]
    fn every_number_that_is_zero_is_lost_and_nothing_else() {
        for (value, lost) in [
            ("0", true),
            ("0.0", true),
            ("0x0", true),
            ("-0", true),
            ("'0'", false),
            ("1", false),
            ("false", false),
            ("~", false),
            ("[0]", false),
        ] {
            let found = findings(check, &[("manifest.yaml", &manifest(value))]);
            assert_eq!(found.len(), usize::from(lost), "{value}");
        }
    }

    #[test]
    fn quotes_save_a_zero() {
        let found = findings(check, &[("manifest.yaml", &manifest("0 # days"))]);
        assert_eq!(found[0].message, "`Days` is sent as an empty text, not as `0`");
        assert_eq!(fixed(&found[0]), manifest("'0' # days"));
    }
}
