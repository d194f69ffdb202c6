use super::{Generated, RESOURCE, TEMPLATE, generate};
use crate::checks;
use crate::checks::grep;
use crate::checks::testing::package;
use crate::configuration::{ATTACHMENTS, Configuration};
use crate::document::Document;
use crate::manifest::{Manifest, schema};
use crate::organization;
use crate::source::SourceFile;
use serde_json::Value;

const ORGANIZATION: &str = include_str!("../../../../examples/organization.json");
const DAILY: &str =
    "{\n  \"plans\": {\n    \"daily\": { \"regions\": { \"@@assign\": [\"eu-central-1\"] } }\n  }\n}\n";
const ONE: &str = "policies:\n  - name: daily\n    file: policies/backup/daily.json\n    targets:\n      \
    organizational_units: [Workloads:Prod, Root]\n      accounts: [Log-Archive]\n";

fn configuration(manifest: &str, attachments: &str, settings: &str) -> Configuration {
    let files = [
        ("manifest.yaml", manifest),
        ("cfct.toml", settings),
        (ATTACHMENTS, attachments),
        ("policies/backup/daily.json", DAILY),
        ("templates/a.yaml", "Resources: {}\n"),
    ];
    package(&files)
}

fn generated(manifest: &str, attachments: &str) -> Option<Generated> {
    let reading = organization::read(&SourceFile::new("organization.json", ORGANIZATION));
    generate(&configuration(manifest, attachments, ""), &reading.organization.unwrap())
}

/// The findings of this module, with the text they underline.
fn found(manifest: &str, settings: &str) -> Vec<(&'static str, String)> {
    let reading = organization::read(&SourceFile::new("organization.json", ORGANIZATION));
    let findings = checks::run_with(&configuration(manifest, ONE, settings), Some(&reading));
    let own = findings.iter().filter(|finding| finding.code.name.starts_with("generated-"));
    own.map(|finding| (finding.code.name, finding.primary.text().to_owned())).collect()
}

fn v2(rest: &str) -> String {
    format!("# Ours\nregion: eu-central-1\nversion: 2021-03-15\n{rest}")
}

const ITEM: &str = "- name: a # one\n  resource_file: templates/a.yaml\n  deploy_method: stack_set\n  \
    deployment_targets:\n    organizational_units:\n      - Workloads\n";

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

/// Manifests in every layout that a resource can be added to.
fn layouts() -> Vec<String> {
    let two = indented(ITEM, 2);
    vec![
        v2("resources: []\n"),
        v2("resources: []  # none yet"),
        v2("resources:\n"),
        v2("resources: ~ # none\nenable_stack_set_deletion: false\n"),
        v2(""),
        v2("enable_stack_set_deletion: false").trim_end().to_owned(),
        v2(&format!("resources:\n{ITEM}")),
        v2(&format!("resources:\n{two}# The end\n")),
        v2(&format!("resources:\n{two}\n\n# The end")),
        v2(&format!("resources:\n{}enable_stack_set_deletion: true\n", indented(ITEM, 6))),
        v2(&format!("resources:\n{two}    description: |\n      Several\n      lines\n")),
        v2(&format!("resources:\n{two}\n{}", two.replace("name: a", "name: b"))),
        v2(&format!("resources:\n{}", two.trim_end())),
        v2(&format!("resources: # ours\n{two}")).replace('\n', "\r\n"),
        format!("---\n{}...\n", v2(&format!("resources:\n{two}"))),
    ]
}

#[test]
fn a_resource_is_added_whatever_the_layout() {
    for manifest in layouts() {
        let Some(Generated { manifest: text, .. }) = generated(&manifest, ONE) else {
            panic!("refused: {manifest:?} {:?}", found(&manifest, ""));
        };
        let reading = Document::read_yaml(&SourceFile::new("manifest.yaml", text.as_str()));
        let document = reading.document.expect("a manifest");
        assert!(schema::check(&document).is_empty() && reading.findings.is_empty(), "{text}");
        let read = Manifest::read(&document);
        let added = read.resources.last().expect("a resource");
        assert_eq!(added.display_name(), RESOURCE, "{text}");
        let accounts: Vec<_> = added.accounts.iter().map(|account| account.node.as_str()).collect();
        assert_eq!(accounts, [Some("100000000001")], "{text}");
        assert_eq!(added.regions[0].value, "eu-central-1");
        // What the build's shell would look for.
        assert_eq!(grep::words(&text).last().map(|word| word.text.as_str()), Some(TEMPLATE), "{text}");
    }
}

#[test]
fn every_other_line_stays_as_it_was() {
    for manifest in layouts() {
        let text = generated(&manifest, ONE).expect("extended").manifest;
        let mut lines = text.lines();
        for line in
            manifest.lines().filter(|line| !line.starts_with("resources:") && *line != "resources: []")
        {
            assert!(lines.any(|kept| kept == line), "{line:?} is gone from\n{text}");
        }
        assert_eq!(text.contains("\r\n"), manifest.contains("\r\n"));
        assert_eq!(text.matches('\n').count() == text.matches("\r\n").count(), manifest.contains('\r'));
    }
}

#[test]
fn the_layout_of_the_list_is_taken_over() {
    let blank = v2(&format!("resources:\n{ITEM}\n{}", ITEM.replace("name: a", "name: b")));
    let text = generated(&blank, ONE).expect("extended").manifest;
    assert!(text.contains("- Workloads\n\n# Generated by cfct package"), "{text}");
    let deep = v2(&format!("resources:\n{}", indented(ITEM, 6)));
    let text = generated(&deep, ONE).expect("extended").manifest;
    assert!(text.contains("- Workloads\n      # Generated by"), "{text}");
    assert!(text.contains("\n      - name: org-backup-policies\n        description: "), "{text}");
    let empty = generated(&v2("resources: []  # none yet\n"), ONE).expect("extended").manifest;
    assert!(empty.contains("\nresources:  # none yet\n  # Generated by"), "{empty}");
}

