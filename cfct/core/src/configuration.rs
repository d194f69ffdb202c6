//! A configuration package in memory: which files there are, what they hold, and the manifest among them.
//!
//! Whoever reads the folder does it in three steps, so that only what matters is ever loaded: list the names
//! ([`Listing`]), read the manifest, then read what [`wanted`] names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::{Document, Reading};
use crate::finding::Finding;
use crate::manifest::{DeployMethod, Manifest};
use crate::parallel;
use crate::portfolio;
use crate::source::{Location, PackagePath, SourceFile};

/// The manifest's file name, at the package's root.
pub const MANIFEST: &str = "manifest.yaml";
/// The toolkit's settings, at the package's root.
pub const SETTINGS: &str = "cfct.toml";
/// Where backup policies say what they are attached to.
pub const ATTACHMENTS: &str = "policies/backup/attachments.yaml";

/// Where the tests of policies lie.
pub const POLICY_TESTS: &str = "policies/tests";

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A symbolic link, with its target as written.
    Symlink(String),
    /// A folder.
    Folder,
    /// A socket, a device, a pipe.
    Other,
}

/// A name in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What it is.
    pub kind: Kind,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Every name in a configuration folder, without contents.
pub type Listing = BTreeMap<PackagePath, Listed>;

/// What reading a file gave.
#[derive(Clone, Debug)]
pub enum Content {
    /// UTF-8 text.
    Text(Arc<SourceFile>),
    /// Bytes that are not UTF-8, with the offset of the first wrong one.
    NotUtf8 {
        /// Bytes before the first wrong one.
        valid_up_to: usize,
    },
    /// Larger than the toolkit reads ([`crate::document::limits::BYTES`]).
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
    },
    /// The operating system refused, with its reason.
    Unreadable(String),
}

/// What a file is to CfCT and to the toolkit; decides how it is read and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// `manifest.yaml`
    Manifest,
    /// `cfct.toml`
    Settings,
    /// A CloudFormation template: under `templates/`, named by a stack set resource, or of a product.
    Template,
    /// Stack parameters: JSON under `parameters/`, or named by a `parameter_file`.
    Parameters,
    /// A service or resource control policy.
    Policy,
    /// A backup policy.
    BackupPolicy,
    /// [`ATTACHMENTS`]
    Attachments,
    /// Tests of policies: YAML under [`POLICY_TESTS`]. They never travel to CfCT.
    PolicyTests,
    /// A portfolio of Service Catalog ([`portfolio`]). It never travels to CfCT as it is.
    Portfolio,
    /// Anything else: listed, not read.
    Other,
}

/// The role of each file that has one, from its place and from what the manifest says of it.
#[must_use]
pub fn roles(listing: &Listing, manifest: Option<&Manifest<'_>>) -> BTreeMap<PackagePath, Role> {
    let mut roles: BTreeMap<PackagePath, Role> = listing
        .iter()
        .filter(|(_, listed)| listed.kind == Kind::File)
        .map(|(path, _)| (path.clone(), role_by_place(path)))
        .filter(|(_, role)| *role != Role::Other)
        .collect();
    for resource in manifest.iter().flat_map(|manifest| &manifest.resources) {
        let role = match resource.method {
            DeployMethod::Scp | DeployMethod::Rcp => Role::Policy,
            DeployMethod::StackSet | DeployMethod::Unknown => Role::Template,
        };
        for (file, role) in [(&resource.file, role), (&resource.parameter_file, Role::Parameters)] {
            let path = file.as_ref().and_then(|file| PackagePath::new(file.value));
            let is_file =
                |path: &PackagePath| listing.get(path).is_some_and(|listed| listed.kind == Kind::File);
            if let Some(path) = path.filter(is_file) {
                roles.insert(path, role);
            }
        }
    }
    roles
}

/// The files whose contents the checks need.
#[must_use]
pub fn wanted(listing: &Listing, manifest: Option<&Manifest<'_>>) -> BTreeSet<PackagePath> {
    roles(listing, manifest).into_keys().collect()
}

fn roles_with(
    listing: &Listing,
    manifest: Option<&(PackagePath, ConfigurationFile)>,
) -> BTreeMap<PackagePath, Role> {
    let document = manifest.and_then(|(_, file)| file.document.as_ref());
    roles(listing, document.map(Manifest::read).as_ref())
}

/// The role that a file has by its place alone.
#[must_use]
pub fn role_by_place(path: &PackagePath) -> Role {
    let json = path.extension() == "json";
    match path.as_str() {
        MANIFEST => Role::Manifest,
        SETTINGS => Role::Settings,
        ATTACHMENTS => Role::Attachments,
        _ if is_validated(path) || portfolio::is_product_template(path) => Role::Template,
        _ if portfolio::is_portfolio(path) => Role::Portfolio,
        _ if path.is_under(POLICY_TESTS) => match path.extension() {
            "yaml" | "yml" => Role::PolicyTests,
            _ => Role::Other,
        },
        _ if path.is_under("parameters") && json => Role::Parameters,
        _ if path.is_under("policies/backup") && json => Role::BackupPolicy,
        _ if path.is_under("policies") && json => Role::Policy,
        _ => Role::Other,
    }
}

