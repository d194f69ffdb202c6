//! Retention against the range that a vault lock enforces.
//!
//! Backup and copy jobs fail where the retention of their recovery point lies outside:
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html>.

/// `MinRetentionDays` and `MaxRetentionDays` of a vault lock or of a logically air-gapped vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LockRange {
    /// The least retention in days, where there is one.
    pub min: Option<u64>,
    /// The most retention in days, where there is one.
    pub max: Option<u64>,
}

/// Why jobs into a locked vault fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Kept for less than the lock demands.
    TooShort {
        /// The least retention in days.
        min: u64,
    },
    /// Kept for longer than the lock allows.
    TooLong {
        /// The most retention in days.
        max: u64,
    },
    /// Kept for ever, where the lock has an end. AWS documents failure for retention that is too long, so
    /// that it fails here too is inferred.
    Endless {
        /// The most retention in days.
        max: u64,
    },
}

impl LockRange {
    /// What is wrong with a retention in days; `None` for ever.
    #[must_use]
    pub fn conflict(self, retention: Option<u64>) -> Option<Conflict> {
        match retention {
            Some(days) => {
                let short = self.min.filter(|min| days < *min).map(|min| Conflict::TooShort { min });
                short.or_else(|| self.max.filter(|max| days > *max).map(|max| Conflict::TooLong { max }))
            }
            None => self.max.map(|max| Conflict::Endless { max }),
        }
    }
}
