//! From a file to the deployed state.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{
    Accounts, Deployed, NEWEST_VERSION, OptIn, Policy, Reading, SHAPE, StackSet, Template, Troubled, codes,
};
use crate::aws::AccountId;
use crate::document::{Document, MappingRef, NodeRef, SequenceRef, Shape as NodeShape, Value};
use crate::finding::{Finding, Stage};
use crate::organization::Organization;
use crate::snapshot;
use crate::source::{Location, SourceFile, Span};
use crate::stack_set_machine::{IndexSet, OperationStatus};
use crate::words::{self, excerpt};

/// Reads the inner object, or a whole snapshot, and holds it against the organization.
#[must_use]
pub fn read(source: &Arc<SourceFile>, organization: &Organization) -> Reading {
    let (document, findings) = parse(source);
    let Some(top) = document.as_ref().and_then(Document::root) else {
        return Reading { deployed: None, findings };
    };
    read_at(source, top, deployed_in(top).unwrap_or(top), organization, findings)
}

/// Reads the deployed state of a snapshot; `None` where the file holds an organization alone.
#[must_use]
pub fn read_beside(source: &Arc<SourceFile>, organization: &Organization) -> Option<Reading> {
    // An organization alone is not worth a second reading.
    if !source.text().contains("\"deployed\"") {
        return None;
    }
    let (document, findings) = parse(source);
    let top = document.as_ref().and_then(Document::root)?;
    Some(read_at(source, top, deployed_in(top)?, organization, findings))
}

fn parse(source: &Arc<SourceFile>) -> (Option<Document>, Vec<Finding>) {
    let reading = Document::read_json(source);
    // Whatever the reader says of the file, CfCT's stages have nothing to do with it.
    (reading.document, reading.findings.into_iter().map(|finding| finding.stage(Stage::Silent)).collect())
}

fn deployed_in(top: NodeRef<'_>) -> Option<NodeRef<'_>> {
    top.as_mapping()?.get("deployed")
}

fn read_at(
    source: &Arc<SourceFile>,
    top: NodeRef<'_>,
    node: NodeRef<'_>,
    organization: &Organization,
    mut findings: Vec<Finding>,
) -> Reading {
    newer(top, &mut findings);
    if let Some(snapshot) = top.as_mapping() {
        other_organization(snapshot, organization, &mut findings);
    }
    snapshot::check(node, &SHAPE, &mut findings);
    let deployed = node.as_mapping().map(|map| {
        let tables = Tables::collect(map, organization);
        Reader { source, tables, findings: &mut findings }.deployed(map)
    });
    if let Some(deployed) = &deployed {
        strangers(deployed, organization, node, &mut findings);
    }
    Reading { deployed, findings }
}

fn newer(top: NodeRef<'_>, findings: &mut Vec<Finding>) {
    let version = top.as_mapping().and_then(|map| map.get("version"));
    let Some((node, number)) = version.and_then(|node| match node.value() {
        Some(Value::Int(number)) => Some((node, number.unwrap_or(i128::MAX))),
        _ => None,
    }) else {
        return;
    };
    if number > NEWEST_VERSION {
        let message = format!("the snapshot has version {number}, this toolkit reads up to {NEWEST_VERSION}");
        findings.push(
            Finding::new(&codes::NEWER, &node, message).help("use the version of the toolkit that wrote it"),
        );
    }
}

/// A whole snapshot says whose it is.
fn other_organization(snapshot: MappingRef<'_>, organization: &Organization, findings: &mut Vec<Finding>) {
    let own = snapshot.get("organization").and_then(NodeRef::as_mapping);
    let management = own.and_then(|map| map.get("management_account_id"));
    let Some((node, theirs)) = management.and_then(|node| Some((node, node.as_str()?))) else { return };
    let ours = organization.management().map(|account| organization.account(account).id.to_string());
    if let Some(ours) = ours.filter(|ours| ours != theirs) {
        let message =
            format!("the deployed state is of the organization of {}, not of {ours}", excerpt(theirs));
        let help = "give the organization and the deployed state of one snapshot";
        findings.push(Finding::new(&codes::OTHER_ORGANIZATION, &node, message).help(help));
    }
}

/// Without an organization beside it, a state none of whose accounts is known is somebody else's.
fn strangers(
    deployed: &Deployed,
    organization: &Organization,
    node: NodeRef<'_>,
    findings: &mut Vec<Finding>,
) {
    let mut holding = IndexSet::new();
    for stack_set in deployed.stack_sets.values() {
        stack_set.instances.values().for_each(|accounts| holding.add(accounts));
    }
    let known = |number: &usize| {
        deployed.accounts.id(*number).is_some_and(|id| organization.account_by_id(id).is_some())
    };
    let said = findings.iter().any(|finding| finding.code == &codes::OTHER_ORGANIZATION);
    if !said && !holding.is_empty() && !holding.iter().any(|number| known(&number)) {
        let message = "none of the accounts that hold instances is in the organization";
        let help = "give the organization and the deployed state of one snapshot";
        findings.push(Finding::new(&codes::OTHER_ORGANIZATION, &words::head(node), message).help(help));
    }
}

/// Accounts and Regions as numbers, collected before the instances are read.
struct Tables<'d> {
    accounts: Accounts,
    regions: Vec<&'d str>,
    groups: HashMap<&'d str, IndexSet>,
}

