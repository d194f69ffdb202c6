//! The calls that reading and changing a thing takes: service and operation.

use crate::bootstrap::{Change, Kind};

/// A call: the service and the operation.
pub type Call = (&'static str, &'static str);

/// What it takes to know how a thing is.
#[must_use]
pub fn reads(kind: Kind) -> &'static [Call] {
    match kind {
        Kind::Account => &[("organizations", "DescribeAccount"), ("organizations", "ListParents")],
        Kind::Region => &[("account", "GetRegionOptStatus")],
        Kind::TrustedAccess => &[("organizations", "ListAWSServiceAccessForOrganization")],
        Kind::PolicyType => &[("organizations", "ListRoots")],
        Kind::GlobalSettings => &[("backup", "DescribeGlobalSettings")],
        Kind::OptIns => &[("backup", "DescribeRegionSettings")],
        Kind::ServiceLinkedRole => &[("iam", "GetRole")],
        Kind::Role => &[("iam", "GetRole"), ("iam", "ListAttachedRolePolicies")],
        Kind::StackInstances => {
            &[("cloudformation", "ListStackInstances"), ("cloudformation", "ListStackSetOperations")]
        }
        Kind::Claim => &[("ssm", "GetParametersByPath")],
        Kind::Key => &[("kms", "DescribeKey"), ("kms", "GetKeyPolicy"), ("kms", "ListResourceTags")],
        // Told by `DescribeKey` of the alias, and by `DescribeBackupVault`.
        Kind::Alias | Kind::Lock => &[],
        Kind::Vault => &[("backup", "DescribeBackupVault"), ("backup", "ListTags")],
        Kind::AccessPolicy | Kind::Admission => &[("backup", "GetBackupVaultAccessPolicy")],
        Kind::Notifications => &[("backup", "GetBackupVaultNotifications")],
        Kind::VaultShare => &[("ram", "GetResourceShareAssociations")],
        Kind::PortfolioShare => &[("servicecatalog", "DescribePortfolioShares")],
        Kind::Framework => &[("backup", "DescribeFramework")],
        Kind::RestoreTesting => {
            &[("backup", "GetRestoreTestingPlan"), ("backup", "ListRestoreTestingSelections")]
        }
    }
}

/// What it takes to make or change a thing.
#[must_use]
pub fn writes(kind: Kind, change: Change) -> &'static [Call] {
    match (kind, change) {
        (Kind::Account, _) => &[],
        (Kind::Region, _) => &[("account", "EnableRegion")],
        (Kind::TrustedAccess, _) => &[("organizations", "EnableAWSServiceAccess")],
        (Kind::PolicyType, _) => &[("organizations", "EnablePolicyType")],
        (Kind::GlobalSettings, _) => &[("backup", "UpdateGlobalSettings")],
        (Kind::OptIns, _) => &[("backup", "UpdateRegionSettings")],
        (Kind::ServiceLinkedRole, _) => &[("iam", "CreateServiceLinkedRole")],
        (Kind::Role, Change::Create) => &[
            ("iam", "CreateRole"),
            ("iam", "AttachRolePolicy"),
            ("iam", "AttachRolePolicy"),
            ("iam", "AttachRolePolicy"),
            ("iam", "AttachRolePolicy"),
        ],
        (Kind::Role, Change::Update) => &[("iam", "UpdateAssumeRolePolicy"), ("iam", "AttachRolePolicy")],
        (Kind::StackInstances, _) => &[("cloudformation", "CreateStackInstances")],
        (Kind::Claim, _) => &[("ssm", "PutParameter")],
        (Kind::Key, Change::Create) => &[("kms", "CreateKey"), ("kms", "EnableKeyRotation")],
        (Kind::Key, Change::Update) => &[("kms", "PutKeyPolicy")],
        (Kind::Alias, _) => &[("kms", "CreateAlias")],
        (Kind::Vault, _) => &[("backup", "CreateBackupVault")],
        (Kind::AccessPolicy | Kind::Admission, _) => &[("backup", "PutBackupVaultAccessPolicy")],
        (Kind::Notifications, _) => &[("backup", "PutBackupVaultNotifications")],
        (Kind::VaultShare, _) => &[("ram", "AssociateResourceShare")],
        (Kind::PortfolioShare, _) => &[("servicecatalog", "CreatePortfolioShare")],
        (Kind::Framework, _) => &[("backup", "CreateFramework")],
        (Kind::RestoreTesting, _) => {
            &[("backup", "CreateRestoreTestingPlan"), ("backup", "CreateRestoreTestingSelection")]
        }
        (Kind::Lock, _) => &[("backup", "PutBackupVaultLockConfiguration")],
    }
}
