//! From an organization file to the model.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::shape::{ACCOUNT, ORGANIZATION, STATUSES, UNIT};
use super::{
    Account, AccountIndex, AccountStatus, Baseline, Organization, Reading, Spanned, Unit, UnitIndex, Unknown,
    codes, home, tree,
};
use crate::aws::{AccountId, OuPath, is_organization_id, is_ou_id, is_root_id};
use crate::document::{Document, MappingRef, NodeRef, SequenceRef};
use crate::finding::{Code, Finding, Level, Stage};
use crate::snapshot::{self, Object, Shape};
use crate::source::{Location, SourceFile, Span};
use crate::words;

static SHAPE: Shape = Shape::Object(&ORGANIZATION);

pub(super) fn read(source: &Arc<SourceFile>) -> Reading {
    let reading = Document::read_json(source);
    // Whatever the reader says of the file, CfCT's stages have nothing to do with it.
    let mut findings: Vec<Finding> =
        reading.findings.into_iter().map(|finding| finding.stage(Stage::Silent)).collect();
    let Some(top) = reading.document.as_ref().and_then(Document::root) else {
        return Reading { organization: None, findings };
    };
    let node = top.as_mapping().and_then(|top| top.get("organization")).unwrap_or(top);
    snapshot::check(node, &SHAPE, &mut findings);
    let organization =
        node.as_mapping().map(|map| Reader { source, findings: &mut findings }.organization(map));
    Reading { organization, findings }
}

struct Reader<'s> {
    source: &'s Arc<SourceFile>,
    findings: &'s mut Vec<Finding>,
}

/// A text in the file.
#[derive(Clone, Copy)]
struct Text<'d> {
    value: &'d str,
    span: Span,
}

/// An account id and where it was read.
type ReadId = (AccountId, Span);

