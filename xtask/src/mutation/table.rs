//! What became of the mutants.

use std::collections::BTreeMap;

use super::judge::Caught;
use super::mutant::{Class, Mutant};
use crate::failure::Failure;
use crate::report;
use crate::repository::Repository;

/// How many mutants of a class there are, and what noticed them.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    policy_tests: usize,
    promises: usize,
    check: usize,
    survivors: usize,
}

impl Row {
    fn count(&mut self, caught: Option<Caught>) {
        match caught {
            Some(Caught::PolicyTest) => self.policy_tests += 1,
            Some(Caught::Promise) => self.promises += 1,
            Some(Caught::Check) => self.check += 1,
            None => self.survivors += 1,
        }
    }

    fn line(self, name: &str) -> String {
        let Self { policy_tests, promises, check, survivors } = self;
        let all = policy_tests + promises + check + survivors;
        format!("{name:<29} {all:>7} {policy_tests:>12} {promises:>8} {check:>5} {survivors:>9}")
    }
}

/// Writes the table and the survivors.
pub fn write(
    _repository: &Repository,
    mutants: &[Mutant],
    verdicts: &[Option<Caught>],
) -> Result<(), Failure> {
    let mut rows: BTreeMap<Class, Row> = BTreeMap::new();
    let mut total = Row::default();
    for (mutant, verdict) in mutants.iter().zip(verdicts) {
        rows.entry(mutant.class).or_default().count(*verdict);
        total.count(*verdict);
    }
    report::say(&format!("{:<29} mutants policy tests promises check survivors", ""));
    for (class, row) in rows {
        report::say(&row.line(class.words()));
    }
    report::say(&total.line("all"));
    for (mutant, _) in mutants.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_none()) {
        report::say(&format!("{}:{}: {}", mutant.path, mutant.line, mutant.what));
    }
    Ok(())
}
