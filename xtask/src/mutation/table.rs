//! What became of the mutants.

use std::collections::BTreeMap;

use super::judge::Caught;
use super::mutant::{Class, Mutant};
use super::survivors::Survivor;
use crate::failure::Failure;
use crate::report;

/// How many mutants of a class there are, and what noticed them first.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    policy_tests: usize,
    check: usize,
    promises: usize,
    survivors: usize,
}

impl Row {
    fn count(&mut self, caught: Option<Caught>) {
        match caught {
            Some(Caught::PolicyTest) => self.policy_tests += 1,
            Some(Caught::Check) => self.check += 1,
            Some(Caught::Promise) => self.promises += 1,
            None => self.survivors += 1,
        }
    }

    fn line(self, name: &str) -> String {
        let Self { policy_tests, check, promises, survivors } = self;
        let all = policy_tests + check + promises + survivors;
        format!("{name:<29} {all:>7} {policy_tests:>12} {check:>5} {promises:>8} {survivors:>9}")
    }
}

/// Writes the table, and then fails for what nothing notices and nobody explains.
///
/// `is_whole` says whether these are all the mutants there are, so that whoever explains one that is not among
/// them, or is caught, explains nothing.
pub fn write(
    mutants: &[Mutant],
    verdicts: &[Option<Caught>],
    explained: &[Survivor],
    is_whole: bool,
) -> Result<(), Failure> {
    let mut rows: BTreeMap<Class, Row> = BTreeMap::new();
    let mut total = Row::default();
    for (mutant, verdict) in mutants.iter().zip(verdicts) {
        rows.entry(mutant.class).or_default().count(*verdict);
        total.count(*verdict);
    }
    report::say(&format!("{:<29} mutants policy tests check promises survivors", ""));
    for (class, row) in rows {
        report::say(&row.line(class.words()));
    }
    report::say(&total.line("all"));
    let survivors = mutants.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_none());
    let survivors: Vec<&Mutant> = survivors.map(|(mutant, _)| mutant).collect();
    let mut failures = 0;
    for mutant in &survivors {
        let reason = explained.iter().find(|survivor| survivor.is(mutant)).map(|survivor| &survivor.because);
        failures += usize::from(reason.is_none());
        let reason = reason.map_or("nothing notices it", |reason| reason.as_str());
        report::say(&format!("{}:{}: {}: {reason}", mutant.path, mutant.line, mutant.what));
    }
    let stale = explained.iter().filter(|survivor| is_whole && !survivors.iter().any(|one| survivor.is(one)));
    for survivor in stale {
        failures += 1;
        report::say(&format!("{}: {}: there is no such survivor", survivor.file, survivor.mutant));
    }
    if failures == 0 {
        return Ok(());
    }
    let hint = "write a policy test, a check or a promise that notices it (docs/testing.md)";
    Err(Failure::new(format!("{failures} mutants are not as they should be")).hint(hint))
}
