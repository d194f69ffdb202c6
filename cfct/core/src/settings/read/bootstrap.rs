//! `[bootstrap]`.

use super::super::bootstrap::{BootstrapSettings, LockSettings};
use super::{Reader, Value};
use crate::aws::AccountId;
use crate::bootstrap::configuration::Delivery;
use crate::deployment::form::{self, Wrong};
use crate::words::excerpt;

const KEYS: [&str; 15] = [
    "delivery",
    "units",
    "regions",
    "enable-regions",
    "ready-bus",
    "role",
    "alias",
    "vault",
    "topic",
    "break-glass",
    "copy-accounts",
    "framework",
    "restore-testing",
    "share-air-gapped",
    "lock",
];

const LOCK: [&str; 5] =
    ["mode", "min-retention-days", "max-retention-days", "changeable-for-days", "confirm-compliance-lock"];

/// The bounds of a lock, in days.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html>
const LONGEST: u32 = 36_500;
const SHORTEST_GRACE: u32 = 3;

impl Reader<'_> {
    pub(super) fn bootstrap(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`bootstrap`") else { return };
        let mut read = BootstrapSettings {
            delivery: (Delivery::StackSets, self.at(value)),
            units: [].into(),
            regions: Vec::new(),
            enables_regions: false,
            ready_bus: None,
            role: "OrgBackupRole".to_owned(),
            alias: "alias/org-backup".to_owned(),
            vault: "org-backup-vault".to_owned(),
            topic: None,
            break_glass: None,
            copy_accounts: [].into(),
            framework: None,
            restore_testing: None,
            shares_air_gapped: false,
            lock: None,
        };
        for (key, value) in table {
            let key_text = key.get_ref().as_ref();
            let what = format!("`{key_text}`");
            match key_text {
                "delivery" => {
                    let find = |word: &str| match word {
                        "stack-sets" => Some(Delivery::StackSets),
                        "direct" => Some(Delivery::Direct),
                        _ => None,
                    };
                    if let Some(delivery) = self.word(value, "a delivery", &["stack-sets", "direct"], find) {
                        read.delivery = (delivery, self.at(value));
                    }
                }
                "units" => {
                    read.units = self.units(value, &what).into_iter().map(|unit| unit.to_string()).collect();
                }
                "regions" => {
                    let items = self.array(value, &what).unwrap_or_default();
                    read.regions =
                        items.iter().filter_map(|item| self.formed(item, "a Region", form::region)).collect();
                }
                "enable-regions" => {
                    read.enables_regions = self.truth(value, &what).unwrap_or(read.enables_regions);
                }
                "ready-bus" => read.ready_bus = self.text(value, &what),
                "role" => self.named(value, &what, &mut read.role, role),
                "alias" => self.named(value, &what, &mut read.alias, alias),
                "vault" => self.named(value, &what, &mut read.vault, vault),
                "topic" => read.topic = self.text(value, &what),
                "break-glass" => read.break_glass = self.text(value, &what),
                "copy-accounts" => {
                    let items = self.array(value, &what).unwrap_or_default();
                    let ids: Vec<Option<AccountId>> = items
                        .iter()
                        .map(|item| self.formed(item, "an account id", form::account_id)?.parse().ok())
                        .collect();
                    read.copy_accounts = ids.into_iter().flatten().collect();
                }
                "framework" => read.framework = self.text(value, &what),
                "restore-testing" => read.restore_testing = self.text(value, &what),
                "share-air-gapped" => read.shares_air_gapped = self.truth(value, &what).unwrap_or(false),
                "lock" => read.lock = self.lock(value),
                _ => self.unknown_key(key, &KEYS),
            }
        }
        self.settings.bootstrap = Some(read);
    }

    fn named(
        &mut self,
        value: &Value<'_>,
        what: &str,
        name: &mut String,
        check: impl FnOnce(&str) -> Result<(), Wrong>,
    ) {
        if let Some(written) = self.formed(value, what, check) {
            *name = written;
        }
    }

    fn lock(&mut self, value: &Value<'_>) -> Option<LockSettings> {
        let table = self.table(value, "`bootstrap.lock`")?;
        let mut lock = LockSettings::default();
        let mut has_mode = false;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "mode" => {
                    let find = |word: &str| match word {
                        "compliance" => Some(true),
                        "governance" => Some(false),
                        _ => None,
                    };
                    let mode = self.word(value, "a mode", &["governance", "compliance"], find);
                    has_mode = mode.is_some();
                    lock.is_compliance = mode.unwrap_or_default();
                }
                "min-retention-days" => lock.min_retention_days = self.lock_days(value, 1),
                "max-retention-days" => lock.max_retention_days = self.lock_days(value, 1),
                "changeable-for-days" => lock.changeable_for_days = self.lock_days(value, SHORTEST_GRACE),
                "confirm-compliance-lock" => {
                    lock.confirmation = self.text(value, "`confirm-compliance-lock`");
                }
                _ => self.unknown_key(key, &LOCK),
            }
        }
        // Nobody gets a lock of a mode that he did not name.
        if !has_mode {
            let message = "the lock has no mode".to_owned();
            self.wrong(&self.at(value), Wrong { message, help: "add `mode = \"governance\"`".to_owned() });
            return None;
        }
        Some(lock)
    }

    fn lock_days(&mut self, value: &Value<'_>, least: u32) -> Option<u32> {
        let days = value.get_ref().as_integer().filter(|days| days.radix() == 10);
        let days = days.and_then(|days| days.as_str().parse().ok());
        let days = days.filter(|days| (least..=LONGEST).contains(days));
        self.wanted(
            days,
            value,
            "a number of days of the lock",
            &format!("a number from {least} to {LONGEST}"),
        )
    }
}

fn named(is_right: bool, text: &str, what: &str, help: &str) -> Result<(), Wrong> {
    let message = || format!("`{}` is not {what}", excerpt(text));
    is_right.then_some(()).ok_or_else(|| Wrong { message: message(), help: help.to_owned() })
}

fn role(text: &str) -> Result<(), Wrong> {
    let is_right = (1..=64).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c));
    named(
        is_right,
        text,
        "the name of a role",
        "write letters, digits and _+=,.@-, 64 at most, without a path",
    )
}

fn alias(text: &str) -> Result<(), Wrong> {
    let is_right = text.strip_prefix("alias/").is_some_and(|name| {
        !name.is_empty()
            && !name.starts_with("aws/")
            && name.len() <= 250
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_/-".contains(c))
    });
    named(is_right, text, "an alias", "write it with its prefix, such as alias/org-backup")
}

fn vault(text: &str) -> Result<(), Wrong> {
    let is_right = (2..=50).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        && !text.starts_with("aws-controltower-");
    let help = "write 2 to 50 letters, digits, hyphens and underscores; aws-controltower- is Control Tower's";
    named(is_right, text, "the name of a vault", help)
}
