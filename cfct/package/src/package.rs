//! Packaging: from a checked configuration folder to objects in the artifact bucket.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::AtomicBool;

use cfct_core::bootstrap::configuration as bootstrap;
use cfct_core::configuration::{Configuration, MANIFEST};
use cfct_core::digest;
use cfct_core::finding::{Finding, Level};
use cfct_core::generated::{self, Catalog, Generated, ProductTemplate};
use cfct_core::manifest::Manifest;
use cfct_core::organization::Organization;
use cfct_core::report::Report;
use cfct_core::selection::{self, Selection};
use cfct_core::source::PackagePath;
use sha2::{Digest, Sha256};

use crate::archive::{self, Member, Origin, Packing};
use crate::bucket::{Bucket, BucketObject, hexadecimal};
use crate::commit;
use crate::error::PackageError;
use crate::folder::ConfigurationFolder;
use crate::limits;
use crate::progress::Progress;
use crate::release::{self, Release, Source, Tool};

/// The bucket where none is named, relative to the current folder.
pub const DEFAULT_OUT: &str = "target/cfct/artifact-bucket";

/// The key that starts CfCT's pipeline.
pub const ZIP: &str = "custom-control-tower-configuration.zip";

/// Findings, none of which forbids packaging.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'f>(&'f [Finding]);

/// There are findings at error level, so nothing is packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How many.
    pub errors: usize,
}

impl<'f> Accepted<'f> {
    /// Accepts `findings`, which have the levels that the settings give them.
    ///
    /// # Errors
    /// Where one of them is an error.
    pub fn new(findings: &'f [Finding]) -> Result<Self, Refused> {
        match findings.iter().filter(|finding| finding.level == Level::Error).count() {
            0 => Ok(Self(findings)),
            errors => Err(Refused { errors }),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.errors == 1 { "" } else { "s" };
        write!(f, "nothing is packaged: {} error{plural}", self.errors)
    }
}

impl std::error::Error for Refused {}

/// What to package, and how.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The configuration.
    pub folder: &'r ConfigurationFolder,
    /// What the checks found in it.
    pub findings: Accepted<'r>,
    /// The organization, which tells what backup policies are attached to and where portfolios are offered; they
    /// stay out where there is none.
    pub organization: Option<&'r Organization>,
    /// Patterns of further files: `[package] include` in the settings.
    pub include: &'r [String],
    /// The bucket's folder; made where there is none.
    pub out: &'r Path,
    /// Whom to tell how far it is.
    pub progress: &'r dyn Progress,
    /// Set to stop: nothing changes then.
    pub cancelled: &'r AtomicBool,
}

/// What was packaged.
#[derive(Clone, Debug)]
pub struct Packaged {
    /// The bucket's folder.
    pub bucket: PathBuf,
    /// The record's digest, as in `releases/<digest>.json`.
    pub digest: String,
    /// The objects in the order in which they were put; the configuration's zip is the last.
    pub objects: Vec<BucketObject>,
    /// The record.
    pub release: Release,
    /// Which files travel, and which do not.
    pub selection: Selection,
    /// Whether the bucket held the same zip before.
    pub unchanged: bool,
}

impl Packaged {
    /// The size of the files in the configuration's zip, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.release.files.iter().map(|file| file.bytes).sum()
    }

    /// The configuration's zip.
    #[must_use]
    pub fn zip(&self) -> Option<&BucketObject> {
        self.objects.last()
    }
}

/// Writes the artifact bucket. At every moment the bucket is whole, with the old package or the new one.
///
/// # Errors
/// Where a file cannot be read, the bucket cannot be written, or AWS would not take the package. The bucket
/// is then as it was.
pub fn package(request: &Request<'_>) -> Result<Packaged, PackageError> {
    let configuration = &request.folder.configuration;
    let manifest = configuration.manifest().map(Manifest::read);
    let selection = selection::select(&configuration.listing, manifest.as_ref(), request.include);
    let generated =
        request.organization.and_then(|organization| generated::generate(configuration, organization));
    let catalog = generated.as_ref().and_then(|generated| generated.catalog.clone());
    let bootstrap = request
        .organization
        .and_then(|organization| bootstrap::make(configuration, organization, catalog.as_ref()));
    let members = members(request.folder, &selection, generated)?;
    refuse_bucket_in_package(&request.folder.root, request.out)?;
    request.progress.started(members.len(), members.iter().map(|member| member.bytes).sum());

    let bucket = Bucket::open(request.out, request.cancelled)?;
    let packing =
        Packing { folder: request.folder, progress: request.progress, cancelled: request.cancelled };
    let mut staged = bucket.stage(ZIP)?;
    let path = staged.path.clone();
    let files = archive::write(&packing, &members, staged.file.as_file_mut(), &path)?;
    request.progress.finished();
    let (bytes, sha256) = staged.digest().map_err(PackageError::io("read", &path))?;
    let unchanged = bucket.holds(ZIP, bytes, &sha256);
    let tags = BTreeMap::new();
    let zip = BucketObject { key: ZIP.to_owned(), content_type: "application/zip", bytes, sha256, tags };
    let mut objects = put_product_templates(&bucket, configuration, catalog.as_ref())?;
    let bootstrap = bootstrap.map(|document| put_bootstrap(&bucket, &document)).transpose()?;
    objects.extend(bootstrap.clone());
    let release = Release {
        format: 1,
        tool: Tool::THIS,
        source: Source { commit: commit::checked_out(&request.folder.root) },
        objects: objects.iter().chain([&zip]).cloned().collect(),
        files,
        service_catalog: catalog,
        bootstrap: bootstrap.map(|object| object.key),
        checks: Report::new(request.findings.0),
    };
    let record = Record::of(&release)?;
    bucket.put_immutable(&record.object.key, &record.bytes)?;
    staged.put()?;
    let digest = record.object.sha256.clone();
    objects.extend([record.object, zip]);
    Ok(Packaged { bucket: request.out.to_owned(), digest, objects, release, selection, unchanged })
}

