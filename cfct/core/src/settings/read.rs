//! From TOML to [`Settings`], with a finding for whatever cannot be used.

mod bootstrap;
mod deployment;
mod organization;
mod source;

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Settings, Waiver, codes};
use crate::deployment::form::Wrong;
use crate::finding::{Code, Finding, Level};
use crate::limits;
use crate::registry;
use crate::source::{Location, SourceFile, Span};
use crate::words::{excerpt, nearest};

const LEVELS: [(&str, Option<Level>); 4] = [
    ("error", Some(Level::Error)),
    ("warning", Some(Level::Warning)),
    ("note", Some(Level::Note)),
    ("off", None),
];

const TOP: [&str; 13] = [
    "home-region",
    "bucket",
    "source",
    "package",
    "backup-policies",
    "service-catalog",
    "companion",
    "deployment",
    "organization-settings",
    "bootstrap",
    "levels",
    "limits",
    "waivers",
];

/// Reads `cfct.toml`. What cannot be used is reported and left out.
#[must_use]
pub fn read(source: &Arc<SourceFile>) -> (Settings, Vec<Finding>) {
    let mut reader = Reader { source, settings: Settings::default(), findings: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(source.text());
    for error in errors {
        let span = error.span().unwrap_or_default();
        let at = Location::new(source, Span::new(span.start, span.end));
        reader.findings.push(Finding::new(&codes::SYNTAX, &at, error.message().trim().to_lowercase()));
    }
    // What a recovering parser makes of broken text is a guess; settings are not guessed at.
    if reader.findings.is_empty() {
        reader.top(table.get_ref());
    }
    (reader.settings, reader.findings)
}

type Value<'t> = Spanned<DeValue<'t>>;

struct Reader<'s> {
    source: &'s Arc<SourceFile>,
    settings: Settings,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn top(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "home-region" => self.settings.home_region = self.text(value, "`home-region`"),
                "bucket" => self.settings.bucket = self.text(value, "`bucket`"),
                "source" => self.source(value),
                "package" => self.package(value),
                "backup-policies" => {
                    self.settings.backup_policies_account = self.account(value, "`backup-policies`");
                }
                "service-catalog" => {
                    self.settings.service_catalog_account = self.account(value, "`service-catalog`");
                }
                "companion" => self.companion(value),
                "deployment" => self.deployment(value),
                "bootstrap" => self.bootstrap(value),
                "organization-settings" => self.organization_settings(value),
                "levels" => self.levels(value),
                "limits" => self.limits(value),
                "waivers" => self.waivers(value),
                _ => self.unknown_key(key, &TOP),
            }
        }
        // The home Region is Control Tower's, whether or not this configuration is written for it.
        if let Some(deployment) = &mut self.settings.deployment {
            deployment.home_region.clone_from(&self.settings.home_region);
        }
    }

    /// The account of a table that names nothing else: what is deployed from there.
    fn account(&mut self, value: &Value<'_>, table: &str) -> Option<(String, Location)> {
        let mut account = None;
        for (key, value) in self.table(value, table)? {
            match key.get_ref().as_ref() {
                "account" => account = self.text(value, "`account`").map(|text| (text, self.at(value))),
                _ => self.unknown_key(key, &["account"]),
            }
        }
        account
    }

    fn package(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`package`") else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "include" => {
                    let Some(items) = self.array(value, "`include`") else { continue };
                    let patterns: Vec<_> =
                        items.iter().filter_map(|item| self.text(item, "an item of `include`")).collect();
                    self.settings.include.extend(patterns);
                }
                _ => self.unknown_key(key, &["include"]),
            }
        }
    }

    fn levels(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`levels`") else { return };
        for (key, value) in table {
            let code = self.code(key.get_ref(), &self.at(key));
            let Some(word) = self.text(value, "a level") else { continue };
            let level = LEVELS.iter().find(|(name, _)| *name == word);
            match (code, level) {
                (Some(code), Some((_, level))) => {
                    self.settings.levels.insert(code.name, *level);
                }
                (_, None) => {
                    let at = self.at(value);
                    let message = format!("`{}` is not a level", excerpt(&word));
                    let help = "write error, warning, note or off";
                    self.findings.push(Finding::new(&codes::WRONG_VALUE, &at, message).help(help));
                }
                (None, _) => {}
            }
        }
    }

    fn companion(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`companion`") else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "role" => self.settings.companion_role = self.text(value, "`role`"),
                _ => self.unknown_key(key, &["role"]),
            }
        }
    }

    fn limits(&mut self, value: &Value<'_>) {
        let Some(table) = self.table(value, "`limits`") else { return };
        for (key, value) in table {
            let written = key.get_ref();
            let names = limits::NAMES.iter().map(|(name, _)| *name);
            let Some(name) = names.clone().find(|name| name == written) else {
                let message = format!("there is no limit `{}`", excerpt(written));
                let help = match nearest(written, names) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "docs/settings.md lists the limits".to_owned(),
                };
                let at = self.at(key);
                self.findings.push(Finding::new(&codes::UNKNOWN_LIMIT, &at, message).help(help));
                continue;
            };
            let number = value.get_ref().as_integer().and_then(|integer| {
                usize::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| *number > 0)
            });
            if let Some(number) = self.wanted(number, value, &format!("`{name}`"), "a whole number above 0") {
                self.settings.limits.insert(name, number);
            }
        }
    }

    fn waivers(&mut self, value: &Value<'_>) {
        let Some(items) = self.array(value, "`waivers`") else { return };
        for item in items {
            if let Some(table) = self.table(item, "a waiver") {
                self.waiver(table, self.at(item));
            }
        }
    }

    fn waiver(&mut self, table: &DeTable<'_>, at: Location) {
        let (mut code, mut file, mut reason) = (None, None, None);
        let mut has_code = false;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "code" => {
                    has_code = true;
                    let name = self.text(value, "`code`");
                    code = name.and_then(|name| self.code(&name, &self.at(value)));
                }
                "file" => file = self.text(value, "`file`"),
                "reason" => reason = self.text(value, "`reason`").filter(|reason| !reason.trim().is_empty()),
                _ => self.unknown_key(key, &["code", "file", "reason"]),
            }
        }
        if !has_code {
            let finding = Finding::new(&codes::WRONG_VALUE, &at, "the waiver names no code");
            self.findings.push(finding.help("add `code = \"…\"`, as printed with the finding"));
        }
        let Some(reason) = reason else {
            let finding = Finding::new(&codes::WAIVER_WITHOUT_REASON, &at, "the waiver has no reason");
            self.findings.push(finding.help("add `reason = \"…\"`; until then the waiver is not applied"));
            return;
        };
        if let Some(code) = code {
            self.settings.waivers.push(Waiver { code, file, reason, location: at });
        }
    }

    fn code(&mut self, name: &str, at: &Location) -> Option<&'static Code> {
        let code = registry::find(name);
        if code.is_none() {
            let message = format!("there is no finding code `{}`", excerpt(name));
            let mut finding = Finding::new(&codes::UNKNOWN_CODE, at, message);
            if let Some(meant) = nearest(name, registry::codes().map(|code| code.name)) {
                finding = finding.help(format!("did you mean `{meant}`?"));
            }
            self.findings.push(finding);
        }
        code
    }

    fn wrong(&mut self, at: &Location, wrong: Wrong) {
        self.findings.push(Finding::new(&codes::WRONG_VALUE, at, wrong.message).help(wrong.help));
    }

    fn unknown_key(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&'static str]) {
        let written = key.get_ref();
        let message = format!("unknown key `{}`", excerpt(written));
        let help = match nearest(written, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        let at = self.at(key);
        self.findings.push(Finding::new(&codes::UNKNOWN_KEY, &at, message).help(help));
    }

    fn text(&mut self, value: &Value<'_>, what: &str) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        self.wanted(text, value, what, "a text")
    }

    fn table<'v, 't>(&mut self, value: &'v Value<'t>, what: &str) -> Option<&'v DeTable<'t>> {
        self.wanted(value.get_ref().as_table(), value, what, "a table")
    }

    fn array<'v, 't>(&mut self, value: &'v Value<'t>, what: &str) -> Option<&'v [Value<'t>]> {
        self.wanted(value.get_ref().as_array().map(|array| &array[..]), value, what, "a list")
    }

    fn wanted<T>(&mut self, found: Option<T>, value: &Value<'_>, what: &str, wanted: &str) -> Option<T> {
        if found.is_none() {
            let message = format!("{what} must be {wanted}, not {}", kind_of(value.get_ref()));
            let at = self.at(value);
            self.findings
                .push(Finding::new(&codes::WRONG_VALUE, &at, message).help(format!("write {wanted}")));
        }
        found
    }

    fn at<T>(&self, spanned: &Spanned<T>) -> Location {
        let span = spanned.span();
        Location::new(self.source, Span::new(span.start, span.end))
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
