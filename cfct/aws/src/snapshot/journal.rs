//! What an interrupted snapshot had learnt: a file beside the output, one answer a line.
//!
//! The first line says whose it is. A line that was cut off by the end of the process is not there.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::future::Future;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{SnapshotError, Subject};
use crate::error::AwsError;

/// After this long, what was learnt is too old to be put beside what is learnt now.
const FRESH: Duration = Duration::from_hours(6);

/// The version of the lines.
const FORMAT: u32 = 1;

/// What was learnt so far.
#[derive(Debug, Default)]
pub struct Journal {
    known: RefCell<HashMap<String, Box<RawValue>>>,
    file: Option<(PathBuf, RefCell<File>)>,
    resumed: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    management_account: String,
    region: String,
    /// Seconds since 1970.
    began: u64,
}

#[derive(Deserialize)]
struct Line {
    key: String,
    value: Box<RawValue>,
}

#[derive(Serialize)]
struct LineRef<'l, T> {
    key: &'l str,
    value: &'l T,
}

impl Journal {
    /// One that keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The journal at `path`: what it holds, if it is of the same organization and Region and not old; else a
    /// new one.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn open(path: &Path, subject: &Subject<'_>) -> Result<Self, SnapshotError> {
        let refused = |source| SnapshotError::Journal { path: path.to_owned(), source };
        let head = Head {
            format: FORMAT,
            management_account: subject.home.account.to_string(),
            region: subject.region.to_owned(),
            began: now(),
        };
        let known = read(path, &head).unwrap_or_default();
        let mut file = private(path, known.is_empty()).map_err(refused)?;
        if known.is_empty() {
            write_line(&mut file, &head).map_err(refused)?;
        } else {
            // Whatever was cut off ends here.
            file.write_all(b"\n").map_err(refused)?;
        }
        let resumed = known.len();
        Ok(Self { known: RefCell::new(known), file: Some((path.to_owned(), RefCell::new(file))), resumed })
    }

    /// How many answers it had when it was opened.
    #[must_use]
    pub fn resumed(&self) -> usize {
        self.resumed
    }

    /// The answer that it has under `key`, or else the one of `ask`, which it keeps.
    pub(super) async fn remember<T>(
        &self,
        key: &str,
        ask: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, SnapshotError>
    where
        T: Serialize + DeserializeOwned,
    {
        let known = self.known.borrow_mut().remove(key);
        if let Some(value) = known.and_then(|value| serde_json::from_str(value.get()).ok()) {
            return Ok(value);
        }
        let value = ask.await?;
        if let Some((path, file)) = &self.file {
            write_line(&mut file.borrow_mut(), &LineRef { key, value: &value })
                .map_err(|source| SnapshotError::Journal { path: path.clone(), source })?;
        }
        Ok(value)
    }

    /// Removes it: the snapshot is complete.
    pub fn remove(self) {
        if let Some((path, _)) = self.file {
            // Left behind, it is too old one day.
            let _ = fs::remove_file(path);
        }
    }
}

/// One write a line, so that a process that ends in between leaves whole lines.
fn write_line(file: &mut File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// The answers, if the journal goes on from `head`.
fn read(path: &Path, head: &Head) -> Option<HashMap<String, Box<RawValue>>> {
    let mut lines = BufReader::new(File::open(path).ok()?).lines().map_while(Result::ok);
    let theirs: Head = serde_json::from_str(&lines.next()?).ok()?;
    let same = theirs.format == head.format
        && theirs.management_account == head.management_account
        && theirs.region == head.region;
    let fresh = head.began.saturating_sub(theirs.began) < FRESH.as_secs();
    if !(same && fresh) {
        return None;
    }
    let lines = lines.filter_map(|line| serde_json::from_str::<Line>(&line).ok());
    Some(lines.map(|line| (line.key, line.value)).collect())
}

/// Names, mail addresses and parameters of an organization are nobody else's to read.
fn private(path: &Path, anew: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(anew).append(!anew);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
