//! What the runs after a run come to.

use std::collections::{BTreeMap, BTreeSet};

use super::cloud::Conditions;
use super::execution::Run;
use super::outcomes;
use super::stack_set::{Kind, State, Target};

/// How many runs are followed until they settle. Two or three do in practice.
const MOST_RUNS: usize = 32;

/// How many situations are followed when every run may take another order.
const MOST_SITUATIONS: usize = 64;

/// How a stack set ends up when the same manifest is run again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Settled {
    /// The instances are the desired ones.
    pub as_desired: bool,
    /// What each further run does.
    pub executions: Executions,
}

/// What each further run does once a stack set has settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Executions {
    /// No execution is started.
    None,
    /// An execution is started and succeeds.
    Succeed,
    /// An execution is started and fails, or never ends.
    Fail,
    /// Some runs go this way and some that way.
    Vary,
}

impl Settled {
    /// It is as desired, and at most costs time.
    #[must_use]
    pub fn is_good(self) -> bool {
        self.as_desired && matches!(self.executions, Executions::None | Executions::Succeed)
    }

    /// How bad it is, from 0. Worst is a failure on every run, which also keeps later resources from being
    /// processed; then a hole that no run notices.
    pub(super) fn severity(self) -> u8 {
        match (self.as_desired, self.executions) {
            (true, Executions::None) => 0,
            (true, Executions::Succeed) => 1,
            (true, Executions::Vary) => 2,
            (true, Executions::Fail) => 3,
            (false, Executions::Vary) => 4,
            (false, Executions::Succeed) => 5,
            (false, Executions::None) => 6,
            (false, Executions::Fail) => 7,
        }
    }

    /// The end in words, as the golden files have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match (self.as_desired, self.executions) {
            (true, Executions::None) => "as desired, no further execution",
            (true, Executions::Succeed) => "as desired, an execution on every run that succeeds",
            (true, Executions::Fail) => "as desired, an execution on every run that fails",
            (true, Executions::Vary) => "as desired, executions that vary from run to run",
            (false, Executions::None) => "not as desired, no further execution",
            (false, Executions::Succeed) => "not as desired, an execution on every run that succeeds",
            (false, Executions::Fail) => "not as desired, an execution on every run that fails",
            (false, Executions::Vary) => "not as desired, executions that vary from run to run",
        }
    }
}

/// Where a stack set can end up when each run takes its sets in an order of its own.
///
/// An end is a set of situations that no further run leaves, whatever its order. Since the order is as good
/// as random, one of the ends is reached sooner or later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Future {
    /// The ends.
    pub ends: BTreeSet<Settled>,
    /// Whether a run on the way can fail, or never end.
    pub may_fail: bool,
    /// The most runs that it can take until there is nothing left but to repeat; `None` where only luck
    /// decides when that is.
    pub runs: Option<usize>,
    /// Whether everything was followed.
    pub is_complete: bool,
}

impl Future {
    /// Whether it is as desired already, and nothing happens any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let done = Settled { as_desired: true, executions: Executions::None };
        self.is_complete && self.runs == Some(0) && self.ends.iter().all(|end| *end == done)
    }

    /// Whether every end is as desired.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.is_complete && self.ends.iter().all(|end| end.is_good())
    }
}

/// Follows the runs after `state`, all in the ascending order with the same first account.
pub(super) fn settle(
    kind: Kind,
    target: &Target,
    state: &State,
    first: Option<usize>,
    conditions: &Conditions,
) -> (Vec<Run>, Settled) {
    let conditions = conditions.without_faults();
    let (mut runs, mut state, mut seen) = (Vec::new(), state.clone(), vec![state.clone()]);
    loop {
        let run = outcomes::run(kind, target, &state, first, &conditions);
        state = run.after.clone();
        runs.push(run);
        let repeats_from = seen.iter().position(|earlier| *earlier == state);
        if repeats_from.is_some() || runs.len() == MOST_RUNS {
            let repeated = &runs[repeats_from.unwrap_or(runs.len() - 1)..];
            let settled = Settled {
                as_desired: repeated.iter().all(|run| is_as_desired(kind, target, &run.after)),
                executions: executions(repeated.iter()),
            };
            return (runs, settled);
        }
        seen.push(state.clone());
    }
}

