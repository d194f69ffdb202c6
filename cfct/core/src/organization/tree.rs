//! Ties units and accounts to their parents, and finds what cannot be a tree.

use super::{AccountIndex, DEEPEST_LEVEL, Organization, UnitIndex, codes};
use crate::finding::Finding;

/// Fills children, accounts and levels, and reports cycles, equal names and depth.
pub(super) fn link(organization: &mut Organization, findings: &mut Vec<Finding>) {
    let count = organization.units.len() as u32;
    for child in (1..count).map(UnitIndex) {
        if let Some(parent) = organization.unit(child).parent {
            organization.units[parent.0 as usize].children.push(child);
        }
    }
    for account in (0..organization.accounts.len() as u32).map(AccountIndex) {
        if let Some(parent) = organization.account(account).parent {
            organization.units[parent.0 as usize].accounts.push(account);
        }
    }
    for unit in (0..count).map(UnitIndex) {
        sort_children(organization, unit);
        report_equal_names(organization, unit, findings);
    }
    measure(organization, findings);
    report_cycles(organization, findings);
}

/// By name, and of equal names by their order in the file: [`Organization::children_named`] relies on it.
fn sort_children(organization: &mut Organization, unit: UnitIndex) {
    let mut children = std::mem::take(&mut organization.units[unit.0 as usize].children);
    children.sort_by(|a, b| organization.unit(*a).name.cmp(&organization.unit(*b).name));
    organization.units[unit.0 as usize].children = children;
}

fn report_equal_names(organization: &Organization, unit: UnitIndex, findings: &mut Vec<Finding>) {
    for pair in organization.unit(unit).children.windows(2) {
        let [first, second] = pair else { continue };
        let (first, second) = (organization.unit(*first), organization.unit(*second));
        if first.name == second.name {
            let parent = &organization.unit(unit).name;
            let message = format!("two units under `{parent}` are called `{}`", second.name);
            findings.push(
                Finding::new(&codes::DUPLICATE_NAME, &organization.location(second.span), message)
                    .related(&organization.location(first.span), "the other one")
                    .help("correct the name or the parent of one of them, or take a fresh snapshot"),
            );
        }
    }
}

/// Gives every unit that the root reaches its level.
fn measure(organization: &mut Organization, findings: &mut Vec<Finding>) {
    let mut level = vec![UnitIndex::ROOT];
    let mut depth = 0;
    while !level.is_empty() {
        let mut next = Vec::new();
        for unit in level {
            organization.units[unit.0 as usize].level = Some(depth);
            next.extend_from_slice(&organization.unit(unit).children);
        }
        depth += 1;
        if depth == DEEPEST_LEVEL + 1 {
            report_too_deep(organization, &next, findings);
        }
        level = next;
    }
}

fn report_too_deep(organization: &Organization, units: &[UnitIndex], findings: &mut Vec<Finding>) {
    findings.extend(units.iter().map(|unit| {
        let unit = organization.unit(*unit);
        let message = format!("`{}` is {} levels under the root", unit.name, DEEPEST_LEVEL + 1);
        Finding::new(&codes::TOO_DEEP, &organization.location(unit.span), message)
            .help("correct its parent: AWS Organizations allows five levels of units")
    }));
}

/// One finding for each ring of units: whatever hangs from a ring is cut off because of it.
fn report_cycles(organization: &Organization, findings: &mut Vec<Finding>) {
    // In which walk each unit was first passed; 0 is never.
    let mut passed = vec![0_u32; organization.units.len()];
    for start in (1..organization.units.len() as u32).map(UnitIndex) {
        let walk = start.0;
        let mut at = Some(start).filter(|start| organization.unit(*start).level.is_none());
        while let Some(unit) = at.filter(|unit| passed[unit.0 as usize] == 0) {
            passed[unit.0 as usize] = walk;
            at = organization.unit(unit).parent;
        }
        let Some(ring) = at.filter(|unit| passed[unit.0 as usize] == walk) else { continue };
        findings.push(cycle(organization, ring));
    }
}

fn cycle(organization: &Organization, start: UnitIndex) -> Finding {
    let parent_of = |unit: &UnitIndex| organization.unit(*unit).parent;
    let above: Vec<UnitIndex> =
        std::iter::successors(parent_of(&start), parent_of).take_while(|unit| *unit != start).collect();
    let unit = organization.unit(start);
    let message = match above.first() {
        None => format!("`{}` is its own parent", unit.name),
        Some(_) => format!("`{}` stands under itself", unit.name),
    };
    let finding = Finding::new(&codes::CYCLE, &organization.location(unit.span), message)
        .help("correct the parent of one of them, or take a fresh snapshot");
    above.iter().fold(finding, |finding, unit| {
        finding.related(&organization.location(organization.unit(*unit).span), "which stands under this one")
    })
}