impl Reader<'_> {
    fn organization(&mut self, map: MappingRef<'_>) -> Organization {
        let (units, unit_ids) = self.units(map);
        let management = text(map, "management_account_id").and_then(|id| self.account_id(id));
        let stack_set = map.get("baseline_stack_set").and_then(NodeRef::as_mapping);
        let enrolled = self.enrolled(stack_set);
        let mut accounts = self.accounts(map, &unit_ids);
        self.add_unlisted(&mut accounts, management, &enrolled);
        accounts.sort_unstable_by_key(|account| account.id);
        let mut organization = Organization {
            source: Arc::clone(self.source),
            units,
            account_names: names_of(&accounts),
            accounts,
            unit_ids,
            management: None,
            baseline: Baseline::default(),
            home_region: spanned(map, "home_region"),
            partition: spanned(map, "partition"),
            id: self.organization_id(map),
            unknown: unknown(map, &ORGANIZATION),
        };
        organization.management = management.and_then(|(id, _)| organization.account_by_id(id));
        organization.baseline = baseline_of(stack_set, &enrolled, &organization);
        tree::link(&mut organization, self.findings);
        home::check(&organization, self.findings);
        organization
    }

    fn organization_id(&mut self, map: MappingRef<'_>) -> Option<Spanned> {
        let id = text(map, "organization_id")?;
        if !is_organization_id(id.value) {
            self.malformed(id, "an organization", "o-<10 to 32 lower-case letters and digits>");
            return None;
        }
        spanned(map, "organization_id")
    }

    /// The root and the units with their parents, and where each id is.
    fn units(&mut self, map: MappingRef<'_>) -> (Vec<Unit>, HashMap<Box<str>, UnitIndex>) {
        let root = text(map, "root_id").unwrap_or(Text { value: "", span: map.node().span() });
        if !root.value.is_empty() && !is_root_id(root.value) {
            self.malformed(root, "a root", "r-<4 to 32 lower-case letters and digits>");
        }
        let mut units = vec![unit_of(root, OuPath::ROOT, Unknown::new())];
        let mut ids = HashMap::from([(root.value.into(), UnitIndex::ROOT)]);
        let mut parents = vec![None];
        for entry in maps(map, "organizational_units") {
            let Some(id) = text(entry, "id") else { continue };
            if !is_ou_id(id.value) {
                self.malformed(id, "an organizational unit", "ou-<the root's part>-<8 to 32>");
            }
            match ids.entry(id.value.into()) {
                Entry::Occupied(first) => {
                    let first: UnitIndex = *first.get();
                    self.duplicate(id, units[first.0 as usize].span);
                    continue;
                }
                Entry::Vacant(place) => place.insert(UnitIndex(units.len() as u32)),
            };
            units.push(unit_of(id, value(entry, "name"), unknown(entry, &UNIT)));
            parents.push(text(entry, "parent"));
        }
        for (unit, parent) in units.iter_mut().zip(parents) {
            let Some(parent) = parent else { continue };
            unit.parent = ids.get(parent.value).copied();
            if unit.parent.is_none() {
                self.unknown_parent(parent, &format!("the organizational unit `{}`", unit.name));
            }
        }
        (units, ids)
    }

    fn accounts(&mut self, map: MappingRef<'_>, units: &HashMap<Box<str>, UnitIndex>) -> Vec<Account> {
        let mut accounts: Vec<Account> = Vec::new();
        let mut places: HashMap<AccountId, usize> = HashMap::new();
        for entry in maps(map, "accounts") {
            let Some(text_of_id) = text(entry, "id") else { continue };
            let Some((id, span)) = self.account_id(text_of_id) else { continue };
            if let Some(first) = places.insert(id, accounts.len()) {
                self.duplicate(text_of_id, accounts[first].span);
                places.insert(id, first);
                continue;
            }
            let name = value(entry, "name");
            let parent = text(entry, "parent");
            let unit = parent.and_then(|parent| units.get(parent.value).copied());
            if let Some(parent) = parent.filter(|_| unit.is_none()) {
                self.unknown_parent(parent, &format!("the account `{name}`"));
            }
            accounts.push(Account {
                id,
                name: name.into(),
                email: text(entry, "email").map(|email| email.value.into()),
                status: self.status(text(entry, "status"), name),
                parent: unit,
                span,
                position: accounts.len() as u32,
                unknown: unknown(entry, &ACCOUNT),
            });
        }
        accounts
    }

    fn status(&mut self, status: Option<Text<'_>>, account: &str) -> AccountStatus {
        let Some(status) = status else { return AccountStatus::Unknown };
        let word = status.value;
        AccountStatus::of_aws(word).unwrap_or_else(|| {
            let message = format!("`{account}` has the status `{}`", words::excerpt(word));
            let help = match words::nearest(word, STATUSES.iter().copied()) {
                Some(near) => format!("write `{near}`"),
                None => format!("AWS knows {}", STATUSES.join(", ")),
            };
            self.add(&codes::ACCOUNT_STATUS, status.span, message, help);
            AccountStatus::Unknown
        })
    }

    /// The accounts of the baseline stack set.
    fn enrolled(&mut self, stack_set: Option<MappingRef<'_>>) -> Vec<ReadId> {
        let list = stack_set.and_then(|map| map.get("accounts")).and_then(NodeRef::as_sequence);
        let texts = list.into_iter().flat_map(SequenceRef::items).filter_map(text_of);
        texts.filter_map(|id| self.account_id(id)).collect()
    }

    /// Adds the accounts that the file names without listing them: `Root` deploys to those of the baseline.
    fn add_unlisted(&mut self, accounts: &mut Vec<Account>, management: Option<ReadId>, enrolled: &[ReadId]) {
        let listed: std::collections::HashSet<AccountId> =
            accounts.iter().map(|account| account.id).collect();
        let management = management.filter(|(id, _)| !listed.contains(id));
        if let Some((id, span)) = management {
            let message = format!("the management account {id} is not among the accounts");
            let help = "add it to `accounts`, or correct `management_account_id`";
            self.add(&codes::MANAGEMENT_ACCOUNT, span, message, help);
        }
        let mut strangers: Vec<ReadId> =
            enrolled.iter().filter(|(id, _)| !listed.contains(id)).copied().collect();
        if let Some((first, span)) = strangers.first() {
            let others = match strangers.len() - 1 {
                0 => "is".to_owned(),
                count => format!("and {count} more are"),
            };
            let message = format!("{first} {others} in the baseline stack set and not in the organization");
            let help = "take a fresh snapshot; if an account has left the organization, delete its instance \
                        of the baseline stack set";
            self.add(&codes::BASELINE_ACCOUNT, *span, message, help);
        }
        strangers.extend(management);
        strangers.sort_unstable_by_key(|(id, _)| *id);
        strangers.dedup_by_key(|(id, _)| *id);
        accounts.extend(strangers.into_iter().map(|(id, span)| Account {
            id,
            name: "".into(),
            email: None,
            status: AccountStatus::Unlisted,
            parent: None,
            span,
            position: u32::MAX,
            unknown: Unknown::new(),
        }));
    }

    fn account_id(&mut self, id: Text<'_>) -> Option<ReadId> {
        let read = id.value.parse().ok();
        if read.is_none() {
            self.malformed(id, "an account", "of twelve digits");
        }
        read.map(|read| (read, id.span))
    }

    fn malformed(&mut self, id: Text<'_>, noun: &str, form: &str) {
        let message = format!("`{}` is no id of {noun}", words::excerpt(id.value));
        let at = Location::new(self.source, id.span);
        let finding =
            Finding::new(&codes::MALFORMED_ID, &at, message).help(format!("such an id has the form {form}"));
        // The ids of units only tie the file together; an account is lost without its own.
        let level = if noun == "an account" { Level::Error } else { Level::Warning };
        self.findings.push(finding.level(level));
    }

    fn duplicate(&mut self, id: Text<'_>, first: Span) {
        let message = format!("the id `{}` occurs twice", id.value);
        let finding = Finding::new(&codes::DUPLICATE_ID, &Location::new(self.source, id.span), message)
            .related(&Location::new(self.source, first), "first here")
            .help("remove one of the two, or take a fresh snapshot");
        self.findings.push(finding);
    }

    fn unknown_parent(&mut self, parent: Text<'_>, what: &str) {
        let id = words::excerpt(parent.value);
        let message = format!("{what} stands under `{id}`, which is not in the file");
        let help = "add the parent to `organizational_units`, or take a fresh snapshot";
        self.add(&codes::UNKNOWN_PARENT, parent.span, message, help);
    }

    fn add(&mut self, code: &'static Code, span: Span, message: String, help: impl Into<String>) {
        self.findings.push(Finding::new(code, &Location::new(self.source, span), message).help(help));
    }
}

