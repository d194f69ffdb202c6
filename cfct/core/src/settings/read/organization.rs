//! `[organization-settings]`.

use toml::Spanned;
use toml::de::DeValue;

use super::super::organization::{BY_THEMSELVES, GLOBAL, POLICY_TYPES};
use super::{Reader, Value};
use crate::aws::Region;
use crate::deployment::form::Wrong;
use crate::words::{excerpt, nearest};

const KEYS: [&str; 5] =
    ["trusted-access", "stack-sets", "policy-types", "delegated-administrators", "backup"];

impl Reader<'_> {
    pub(super) fn organization_settings(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`organization-settings`") else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "trusted-access" => self.trusted_access(value),
                "stack-sets" => {
                    let stack_sets = self.truth(value, "`stack-sets`").unwrap_or(false);
                    self.settings.organization.stack_sets = stack_sets;
                }
                "policy-types" => self.policy_types(value),
                "delegated-administrators" => self.delegated_administrators(value),
                "backup" => self.backup(value),
                _ => self.unknown_key(key, &KEYS),
            }
        }
    }

    fn trusted_access(&mut self, value: &Value<'_>) {
        for (service, item) in self.texts(value, "`trusted-access`", "an item of `trusted-access`") {
            if let Some((_, how)) = BY_THEMSELVES.iter().find(|(principal, _)| *principal == service) {
                let message = format!("`{service}` turns on its access itself");
                self.wrong(&self.at(item), Wrong { message, help: (*how).to_owned() });
            } else if self.is_service(&service, item) {
                self.settings.organization.trusted_access.insert(service);
            }
        }
    }

    fn is_service(&mut self, written: &str, place: &Spanned<impl Sized>) -> bool {
        let is_service = written.contains(".amazonaws.com") && !written.contains([' ', '/', '*']);
        if !is_service {
            let message = format!("`{}` is not a service principal", excerpt(written));
            let help = "write it as AWS does: `backup.amazonaws.com`".to_owned();
            self.wrong(&self.at(place), Wrong { message, help });
        }
        is_service
    }

    fn policy_types(&mut self, value: &Value<'_>) {
        for (kind, item) in self.texts(value, "`policy-types`", "an item of `policy-types`") {
            if POLICY_TYPES.contains(&kind.as_str()) {
                self.settings.organization.policy_types.insert(kind);
            } else {
                let help = match nearest(&kind, POLICY_TYPES) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("known types: {}", POLICY_TYPES.join(", ")),
                };
                let message = format!("`{}` is not a policy type", excerpt(&kind));
                self.wrong(&self.at(item), Wrong { message, help });
            }
        }
    }

    fn delegated_administrators(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`delegated-administrators`") else { return };
        for (key, value) in table {
            let service = key.get_ref().as_ref();
            if !self.is_service(service, key) {
                continue;
            }
            for (account, item) in self.texts(value, "the administrators of a service", "an administrator") {
                let place = self.at(item);
                let administrators = &mut self.settings.organization.delegated_administrators;
                administrators.push((service.to_owned(), account, place));
            }
        }
    }

    fn backup(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`backup`") else { return };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "regions" => self.regions(value),
                "members" => {
                    let members = self.truth(value, "`members`").unwrap_or(false);
                    self.settings.organization.opt_in_members = members;
                }
                "opt-in" => self.opt_in(value),
                _ => match GLOBAL.iter().find(|(key, _)| *key == name) {
                    Some((key, aws)) => {
                        if let Some(is_on) = self.truth(value, &format!("`{key}`")) {
                            let global = &mut self.settings.organization.global;
                            global.insert((*aws).to_owned(), is_on.to_string());
                        }
                    }
                    None => {
                        let known = ["regions", "members", "opt-in"].into_iter();
                        let known: Vec<_> = GLOBAL.iter().map(|(key, _)| *key).chain(known).collect();
                        self.unknown_key(key, &known);
                    }
                },
            }
        }
    }

    fn regions(&mut self, value: &Value<'_>) {
        for (region, item) in self.texts(value, "`regions`", "an item of `regions`") {
            if Region::find(&region).is_some() || Region::is_conceivable(&region) {
                self.settings.organization.opt_in_regions.push(region);
            } else {
                let near = nearest(&region, Region::all().iter().map(|region| region.id));
                let help = near.map_or_else(
                    || "write it as AWS does: `eu-central-1`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("there is no Region `{}`", excerpt(&region));
                self.wrong(&self.at(item), Wrong { message, help });
            }
        }
    }

    fn opt_in(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`opt-in`") else { return };
        for (key, value) in table {
            if let Some(is_on) = self.truth(value, "a resource type") {
                self.settings.organization.opt_in.insert(key.get_ref().to_string(), is_on);
            }
        }
    }

    fn texts<'v, 't>(
        &mut self,
        value: &'v Value<'t>,
        what: &str,
        item: &str,
    ) -> Vec<(String, &'v Spanned<DeValue<'t>>)> {
        let items = self.array(value, what).unwrap_or_default();
        items.iter().filter_map(|value| Some((self.text(value, item)?, value))).collect()
    }

    pub(super) fn truth(&mut self, value: &Value<'_>, what: &str) -> Option<bool> {
        self.wanted(value.get_ref().as_bool(), value, what, "true or false")
    }
}
