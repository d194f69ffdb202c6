//! Which part of the blueprint belongs to which architecture, as `docs/reference-architectures.md` has it.

use crate::deployment::Architecture::{self, Bunker, LandingZone, Organization};

/// The resources of the manifest, by name. What several architectures name belongs to the first that is of use
/// with it: a framework without an account that collects its reports is of none.
pub const RESOURCES: &[(&str, Architecture)] = &[
    ("protect-backups", Organization),
    ("protect-bunker", Bunker),
    ("confine-copies", Organization),
    ("confine-backup-roles", LandingZone),
    ("backup-keys", LandingZone),
    ("backup-buckets", LandingZone),
    ("break-glass-roles", Bunker),
    ("backup-role", Organization),
    ("backup-key", Organization),
    ("backup-vault", Organization),
    ("key-account-keys", Organization),
    ("central-vault", Organization),
    ("data-bunker", Bunker),
    ("air-gapped-vault", Bunker),
    ("bunker-break-glass", Bunker),
    ("backup-notifications", Organization),
    ("central-event-bus", Organization),
    ("event-forwarding", Organization),
    ("backup-monitoring", Organization),
    ("tamper-alarms", Organization),
    ("restore-testing", Organization),
    ("audit-framework", LandingZone),
    ("bunker-audit-framework", Bunker),
    ("report-bucket", LandingZone),
    ("backup-reports", LandingZone),
    ("log-archive-bucket", LandingZone),
    ("organization-trail", LandingZone),
    ("companion", LandingZone),
    ("companion-forwarding", LandingZone),
    ("config-recorder", LandingZone),
    ("delegated-administration", Organization),
    ("identity-center", LandingZone),
    ("service-catalog-launch-roles", LandingZone),
];

/// The files of policy tests: each comes with the policy that it tests.
pub const TESTS: &[(&str, Architecture)] = &[
    ("policies/tests/backup-buckets.yaml", LandingZone),
    ("policies/tests/backup-keys.yaml", LandingZone),
    ("policies/tests/break-glass-roles.yaml", Bunker),
    ("policies/tests/confine-backup-roles.yaml", LandingZone),
    ("policies/tests/confine-copies.yaml", Organization),
    ("policies/tests/protect-backups.yaml", Organization),
    ("policies/tests/protect-bunker.yaml", Bunker),
];

/// Whether a file is about the example organization alone, and stays with it: which units are backed up, and
/// tests of policies in templates, which borrow its accounts.
#[must_use]
pub fn is_examples_own(path: &str) -> bool {
    matches!(path, "policies/tests/elsewhere.yaml" | "policies/tests/units.yaml")
        || path.starts_with("policies/tests/templates/")
}

/// What names the bunker: without one, whatever names it goes too. Its account's id is the deployment's to say.
pub(super) const OF_BUNKER: &[&str] = &[
    "BackupBunkerBreakGlass",
    "org-backup-bunker-vault",
    "org-backup-air-gapped-vault",
    "output_BunkerVaultKeyArn",
];

/// The first architecture that a resource of the manifest belongs to.
#[must_use]
pub fn of_resource(name: &str) -> Option<Architecture> {
    RESOURCES.iter().find(|(resource, _)| *resource == name).map(|(_, architecture)| *architecture)
}

/// The first architecture that a file of policy tests belongs to; `None` for the example's own.
#[must_use]
pub fn of_tests(path: &str) -> Option<Architecture> {
    TESTS.iter().find(|(file, _)| *file == path).map(|(_, architecture)| *architecture)
}
