//! Which actions there are: the Service Authorization Reference for the services that backup guardrails and
//! templates name, as dated data (`data/service-authorization.json`).

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use super::pattern;

static DATA: &str = include_str!("../../data/service-authorization.json");
static RCP_SERVICES: &str = include_str!("../../data/rcp-services.json");

/// What an action does, by AWS's own sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Lists names.
    List,
    /// Reads contents.
    Read,
    /// Creates, changes, deletes.
    Write,
    /// Changes who may do what.
    Permissions,
    /// Changes tags.
    Tagging,
}

impl Access {
    /// Whether it changes anything.
    #[must_use]
    pub fn mutates(self) -> bool {
        matches!(self, Self::Write | Self::Permissions | Self::Tagging)
    }
}

/// An action of a service.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// The name as AWS writes it: `DeleteBackupVault`.
    pub name: &'static str,
    /// What it does.
    pub access: Access,
}

/// The reference.
pub struct Reference {
    /// When the data was read (`YYYY-MM-DD`).
    pub date: &'static str,
    prefixes: Vec<&'static str>,
    services: BTreeMap<&'static str, Vec<Action>>,
}

/// The services whose resources resource control policies govern.
pub struct GovernedByRcps {
    /// When the list was read (`YYYY-MM-DD`).
    pub date: &'static str,
    prefixes: HashSet<&'static str>,
}

impl GovernedByRcps {
    /// Whether the service with this prefix, in lower case, is one of them.
    #[must_use]
    pub fn has(&self, service: &str) -> bool {
        self.prefixes.contains(service)
    }
}

/// The list that is built in. AWS Backup is not on it.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
pub static GOVERNED_BY_RCPS: LazyLock<GovernedByRcps> = LazyLock::new(|| {
    #[derive(Default, serde::Deserialize)]
    struct Data {
        date: &'static str,
        prefixes: HashSet<&'static str>,
    }
    // The data is ours and a test reads it; should it ever be broken, RCPs govern nothing.
    let Data { date, prefixes } = serde_json::from_str(RCP_SERVICES).unwrap_or_default();
    GovernedByRcps { date, prefixes }
});

/// What is known of an action pattern such as `backup:Delete*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It matches at least one action, or the service's actions are not in the data.
    Yes,
    /// The service exists, and none of its actions matches.
    NoAction,
    /// There is no such service prefix.
    NoService,
    /// It is not of the form `service:Action`, nor `*`.
    Malformed,
}

/// The reference that is built in.
pub static REFERENCE: LazyLock<Reference> = LazyLock::new(|| Reference::parse(DATA));

impl Reference {
    fn parse(text: &'static str) -> Self {
        // The data is ours and a test reads it; should it ever be broken, nothing is known.
        let data: BTreeMap<&'static str, serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        let data: &'static BTreeMap<&'static str, serde_json::Value> = Box::leak(Box::new(data));
        let texts = |value: &'static serde_json::Value| {
            value.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect()
        };
        let services = data.get("services").and_then(serde_json::Value::as_object).into_iter().flatten();
        Self {
            date: data.get("date").and_then(serde_json::Value::as_str).unwrap_or_default(),
            prefixes: data.get("prefixes").map(texts).unwrap_or_default(),
            services: services.map(|(prefix, levels)| (prefix.as_str(), actions(levels))).collect(),
        }
    }

    /// The actions of a service; `None` where the data does not hold them.
    #[must_use]
    pub fn actions(&self, service: &str) -> Option<&[Action]> {
        self.services.get(service).map(Vec::as_slice)
    }

    /// The actions that a pattern such as `backup:Delete*` covers, as far as the data knows.
    pub fn matching<'r>(&'r self, pattern: &'r str) -> impl Iterator<Item = (&'static str, Action)> + 'r {
        let lower = pattern.to_ascii_lowercase();
        let (service, action) = match lower.split_once(':') {
            Some((service, action)) => (service.to_owned(), action.to_owned()),
            None if lower == "*" => ("*".to_owned(), "*".to_owned()),
            None => (String::new(), String::new()),
        };
        let services = self
            .services
            .iter()
            .filter(move |(name, _)| pattern::matches(service.as_bytes(), name.as_bytes()));
        services.flat_map(move |(name, actions)| {
            let action = action.clone();
            actions
                .iter()
                .filter(move |known| {
                    pattern::matches(action.as_bytes(), known.name.to_ascii_lowercase().as_bytes())
                })
                .map(move |known| (*name, *known))
        })
    }

    /// What is known of a pattern.
    #[must_use]
    pub fn knows(&self, pattern: &str) -> Known {
        if pattern == "*" {
            return Known::Yes;
        }
        let Some((service, action)) = pattern.split_once(':') else { return Known::Malformed };
        if service.is_empty() || action.is_empty() || pattern.contains(char::is_whitespace) {
            return Known::Malformed;
        }
        let service = service.to_ascii_lowercase();
        let is_wild = service.contains(['*', '?']);
        if !is_wild && !self.prefixes.contains(&service.as_str()) {
            return Known::NoService;
        }
        let all_known = !is_wild && self.services.contains_key(service.as_str());
        if all_known && self.matching(pattern).next().is_none() { Known::NoAction } else { Known::Yes }
    }

    /// Every service prefix.
    pub fn prefixes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.prefixes.iter().copied()
    }
}

