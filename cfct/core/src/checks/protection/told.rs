//! Findings that many accounts and Regions share, each told once.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::organization::{AccountIndex, AccountSet, Organization};
use crate::source::Span;

/// What tells two findings apart: their code, place and message.
type Key = (&'static str, String, Span, String);

/// Findings with the accounts and Regions that they concern.
pub(super) struct Told<'o> {
    organization: &'o Organization,
    findings: BTreeMap<Key, Concerned>,
}

/// A finding and whom it concerns.
struct Concerned {
    finding: Finding,
    accounts: AccountSet,
    regions: BTreeSet<String>,
    /// The first of the accounts, with its first Region.
    first: (AccountIndex, Option<String>),
}

impl<'o> Told<'o> {
    pub(super) fn new(organization: &'o Organization) -> Self {
        Self { organization, findings: BTreeMap::new() }
    }

    /// Adds a finding that concerns `accounts`, in a Region where it is about one.
    pub(super) fn add(&mut self, finding: Finding, accounts: &[AccountIndex], region: Option<&str>) {
        let Some(first) = accounts.iter().min() else { return };
        let (source, span) = (finding.primary.source.name().to_owned(), finding.primary.span);
        let key = (finding.code.name, source, span, finding.message.clone());
        let region = region.map(str::to_owned);
        let first = (*first, region.clone());
        let concerned = self.findings.entry(key).or_insert_with(|| Concerned {
            finding,
            accounts: self.organization.no_accounts(),
            regions: BTreeSet::new(),
            first: first.clone(),
        });
        concerned.accounts.extend(accounts.iter().copied());
        concerned.regions.extend(region);
        concerned.first = concerned.first.clone().min(first);
    }

    /// The findings, each with the number of accounts and Regions and the first of them.
    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        let organization = self.organization;
        self.findings.into_values().map(move |concerned| {
            let (account, region) = &concerned.first;
            let region = region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
            let first = format!("{}{region}", organization.account(*account).display());
            let mut finding = concerned.finding;
            finding.message.push_str(&match (concerned.accounts.len(), concerned.regions.len()) {
                (1, 0 | 1) => format!(": {first}"),
                (1, regions) => format!(": {regions} Regions, first: {first}"),
                (accounts, 0 | 1) => format!(": {accounts} accounts, first: {first}"),
                (accounts, regions) => format!(": {accounts} accounts in {regions} Regions, first: {first}"),
            });
            finding
        })
    }
}
