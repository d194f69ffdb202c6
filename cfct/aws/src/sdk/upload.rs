//! Putting an immutable object: in one request, or in parts where it is large.
//!
//! S3 gets the SHA-256 of all that it is sent and refuses what arrives otherwise. An upload in parts that was
//! cut off goes on where it stopped: its key names its content, so whoever began it meant the same bytes.

use std::fs::File;
use std::io::Read;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, Part};
use aws_smithy_types::base64;
use sha2::{Digest, Sha256};

use super::s3::encryption_of;
use super::text;
use crate::aws::Aws;
use crate::digest::hexadecimal;
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, s3 as operation};
use crate::ports::{Body, Bucket, Put};

/// Under which metadata an object's SHA-256 is kept, in hexadecimal.
pub(crate) const SHA256: &str = "sha256";

/// An object to put.
pub(super) struct Upload<'u> {
    pub(super) bucket: &'u Bucket,
    pub(super) key: &'u str,
    pub(super) content_type: &'u str,
    pub(super) body: Body<'u>,
    pub(super) sha256: &'u str,
}

pub(super) async fn put(aws: &Aws, upload: &Upload<'_>) -> Result<Put, AwsError> {
    let written = if upload.body.len() > aws.settings().part_bytes as u64 {
        in_parts(aws, upload).await
    } else {
        at_once(aws, upload).await
    };
    match written {
        Ok(()) => Ok(Put::Written),
        // Somebody else put the same bytes meanwhile, or the answer to an earlier try was lost.
        Err(error) if error.kind == ErrorKind::Precondition => Ok(Put::Present),
        Err(error) => Err(error),
    }
}

async fn at_once(aws: &Aws, upload: &Upload<'_>) -> Result<(), AwsError> {
    let mut source = Source::open(aws, upload, operation::PUT_OBJECT)?;
    let bytes = source.next()?;
    let checksum = base64::encode(Sha256::digest(&bytes));
    source.finish()?;
    let (encryption, key_id) = encryption_of(upload.bucket);
    let request = aws.s3().put_object().bucket(&upload.bucket.name).key(upload.key);
    let request = request.expected_bucket_owner(&upload.bucket.owner).content_type(upload.content_type);
    let request = request.metadata(SHA256, upload.sha256).if_none_match("*");
    let request = request.set_server_side_encryption(encryption).set_ssekms_key_id(key_id);
    let request = request.checksum_sha256(checksum).body(ByteStream::from(bytes)).send();
    aws.call(operation::PUT_OBJECT, upload.key, request).await.map(drop)
}

async fn in_parts(aws: &Aws, upload: &Upload<'_>) -> Result<(), AwsError> {
    let (id, present) = match begun(aws, upload).await? {
        Some(id) => {
            let present = parts(aws, upload, &id).await?;
            (id, present)
        }
        None => (begin(aws, upload).await?, Vec::new()),
    };
    let mut source = Source::open(aws, upload, operation::UPLOAD_PART)?;
    let mut completed = Vec::new();
    for number in 1.. {
        let bytes = source.next()?;
        if bytes.is_empty() {
            break;
        }
        let checksum = base64::encode(Sha256::digest(&bytes));
        let done = present.iter().find(|part| {
            part.part_number() == Some(number) && part.checksum_sha256() == Some(checksum.as_str())
        });
        let etag = match done {
            Some(part) => text(part.e_tag()),
            None => put_part(aws, upload, &id, number, bytes, &checksum).await?,
        };
        completed
            .push(CompletedPart::builder().part_number(number).e_tag(etag).checksum_sha256(checksum).build());
    }
    source.finish()?;
    let parts = CompletedMultipartUpload::builder().set_parts(Some(completed)).build();
    let request = aws.s3().complete_multipart_upload().bucket(&upload.bucket.name).key(upload.key);
    let request = request.expected_bucket_owner(&upload.bucket.owner).upload_id(id);
    let request = request.if_none_match("*").multipart_upload(parts).send();
    aws.call(operation::COMPLETE_MULTIPART_UPLOAD, upload.key, request).await.map(drop)
}

