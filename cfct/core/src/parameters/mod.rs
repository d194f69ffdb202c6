//! The stack parameters that a resource gives, as CfCT hands them to CloudFormation.

mod sent;

use std::collections::{BTreeMap, BTreeSet};

use crate::configuration::Configuration;
use crate::document::{Document, MappingRef, NodeRef, SequenceRef, Shape};
use crate::manifest::{Manifest, Resource};
use crate::resolution::text_of;
use crate::source::PackagePath;

pub use sent::{Part, Sent};

/// Where a resource's parameters come from.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'d> {
    /// It gives none.
    Nowhere,
    /// `parameters` in the manifest.
    Manifest,
    /// The document that `parameter_file` names.
    File(&'d Document),
    /// `parameter_file` and `parameters`: CfCT takes neither (`stack_set_state_machine_input_v2`).
    Both,
    /// A `parameter_file` that is not in the package or cannot be read.
    Unknown,
}

/// The parameters of a resource.
#[derive(Clone, Debug)]
pub struct GivenParameters<'d> {
    /// Where they come from.
    pub origin: Origin<'d>,
    /// Every entry that has a key, in order, repeated keys included.
    pub entries: Vec<Given<'d>>,
}

/// A parameter that is given.
#[derive(Clone, Debug)]
pub struct Given<'d> {
    /// The key.
    pub key: &'d str,
    /// The node of the key.
    pub key_node: NodeRef<'d>,
    /// The node of the value.
    pub value_node: NodeRef<'d>,
    /// The whole entry, where it stands in a parameter file.
    pub entry: Option<MappingRef<'d>>,
    /// The value as sent; `None` where CfCT cannot send it.
    pub sent: Option<Sent>,
}

impl<'d> GivenParameters<'d> {
    /// The parameters of `resource`.
    #[must_use]
    pub fn of(resource: &Resource<'d>, configuration: &'d Configuration) -> Self {
        // CfCT compares the file with "" and asks whether the list is empty.
        let file = resource.parameter_file.filter(|file| !file.value.is_empty());
        match (file, resource.parameters.is_empty()) {
            (None, true) => Self { origin: Origin::Nowhere, entries: Vec::new() },
            (None, false) => Self { origin: Origin::Manifest, entries: in_manifest(resource) },
            (Some(_), false) => Self { origin: Origin::Both, entries: in_manifest(resource) },
            (Some(file), true) => {
                let document = PackagePath::new(file.value).and_then(|path| configuration.document(&path));
                document.map_or(Self { origin: Origin::Unknown, entries: Vec::new() }, Self::in_file)
            }
        }
    }

    /// The parameters in a parameter file: a list of maps with `ParameterKey` and `ParameterValue`.
    #[must_use]
    pub fn in_file(document: &'d Document) -> Self {
        let items = document.root().and_then(NodeRef::as_sequence);
        let entries = items.into_iter().flat_map(SequenceRef::items).filter_map(|item| {
            let map = item.as_mapping()?;
            let key_node = map.get("ParameterKey")?;
            let value_node = map.get("ParameterValue")?;
            let sent = sent_from_file(value_node);
            Some(Given { key: key_node.as_str()?, key_node, value_node, entry: Some(map), sent })
        });
        Self { origin: Origin::File(document), entries: entries.collect() }
    }

    /// What arrives: the last entry of each key. Empty where nothing is sent.
    #[must_use]
    pub fn effective(&self) -> BTreeMap<&'d str, &Given<'d>> {
        match self.origin {
            Origin::Both => BTreeMap::new(),
            _ => self.entries.iter().map(|given| (given.key, given)).collect(),
        }
    }
}

/// The names that parameters of the manifest read from Parameter Store by `$[alfred_ssm_<name>]`, sorted.
#[must_use]
pub fn read_from_parameter_store(manifest: &Manifest<'_>, configuration: &Configuration) -> Vec<String> {
    const SSM: &str = "$[alfred_ssm_";
    let mut names = BTreeSet::new();
    for resource in &manifest.resources {
        for given in GivenParameters::of(resource, configuration).effective().values() {
            for part in given.sent.iter().flat_map(|sent| &sent.parts) {
                let Part::Helper(helper) = part else { continue };
                let ends = helper.split(SSM).skip(1).filter_map(|end| end.split_once(']'));
                names.extend(ends.map(|(name, _)| name.to_owned()));
            }
        }
    }
    names.into_iter().collect()
}

