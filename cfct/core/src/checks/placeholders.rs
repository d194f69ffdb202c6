//! Placeholders that were left in.

use super::{Context, helpers};
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::words;

crate::codes! {
    /// `REPLACE_ME`, `<your-bucket>`, `${VPC_ID}`.
    LEFT_IN = "placeholder-left", Warning, Silent,
        "a placeholder was left in",
        "CfCT replaces nothing but its own helpers, so the placeholder is deployed as text";
}

/// Words for which somebody meant to put another one, whatever their case.
const WORDS: [&str; 6] = ["replaceme", "changeme", "replace_me", "change_me", "replace-me", "change-me"];
/// The same, in capitals only.
const CAPITALS: [&str; 4] = ["TODO", "FIXME", "TBD", "XXX"];
/// As many letters `x` in a row mean "some id".
const ROW_OF_X: usize = 6;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for (text, node) in texts(manifest) {
        findings.extend(left_in(text, node));
    }
    for value in context.stack_sets.iter().flat_map(|stack_set| helpers::values(&stack_set.parameters)) {
        findings.extend(left_in(value.text, value.node));
    }
}

/// The texts of the manifest that no other check looks up anywhere.
fn texts<'m>(manifest: &'m Manifest<'m>) -> impl Iterator<Item = (&'m str, NodeRef<'m>)> {
    manifest.resources.iter().flat_map(|resource| {
        let exported = resource.export_outputs.iter().filter_map(|output| output.name.as_ref());
        let targets = resource.organizational_units.iter().chain(&resource.accounts);
        targets.chain(exported).map(|text| (text.value, text.node))
    })
}

fn left_in(text: &str, node: NodeRef<'_>) -> Option<Finding> {
    let placeholder = placeholder(text)?;
    let shown = words::excerpt(placeholder);
    let finding = Finding::new(&LEFT_IN, &node, format!("the placeholder `{shown}` was left in"));
    Some(if placeholder.starts_with("{{") {
        finding.help("put the value in; CfCT renders only `*.j2` files of add-ons")
    } else if placeholder.starts_with("${") {
        finding.help(
            "put the value in; CfCT knows no variables, and CloudFormation none in the value of a parameter",
        )
    } else {
        finding.help("put the value in")
    })
}

/// The first placeholder in a text.
fn placeholder(text: &str) -> Option<&str> {
    enclosed(text, "<", ">")
        .filter(|found| is_words(found.trim_matches(['<', '>'])))
        .or_else(|| {
            enclosed(text, "${", "}")
                .filter(|found| !found.starts_with("${aws:") && !found.contains("alfred_"))
        })
        .or_else(|| enclosed(text, "{{", "}}").filter(|found| !found.starts_with("{{resolve:")))
        .or_else(|| enclosed(text, "[custom:", "]"))
        .or_else(|| text.split(|c: char| !is_word(c)).find(|word| is_placeholder(word)))
}

fn enclosed<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let start = text.find(open)?;
    let inside = start + open.len();
    let length = text.get(inside..)?.find(close)?;
    text.get(start..inside + length + close.len()).filter(|_| length > 0)
}

fn is_words(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| is_word(c) || c == ' ' || c == '.')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn is_placeholder(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let row = lower
        .as_bytes()
        .chunk_by(|a, b| a == b)
        .any(|run| run.len() >= ROW_OF_X && run.first() == Some(&b'x'));
    row || WORDS.contains(&lower.as_str())
        || CAPITALS.contains(&word)
        || lower.starts_with("your-")
        || lower.starts_with("your_")
        || word == "000000000000"
}

#[cfg(test)]
mod tests {
    use super::{check, placeholder};
    use crate::checks::testing::{found, v2};

    #[test]
    fn placeholders_are_told_from_values() {
        for (text, expected) in [
            ("REPLACE_ME", Some("REPLACE_ME")),
            ("arn:aws:iam::changeme:role/x", Some("changeme")),
            ("TODO: ask network", Some("TODO")),
            ("<your-bucket>", Some("<your-bucket>")),
            ("<ACCOUNT_ID>.dkr", Some("<ACCOUNT_ID>")),
            ("your-bucket-name", Some("your-bucket-name")),
            ("vpc-xxxxxxxx", Some("vpc-xxxxxxxx")),
            ("000000000000", Some("000000000000")),
            ("[custom:template_bucket]", Some("[custom:template_bucket]")),
            ("${VPC_ID}", Some("${VPC_ID}")),
            ("{{ vpc_id }}", Some("{{ vpc_id }}")),
            ("{{resolve:ssm:/x}}", None),
            ("${aws:username}", None),
            ("$[alfred_ssm_/x]", None),
            ("todo-list", None),
            ("a < b > c", None),
            ("10 <= x", None),
            ("xxl", None),
            ("{{}}", None),
            ("yourself", None),
            ("Todo", None),
        ] {
            assert_eq!(placeholder(text), expected, "{text}");
        }
    }

    #[test]
    fn targets_exports_and_parameters_are_searched() {
        let manifest = v2(
            "  - name: a\n    description: <not deployed>\n    deploy_method: stack_set\n    parameter_file: parameters/p.json\n    deployment_targets:\n      accounts: [000000000000]\n      organizational_units: [<unit>]\n    export_outputs:\n      - name: /TODO/x\n        value: $[output_X]\n",
        );
        let file = "[{\"ParameterKey\": \"P\", \"ParameterValue\": \"a,CHANGEME\"}]";
        let found = found(check, &[("manifest.yaml", &manifest), ("parameters/p.json", file)]);
        let texts: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["<unit>", "000000000000", "/TODO/x", "\"a,CHANGEME\""]);
    }
}
