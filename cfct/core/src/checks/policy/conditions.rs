//! Conditions: operators that IAM has, and values of the kind that they compare.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::policy_files;
use crate::checks::Context;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::iam::evaluate::Operand;
use crate::iam::{Condition, Word};
use crate::words::{excerpt, kind_of, nearest};

crate::codes! {
    /// No operator of IAM.
    UNKNOWN_OPERATOR = "policy-unknown-operator", Error, Policy,
        "a condition has an operator that IAM does not have",
        "Organizations refuses the whole policy, and CfCT learns of it in the SCP or RCP stage";
    /// A value that no value of the request is ever equal to, since it is of another kind.
    WRONG_OPERAND = "policy-wrong-operand", Error, Silent,
        "a condition compares with a value that its operator does not take",
        "where AWS does not refuse it, the test never holds, and the statement says something else than it seems to";
}

/// The operators without prefix and suffix.
const OPERATORS: [&str; 29] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
    "ForAnyValue:StringEquals",
    "ForAllValues:StringEquals",
];

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for file in policy_files(context) {
        for statement in &file.policy.statements {
            let condition = statement.node.as_mapping().and_then(|map| map.get("Condition"));
            shapes(condition, findings);
            for test in &statement.conditions {
                operands(test, findings);
            }
        }
    }
}

/// The operators themselves, those without a test too.
fn shapes(condition: Option<NodeRef<'_>>, findings: &mut Vec<Finding>) {
    for operator in condition.and_then(NodeRef::as_mapping).iter().flat_map(|map| map.written()) {
        let Some(name) = operator.key.scalar_text() else { continue };
        if Operand::of(name).is_none() {
            let message = format!("`{}` is no condition operator", excerpt(name));
            let finding = Finding::new(&UNKNOWN_OPERATOR, &operator.key, message);
            findings.push(match nearest(name, OPERATORS) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None => {
                    finding.help("StringLike, ArnLike, Bool, Null and others are; see the IAM User Guide")
                }
            });
        }
        if operator.value.as_mapping().is_none() {
            let message =
                format!("`{}` holds {}, not condition keys", excerpt(name), kind_of(operator.value));
            findings.push(
                Finding::new(&WRONG_OPERAND, &operator.value, message)
                    .help("write `{ \"aws:PrincipalArn\": \"…\" }`: a key and what to compare it with"),
            );
        }
    }
}

fn operands(test: &Condition<'_>, findings: &mut Vec<Finding>) {
    let Some(operand) = Operand::of(test.operator.text) else { return };
    let takes = |value: &&Word<'_>| value.text.contains("${") || operand.takes(value.text);
    for value in test.values.iter().filter(|value| !takes(value)) {
        let message =
            format!("`{}` is nothing that `{}` compares", excerpt(value.text), excerpt(test.operator.text));
        findings.push(Finding::new(&WRONG_OPERAND, &value.node, message).help(help(operand)));
    }
}

fn help(operand: Operand) -> &'static str {
    match operand {
        Operand::Number => "write a number: \"300\"",
        Operand::Date => "write a date of ISO 8601: \"2026-11-24T05:00:00Z\"",
        Operand::Bool => "write \"true\" or \"false\"",
        Operand::Address => "write an address or a range: \"203.0.113.0/24\"",
        Operand::Arn => {
            "write an ARN of six parts: \"arn:*:iam::*:role/App\"; other texts are for StringLike"
        }
        Operand::Text => "write a text",
    }
}

#[cfg(test)]
mod tests {
    use super::{OPERATORS, UNKNOWN_OPERATOR, WRONG_OPERAND, check};
    use crate::checks::testing::{found, v2};
    use crate::iam::evaluate::Operand;

    fn of(condition: &str) -> Vec<(&'static str, String)> {
        let manifest = v2(
            "  - name: a\n    deploy_method: scp\n    resource_file: policies/a.json\n    deployment_targets:\n      organizational_units: [Workloads]\n",
        );
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{condition}}}}}"#
        );
        found(check, &[("manifest.yaml", &manifest), ("policies/a.json", &policy)])
    }

    #[test]
    fn every_operator_that_is_offered_exists() {
        assert!(OPERATORS.iter().all(|name| Operand::of(name).is_some()));
    }

    #[test]
    fn operators_and_values_of_the_wrong_kind_are_pointed_at_all_in_one_run() {
        let (operator, operand) = (UNKNOWN_OPERATOR.name, WRONG_OPERAND.name);
        for (condition, expected) in [
            (r#"{"NumericLessThan":{"k":["7","soon"]}}"#, vec![(operand, "\"soon\"")]),
            (
                r#"{"Bool":{"k":"yes"},"Null":{"k":"maybe"}}"#,
                vec![(operand, "\"yes\""), (operand, "\"maybe\"")],
            ),
            (
                r#"{"IpAddress":{"aws:SourceIp":["::/0","10.0.0.0/8","everywhere"]}}"#,
                vec![(operand, "\"everywhere\"")],
            ),
            (r#"{"DateLessThan":{"k":["2026-11-24","tomorrow"]}}"#, vec![(operand, "\"tomorrow\"")]),
            (r#"{"ArnLike":{"k":["arn:*:iam::*:role/x","App","${k}","*"]}}"#, vec![(operand, "\"App\"")]),
            (
                r#"{"StringEqual":{"k":"x"},"Some:Bool":{"k":"x"}}"#,
                vec![(operator, "\"StringEqual\""), (operator, "\"Some:Bool\"")],
            ),
            (r#"{"NullIfExists":{"k":"true"}}"#, vec![(operator, "\"NullIfExists\"")]),
            (r#"{"StringEquals":["k"]}"#, vec![(operand, "[\"k\"]")]),
            (
                r#"{"ForAnyValue:StringLikeIfExists":{"k":["x*"]},"bool":{"k":true},"NumericEquals":{"k":7}}"#,
                vec![],
            ),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(code, text)| (code, text.to_owned())).collect();
            assert_eq!(of(condition), expected, "{condition}");
        }
    }
}
