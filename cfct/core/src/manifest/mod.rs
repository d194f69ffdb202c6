//! The CfCT manifest, versions 2020-01-01 (v1) and 2021-03-15 (v2), as one typed model.
//!
//! [`Manifest::read`] is lenient: it takes what it can from any document and leaves the verdict to
//! [`schema`], so that all findings come in one run. Every value keeps the node it was read from.

pub mod codes;
mod read;
pub mod schema;

use crate::document::{Document, NodeRef};

/// A text in the manifest together with where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Text<'d> {
    /// The scalar's text as written (quotes and escapes undone): `012` stays `012`.
    pub value: &'d str,
    /// The node.
    pub node: NodeRef<'d>,
}

/// Which of CfCT's schemas applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2020-01-01`
    V1,
    /// `2021-03-15`
    V2,
    /// Anything else: CfCT processes nothing at all.
    Unknown,
}

/// What CfCT does with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeployMethod {
    /// A stack set from a template.
    StackSet,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// Not one of the three: the schema rejects it, and the parser skips it.
    Unknown,
}

impl DeployMethod {
    /// The word in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StackSet => "stack_set",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Unknown => "unknown",
        }
    }
}

/// A manifest, read.
#[derive(Clone, Debug)]
pub struct Manifest<'d> {
    /// The document it was read from.
    pub document: &'d Document,
    /// The version.
    pub version: Version,
    /// The node of the `version` value, where there is one.
    pub version_node: Option<NodeRef<'d>>,
    /// `region`: the home Region, and the default of each resource.
    pub region: Option<Text<'d>>,
    /// `enable_stack_set_deletion`
    pub enable_stack_set_deletion: bool,
    /// v2 `resources`; v1 `organization_policies` and then `cloudformation_resources`.
    pub resources: Vec<Resource<'d>>,
}

/// A resource of the manifest.
#[derive(Clone, Debug)]
pub struct Resource<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// What CfCT does with it. v1 `organization_policies` are always [`DeployMethod::Scp`].
    pub method: DeployMethod,
    /// The node of the `deploy_method` value.
    pub method_node: Option<NodeRef<'d>>,
    /// v2 `resource_file`, v1 `template_file` or `policy_file`.
    pub file: Option<Text<'d>>,
    /// `parameter_file`
    pub parameter_file: Option<Text<'d>>,
    /// v2 `parameters`, in order, repeated keys included.
    pub parameters: Vec<Parameter<'d>>,
    /// The node of the `parameters` list, where there is one.
    pub parameters_node: Option<NodeRef<'d>>,
    /// v2 `deployment_targets.organizational_units`, v1 `deploy_to_ou` or `apply_to_accounts_in_ou`.
    pub organizational_units: Vec<Text<'d>>,
    /// v2 `deployment_targets.accounts`, v1 `deploy_to_account`.
    pub accounts: Vec<Text<'d>>,
    /// The node of v2 `deployment_targets`.
    pub targets_node: Option<NodeRef<'d>>,
    /// `regions`, in order (outputs are exported from the first).
    pub regions: Vec<Text<'d>>,
    /// The node of the `regions` list, where there is one.
    pub regions_node: Option<NodeRef<'d>>,
    /// v2 `export_outputs`, v1 `ssm_parameters`.
    pub export_outputs: Vec<ExportOutput<'d>>,
    /// v1 `depends_on`.
    pub depends_on: Vec<Text<'d>>,
}

impl Resource<'_> {
    /// The name for a message: what is written, or a stand-in.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.map_or("(unnamed)", |name| name.value)
    }
}

/// An inline stack parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'d> {
    /// The list item.
    pub node: NodeRef<'d>,
    /// `parameter_key`
    pub key: Option<Text<'d>>,
    /// `parameter_value`: any node.
    pub value: Option<NodeRef<'d>>,
}

/// A stack output that CfCT writes to an SSM parameter.
#[derive(Clone, Copy, Debug)]
pub struct ExportOutput<'d> {
    /// The list item.
    pub node: NodeRef<'d>,
    /// The SSM parameter's name.
    pub name: Option<Text<'d>>,
    /// `$[output_<OutputKey>]`
    pub value: Option<Text<'d>>,
}
