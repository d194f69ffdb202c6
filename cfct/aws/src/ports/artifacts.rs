//! The artifact bucket in S3.

use std::collections::BTreeMap;
use std::path::Path;

use super::Answer;

/// A bucket, and whose it has to be: every call says so, and S3 refuses where it is somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The account that owns it.
    pub owner: String,
    /// How it wants its objects encrypted.
    pub encryption: Encryption,
}

/// How a bucket encrypts what does not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// With S3's own keys, or as the bucket does it by itself.
    #[default]
    OfBucket,
    /// With a key of KMS; S3's own one where none is named.
    Kms(Option<String>),
}

/// What is stored with an object: user metadata.
pub type Metadata = BTreeMap<String, String>;

/// An object, without its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectFacts {
    /// What tells this content from the next.
    pub etag: String,
    /// Its size.
    pub bytes: u64,
    /// What was stored with it.
    pub metadata: Metadata,
}

/// What is put: bytes whose SHA-256, in hexadecimal, is known.
#[derive(Clone, Copy, Debug)]
pub enum Body<'b> {
    /// From memory.
    Bytes(&'b [u8]),
    /// From a file of this size.
    File(&'b Path, u64),
}

impl Body<'_> {
    /// Its size.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, bytes) => *bytes,
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Tags of an object, by key.
pub type Tags = BTreeMap<&'static str, &'static str>;

/// An object whose key its content determines.
#[derive(Clone, Copy, Debug)]
pub struct Immutable<'b> {
    /// Its key.
    pub key: &'b str,
    /// Its media type.
    pub content_type: &'b str,
    /// Its bytes.
    pub body: Body<'b>,
    /// The SHA-256 of the body, in hexadecimal.
    pub sha256: &'b str,
    /// Its tags, of letters, digits and colons alone.
    pub tags: &'b Tags,
}

impl<'b> Immutable<'b> {
    /// One without tags.
    #[must_use]
    pub fn untagged(key: &'b str, content_type: &'b str, body: Body<'b>, sha256: &'b str) -> Self {
        static NONE: Tags = Tags::new();
        Self { key, content_type, body, sha256, tags: &NONE }
    }
}

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is there now.
    Written,
    /// It was there before.
    Present,
}

/// What has to hold for an object to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// There is none.
    Absent,
    /// It still is the one with this ETag.
    Unchanged(String),
}

/// Keeps the artifact bucket.
pub trait ArtifactStore {
    /// Looks at a bucket that has to belong to `owner`.
    fn open(&self, name: &str, owner: &str) -> impl Answer<Bucket>;

    /// The object `key`; `None` where there is none.
    fn object(&self, bucket: &Bucket, key: &str) -> impl Answer<Option<ObjectFacts>>;

    /// Its bytes, of which at most `limit` are taken.
    fn get(&self, bucket: &Bucket, key: &str, limit: u64) -> impl Answer<Vec<u8>>;

    /// The keys that start with `prefix`, sorted.
    fn keys(&self, bucket: &Bucket, prefix: &str) -> impl Answer<Vec<String>>;

    /// Puts an object, unless it is there.
    fn put_immutable(&self, bucket: &Bucket, object: &Immutable<'_>) -> impl Answer<Put>;

    /// Copies `from` over `to` if the precondition holds, with `metadata` in place of that of `from`.
    fn replace(
        &self,
        bucket: &Bucket,
        from: &str,
        to: &str,
        metadata: &Metadata,
        precondition: &Precondition,
    ) -> impl Answer<()>;
}
