//! The decisions that CfCT leaves to the order of Python sets.

use std::collections::HashSet;

use super::execution::Failure;
use super::sets::IndexSet;

/// One way of taking the sets: which account comes first in `AccountList`, and which element each later
/// `list(set(…))[0]` gives. Each Lambda call has an order of its own, so the picks are independent.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    /// The group of the first account; `None` where no account is listed.
    first: Option<usize>,
    first_mattered: bool,
    was_out_of_order: bool,
    /// The options to take at this round's first picks; from then on the least account is taken.
    script: Vec<usize>,
    /// The option taken at each pick of this round so far, and how many there were.
    taken: Vec<(usize, usize)>,
}

impl Choices {
    pub(super) fn new(first: Option<usize>) -> Self {
        Self { first, ..Self::default() }
    }

    /// `AccountList[0]`.
    pub(super) fn first_account(&mut self) -> Option<usize> {
        self.first_mattered = true;
        self.first
    }

    /// Any group of `candidates`. Groups that hold the same Regions are one option, since nothing else is
    /// read of them.
    pub(super) fn pick(&mut self, candidates: &IndexSet, held: &[IndexSet]) -> Result<usize, Failure> {
        let mut seen = HashSet::new();
        let options: Vec<usize> =
            candidates.iter().filter(|candidate| seen.insert(&held[*candidate])).collect();
        let wanted = self.script.get(self.taken.len()).copied().unwrap_or(0);
        let picked = options.get(wanted).or(options.first()).copied().ok_or(Failure::NoDeployedAccount)?;
        self.taken.push((wanted, options.len()));
        Ok(picked)
    }

    /// Whether the first account was looked at.
    pub(super) fn first_mattered(&self) -> bool {
        self.first_mattered
    }

    /// Whether some pick was not the least account.
    pub(super) fn is_out_of_order(&self) -> bool {
        self.was_out_of_order || self.taken.iter().any(|(option, _)| *option > 0)
    }

    /// The script of the next way through this round.
    pub(super) fn next_script(&self) -> Option<Vec<usize>> {
        let last = self.taken.iter().rposition(|(option, options)| option + 1 < *options)?;
        let mut script: Vec<usize> = self.taken[..=last].iter().map(|(option, _)| *option).collect();
        script[last] += 1;
        Some(script)
    }

    /// Begins a round that takes the options of `script`.
    pub(super) fn next_round(&self, script: Vec<usize>) -> Self {
        Self { was_out_of_order: self.is_out_of_order(), script, taken: Vec::new(), ..*self }
    }

    /// Another way led to the same situation.
    pub(super) fn note_also(&mut self, other: &Self) {
        let out_of_order = self.is_out_of_order() && other.is_out_of_order();
        let first_mattered = self.first_mattered || other.first_mattered;
        *self = Self { was_out_of_order: out_of_order, first_mattered, ..Self::new(self.first) };
    }
}
