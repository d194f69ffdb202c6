//! The parts of a check, each on a megabyte: `cargo bench -p cfct-core`.

use std::fmt::Write;
use std::sync::Arc;

use cfct_core::document::Document;
use cfct_core::manifest::{Manifest, schema};
use cfct_core::policy::minify;
use cfct_core::source::SourceFile;
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

const MEGABYTE: usize = 1 << 20;

fn manifest() -> Arc<SourceFile> {
    let mut text = String::from("region: eu-central-1\nversion: 2021-03-15\nresources:\n");
    for index in 0.. {
        if text.len() >= MEGABYTE {
            break;
        }
        let _ = write!(
            text,
            "  # why resource {index} is here\n  - name: resource-{index}\n    description: \"Deploys component {index}\"\n    \
             resource_file: templates/r{index}.yaml\n    deploy_method: stack_set\n    parameters:\n      \
             - parameter_key: Setting{index}\n        parameter_value: value-{index}\n    deployment_targets:\n      \
             organizational_units:\n        - Workloads:Prod\n        - Security\n    regions: [eu-central-1, eu-west-1]\n"
        );
    }
    SourceFile::new("manifest.yaml", text)
}

fn policy() -> Arc<SourceFile> {
    let mut text = String::from("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [");
    for index in 0.. {
        if text.len() >= MEGABYTE {
            break;
        }
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\n    {{\n      \"Sid\": \"Protect{index}\",\n      \"Effect\": \"Deny\",\n      \
             \"Action\": [\"backup:DeleteBackupVault\", \"backup:DeleteRecoveryPoint\"],\n      \"Resource\": \"*\"\n    }}"
        );
    }
    text.push_str("\n  ]\n}\n");
    SourceFile::new("policy.json", text)
}

fn document(source: &Arc<SourceFile>) -> Document {
    Document::read_yaml(source).document.unwrap_or_else(|| unreachable!("the generated manifest is YAML"))
}

#[divan::bench]
fn yaml_to_document(bencher: Bencher<'_, '_>) {
    let source = manifest();
    bencher.counter(BytesCount::new(source.text().len())).bench_local(|| Document::read_yaml(&source));
}

#[divan::bench]
fn yaml_to_typed_manifest(bencher: Bencher<'_, '_>) {
    let source = manifest();
    bencher.counter(BytesCount::new(source.text().len())).bench_local(|| {
        let document = document(&source);
        Manifest::read(&document).resources.len()
    });
}

#[divan::bench]
fn manifest_schema(bencher: Bencher<'_, '_>) {
    let source = manifest();
    let document = document(&source);
    bencher.counter(BytesCount::new(source.text().len())).bench_local(|| schema::check(&document));
}

#[divan::bench]
fn json_to_document(bencher: Bencher<'_, '_>) {
    let source = policy();
    bencher.counter(BytesCount::new(source.text().len())).bench_local(|| Document::read_json(&source));
}

#[divan::bench]
fn policy_minified(bencher: Bencher<'_, '_>) {
    let source = policy();
    bencher.counter(BytesCount::new(source.text().len())).bench_local(|| minify(source.text()));
}
