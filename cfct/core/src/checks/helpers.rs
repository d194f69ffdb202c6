//! `$[alfred_…]` in the values of stack parameters (`CFNParamsHandler._process_alfred_helper`).
//!
//! CfCT splits a value at its commas and looks at each part: one that starts with `$[` and ends with `]` is a
//! helper or, with any other word inside, becomes that word. Everything else is text, helpers in it included.

use super::Context;
use crate::document::{MappingRef, NodeRef, SequenceRef};
use crate::finding::{Finding, Level, Stage};
use crate::parameters::GivenParameters;
use crate::words::{self, nearest};

crate::codes! {
    /// `$[alfred_ssm_]`
    WITHOUT_NAME = "helper-without-name", Error, StackSet,
        "a helper reads an SSM parameter without a name",
        "CfCT reads the values of all resources before it starts the first one, so a single KeyError stops them all";
    /// `$[something]`
    UNKNOWN = "helper-unknown", Warning, Silent,
        "a value in `$[…]` is no helper that CfCT knows",
        "CfCT strips the brackets of a word that it does not know, and the stack gets the bare word";
    /// `prefix-$[alfred_ssm_/x]`
    EMBEDDED = "helper-embedded", Warning, Silent,
        "a helper is only a part of a value",
        "CfCT replaces whole values only, so the stack gets the helper as text";
    /// `$[alfred_genpass_16]` without a place for the password.
    UNUSABLE = "helper-unusable", Error, StackSet,
        "a helper fails whenever CfCT runs it",
        "CfCT runs the generating helpers of all resources before it starts the first one, so one that fails stops them all";
    /// `$[alfred_genkeypair]` without a place for the key's name.
    REGENERATED = "helper-regenerated", Warning, Silent,
        "a helper generates another value in each run",
        "without an SSM parameter to keep the value in, each run generates another one and updates every stack";
}

const SSM: &str = "alfred_ssm_";
const KEY_PAIR: &str = "alfred_genkeypair";
const PASSWORD: &str = "alfred_genpass_";
const ZONES: &str = "alfred_genaz_";
const KNOWN: [&str; 4] = [SSM, KEY_PAIR, PASSWORD, ZONES];
/// The Region with the most Availability Zones, us-east-1, has six.
const MOST_ZONES: i64 = 6;

/// A part of a parameter's value, as CfCT sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// Text that is sent as it is.
    Text(&'t str),
    /// `$[…]`, with what is inside.
    Keyword(&'t str),
}

impl<'t> Part<'t> {
    fn of(text: &'t str) -> Self {
        text.strip_prefix("$[")
            .and_then(|rest| rest.strip_suffix(']'))
            .map_or(Self::Text(text), Self::Keyword)
    }

    /// The SSM parameter that the part reads.
    pub(super) fn ssm_name(self) -> Option<&'t str> {
        match self {
            Self::Keyword(keyword) => keyword.strip_prefix(SSM).filter(|name| !name.is_empty()),
            Self::Text(_) => None,
        }
    }
}

/// The parts of a value: split at commas and stripped, or whole where there is none.
pub(super) fn parts(value: &str) -> impl Iterator<Item = Part<'_>> {
    let listed = value.contains(',');
    value.split(',').map(move |part| Part::of(if listed { part.trim() } else { part }))
}

/// A value of a stack parameter: a text, or an item of a list.
#[derive(Clone, Copy)]
pub(super) struct Value<'d> {
    pub key: &'d str,
    pub text: &'d str,
    pub node: NodeRef<'d>,
    /// The entry of a parameter file, which may say where generated values are kept.
    entry: Option<MappingRef<'d>>,
}

/// The texts among the given parameters.
pub(super) fn values<'d>(parameters: &GivenParameters<'d>) -> Vec<Value<'d>> {
    let mut values = Vec::with_capacity(parameters.entries.len());
    for given in &parameters.entries {
        let value = |node: NodeRef<'d>| {
            Some(Value { key: given.key, text: node.as_str()?, node, entry: given.entry })
        };
        match given.value_node.as_sequence() {
            Some(list) => values.extend(list.items().filter_map(value)),
            None => values.extend(value(given.value_node)),
        }
    }
    values
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for value in context.stack_sets.iter().flat_map(|stack_set| values(&stack_set.parameters)) {
        findings.extend(parts(value.text).filter_map(|part| match part {
            Part::Text(text) => embedded(value, text),
            Part::Keyword(keyword) => self::keyword(value, keyword),
        }));
    }
}

