//! Organizational units: which of the wanted ones a unit, or a list of units, of the example stands for.
//!
//! A list in the blueprint has one of a few meanings, and which one shows in what it holds: the units that are
//! backed up, all of them or the topmost (policies are inherited); only those of application teams; only that of
//! the central backup account; each with or without the units of vaults.

use std::collections::BTreeSet;

use super::change::plain;
use super::edits::Edits;
use crate::aws::OuPath;
use crate::checks::edit::after_line_break;
use crate::deployment::Deployment;
use crate::document::SequenceRef;
use crate::source::Span;

/// Each unit of the example that something names alone, and the wanted one that plays the same part.
pub(super) fn pairs<'d>(example: &'d Deployment, wanted: &'d Deployment) -> Vec<(&'d OuPath, &'d OuPath)> {
    let mut pairs = Vec::new();
    let applications: Vec<&OuPath> = wanted.application_units().into_iter().collect();
    for (index, unit) in example.application_units().into_iter().enumerate() {
        // Where there are fewer, some stand for several.
        if let Some(counterpart) = applications.get(index % applications.len().max(1)) {
            pairs.push((unit, *counterpart));
        }
    }
    pairs.extend(example.answers().central_unit.as_ref().zip(backed_up_central(wanted)));
    let vaults = |deployment: &'d Deployment| deployment.answers().vault_units.first();
    pairs.extend(vaults(example).zip(vaults(wanted)));
    pairs
}

/// The unit of the central backup account; where that is not backed up, one that is.
fn backed_up_central(deployment: &Deployment) -> Option<&OuPath> {
    let answers = deployment.answers();
    let central = answers.central_unit.as_ref().filter(|unit| answers.backup_units.contains(*unit));
    central.or_else(|| answers.backup_units.first())
}

/// What a list of the example's units is in the wanted organization.
pub(super) fn counterparts(
    list: &BTreeSet<OuPath>,
    example: &Deployment,
    wanted: &Deployment,
) -> BTreeSet<OuPath> {
    let (from, to) = (example.answers(), wanted.answers());
    let central = from.central_unit.as_ref().is_some_and(|unit| list.contains(unit));
    let applications = example.application_units().into_iter().any(|unit| list.contains(unit));
    let vaults = list.iter().any(|unit| from.vault_units.contains(unit));
    let nested = list.iter().any(|unit| list.iter().any(|other| unit.is_below(other)));
    let mut units: BTreeSet<&OuPath> = match (central, applications) {
        (true, true) => to.backup_units.iter().collect(),
        (true, false) => to.central_unit.iter().collect(),
        (false, true) => wanted.application_units(),
        (false, false) => BTreeSet::new(),
    };
    if !nested {
        units = Deployment::topmost(&units);
    }
    if vaults {
        units.extend(&to.vault_units);
    }
    units.into_iter().cloned().collect()
}

/// Writes another list of units into a block sequence.
pub(super) fn rewrite(list: SequenceRef<'_>, units: &BTreeSet<OuPath>, edits: &mut Edits<'_>) {
    let source = list.node().document().source();
    let (Some(first), Some(last)) = (list.items().next(), list.items().last()) else { return };
    let line = source.line_span(first.span().start);
    let start = line.start;
    let end = after_line_break(source, source.line_span(last.end()).end);
    let dash = source.slice(line).find('-').unwrap_or_default();
    let indent = " ".repeat(dash);
    let text = units.iter().map(|unit| format!("{indent}- {}\n", plain(&unit.to_string()))).collect();
    edits.replace(Span { start, end }, text);
}