impl<'d> Tables<'d> {
    fn collect(map: MappingRef<'d>, organization: &Organization) -> Self {
        let (mut ids, mut regions) = (Vec::new(), Vec::new());
        let groups = map.get("account_groups").and_then(NodeRef::as_mapping);
        let groups = groups.map(MappingRef::entries).unwrap_or_default();
        ids.extend(
            groups
                .iter()
                .flat_map(|group| texts(Some(group.value)))
                .filter_map(|(_, id)| id.parse::<AccountId>().ok()),
        );
        for instance in maps(map, "stack_sets").flat_map(|stack_set| maps(stack_set, "instances")) {
            let named = texts(instance.get("accounts")).chain(one(instance.get("account")));
            ids.extend(named.filter_map(|(_, id)| id.parse::<AccountId>().ok()));
            regions.extend(
                texts(instance.get("regions")).chain(one(instance.get("region"))).map(|(_, name)| name),
            );
        }
        // Many instances name few accounts: sorting what is unique is the cheaper way round.
        ids.sort_unstable();
        ids.dedup();
        regions.sort_unstable();
        regions.dedup();
        let accounts = Accounts::new(organization, ids);
        let numbers = |node| {
            texts(Some(node)).filter_map(|(_, id)| accounts.number(id.parse().ok()?)).collect::<IndexSet>()
        };
        let groups = groups
            .iter()
            .filter_map(|group| Some((group.key.scalar_text()?, numbers(group.value))))
            .collect();
        Self { accounts, regions, groups }
    }
}

struct Reader<'r, 'd> {
    source: &'r Arc<SourceFile>,
    tables: Tables<'d>,
    findings: &'r mut Vec<Finding>,
}

