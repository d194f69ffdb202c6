//! The artifact bucket.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, MetadataDirective, ServerSideEncryption, ServerSideEncryptionConfiguration,
};

use super::upload::{self, Upload};
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::s3 as operation;
use crate::ports::{ArtifactStore, Bucket, Encryption, Immutable, Metadata, ObjectFacts, Precondition, Put};

impl Aws {
    pub(super) fn s3(&self) -> &Client {
        self.clients.s3.get_or_init(|| {
            // An emulator has no name for each bucket.
            let by_path = self.sdk.endpoint_url().is_some();
            let config = aws_sdk_s3::config::Builder::from(&self.sdk).force_path_style(by_path).build();
            Client::from_conf(config)
        })
    }

    /// How the bucket encrypts, which is then said with each object: a bucket's policy may ask for it.
    async fn encryption(&self, name: &str, owner: &str) -> Result<Encryption, AwsError> {
        let request = self.s3().get_bucket_encryption().bucket(name).expected_bucket_owner(owner).send();
        let answer = match self.call(operation::GET_BUCKET_ENCRYPTION, name, request).await {
            Ok(answer) => answer,
            Err(error) if error.kind == ErrorKind::NotFound || is_unencrypted(&error) => {
                return Ok(Encryption::OfBucket);
            }
            Err(error) => return Err(error),
        };
        let rules =
            answer.server_side_encryption_configuration().map(ServerSideEncryptionConfiguration::rules);
        let mut defaults =
            rules.into_iter().flatten().filter_map(|rule| rule.apply_server_side_encryption_by_default());
        Ok(match defaults.next() {
            Some(default) if *default.sse_algorithm() == ServerSideEncryption::AwsKms => {
                Encryption::Kms(default.kms_master_key_id().map(str::to_owned))
            }
            _ => Encryption::OfBucket,
        })
    }
}

fn is_unencrypted(error: &AwsError) -> bool {
    error.code.as_deref() == Some("ServerSideEncryptionConfigurationNotFoundError")
}

/// The headers that ask for the bucket's own encryption.
pub(super) fn encryption_of(bucket: &Bucket) -> (Option<ServerSideEncryption>, Option<String>) {
    match &bucket.encryption {
        Encryption::OfBucket => (None, None),
        Encryption::Kms(key) => (Some(ServerSideEncryption::AwsKms), key.clone()),
    }
}

impl ArtifactStore for Aws {
    async fn open(&self, name: &str, owner: &str) -> Result<Bucket, AwsError> {
        let request = self.s3().head_bucket().bucket(name).expected_bucket_owner(owner).send();
        self.call(operation::HEAD_BUCKET, name, request).await.map_err(|error| match error.kind {
            ErrorKind::AccessDenied => {
                error.because(format!("it is not a bucket of {owner}, or closed to the caller"))
            }
            ErrorKind::NotFound => error.because("there is no such bucket"),
            _ => error,
        })?;
        let encryption = self.encryption(name, owner).await?;
        Ok(Bucket { name: name.to_owned(), owner: owner.to_owned(), encryption })
    }

    async fn object(&self, bucket: &Bucket, key: &str) -> Result<Option<ObjectFacts>, AwsError> {
        let request = self.s3().head_object().bucket(&bucket.name).key(key);
        let request = request.expected_bucket_owner(&bucket.owner).send();
        let object = match self.call(operation::HEAD_OBJECT, key, request).await {
            Ok(object) => object,
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(ObjectFacts {
            etag: object.e_tag().unwrap_or_default().to_owned(),
            bytes: object.content_length().and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            metadata: object.metadata.unwrap_or_default().into_iter().collect(),
        }))
    }

    async fn get(&self, bucket: &Bucket, key: &str, limit: u64) -> Result<Vec<u8>, AwsError> {
        let request = self.s3().get_object().bucket(&bucket.name).key(key);
        let request = request.expected_bucket_owner(&bucket.owner).send();
        let mut object = self.call(operation::GET_OBJECT, key, request).await?;
        let broken =
            |kind, why: String| self.place(AwsError::new(kind, operation::GET_OBJECT, key).because(why));
        let mut bytes = Vec::new();
        loop {
            match object.body.next().await {
                None => return Ok(bytes),
                Some(Err(error)) => return Err(broken(ErrorKind::Unreachable, error.to_string())),
                Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            }
            if bytes.len() as u64 > limit {
                return Err(broken(ErrorKind::Refused, format!("it is larger than {limit} bytes")));
            }
        }
    }

    async fn keys(&self, bucket: &Bucket, prefix: &str) -> Result<Vec<String>, AwsError> {
        self.pages(operation::LIST_OBJECTS_V2, prefix, async |token| {
            let request = self.s3().list_objects_v2().bucket(&bucket.name).prefix(prefix);
            let request = request.expected_bucket_owner(&bucket.owner).set_continuation_token(token).send();
            let page = self.call(operation::LIST_OBJECTS_V2, prefix, request).await?;
            let keys = page.contents().iter().filter_map(|object| object.key()).map(str::to_owned);
            Ok((keys.collect(), page.next_continuation_token))
        })
        .await
    }

    async fn put_immutable(&self, bucket: &Bucket, object: &Immutable<'_>) -> Result<Put, AwsError> {
        let present = self.object(bucket, object.key).await?;
        if present.is_some_and(|present| present.bytes == object.body.len()) {
            return Ok(Put::Present);
        }
        upload::put(self, &Upload { bucket, object }).await
    }

    async fn replace(
        &self,
        bucket: &Bucket,
        from: &str,
        to: &str,
        metadata: &Metadata,
        precondition: &Precondition,
    ) -> Result<(), AwsError> {
        let (encryption, key_id) = encryption_of(bucket);
        let (if_match, if_none_match) = match precondition {
            Precondition::Absent => (None, Some("*".to_owned())),
            Precondition::Unchanged(etag) => (Some(etag.clone()), None),
        };
        let request = self.s3().copy_object().bucket(&bucket.name).key(to);
        let request = request.copy_source(format!("{}/{from}", bucket.name));
        let request =
            request.expected_bucket_owner(&bucket.owner).expected_source_bucket_owner(&bucket.owner);
        let request = request.set_if_match(if_match).set_if_none_match(if_none_match);
        let request = request.set_server_side_encryption(encryption).set_ssekms_key_id(key_id);
        let request = request.metadata_directive(MetadataDirective::Replace).content_type("application/zip");
        let request = request.set_metadata(Some(metadata.clone().into_iter().collect()));
        let request = request.checksum_algorithm(ChecksumAlgorithm::Sha256).send();
        self.call(operation::COPY_OBJECT, to, request).await.map(drop)
    }
}
