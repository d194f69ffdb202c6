//! Service control policies that stand in the way of what the package is to do.
//!
//! Asked of the IAM evaluator: requests that CfCT's execution role, the backup roles and the companion's role
//! will make. A denial counts only where all its conditions are on what is known of such a request.

mod actions;
mod statements;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::super::Context;
use super::{roles, usable};
use crate::backup_policy::placeholder::ACCOUNT;
use crate::backup_policy::placement::Placement;
use crate::created::account_ids;
use crate::deployed::Deployed;
use crate::finding::{Code, Finding};
use crate::guardrails::Guardrails;
use crate::iam::evaluate::{self, Decision, PolicyKind, Principal, Request, StatementLabel};
use crate::organization::{AccountIndex, AccountSet, Organization, UnitIndex};
use crate::resolution::{Deployment, PipelineStage, Resolution};
use crate::source::Location;
use crate::words::{excerpt, head};

use statements::Statements;

crate::codes! {
    /// CfCT's role.
    DEPLOYMENT = "guardrail-blocks-deployment", Error, Deploy,
        "a service control policy keeps CfCT from deploying a stack set",
        "CfCT works through AWSControlTowerExecution in each account, which SCPs bind like any other role";
    /// The role of a plan.
    BACKUP_ROLE = "guardrail-blocks-backup-role", Error, Silent,
        "a service control policy keeps a backup role from its work",
        "AWS Backup acts as the role, which SCPs bind: the backup or copy jobs fail";
    /// The role of the companion.
    COMPANION = "guardrail-blocks-companion", Error, Silent,
        "a service control policy keeps the companion's role from its work",
        "the companion sets and reads what CloudFormation cannot, in each account, through a role that SCPs bind";
}

/// The role that CfCT deploys through.
const EXECUTION_ROLE: &str = "AWSControlTowerExecution";

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(organization), Some(resolution)) = (context.organization, context.resolution) else { return };
    let deployed = super::deployed(context);
    let documents = statements::documents(deployed);
    let statements = Statements::of(context, &documents);
    if statements.is_empty() {
        return;
    }
    let guardrails = Guardrails::of(context.configuration, organization, deployed);
    let groups = Groups::of(&guardrails, &statements, deployed);
    let mut blocks = Blocks {
        organization,
        guardrails: &guardrails,
        statements: &statements,
        known: HashMap::new(),
        found: BTreeMap::new(),
    };
    deployments(context, resolution, &groups, &mut blocks);
    plans(context, organization, &groups, &mut blocks);
    findings.extend(blocks.findings());
}

/// What CfCT does in the accounts of each stack set.
fn deployments(
    context: &Context<'_>,
    resolution: &Resolution<'_>,
    groups: &Groups,
    blocks: &mut Blocks<'_, '_>,
) {
    let Some(manifest) = context.manifest else { return };
    for resolved in resolution.resources.iter().filter(|found| found.stage == PipelineStage::StackSet) {
        let Ok(Deployment::StackSet(sent)) = &resolved.outcome else { continue };
        let Some(resource) = manifest.resources.get(resolved.resource) else { continue };
        let stack_set = context.stack_sets.iter().find(|found| std::ptr::eq(found.resource, resource));
        let Some(stack_set) = stack_set else { continue };
        let wanted = actions::of_stack_set(stack_set);
        let place = resource
            .name
            .map_or_else(|| head(resource.node), |name| crate::source::Located::location(&name.node));
        for (group, accounts) in groups.within(&resolved.accounts) {
            for region in &sent.regions {
                for action in &wanted {
                    let asked =
                        Asked { code: &DEPLOYMENT, role: EXECUTION_ROLE, region, action, place: &place };
                    blocks.ask(&asked, group, &accounts);
                }
            }
        }
    }
}

/// What the backup roles and the companion do in the accounts of each plan.
fn plans(context: &Context<'_>, organization: &Organization, groups: &Groups, blocks: &mut Blocks<'_, '_>) {
    let placement = Placement::of(context.configuration, organization);
    let effective = placement.effective(organization);
    let companion = context.settings.companion_role.as_deref().unwrap_or(EXECUTION_ROLE);
    for plan in effective.plans().iter().filter(|plan| plan.plan.has_content()) {
        let mut accounts = organization.no_accounts();
        let shared = plan.of.iter().filter_map(|number| effective.distinct.get(*number));
        let all = shared.flat_map(|shared| shared.accounts.iter().copied());
        accounts.extend(all.filter(|account| organization.account(*account).is_active()));
        let mut named = BTreeMap::new();
        for selection in roles::selections(plan.plan) {
            let Some(written) = usable(selection.one("iam_role_arn")) else { continue };
            let role =
                written.text.split_once(":role/").map(|(before, role)| (before.ends_with(ACCOUNT), role));
            if let Some((true, role)) = role {
                named.entry(role).or_insert(written);
            }
        }
        let wanted = actions::of_plan(plan.plan);
        for (group, accounts) in groups.within(&accounts) {
            for region in plan.plan.list("regions") {
                for (role, written) in &named {
                    let place = written.origin.location();
                    for action in &wanted {
                        let asked =
                            Asked { code: &BACKUP_ROLE, role, region: region.text, action, place: &place };
                        blocks.ask(&asked, group, &accounts);
                    }
                }
                let place = region.origin.location();
                for action in &actions::of_companion() {
                    let asked = Asked {
                        code: &COMPANION,
                        role: companion,
                        region: region.text,
                        action,
                        place: &place,
                    };
                    blocks.ask(&asked, group, &accounts);
                }
            }
        }
    }
}

