//! What the companion goes by, as it was published: the zip names its release, the release's record the document.

use cfct_core::bootstrap::configuration::key;
use cfct_package::ZIP;
use serde::Deserialize;

use crate::digest::sha256;
use crate::error::{AwsError, ErrorKind};
use crate::operation::s3;
use crate::ports::{ArtifactStore, Bucket};
use crate::publish::{RECORD_BYTES, RELEASE, record_key};

/// The largest document, in bytes.
const LARGEST: u64 = 16 << 20;

/// The digest of the release that is published; `None` where there is none, or this toolkit did not publish it.
///
/// # Errors
/// Where AWS does not answer.
pub async fn published<S: ArtifactStore>(store: &S, bucket: &Bucket) -> Result<Option<String>, AwsError> {
    Ok(store.object(bucket, ZIP).await?.and_then(|zip| zip.metadata.get(RELEASE).cloned()))
}

/// The document of a release; `None` where the release has none.
///
/// # Errors
/// Where AWS does not answer, or what it answers is not what its name says.
pub async fn document<S: ArtifactStore>(
    store: &S,
    bucket: &Bucket,
    release: &str,
) -> Result<Option<Vec<u8>>, AwsError> {
    #[derive(Deserialize)]
    struct Record {
        bootstrap: Option<String>,
    }
    let named = record_key(release);
    let damaged = |subject: &str| {
        let error = AwsError::new(ErrorKind::BadAnswer, s3::GET_OBJECT, subject);
        error.because("it is not what its name says")
    };
    let record = store.get(bucket, &named, RECORD_BYTES).await?;
    let of_release: Option<Record> =
        (sha256(&record) == release).then(|| serde_json::from_slice(&record).ok()).flatten();
    let Some(document) = of_release.ok_or_else(|| damaged(&named))?.bootstrap else { return Ok(None) };
    let bytes = store.get(bucket, &document, LARGEST).await?;
    if key(&sha256(&bytes)) != document {
        return Err(damaged(&document));
    }
    Ok(Some(bytes))
}
