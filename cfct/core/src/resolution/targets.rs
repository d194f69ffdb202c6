//! Accounts and organizational units that a resource is aimed at (`OrganizationsData`).

use std::borrow::Cow;
use std::collections::HashMap;

use super::failure::{Exception, Failure};
use super::text;
use crate::aws::{AccountId, OuPath};
use crate::document::NodeRef;
use crate::manifest::{Resource, Text, Version};
use crate::organization::{AccountIndex, AccountSet, Organization, UnitIndex};

/// An entry of a target list, and what became of it.
#[derive(Clone, Debug)]
pub struct Target<'d> {
    /// The entry.
    pub node: NodeRef<'d>,
    /// Its text as CfCT reads it.
    pub text: Cow<'d, str>,
    /// What CfCT takes it for.
    pub meaning: Meaning,
}

/// What CfCT takes a target for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// `Root` of a stack set: every account of the baseline stack set, in place of all other units.
    EveryEnrolled,
    /// A unit beside `Root` on a stack set: not looked at.
    Overridden,
    /// A unit: its active accounts, or the unit itself for a policy.
    Unit(UnitIndex),
    /// A unit that is not there.
    UnknownUnit,
    /// Nothing but colons and spaces; the parser raises.
    NoUnit,
    /// The accounts of an id or a name, each with whether it stays. None is an account that is not there.
    Accounts(Vec<NamedAccount>),
    /// An account on a policy: not looked at.
    IgnoredAccount,
}

/// An account that a target names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedAccount {
    /// The account.
    pub account: AccountIndex,
    /// Whether CfCT keeps it: it is active if named by name, and enrolled (v2) or directly inside a
    /// top-level unit (v1).
    pub kept: bool,
}

impl Target<'_> {
    /// Whether this entry gives `account` to a stack set.
    #[must_use]
    pub fn gives(&self, account: AccountIndex, organization: &Organization) -> bool {
        match &self.meaning {
            Meaning::EveryEnrolled => organization.baseline().accounts.contains(account),
            Meaning::Unit(unit) => {
                let account = organization.account(account);
                account.is_active() && account.parent == Some(*unit)
            }
            Meaning::Accounts(named) => named.iter().any(|named| named.kept && named.account == account),
            Meaning::Overridden | Meaning::UnknownUnit | Meaning::NoUnit | Meaning::IgnoredAccount => false,
        }
    }
}

/// Resolves targets in one organization.
pub(super) struct Resolver<'o> {
    pub(super) organization: &'o Organization,
    /// The accounts that CfCT lets a manifest name.
    allowed: AccountSet,
}

impl<'o> Resolver<'o> {
    pub(super) fn new(version: Version, organization: &'o Organization) -> Self {
        let allowed = match version {
            Version::V1 => in_top_level_units(organization),
            Version::V2 | Version::Unknown => enrolled_and_management(organization),
        };
        Self { organization, allowed }
    }

