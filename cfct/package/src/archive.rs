//! The zip that CfCT reads: the same bytes from the same files, whatever machine, time or folder they come
//! from. Names are sorted, times and permissions fixed, and nothing else is stored.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use cfct_core::configuration::Content;
use cfct_core::parallel;
use cfct_core::policy;
use cfct_core::selection::Form;
use cfct_core::source::PackagePath;
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::{PreparedZipFile, SimpleFileOptions, ZipFileBuilder};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::bucket::hexadecimal;
use crate::error::PackageError;
use crate::folder::ConfigurationFolder;
use crate::progress::Progress;
use crate::release::ReleaseFile;

/// Deflate's level: on templates and policies, higher ones save less than a hundredth and take twice as long.
const LEVEL: i64 = 6;

/// Files that are compressed at once, and held in memory until they are written in order.
const BATCH_FILES: usize = 512;
/// Bytes of such a batch, uncompressed.
const BATCH_BYTES: u64 = 16 << 20;
/// Larger files go straight into the zip.
const STREAMED_BYTES: u64 = 4 << 20;

/// A file that goes into the zip.
pub(crate) struct Member {
    pub(crate) path: PackagePath,
    pub(crate) form: Form,
    /// Its size when it was listed.
    pub(crate) bytes: u64,
}

/// What members are packed with.
pub(crate) struct Packing<'p> {
    pub(crate) folder: &'p ConfigurationFolder,
    pub(crate) progress: &'p dyn Progress,
    pub(crate) cancelled: &'p AtomicBool,
}

/// Writes the zip of `members`, which are sorted, to `out`; `out_path` names it in errors.
pub(crate) fn write(
    packing: &Packing<'_>,
    members: &[Member],
    out: impl Write + Seek,
    out_path: &Path,
) -> Result<Vec<ReleaseFile>, PackageError> {
    let mut zip = ZipWriter::new(BufWriter::new(out));
    let mut files = Vec::with_capacity(members.len());
    let mut rest = members;
    while let Some(first) = rest.first() {
        if first.bytes > STREAMED_BYTES {
            files.push(packing.stream(first, &mut zip, out_path)?);
            rest = &rest[1..];
            continue;
        }
        let (batch, after) = rest.split_at(batch_length(rest));
        rest = after;
        for packed in parallel::map(batch.iter().collect(), |member| packing.compress(member)) {
            let (file, compressed) = packed?;
            zip.add_prepared_file(compressed).map_err(refused("write", out_path))?;
            files.push(file);
        }
    }
    let mut out = zip.finish().map_err(refused("write", out_path))?;
    out.flush().map_err(PackageError::io("write", out_path))?;
    Ok(files)
}

/// How many of `members`, at least one, fit into a batch.
fn batch_length(members: &[Member]) -> usize {
    let mut bytes = 0;
    let fits = |member: &&Member| {
        bytes += member.bytes;
        member.bytes <= STREAMED_BYTES && bytes <= BATCH_BYTES
    };
    members.iter().take(BATCH_FILES).take_while(fits).count().max(1)
}