/// Accounts that no service control policy tells apart.
struct Groups {
    of_account: Vec<usize>,
}

/// The policies that bind an account, by address, with the names of the levels where they are.
type Chain = Vec<(Arc<str>, Vec<usize>)>;

impl Groups {
    fn of(guardrails: &Guardrails<'_>, statements: &Statements<'_>, deployed: Option<&Deployed>) -> Self {
        let organization = guardrails.organization();
        let attached =
            deployed.into_iter().flat_map(|deployed| &deployed.policies).flat_map(|policy| &policy.targets);
        let named = statements.sources().flat_map(|source| account_ids(source.text()));
        let ids = attached.filter_map(|target| target.parse().ok()).chain(named);
        let apart: BTreeSet<AccountIndex> = ids.filter_map(|id| organization.account_by_id(id)).collect();
        let by_place = statements.tell_places_apart();
        let mut known: HashMap<(Option<UnitIndex>, Option<AccountIndex>), usize> = HashMap::new();
        let mut chains: HashMap<Chain, usize> = HashMap::new();
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next - 1
        };
        let of_account = organization.accounts().map(|(index, account)| {
            let alone = apart.contains(&index).then_some(index);
            *known.entry((account.parent, alone)).or_insert_with(|| match by_place || alone.is_some() {
                true => fresh(),
                false => *chains.entry(chain(guardrails, index)).or_insert_with(&mut fresh),
            })
        });
        Self { of_account: of_account.collect() }
    }

    /// The groups among some accounts.
    fn within(&self, accounts: &AccountSet) -> BTreeMap<usize, Vec<AccountIndex>> {
        let mut groups: BTreeMap<usize, Vec<AccountIndex>> = BTreeMap::new();
        for account in accounts.iter() {
            let group = self.of_account.get(account.number()).copied().unwrap_or_default();
            groups.entry(group).or_default().push(account);
        }
        groups
    }
}

/// The levels of an account that have more than the policy that allows everything, or not even that.
fn chain(guardrails: &Guardrails<'_>, account: AccountIndex) -> Chain {
    let organization = guardrails.organization();
    let id = organization.account(account).id;
    let Ok(principal) = format!("arn:aws:iam::{id}:root").parse::<Principal>() else { return Chain::new() };
    let request = Request::new(principal, "sts:GetCallerIdentity", "*", evaluate::Context::default());
    let address = |policy: &Arc<evaluate::CompiledPolicy>| Arc::as_ptr(policy).addr();
    guardrails
        .service_control(&request)
        .iter()
        .filter(|level| level.policies.len() != 1 || &*level.policies[0].name != "FullAWSAccess")
        .map(|level| (Arc::clone(&level.name), level.policies.iter().map(address).collect()))
        .collect()
}

/// A request that will be made.
struct Asked<'a> {
    code: &'static Code,
    role: &'a str,
    region: &'a str,
    action: &'a actions::Wanted,
    /// What makes it necessary.
    place: &'a Location,
}

/// What stands in the way.
#[derive(Clone)]
struct Denial {
    /// The policy; `None` where what is missing is one that allows.
    policy: Option<String>,
    /// The statement's label, for telling statements apart.
    label: String,
    level: String,
    /// The statement, where it is in the package.
    statement: Option<Location>,
}

