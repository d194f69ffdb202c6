//! `publish`: a packaged configuration into the artifact bucket, so that CfCT's pipeline takes it; and an
//! earlier release back into its place.
//!
//! What its name determines comes first and is never written twice: what the zip names, the zip under its
//! digest, then the record that names it. Last, one conditional copy puts the zip under the key that starts the pipeline, if that key
//! still is what it was when the plan was made. Whenever a run ends before that, nothing has happened but
//! that some bytes are already there; a second run ends the same way as one that was never interrupted.

mod error;
mod release;

use std::path::{Path, PathBuf};

use cfct_package::{BucketObject, ZIP};

use crate::error::{AwsError, ErrorKind};
use crate::operation::s3;
use crate::ports::{ArtifactStore, Body, Bucket, Immutable, Metadata, ObjectFacts, Precondition, Put};

pub use error::PublishError;
pub(crate) use release::RECORD_BYTES;
pub use release::{Earlier, earlier};

/// Where zips are kept under their digest.
pub const PACKAGES: &str = "packages";

/// Where records are kept under theirs.
pub const RELEASES: &str = "releases";

/// The metadata that names the SHA-256 of the zip.
const SHA256: &str = crate::sdk::SHA256;

/// The metadata that names the release.
pub(crate) const RELEASE: &str = "release";

/// How often a copy is tried while somebody else writes the same key.
const TRIES: usize = 3;

/// What is published.
#[derive(Clone, Copy, Debug)]
pub struct Release<'r> {
    /// The digest of its record.
    pub digest: &'r str,
    /// Its record.
    pub record: &'r [u8],
    /// Its zip.
    pub zip: &'r Path,
    /// The zip's size.
    pub bytes: u64,
    /// The zip's SHA-256.
    pub sha256: &'r str,
    /// What the templates in the zip name by its key, such as product templates.
    pub named: &'r [NamedObject],
}

/// An object that something in the zip names, so that it has to be there before.
#[derive(Clone, Debug)]
pub struct NamedObject {
    /// Where it is on the disk.
    pub path: PathBuf,
    /// Its key, size, digest, media type and tags.
    pub object: BucketObject,
}

impl NamedObject {
    fn immutable(&self) -> Immutable<'_> {
        Immutable {
            key: &self.object.key,
            content_type: self.object.content_type,
            body: Body::File(&self.path, self.object.bytes),
            sha256: &self.object.sha256,
            tags: &self.object.tags,
        }
    }
}

/// The artifact bucket as it was found.
#[derive(Clone, Debug)]
pub struct Target {
    /// The bucket.
    pub bucket: Bucket,
    /// What stands under the key that starts the pipeline.
    pub published: Option<ObjectFacts>,
}

impl Target {
    /// The SHA-256 of the zip that is published, where this toolkit published it.
    #[must_use]
    pub fn sha256(&self) -> Option<&str> {
        self.metadata(SHA256)
    }

    /// The release that is published, where this toolkit published it.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.metadata(RELEASE)
    }

    fn metadata(&self, name: &str) -> Option<&str> {
        self.published.as_ref()?.metadata.get(name).map(String::as_str)
    }

    fn precondition(&self) -> Precondition {
        match &self.published {
            Some(object) => Precondition::Unchanged(object.etag.clone()),
            None => Precondition::Absent,
        }
    }
}

/// An object, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its key.
    pub key: String,
    /// Whether it had to be written.
    pub put: Put,
}

/// Looks at the bucket, which has to belong to `owner`.
///
/// # Errors
/// Where it does not, or AWS does not answer.
pub async fn look<S: ArtifactStore>(store: &S, bucket: &str, owner: &str) -> Result<Target, AwsError> {
    let bucket = store.open(bucket, owner).await?;
    let published = store.object(&bucket, ZIP).await?;
    Ok(Target { bucket, published })
}

/// The key of a zip under its digest.
#[must_use]
pub fn package_key(sha256: &str) -> String {
    format!("{PACKAGES}/{sha256}.zip")
}

/// The key of a record.
#[must_use]
pub fn record_key(digest: &str) -> String {
    format!("{RELEASES}/{digest}.json")
}

/// What `publish` would do.
///
/// # Errors
/// Where AWS does not answer.
pub async fn foresee<S: ArtifactStore>(
    store: &S,
    target: &Target,
    release: &Release<'_>,
) -> Result<Vec<Step>, AwsError> {
    let mut steps = foresee_named(store, &target.bucket, release.named).await?;
    for key in [package_key(release.sha256), record_key(release.digest)] {
        steps.push(foreseen(store, &target.bucket, key).await?);
    }
    steps.push(Step { key: ZIP.to_owned(), put: trigger(target, release.sha256) });
    Ok(steps)
}

