//! Predictions in words: short fragments for a terminal or a page.

use super::execution::{Action, Answer, Failure, Run};
use super::future::{Executions, Future, Settled};
use super::json::Names;
use super::outcomes::Outcome;
use super::prediction::{Cells, Prediction};
use super::sets::IndexSet;
use super::stack_set::OperationStatus;
use super::steps::{Aim, ByHand, Push, Route, Step};

/// How many accounts, or places with instances, are named before the rest is counted.
const MOST_NAMED: usize = 3;

/// One outcome: when it comes about, why an execution starts, what it does, what it leaves behind and what
/// later runs make of it.
#[must_use]
pub fn outcome(prediction: &Prediction, outcome: &Outcome, names: &impl Names) -> Vec<String> {
    let run = &outcome.run;
    let mut lines: Vec<String> = condition(prediction, outcome, names).into_iter().collect();
    lines.push(reason(prediction, run));
    lines.extend(calls(prediction, run, names));
    lines.extend(run.failure().map(|failure| format!("it fails: {}", failure_in_words(*failure))));
    lines.extend(left_behind(prediction, run, names));
    lines.extend(future(&prediction.future(outcome)));
    lines
}

/// In which orders an outcome comes about; `None` where it does in every order.
#[must_use]
pub fn condition(prediction: &Prediction, outcome: &Outcome, names: &impl Names) -> Option<String> {
    if !prediction.depends_on_order() {
        return None;
    }
    let firsts = accounts(&prediction.groups.accounts(&outcome.first), names);
    Some(match (prediction.depends_on_first_account(), outcome.needs_other_set_order) {
        (true, false) => format!("if CfCT happens to list one of these accounts first: {firsts}"),
        (true, true) => format!("if one of these accounts comes first, in some orders: {firsts}"),
        (false, _) => "in some orders of CfCT's sets".to_owned(),
    })
}

/// Why an execution starts, or why not.
#[must_use]
pub fn reason(prediction: &Prediction, run: &Run) -> String {
    let Some(check) = run.pre_check else {
        let gone = if run.execution.is_some() { "an execution starts to delete it" } else { "it is gone" };
        return format!("the manifest does not name the stack set: {gone}");
    };
    if run.execution.is_none() {
        let is_even = prediction.missing(run).is_empty() && prediction.extra(run).is_empty();
        return if is_even {
            "no execution: nothing differs".to_owned()
        } else {
            "no execution: CfCT compares all accounts and all Regions, not each account's Regions".to_owned()
        };
    }
    let why = match (check.stack_set_exists, prediction.last_operation()) {
        (false, _) => "there is no stack set of this name",
        (_, Some(status)) if status != OperationStatus::Succeeded => "the last operation did not succeed",
        _ if !check.template_matched => "the template differs",
        _ if !check.parameters_matched => "a parameter differs",
        _ => "the accounts or the Regions differ",
    };
    format!("an execution starts: {why}")
}

/// What an execution does, call by call.
#[must_use]
pub fn calls(prediction: &Prediction, run: &Run, names: &impl Names) -> Vec<String> {
    let instances = |verb: &str, groups: &IndexSet, regions: &IndexSet| {
        let cells = Cells { accounts: prediction.groups.accounts(groups), regions: regions.clone() };
        if cells.is_empty() {
            return format!("{verb} instances in no account");
        }
        format!("{verb} {}: {}", counted(cells.len(), "instance"), place(&cells, names))
    };
    let in_words = |action: &Action| match action {
        Action::CreateStackSet => "creates the stack set".to_owned(),
        Action::UpdateStackSet => "updates the stack set and all its instances".to_owned(),
        Action::CreateStackInstances { accounts, regions } => instances("creates", accounts, regions),
        Action::DeleteStackInstances { accounts, regions } => instances("deletes", accounts, regions),
        Action::DeleteStackSet => "deletes the stack set".to_owned(),
    };
    let answer = |answer| match answer {
        Answer::Accepted => "",
        Answer::OperationInProgress => " (refused while another operation is at work)",
        Answer::ValidationError => " (refused)",
    };
    run.calls().iter().map(|call| in_words(&call.action) + answer(call.answer)).collect()
}

/// What a run leaves undone.
#[must_use]
pub fn left_behind(prediction: &Prediction, run: &Run, names: &impl Names) -> Vec<String> {
    let missing = some(&prediction.missing(run), "missing", names);
    missing.into_iter().chain(some(&prediction.extra(run), "left though not desired", names)).collect()
}

fn some(cells: &[Cells], what: &str, names: &impl Names) -> Option<String> {
    let count: usize = cells.iter().map(Cells::len).sum();
    let is = if count == 1 { "is" } else { "are" };
    (count > 0).then(|| format!("{} {is} {what}: {}", counted(count, "instance"), places(cells, names)))
}

/// A failure in words.
#[must_use]
pub fn failure_in_words(failure: Failure) -> &'static str {
    match failure {
        Failure::NoDeployedAccount => {
            "the stack set has no instance, and CfCT takes the first of its deployed accounts (IndexError)"
        }
        Failure::CreatesWithoutAccounts => {
            "accounts and a Region go while a Region comes, so CfCT creates instances in no account"
        }
        Failure::DeletesWithoutAccounts => {
            "accounts and a Region come while a Region goes, so CfCT deletes instances in no account"
        }
        Failure::DeletesWithoutAccountList => {
            "the first account lacks a Region that others have, so CfCT deletes with a list it never made"
        }
        Failure::ExportFindsNoInstance => {
            "the output export looks into the first Region of the first account, where no instance is yet"
        }
        Failure::CreateOperation => "the operation that creates instances does not succeed",
        Failure::UpdateOperation => "the operation that updates the stack set does not succeed",
        Failure::DeleteOperation => "the operation that deletes instances does not succeed",
        Failure::UpdateStopped => "the update was stopped, and the step that creates instances is skipped",
        Failure::Endless { .. } => {
            "it never ends: a removed account keeps an instance in a Region that CfCT does not look at"
        }
    }
}

