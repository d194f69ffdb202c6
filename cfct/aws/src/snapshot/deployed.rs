//! Policies, stack sets and parameters.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::organization::BASELINE_STACK_SET;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{AHEAD, Baseline, Counted, Journal, Policy, Progress, SnapshotError, StackSet};
use crate::error::ErrorKind;
use crate::ports::{ParameterReader, PolicyFacts, PolicyStore, Root, StackSetReader};

/// The types of policies that CfCT and this toolkit deploy: theirs are read even where the type is not
/// enabled, since a policy then still has its name.
const DEPLOYED_TYPES: [&str; 3] = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BACKUP_POLICY"];

/// The stack sets of Control Tower itself. Nothing of CfCT touches them, and in a large organization they
/// have most of all instances; so only the baseline is read.
const OF_CONTROL_TOWER: &str = "AWSControlTower";

pub(super) async fn policies<P: PolicyStore>(
    ports: &P,
    root: &Root,
    journal: &Journal,
    progress: &dyn Progress,
) -> Result<Vec<Policy>, SnapshotError> {
    let kinds: BTreeSet<&str> = root.policy_types.iter().map(String::as_str).chain(DEPLOYED_TYPES).collect();
    let of_kind = stream::iter(kinds).map(async |kind| {
        let is_enabled = root.policy_types.iter().any(|enabled| enabled == kind);
        match journal.remember(&format!("policies {kind}"), ports.policies(kind)).await {
            // Not every partition, and no emulator, knows every type.
            Err(SnapshotError::Aws(error)) if error.kind == ErrorKind::Refused && !is_enabled => {
                Ok(Vec::new())
            }
            listed => listed,
        }
    });
    let listed: Vec<Vec<PolicyFacts>> = of_kind.buffered(AHEAD).try_collect().await?;
    let listed: Vec<PolicyFacts> = listed.into_iter().flatten().collect();
    progress.expected(Counted::Policies, listed.len());
    let whole = stream::iter(listed).map(async |facts: PolicyFacts| {
        let key = format!("policy {}", facts.id);
        let ask = async { tokio::try_join!(ports.content(&facts.id), ports.targets(&facts.id)) };
        let (content, mut targets) = journal.remember(&key, ask).await?;
        progress.done(Counted::Policies, 1);
        targets.sort_unstable();
        let PolicyFacts { id, name, kind, description } = facts;
        Ok::<_, SnapshotError>(Policy { id, name, kind, description, content, targets })
    });
    let mut policies: Vec<Policy> = whole.buffered(AHEAD).try_collect().await?;
    policies.sort_unstable_by(|a, b| (&a.kind, &a.name, &a.id).cmp(&(&b.kind, &b.name, &b.id)));
    Ok(policies)
}

pub(super) async fn stack_sets<P: StackSetReader>(
    ports: &P,
    journal: &Journal,
    progress: &dyn Progress,
) -> Result<Vec<StackSet>, SnapshotError> {
    let names: Vec<String> = journal.remember("stack sets", ports.stack_sets()).await?;
    let mut names: Vec<String> = names
        .into_iter()
        .filter(|name| name == BASELINE_STACK_SET || !name.starts_with(OF_CONTROL_TOWER))
        .collect();
    names.sort_unstable();
    progress.expected(Counted::StackSets, names.len());
    let whole = stream::iter(&names).map(async |name: &String| {
        let ask = async {
            tokio::try_join!(ports.stack_set(name), ports.last_operation(name), ports.instances(name))
        };
        let found = journal.remember(&format!("stack set {name}"), ask).await;
        let (facts, last_operation, mut instances) = match found {
            // Deleted since it was listed.
            Err(SnapshotError::Aws(error)) if error.kind == ErrorKind::NotFound => return Ok(None),
            found => found?,
        };
        progress.done(Counted::StackSets, 1);
        progress.done(Counted::Instances, instances.len());
        instances.sort_unstable();
        Ok::<_, SnapshotError>(Some(StackSet {
            name: name.clone(),
            template_body: Some(facts.template),
            template_sha256: None,
            parameters: facts.parameters,
            tags: facts.tags,
            last_operation,
            instances,
        }))
    });
    let whole: Vec<Option<StackSet>> = whole.buffered(AHEAD).try_collect().await?;
    Ok(whole.into_iter().flatten().collect())
}

pub(super) async fn parameters<P: ParameterReader>(
    ports: &P,
    names: &[String],
    journal: &Journal,
) -> Result<BTreeMap<String, String>, SnapshotError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = journal.remember(&format!("parameters {}", names.join(" ")), ports.parameters(names)).await?;
    Ok(found.into_iter().filter_map(|parameter| Some((parameter.name, parameter.value?))).collect())
}

/// The baseline stands with the organization: it tells which accounts are enrolled.
pub(super) fn without_baseline(stack_sets: Vec<StackSet>) -> (Vec<StackSet>, Baseline) {
    let (baseline, others): (Vec<_>, Vec<_>) =
        stack_sets.into_iter().partition(|stack_set| stack_set.name == BASELINE_STACK_SET);
    let instances = || baseline.iter().flat_map(|stack_set| &stack_set.instances);
    let accounts: BTreeSet<_> = instances().map(|instance| instance.account).collect();
    let regions: BTreeSet<_> = instances().map(|instance| &instance.region).collect();
    let baseline = Baseline {
        name: BASELINE_STACK_SET.to_owned(),
        accounts: accounts.into_iter().collect(),
        regions: regions.into_iter().cloned().collect(),
    };
    (others, baseline)
}
