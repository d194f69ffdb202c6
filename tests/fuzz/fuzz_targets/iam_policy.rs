//! Any text as a service control policy: what it says to requests, with and without its index, and packed.
#![no_main]

use std::sync::Arc;

use cfct_core::document::Document;
use cfct_core::guardrails::packing::{Options, Packed, combine};
use cfct_core::iam::evaluate::{CompiledPolicy, Context, Decision, Level, Policies, Request, evaluate};
use cfct_core::iam::pattern::{covers, matches, overlap};
use cfct_core::iam::{Effect, Policy};
use cfct_core::source::SourceFile;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (one, other) = text.split_at(text.floor_char_boundary(text.len() / 2));
    if one.len() < 64 && covers(one.as_bytes(), other.as_bytes()) && matches(other.as_bytes(), b"backup") {
        assert!(matches(one.as_bytes(), b"backup") && overlap(one.as_bytes(), other.as_bytes()));
    }
    let Some(document) = Document::read_json(&SourceFile::new("policy.json", text)).document else { return };
    let Some(policy) = Policy::read(&document) else { return };
    let compiled = Arc::new(CompiledPolicy::compile("policy", &policy));
    let levels = [Level { name: "level".into(), policies: [Arc::clone(&compiled)].into() }];
    let everything = [CompiledPolicy::allow_all("everything")];
    let policies = Policies { service_control: &levels, identity: &everything, ..Policies::default() };
    let actions = policy.statements.iter().filter_map(|statement| statement.action.as_ref());
    let actions: Vec<&str> = actions.flat_map(|action| &action.patterns).map(|word| word.text).collect();
    for action in actions.iter().take(8).chain([&"s3:GetObject"]) {
        let Ok(principal) = "arn:aws:iam::111122223333:role/App".parse() else { return };
        let request = Request::new(principal, action, "arn:aws:s3:::a", Context::default());
        let effects: Vec<Effect> = compiled.statements_on(&request).map(|(effect, _)| effect).collect();
        let decision = match () {
            () if effects.contains(&Effect::Deny) => Decision::ExplicitDeny,
            () if effects.contains(&Effect::Allow) => Decision::Allowed,
            () => Decision::ImplicitDeny,
        };
        assert_eq!(evaluate(&request, &policies).decision, decision);
    }
    let packed = Packed { name: "policy", file: "policy.json", document: &document };
    if let Err(reason) = combine(&[packed, packed], 10_240, Options::default()) {
        assert!(!reason.contains("would decide otherwise"), "{reason}");
    }
});