/// Whether CfCT's build uploads and validates a file of this name under `templates/` (`run-validation.sh`).
#[must_use]
pub fn is_template_name(path: &PackagePath) -> bool {
    matches!(path.extension(), "template" | "yaml" | "yml" | "json")
}

/// Whether CfCT's build validates the file as a template, used or not (`run-validation.sh`).
#[must_use]
pub fn is_validated(path: &PackagePath) -> bool {
    path.is_under("templates") && is_template_name(path)
}

/// A file that was read.
#[derive(Debug)]
pub struct ConfigurationFile {
    /// What it is.
    pub role: Role,
    /// What reading gave.
    pub content: Content,
    /// The document in it, where it holds YAML or JSON that could be read.
    pub document: Option<Document>,
    /// What the document reader found.
    pub findings: Vec<Finding>,
}

/// A configuration package, read.
#[derive(Debug)]
pub struct Configuration {
    /// Every name in the folder.
    pub listing: Listing,
    /// The files that were read.
    pub files: BTreeMap<PackagePath, ConfigurationFile>,
    /// Names that are no [`PackagePath`] (not UTF-8, or with a backslash), with replacement characters. They
    /// are in no listing.
    pub unusable_names: Vec<String>,
}

impl Configuration {
    /// Reads the documents in `contents`; several at once where there are several cores.
    #[must_use]
    pub fn new(listing: Listing, contents: BTreeMap<PackagePath, Content>) -> Self {
        let manifest = PackagePath::new(MANIFEST).and_then(|path| {
            let file = ConfigurationFile::read(Role::Manifest, contents.get(&path)?.clone());
            Some((path, file))
        });
        let roles = roles_with(&listing, manifest.as_ref());
        let work = contents.into_iter().filter(|(path, _)| path.as_str() != MANIFEST).collect();
        let files = parallel::map(work, |(path, content)| {
            let role = roles.get(&path).copied().unwrap_or(Role::Other);
            (path, ConfigurationFile::read(role, content))
        });
        let files = files.into_iter().chain(manifest).collect();
        Self { listing, files, unusable_names: Vec::new() }
    }

    /// Reads the package behind `listing`: the manifest first, then what it and the places of files want
    /// ([`wanted`]). `fetch` gives the content under a name; where there are several cores it is called from
    /// several threads, so that reading and parsing overlap.
    #[must_use]
    pub fn load(listing: Listing, fetch: impl Fn(&PackagePath) -> Content + Sync) -> Self {
        let manifest = PackagePath::new(MANIFEST).filter(|path| listing.contains_key(path)).map(|path| {
            let file = ConfigurationFile::read(Role::Manifest, fetch(&path));
            (path, file)
        });
        let roles = roles_with(&listing, manifest.as_ref());
        let work = roles.into_iter().filter(|(path, _)| path.as_str() != MANIFEST).collect();
        let files = parallel::map(work, |(path, role)| {
            let file = ConfigurationFile::read(role, fetch(&path));
            (path, file)
        });
        let files = files.into_iter().chain(manifest).collect();
        Self { listing, files, unusable_names: Vec::new() }
    }

    /// Puts another text in the place of a file that was read, and returns the file as it was. What the manifest
    /// says of files (their roles) is not looked at anew.
    pub fn replace(&mut self, path: &PackagePath, text: &str) -> Option<ConfigurationFile> {
        let file = self.files.get_mut(path)?;
        let content = Content::Text(SourceFile::new(path.as_str(), text));
        Some(std::mem::replace(file, ConfigurationFile::read(file.role, content)))
    }

    /// The manifest's document, where it could be read.
    #[must_use]
    pub fn manifest(&self) -> Option<&Document> {
        self.of_role(Role::Manifest).find_map(|(_, file)| file.document.as_ref())
    }

    /// The file at `path`, if it was read.
    #[must_use]
    pub fn file(&self, path: &PackagePath) -> Option<&ConfigurationFile> {
        self.files.get(path)
    }

    /// The document at `path`, if it was read.
    #[must_use]
    pub fn document(&self, path: &PackagePath) -> Option<&Document> {
        self.file(path)?.document.as_ref()
    }

    /// A place for what is said about a file as a whole: its start, or only its name where it was not read.
    #[must_use]
    pub fn location(&self, path: &PackagePath) -> Location {
        match self.file(path).map(|file| &file.content) {
            Some(Content::Text(source)) => Location::file(source),
            _ => Location::file(&SourceFile::new(path.as_str(), "")),
        }
    }

    /// The files of one role, in the order of their paths.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = (&PackagePath, &ConfigurationFile)> {
        self.files.iter().filter(move |(_, file)| file.role == role)
    }
}

impl ConfigurationFile {
    fn read(role: Role, content: Content) -> Self {
        let reading = match (&content, role) {
            (
                Content::Text(source),
                Role::Manifest | Role::Attachments | Role::PolicyTests | Role::Portfolio,
            ) => Document::read_yaml(source),
            (Content::Text(source), Role::Template) => Document::read_template(source),
            (Content::Text(source), Role::Parameters | Role::Policy | Role::BackupPolicy) => {
                Document::read_json(source)
            }
            _ => Reading { document: None, findings: Vec::new() },
        };
        Self { role, content, document: reading.document, findings: reading.findings }
    }
}
