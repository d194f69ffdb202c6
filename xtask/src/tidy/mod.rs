//! `cargo xtask tidy`: the house rules as checks. Each rule is a function from the repository to complaints.

mod architectures;
mod dependencies;
mod findings;
mod promises;
mod text;

use crate::failure::Failure;
use crate::report;
use crate::repository::Repository;

/// A rule: what it is called, and what it finds.
type Rule = (&'static str, fn(&Repository) -> Result<Vec<String>, Failure>);

const RULES: &[Rule] = &[
    ("the core has no I/O, no clock and no AWS crate", dependencies::core_is_pure),
    ("xtask has no AWS crate in its tree", dependencies::xtask_has_no_aws),
    ("dependencies point one way", dependencies::direction),
    ("every dependency has its reason in ARCHITECTURE.md", dependencies::reasons),
    ("every finding code has its page and its two fixtures", findings::pages_and_fixtures),
    ("every row of the reference architectures is implemented", architectures::rows_and_files),
    ("the templates keep what is promised of them", promises::kept),
    ("generated documents are up to date", findings::generated_documents),
    ("no source file is too long", text::file_lengths),
    ("text files are clean", text::cleanliness),
    ("no path of somebody's machine is written down", text::machine_paths),
    ("no test is switched off", text::ignored_tests),
];

/// Runs every rule and lists every complaint.
pub fn run() -> Result<(), Failure> {
    let repository = Repository::open()?;
    let mut broken = 0;
    for (name, rule) in RULES {
        let complaints = rule(&repository)?;
        report::verdict(name, complaints.is_empty());
        for complaint in &complaints {
            report::detail(complaint);
        }
        broken += usize::from(!complaints.is_empty());
    }
    if broken == 0 {
        return Ok(());
    }
    Err(Failure::new(format!("{broken} of {} house rules are broken", RULES.len())))
}

#[cfg(test)]
mod tests {
    use super::dependencies;
    use crate::repository::Repository;

    #[test]
    fn the_core_has_no_io_no_clock_and_no_aws_crate() {
        let repository = Repository::open().unwrap();
        assert_eq!(dependencies::core_is_pure(&repository).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn xtask_has_no_aws_crate_in_its_tree() {
        let repository = Repository::open().unwrap();
        assert_eq!(dependencies::xtask_has_no_aws(&repository).unwrap(), Vec::<String>::new());
    }
}
