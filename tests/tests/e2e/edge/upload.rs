//! An upload in parts that was cut off: what is there is not sent again, unless it is something else.

use cfct_aws::ports::{ArtifactStore, Body, Bucket, Encryption, Put};
use sha2::{Digest, Sha256};

use crate::edge::loopback::{Loopback, Reply};
use crate::edge::runs;

const PART: usize = 5 << 20;

/// S3 with an upload of `key` begun, of which it has part 1, with this checksum.
fn with_part_one(checksum: &'static str) -> Loopback {
    Loopback::start(move |request, _| {
        let line = request.line.as_str();
        match line.split(' ').next() {
            Some("HEAD") => Reply::Answer(404, "text/plain", String::new()),
            Some("GET") if line.contains("uploads") => Reply::xml(
                200,
                "<ListMultipartUploadsResult><Upload><Key>key-2</Key><UploadId>other</UploadId></Upload>\
                 <Upload><Key>key</Key><UploadId>ours</UploadId></Upload></ListMultipartUploadsResult>",
            ),
            Some("GET") => Reply::xml(
                200,
                &format!(
                    "<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>one</ETag>\
                     <ChecksumSHA256>{checksum}</ChecksumSHA256></Part></ListPartsResult>"
                ),
            ),
            Some("PUT") => Reply::Raw(
                b"HTTP/1.1 200 x\r\netag: sent\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
            ),
            _ => Reply::xml(
                200,
                "<CompleteMultipartUploadResult><ETag>all</ETag></CompleteMultipartUploadResult>",
            ),
        }
    })
}

/// Which parts are sent, and what the end of the upload says.
fn upload(server: &Loopback) -> (Vec<String>, String) {
    let bytes = vec![0; PART + 1];
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let (runtime, aws) = runs::ports(&server.url, PART);
    let bucket = Bucket {
        name: "bucket".to_owned(),
        owner: "111122223333".to_owned(),
        encryption: Encryption::OfBucket,
    };
    let put = aws.put_immutable(&bucket, "key", "application/zip", Body::Bytes(&bytes), &sha256);
    assert_eq!(runtime.block_on(put).expect("uploaded"), Put::Written);
    let requests = server.requests();
    let number = |line: &str| Some(line.split("partNumber=").nth(1)?.split(['&', ' ']).next()?.to_owned());
    let sent = requests
        .iter()
        .filter(|request| request.line.starts_with("PUT"))
        .filter_map(|request| number(&request.line));
    let end = requests.iter().rfind(|request| request.line.starts_with("POST")).expect("an end");
    assert_eq!(end.header.get("if-none-match").map(String::as_str), Some("*"));
    assert!(
        requests.iter().all(|request| !request.line.contains("uploadId=other")),
        "somebody else's upload"
    );
    (sent.collect(), String::from_utf8_lossy(&end.body).into_owned())
}

#[test]
fn a_part_that_is_there_is_not_sent_again() {
    let (sent, end) = upload(&with_part_one("wDbLt1U6kJ+LiHfURhkkMH8n7LZs/5KO7q/VacOIfik="));
    assert_eq!(sent, ["2"]);
    assert!(end.contains("<ETag>one</ETag>") && end.contains("<ETag>sent</ETag>"), "{end}");
}

#[test]
fn a_part_of_other_bytes_is() {
    let (sent, end) = upload(&with_part_one("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    assert_eq!(sent, ["1", "2"]);
    assert!(!end.contains("<ETag>one</ETag>"), "{end}");
}