fn unit_of(id: Text<'_>, name: &str, unknown: Unknown) -> Unit {
    Unit {
        id: id.value.into(),
        name: name.into(),
        parent: None,
        level: None,
        children: Vec::new(),
        accounts: Vec::new(),
        span: id.span,
        unknown,
    }
}

/// Accounts under their names in lower case; `accounts` are sorted, so their order in the file is restored.
fn names_of(accounts: &[Account]) -> HashMap<Box<str>, Vec<AccountIndex>> {
    let mut names: HashMap<Box<str>, Vec<AccountIndex>> = HashMap::with_capacity(accounts.len());
    for (index, account) in accounts.iter().enumerate().filter(|(_, account)| !account.name.is_empty()) {
        names.entry(account.name.to_lowercase().into()).or_default().push(AccountIndex(index as u32));
    }
    for same in names.values_mut() {
        same.sort_unstable_by_key(|index| accounts[index.0 as usize].position);
    }
    names
}

fn baseline_of(
    stack_set: Option<MappingRef<'_>>,
    enrolled: &[ReadId],
    organization: &Organization,
) -> Baseline {
    let mut accounts = organization.no_accounts();
    for account in enrolled.iter().filter_map(|(id, _)| organization.account_by_id(*id)) {
        accounts.insert(account);
    }
    let regions = stack_set.and_then(|map| map.get("regions")).and_then(NodeRef::as_sequence);
    Baseline {
        name: stack_set.map_or("", |map| value(map, "name")).into(),
        accounts,
        regions: regions
            .into_iter()
            .flat_map(SequenceRef::items)
            .filter_map(|item| item.as_str().map(Box::from))
            .collect(),
    }
}

fn text_of(node: NodeRef<'_>) -> Option<Text<'_>> {
    Some(Text { value: node.as_str()?, span: node.span() })
}

fn text<'d>(map: MappingRef<'d>, key: &str) -> Option<Text<'d>> {
    map.get(key).and_then(text_of)
}

fn value<'d>(map: MappingRef<'d>, key: &str) -> &'d str {
    text(map, key).map_or("", |text| text.value)
}

fn spanned(map: MappingRef<'_>, key: &str) -> Option<Spanned> {
    text(map, key).map(|text| Spanned { value: text.value.into(), span: text.span })
}

fn maps<'d>(map: MappingRef<'d>, key: &str) -> impl Iterator<Item = MappingRef<'d>> {
    let list = map.get(key).and_then(NodeRef::as_sequence);
    list.into_iter().flat_map(SequenceRef::items).filter_map(NodeRef::as_mapping)
}

fn unknown(map: MappingRef<'_>, object: &Object) -> Unknown {
    let strangers = map.written().filter_map(|entry| Some((entry.key.scalar_text()?, entry.value)));
    strangers
        .filter(|(key, _)| !object.has(key))
        .map(|(key, value)| (key.into(), value.source_text().into()))
        .collect()
}
