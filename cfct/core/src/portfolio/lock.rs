//! The lock that a stack set puts on its vaults.

use crate::backup_policy::lock::LockRange;
use crate::document::NodeRef;
use crate::stack_set_definition::StackSetDefinition;
use crate::template::intrinsic::walk;
use crate::template::text_of;

/// The bounds of the retention that the stack set's vaults enforce, where a vault of its template has a lock
/// and its parameters give the days. Of several locks the narrowest counts, since a product may write to any.
#[must_use]
pub fn of_stack_set(definition: &StackSetDefinition<'_>) -> Option<LockRange> {
    let values = definition.known_values();
    let known = |name: &str| values.get(name).cloned();
    let days = |within: NodeRef<'_>, key: &str| -> Vec<u64> {
        let maps = walk(within).filter_map(NodeRef::as_mapping);
        let texts = maps.filter_map(|map| text_of(map.get(key)?, &known));
        texts.filter_map(|text| text.trim().parse().ok()).collect()
    };
    let resources = definition.template.iter().flat_map(|template| &template.resources);
    let locks: Vec<NodeRef<'_>> = resources
        .filter_map(|resource| match resource.type_name? {
            "AWS::Backup::BackupVault" => resource.property("LockConfiguration"),
            "AWS::Backup::LogicallyAirGappedBackupVault" => resource.properties,
            _ => None,
        })
        .collect();
    let min = locks.iter().flat_map(|lock| days(*lock, "MinRetentionDays")).max();
    let max = locks.iter().flat_map(|lock| days(*lock, "MaxRetentionDays")).min();
    (min.is_some() || max.is_some()).then_some(LockRange { min, max })
}