/// What one statement blocks: the code, the policy, the statement and the role.
type BlockKey = (&'static str, Option<String>, String, String);

/// A request of a group of accounts: role, Region, action, resource and circumstances.
type RequestKey = (usize, String, String, String, String, Vec<(&'static str, String)>);

/// Everything that one statement blocks for a role.
struct Block {
    code: &'static Code,
    denial: Denial,
    levels: BTreeSet<String>,
    role: String,
    place: Location,
    actions: BTreeSet<&'static str>,
    accounts: AccountSet,
    regions: BTreeSet<String>,
}

struct Blocks<'g, 'o> {
    organization: &'o Organization,
    guardrails: &'g Guardrails<'o>,
    statements: &'g Statements<'g>,
    known: HashMap<RequestKey, Option<Denial>>,
    found: BTreeMap<BlockKey, Block>,
}

impl Blocks<'_, '_> {
    fn ask(&mut self, asked: &Asked<'_>, group: usize, accounts: &[AccountIndex]) {
        let Some(first) = accounts.first() else { return };
        let Asked { role, region, action, .. } = *asked;
        let key = (
            group,
            role.to_owned(),
            region.to_owned(),
            action.action.to_owned(),
            action.resource.clone(),
            action.context.clone(),
        );
        let denial = match self.known.get(&key) {
            Some(known) => known.clone(),
            None => {
                let denial = self.denial(asked, *first);
                self.known.insert(key, denial.clone());
                denial
            }
        };
        let Some(denial) = denial else { return };
        let key = (asked.code.name, denial.policy.clone(), denial.label.clone(), role.to_owned());
        let level = denial.level.clone();
        let block = self.found.entry(key).or_insert_with(|| Block {
            code: asked.code,
            denial,
            levels: BTreeSet::new(),
            role: role.to_owned(),
            place: asked.place.clone(),
            actions: BTreeSet::new(),
            accounts: self.organization.no_accounts(),
            regions: BTreeSet::new(),
        });
        block.levels.insert(level);
        block.actions.insert(action.action);
        block.accounts.extend(accounts.iter().copied());
        block.regions.insert(region.to_owned());
    }

    fn denial(&self, asked: &Asked<'_>, account: AccountIndex) -> Option<Denial> {
        let id = self.organization.account(account).id.to_string();
        if asked.action.copies_to(&id) {
            return None;
        }
        let partition = self.organization.partition().unwrap_or("aws");
        let principal: Principal = format!("arn:{partition}:iam::{id}:role/{}", asked.role).parse().ok()?;
        let fill = |text: &str| {
            text.replace("PARTITION", partition).replace("REGION", asked.region).replace(ACCOUNT, &id)
        };
        let mut context = evaluate::Context::default();
        context.set("aws:RequestedRegion", [asked.region]);
        for (key, value) in &asked.action.context {
            context.set(key, [fill(value).as_str()]);
        }
        let mut request =
            Request::new(principal, asked.action.action, &fill(&asked.action.resource), context);
        self.guardrails.complete(&mut request);
        let own = crate::guardrails::OwnPolicies::permissive();
        let verdict = self.guardrails.decide(&request, &own);
        let mut reasons = verdict.by.iter().filter(|reason| reason.kind == PolicyKind::Scp);
        match verdict.decision {
            Decision::Allowed => None,
            Decision::ExplicitDeny => reasons.find_map(|reason| {
                let (policy, label) = (reason.policy?, reason.statement?);
                Some(Denial {
                    policy: Some(policy.to_owned()),
                    label: label.to_string(),
                    level: reason.level.to_owned(),
                    statement: self.statements.certain(policy, label, &request)?,
                })
            }),
            // A conditional allow may still apply.
            Decision::ImplicitDeny if self.statements.has_conditional_allow() => None,
            Decision::ImplicitDeny => reasons.next().map(|reason| Denial {
                policy: None,
                label: String::new(),
                level: reason.level.to_owned(),
                statement: None,
            }),
        }
    }

    fn findings(self) -> impl Iterator<Item = Finding> {
        let organization = self.organization;
        self.found.into_values().filter_map(move |block| block.finding(organization))
    }
}

impl Block {
    fn finding(&self, organization: &Organization) -> Option<Finding> {
        const LISTED: usize = 4;
        let actions: Vec<&str> = self.actions.iter().copied().collect();
        let mut named = actions[..actions.len().min(LISTED)].join(", ");
        if actions.len() > LISTED {
            named.push_str(&format!(" and {} more actions", actions.len() - LISTED));
        }
        let at = match self.levels.len() {
            1 => self.levels.first()?.clone(),
            more => format!("{} and {} more", self.levels.first()?, more - 1),
        };
        let by = match &self.denial.policy {
            Some(policy) => format!("`{}` at {at} denies", excerpt(policy)),
            None => format!("no policy at {at} allows"),
        };
        let first = organization.account(self.accounts.iter().next()?).display();
        let first = format!("{first} in {}", self.regions.first()?);
        let whom = match self.accounts.len() {
            1 => first,
            count => format!("{count} accounts, first: {first}"),
        };
        let message = format!("{by} {named} to {}: {whom}", self.role);
        let mut finding =
            Finding::new(self.code, self.denial.statement.as_ref().unwrap_or(&self.place), message);
        if self.denial.statement.is_some() {
            finding = finding.related(&self.place, "what needs it");
        }
        Some(finding.help(match self.denial.policy {
            Some(_) => format!(
                "except role/{} in a condition ArnNotLike on aws:PrincipalArn, or narrow the statement",
                self.role
            ),
            None => "attach a policy that allows it there, such as FullAWSAccess".to_owned(),
        }))
    }
}

/// Whether two labels name the same statement.
fn is_label(label: &StatementLabel, sid: Option<&str>, index: usize) -> bool {
    match label {
        StatementLabel::Sid(name) => sid == Some(&**name),
        StatementLabel::Index(number) => *number == index,
    }
}
