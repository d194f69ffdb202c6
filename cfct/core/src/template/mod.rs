//! CloudFormation templates as one typed, lenient view over a document.
//!
//! [`Template::read`] takes what has the right shape and leaves the verdict to the checks. Every part keeps
//! the nodes it was read from. Names of sections and attributes: AWS CloudFormation User Guide, "Template
//! sections" and "Parameters section".

pub mod constraint;
pub mod intrinsic;
mod parameter;
mod pattern;
pub mod physical;
mod read;
pub mod reference;
pub mod stack;
mod text;

use std::collections::HashMap;

use crate::document::{Document, MappingRef, NodeRef};

pub use parameter::{Bound, Parameter, ParameterType, known_types};
pub use text::{text_of, text_of_argument};

/// The top-level keys that CloudFormation takes; any other is "invalid template property or properties".
/// `Globals` belongs to templates with the serverless transform, `Hooks` to CodeDeploy blue/green.
pub const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Globals",
    "Hooks",
    "Resources",
    "Outputs",
];

/// The only format version there is.
pub const FORMAT_VERSION: &str = "2010-09-09";

/// A name and what stands under it: a mapping of `Mappings`, a condition of `Conditions`.
#[derive(Clone, Copy, Debug)]
pub struct Named<'d> {
    /// The name.
    pub name: &'d str,
    /// The node of the name.
    pub key: NodeRef<'d>,
    /// What stands under it.
    pub node: NodeRef<'d>,
}

/// A template, read.
#[derive(Clone, Debug)]
pub struct Template<'d> {
    /// The document it was read from.
    pub document: &'d Document,
    /// The top-level map, where there is one.
    pub root: Option<MappingRef<'d>>,
    /// `Parameters`
    pub parameters: Vec<Parameter<'d>>,
    /// `Mappings`
    pub mappings: Vec<Named<'d>>,
    /// `Conditions`
    pub conditions: Vec<Named<'d>>,
    /// `Resources`
    pub resources: Vec<Resource<'d>>,
    /// `Outputs`
    pub outputs: Vec<Output<'d>>,
    /// Where each parameter stands in `parameters`.
    places: HashMap<&'d str, usize>,
}

impl<'d> Template<'d> {
    /// What stands under the top-level `key`.
    #[must_use]
    pub fn section(&self, key: &str) -> Option<NodeRef<'d>> {
        self.root.and_then(|root| root.get(key))
    }

    /// The parameter called `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter<'d>> {
        self.places.get(name).and_then(|place| self.parameters.get(*place))
    }

    /// Whether CloudFormation expands the template before it reads it (a transform, a macro, a loop, a
    /// module), so that names can exist which are not written here.
    #[must_use]
    pub fn is_expanded(&self) -> bool {
        self.section("Transform").is_some()
            || self.resources.iter().any(Resource::is_module)
            || self.written_names().any(|name| name.starts_with("Fn::"))
    }

    /// The names in the sections that `Fn::ForEach` and `Fn::Transform` can stand in.
    fn written_names(&self) -> impl Iterator<Item = &'d str> {
        let resources = self.resources.iter().map(|resource| resource.name);
        let outputs = self.outputs.iter().map(|output| output.name);
        resources.chain(outputs).chain(self.conditions.iter().map(|condition| condition.name))
    }
}

/// A resource of a template.
#[derive(Clone, Debug)]
pub struct Resource<'d> {
    /// The logical id.
    pub name: &'d str,
    /// The node of the logical id.
    pub key: NodeRef<'d>,
    /// What stands under it.
    pub node: NodeRef<'d>,
    /// `Type`, where it is a text.
    pub type_name: Option<&'d str>,
    /// The node of `Type`.
    pub type_node: Option<NodeRef<'d>>,
    /// `DeletionPolicy`
    pub deletion_policy: Option<NodeRef<'d>>,
    /// `UpdateReplacePolicy`
    pub update_replace_policy: Option<NodeRef<'d>>,
    /// `Condition`
    pub condition: Option<NodeRef<'d>>,
    /// `DependsOn`: one name, or each of a list.
    pub depends_on: Vec<NodeRef<'d>>,
    /// `Metadata`
    pub metadata: Option<NodeRef<'d>>,
    /// `Properties`
    pub properties: Option<NodeRef<'d>>,
}

impl<'d> Resource<'d> {
    /// Whether it stands for a module, which brings logical ids of its own.
    #[must_use]
    pub fn is_module(&self) -> bool {
        self.type_name.is_some_and(|name| name.ends_with("::MODULE"))
    }

    /// The property under `key`.
    #[must_use]
    pub fn property(&self, key: &str) -> Option<NodeRef<'d>> {
        self.properties.and_then(NodeRef::as_mapping).and_then(|properties| properties.get(key))
    }
}

/// An output of a template.
#[derive(Clone, Debug)]
pub struct Output<'d> {
    /// The output key.
    pub name: &'d str,
    /// The node of the output key.
    pub key: NodeRef<'d>,
    /// What stands under it.
    pub node: NodeRef<'d>,
    /// `Value`
    pub value: Option<NodeRef<'d>>,
    /// `Export.Name`: a text or an intrinsic function.
    pub export_name: Option<NodeRef<'d>>,
    /// `Condition`
    pub condition: Option<NodeRef<'d>>,
}
