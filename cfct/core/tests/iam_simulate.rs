//! The evaluator against a second opinion: cases that `tests/oracles/iam_simulate.mjs` generated, and that the npm
//! package @cloud-copilot/iam-simulate decided. `cargo xtask test` generates and decides 20,000 anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::Arc;

use cfct_core::document::{Document, MappingRef, NodeRef};
use cfct_core::guardrails::requests::{self, Asked};
use cfct_core::iam::Policy;
use cfct_core::iam::evaluate::{CompiledPolicy, Level, Policies, evaluate};
use cfct_core::source::SourceFile;

const GOLDEN: &str = include_str!("../../../tests/fixtures/vectors/iam-simulate.json");

/// The levels under a key: lists of policies, from the root down.
fn levels(map: MappingRef<'_>, key: &str) -> Vec<Level> {
    let lists = map.get(key).and_then(NodeRef::as_sequence).unwrap();
    let policies = |list: NodeRef<'_>| {
        let policies = list.as_sequence().unwrap().items();
        policies
            .map(|node| Policy::from_mapping(node.as_mapping().unwrap()))
            .map(|policy| Arc::new(CompiledPolicy::compile(key, &policy)))
            .collect()
    };
    lists.items().map(|list| Level { name: key.into(), policies: policies(list) }).collect()
}

/// Something of which the library and AWS's documentation say different things.
struct Disagreement {
    /// The test of `cfct_core::iam::evaluate` that says what the evaluator does, and which page has it so.
    settled_by: &'static str,
    /// Whether a case, as compact JSON, has it.
    is_in: fn(&str) -> bool,
}

const DISAGREEMENTS: [Disagreement; 9] = [
    Disagreement {
        settled_by: "every_address_lies_in_the_range_of_all_addresses",
        is_in: |case| case.contains("0.0.0.0/0"),
    },
    Disagreement {
        settled_by: "if_exists_forgives_a_missing_key_of_for_any_value_too",
        is_in: |case| {
            let mut operators = case.split("\"ForAnyValue:").skip(1);
            operators.any(|rest| rest.split('"').next().unwrap().ends_with("IfExists"))
        },
    },
    Disagreement {
        settled_by: "resource_control_policies_do_not_reach_aws_backup",
        is_in: |case| case.contains("\"action\":\"backup:") && case.contains("\"resource_control\":[["),
    },
    Disagreement {
        settled_by: "an_arn_of_fewer_parts_goes_on_with_wildcards",
        is_in: |case| case.contains("\"arn:aws:backup\"") || case.contains("\"arn:aws:kms:*\""),
    },
    Disagreement {
        settled_by: "a_variable_without_a_value_names_nothing",
        is_in: |case| {
            let mut lists = case.split("\"NotResource\":").skip(1);
            lists.any(|rest| rest.split('}').next().unwrap().contains("${aws:"))
        },
    },
    Disagreement {
        settled_by: "a_session_policy_does_not_narrow_what_a_resource_policy_gives_to_the_session",
        is_in: |case| case.contains(":assumed-role/") && !case.contains("\"session_policies\":[]"),
    },
    Disagreement {
        settled_by: "a_boundary_narrows_what_a_resource_policy_gives_to_everyone",
        is_in: |case| {
            let everyone = ["\"Principal\":\"*\"", "\"Principal\":{\"AWS\":\"*\"}"];
            everyone.iter().any(|text| case.contains(text)) && !case.contains("\"permissions_boundary\":null")
        },
    },
    Disagreement {
        settled_by: "an_escaped_wildcard_is_the_character_itself",
        is_in: |case| case.contains("${*}"),
    },
    Disagreement {
        settled_by: "an_empty_value_is_a_value",
        is_in: |case| {
            case.contains("\"aws:PrincipalTag/team\":\"\"") && case.contains("${aws:PrincipalTag/team}")
        },
    },
];

#[test]
fn decisions_agree_with_iam_simulate_but_where_aws_says_otherwise() {
    let live = std::env::var("IAM_SIMULATE_CASES").ok();
    let text = live.as_ref().map_or_else(|| GOLDEN.to_owned(), |path| std::fs::read_to_string(path).unwrap());
    let reading = Document::read_json(&SourceFile::new("cases", text));
    let document = reading.document.unwrap();
    let cases = document.root().and_then(NodeRef::as_sequence).unwrap();
    let asked = requests::read(&document).map_err(|malformed| malformed.message).unwrap();
    assert!(asked.len() >= if live.is_some() { 2_000 } else { 400 });
    let mut met = [0; DISAGREEMENTS.len()];
    let mut unexplained = Vec::new();
    for (case, asked) in cases.items().zip(&asked) {
        let verdict = decide(case.as_mapping().unwrap(), asked);
        let expected = case.as_mapping().unwrap().get("decision").and_then(NodeRef::scalar_text).unwrap();
        if verdict == expected {
            continue;
        }
        match DISAGREEMENTS.iter().position(|known| (known.is_in)(case.source_text())) {
            Some(known) => met[known] += 1,
            None => unexplained.push(format!("{expected}, not {verdict}: {}", case.source_text())),
        }
    }
    let (count, of) = (unexplained.len(), asked.len());
    assert!(unexplained.is_empty(), "{count} of {of}:\n{}", unexplained.join("\n"));
    let disagreements: usize = met.iter().sum();
    assert!(disagreements * 100 < of, "{disagreements} of {of} are explained away: {met:?}");
    if live.is_some() {
        let stale = met.iter().zip(&DISAGREEMENTS).find(|(met, _)| **met == 0);
        assert!(stale.is_none(), "nothing is settled by {}: {met:?}", stale.unwrap().1.settled_by);
    }
}

fn decide(case: MappingRef<'_>, asked: &Asked) -> &'static str {
    let (service_control, resource_control) =
        (levels(case, "service_control"), levels(case, "resource_control"));
    let own = &asked.policies;
    let policies = Policies {
        service_control: &service_control,
        resource_control: &resource_control,
        identity: &own.identity,
        resource: own.resource.as_ref(),
        boundary: own.boundary.as_ref(),
        session: &own.session,
    };
    evaluate(&asked.request, &policies).decision.as_str()
}
