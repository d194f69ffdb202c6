//! Every outcome of a run: the state machine in every order of the sets.

use std::collections::BTreeMap;

use super::choices::Choices;
use super::cloud::Conditions;
use super::execution::Run;
use super::machine::{Machine, Progress};
use super::sets::IndexSet;
use super::stack_set::{Kind, State, Target};

/// How many ways of taking the sets are tried for one run. A stack set whose accounts hold a hundred
/// different sets of Regions can have more; then the prediction says that it is not complete.
const MOST_WAYS: usize = 4096;

/// How much work one run's prediction may take, counted in groups visited.
const MOST_WORK: usize = 1 << 16;

/// One outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What happens.
    pub run: Run,
    /// The groups whose accounts lead here when one comes first in `AccountList`. Without any where no
    /// account is listed.
    pub first: IndexSet,
    /// Whether it takes another order than the ascending one in a set inside the Lambda.
    pub needs_other_set_order: bool,
}

/// One run with `first` at the head of `AccountList` and every other set in ascending order.
pub(super) fn run(
    kind: Kind,
    target: &Target,
    state: &State,
    first: Option<usize>,
    conditions: &Conditions,
) -> Run {
    let everything = Target::of_deletion(state);
    let target = if kind == Kind::Delete { &everything } else { target };
    let mut choices = Choices::new(first.or(target.accounts.first()));
    let mut progress = Machine::start(kind, target, state, conditions);
    loop {
        match progress {
            Progress::Over(run) => return run,
            Progress::More(machine) => progress = machine.advance(&mut choices),
        }
    }
}

/// Every outcome of a run, by trying every way of taking the sets. Also says whether all ways were tried.
///
/// Executions that are in equal situations after a round are followed once, so that the work does not
/// multiply from round to round.
pub(super) fn outcomes(
    kind: Kind,
    target: &Target,
    state: &State,
    conditions: &Conditions,
) -> (Vec<Outcome>, bool) {
    let everything = Target::of_deletion(state);
    let target = if kind == Kind::Delete { &everything } else { target };
    let mut found = Found::default();
    let start = match Machine::start(kind, target, state, conditions) {
        Progress::More(machine) => machine,
        Progress::Over(run) => {
            found.note(run, &target.accounts, false);
            return (found.into_outcomes(), true);
        }
    };
    let mut ways = (MOST_WORK / state.instances.len().max(1)).clamp(16, MOST_WAYS);
    let nobody = target.accounts.is_empty().then_some(None);
    for first in target.accounts.iter().map(Some).chain(nobody) {
        let mut open = BTreeMap::from([(start.clone(), Choices::new(first))]);
        let mut mattered = false;
        while let Some((machine, choices)) = open.pop_first() {
            let mut script = Some(Vec::new());
            while let Some(next) = script {
                if ways == 0 {
                    return (found.into_outcomes(), false);
                }
                ways -= 1;
                let mut taken = choices.next_round(next);
                let progress = machine.clone().advance(&mut taken);
                mattered |= taken.first_mattered();
                script = taken.next_script();
                match progress {
                    Progress::More(machine) => {
                        open.entry(machine).or_insert_with(|| taken.clone()).note_also(&taken);
                    }
                    Progress::Over(run) => {
                        let firsts = first.filter(|_| taken.first_mattered()).map(IndexSet::of);
                        let firsts = firsts.as_ref().unwrap_or(&target.accounts);
                        found.note(run, firsts, taken.is_out_of_order());
                    }
                }
            }
        }
        if !mattered {
            break;
        }
    }
    (found.into_outcomes(), true)
}

/// The outcomes found so far, each with where it stands in the order of discovery.
#[derive(Default)]
struct Found {
    outcomes: BTreeMap<Run, (usize, IndexSet, bool)>,
}

impl Found {
    fn note(&mut self, run: Run, firsts: &IndexSet, is_out_of_order: bool) {
        let place = self.outcomes.len();
        let (_, first, needs_other_set_order) =
            self.outcomes.entry(run).or_insert_with(|| (place, IndexSet::new(), true));
        first.add(firsts);
        *needs_other_set_order &= is_out_of_order;
    }

    fn into_outcomes(self) -> Vec<Outcome> {
        let mut outcomes: Vec<_> = self.outcomes.into_iter().collect();
        outcomes.sort_by_key(|(_, (place, _, needs_other_set_order))| (*needs_other_set_order, *place));
        outcomes
            .into_iter()
            .map(|(run, (_, first, needs_other_set_order))| Outcome { run, first, needs_other_set_order })
            .collect()
    }
}
