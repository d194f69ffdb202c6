//! Looking for what a policy names among what is created.

use super::World;
use crate::created::{Created, Deployment, Role, Vault};
use crate::document::NodeRef;
use crate::template::stack::{Value, in_account};
use crate::words::nearest;

/// Something that a policy calls by its name.
pub(super) trait Named<'c>: Sized + 'c {
    /// Those that a stack set creates.
    fn among<'d>(deployment: &'d Deployment<'c>) -> &'d [Self];
    /// Its name.
    fn name(&self) -> &Value;
    /// Where its name is written.
    fn place(&self) -> NodeRef<'c>;
}

impl<'c> Named<'c> for Vault<'c> {
    fn among<'d>(deployment: &'d Deployment<'c>) -> &'d [Self] {
        &deployment.vaults
    }

    fn name(&self) -> &Value {
        &self.name
    }

    fn place(&self) -> NodeRef<'c> {
        self.name_node()
    }
}

impl<'c> Named<'c> for Role<'c> {
    fn among<'d>(deployment: &'d Deployment<'c>) -> &'d [Self] {
        &deployment.roles
    }

    fn name(&self) -> &Value {
        &self.name
    }

    fn place(&self) -> NodeRef<'c> {
        self.name_node()
    }
}

/// Where it is to be.
#[derive(Clone, Copy)]
pub(super) struct Where<'a> {
    /// The group of the account.
    pub(super) group: usize,
    /// The account.
    pub(super) account: &'a str,
    /// The Region; `None` for what is in every Region at once.
    pub(super) region: Option<&'a str>,
}

/// What became of the search.
pub(super) enum Found<'w, 'c, T> {
    /// It is created there, or may be.
    There(&'w Deployment<'c>, &'w T),
    /// Something that cannot be looked into may create it.
    Unknown,
    /// It is not created there, but something very like it is.
    OtherCase(&'w T, String),
    /// It is created in the account, in another Region.
    OtherRegion(&'w Deployment<'c>, &'w T),
    /// It is created in other accounts.
    OtherAccounts(&'w Deployment<'c>, &'w T),
    /// It is not created at all; the name that is nearest to it.
    Nowhere(Option<String>),
}

/// Looks for a `T` of this name.
pub(super) fn seek<'w, 'c, T: Named<'c>>(
    world: &World<'w, 'c>,
    place: Where<'_>,
    name: &str,
) -> Found<'w, 'c, T> {
    let created: &'w Created<'c> = world.created;
    let is = |item: &T| item.name().text().is_some_and(|text| same(text, place.account, name));
    let of_account = || created.of_group(place.group).flat_map(with::<T>);
    let here =
        || of_account().filter(|(found, _)| place.region.is_none_or(|region| *found.region == *region));
    if let Some((deployment, item)) = here().find(|(_, item)| is(item)) {
        return Found::There(deployment, item);
    }
    let opaque = created
        .of_group(place.group)
        .filter(|found| place.region.is_none_or(|region| *found.region == *region))
        .filter(|found| found.is_opaque || T::among(found).iter().any(|item| item.name().has_unknown()));
    let opaque: Vec<usize> = opaque.map(|found| found.order).collect();
    if !opaque.is_empty() || created.is_incomplete {
        world.hidden_by.borrow_mut().get_or_insert_default().extend(opaque);
        return Found::Unknown;
    }
    if is_deployed_otherwise(world, place, name) {
        return Found::Unknown;
    }
    let texts =
        || here().filter_map(|(_, item)| Some((item, in_account(item.name().text()?, place.account))));
    if let Some((item, text)) = texts().find(|(_, text)| text.eq_ignore_ascii_case(name)) {
        return Found::OtherCase(item, text);
    }
    if let Some((deployment, item)) = of_account().find(|(_, item)| is(item)) {
        return Found::OtherRegion(deployment, item);
    }
    let all = || created.deployments.iter().flat_map(with::<T>);
    if let Some((deployment, item)) = all().find(|(_, item)| item.name().text() == Some(name)) {
        return Found::OtherAccounts(deployment, item);
    }
    let names: Vec<&str> = all().filter_map(|(_, item)| item.name().text()).collect();
    Found::Nowhere(nearest(name, names).map(|text| in_account(text, place.account)))
}

/// Whether a deployed stack set that is not of the manifest brings something of this name. Its template is read
/// no further than that.
fn is_deployed_otherwise(world: &World<'_, '_>, place: Where<'_>, name: &str) -> bool {
    let Some(deployed) = super::deployed(world.context) else { return false };
    let account = place.account.parse().ok().and_then(|id| deployed.accounts.number(id));
    let is_region = |number: usize| {
        place
            .region
            .is_none_or(|wanted| deployed.regions.get(number).is_some_and(|region| **region == *wanted))
    };
    super::deployed_otherwise(world.context).any(|(body, found)| {
        let names_it = body.contains(name) || found.parameters.values().any(|value| value == name);
        let mut instances = found.instances.iter().filter(|(region, _)| is_region(**region));
        names_it && instances.any(|(_, accounts)| account.is_some_and(|account| accounts.contains(account)))
    })
}

/// Whether any stack set creates something of the kind.
pub(super) fn creates_any<'c, T: Named<'c>>(world: &World<'_, 'c>) -> bool {
    world.created.deployments.iter().any(|found| !T::among(found).is_empty())
}

fn with<'w, 'c, T: Named<'c>>(
    deployment: &'w Deployment<'c>,
) -> impl Iterator<Item = (&'w Deployment<'c>, &'w T)> + use<'w, 'c, T> {
    T::among(deployment).iter().map(move |item| (deployment, item))
}

/// Whether a text comes to `name` in an account.
fn same(text: &str, account: &str, name: &str) -> bool {
    text == name || in_account(text, account) == name
}
