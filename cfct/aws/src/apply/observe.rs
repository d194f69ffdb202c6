//! What is there.

use std::collections::BTreeSet;

use cfct_core::apply::policies::{OWNED, Observed, PolicyType, Wanted};
use cfct_core::apply::settings::{self, Desired};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::error::{AwsError, ErrorKind};
use crate::ports::{BackupSettings, OrganizationSettings, PolicyEditor, PolicyFacts, PolicyStore, Root};

/// Calls that are prepared at a time.
const AHEAD: usize = 32;

/// Policies that AWS itself made, which take no tags.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
const OF_AWS: [&str; 2] = ["p-FullAWSAccess", "p-RCPFullAWSAccess"];

/// Every policy of the types that a configuration has, with what it is attached to. The content is looked up
/// of those that a wanted policy shares its name with.
///
/// # Errors
/// Where AWS does not answer.
pub async fn policies<P: PolicyStore + PolicyEditor>(
    ports: &P,
    root: &Root,
    wanted: &[Wanted],
) -> Result<Vec<Observed>, AwsError> {
    let of_kind = stream::iter(PolicyType::ALL).map(async |kind: PolicyType| {
        let is_enabled = root.policy_types.iter().any(|enabled| enabled == kind.as_str());
        let is_wanted = wanted.iter().any(|policy| policy.kind == kind);
        match ports.policies(kind.as_str()).await {
            // Not every partition, and no emulator, knows every type.
            Err(error) if error.kind == ErrorKind::Refused && !is_enabled && !is_wanted => Ok(Vec::new()),
            listed => Ok::<_, AwsError>(listed?.into_iter().map(|facts| (kind, facts)).collect()),
        }
    });
    let listed: Vec<Vec<(PolicyType, PolicyFacts)>> = of_kind.buffered(AHEAD).try_collect().await?;
    let names: BTreeSet<(PolicyType, &str)> =
        wanted.iter().map(|policy| (policy.kind, policy.name.as_str())).collect();
    let whole = stream::iter(listed.into_iter().flatten()).map(async |(kind, facts): (_, PolicyFacts)| {
        let content = async {
            let is_named = names.contains(&(kind, facts.name.as_str()));
            if is_named { ports.content(&facts.id).await.map(Some) } else { Ok(None) }
        };
        let tags = async {
            if OF_AWS.contains(&facts.id.as_str()) { Ok(Vec::new()) } else { ports.tags(&facts.id).await }
        };
        let (content, tags, targets) = tokio::try_join!(content, tags, ports.targets(&facts.id))?;
        let is_owned = tags.iter().any(|(key, value)| (key.as_str(), value.as_str()) == OWNED);
        let PolicyFacts { id, name, description, .. } = facts;
        let targets = targets.into_iter().collect();
        Ok::<_, AwsError>(Observed { id, kind, name, description, content, is_owned, targets })
    });
    whole.buffered(AHEAD).try_collect().await
}

/// The settings that `desired` is about. An account that does not answer is a line of its own in the answer.
///
/// # Errors
/// Where the management account does not answer.
pub async fn settings<P: OrganizationSettings + BackupSettings>(
    ports: &P,
    root: &Root,
    desired: &Desired,
) -> Result<settings::Observed, AwsError> {
    let mut observed = settings::Observed {
        policy_types: root.policy_types.iter().cloned().collect(),
        ..settings::Observed::default()
    };
    if !desired.trusted_access.is_empty() {
        observed.trusted_access = ports.trusted_services().await?.into_iter().collect();
    }
    if desired.stack_sets {
        observed.stack_sets = ports.stack_sets_have_access().await?;
    }
    let services: BTreeSet<&String> = desired.administrators.iter().map(|(service, _)| service).collect();
    for service in services {
        // A service without access has no administrators, and AWS does not like to be asked.
        if observed.trusted_access.contains(service) {
            let accounts = ports.administrators(service).await?;
            observed.administrators.extend(accounts.into_iter().map(|account| (service.clone(), account)));
        }
    }
    if !desired.global.is_empty() {
        observed.global = ports.global_settings().await?;
    }
    let places =
        stream::iter(desired.opt_ins.keys()).map(async |place| match ports.resource_types(place).await {
            Err(error) if error.ends_the_run() => Err(error),
            Err(error) => Ok((place.clone(), Err(error.to_string()))),
            Ok(types) => Ok((place.clone(), Ok(types))),
        });
    observed.opt_ins = places.buffered(AHEAD).try_collect().await?;
    Ok(observed)
}
