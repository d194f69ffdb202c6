//! The record of a package: what went in, from which commit, with which findings.

use cfct_core::generated::Catalog;
use cfct_core::report::Report;
use serde::Serialize;

use crate::bucket::BucketObject;

/// The folder of the records in the bucket.
pub const FOLDER: &str = "releases";

/// What was packaged. Kept in the bucket as `releases/<digest>.json`, where the digest is the SHA-256 of that
/// file's own bytes: a record never changes, and the same package of the same commit has the same record.
/// It holds no time and no place.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// The version of this shape; fields are added without a new one.
    pub format: u32,
    /// What packaged it.
    pub tool: Tool,
    /// What it was made from.
    pub source: Source,
    /// The objects of the bucket that belong to it, the configuration's zip last.
    pub objects: Vec<BucketObject>,
    /// The files in the configuration's zip, in its order.
    pub files: Vec<ReleaseFile>,
    /// What Service Catalog needs through its API once the package is deployed; absent without portfolios.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_catalog: Option<Catalog>,
    /// The key of what the companion goes by; absent where `cfct.toml` has no `[bootstrap]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<String>,
    /// What the checks found, after settings.
    pub checks: Report,
}

/// The tool that packaged.
#[derive(Clone, Debug, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    pub(crate) const THIS: Self = Self { name: "cfct", version: env!("CARGO_PKG_VERSION") };
}

/// What a package was made from.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The commit that was checked out, in hexadecimal; `null` outside a git repository. Files may have been
    /// edited since.
    pub commit: Option<String>,
}

/// A file in the configuration's zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseFile {
    /// Its path.
    pub path: String,
    /// Its size as packaged, in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes as packaged, in hexadecimal.
    pub sha256: String,
    /// Whether packaging made it, or added to it as it does to the manifest.
    pub generated: bool,
}
