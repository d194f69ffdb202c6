//! Guardrails: what is attached, what stays, what CfCT leaves behind, and the slots that are left.

use std::io;

use cfct_core::organization::Organization;
use cfct_core::plan::{Attachment, Plan, PolicyPlan, Sources};

use super::page::{Page, Tone};

/// Slots left at a target from which on they are worth a line.
const FEW: isize = 1;

pub(super) fn write(plan: &Plan<'_>, sources: &Sources<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let is_worth = |policy: &&PolicyPlan<'_>| {
        !policy.is_no_op() || policy.targets.iter().any(|target| matches!(target, Attachment::LeftBehind(_)))
    };
    let told: Vec<&PolicyPlan<'_>> = plan.policies.iter().filter(is_worth).collect();
    let tight: Vec<_> = plan.slots.iter().filter(|slots| slots.left() <= FEW).collect();
    if told.is_empty() && tight.is_empty() {
        return Ok(());
    }
    page.heading("Policies")?;
    for policy in told {
        self::policy(policy, sources.organization, page)?;
    }
    for slots in tight {
        let target = label(&slots.target, sources.organization);
        let kind = slots.kind.as_str().to_uppercase();
        let attached =
            format!("{} attached now, Control Tower's own included, and {} to come", slots.used, slots.added);
        let limit = slots.limit;
        match slots.left() {
            over if over < 0 => {
                let text = format!("{target}: {} {kind}s too many of {limit}: {attached}", -over);
                page.toned(1, Tone::Trouble, &text)?;
            }
            left => page.line(1, &format!("{target}: {left} of {limit} {kind} slots left: {attached}"))?,
        }
    }
    Ok(())
}

fn policy(policy: &PolicyPlan<'_>, organization: &Organization, page: &mut Page<'_>) -> io::Result<()> {
    let (kind, name) = (policy.kind.as_str(), &policy.name);
    let (tone, what) = match (&policy.deployed, policy.differs) {
        (None, _) => (Tone::New, "new".to_owned()),
        (Some(id), Some(true)) => (Tone::Changed, format!("{id}, content or description changes")),
        (Some(id), Some(false)) => (Tone::Plain, format!("{id}, unchanged")),
        (Some(id), None) => (Tone::Plain, format!("{id}, its deployed content is not known")),
    };
    page.toned(1, tone, &format!("{name} ({kind}): {what}"))?;
    let of = |pick: fn(&Attachment) -> bool| {
        let targets = policy.targets.iter().filter(|target| pick(target));
        targets.map(|target| label(target.target(), organization)).collect::<Vec<String>>()
    };
    let added = of(|target| matches!(target, Attachment::Added(_)));
    let kept = of(|target| matches!(target, Attachment::Kept(_)));
    let left = of(|target| matches!(target, Attachment::LeftBehind(_)));
    for (tone, what, targets) in [
        (Tone::New, "is attached to", added),
        (Tone::Plain, "stays attached to", kept),
        (Tone::Trouble, "is left attached, since CfCT never detaches, to", left),
    ] {
        if !targets.is_empty() {
            page.toned(2, tone, &format!("{what} {}", targets.join(", ")))?;
        }
    }
    if policy.targets.is_empty() {
        page.toned(2, Tone::Trouble, "is attached to nothing")?;
    }
    Ok(())
}

/// `Workloads:Prod (ou-acme-pr0d9x3t)`, `shop (130000000001)`
fn label(id: &str, organization: &Organization) -> String {
    if let Some(unit) = organization.unit_by_id(id) {
        return format!("{} ({id})", organization.path(unit));
    }
    let account = id.parse().ok().and_then(|id| organization.account_by_id(id));
    account.map_or_else(|| id.to_owned(), |account| organization.account(account).display())
}
