//! An earlier release, read back from the bucket and held against its digests.

use cfct_package::{ZIP, limits};
use serde::Deserialize;

use super::{PublishError, RELEASES, package_key, record_key};
use crate::digest::sha256;
use crate::ports::{ArtifactStore, Bucket};

/// Bytes of a record that are read at most. One of 65,535 files has some 20 MB.
pub(crate) const RECORD_BYTES: u64 = 64 << 20;

/// A release in the bucket.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The digest of its record.
    pub digest: String,
    /// The SHA-256 of its zip.
    pub sha256: String,
    /// The commit that it was made from.
    pub commit: Option<String>,
    /// Its zip.
    pub zip: Vec<u8>,
}

#[derive(Deserialize)]
struct Record {
    source: Source,
    objects: Vec<Object>,
}

#[derive(Deserialize)]
struct Source {
    commit: Option<String>,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    sha256: String,
}

/// Finds the release whose digest starts with `wanted`.
///
/// # Errors
/// Where there is none, or several, or its record or zip is not what its name says.
pub async fn earlier<S: ArtifactStore>(
    store: &S,
    bucket: &Bucket,
    wanted: &str,
) -> Result<Earlier, PublishError> {
    let digest = find(store, bucket, wanted).await?;
    let key = record_key(&digest);
    let record = store.get(bucket, &key, RECORD_BYTES).await?;
    let damaged = |key: &str, reason| PublishError::Damaged { key: key.to_owned(), reason };
    if sha256(&record) != digest {
        return Err(damaged(&key, "does not have the digest that its name says"));
    }
    let record: Record =
        serde_json::from_slice(&record).map_err(|_| damaged(&key, "is no record of a release"))?;
    let zip = record.objects.iter().find(|object| object.key == ZIP);
    let zip_sha256 = zip.map(|zip| zip.sha256.clone()).ok_or_else(|| damaged(&key, "names no zip"))?;
    let key = package_key(&zip_sha256);
    if store.object(bucket, &key).await?.is_none() {
        return Err(PublishError::NoPackage { digest });
    }
    let zip = store.get(bucket, &key, limits::BYTES).await?;
    if sha256(&zip) != zip_sha256 {
        return Err(damaged(&key, "does not have the digest that its name says"));
    }
    Ok(Earlier { digest, sha256: zip_sha256, commit: record.source.commit, zip })
}

async fn find<S: ArtifactStore>(store: &S, bucket: &Bucket, wanted: &str) -> Result<String, PublishError> {
    let is_digest = !wanted.is_empty() && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
    let wanted = wanted.to_ascii_lowercase();
    let prefix = format!("{RELEASES}/{wanted}");
    let keys = if is_digest { store.keys(bucket, &prefix).await? } else { Vec::new() };
    let name = |key: &String| {
        key.strip_prefix(RELEASES)?.strip_prefix('/')?.strip_suffix(".json").map(str::to_owned)
    };
    let mut digests: Vec<String> = keys.iter().filter_map(name).collect();
    match digests.len() {
        0 => Err(PublishError::NoRelease { wanted }),
        1 => Ok(digests.swap_remove(0)),
        _ => Err(PublishError::SeveralReleases { wanted, digests }),
    }
}
