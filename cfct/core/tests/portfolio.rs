//! The portfolio at the root: what a user of its products gets to see, and that the examples work.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cfct_core::document::{Document, NodeRef};
use cfct_core::portfolio::{self, Product, TemplateConstraint};
use cfct_core::source::SourceFile;
use cfct_core::template::Template;
use cfct_core::template::constraint::Patterns;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The folder of a product, and the values of its example.
fn example(product: &Product<'_>) -> (String, BTreeMap<String, String>) {
    let template = product.versions.last().expect("a version").template.expect("a template").value;
    let folder = template.rsplit_once('/').expect("a folder").0;
    let example: Value = serde_json::from_str(&read(&format!("{folder}/example.json"))).expect("JSON");
    let text = |entry: &Value, key: &str| entry[key].as_str().expect("a text").to_owned();
    let values = example.as_array().expect("a list").iter();
    (folder.to_owned(), values.map(|entry| (text(entry, "Key"), text(entry, "Value"))).collect())
}

#[test]
fn every_product_has_a_page_that_names_its_versions_and_an_example_that_can_be_launched() {
    let source = SourceFile::new("portfolios/backup.yaml", read("portfolios/backup.yaml"));
    let document = Document::read_yaml(&source).document.expect("a document");
    let portfolio = portfolio::read(&document);
    assert_eq!(portfolio.products.len(), 6);
    for product in &portfolio.products {
        let (folder, values) = example(product);
        let name = product.display_name();
        let page = read(&format!("{folder}/README.md"));
        assert!(page.starts_with(&format!("# {name}\n")), "{folder}/README.md");
        let version = product.versions.last().expect("a version").display_name();
        assert!(page.contains(&format!("--provisioning-artifact-name {version} ")), "{folder}/README.md");

        let path = product.versions.last().and_then(|version| version.template).expect("a template").value;
        let template =
            Document::read_template(&SourceFile::new(path, read(path))).document.expect("a template");
        let template = Template::read(&template);
        for key in values.keys() {
            assert!(template.parameter(key).is_some(), "{path} has no parameter {key}");
        }
        for parameter in &template.parameters {
            let default = parameter.default.and_then(NodeRef::scalar_text).map(str::to_owned);
            let value = values.get(parameter.name).cloned().or(default);
            let value = value.unwrap_or_else(|| panic!("{folder}: {} is not given", parameter.name));
            let violations = parameter.violations(&value, &mut Patterns::default());
            assert!(violations.is_empty(), "{path}: {} = {value}: {violations:?}", parameter.name);
            let choices = product.template_constraints.iter().flat_map(TemplateConstraint::choices);
            for choice in choices.filter(|choice| choice.parameter.value == parameter.name) {
                let allowed = choice.values.iter().any(|allowed| allowed.value == value);
                assert!(allowed, "{path}: no constraint allows {value} for {}", parameter.name);
            }
        }
    }
}
