//! A mutant: the configuration with one small edit.

use cfct_core::document::NodeRef;
use cfct_core::finding::Edit;
use cfct_core::source::PackagePath;

/// What kind of protection a mutant takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Keys, and what is encrypted with them.
    Encryption,
    /// Vault Lock and Object Lock.
    Locks,
    /// Blocks of public access.
    PublicAccess,
    /// `DeletionPolicy` and `UpdateReplacePolicy`.
    Kept,
    /// Trails, versions, retention of logs.
    Records,
    /// How long a session lasts.
    Sessions,
    /// Tags that guardrails know resources by.
    Marks,
    /// Statements that deny, in templates.
    TemplateDeny,
    /// Statements that allow, in templates.
    TemplateAllow,
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
    /// Retention in backup policies.
    Retention,
    /// Copies of backup policies.
    Copies,
    /// Vaults, roles, Regions and tags in backup policies, and what they are attached to.
    Plans,
    /// Where the manifest deploys what protects, and with which parameters.
    Manifest,
}

impl Class {
    /// As the report calls it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Encryption => "encryption",
            Self::Locks => "locks",
            Self::PublicAccess => "public access blocks",
            Self::Kept => "what stays when a stack goes",
            Self::Records => "trails, versions, logs",
            Self::Sessions => "sessions",
            Self::Marks => "marks",
            Self::TemplateDeny => "Deny in templates",
            Self::TemplateAllow => "Allow in templates",
            Self::ServiceControl => "service control policies",
            Self::ResourceControl => "resource control policies",
            Self::Retention => "retention in backup policies",
            Self::Copies => "copies in backup policies",
            Self::Plans => "the rest of backup policies",
            Self::Manifest => "manifest",
        }
    }
}

/// The configuration with one small edit.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What kind of protection it takes away.
    pub class: Class,
    /// The file.
    pub path: PackagePath,
    /// The line, from 1.
    pub line: usize,
    /// What is edited, and how: `BackupVault: without EncryptionKeyArn`.
    pub what: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// The mutants of one file.
#[derive(Debug)]
pub struct Mutants<'p> {
    path: &'p PackagePath,
    /// In the order in which they are thought of.
    pub list: Vec<Mutant>,
}

impl<'p> Mutants<'p> {
    /// None so far.
    pub fn of(path: &'p PackagePath) -> Self {
        Self { path, list: Vec::new() }
    }

    /// The file.
    pub fn path(&self) -> &'p PackagePath {
        self.path
    }

    /// Adds one where there is an edit; `at` is where a person would look.
    pub fn add(
        &mut self,
        class: Class,
        at: NodeRef<'_>,
        what: String,
        edits: impl IntoIterator<Item = Edit>,
    ) {
        let edits: Vec<Edit> = edits.into_iter().collect();
        if edits.is_empty() {
            return;
        }
        let line = at.document().source().position(at.span().start).line;
        self.list.push(Mutant { class, path: self.path.clone(), line, what, edits });
    }
}
