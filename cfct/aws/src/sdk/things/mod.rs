//! What accounts have or lack, on the SDK: a file for each service.
//!
//! What this version does not look at is not known, so that it is told of as pending and nothing is decided by it.

mod iam;
mod stack_sets;

use cfct_core::apply::settings::Place;
use cfct_core::bootstrap::{Content, Kind, Owner, Present, State, Step, TAG, Thing};

use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::sts;
use crate::ports::{BackupSettings, OrganizationReader, OrganizationSettings, Things};

impl Things for Aws {
    async fn observe(&self, thing: &Thing) -> Result<State, AwsError> {
        match thing.kind {
            Kind::StackInstances => self.stack_instances(thing).await,
            Kind::TrustedAccess => Ok(there(self.trusted_services().await?.contains(&thing.name))),
            Kind::PolicyType => Ok(there(self.root().await?.policy_types.contains(&thing.name))),
            Kind::GlobalSettings => Ok(settings(Content::Settings(self.global_settings().await?))),
            Kind::OptIns => Ok(settings(Content::OptIns(self.resource_types(&self.place_of(thing)).await?))),
            Kind::ServiceLinkedRole => {
                self.at(&self.place_of(thing)).await?.observe_linked_role(&thing.name).await
            }
            Kind::Role => self.at(&self.place_of(thing)).await?.observe_role(&thing.name).await,
            _ => Ok(State::Unknown(format!("this version does not look at the {}", thing.kind.words()))),
        }
    }

    async fn act(&self, step: &Step, _uses: Option<&str>) -> Result<Option<String>, AwsError> {
        let thing = &step.thing;
        let place = self.place_of(thing);
        match (&step.content, thing.kind) {
            (Content::Regions(regions), Kind::StackInstances) => self.add_stacks(step, regions).await?,
            (Content::Bare, Kind::TrustedAccess) => self.trust(&thing.name).await?,
            (Content::Bare, Kind::PolicyType) => {
                let root = self.root().await?;
                self.enable_policy_type(&root.id, &thing.name).await?;
            }
            (Content::Settings(settings), Kind::GlobalSettings) => self.set_global_settings(settings).await?,
            (Content::OptIns(types), Kind::OptIns) => self.set_resource_types(&place, types).await?,
            (Content::Bare, Kind::ServiceLinkedRole) => {
                self.at(&place).await?.create_linked_role(&thing.name).await?;
            }
            (Content::Role { trust, managed_policies }, Kind::Role) => {
                self.at(&place).await?.put_role(step, trust, managed_policies).await?;
            }
            // Nothing is decided of what is not known: see `observe`.
            _ => {
                let error = AwsError::new(ErrorKind::Refused, sts::ASSUME_ROLE, thing.to_string());
                return Err(self.place(error.because("this version does not make it")));
            }
        }
        Ok(None)
    }
}

impl Aws {
    /// Where a thing is; what is global is asked for in the home Region.
    fn place_of(&self, thing: &Thing) -> Place {
        Place { account: thing.account, region: thing.region.clone().unwrap_or_else(|| self.region.clone()) }
    }
}

/// Whether there is something about which no more can be said.
fn there(is_there: bool) -> State {
    if is_there { settings(Content::Bare) } else { State::Absent }
}

/// What is nobody's.
fn settings(content: Content) -> State {
    State::Present(Present { owner: Owner::Settings, content, id: None, since: None })
}

/// Whose something is, by its tags and its name.
fn owner_of(name: &str, tags: &[(&str, &str)]) -> Owner {
    let tag = |wanted: &str| tags.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
    let stack = tag("aws:cloudformation:stack-name").and_then(|stack| stack.strip_prefix("StackSet-"));
    if let Some((stack_set, _)) =
        stack.and_then(|stack| stack.split_at_checked(stack.len().saturating_sub(37)))
    {
        return Owner::StackSet(stack_set.to_owned());
    }
    if tag("aws-control-tower").is_some() || name.starts_with("aws-controltower-") {
        return Owner::ControlTower;
    }
    if tag(TAG.0) == Some(TAG.1) { Owner::Companion } else { Owner::Other }
}

#[cfg(test)]
mod tests {
    use cfct_core::bootstrap::Owner;

    use super::owner_of;

    #[test]
    fn whose_something_is_follows_from_its_tags_and_its_name() {
        let stack = "StackSet-CustomControlTower-backup-role-0a1b2c3d-0000-4000-8000-000000000001";
        let of_stack_set = Owner::StackSet("CustomControlTower-backup-role".to_owned());
        type Tags<'t> = &'t [(&'t str, &'t str)];
        let cases: [(&str, Tags, Owner); 5] = [
            ("OrgBackupRole", &[("managed-by", "cfct-companion")], Owner::Companion),
            ("OrgBackupRole", &[("aws:cloudformation:stack-name", stack)], of_stack_set),
            ("aws-controltower-BackupRole", &[], Owner::ControlTower),
            ("vault", &[("aws-control-tower", "managed-by-control-tower")], Owner::ControlTower),
            ("OrgBackupRole", &[("managed-by", "hand")], Owner::Other),
        ];
        for (name, tags, owner) in cases {
            assert_eq!(owner_of(name, tags), owner, "{name} {tags:?}");
        }
    }
}
