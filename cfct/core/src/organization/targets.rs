//! From targets as a person writes them, paths of units and names or ids of accounts, to nodes of the
//! organization.

use std::collections::HashSet;

use super::{AccountIndex, AccountStatus, Organization, UnitIndex};
use crate::aws::{AccountId, OuPath};
use crate::finding::{Code, Finding};
use crate::manifest::Text;
use crate::words::{excerpt, nearest};

/// Suggestions are a comparison with every name; a file that is wrong throughout gets this many.
const SUGGESTIONS: usize = 50;

/// A root, unit or account that something is attached to, or shared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Holder {
    Unit(UnitIndex),
    Account(AccountIndex),
}

/// The codes of what is wrong with targets, which differ with what they are targets of.
#[derive(Debug)]
pub(crate) struct TargetCodes {
    pub unknown_unit: &'static Code,
    pub unknown_account: &'static Code,
    pub inactive_account: &'static Code,
}

pub(crate) struct Targets<'o> {
    organization: &'o Organization,
    codes: TargetCodes,
    suggestions: usize,
    pub findings: Vec<Finding>,
}

impl<'o> Targets<'o> {
    pub fn new(organization: &'o Organization, codes: TargetCodes) -> Self {
        Self { organization, codes, suggestions: SUGGESTIONS, findings: Vec::new() }
    }

    /// The nodes that lists of targets name, each once.
    pub fn of(&mut self, units: &[Text<'_>], accounts: &[Text<'_>]) -> Vec<Holder> {
        let mut seen = HashSet::new();
        let mut holders = Vec::new();
        let mut add = |holder: Option<Holder>| holders.extend(holder.filter(|holder| seen.insert(*holder)));
        for unit in units {
            add(self.unit(*unit));
        }
        for account in accounts {
            add(self.account(*account).map(Holder::Account));
        }
        holders
    }

    fn unit(&mut self, text: Text<'_>) -> Option<Holder> {
        let path = unit_path(text.value);
        if let Some(unit) = self.organization.unit_at(path.names()) {
            return Some(Holder::Unit(unit));
        }
        let message = format!("there is no organizational unit `{}`", excerpt(text.value));
        let finding = Finding::new(self.codes.unknown_unit, &text.node, message);
        let near = self.suggestions.checked_sub(1).and_then(|left| {
            self.suggestions = left;
            let paths: Vec<String> =
                self.organization.units().map(|(unit, _)| self.organization.path(unit).to_string()).collect();
            // A unit is most often given by its bare name.
            let leaf = paths.iter().find(|known| known.rsplit(':').next() == Some(path.leaf()));
            leaf.cloned().or_else(|| nearest(text.value, paths.iter().map(String::as_str)).map(str::to_owned))
        });
        let help = "write its path from the root, with colons: `Workloads:Prod`; or `Root`";
        self.findings.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(help),
        });
        None
    }

    fn account(&mut self, text: Text<'_>) -> Option<AccountIndex> {
        let found = match text.value.parse::<AccountId>() {
            Ok(id) => self.organization.account_by_id(id),
            Err(_) => self.by_name(text)?,
        };
        let found = found.filter(|account| self.organization.account(*account).parent.is_some());
        match found {
            None => self.unknown(text),
            Some(account) => self.inactive(text, account),
        }
        found
    }

    /// The account of a name; `None` where there are several, which is reported.
    fn by_name(&mut self, text: Text<'_>) -> Option<Option<AccountIndex>> {
        let named = self.organization.accounts_by_name(text.value);
        let active = |account: &&AccountIndex| self.organization.account(**account).is_active();
        match named.iter().filter(active).collect::<Vec<_>>()[..] {
            [] => Some(named.first().copied()),
            [only] => Some(Some(*only)),
            _ => {
                let ids: Vec<_> =
                    named.iter().map(|account| self.organization.account(*account).id.to_string()).collect();
                let message = format!("{} accounts are called `{}`", named.len(), excerpt(text.value));
                self.findings.push(
                    Finding::new(self.codes.unknown_account, &text.node, message)
                        .help(format!("give its id, in quotes: {}", ids.join(", "))),
                );
                None
            }
        }
    }

    fn unknown(&mut self, text: Text<'_>) {
        let message = format!("there is no account `{}`", excerpt(text.value));
        let finding = Finding::new(self.codes.unknown_account, &text.node, message);
        let near = self.suggestions.checked_sub(1).and_then(|left| {
            self.suggestions = left;
            let names = self.organization.accounts().map(|(_, account)| &*account.name);
            nearest(text.value, names.filter(|name| !name.is_empty()))
        });
        self.findings.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("write its id, in quotes, or its name"),
        });
    }

    fn inactive(&mut self, text: Text<'_>, account: AccountIndex) {
        let account = self.organization.account(account);
        if !matches!(account.status, AccountStatus::Active | AccountStatus::PendingActivation) {
            let message = format!("{} is {}", account.display(), account.status.as_str());
            self.findings.push(
                Finding::new(self.codes.inactive_account, &text.node, message)
                    .help("take it out of the targets"),
            );
        }
    }
}

/// The path that a target names; the root's is empty.
#[must_use]
pub fn unit_path(text: &str) -> OuPath {
    let parts: Vec<&str> = OuPath::parts_of(text).collect();
    if parts == [OuPath::ROOT] { OuPath::default() } else { OuPath::new(parts) }
}