/// What later runs make of it; nothing where it is as desired and no further execution starts.
#[must_use]
pub fn future(future: &Future) -> Vec<String> {
    let is_done = future.ends.iter().all(|end| *end == DONE);
    let mut lines: Vec<String> = match (is_done, future.runs) {
        (true, Some(0)) => Vec::new(),
        (true, Some(runs)) => vec![format!("after {} more it is as desired", counted(runs, "run"))],
        (true, None) => vec!["later runs mend it, though nobody knows which one".to_owned()],
        _ if future.ends.len() > 1 => {
            future.ends.iter().map(|end| format!("it may end so: {}", settled(*end))).collect()
        }
        _ => future.ends.iter().map(|end| settled(*end).to_owned()).collect(),
    };
    if !future.is_complete {
        lines.push("not every order could be followed".to_owned());
    }
    lines
}

const DONE: Settled = Settled { as_desired: true, executions: Executions::None };

fn settled(end: Settled) -> &'static str {
    match (end.as_desired, end.executions) {
        (true, Executions::None) => "it becomes as desired",
        (true, Executions::Succeed) => "every later run starts an execution, though all is as desired",
        (true, Executions::Fail) => "every later run fails, though all is as desired",
        (true, Executions::Vary) => "later runs vary, though all is as desired",
        (false, Executions::None) => "it stays so: no later run notices",
        (false, Executions::Succeed) => "it stays so: every later run starts an execution that mends nothing",
        (false, Executions::Fail) => "it stays so: every later run fails",
        (false, Executions::Vary) => "it stays so: later runs vary, and none mends it",
    }
}

/// The steps of a route, one line each, and what they cost.
#[must_use]
pub fn route(route: &Route, names: &impl Names) -> Vec<String> {
    let mut lines: Vec<String> = route.steps.iter().map(|one| step(one, names)).collect();
    lines.extend(some(&route.remade, "deleted on the way and made anew", names));
    lines.extend(some(&route.made_in_vain, "made on the way and deleted again", names));
    lines
}

/// A step as an imperative.
#[must_use]
pub fn step(step: &Step, names: &impl Names) -> String {
    match step {
        Step::Push(push) => pushed(push, names),
        Step::PushWithoutResource => {
            "push without the resource and with enable_stack_set_deletion: true, which deletes every other \
             stack set that the manifest does not name, too"
                .to_owned()
        }
        Step::ByHand(ByHand::DeleteEmptyStackSet) => {
            "delete the empty stack set by hand (aws cloudformation delete-stack-set), or rename the resource"
                .to_owned()
        }
        Step::ByHand(ByHand::CreateStackInstances(cells)) => {
            format!("create by hand (aws cloudformation create-stack-instances): {}", every(cells, names))
        }
        Step::ByHand(ByHand::DeleteStackInstances(cells)) => {
            format!("delete by hand (aws cloudformation delete-stack-instances): {}", every(cells, names))
        }
    }
}

fn pushed(push: &Push, names: &impl Names) -> String {
    let what = match push.aim {
        Aim::AsDesired => "push the manifest as it is",
        Aim::RegionsReordered => "push with the Regions in this order",
        Aim::AccountsFirst => "push the accounts, still in the deployed Regions",
        Aim::RegionsFirst => "push the Regions, still in deployed accounts",
        Aim::EvenAccountsOnly => "push only accounts that hold the same Regions",
    };
    let regions: Vec<&str> = push.regions.iter().map(|region| names.region(*region)).collect();
    let aimed = match push.aim {
        Aim::AsDesired => String::new(),
        _ => format!(": {} in {}", accounts(&push.accounts, names), regions.join(", ")),
    };
    let runs = match push.runs {
        0 => " (nothing is left to do)".to_owned(),
        1 => String::new(),
        runs => format!(" (release it again until {runs} runs are through)"),
    };
    format!("{what}{aimed}{runs}")
}

/// Every account by name, as the call needs them.
fn every(cells: &[Cells], names: &impl Names) -> String {
    let all = |cells: &Cells| {
        let accounts: Vec<&str> = cells.accounts.iter().map(|account| names.account(account)).collect();
        format!("{} in {}", accounts.join(", "), regions(&cells.regions, names))
    };
    cells.iter().map(all).collect::<Vec<_>>().join("; ")
}

fn places(cells: &[Cells], names: &impl Names) -> String {
    let mut places: Vec<String> = cells.iter().take(MOST_NAMED).map(|cells| place(cells, names)).collect();
    places.extend((cells.len() > MOST_NAMED).then(|| "…".to_owned()));
    places.join("; ")
}

fn place(cells: &Cells, names: &impl Names) -> String {
    format!("{} in {}", accounts(&cells.accounts, names), regions(&cells.regions, names))
}

fn regions(regions: &IndexSet, names: &impl Names) -> String {
    regions.iter().map(|region| names.region(region)).collect::<Vec<_>>().join(", ")
}

fn accounts(accounts: &IndexSet, names: &impl Names) -> String {
    let count = accounts.len();
    let named: Vec<&str> = accounts.iter().take(MOST_NAMED).map(|account| names.account(account)).collect();
    let named = named.join(", ");
    if count > MOST_NAMED { format!("{count} accounts ({named}, …)") } else { named }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
