//! A writer that keeps its first error for the end.
//!
//! `ZipWriter` takes a failed write badly: dropped, it tries to finish the archive, prints that it cannot, and
//! asserts positions that no longer hold. So it never hears of one.

use std::io::{self, Seek, SeekFrom, Write};

/// Writes to `W` until that fails, and from then on to nowhere.
pub(crate) struct Deferred<W> {
    inner: W,
    error: Option<io::Error>,
    /// Where a writer without the error would be, and where its end.
    position: u64,
    end: u64,
}

impl<W> Deferred<W> {
    /// `inner` is empty and at its start.
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, error: None, position: 0, end: 0 }
    }

    /// Whether further work is in vain.
    pub(crate) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// The writer, or the error that it came to.
    pub(crate) fn into_result(self) -> io::Result<W> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.inner),
        }
    }

    /// Does something with the writer, or has no result once it has failed.
    fn attempt<T>(&mut self, act: impl FnOnce(&mut W) -> io::Result<T>) -> Option<T> {
        if self.has_failed() {
            return None;
        }
        act(&mut self.inner).map_err(|error| self.error = Some(error)).ok()
    }
}

impl<W: Write> Write for Deferred<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|inner| inner.write_all(bytes));
        self.position += bytes.len() as u64;
        self.end = self.end.max(self.position);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(W::flush);
        Ok(())
    }
}

impl<W: Seek> Seek for Deferred<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        let target = target.ok_or(io::ErrorKind::InvalidInput)?;
        // Asking where it is must not empty the buffer of the writer behind.
        if target != self.position {
            self.attempt(|inner| inner.seek(SeekFrom::Start(target)));
            self.position = target;
        }
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::Deferred;
    use std::io::{Cursor, Error, ErrorKind, Result, Seek, SeekFrom, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A disk with room for so many writes.
    struct Full {
        disk: Cursor<Vec<u8>>,
        writes: usize,
    }

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.writes = self.writes.checked_sub(1).ok_or_else(|| Error::from(ErrorKind::StorageFull))?;
            self.disk.write(bytes)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> Result<u64> {
            self.disk.seek(to)
        }
    }

    fn archive(writes: usize) -> Result<Vec<u8>> {
        let mut zip = ZipWriter::new(Deferred::new(Full { disk: Cursor::default(), writes }));
        for name in ["a", "b"] {
            zip.start_file(name, SimpleFileOptions::default()).expect("never fails");
            zip.write_all(&[7; 100]).expect("never fails");
        }
        Ok(zip.finish().expect("never fails").into_result()?.disk.into_inner())
    }

    #[test]
    fn an_archive_fails_at_its_end_whichever_write_failed() {
        let enough = (0..1000).find(|writes| archive(*writes).is_ok()).expect("room enough");
        assert!(enough > 4, "{enough}");
        for writes in 0..enough {
            let error = archive(writes).expect_err("no room");
            assert_eq!(error.kind(), ErrorKind::StorageFull, "after {writes} writes: {error}");
        }
    }

    #[test]
    fn without_an_error_nothing_differs() {
        let mut plain = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["a", "b"] {
            plain.start_file(name, SimpleFileOptions::default()).expect("a member");
            plain.write_all(&[7; 100]).expect("bytes");
        }
        let plain = plain.finish().expect("a zip").into_inner();
        assert_eq!(archive(usize::MAX).expect("room enough"), plain);
    }
}
