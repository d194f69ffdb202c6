//! The companion's zip for Lambda, in the artifact bucket under its digest.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::bucket::{Bucket, BucketObject, hexadecimal};
use crate::error::PackageError;

/// The folder of the bucket that it is in.
const COMPANION: &str = "companion";

/// What Lambda starts in a function with a runtime of its own.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>
const ENTRY: &str = "bootstrap";

/// Deflate's best: the zip is read at every cold start, and written once.
const LEVEL: i64 = 9;

/// Packs a binary for Lambda and puts the zip into the bucket at `bucket`. The same binary gives the same bytes.
///
/// # Errors
/// Where the binary cannot be read, or the bucket not be written.
pub fn put_companion(binary: &Path, bucket: &Path) -> Result<BucketObject, PackageError> {
    let zip = fs::read(binary).and_then(|binary| pack(&binary)).map_err(PackageError::io("pack", binary))?;
    let object = object(&zip);
    Bucket::open(bucket, &AtomicBool::new(false))?.put_immutable(&object.key, &zip)?;
    Ok(object)
}

/// The zips of the companion that stand in the bucket at `bucket`, by key. What is not what its name says is none.
///
/// # Errors
/// Where the folder or a file in it cannot be read.
pub fn companions(bucket: &Path) -> Result<Vec<BucketObject>, PackageError> {
    let folder = bucket.join(COMPANION);
    let unreadable = |error| PackageError::io("read", &folder)(error);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.ends_with(".zip")) else { continue };
        let object = fs::read(entry.path()).map(|zip| object(&zip)).map_err(unreadable)?;
        if object.key == format!("{COMPANION}/{name}") {
            found.push(object);
        }
    }
    found.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Ok(found)
}

fn object(zip: &[u8]) -> BucketObject {
    let sha256 = hexadecimal(Sha256::new_with_prefix(zip));
    BucketObject {
        key: format!("{COMPANION}/{sha256}.zip"),
        content_type: "application/zip",
        bytes: zip.len() as u64,
        sha256,
        tags: BTreeMap::new(),
    }
}

fn pack(binary: &[u8]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(ENTRY, options).map_err(io::Error::other)?;
    zip.write_all(binary)?;
    zip.finish().map(Cursor::into_inner).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{companions, put_companion};

    #[test]
    fn the_same_binary_gives_the_same_zip_whenever_and_wherever() {
        let folder = tempfile::tempdir().unwrap();
        let bucket = folder.path().join("bucket");
        let keys = ["one", "two"].map(|name| {
            let binary = folder.path().join(name);
            fs::write(&binary, b"\x7fELF binary").unwrap();
            put_companion(&binary, &bucket).unwrap().key
        });
        assert_eq!(keys[0], keys[1]);
        // Another compressor makes another one.
        assert_eq!(keys[0], "companion/aa2fc72ddae1181fffceff161223382b77cbefdad36f879344f623746dd49569.zip");
    }

    #[test]
    fn what_is_not_what_its_name_says_is_no_companion() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(companions(folder.path()).unwrap(), []);
        let binary = folder.path().join("binary");
        fs::write(&binary, b"binary").unwrap();
        let object = put_companion(&binary, folder.path()).unwrap();
        let strange = "companion/0000000000000000000000000000000000000000000000000000000000000000.zip";
        fs::write(folder.path().join(strange), b"strange").unwrap();
        fs::write(folder.path().join("companion/notes.txt"), b"notes").unwrap();
        assert_eq!(companions(folder.path()).unwrap(), [object]);
    }
}