/// Puts the templates of products under their keys, where portfolios travel.
///
/// The tag is what a launch role's permission to read a template asks for, as the Service Catalog
/// Administrator Guide has it under "Launch constraints".
fn put_product_templates(
    bucket: &Bucket,
    configuration: &Configuration,
    catalog: Option<&Catalog>,
) -> Result<Vec<BucketObject>, PackageError> {
    let templates = catalog.map(|_| generated::product_templates(configuration)).unwrap_or_default();
    let put = |ProductTemplate { key, sha256, text }: ProductTemplate| {
        bucket.put_immutable(&key, text.as_bytes())?;
        Ok(BucketObject {
            key,
            content_type: "text/plain",
            bytes: text.len() as u64,
            sha256,
            tags: BTreeMap::from([("servicecatalog:provisioning", "true")]),
        })
    };
    templates.into_iter().map(put).collect()
}

/// Puts what the companion goes by under a key that names its bytes.
fn put_bootstrap(bucket: &Bucket, document: &bootstrap::Configuration) -> Result<BucketObject, PackageError> {
    let text = document.to_json();
    let sha256 = digest::sha256(&text);
    let key = bootstrap::key(&sha256);
    bucket.put_immutable(&key, text.as_bytes())?;
    let bytes = text.len() as u64;
    Ok(BucketObject { key, content_type: "application/json", bytes, sha256, tags: BTreeMap::new() })
}

/// The files to pack, within what AWS takes.
fn members(
    folder: &ConfigurationFolder,
    selection: &Selection,
    generated: Option<Generated>,
) -> Result<Vec<Member>, PackageError> {
    let size = |path: &PackagePath| folder.configuration.listing.get(path).map_or(0, |listed| listed.bytes);
    let copied = selection.files.iter().map(|(path, form)| Member {
        path: path.clone(),
        origin: Origin::Folder(*form),
        bytes: size(path),
    });
    let mut members: BTreeMap<PackagePath, Member> =
        copied.map(|member| (member.path.clone(), member)).collect();
    if let Some(Generated { templates, manifest, .. }) = generated {
        let texts = PackagePath::new(MANIFEST).map(|path| (path, manifest)).into_iter();
        members.extend(texts.chain(templates).map(|(path, text)| {
            let bytes = text.len() as u64;
            (path.clone(), Member { path, origin: Origin::Generated(text), bytes })
        }));
    }
    let members: Vec<Member> = members.into_values().collect();
    if members.len() > limits::FILES {
        return Err(PackageError::TooManyFiles { files: members.len() });
    }
    let bytes = members.iter().map(|member| member.bytes).sum();
    match members.iter().max_by_key(|member| member.bytes) {
        Some(largest) if bytes > limits::BYTES => {
            Err(PackageError::TooLarge { bytes, largest: largest.path.clone() })
        }
        _ => Ok(members),
    }
}

/// A bucket below `templates/` would be packaged the next time.
fn refuse_bucket_in_package(root: &Path, out: &Path) -> Result<(), PackageError> {
    let (Ok(root), Ok(out)) = (fs::canonicalize(root), resolve(out)) else { return Ok(()) };
    let Ok(inner) = out.strip_prefix(&root) else { return Ok(()) };
    let packaged = inner.components().next().is_some_and(
        |first| matches!(first, Component::Normal(name) if selection::FOLDERS.iter().any(|folder| name == *folder)),
    );
    if packaged { Err(PackageError::BucketInPackage { bucket: out }) } else { Ok(()) }
}

/// The absolute path of a folder that may not exist yet.
fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    for ancestor in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(ancestor), absolute.strip_prefix(ancestor)) {
            return Ok(real.join(rest));
        }
    }
    Ok(absolute)
}

/// A release as it is kept.
struct Record {
    object: BucketObject,
    bytes: Vec<u8>,
}

impl Record {
    fn of(release: &Release) -> Result<Self, PackageError> {
        let folder = Path::new(release::FOLDER);
        let mut bytes = serde_json::to_vec_pretty(release)
            .map_err(|error| PackageError::io("write the record in", folder)(error.into()))?;
        bytes.push(b'\n');
        let sha256 = hexadecimal(Sha256::new_with_prefix(&bytes));
        let key = format!("{}/{sha256}.json", release::FOLDER);
        let object = BucketObject {
            key,
            content_type: "application/json",
            bytes: bytes.len() as u64,
            sha256,
            tags: BTreeMap::new(),
        };
        Ok(Self { object, bytes })
    }
}
