//! Carrying a decision out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cfct_core::apply::policies::{self, Change, OWNED, PolicyType};
use cfct_core::apply::{Step, settings};

use super::Outcome;
use crate::error::{AwsError, ErrorKind};
use crate::operation::organizations;
use crate::ports::{BackupSettings, OrganizationReader, OrganizationSettings, PolicyEditor};

/// How often to look whether a policy type is on, and for how long.
const LOOK: Duration = Duration::from_secs(1);
const LOOKS: usize = 60;

/// Carries steps out, in their order, and tells of each. A step that fails takes with it what builds on it:
/// the later steps of the same policy, and whatever would be taken away of its type, since what was to take
/// its place may be missing.
pub async fn act<P>(
    ports: &P,
    root: &str,
    steps: &[Step],
    mut tell: impl FnMut(&Step, &Outcome),
) -> Vec<Outcome>
where
    P: OrganizationReader + PolicyEditor + OrganizationSettings + BackupSettings,
{
    let mut acting = Acting { ports, root, created: BTreeMap::new() };
    let mut failed: BTreeSet<(PolicyType, &str)> = BTreeSet::new();
    let mut ended = false;
    let mut outcomes = Vec::with_capacity(steps.len());
    for step in steps {
        let outcome = match (ended, held_back(step, &failed)) {
            (true, _) => Outcome::NotTried("the run ended before it"),
            (false, Some(why)) => Outcome::NotTried(why),
            (false, None) => match acting.step(step).await {
                Ok(()) => Outcome::Done,
                Err(error) => {
                    ended = error.ends_the_run();
                    if let Step::Policy(step) = step {
                        failed.insert((step.kind, &step.name));
                    }
                    Outcome::Failed(error)
                }
            },
        };
        tell(step, &outcome);
        outcomes.push(outcome);
    }
    outcomes
}

fn held_back(step: &Step, failed: &BTreeSet<(PolicyType, &str)>) -> Option<&'static str> {
    let Step::Policy(step) = step else { return None };
    if failed.contains(&(step.kind, &step.name)) {
        return Some("an earlier step of the policy failed");
    }
    let of_kind = failed.iter().any(|(kind, _)| *kind == step.kind);
    (of_kind && step.is_destructive()).then_some("a policy that may be to take its place failed")
}

struct Acting<'a, P> {
    ports: &'a P,
    root: &'a str,
    /// The ids of policies that were created on the way.
    created: BTreeMap<(PolicyType, &'a str), String>,
}

impl<'a, P> Acting<'a, P>
where
    P: OrganizationReader + PolicyEditor + OrganizationSettings + BackupSettings,
{
    async fn step(&mut self, step: &'a Step) -> Result<(), AwsError> {
        match step {
            Step::Policy(step) => self.policy(step).await,
            Step::Setting(step) => self.setting(step).await,
        }
    }

    async fn policy(&mut self, step: &'a policies::Step) -> Result<(), AwsError> {
        let (ports, key) = (self.ports, (step.kind, step.name.as_str()));
        if let Change::Create { description, content } = &step.change {
            let id = ports.create(step.kind.as_str(), &step.name, description, content, OWNED).await?;
            self.created.insert(key, id);
            return Ok(());
        }
        let id = step.id.as_deref().or(self.created.get(&key).map(String::as_str)).unwrap_or_default();
        match &step.change {
            Change::Create { .. } => Ok(()),
            Change::Adopt => ports.tag(id, OWNED).await,
            Change::Update { description, content } => ports.update(id, description, content).await,
            Change::Attach(target) => ports.attach(id, target).await,
            Change::Detach(target) => ports.detach(id, target).await,
            Change::Delete => ports.delete(id).await,
        }
    }

    async fn setting(&self, step: &settings::Step) -> Result<(), AwsError> {
        let ports = self.ports;
        match step {
            settings::Step::TrustAccess(service) => ports.trust(service).await,
            settings::Step::ActivateStackSets => ports.activate_stack_sets().await,
            settings::Step::EnablePolicyType(kind) => {
                ports.enable_policy_type(self.root, kind).await?;
                self.wait_for(kind).await
            }
            settings::Step::RegisterAdministrator { service, account } => {
                ports.register_administrator(service, *account).await
            }
            settings::Step::Global(global) => ports.set_global_settings(global).await,
            settings::Step::OptIn { place, preference, .. } => {
                ports.set_resource_types(place, preference).await
            }
        }
    }

    /// A policy type is on some time after it was turned on, and until then nothing of it can be attached.
    async fn wait_for(&self, kind: &str) -> Result<(), AwsError> {
        for _ in 0..LOOKS {
            if self.ports.root().await?.policy_types.iter().any(|enabled| enabled == kind) {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        let error = AwsError::new(ErrorKind::TimedOut, organizations::ENABLE_POLICY_TYPE, kind);
        Err(error.because("it is not on yet; run the command again"))
    }
}
