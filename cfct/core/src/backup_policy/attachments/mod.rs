//! `policies/backup/attachments.yaml`: which backup policies there are, and where they are attached.
//!
//! ```yaml
//! policies:
//!   - name: daily
//!     description: daily backups of tagged resources
//!     file: policies/backup/daily.json
//!     targets:
//!       organizational_units: [Root, "Workloads:Prod"]
//!       accounts: [log-archive, "111122223333"]
//! ```
//!
//! The order of the list is the order of attachment at a node.

pub mod codes;
mod read;

use crate::document::NodeRef;
use crate::manifest::Text;

pub use read::read;

/// The file, read.
#[derive(Clone, Debug, Default)]
pub struct Attachments<'d> {
    /// The policies in the order of attachment.
    pub policies: Vec<Attached<'d>>,
}

/// A policy and where it is attached.
#[derive(Clone, Debug)]
pub struct Attached<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `name`, by which AWS Organizations knows the policy.
    pub name: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `file`, a path in the package.
    pub file: Option<Text<'d>>,
    /// The node of `targets`.
    pub targets_node: Option<NodeRef<'d>>,
    /// `targets.organizational_units`: paths with colons, or `Root`.
    pub organizational_units: Vec<Text<'d>>,
    /// `targets.accounts`: ids or names.
    pub accounts: Vec<Text<'d>>,
}

impl<'d> Attached<'d> {
    /// The name for a message: what is written, or a stand-in.
    #[must_use]
    pub fn display_name(&self) -> &'d str {
        self.name.map_or("(unnamed)", |name| name.value)
    }
}
