//! The resources of a template that backups depend on.

use super::policy::ResourcePolicy;
use crate::backup_policy::lock::LockRange;
use crate::document::NodeRef;
use crate::template::Resource;
use crate::template::stack::{Stack, Value, generated};

/// A vault.
#[derive(Clone, Debug)]
pub struct Vault<'c> {
    /// Where it is written.
    pub resource: &'c Resource<'c>,
    /// Whether it is surely created; otherwise it may be.
    pub is_certain: bool,
    /// Its name.
    pub name: Value,
    /// Its kind.
    pub kind: VaultKind,
    /// Its lock.
    pub lock: Lock<'c>,
    /// The ARN of its key; nothing where AWS chooses one.
    pub key: Value,
    /// Its access policy.
    pub policy: Option<ResourcePolicy<'c>>,
}

/// The two kinds of vaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultKind {
    /// `AWS::Backup::BackupVault`
    Standard,
    /// `AWS::Backup::LogicallyAirGappedBackupVault`
    AirGapped,
}

/// What is known of a vault's lock.
#[derive(Clone, Copy, Debug)]
pub enum Lock<'c> {
    /// It has none.
    None,
    /// It has one, written here.
    Range(LockRange, NodeRef<'c>),
    /// Not known without deploying.
    Unknown,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role<'c> {
    /// Where it is written.
    pub resource: &'c Resource<'c>,
    /// Whether it is surely created; otherwise it may be.
    pub is_certain: bool,
    /// Path and name as an ARN has them: `service/Backup`.
    pub name: Value,
    /// Who may take it.
    pub trust: Option<ResourcePolicy<'c>>,
    /// `ManagedPolicyArns`
    pub managed_policies: Value,
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key<'c> {
    /// Where it is written.
    pub resource: &'c Resource<'c>,
    /// What stands for its id.
    pub id: String,
    /// Its policy.
    pub policy: Option<ResourcePolicy<'c>>,
}

/// A parameter of Parameter Store.
#[derive(Clone, Debug)]
pub struct SsmParameter<'c> {
    /// Where it is written.
    pub resource: &'c Resource<'c>,
    /// Its name.
    pub name: Value,
    /// What it holds.
    pub value: Value,
}

impl<'c> Vault<'c> {
    pub(super) fn of(stack: &Stack<'_, 'c>, resource: &'c Resource<'c>, is_certain: bool) -> Option<Self> {
        let kind = match resource.type_name? {
            "AWS::Backup::BackupVault" => VaultKind::Standard,
            "AWS::Backup::LogicallyAirGappedBackupVault" => VaultKind::AirGapped,
            _ => return None,
        };
        let lock = match (kind, resource.property("LockConfiguration")) {
            (VaultKind::Standard, None) => Lock::None,
            (VaultKind::Standard, Some(node)) => Lock::of(&stack.value(node), node),
            (VaultKind::AirGapped, _) => match resource.properties {
                Some(node) => Lock::of(&stack.value(node), node),
                None => Lock::Unknown,
            },
        };
        let policy = resource.property("AccessPolicy");
        let policy = policy.filter(|node| stack.value(*node) != Value::Nothing);
        Some(Self {
            resource,
            is_certain,
            name: stack.property(resource, "BackupVaultName"),
            kind,
            lock,
            key: stack.property(resource, "EncryptionKeyArn"),
            policy: policy.map(|node| ResourcePolicy::of(stack, node)),
        })
    }

    /// The place to point at for its name.
    #[must_use]
    pub fn name_node(&self) -> NodeRef<'c> {
        self.resource.property("BackupVaultName").unwrap_or(self.resource.key)
    }
}

impl<'c> Lock<'c> {
    fn of(value: &Value, node: NodeRef<'c>) -> Self {
        let day = |key: &str| value.get(key).number();
        match (value, day("MinRetentionDays"), day("MaxRetentionDays")) {
            (Value::Nothing, ..) => Self::None,
            (Value::Map(_), Some(min), Some(max)) => {
                let own = |key: &str| node.as_mapping().and_then(|map| map.get(key));
                let place = own("MaxRetentionDays").or(own("MinRetentionDays")).unwrap_or(node);
                Self::Range(LockRange { min, max }, place)
            }
            _ => Self::Unknown,
        }
    }
}

impl<'c> Role<'c> {
    pub(super) fn of(stack: &Stack<'_, 'c>, resource: &'c Resource<'c>, is_certain: bool) -> Option<Self> {
        if resource.type_name != Some("AWS::IAM::Role") {
            return None;
        }
        let path = stack.property(resource, "Path").or_text("/");
        let path =
            path.text().map_or(Value::Unknown, |path| Value::Text(path.trim_start_matches('/').to_owned()));
        let name = match stack.property(resource, "RoleName") {
            // AWS makes one up, which no policy can name.
            Value::Nothing => Value::Text(generated(stack.name(), resource.name)),
            name => name,
        };
        let trust = resource.property("AssumeRolePolicyDocument");
        Some(Self {
            resource,
            is_certain,
            name: Value::join("", &[path, name]),
            trust: trust.map(|node| ResourcePolicy::of(stack, node)),
            managed_policies: stack.property(resource, "ManagedPolicyArns"),
        })
    }

    /// The place to point at for its name.
    #[must_use]
    pub fn name_node(&self) -> NodeRef<'c> {
        self.resource.property("RoleName").unwrap_or(self.resource.key)
    }
}

impl<'c> Key<'c> {
    pub(super) fn of(stack: &Stack<'_, 'c>, resource: &'c Resource<'c>) -> Option<Self> {
        if !matches!(resource.type_name?, "AWS::KMS::Key" | "AWS::KMS::ReplicaKey") {
            return None;
        }
        let policy = resource.property("KeyPolicy").map(|node| ResourcePolicy::of(stack, node));
        Some(Self { resource, id: generated(stack.name(), resource.name), policy })
    }
}

impl<'c> SsmParameter<'c> {
    pub(super) fn of(stack: &Stack<'_, 'c>, resource: &'c Resource<'c>) -> Option<Self> {
        (resource.type_name == Some("AWS::SSM::Parameter")).then(|| Self {
            resource,
            name: stack.property(resource, "Name"),
            value: stack.property(resource, "Value"),
        })
    }
}
