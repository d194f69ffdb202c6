//! Local.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "t")]
use cfct_core::{checks, configuration::*, source::*};
use std::collections::BTreeMap;
fn run(files: Vec<(&str, String)>) -> usize {
    let (mut l, mut c) = (Listing::new(), BTreeMap::new());
    for (n, t) in files {
        let p = PackagePath::new(n).unwrap();
        l.insert(p.clone(), Listed { kind: Kind::File, bytes: t.len() as u64 });
        c.insert(p, Content::Text(SourceFile::new(n, t)));
    }
    let conf = Configuration::new(l, c);
    let t = std::time::Instant::now();
    let n = checks::run(&conf).len();
    {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{:?} {n}", t.elapsed());
    }
    n
}
fn m() -> String {
    "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: a\n    resource_file: templates/t.yaml\n    parameter_file: parameters/p.json\n    deploy_method: stack_set\n    deployment_targets: {organizational_units: [Security]}\n".into()
}
#[test]
fn hostile() {
    let n = 20_000;
    let params: String = (0..n).map(|i| format!("  Parameter{i}: {{Type: String}}\n")).collect();
    let given: Vec<String> = (0..n).map(|i| format!("{{\"ParameterKey\": \"Paramter{i}x\", \"ParameterValue\": \"q8Zt3LrX0vN5bYw7Kc2Jd9Fh4Gs6Pm1T, {i}\"}}")).collect();
    run(vec![
        ("manifest.yaml", m()),
        ("templates/t.yaml", format!("Parameters:\n{params}Resources: {{A: {{Type: A::B::C}}}}\n")),
        ("parameters/p.json", format!("[{}]", given.join(","))),
    ]);
    let sub: String = (0..n * 5).map(|i| format!("${{V{i}}} arn:aws:x ")).collect();
    run(vec![
        ("manifest.yaml", m()),
        (
            "templates/t.yaml",
            format!("Resources: {{A: {{Type: A::B::C, Properties: {{P: !Sub '{sub}'}}}}}}\n"),
        ),
    ]);
    let chain: String =
        (0..n).map(|i| format!("  R{i}: {{Type: A::B::C, DependsOn: R{}}}\n", (i + 1) % n)).collect();
    run(vec![("manifest.yaml", m()), ("templates/t.yaml", format!("Resources:\n{chain}"))]);
    run(vec![
        ("manifest.yaml", m()),
        (
            "templates/t.yaml",
            format!(
                "Resources: {{A: {{Type: A::B::C, Properties: {{P: '{}'}}}}}}\n",
                "x.yaml".repeat(500_000)
            ),
        ),
    ]);
    run(vec![
        ("manifest.yaml", m()),
        (
            "templates/t.yaml",
            format!(
                "Resources: {{A: {{Type: A::B::C, Properties: {{P: '{}'}}}}}}\n",
                "arn:aws:".repeat(200_000)
            ),
        ),
    ]);
    run(vec![
        ("manifest.yaml", m()),
        (
            "templates/t.yaml",
            format!(
                "Resources: {{A: {{Type: A::B::C, Properties: {{P: '{}'}}}}}}\n",
                ".amazonaws.com".repeat(200_000)
            ),
        ),
    ]);
    let outs: String =
        (0..n).map(|i| format!("  O{i}: {{Value: !ImportValue x{i}, Export: {{Name: y{i}}}}}\n")).collect();
    run(vec![
        ("manifest.yaml", m()),
        ("templates/t.yaml", format!("Resources: {{A: {{Type: A::B::C}}}}\nOutputs:\n{outs}")),
    ]);
}
