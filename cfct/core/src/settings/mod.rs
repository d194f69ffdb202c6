//! `cfct.toml`: the toolkit's settings for one configuration package.
//!
//! ```toml
//! home-region = "eu-central-1"
//! bucket = "custom-control-tower-configuration-100000000001-eu-central-1"
//!
//! [source]
//! remote = "origin"
//! branch = "deployed"
//!
//! [package]
//! include = ["scripts/**"]
//!
//! [backup-policies]
//! account = "backup-admin"
//!
//! [deployment]
//! architectures = ["organization"]
//!
//! [service-catalog]
//! account = "shared-services"
//!
//! [organization-settings]
//! trusted-access = ["backup.amazonaws.com"]
//!
//! [bootstrap]
//! delivery = "stack-sets"
//!
//! [levels]
//! orphan-file = "off"
//!
//! [limits]
//! backup-rules-per-plan = 20
//!
//! [companion]
//! role = "BackupCompanion"
//!
//! [[waivers]]
//! code = "template-literal-partition"
//! file = "templates/legacy-*.yaml"
//! reason = "deployed to the aws partition only; goes with the legacy stack in 2027"
//! ```

pub mod bootstrap;
pub mod codes;
pub mod organization;
mod read;
pub mod source;

use std::collections::BTreeMap;

use crate::deployment::Answers;
use crate::finding::{Code, Finding, Level};
use crate::registry;
use crate::source::Location;

pub use bootstrap::{BootstrapSettings, LockSettings};
pub use organization::OrganizationSettings;
pub use read::read;
pub use source::SourceRepository;

/// What `cfct.toml` says. An absent file is [`Settings::default`].
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The home Region of Control Tower.
    pub home_region: Option<String>,
    /// The configuration bucket that `publish` writes to.
    pub bucket: Option<String>,
    /// The repository that `publish --source git` pushes to.
    pub source: SourceRepository,
    /// Patterns of files that go into the package beside those that CfCT reads.
    pub include: Vec<String>,
    /// The account that backup policies are deployed from, by id or name, and where that is written; the
    /// management account where there is none.
    pub backup_policies_account: Option<(String, Location)>,
    /// What the configuration is written for; `None` where nothing says.
    pub deployment: Option<Answers>,
    /// The account that portfolios are offered from, by id or name, and where that is written; the management
    /// account where there is none.
    pub service_catalog_account: Option<(String, Location)>,
    /// What `apply` sets for the organization.
    pub organization: OrganizationSettings,
    /// The level of each code that has another one than its own; `None` switches it off.
    pub levels: BTreeMap<&'static str, Option<Level>>,
    /// What the companion does for a new account; `None` where nothing says.
    pub bootstrap: Option<BootstrapSettings>,
    /// Quotas that have another value in this organization than the published one.
    pub limits: BTreeMap<&'static str, usize>,
    /// The role that the companion takes in member accounts, without a path; the one that CfCT takes where
    /// there is none.
    pub companion_role: Option<String>,
    /// Findings that were looked at and accepted.
    pub waivers: Vec<Waiver>,
}

/// One accepted finding, or several of a kind.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The code.
    pub code: &'static Code,
    /// Which files, as a pattern with `*` (within a folder) and `**` (over folders); every file if absent.
    pub file: Option<String>,
    /// Why, for whoever reads the settings next.
    pub reason: String,
    /// Where it stands in `cfct.toml`.
    pub location: Location,
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        self.code == finding.code
            && self.file.as_ref().is_none_or(|pattern| matches(pattern, finding.primary.source.name()))
    }
}

/// What a check run can know; a waiver is called unused only if its code could have been found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The package alone.
    Package,
    /// The package and the organization.
    Organization,
}

impl Settings {
    /// Sets levels, takes out what is waived, and reports waivers that waive nothing.
    #[must_use]
    pub fn apply(&self, findings: Vec<Finding>, known: Known) -> Vec<Finding> {
        let mut used = vec![false; self.waivers.len()];
        let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
        for mut finding in findings {
            let covering = self.waivers.iter().position(|waiver| waiver.covers(&finding));
            if let Some(index) = covering {
                used[index] = true;
                continue;
            }
            match self.levels.get(finding.code.name) {
                Some(None) => continue,
                Some(Some(level)) => finding.level = *level,
                None => {}
            }
            kept.push(finding);
        }
        let findable = |code: &Code| match known {
            // Whether a package has its organization is a matter of the run, not of the configuration.
            _ if registry::needs_packaging(code) => false,
            Known::Organization => true,
            Known::Package => !registry::needs_organization(code),
        };
        let unused = self.waivers.iter().zip(used).filter(|(waiver, used)| !used && findable(waiver.code));
        kept.extend(unused.map(|(waiver, _)| {
            let message = format!("the waiver of `{}` waives nothing", waiver.code.name);
            Finding::new(&codes::UNUSED_WAIVER, &waiver.location, message)
                .help("remove it: what it was for has gone, or its `file` matches nothing")
        }));
        kept
    }
}

/// Whether `path` matches `pattern`: `*` stands for any characters but `/`, `**` for any characters.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    // The classic two-pointer walk, remembering the last star of each kind: linear but for backtracking
    // within one path, and never exponential.
    let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut deep: Option<(usize, usize)> = None;
    let mut shallow: Option<(usize, usize)> = None;
    while from < path.len() {
        if pattern[at..].starts_with(b"**") {
            // `**/` also matches no folder at all.
            at += if pattern[at..].starts_with(b"**/") { 3 } else { 2 };
            deep = Some((at, from));
            shallow = None;
        } else if pattern.get(at) == Some(&b'*') {
            at += 1;
            shallow = Some((at, from));
        } else if pattern.get(at) == Some(&path[from]) {
            at += 1;
            from += 1;
        } else if let Some((star, tried)) = shallow.filter(|(_, tried)| path[*tried] != b'/') {
            (at, from) = (star, tried + 1);
            shallow = Some((star, tried + 1));
        } else if let Some((star, tried)) = deep {
            (at, from) = (star, tried + 1);
            deep = Some((star, tried + 1));
            shallow = None;
        } else {
            return false;
        }
        if shallow.is_some_and(|(_, tried)| tried >= path.len()) {
            shallow = None;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests;