fn embedded(value: Value<'_>, text: &str) -> Option<Finding> {
    let at = text.find("$[alfred_").or_else(|| text.find("alfred_").filter(|_| !text.contains("$[")))?;
    let rest = text.get(at..)?;
    let is_helper = KNOWN.iter().any(|known| rest.trim_start_matches("$[").starts_with(known));
    is_helper.then(|| {
        let shown = words::excerpt(text);
        Finding::new(&EMBEDDED, &value.node, format!("`{}` gets the text `{shown}`, not a value", value.key))
            .help("write `$[…]` as the whole value, without a blank around it, and let the template join texts with `!Sub`")
    })
}

fn keyword(value: Value<'_>, keyword: &str) -> Option<Finding> {
    if keyword == SSM {
        let message = format!("the value of `{}` names no SSM parameter", value.key);
        return Some(
            Finding::new(&WITHOUT_NAME, &value.node, message)
                .help("write the name behind it: `$[alfred_ssm_/org/vpc-id]`"),
        );
    }
    if keyword.starts_with(SSM) {
        return None;
    }
    if keyword.starts_with(KEY_PAIR) {
        return unkept(value, "keyname");
    }
    if let Some(length) = keyword.strip_prefix(PASSWORD) {
        return password(value, length);
    }
    if let Some(count) = keyword.strip_prefix(ZONES) {
        return zones(value, count).or_else(|| unkept(value, "az"));
    }
    Some(unknown(value, keyword))
}

fn unknown(value: Value<'_>, keyword: &str) -> Finding {
    let shown = words::excerpt(keyword);
    let finding = Finding::new(&UNKNOWN, &value.node, format!("`{}` gets the text `{shown}`", value.key));
    let lower = keyword.to_ascii_lowercase();
    if lower.starts_with("output_") {
        return finding.level(Level::Error).help(
            "`$[output_…]` belongs into `export_outputs`; read what it exports with `$[alfred_ssm_<name>]`",
        );
    }
    let head_length = keyword.find(['/', ' ']).unwrap_or(keyword.len());
    let head = keyword.get(..head_length).unwrap_or(keyword).trim_end_matches(|c: char| c.is_ascii_digit());
    match nearest(head, KNOWN) {
        Some(known) => finding.level(Level::Error).help(format!("did you mean `$[{known}…]`?")),
        None => finding.help("leave the brackets out if the text is meant; CfCT's helpers are alfred_ssm_, alfred_genkeypair, alfred_genpass_ and alfred_genaz_"),
    }
}

/// Python's `int()`, as far as a manifest can mean it.
fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

fn password(value: Value<'_>, length: &str) -> Option<Finding> {
    let finding = |message: String| Finding::new(&UNUSABLE, &value.node, message);
    if !length.is_empty() && number(length).is_none() {
        let message = format!("`{}` is no length of a password", words::excerpt(length));
        return Some(finding(message).help("write a number: `$[alfred_genpass_32]`"));
    }
    // `random_password` joins the name of the SSM parameter to a text, and fails without one.
    (!is_kept(value, "password")).then(|| {
        finding(format!("there is no place to keep the password of `{}`", value.key)).help(
            "generate the secret in the template with AWS::SecretsManager::Secret, or use a parameter file whose entry has \"ssm_parameters\": [{\"name\": \"/…\", \"value\": \"$[password]\"}]",
        )
    })
}

fn zones(value: Value<'_>, count: &str) -> Option<Finding> {
    let problem = match number(count) {
        _ if count.is_empty() => return None,
        None => "is no number of Availability Zones",
        Some(count) if count < 0 => "is less than no Availability Zone",
        Some(count) if count > MOST_ZONES => "are more Availability Zones than any Region has",
        Some(_) => return None,
    };
    let message = format!("`{}` {problem}", words::excerpt(count));
    Some(
        Finding::new(&UNUSABLE, &value.node, message)
            .help("write a number that every Region of the stack set has"),
    )
}

fn unkept(value: Value<'_>, kept_as: &str) -> Option<Finding> {
    (!is_kept(value, kept_as)).then(|| {
        Finding::new(&REGENERATED, &value.node, format!("`{}` gets another value in each run", value.key))
            .stage(Stage::Silent)
            .help(format!(
                "use a parameter file whose entry has \"ssm_parameters\": [{{\"name\": \"/…\", \"value\": \"$[{kept_as}]\"}}], or choose a value yourself"
            ))
    })
}

/// Whether the entry of a parameter file names an SSM parameter for the generated value.
fn is_kept(value: Value<'_>, kept_as: &str) -> bool {
    let list = value.entry.and_then(|entry| entry.get("ssm_parameters")?.as_sequence());
    list.into_iter().flat_map(SequenceRef::items).filter_map(NodeRef::as_mapping).any(|item| {
        let named = item.get("name").and_then(NodeRef::as_str).is_some();
        let value = item.get("value").and_then(NodeRef::as_str).map(Part::of);
        named && matches!(value, Some(Part::Keyword(keyword)) if keyword.eq_ignore_ascii_case(kept_as))
    })
}