    /// Puts the accounts of a stack set into `accounts`; an error is what the parser raises.
    pub(super) fn stack_set<'d>(
        &self,
        resource: &Resource<'d>,
        targets: &mut Vec<Target<'d>>,
        accounts: &mut AccountSet,
    ) -> Result<(), Failure> {
        let units = texts(&resource.organizational_units);
        let everyone = units.iter().any(|(_, text)| text == OuPath::ROOT);
        let mut failure = None;
        for (node, text) in units {
            let meaning = match (everyone, text.as_ref()) {
                (true, OuPath::ROOT) => Meaning::EveryEnrolled,
                (true, _) => Meaning::Overridden,
                (false, text) if text.contains(OuPath::DELIMITER) => {
                    let (meaning, raised) = self.nested_unit(text);
                    failure = failure.or(raised);
                    meaning
                }
                (false, text) => self.top_level_unit(text),
            };
            match meaning {
                Meaning::EveryEnrolled => *accounts |= &self.organization.baseline().accounts,
                Meaning::Unit(unit) => accounts.extend(self.organization.active_in(unit)),
                _ => {}
            }
            targets.push(Target { node, text, meaning });
        }
        for (node, text) in texts(&resource.accounts) {
            let named = self.accounts(&text);
            accounts.extend(named.iter().filter(|named| named.kept).map(|named| named.account));
            targets.push(Target { node, text, meaning: Meaning::Accounts(named) });
        }
        failure.map_or(Ok(()), Err)
    }

    /// The units that a policy is attached to. A unit that is not there is logged as ignored.
    pub(super) fn policy<'d>(
        &self,
        resource: &Resource<'d>,
        targets: &mut Vec<Target<'d>>,
    ) -> Result<Vec<(Cow<'d, str>, UnitIndex)>, Failure> {
        let mut attached = Vec::new();
        let mut failure = None;
        for (node, text) in texts(&resource.organizational_units) {
            let meaning = if text == OuPath::ROOT {
                Meaning::Unit(UnitIndex::ROOT)
            } else {
                let (meaning, raised) = self.nested_unit(&text);
                // `get_final_ou_list` catches ValueError and nothing else.
                failure = failure.or(raised.filter(|raised| raised.exception != Exception::ValueError));
                meaning
            };
            if let Meaning::Unit(unit) = meaning {
                attached.push((text.clone(), unit));
            }
            targets.push(Target { node, text, meaning });
        }
        for (node, text) in texts(&resource.accounts) {
            targets.push(Target { node, text, meaning: Meaning::IgnoredAccount });
        }
        failure.map_or(Ok(attached), Err)
    }

    /// A name without a colon is compared whole with the names under the root. Of equal names, which AWS
    /// does not have, CfCT's table keeps the last.
    fn top_level_unit(&self, name: &str) -> Meaning {
        let found = self.organization.children_named(UnitIndex::ROOT, name).last();
        found.map_or(Meaning::UnknownUnit, |unit| Meaning::Unit(*unit))
    }

    /// A path is walked name by name (`list_ou_for_parent`).
    fn nested_unit(&self, path: &str) -> (Meaning, Option<Failure>) {
        let mut parts = OuPath::parts_of(path).peekable();
        let nothing = parts.peek().is_none();
        if nothing && !self.organization.unit(UnitIndex::ROOT).children.is_empty() {
            return (Meaning::NoUnit, Some(Failure::empty_list()));
        }
        match self.organization.unit_at(parts).filter(|_| !nothing) {
            Some(unit) => (Meaning::Unit(unit), None),
            None => {
                let message = format!("OU id is not found for {path}");
                (Meaning::UnknownUnit, Some(Failure::new(Exception::ValueError, message)))
            }
        }
    }

    /// Twelve digits are an id, anything else is a name in any case (`get_final_account_list`).
    fn accounts(&self, text: &str) -> Vec<NamedAccount> {
        if let Ok(id) = text.parse::<AccountId>() {
            let account = self.organization.account_by_id(id);
            return account
                .map(|account| NamedAccount { account, kept: self.allowed.contains(account) })
                .into_iter()
                .collect();
        }
        let named = self.organization.accounts_by_name(text);
        // CfCT's table of active accounts holds the last of those with exactly the same name.
        let mut last: HashMap<&str, AccountIndex> = HashMap::new();
        for account in named.iter().filter(|account| self.organization.account(**account).is_active()) {
            last.insert(&self.organization.account(*account).name, *account);
        }
        let is_last = |account: AccountIndex| {
            last.get(self.organization.account(account).name.as_ref()) == Some(&account)
        };
        let kept = |account: AccountIndex| is_last(account) && self.allowed.contains(account);
        named.iter().map(|account| NamedAccount { account: *account, kept: kept(*account) }).collect()
    }
}

fn texts<'d>(list: &[Text<'d>]) -> Vec<(NodeRef<'d>, Cow<'d, str>)> {
    list.iter().filter_map(|entry| Some((entry.node, text::item(entry.node)?))).collect()
}

/// v2: the accounts of the baseline stack set, and the management account.
fn enrolled_and_management(organization: &Organization) -> AccountSet {
    let mut allowed = organization.baseline().accounts.clone();
    if let Some(management) = organization.management() {
        allowed.insert(management);
    }
    allowed
}

/// v1: the active accounts directly inside a top-level unit.
fn in_top_level_units(organization: &Organization) -> AccountSet {
    let mut allowed = organization.no_accounts();
    for unit in &organization.unit(UnitIndex::ROOT).children {
        allowed.extend(organization.active_in(*unit));
    }
    allowed
}