impl Packing<'_> {
    /// Compresses a member in memory.
    fn compress(&self, member: &Member) -> Result<(ReleaseFile, PreparedZipFile), PackageError> {
        self.go_on()?;
        let name = member.path.as_str();
        let place = self.place(member);
        let builder = ZipFileBuilder::new(name, options()).map_err(refused("pack", &place))?;
        let mut hashed = Hashed::new(builder);
        self.pour(member, &mut hashed, &place)?;
        let (file, builder) = hashed.finish(name);
        let compressed = builder.finish().map_err(refused("pack", &place))?;
        self.progress.advanced(member.bytes);
        Ok((file, compressed))
    }

    /// Packs a large member straight into the zip.
    fn stream<W: Write + Seek>(
        &self,
        member: &Member,
        zip: &mut ZipWriter<W>,
        out_path: &Path,
    ) -> Result<ReleaseFile, PackageError> {
        self.go_on()?;
        let name = member.path.as_str();
        zip.start_file(name, options()).map_err(refused("write", out_path))?;
        let mut hashed = Hashed::new(zip);
        self.pour(member, &mut hashed, out_path)?;
        self.progress.advanced(member.bytes);
        Ok(hashed.finish(name).0)
    }

    /// Writes the member's bytes to `to`; `to_path` names that in errors.
    fn pour(&self, member: &Member, to: &mut impl Write, to_path: &Path) -> Result<(), PackageError> {
        match self.in_memory(member)? {
            Some(bytes) => to.write_all(&bytes).map_err(PackageError::io("write", to_path)),
            None => {
                let place = self.place(member);
                copy(&mut open(&place)?, to, self.cancelled, &place, to_path)
            }
        }
    }

    /// The member's bytes where the checks have read them: what was checked is what is packaged.
    fn in_memory(&self, member: &Member) -> Result<Option<Cow<'_, [u8]>>, PackageError> {
        let file = self.folder.configuration.file(&member.path);
        let Some(Content::Text(source)) = file.map(|file| &file.content) else { return Ok(None) };
        Ok(Some(match member.form {
            Form::Verbatim => Cow::Borrowed(source.text().as_bytes()),
            Form::Minified => {
                let minified = policy::minify(source.text())
                    .map_err(|source| PackageError::Policy { path: member.path.clone(), source })?;
                Cow::Owned(minified.into_bytes())
            }
        }))
    }

    fn place(&self, member: &Member) -> PathBuf {
        self.folder.root.join(member.path.as_str())
    }

    fn go_on(&self) -> Result<(), PackageError> {
        if self.cancelled.load(Ordering::Relaxed) { Err(PackageError::Cancelled) } else { Ok(()) }
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
}

/// Opens a regular file, and no link that took its place since it was listed.
fn open(path: &Path) -> Result<File, PackageError> {
    let listed = fs::symlink_metadata(path).map_err(PackageError::io("read", path))?;
    if !listed.is_file() {
        return Err(PackageError::Changed { path: path.to_owned() });
    }
    let file = File::open(path).map_err(PackageError::io("read", path))?;
    let opened = file.metadata().map_err(PackageError::io("read", path))?;
    if is_same(&listed, &opened) { Ok(file) } else { Err(PackageError::Changed { path: path.to_owned() }) }
}

#[cfg(unix)]
fn is_same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, opened: &fs::Metadata) -> bool {
    opened.is_file()
}

/// Copies in blocks of one size, since the compressor's output could depend on it.
fn copy(
    from: &mut File,
    to: &mut impl Write,
    cancelled: &AtomicBool,
    from_path: &Path,
    to_path: &Path,
) -> Result<(), PackageError> {
    const BLOCK: u64 = 256 << 10;
    let mut block = Vec::new();
    loop {
        if cancelled.load(Ordering::Relaxed) {
            return Err(PackageError::Cancelled);
        }
        block.clear();
        let read = from.take(BLOCK).read_to_end(&mut block).map_err(PackageError::io("read", from_path))?;
        if read == 0 {
            return Ok(());
        }
        to.write_all(&block).map_err(PackageError::io("write", to_path))?;
    }
}

fn refused<'p>(operation: &'static str, path: &'p Path) -> impl FnOnce(ZipError) -> PackageError + use<'p> {
    move |error| {
        let error = match error {
            ZipError::Io(error) => error,
            other => io::Error::other(other.to_string()),
        };
        PackageError::io(operation, path)(error)
    }
}

/// A writer that takes the digest of what passes.
struct Hashed<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W> Hashed<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    fn finish(self, name: &str) -> (ReleaseFile, W) {
        let sha256 = hexadecimal(self.hasher);
        (ReleaseFile { path: name.to_owned(), bytes: self.bytes, sha256 }, self.inner)
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