#[cfg(test)]
mod tests {
    use super::{Part, check, parts};
    use crate::checks::testing::{found, v2};
    use crate::finding::Level;

    fn inline(value: &str) -> String {
        v2(&format!(
            "  - name: a\n    deploy_method: stack_set\n    parameters:\n      - parameter_key: P\n        parameter_value: {value}\n"
        ))
    }

    #[test]
    fn a_value_is_split_at_commas_and_only_then_stripped() {
        for (value, expected) in [
            ("$[alfred_ssm_/a]", vec![Part::Keyword("alfred_ssm_/a")]),
            ("$[alfred_ssm_/a], $[x]", vec![Part::Keyword("alfred_ssm_/a"), Part::Keyword("x")]),
            (" $[x]", vec![Part::Text(" $[x]")]),
            ("pre$[x]", vec![Part::Text("pre$[x]")]),
            ("$[x]post", vec![Part::Text("$[x]post")]),
        ] {
            assert_eq!(parts(value).collect::<Vec<_>>(), expected, "{value}");
        }
    }

    #[test]
    fn values_in_the_manifest_are_checked_as_cfct_reads_them() {
        for (value, codes) in [
            ("$[alfred_ssm_/org/x]", &[][..]),
            ("$[alfred_ssm_/a],$[alfred_ssm_/b]", &[]),
            ("plain", &[]),
            ("12", &[]),
            ("$[alfred_ssm_]", &["helper-without-name"]),
            ("a,$[alfred_ssm_]", &["helper-without-name"]),
            ("['$[alfred_ssm_]', b]", &["helper-without-name"]),
            ("$[something]", &["helper-unknown"]),
            ("$[output_X]", &["helper-unknown"]),
            ("$[alfred_smm_/x]", &["helper-unknown"]),
            ("pre$[alfred_ssm_/x]", &["helper-embedded"]),
            ("$[alfred_ssm_/x]post", &["helper-embedded"]),
            ("' $[alfred_ssm_/x]'", &["helper-embedded"]),
            ("${alfred_ssm_/x}", &["helper-embedded"]),
            ("$[alfred_genpass_16]", &["helper-unusable"]),
            ("$[alfred_genpass_long]", &["helper-unusable"]),
            ("$[alfred_genaz_seven]", &["helper-unusable"]),
            ("$[alfred_genaz_7]", &["helper-unusable"]),
            ("$[alfred_genaz_3]", &["helper-regenerated"]),
            ("$[alfred_genaz_]", &["helper-regenerated"]),
            ("$[alfred_genkeypair]", &["helper-regenerated"]),
        ] {
            let manifest = inline(value);
            let codes_found: Vec<_> =
                found(check, &[("manifest.yaml", &manifest)]).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes_found, codes, "{value}");
        }
    }

    #[test]
    fn a_misspelt_helper_is_an_error_with_the_right_one() {
        for (value, level, help) in [
            ("$[alfred_smm_/x]", Level::Error, "did you mean `$[alfred_ssm_…]`?"),
            ("$[alfred_genpas_16]", Level::Error, "did you mean `$[alfred_genpass_…]`?"),
            ("$[Alfred_ssm_/x]", Level::Error, "did you mean `$[alfred_ssm_…]`?"),
            ("$[VpcId]", Level::Warning, "leave the brackets out"),
        ] {
            let manifest = inline(value);
            let found = crate::checks::testing::findings(check, &[("manifest.yaml", &manifest)]);
            assert_eq!(found[0].level, level, "{value}");
            assert!(found[0].help.as_ref().unwrap().starts_with(help), "{value}");
        }
    }

    #[test]
    fn a_parameter_file_can_say_where_a_generated_value_is_kept() {
        let manifest =
            v2("  - name: a\n    deploy_method: stack_set\n    parameter_file: parameters/p.json\n");
        for (helper, kept_as, codes) in [
            ("alfred_genpass_16", "password", &[][..]),
            ("alfred_genpass_16", "other", &["helper-unusable"]),
            ("alfred_genaz_2", "AZ", &[]),
            ("alfred_genkeypair", "keyname", &[]),
            ("alfred_genkeypair", "keymaterial", &["helper-regenerated"]),
        ] {
            let file = format!(
                "[{{\"ParameterKey\": \"P\", \"ParameterValue\": \"$[{helper}]\", \"ssm_parameters\": [{{\"name\": \"/x\", \"value\": \"$[{kept_as}]\"}}]}}]"
            );
            let files = [("manifest.yaml", manifest.as_str()), ("parameters/p.json", &file)];
            let codes_found: Vec<_> = found(check, &files).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes_found, codes, "{helper} {kept_as}");
        }
    }
}