fn in_manifest<'d>(resource: &Resource<'d>) -> Vec<Given<'d>> {
    let given = resource.parameters.iter().filter_map(|parameter| {
        let (key, value_node) = (parameter.key?, parameter.value?);
        let sent = sent_from_manifest(value_node);
        Some(Given { key: key.value, key_node: key.node, value_node, entry: None, sent })
    });
    given.collect()
}

/// The manifest's values become text when it is loaded (yorm's `String`).
fn sent_from_manifest(node: NodeRef<'_>) -> Option<Sent> {
    (!matches!(node.shape(), Shape::Mapping(_))).then(|| Sent::of(&text_of(node)))
}

/// A value of a parameter file is text, or a list of texts; anything else raises in `update_params`.
fn sent_from_file(node: NodeRef<'_>) -> Option<Sent> {
    match node.shape() {
        Shape::Scalar(_) => node.as_str().map(Sent::of),
        Shape::Sequence(list) => {
            let texts: Option<Vec<&str>> = list.items().map(NodeRef::as_str).collect();
            texts.map(|texts| Sent::of_list(&texts))
        }
        Shape::Mapping(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{GivenParameters, Part};
    use crate::document::Document;
    use crate::manifest::Manifest;
    use crate::source::SourceFile;

    #[test]
    fn manifest_values_arrive_as_yaml_1_1_text() {
        // The cases are CfCT's own results (resolution.json, `parameter_scalars`).
        for (written, expected) in [
            ("1", "1"),
            ("1.0", "1.0"),
            ("0", ""),
            ("1.10", "1.1"),
            ("yes", "true"),
            ("No", "false"),
            ("'01'", "01"),
            ("012", "10"),
            ("0x1F", "31"),
            ("1e3", "1e3"),
            ("12:30:45", "45045"),
            ("2021-03-15", "2021-03-15"),
            ("' padded '", " padded "),
            ("a,b , c", "a,b,c"),
            ("','", ","),
            ("[a, b]", "a,b"),
            ("'$[something]'", "something"),
            ("'pre$[alfred_ssm_/x]'", "pre$[alfred_ssm_/x]"),
        ] {
            let text = format!(
                "version: 2021-03-15\nresources:\n- parameters:\n  - parameter_key: P\n    parameter_value: {written}\n"
            );
            let document = Document::read_yaml(&SourceFile::new("m", text)).document.unwrap();
            let manifest = Manifest::read(&document);
            let given = super::in_manifest(&manifest.resources[0]);
            let sent = given[0].sent.as_ref().and_then(super::Sent::text);
            assert_eq!(sent.as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn file_values_are_texts_and_the_last_of_a_key_counts() {
        let text = r#"[{"ParameterKey": "A", "ParameterValue": "x"},
            {"ParameterKey": "B", "ParameterValue": 1}, {"ParameterKey": "C"}, 7,
            {"ParameterKey": "L", "ParameterValue": ["a", "$[alfred_ssm_/p]"]},
            {"ParameterKey": "A", "ParameterValue": "y"}]"#;
        let document = Document::read_json(&SourceFile::new("p.json", text)).document.unwrap();
        let given = GivenParameters::in_file(&document);
        let effective = given.effective();
        assert_eq!(effective.keys().copied().collect::<Vec<_>>(), ["A", "B", "L"]);
        assert_eq!(effective["A"].sent.as_ref().and_then(super::Sent::text).as_deref(), Some("y"));
        assert!(effective["B"].sent.is_none());
        let list = effective["L"].sent.as_ref().unwrap();
        assert!(list.is_list && list.text().is_none());
        assert_eq!(list.parts[1], Part::Helper("$[alfred_ssm_/p]".to_owned()));
    }
}
