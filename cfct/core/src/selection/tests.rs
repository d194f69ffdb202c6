use super::{Form, Selection, Unfit, select};
use crate::configuration::{Kind, Listed, Listing};
use crate::document::Document;
use crate::manifest::Manifest;
use crate::source::{PackagePath, SourceFile};

const MANIFEST: &str = "
region: eu-west-1
version: 2021-03-15
resources:
  - {name: a, resource_file: policies/scp/a.json, deploy_method: scp, deployment_targets: {}}
  - {name: b, resource_file: ./policies/rcp//b.json, deploy_method: rcp, deployment_targets: {}}
  - {name: c, resource_file: stacks/.c.pem, deploy_method: stack_set, parameter_file: stacks/c.json}
  - {name: d, resource_file: s3://bucket/d.template, deploy_method: stack_set}
  - {name: e, resource_file: policies/both.json, deploy_method: scp}
  - {name: f, resource_file: policies/both.json, deploy_method: stack_set}
  - {name: g, resource_file: ../outside.yaml, deploy_method: stack_set}
";

fn selection(files: &[&str], include: &[&str]) -> Selection {
    let mut listing: Listing = files
        .iter()
        .map(|name| (PackagePath::new(name).expect("a path"), Listed { kind: Kind::File, bytes: 1 }))
        .collect();
    let link = Listed { kind: Kind::Symlink("x".to_owned()), bytes: 0 };
    listing.insert(PackagePath::new("templates/link.yaml").expect("a path"), link);
    let document = Document::read_yaml(&SourceFile::new("manifest.yaml", MANIFEST)).document.expect("YAML");
    let include: Vec<String> = include.iter().map(|pattern| (*pattern).to_owned()).collect();
    select(&listing, Some(&Manifest::read(&document)), &include)
}

fn paths<V>(map: &std::collections::BTreeMap<PackagePath, V>) -> Vec<&str> {
    map.keys().map(PackagePath::as_str).collect()
}

#[test]
fn what_cfct_reads_travels_and_nothing_else() {
    let selection = selection(
        &[
            "manifest.yaml",
            "cfct.toml",
            "README.md",
            "Cargo.toml",
            "cfct/core/src/lib.rs",
            "tests/fixtures/templates/x.yaml",
            "docs/templates/x.yaml",
            "policies/backup/daily.json",
            "policies/scp/a.json",
            "policies/scp/unused.json",
            "policies/rcp/b.json",
            "policies/both.json",
            "stacks/.c.pem",
            "stacks/c.json",
            "stacks/unused.json",
            "templates/one.yaml",
            "templates/deep/two.template",
            "templates/lambda.zip",
            "parameters/one.json",
            "parameters/one.json.j2",
            "add-on/extra.zip",
            "add-on/one/user-input.yaml",
            "user-input.yaml",
            "outside.yaml",
        ],
        &[],
    );
    assert_eq!(
        paths(&selection.files),
        [
            "add-on/extra.zip",
            "add-on/one/user-input.yaml",
            "manifest.yaml",
            "parameters/one.json",
            "parameters/one.json.j2",
            "policies/both.json",
            "policies/rcp/b.json",
            "policies/scp/a.json",
            "stacks/.c.pem",
            "stacks/c.json",
            "templates/deep/two.template",
            "templates/lambda.zip",
            "templates/one.yaml",
            "user-input.yaml",
        ]
    );
    let minified = selection.files.iter().filter(|(_, form)| **form == Form::Minified);
    let minified: Vec<&str> = minified.map(|(path, _)| path.as_str()).collect();
    assert_eq!(minified, ["policies/rcp/b.json", "policies/scp/a.json"]);
}

#[test]
fn leftovers_hidden_files_and_secrets_stay_at_home() {
    use Unfit::{Hidden, Leftover, Secret};
    let cases = [
        ("templates/a.yaml~", Leftover),
        ("templates/.a.yaml.swp", Leftover),
        ("templates/#a.yaml#", Leftover),
        ("templates/.#a.yaml", Leftover),
        ("templates/.DS_Store", Leftover),
        ("templates/Thumbs.db", Leftover),
        ("parameters/a.json.orig", Leftover),
        ("parameters/.gitkeep", Hidden),
        ("templates/.cache/a.yaml", Hidden),
        ("parameters/.env", Secret),
        ("parameters/prod.env", Secret),
        ("parameters/.env.local", Secret),
        ("templates/server.PEM", Secret),
        ("templates/id_ed25519", Secret),
        ("templates/.aws/credentials", Secret),
    ];
    let names: Vec<&str> = cases.iter().map(|(name, _)| *name).collect();
    let selection = selection(&names, &["**"]);
    assert!(selection.files.is_empty(), "{:?}", paths(&selection.files));
    for (name, unfit) in cases {
        assert_eq!(selection.left_out.get(&PackagePath::new(name).expect("a path")), Some(&unfit), "{name}");
    }
}

#[test]
fn settings_add_files_and_a_pattern_without_any_is_named() {
    let selection = selection(
        &["scripts/run.sh", "scripts/deep/x.py", "scripts/key.pem", "other.txt"],
        &["scripts/**", "lambda/*.py"],
    );
    assert_eq!(paths(&selection.files), ["scripts/deep/x.py", "scripts/run.sh"]);
    assert_eq!(paths(&selection.left_out), ["scripts/key.pem"]);
    assert_eq!(selection.unmatched, ["lambda/*.py"]);
}
