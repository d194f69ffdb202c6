//! The artifact bucket.

use std::fs;

use super::{Cloud, State, StoredBucket, StoredObject, not_found};
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, s3 as operation};
use crate::ports::{
    ArtifactStore, Body, Bucket, Encryption, Immutable, Metadata, ObjectFacts, Precondition, Put,
};
use crate::sdk::SHA256;

fn owned<'s>(
    state: &'s mut State,
    bucket: &Bucket,
    operation: Operation,
) -> Result<&'s mut StoredBucket, AwsError> {
    match state.buckets.get_mut(&bucket.name) {
        Some(stored) if stored.owner == bucket.owner => Ok(stored),
        Some(_) => Err(AwsError::new(ErrorKind::AccessDenied, operation, &bucket.name)),
        None => Err(not_found(operation, &bucket.name)),
    }
}

impl StoredObject {
    fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }
}

impl ArtifactStore for Cloud {
    async fn open(&self, name: &str, owner: &str) -> Result<Bucket, AwsError> {
        let mut state = self.called(operation::HEAD_BUCKET, name)?;
        let bucket =
            Bucket { name: name.to_owned(), owner: owner.to_owned(), encryption: Encryption::OfBucket };
        let key = owned(&mut state, &bucket, operation::HEAD_BUCKET)?.kms_key.clone();
        Ok(Bucket {
            encryption: key.map_or(Encryption::OfBucket, |key| Encryption::Kms(Some(key))),
            ..bucket
        })
    }

    async fn object(&self, bucket: &Bucket, key: &str) -> Result<Option<ObjectFacts>, AwsError> {
        let mut state = self.called(operation::HEAD_OBJECT, key)?;
        let stored = owned(&mut state, bucket, operation::HEAD_OBJECT)?;
        Ok(stored.objects.get(key).map(|object| ObjectFacts {
            etag: object.etag(),
            bytes: object.bytes.len() as u64,
            metadata: object.metadata.clone(),
        }))
    }

    async fn get(&self, bucket: &Bucket, key: &str, limit: u64) -> Result<Vec<u8>, AwsError> {
        let mut state = self.called(operation::GET_OBJECT, key)?;
        let object = owned(&mut state, bucket, operation::GET_OBJECT)?.objects.get(key);
        let object = object.ok_or_else(|| not_found(operation::GET_OBJECT, key))?;
        if object.bytes.len() as u64 > limit {
            let why = format!("it is larger than {limit} bytes");
            return Err(AwsError::new(ErrorKind::Refused, operation::GET_OBJECT, key).because(why));
        }
        Ok(object.bytes.clone())
    }

    async fn keys(&self, bucket: &Bucket, prefix: &str) -> Result<Vec<String>, AwsError> {
        let mut state = self.called(operation::LIST_OBJECTS_V2, prefix)?;
        let stored = owned(&mut state, bucket, operation::LIST_OBJECTS_V2)?;
        Ok(stored.objects.keys().filter(|key| key.starts_with(prefix)).cloned().collect())
    }

    async fn put_immutable(&self, bucket: &Bucket, object: &Immutable<'_>) -> Result<Put, AwsError> {
        let (key, sha256) = (object.key, object.sha256);
        let mut state = self.called(operation::PUT_OBJECT, key)?;
        let stored = owned(&mut state, bucket, operation::PUT_OBJECT)?;
        if stored.objects.contains_key(key) {
            return Ok(Put::Present);
        }
        let bytes = match object.body {
            Body::Bytes(bytes) => bytes.to_vec(),
            Body::File(path, _) => fs::read(path).map_err(|error| {
                AwsError::new(ErrorKind::Refused, operation::PUT_OBJECT, key).because(error.to_string())
            })?,
        };
        let metadata = Metadata::from([(SHA256.to_owned(), sha256.to_owned())]);
        let kms_key = stored.kms_key.clone();
        stored.objects.insert(
            key.to_owned(),
            StoredObject { bytes, metadata, version: 1, kms_key, tags: object.tags.clone() },
        );
        Ok(Put::Written)
    }

    async fn replace(
        &self,
        bucket: &Bucket,
        from: &str,
        to: &str,
        metadata: &Metadata,
        precondition: &Precondition,
    ) -> Result<(), AwsError> {
        let mut state = self.called(operation::COPY_OBJECT, to)?;
        let stored = owned(&mut state, bucket, operation::COPY_OBJECT)?;
        let source = stored.objects.get(from).cloned();
        let source = source.ok_or_else(|| not_found(operation::COPY_OBJECT, from))?;
        let present = stored.objects.get(to);
        let holds = match precondition {
            Precondition::Absent => present.is_none(),
            Precondition::Unchanged(etag) => present.is_some_and(|object| object.etag() == *etag),
        };
        if !holds {
            return Err(AwsError::new(ErrorKind::Precondition, operation::COPY_OBJECT, to));
        }
        let version = present.map_or(0, |object| object.version) + 1;
        let copy = StoredObject { metadata: metadata.clone(), version, ..source };
        stored.objects.insert(to.to_owned(), copy);
        Ok(())
    }
}
