//! The zip that CfCT reads: the same bytes from the same files, whatever machine, time or folder they come
//! from. Names are sorted, times and permissions fixed, and nothing else is stored.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use cfct_core::configuration::Content;
use cfct_core::policy;
use cfct_core::selection::Form;
use cfct_core::source::PackagePath;
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::bucket::hexadecimal;
use crate::deferred::Deferred;
use crate::error::PackageError;
use crate::folder::ConfigurationFolder;
use crate::progress::Progress;
use crate::release::ReleaseFile;

/// Deflate's level: on templates and policies, higher ones save less than a hundredth and take twice as long.
const LEVEL: i64 = 6;

/// A file that goes into the zip.
pub(crate) struct Member {
    pub(crate) path: PackagePath,
    pub(crate) origin: Origin,
    /// Its size when it was listed, or generated.
    pub(crate) bytes: u64,
}

/// Where a member's bytes come from.
pub(crate) enum Origin {
    /// The configuration's folder.
    Folder(Form),
    /// Packaging itself.
    Generated(String),
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
    // One after another: a second core would save a tenth of a second on thousands of files, and cost the
    // memory to hold what is not yet in its turn.
    let mut zip = ZipWriter::new(Deferred::new(BufWriter::new(out)));
    let files: Result<Vec<_>, _> = members.iter().map(|member| packing.pack(member, &mut zip)).collect();
    let written = zip.finish().map_err(refused("write", out_path))?.into_result();
    // Where writing failed, that ended the packing too.
    written.and_then(|mut out| out.flush()).map_err(PackageError::io("write", out_path))?;
    files
}

impl Packing<'_> {
    fn pack<W: Write + Seek>(
        &self,
        member: &Member,
        zip: &mut ZipWriter<Deferred<W>>,
    ) -> Result<ReleaseFile, PackageError> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(PackageError::Cancelled);
        }
        let name = member.path.as_str();
        let place = self.folder.root.join(name);
        zip.start_file(name, options()).map_err(refused("pack", &place))?;
        let mut entry = Entry { zip, hasher: Sha256::new(), bytes: 0 };
        match self.in_memory(member)? {
            Some(bytes) => entry.write_all(&bytes).map_err(PackageError::io("pack", &place))?,
            None => copy(&mut open(&place)?, &mut entry, self.cancelled, &place)?,
        }
        self.progress.advanced(member.bytes);
        let generated = matches!(member.origin, Origin::Generated(_));
        let (bytes, sha256) = (entry.bytes, hexadecimal(entry.hasher));
        Ok(ReleaseFile { path: name.to_owned(), bytes, sha256, generated })
    }

    /// The member's bytes where the checks have read them, or they were generated: what was checked is what
    /// is packaged.
    fn in_memory<'m>(&'m self, member: &'m Member) -> Result<Option<Cow<'m, [u8]>>, PackageError> {
        let form = match &member.origin {
            Origin::Folder(form) => *form,
            Origin::Generated(text) => return Ok(Some(Cow::Borrowed(text.as_bytes()))),
        };
        let file = self.folder.configuration.file(&member.path);
        let Some(Content::Text(source)) = file.map(|file| &file.content) else { return Ok(None) };
        Ok(Some(match form {
            Form::Verbatim => Cow::Borrowed(source.text().as_bytes()),
            Form::Minified => {
                let minified = policy::minify(source.text())
                    .map_err(|source| PackageError::Policy { path: member.path.clone(), source })?;
                Cow::Owned(minified.into_bytes())
            }
        }))
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
    path: &Path,
) -> Result<(), PackageError> {
    const BLOCK: u64 = 256 << 10;
    let mut block = Vec::new();
    loop {
        if cancelled.load(Ordering::Relaxed) {
            return Err(PackageError::Cancelled);
        }
        block.clear();
        let read = from.take(BLOCK).read_to_end(&mut block).map_err(PackageError::io("read", path))?;
        if read == 0 {
            return Ok(());
        }
        to.write_all(&block).map_err(PackageError::io("pack", path))?;
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

/// A member in the making, with the digest of what was written of it.
struct Entry<'z, W: Write + Seek> {
    zip: &'z mut ZipWriter<Deferred<W>>,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write + Seek> Write for Entry<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.zip.get_ref().is_some_and(Deferred::has_failed) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let written = self.zip.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}
