//! What the accounts of an organization get of the package's backup policies.
//!
//! Accounts that share their policies share their findings too: each is told once, at the line to change,
//! with the number of accounts that it concerns.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, backup_policies};
use crate::backup_policy::effective::Ambiguity;
use crate::backup_policy::merge::{Ignored, Reason};
use crate::backup_policy::placement::{EffectivePolicies, Placement, Shared, codes};
use crate::backup_policy::questions::Question;
use crate::backup_policy::validation::{self, ErrorCode, Violation};
use crate::backup_policy::{incomplete, rules};
use crate::finding::Finding;
use crate::organization::{AccountIndex, Organization};
use crate::words::excerpt;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(organization) = context.organization else { return };
    let placement = Placement::of(context.configuration, organization);
    findings.extend(placement.findings.iter().cloned());
    let effective = placement.effective(organization);
    let is_active = |account: &AccountIndex| organization.account(*account).is_active();
    let active: Vec<Vec<AccountIndex>> = effective
        .distinct
        .iter()
        .map(|shared| shared.accounts.iter().copied().filter(is_active).collect())
        .collect();
    let mut told = Told::new(organization);
    plans(context, &placement, &effective, &active, &mut told);
    for (shared, active) in effective.distinct.iter().zip(&active) {
        for ambiguity in &shared.effective.ambiguous {
            told.add(ambiguous(ambiguity), active);
        }
        for ignored in &shared.effective.ignored {
            if !matches!(ignored.reason, Reason::NothingToRemove) {
                told.add(Some(without_effect(ignored)), active);
            }
        }
    }
    findings.extend(told.findings());
    findings.extend(never_removed(&effective.distinct));
}

/// What is wrong with the plans, each looked at once for all the accounts that have it.
fn plans(
    context: &Context<'_>,
    placement: &Placement,
    effective: &EffectivePolicies<'_>,
    active: &[Vec<AccountIndex>],
    told: &mut Told<'_>,
) {
    let known = Known::of(placement, context);
    for plan in effective.plans() {
        let violations = validation::check_plan(plan.name, plan.plan, &context.limits.backup);
        let violations = violations.iter().filter(|violation| !known.tells(violation)).filter_map(invalid);
        let breaches = rules::check_plan(plan.name, plan.plan).into_iter().map(|breach| breach.finding);
        let breaches = breaches.filter(|finding| !known.breaches.contains(&key(finding)));
        for finding in violations.chain(breaches) {
            for number in &plan.of {
                told.add(Some(finding.clone()), &active[*number]);
            }
        }
    }
}

/// What tells two findings apart: their code, place and message.
type Key = (&'static str, String, crate::source::Span, String);

fn key(finding: &Finding) -> Key {
    let (source, span) = (finding.primary.source.name().to_owned(), finding.primary.span);
    (finding.code.name, source, span, finding.message.clone())
}

/// Findings with the accounts that they concern.
struct Told<'o> {
    organization: &'o Organization,
    findings: BTreeMap<Key, (Finding, usize, AccountIndex)>,
}

impl<'o> Told<'o> {
    fn new(organization: &'o Organization) -> Self {
        Self { organization, findings: BTreeMap::new() }
    }

    fn add(&mut self, finding: Option<Finding>, accounts: &[AccountIndex]) {
        let (Some(finding), Some(first)) = (finding, accounts.first()) else { return };
        let (_, count, _) = self.findings.entry(key(&finding)).or_insert((finding, 0, *first));
        *count += accounts.len();
    }

    fn findings(self) -> impl Iterator<Item = Finding> {
        let organization = self.organization;
        self.findings.into_values().map(|(mut finding, count, first)| {
            let account = organization.account(first).display();
            finding.message.push_str(&match count {
                1 => format!(", in {account}"),
                _ => format!(", in {count} accounts such as {account}"),
            });
            finding
        })
    }
}

/// What the checks of the package alone report, so that nothing is told twice.
struct Known {
    /// Plans that no policy completes.
    lacking: BTreeSet<String>,
    /// Plans that a single document overfills.
    overfull: BTreeSet<String>,
    breaches: BTreeSet<Key>,
}

impl Known {
    fn of(placement: &Placement, context: &Context<'_>) -> Self {
        let package = backup_policies::read(context.configuration);
        let lacking = incomplete::check(&package).into_iter().map(|lack| lack.path).collect();
        let (mut overfull, mut breaches) = (BTreeSet::new(), BTreeSet::new());
        for policy in placement.policies() {
            let alone = backup_policies::alone(policy);
            let violations = validation::check(&alone, &context.limits.backup);
            let too_many = violations.into_iter().filter(|found| found.code == ErrorCode::ElementsTooMany);
            overfull.extend(too_many.map(|found| found.path));
            breaches.extend(rules::check(&alone).iter().map(|breach| key(&breach.finding)));
        }
        Self { lacking, overfull, breaches }
    }

    fn tells(&self, violation: &Violation<'_>) -> bool {
        match violation.code {
            ErrorCode::KeyRequired => self.lacking.contains(&violation.path),
            ErrorCode::ElementsTooMany => self.overfull.contains(&violation.path),
            ErrorCode::ElementsTooFew => false,
        }
    }
}

