//! Unpacking a configuration's zip: what CfCT itself does first.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;

use cfct_core::source::PackagePath;
use zip::ZipArchive;

use crate::limits;

/// Unpacks `zip` into the folder `into`. Nothing is written outside of it, and no more than a package may hold.
///
/// # Errors
/// Where it is no zip, holds more than [`limits`] allow or a path that leads out, or cannot be written.
pub fn unpack(zip: &[u8], into: &Path) -> io::Result<()> {
    let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|error| refused(&error.to_string()))?;
    if archive.len() > limits::FILES {
        return Err(refused("the zip holds too many files"));
    }
    let mut left = limits::BYTES;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| refused(&error.to_string()))?;
        if !member.is_file() {
            continue;
        }
        let name = member.name().map_err(|error| refused(&error.to_string()))?;
        let path = PackagePath::new(&name).ok_or_else(|| refused("a path in the zip leads out of it"))?;
        drop(name);
        let place = into.join(path.as_str());
        fs::create_dir_all(place.parent().unwrap_or(into))?;
        // Counted as it comes out: what the directory of a zip says of sizes need not be true.
        let written = io::copy(&mut member.take(left + 1), &mut File::create(&place)?)?;
        left = left.checked_sub(written).ok_or_else(|| refused("the zip holds too many bytes"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::unpack;
    use std::fs;
    use std::io::{Cursor, Write};
    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_where_they_were() {
        let folder = TempDir::new().unwrap();
        unpack(&zip_of(&[("manifest.yaml", "a"), ("templates/x.yaml", "b")]), folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("templates/x.yaml")).unwrap(), "b");
    }

    #[test]
    fn nothing_is_written_outside() {
        for name in ["../evil", "/evil", "a/../../evil", "a\\evil"] {
            let outer = TempDir::new().unwrap();
            let folder = outer.path().join("inner");
            fs::create_dir(&folder).unwrap();
            unpack(&zip_of(&[(name, "x")]), &folder).unwrap_err();
            assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1, "{name}");
        }
    }

    #[test]
    fn what_is_no_zip_is_refused() {
        assert!(unpack(b"not a zip", TempDir::new().unwrap().path()).is_err());
    }
}