/// What putting `named` into a bucket would do.
///
/// # Errors
/// Where AWS does not answer.
pub async fn foresee_named<S: ArtifactStore>(
    store: &S,
    bucket: &Bucket,
    named: &[NamedObject],
) -> Result<Vec<Step>, AwsError> {
    let mut steps = Vec::new();
    for named in named {
        steps.push(foreseen(store, bucket, named.object.key.clone()).await?);
    }
    Ok(steps)
}

async fn foreseen<S: ArtifactStore>(store: &S, bucket: &Bucket, key: String) -> Result<Step, AwsError> {
    let is_there = store.object(bucket, &key).await?.is_some();
    Ok(Step { key, put: if is_there { Put::Present } else { Put::Written } })
}

/// Puts what templates name into a bucket, for a package that goes another way; `done` is told of each step.
///
/// # Errors
/// Where AWS does not answer.
pub async fn put_named<S: ArtifactStore>(
    store: &S,
    bucket: &Bucket,
    named: &[NamedObject],
    mut done: impl FnMut(Step),
) -> Result<(), AwsError> {
    for object in named.iter().map(NamedObject::immutable) {
        let put = store.put_immutable(bucket, &object).await?;
        done(Step { key: object.key.to_owned(), put });
    }
    Ok(())
}

/// Publishes a release; `done` is told of each step.
///
/// # Errors
/// Where AWS does not answer, or somebody else published since `target` was looked at.
pub async fn publish<S: ArtifactStore>(
    store: &S,
    target: &Target,
    release: &Release<'_>,
    mut done: impl FnMut(Step),
) -> Result<(), AwsError> {
    let (package, record) = (package_key(release.sha256), record_key(release.digest));
    let zip = Body::File(release.zip, release.bytes);
    let zip = Immutable::untagged(&package, "application/zip", zip, release.sha256);
    let body = Body::Bytes(release.record);
    let record = Immutable::untagged(&record, "application/json", body, release.digest);
    put_named(store, &target.bucket, release.named, &mut done).await?;
    for object in [zip, record] {
        let put = store.put_immutable(&target.bucket, &object).await?;
        done(Step { key: object.key.to_owned(), put });
    }
    let put = start_pipeline(store, target, release.digest, release.sha256).await?;
    done(Step { key: ZIP.to_owned(), put });
    Ok(())
}

/// Publishes a release that is in the bucket.
///
/// # Errors
/// As [`publish`].
pub async fn publish_again<S: ArtifactStore>(
    store: &S,
    target: &Target,
    earlier: &Earlier,
) -> Result<Step, AwsError> {
    let put = start_pipeline(store, target, &earlier.digest, &earlier.sha256).await?;
    Ok(Step { key: ZIP.to_owned(), put })
}

/// Whether the zip that starts the pipeline has to be written.
#[must_use]
pub fn trigger(target: &Target, sha256: &str) -> Put {
    if target.sha256() == Some(sha256) { Put::Present } else { Put::Written }
}

async fn start_pipeline<S: ArtifactStore>(
    store: &S,
    target: &Target,
    digest: &str,
    sha256: &str,
) -> Result<Put, AwsError> {
    let metadata =
        Metadata::from([(SHA256.to_owned(), sha256.to_owned()), (RELEASE.to_owned(), digest.to_owned())]);
    let (from, precondition) = (package_key(sha256), target.precondition());
    let mut tries = 0;
    loop {
        let now = Target { published: store.object(&target.bucket, ZIP).await?, ..target.clone() };
        // Also where the answer to an earlier try was lost, or somebody published the very same.
        if trigger(&now, sha256) == Put::Present {
            return Ok(trigger(target, sha256));
        }
        if now.precondition() != precondition {
            return Err(overtaken(&now));
        }
        tries += 1;
        match store.replace(&target.bucket, &from, ZIP, &metadata, &precondition).await {
            Ok(()) => return Ok(Put::Written),
            Err(error)
                if tries < TRIES && matches!(error.kind, ErrorKind::Precondition | ErrorKind::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
}

fn overtaken(now: &Target) -> AwsError {
    let by = now.release().map(|release| format!(" (release {release})")).unwrap_or_default();
    let error = AwsError::new(ErrorKind::Precondition, s3::COPY_OBJECT, ZIP);
    error.because(format!("somebody else published since the plan was made{by}; theirs stands"))
}

#[cfg(test)]
mod tests;