/// Follows the runs after `start` in every order.
pub(super) fn explore(kind: Kind, target: &Target, start: &State, conditions: &Conditions) -> Situations {
    let mut situations = Situations { is_complete: true, ..Situations::default() };
    situations.number(start);
    let mut at = 0;
    while let Some(state) = situations.states.get(at).cloned() {
        let (outcomes, all) = outcomes::outcomes(kind, target, &state, conditions);
        situations.is_complete &= all && situations.states.len() <= MOST_SITUATIONS;
        if !situations.is_complete {
            break;
        }
        let runs = outcomes.into_iter().map(|outcome| outcome.run);
        let next = runs.map(|run| (situations.number(&run.after), run)).collect();
        situations.next.push(next);
        situations.as_desired.push(is_as_desired(kind, target, &state));
        at += 1;
    }
    situations.next.resize(situations.states.len(), Vec::new());
    situations.as_desired.resize(situations.states.len(), false);
    situations
}

fn is_as_desired(kind: Kind, target: &Target, state: &State) -> bool {
    match kind {
        Kind::Create => state.is_as_desired(target),
        Kind::Delete => state.deployed_groups().is_empty(),
    }
}

fn executions<'r>(runs: impl Iterator<Item = &'r Run>) -> Executions {
    let of = |run: &Run| match (&run.execution, run.has_failed()) {
        (None, _) => Executions::None,
        (Some(_), false) => Executions::Succeed,
        (Some(_), true) => Executions::Fail,
    };
    runs.map(of)
        .reduce(|one, other| if one == other { one } else { Executions::Vary })
        .unwrap_or(Executions::None)
}

/// Situations, and the runs that lead from one to another. The first one is where it starts.
#[derive(Default)]
pub(super) struct Situations {
    numbers: BTreeMap<State, usize>,
    states: Vec<State>,
    as_desired: Vec<bool>,
    next: Vec<Vec<(usize, Run)>>,
    is_complete: bool,
}

impl Situations {
    fn number(&mut self, state: &State) -> usize {
        let next = self.states.len();
        let number = *self.numbers.entry(state.clone()).or_insert(next);
        if number == next {
            self.states.push(state.clone());
        }
        number
    }

    /// Every run that can happen.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Run> {
        self.next.iter().flatten().map(|(_, run)| run)
    }

    pub(super) fn future(&self) -> Future {
        let reach = self.reach();
        let of = |at: usize| {
            let runs = reach[at].iter().flat_map(|to| self.next[*to].iter().map(|(_, run)| run));
            Settled {
                as_desired: reach[at].iter().all(|to| self.as_desired[*to]),
                executions: executions(runs),
            }
        };
        let explored = self.finals(&reach).filter(|at| !self.next[*at].is_empty());
        Future {
            ends: explored.map(of).collect(),
            may_fail: self.runs().any(Run::has_failed),
            runs: if self.is_complete { self.longest(&reach) } else { None },
            is_complete: self.is_complete,
        }
    }

    /// The situations that no run leaves for good.
    pub(super) fn final_states(&self) -> impl Iterator<Item = &State> {
        let finals: Vec<usize> = self.finals(&self.reach()).collect();
        finals.into_iter().map(|at| &self.states[at])
    }

    /// What each situation leads to, itself included.
    fn reach(&self) -> Vec<BTreeSet<usize>> {
        let from = |from: usize| {
            let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
            while let Some(at) = open.pop() {
                open.extend(self.next[at].iter().map(|(to, _)| *to).filter(|to| seen.insert(*to)));
            }
            seen
        };
        (0..self.states.len()).map(from).collect()
    }

    /// A situation is final where everything that it leads to leads back to it.
    fn finals(&self, reach: &[BTreeSet<usize>]) -> impl Iterator<Item = usize> {
        (0..self.states.len()).filter(|at| reach[*at].iter().all(|to| reach[*to].contains(at)))
    }

    /// The runs on the longest way to a final situation; `None` where a way can go round.
    fn longest(&self, reach: &[BTreeSet<usize>]) -> Option<usize> {
        let mut longest = vec![None; self.states.len()];
        for at in self.finals(reach) {
            longest[at] = Some(0);
        }
        // Each turn settles every situation whose next ones are settled; what is left goes round.
        for _ in 0..self.states.len() {
            for at in 0..self.states.len() {
                if longest[at].is_none() {
                    let next: Option<Vec<usize>> = self.next[at].iter().map(|(to, _)| longest[*to]).collect();
                    longest[at] = next.and_then(|next| next.into_iter().max()).map(|runs| runs + 1);
                }
            }
        }
        longest.first().copied().flatten()
    }
}