fn actions(levels: &'static serde_json::Value) -> Vec<Action> {
    let mut actions = Vec::new();
    for (level, names) in levels.as_object().into_iter().flatten() {
        let access = match level.as_str() {
            "L" => Access::List,
            "R" => Access::Read,
            "P" => Access::Permissions,
            "T" => Access::Tagging,
            _ => Access::Write,
        };
        let names = names.as_str().unwrap_or_default().split_whitespace();
        actions.extend(names.map(|name| Action { name, access }));
    }
    actions.sort_by_key(|action| action.name);
    actions
}

#[cfg(test)]
mod tests {
    use super::{Access, GOVERNED_BY_RCPS, Known, REFERENCE};

    #[test]
    fn the_data_holds_the_services_of_backup_guardrails() {
        for service in ["backup", "kms", "organizations", "sts", "iam"] {
            assert!(REFERENCE.actions(service).is_some_and(|actions| actions.len() > 10), "{service}");
        }
        assert!(REFERENCE.date.len() == 10);
    }

    #[test]
    fn resource_control_policies_govern_services_that_exist_and_aws_backup_is_none_of_them() {
        assert!(GOVERNED_BY_RCPS.prefixes.len() > 60 && GOVERNED_BY_RCPS.date.len() == 10);
        let unknown = GOVERNED_BY_RCPS.prefixes.iter().find(|prefix| !REFERENCE.prefixes.contains(prefix));
        assert_eq!(unknown, None);
        for (service, governed) in [("kms", true), ("s3", true), ("backup", false), ("backup-gateway", false)]
        {
            assert_eq!(GOVERNED_BY_RCPS.has(service), governed, "{service}");
        }
    }

    #[test]
    fn patterns_are_known_case_insensitively() {
        for (pattern, known) in [
            ("*", Known::Yes),
            ("backup:DeleteBackupVault", Known::Yes),
            ("Backup:deletebackupvault", Known::Yes),
            ("backup:Delete*", Known::Yes),
            ("backup:DeleteBackupVaults", Known::NoAction),
            ("bakcup:DeleteBackupVault", Known::NoService),
            ("DeleteBackupVault", Known::Malformed),
            ("backup:", Known::Malformed),
            ("*:Delete*", Known::Yes),
        ] {
            assert_eq!(REFERENCE.knows(pattern), known, "{pattern}");
        }
    }

    #[test]
    fn actions_carry_their_access_level() {
        let access = |pattern| REFERENCE.matching(pattern).map(|(_, action)| action.access).next();
        assert_eq!(access("backup:DeleteBackupVault"), Some(Access::Write));
        assert_eq!(access("backup:ListBackupVaults"), Some(Access::List));
        assert!(access("kms:PutKeyPolicy").is_some_and(Access::mutates));
    }
}
