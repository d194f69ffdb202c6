//! `[organization-settings]`: what `cfct apply` sets for the organization, and for AWS Backup in its accounts.
//!
//! ```toml
//! [organization-settings]
//! trusted-access = ["backup.amazonaws.com"]
//! stack-sets = true
//! policy-types = ["BACKUP_POLICY", "SERVICE_CONTROL_POLICY"]
//!
//! [organization-settings.delegated-administrators]
//! "backup.amazonaws.com" = ["central-backup"]
//!
//! [organization-settings.backup]
//! cross-account-backup = true
//! delegated-administrator = true
//! regions = ["eu-central-1", "eu-west-1"]
//! members = false
//!
//! [organization-settings.backup.opt-in]
//! EBS = true
//! "Redshift Serverless" = false
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Location;

/// What `[organization-settings]` says.
#[derive(Clone, Debug, Default)]
pub struct OrganizationSettings {
    /// Service principals that get access to the organization.
    pub trusted_access: BTreeSet<String>,
    /// Whether stack sets get access to the organization.
    pub stack_sets: bool,
    /// Policy types to turn on.
    pub policy_types: BTreeSet<String>,
    /// Delegated administrators: the service, the account by id or name, and where that is written.
    pub delegated_administrators: Vec<(String, String, Location)>,
    /// Global settings of AWS Backup, by AWS's names.
    pub global: BTreeMap<String, String>,
    /// Regions that the choice of resource types is for; the home Region where empty.
    pub opt_in_regions: Vec<String>,
    /// Whether the choice is made in every active account, and not in the management account alone.
    ///
    /// For plans that backup policies make, AWS Backup asks the management account.
    /// <https://docs.aws.amazon.com/aws-backup/latest/devguide/manage-cross-account.html>
    pub opt_in_members: bool,
    /// Resource types that AWS Backup is to back up, or not.
    pub opt_in: BTreeMap<String, bool>,
}

/// Keys of `[organization-settings.backup]` that are global settings of AWS Backup, and AWS's names for them.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateGlobalSettings.html>
pub const GLOBAL: [(&str, &str); 3] = [
    ("cross-account-backup", "isCrossAccountBackupEnabled"),
    ("delegated-administrator", "isDelegatedAdministratorEnabled"),
    ("multi-party-approval", "isMpaEnabled"),
];

/// The types of policies that an organization knows.
///
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html> (read 2026-11)
pub const POLICY_TYPES: [&str; 8] = [
    "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "BACKUP_POLICY",
    "TAG_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
];

/// Services that turn on their access themselves, since they do more than that, and how.
pub const BY_THEMSELVES: [(&str, &str); 3] = [
    ("member.org.stacksets.cloudformation.amazonaws.com", "write `stack-sets = true`"),
    ("ram.amazonaws.com", "run `aws ram enable-sharing-with-aws-organization`"),
    ("servicecatalog.amazonaws.com", "run `aws servicecatalog enable-aws-organizations-access`"),
];