fn invalid(violation: &Violation<'_>) -> Option<Finding> {
    let at = violation.origin?;
    let message = format!("{}: {} at `{}`", violation.code.as_str(), violation.message, violation.path);
    let help = match violation.code {
        ErrorCode::ElementsTooMany => "take some out, or move them to a plan of their own",
        ErrorCode::ElementsTooFew => "leave at least one, or take the whole plan out",
        ErrorCode::KeyRequired => "set it in a policy that reaches these accounts",
    };
    Some(
        Finding::new(&codes::INVALID, &at.location(), message)
            .help(format!("{help}; until then they keep their last valid effective policy")),
    )
}

fn ambiguous(ambiguity: &Ambiguity<'_>) -> Option<Finding> {
    let (first, others) = ambiguity.origins.split_first()?;
    let said = |outcome: &Option<serde_json::Value>| {
        outcome.as_ref().map_or("nothing".to_owned(), |value| excerpt(&value.to_string()))
    };
    let message =
        format!("`{}` is {} or {}", ambiguity.path, said(&ambiguity.chosen), said(&ambiguity.otherwise));
    let open: Vec<_> = ambiguity.questions.iter().map(|question| question.describe()).collect();
    let way_out = match ambiguity.questions.first() {
        Some(Question::ControlCascades) => "give each setting a child control operator of its own",
        Some(Question::AssignAddsKeys) => "allow @@append, or nothing",
        Some(Question::AppendRepeats) => "append what is not inherited yet",
        _ => "say it in one policy, or attach one of them to another node",
    };
    let mut finding = Finding::new(&codes::AMBIGUOUS, &first.location(), message)
        .help(format!("AWS does not say {}: {way_out}", open.join(", nor ")));
    for other in others.iter().take(5) {
        finding =
            finding.related(&other.location(), format!("set by `{}` at {}", other.policy.name, other.node));
    }
    Some(finding)
}

fn without_effect(ignored: &Ignored<'_>) -> Finding {
    let (at, path) = (ignored.origin.location(), &ignored.path);
    match &ignored.reason {
        Reason::OperatorRefused { operator, by } => {
            let message = format!("{} on `{path}` is not allowed", operator.as_str());
            refused(Finding::new(&codes::REFUSED, &at, message), by)
        }
        Reason::KeyRefused { by } => {
            let message = format!("`{path}` cannot be added");
            refused(Finding::new(&codes::REFUSED, &at, message), by)
        }
        Reason::CannotWiden { allowed } => {
            let message = format!("the policies below `{path}` may use no more than {allowed}");
            Finding::new(&codes::INEFFECTIVE, &at, message)
                .help("a policy can narrow what it inherits, never widen it: take the operator out")
        }
        Reason::FirstAttached { winner } => {
            let message = format!(
                "`{path}` is set by `{}`, which is attached to {} first",
                winner.policy.name, winner.node
            );
            Finding::new(&codes::SECOND_ATTACHED, &at, message)
                .related(&winner.location(), "the value that wins")
                .help("set it in one of the two, or attach one of them to another node")
        }
        Reason::NotAList => Finding::new(
            &codes::INEFFECTIVE,
            &at,
            format!("`{path}` is inherited as a single value, not a list"),
        )
        .help("set it by @@assign, or make it a list above"),
        Reason::NothingToRemove => nothing_to_remove(ignored),
    }
}

fn refused(mut finding: Finding, by: &[crate::backup_policy::tree::Bound<'_>]) -> Finding {
    for bound in by {
        let label =
            format!("`{}` at {} allows {} below", bound.origin.policy.name, bound.origin.node, bound.allowed);
        finding = finding.related(&bound.origin.location(), label);
    }
    finding.help("take it out, or allow it above")
}

fn nothing_to_remove(ignored: &Ignored<'_>) -> Finding {
    let message = format!("nothing that `{}` inherits is in this list", ignored.path);
    Finding::new(&codes::INEFFECTIVE, &ignored.origin.location(), message)
        .help("values are compared to the letter; take the operator out if it has done its work")
}

/// Removals that remove nothing for any account that they reach.
fn never_removed(distinct: &[Shared<'_>]) -> Vec<Finding> {
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    let mut idle: BTreeMap<Key, (Finding, &str, usize)> = BTreeMap::new();
    for shared in distinct.iter().filter(|shared| !shared.accounts.is_empty()) {
        for node in &shared.path {
            *reached.entry(node).or_default() += 1;
        }
        for ignored in &shared.effective.ignored {
            if matches!(ignored.reason, Reason::NothingToRemove) {
                let finding = nothing_to_remove(ignored);
                let (_, _, count) = idle.entry(key(&finding)).or_insert((finding, ignored.origin.node, 0));
                *count += 1;
            }
        }
    }
    let idle = idle.into_values().filter(|(_, node, count)| reached.get(node) == Some(count));
    idle.map(|(finding, _, _)| finding).collect()
}
