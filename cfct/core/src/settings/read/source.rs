//! `[source]`.

use super::{Reader, Value};
use crate::deployment::form::Wrong;
use crate::settings::source::{is_branch, is_remote};
use crate::words::excerpt;

impl Reader<'_> {
    pub(super) fn source(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`source`") else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "remote" => {
                    let help = "write the name of a remote, such as origin, or an address";
                    self.settings.source.remote = self.git_name(value, "remote", is_remote, help);
                }
                "branch" => {
                    let help = "write the name of a branch, such as main";
                    self.settings.source.branch = self.git_name(value, "branch", is_branch, help);
                }
                _ => self.unknown_key(key, &["remote", "branch"]),
            }
        }
    }

    fn git_name(
        &mut self,
        value: &Value<'_>,
        what: &str,
        is_fit: fn(&str) -> bool,
        help: &str,
    ) -> Option<String> {
        let text = self.text(value, &format!("`{what}`"))?;
        if is_fit(&text) {
            return Some(text);
        }
        let message = format!("`{}` names no {what} of git", excerpt(&text));
        self.wrong(&self.at(value), Wrong { message, help: help.to_owned() });
        None
    }
}
