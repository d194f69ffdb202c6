//! AWS Backup: its settings, and what it did, in any account and Region.

use std::collections::BTreeMap;

use cfct_core::apply::settings::Place;
use cfct_core::verify::Vault;

use super::Answer;

/// A job that did not end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJob {
    /// Its id.
    pub id: String,
    /// The ARN of the resource.
    pub resource: String,
    /// Why, in AWS's words.
    pub message: String,
}

/// The settings of AWS Backup.
pub trait BackupSettings {
    /// The global settings: AWS's names and values.
    fn global_settings(&self) -> impl Answer<BTreeMap<String, String>>;

    /// Changes global settings; those that are not named stay.
    fn set_global_settings(&self, settings: &BTreeMap<String, String>) -> impl Answer<()>;

    /// The resource types that AWS Backup knows in a place, and whether it backs them up.
    fn resource_types(&self, place: &Place) -> impl Answer<BTreeMap<String, bool>>;

    /// Chooses the resource types to back up in a place.
    fn set_resource_types(&self, place: &Place, types: &BTreeMap<String, bool>) -> impl Answer<()>;
}

/// What AWS Backup has and did.
pub trait BackupReader {
    /// The vaults of a place, by name.
    fn vaults(&self, place: &Place) -> impl Answer<BTreeMap<String, Vault>>;

    /// The backup jobs that failed since a time, in seconds since 1970: the latest of them.
    fn failed_jobs(&self, place: &Place, since: i64) -> impl Answer<Vec<FailedJob>>;
}