#[test]
fn a_manifest_that_text_cannot_be_added_to_is_refused_with_its_place() {
    let flow = ITEM.lines().next().map(|_| {
        "resources: [{name: a, resource_file: templates/a.yaml, deploy_method: stack_set, deployment_targets: {}}]"
    });
    let whole = "{region: eu-central-1, version: 2021-03-15, resources: []}\n".to_owned();
    let kept = format!(
        "resources:\n{}    description: |+\n      kept\n\n\nenable_stack_set_deletion: true\n",
        indented(ITEM, 2)
    );
    let v1 = "region: eu-central-1\nversion: 2020-01-01\n".to_owned();
    let cases = [
        (v2(flow.expect("a line")), "[{name: a"),
        (whole, "{region"),
        (v2(&kept), "resources"),
        (v1, "2020-01-01"),
    ];
    for (manifest, place) in cases {
        assert_eq!(generated(&manifest, ONE), None, "{manifest}");
        let found = found(&manifest, "");
        let form = found.iter().find(|(code, _)| *code == "generated-manifest-form");
        assert!(form.is_some_and(|(_, text)| text.starts_with(place)), "{manifest}\n{found:?}");
    }
}

#[test]
fn a_template_chains_the_policies_and_names_their_targets_by_id() {
    let second = ONE
        .replace("policies:\n", "")
        .replace("name: daily", "name: Long term\n    description: kept \"long\"");
    let both = format!("{ONE}{second}");
    let template = &generated(&v2("resources: []\n"), &both).expect("a template").templates[0].1;
    let template: Value = serde_json::from_str(template).expect("JSON");
    let resources = template["Resources"].as_object().expect("resources");
    let ids: Vec<&str> = resources.keys().map(String::as_str).collect();
    let [first, second] = ids[..] else { panic!("{ids:?}") };
    assert_eq!(first, "Daily");
    assert!(second.starts_with("LongTerm"), "{second}");
    assert_eq!(
        (&resources[first]["DependsOn"], &resources[second]["DependsOn"]),
        (&Value::Null, &"Daily".into())
    );
    let properties = &resources[second]["Properties"];
    assert_eq!(properties["Type"], "BACKUP_POLICY");
    assert_eq!(properties["Description"], "kept \"long\"");
    assert_eq!(properties["Content"], serde_json::from_str::<Value>(DAILY).expect("JSON"));
    let targets: Vec<&str> =
        properties["TargetIds"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(targets, ["110000000001", "ou-acme-pr0d9x3t", "r-acme"]);
    assert_eq!(resources[first]["DeletionPolicy"], "Delete");
}

#[test]
fn nothing_is_generated_where_nothing_is_attached() {
    assert_eq!(generated(&v2("resources: []\n"), "policies: []\n"), None);
    assert_eq!(generated(&v2("resources: []\n"), &ONE.replace("daily.json", "other.json")), None);
    assert_eq!(generated(&v2("resource: []\n"), ONE), None, "the schema rejects it");
}

#[test]
fn the_account_is_the_one_that_is_set() {
    let manifest = v2("resources: []\n");
    let set = |account: &str| format!("[backup-policies]\naccount = \"{account}\"\n");
    assert_eq!(found(&manifest, "")[0].0, "generated-execution-role");
    assert_eq!(found(&manifest, &set("log-archive")), []);
    assert_eq!(found(&manifest, &set("110000000001")), []);
    assert_eq!(
        found(&manifest, &set("100000000001"))[0],
        ("generated-execution-role", "\"100000000001\"".to_owned())
    );
    for wrong in ["log-archiv", "999999999999"] {
        assert_eq!(found(&manifest, &set(wrong)), [("generated-account", format!("\"{wrong}\""))]);
    }
    let reading = organization::read(&SourceFile::new("organization.json", ORGANIZATION));
    let configuration = configuration(&manifest, ONE, &set("log-archive"));
    let generated = generate(&configuration, &reading.organization.unwrap()).expect("a package");
    assert!(generated.manifest.contains("- \"110000000001\"\n"), "{}", generated.manifest);
}

#[test]
fn what_packaging_writes_may_not_be_there_yet() {
    let named =
        v2(&format!("resources:\n{}", indented(&ITEM.replace("name: a", "name: Org-Backup-Policies"), 2)));
    assert!(found(&named, "").contains(&("generated-collision", "Org-Backup-Policies".to_owned())));
    let files = [
        ("manifest.yaml", &*v2("resources: []\n")),
        (ATTACHMENTS, ONE),
        ("policies/backup/daily.json", DAILY),
        (TEMPLATE, "{}"),
    ];
    let codes: Vec<_> = checks::run(&package(&files)).iter().map(|finding| finding.code.name).collect();
    assert!(codes.contains(&"generated-collision"), "{codes:?}");
}

#[test]
fn without_an_organization_packaging_says_what_is_left_out() {
    let codes = |manifest: &str| -> Vec<(&'static str, &'static str)> {
        let findings = checks::run_to_package(&configuration(manifest, ONE, ""), None);
        let own = findings.iter().filter(|finding| finding.code.name.starts_with("generated-"));
        own.map(|finding| (finding.code.name, finding.level.as_str())).collect()
    };
    let keeps = v2("resources: []\n");
    assert_eq!(codes(&keeps), [("generated-without-organization", "warning")]);
    let deletes = v2("enable_stack_set_deletion: true\nresources: []\n");
    assert_eq!(codes(&deletes), [("generated-without-organization", "error")]);
}