/// An upload of the same object that was cut off.
async fn begun(aws: &Aws, upload: &Upload<'_>) -> Result<Option<String>, AwsError> {
    let request = aws.s3().list_multipart_uploads().bucket(&upload.bucket.name).prefix(upload.key);
    let request = request.expected_bucket_owner(&upload.bucket.owner).send();
    let page = aws.call(operation::LIST_MULTIPART_UPLOADS, upload.key, request).await?;
    let mut same = page.uploads().iter().filter(|begun| begun.key() == Some(upload.key));
    Ok(same.next().and_then(|begun| begun.upload_id()).map(str::to_owned))
}

async fn parts(aws: &Aws, upload: &Upload<'_>, id: &str) -> Result<Vec<Part>, AwsError> {
    aws.pages(operation::LIST_PARTS, upload.key, async |token| {
        let request = aws.s3().list_parts().bucket(&upload.bucket.name).key(upload.key).upload_id(id);
        let request = request.expected_bucket_owner(&upload.bucket.owner);
        let request = request.set_part_number_marker(token).send();
        let page = aws.call(operation::LIST_PARTS, upload.key, request).await?;
        let next = page.next_part_number_marker.filter(|_| page.is_truncated == Some(true));
        Ok((page.parts.unwrap_or_default(), next))
    })
    .await
}

async fn begin(aws: &Aws, upload: &Upload<'_>) -> Result<String, AwsError> {
    let (encryption, key_id) = encryption_of(upload.bucket);
    let request = aws.s3().create_multipart_upload().bucket(&upload.bucket.name).key(upload.key);
    let request = request.expected_bucket_owner(&upload.bucket.owner).content_type(upload.content_type);
    let request = request.metadata(SHA256, upload.sha256).checksum_algorithm(ChecksumAlgorithm::Sha256);
    let request = request.set_server_side_encryption(encryption).set_ssekms_key_id(key_id).send();
    let answer = aws.call(operation::CREATE_MULTIPART_UPLOAD, upload.key, request).await?;
    Ok(text(answer.upload_id()))
}

async fn put_part(
    aws: &Aws,
    upload: &Upload<'_>,
    id: &str,
    number: i32,
    bytes: Vec<u8>,
    checksum: &str,
) -> Result<String, AwsError> {
    let request = aws.s3().upload_part().bucket(&upload.bucket.name).key(upload.key).upload_id(id);
    let request = request.expected_bucket_owner(&upload.bucket.owner).part_number(number);
    let request = request.checksum_sha256(checksum).body(ByteStream::from(bytes)).send();
    let answer = aws.call(operation::UPLOAD_PART, upload.key, request).await?;
    Ok(text(answer.e_tag()))
}

/// The bytes of an upload, part by part, with a digest of all that was read.
struct Source<'s> {
    upload: &'s Upload<'s>,
    operation: Operation,
    reader: Box<dyn Read + 's>,
    part: u64,
    hash: Sha256,
}

impl<'s> Source<'s> {
    fn open(aws: &Aws, upload: &'s Upload<'s>, operation: Operation) -> Result<Self, AwsError> {
        let reader: Box<dyn Read + 's> = match upload.body {
            Body::Bytes(bytes) => Box::new(bytes),
            Body::File(path, _) => {
                let file = File::open(path).map_err(|error| {
                    let why = format!("cannot read {}: {error}", path.display());
                    AwsError::new(ErrorKind::Refused, operation, upload.key).because(why)
                })?;
                Box::new(file)
            }
        };
        Ok(Self { upload, operation, reader, part: aws.settings().part_bytes as u64, hash: Sha256::new() })
    }

    /// The next part; empty at the end.
    fn next(&mut self) -> Result<Vec<u8>, AwsError> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(self.part).read_to_end(&mut bytes);
        read.map_err(|error| self.broken(format!("cannot read what is to be uploaded: {error}")))?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    /// What was read has to be what was packaged.
    fn finish(self) -> Result<(), AwsError> {
        if hexadecimal(&self.hash.clone().finalize()) == self.upload.sha256 {
            return Ok(());
        }
        Err(self.broken("the file changed since it was packaged".to_owned()))
    }

    fn broken(&self, why: String) -> AwsError {
        AwsError::new(ErrorKind::Refused, self.operation, self.upload.key).because(why)
    }
}