impl<'d> Reader<'_, 'd> {
    fn deployed(mut self, map: MappingRef<'d>) -> Deployed {
        let stack_sets = self.stack_sets(map);
        let policies = self.policies(map);
        Deployed {
            source: Arc::clone(self.source),
            accounts: self.tables.accounts,
            regions: self.tables.regions.into_iter().map(Box::from).collect(),
            stack_sets,
            policies,
            ssm_parameters: pairs(map.get("ssm_parameters")).collect(),
            backup_opt_in: maps(map, "backup_opt_in").filter_map(opt_in).collect(),
        }
    }

    fn stack_sets(&mut self, map: MappingRef<'d>) -> BTreeMap<Box<str>, StackSet> {
        let mut stack_sets: BTreeMap<Box<str>, StackSet> = BTreeMap::new();
        for entry in maps(map, "stack_sets") {
            let Some((name, node)) = entry.get("name").and_then(|node| Some((node.as_str()?, node))) else {
                continue;
            };
            if let Some(first) = stack_sets.get(name) {
                self.duplicate(node, &format!("the stack set `{}`", excerpt(name)), first.span);
                continue;
            }
            let stack_set = self.stack_set(entry, node.span());
            stack_sets.insert(name.into(), stack_set);
        }
        stack_sets
    }

    fn stack_set(&mut self, entry: MappingRef<'d>, span: Span) -> StackSet {
        let template = match (text(entry, "template_body"), text(entry, "template_sha256")) {
            (Some(body), _) => Template::Body(body.into()),
            (None, Some(digest)) => Template::Digest(digest.to_ascii_lowercase().into()),
            (None, None) => Template::Unknown,
        };
        let (mut instances, mut troubled) = (BTreeMap::<usize, IndexSet>::new(), Vec::new());
        for instance in maps(entry, "instances") {
            let Some((accounts, regions)) = self.cells(instance) else { continue };
            for region in regions.iter() {
                instances.entry(region).or_default().add(&accounts);
            }
            let status = text(instance, "status").unwrap_or("CURRENT");
            if status != "CURRENT" {
                let reason = text(instance, "status_reason").map(Box::from);
                troubled.push(Troubled { accounts, regions, status: status.into(), reason });
            }
        }
        StackSet {
            template,
            parameters: pairs(entry.get("parameters"))
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
            tags: pairs(entry.get("tags")).collect(),
            last_operation: entry.get("last_operation").and_then(|node| self.operation(node)),
            instances,
            troubled,
            span,
        }
    }

    /// The accounts and Regions of one entry; `None`, with a finding, where it has none of either.
    fn cells(&mut self, instance: MappingRef<'d>) -> Option<(IndexSet, IndexSet)> {
        let mut accounts = IndexSet::new();
        for (node, id) in texts(instance.get("accounts")).chain(one(instance.get("account"))) {
            match id.parse().ok().and_then(|id| self.tables.accounts.number(id)) {
                Some(number) => accounts.insert(number),
                None => self.instance(node, &format!("`{}` is no account id", excerpt(id))),
            }
        }
        if let Some((node, group)) = one(instance.get("account_group")).next() {
            match self.tables.groups.get(group) {
                Some(members) => accounts.add(members),
                None => self.instance(node, &format!("there is no account group `{}`", excerpt(group))),
            }
        }
        let names = texts(instance.get("regions")).chain(one(instance.get("region")));
        let regions: IndexSet =
            names.filter_map(|(_, name)| self.tables.regions.binary_search(&name).ok()).collect();
        if accounts.is_empty() || regions.is_empty() {
            let missing = if accounts.is_empty() { "account" } else { "Region" };
            self.instance(instance.node(), &format!("an instance names no {missing}"));
            return None;
        }
        Some((accounts, regions))
    }

    fn instance(&mut self, node: NodeRef<'_>, message: &str) {
        let help = "write `account` and `region`, or take a fresh snapshot";
        self.findings.push(Finding::new(&codes::INSTANCE, &words::head(node), message).help(help));
    }

    /// A word, or an object with `status`.
    fn operation(&mut self, node: NodeRef<'_>) -> Option<OperationStatus> {
        let status = match node.shape() {
            NodeShape::Mapping(map) => map.get("status")?,
            _ => node,
        };
        let word = status.as_str()?;
        let known = OperationStatus::from_word(word);
        if known.is_none() {
            let message = format!("`{}` is no status of a stack set operation", excerpt(word));
            let help = "AWS knows SUCCEEDED, FAILED, STOPPED, STOPPING, RUNNING and QUEUED";
            self.findings.push(Finding::new(&codes::OPERATION, &status, message).help(help));
        }
        Some(known.unwrap_or(OperationStatus::Failed))
    }

    fn policies(&mut self, map: MappingRef<'d>) -> Vec<Policy> {
        let mut policies: Vec<Policy> = Vec::new();
        let mut names: HashMap<(&str, &str), Span> = HashMap::new();
        for entry in maps(map, "policies") {
            let Some((name, node)) = entry.get("name").and_then(|node| Some((node.as_str()?, node))) else {
                continue;
            };
            let kind = text(entry, "type").unwrap_or_default();
            if let Some(first) = names.get(&(kind, name)) {
                self.duplicate(node, &format!("the policy `{}`", excerpt(name)), *first);
                continue;
            }
            names.insert((kind, name), node.span());
            policies.push(Policy {
                id: text(entry, "id").unwrap_or_default().into(),
                name: name.into(),
                kind: kind.into(),
                description: text(entry, "description").map(Box::from),
                content: entry.get("content").map(|node| node.as_str().unwrap_or(node.source_text()).into()),
                targets: texts(entry.get("targets")).map(|(_, id)| id.into()).collect(),
                span: node.span(),
            });
        }
        policies
    }

    fn duplicate(&mut self, node: NodeRef<'_>, what: &str, first: Span) {
        let finding = Finding::new(&codes::DUPLICATE, &node, format!("{what} stands twice"))
            .related(&Location::new(self.source, first), "first here")
            .help("take a fresh snapshot");
        self.findings.push(finding);
    }
}

fn opt_in(entry: MappingRef<'_>) -> Option<OptIn> {
    let types = entry.get("resource_types").and_then(NodeRef::as_mapping).map(MappingRef::entries);
    let types = types.unwrap_or_default().into_iter().filter_map(|entry| match entry.value.value() {
        Some(Value::Bool(on)) => Some((entry.key.scalar_text()?.into(), on)),
        _ => None,
    });
    Some(OptIn {
        account: text(entry, "account")?.parse().ok()?,
        region: text(entry, "region")?.into(),
        resource_types: types.collect(),
    })
}

fn maps<'d>(map: MappingRef<'d>, key: &str) -> impl Iterator<Item = MappingRef<'d>> {
    let list = map.get(key).and_then(NodeRef::as_sequence);
    list.into_iter().flat_map(SequenceRef::items).filter_map(NodeRef::as_mapping)
}

fn text<'d>(map: MappingRef<'d>, key: &str) -> Option<&'d str> {
    map.get(key).and_then(NodeRef::as_str)
}

fn one<'d>(node: Option<NodeRef<'d>>) -> impl Iterator<Item = (NodeRef<'d>, &'d str)> {
    node.into_iter().filter_map(|node| Some((node, node.as_str()?)))
}

fn texts<'d>(node: Option<NodeRef<'d>>) -> impl Iterator<Item = (NodeRef<'d>, &'d str)> {
    let items = node.and_then(NodeRef::as_sequence).into_iter().flat_map(SequenceRef::items);
    items.filter_map(|item| Some((item, item.as_str()?)))
}

fn pairs(node: Option<NodeRef<'_>>) -> impl Iterator<Item = (Box<str>, Box<str>)> {
    let entries = node.and_then(NodeRef::as_mapping).map(MappingRef::entries).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| Some((entry.key.scalar_text()?.into(), entry.value.scalar_text()?.into())))
}
