//! Roles that key policies name: KMS takes no policy that names a principal which does not exist.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>

use std::collections::BTreeMap;

use super::World;
use super::seek::{Found, Where, seek};
use super::told::Told;
use crate::created::{Deployment, Key, Role};
use crate::finding::Finding;
use crate::organization::AccountIndex;
use crate::template::stack::in_account;
use crate::words::{excerpt, head};

crate::codes! {
    /// The role is not in the account.
    MISSING = "key-principal-missing", Error, Deploy,
        "a key policy names a role that the account does not get",
        "KMS refuses a policy with a principal that does not exist, and the stack fails";
    /// The role comes later.
    LATER = "key-principal-later", Error, Deploy,
        "a key policy names a role that is created later in the manifest",
        "CfCT works through the manifest from top to bottom: when the key is created the role does not exist, KMS refuses the policy, and the stage ends before the role";
}

pub(super) fn check(world: &World<'_, '_>, told: &mut Told<'_>) {
    for deployment in &world.created.deployments {
        for key in &deployment.keys {
            let named: Vec<String> =
                key.policy.iter().flat_map(|policy| policy.principals()).map(str::to_owned).collect();
            if named.iter().any(|principal| principal.contains(":role/")) {
                of_key(world, deployment, key, &named, told);
            }
        }
    }
}

fn of_key(
    world: &World<'_, '_>,
    deployment: &Deployment<'_>,
    key: &Key<'_>,
    named: &[String],
    told: &mut Told<'_>,
) {
    let mut groups: BTreeMap<usize, Vec<AccountIndex>> = BTreeMap::new();
    for account in deployment.accounts.iter() {
        groups.entry(world.created.group_of(account)).or_default().push(account);
    }
    for (group, accounts) in groups {
        let Some(first) = accounts.first() else { continue };
        let account = world.organization.account(*first).id.to_string();
        for principal in named {
            let principal = in_account(principal, &account);
            let own = format!(":iam::{account}:role/");
            let Some((_, name)) = principal.split_once(&own).filter(|(_, name)| !name.contains(['*', '?']))
            else {
                continue;
            };
            let place = Where { group, account: &account, region: None };
            let finding = match seek::<Role<'_>>(world, place, name) {
                Found::There(role, item) if role.order > deployment.order => {
                    let later = role.stack_set.resource;
                    let message = format!(
                        "`{}` names the role `{}`, which `{}` creates later",
                        excerpt(key.resource.name),
                        excerpt(name),
                        excerpt(later.display_name())
                    );
                    Finding::new(&LATER, &place_of(key), message)
                        .related(&head(later.node), "created here")
                        .related(&item.name_node(), "the role")
                        .help(format!("move `{}` up in the manifest", excerpt(later.display_name())))
                }
                Found::OtherAccounts(role, item) => {
                    let creator = role.stack_set.resource;
                    let message = format!(
                        "`{}` names the role `{}`, which `{}` does not create here",
                        excerpt(key.resource.name),
                        excerpt(name),
                        excerpt(creator.display_name())
                    );
                    Finding::new(&MISSING, &place_of(key), message)
                        .related(
                            &head(creator.targets_node.unwrap_or(creator.node)),
                            "the targets of the role",
                        )
                        .related(&item.name_node(), "the role")
                        .help(format!(
                            "give `{}` the targets of `{}`",
                            excerpt(creator.display_name()),
                            excerpt(deployment.stack_set.resource.display_name())
                        ))
                }
                _ => continue,
            };
            told.add(finding, &accounts, Some(&deployment.region));
        }
    }
}

fn place_of(key: &Key<'_>) -> crate::source::Location {
    head(key.policy.as_ref().map_or(key.resource.key, |policy| policy.node))
}
