//! The evaluator, which looks only at the statements that its index names, against a direct reading of the same
//! policies, statement by statement.

use std::sync::Arc;

use cfct_core::document::Document;
use cfct_core::iam::evaluate::{CompiledPolicy, Decision, Level, Policies, Request, evaluate};
use cfct_core::iam::{Effect, Policy, pattern};
use cfct_core::source::SourceFile;
use proptest::prelude::*;

use crate::policies::{policy, request};

fn document(text: &str) -> Document {
    Document::read_json(&SourceFile::new("policy.json", text)).document.unwrap()
}

fn compile(text: &str) -> CompiledPolicy {
    CompiledPolicy::compile("policy", &Policy::read(&document(text)).unwrap())
}

/// The statements of a policy that apply, by their numbers: the action is compared pattern by pattern, and the
/// rest left to a policy of that statement alone, for every action.
fn applying(text: &str, request: &Request) -> Vec<(Effect, usize)> {
    let document = document(text);
    let policy = Policy::read(&document).unwrap();
    let mut found = Vec::new();
    for (number, statement) in policy.statements.iter().enumerate() {
        let action = statement.action.as_ref().unwrap();
        let names = |pattern: &str| {
            pattern::matches(pattern.to_lowercase().as_bytes(), request.action.to_lowercase().as_bytes())
        };
        if action.patterns.iter().any(|word| names(word.text)) == action.negated {
            continue;
        }
        let mut alone: serde_json::Value = serde_json::from_str(statement.node.source_text()).unwrap();
        let map = alone.as_object_mut().unwrap();
        map.remove("NotAction");
        map.insert("Action".to_owned(), "*".into());
        let alone = compile(&format!(r#"{{"Version":"2012-10-17","Statement":[{alone}]}}"#));
        found.extend(alone.statements_on(request).map(|(effect, _)| (effect, number)));
    }
    found
}

/// An explicit deny wins, then every level has to allow.
fn directly(levels: &[Vec<String>], request: &Request) -> Decision {
    let of_level = |policies: &Vec<String>| -> Vec<Effect> {
        let applying = policies.iter().flat_map(|text| applying(text, request));
        applying.map(|(effect, _)| effect).collect()
    };
    let effects: Vec<Vec<Effect>> = levels.iter().map(of_level).collect();
    if effects.iter().flatten().any(|effect| *effect == Effect::Deny) {
        Decision::ExplicitDeny
    } else if effects.iter().all(|level| level.contains(&Effect::Allow)) {
        Decision::Allowed
    } else {
        Decision::ImplicitDeny
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_direct_reading_finds(
        levels in prop::collection::vec(prop::collection::vec(policy(), 1..4), 1..4),
        requests in prop::collection::vec(request(), 8),
    ) {
        let compiled: Vec<Level> = levels
            .iter()
            .map(|policies| Level {
                name: "level".into(),
                policies: policies.iter().map(|text| Arc::new(compile(text))).collect(),
            })
            .collect();
        let everything = CompiledPolicy::allow_all("own");
        let policies = Policies {
            service_control: &compiled,
            identity: std::slice::from_ref(&everything),
            resource: Some(&everything),
            ..Policies::default()
        };
        for request in &requests {
            let verdict = evaluate(request, &policies);
            prop_assert_eq!(verdict.decision, directly(&levels, request), "{:?}", request);
            let denying = levels.iter().flatten().flat_map(|text| applying(text, request));
            let denying = denying.filter(|(effect, _)| *effect == Effect::Deny).count();
            if verdict.decision == Decision::ExplicitDeny {
                prop_assert_eq!(verdict.by.len(), denying);
            }
        }
    }
}
