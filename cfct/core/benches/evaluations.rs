//! Evaluations in a second on one core: `cargo bench -p cfct-core --bench evaluations -- FOLDER`.
//!
//! It prints them, and how many of the requests are allowed. `cargo xtask bench` generates the cases, and has iam-simulate decide the same ones.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot be set up fails, and prints its figures"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use cfct_core::document::{Document, NodeRef};
use cfct_core::guardrails::requests;
use cfct_core::iam::Policy;
use cfct_core::iam::evaluate::{CompiledPolicy, Decision, Level, Policies, evaluate};
use cfct_core::source::SourceFile;

/// Times that all requests are decided; the fastest counts.
const ROUNDS: usize = 20;

fn main() {
    // `cargo test --benches` calls a benchmark without cases.
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else { return };
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
        Document::read_json(&SourceFile::new(name, text)).document.unwrap()
    };
    let levels = levels(&read("service-control"));
    let asked = requests::read(&read("requests")).map_err(|malformed| malformed.message).unwrap();
    let identity = [CompiledPolicy::allow_all("identity")];
    let everything = CompiledPolicy::allow_all("resource");
    let policies = Policies {
        service_control: &levels,
        identity: &identity,
        resource: Some(&everything),
        ..Policies::default()
    };
    let mut fastest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for asked in &asked {
            black_box(evaluate(black_box(&asked.request), &policies));
        }
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    let allowed =
        asked.iter().filter(|asked| evaluate(&asked.request, &policies).decision == Decision::Allowed);
    println!("{:.0} {}", asked.len() as f64 / fastest, allowed.count());
}

fn levels(document: &Document) -> Vec<Level> {
    let policies = |list: NodeRef<'_>| {
        let policies = list.as_sequence().unwrap().items();
        policies
            .map(|node| Policy::from_mapping(node.as_mapping().unwrap()))
            .map(|policy| Arc::new(CompiledPolicy::compile("policy", &policy)))
            .collect()
    };
    let lists = document.root().and_then(NodeRef::as_sequence).unwrap();
    lists.items().map(|list| Level { name: "level".into(), policies: policies(list) }).collect()
}
