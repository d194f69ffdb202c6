//! The table `[deployment]`: what the configuration is written for.

use std::collections::BTreeSet;

use toml::de::DeInteger;

use super::{Reader, Value};
use crate::aws::OuPath;
use crate::deployment::form::{self, Wrong};
use crate::deployment::{AccountAnswer, AccountRole, Answers, Architecture, Group, MfaEvidence, Tier};
use crate::words::{excerpt, nearest};

const KEYS: [&str; 11] = [
    "architectures",
    "recovery-region",
    "backup-units",
    "vault-units",
    "central-unit",
    "notification-email",
    "organization",
    "unit-ids",
    "accounts",
    "retention-days",
    "identity-center",
];

impl Reader<'_> {
    pub(super) fn deployment(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`deployment`") else { return };
        let mut answers = Answers::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "architectures" => answers.architectures = self.architectures(value),
                "recovery-region" => {
                    answers.recovery_region = self.formed(value, "`recovery-region`", form::region);
                }
                "backup-units" => answers.backup_units = self.units(value, "`backup-units`"),
                "vault-units" => answers.vault_units = self.units(value, "`vault-units`"),
                "central-unit" => answers.central_unit = self.unit(value, "`central-unit`"),
                "notification-email" => {
                    answers.notification_email = self.formed(value, "`notification-email`", form::email);
                }
                "organization" => self.organization(value, &mut answers),
                "unit-ids" => self.unit_ids(value, &mut answers),
                "accounts" => self.accounts(value, &mut answers),
                "retention-days" => self.retention(value, &mut answers),
                "identity-center" => self.identity_center(value, &mut answers),
                _ => self.unknown_key(key, &KEYS),
            }
        }
        self.settings.deployment = Some(answers);
    }

    fn architectures(&mut self, value: &Value<'_>) -> BTreeSet<Architecture> {
        let items = self.array(value, "`architectures`").unwrap_or_default();
        let words = Architecture::ALL.iter().map(|one| one.word());
        let words: Vec<&'static str> = words.collect();
        items
            .iter()
            .filter_map(|item| self.word(item, "an architecture", &words, Architecture::find))
            .collect()
    }

    pub(super) fn units(&mut self, value: &Value<'_>, what: &str) -> BTreeSet<OuPath> {
        let items = self.array(value, what).unwrap_or_default();
        items.iter().filter_map(|item| self.unit(item, "a unit")).collect()
    }

    fn unit(&mut self, value: &Value<'_>, what: &str) -> Option<OuPath> {
        let text = self.text(value, what)?;
        self.right(value, form::unit(&text))
    }

    fn organization(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let Some(table) = self.table(value, "`organization`") else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "id" => answers.organization_id = self.formed(value, "`id`", form::organization_id),
                "root" => answers.root_id = self.formed(value, "`root`", form::root_id),
                _ => self.unknown_key(key, &["id", "root"]),
            }
        }
    }

    fn unit_ids(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let Some(table) = self.table(value, "`unit-ids`") else { return };
        for (key, value) in table {
            let path = form::unit(key.get_ref());
            let path = path.map_err(|wrong| self.wrong(&self.at(key), wrong)).ok();
            let id = self.formed(value, "the id of a unit", form::unit_id);
            answers.unit_ids.extend(path.zip(id));
        }
    }

    fn accounts(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let Some(table) = self.table(value, "`accounts`") else { return };
        for (key, value) in table {
            let Some(role) = AccountRole::find(key.get_ref()) else {
                let known: Vec<&'static str> = AccountRole::ALL.iter().map(|role| role.word()).collect();
                self.unknown_key(key, &known);
                continue;
            };
            let Some(fields) = self.table(value, "an account") else { continue };
            let mut account = AccountAnswer::default();
            for (key, value) in fields {
                match key.get_ref().as_ref() {
                    "name" => {
                        account.name = self.text(value, "`name`").filter(|name| !name.trim().is_empty());
                    }
                    "id" => account.id = self.formed(value, "`id`", form::account_id),
                    _ => self.unknown_key(key, &["name", "id"]),
                }
            }
            if account != AccountAnswer::default() {
                answers.accounts.insert(role, account);
            }
        }
    }

    fn retention(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let Some(table) = self.table(value, "`retention-days`") else { return };
        for (key, value) in table {
            let Some(tier) = Tier::find(key.get_ref()) else {
                let known: Vec<&'static str> = Tier::ALL.iter().map(|tier| tier.word()).collect();
                self.unknown_key(key, &known);
                continue;
            };
            let days = value.get_ref().as_integer().filter(|days| days.radix() == 10).map(DeInteger::as_str);
            let Some(days) = self.wanted(days, value, "a retention", "a number of days") else { continue };
            let days = self.right(value, form::days(days));
            answers.retention.extend(days.map(|days| (tier, days)));
        }
    }

    fn identity_center(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let Some(table) = self.table(value, "`identity-center`") else { return };
        for (key, value) in table {
            match (key.get_ref().as_ref(), Group::find(key.get_ref())) {
                ("instance", _) => answers.identity_center = self.formed(value, "`instance`", form::instance),
                ("mfa", _) => {
                    let words: Vec<&'static str> = MfaEvidence::ALL.iter().map(|one| one.word()).collect();
                    answers.mfa = self.word(value, "`mfa`", &words, MfaEvidence::find);
                }
                (_, Some(group)) => {
                    let id = self.formed(value, "the id of a group", form::group_id);
                    answers.groups.extend(id.map(|id| (group, id)));
                }
                _ => self.unknown_key(key, &["instance", "mfa", "operators", "auditors", "break-glass"]),
            }
        }
    }

    pub(super) fn formed(
        &mut self,
        value: &Value<'_>,
        what: &str,
        form: impl FnOnce(&str) -> Result<(), Wrong>,
    ) -> Option<String> {
        let text = self.text(value, what)?;
        let checked = form(&text);
        self.right(value, checked).map(|()| text)
    }

    pub(super) fn word<T>(
        &mut self,
        value: &Value<'_>,
        what: &str,
        words: &[&'static str],
        find: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(value, what)?;
        let found = find(&text).ok_or_else(|| {
            let help = match nearest(&text, words.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("write one of {}", words.join(", ")),
            };
            Wrong { message: format!("`{}` is not {what}", excerpt(&text)), help }
        });
        self.right(value, found)
    }

    fn right<T>(&mut self, value: &Value<'_>, checked: Result<T, Wrong>) -> Option<T> {
        checked.map_err(|wrong| self.wrong(&self.at(value), wrong)).ok()
    }
}
