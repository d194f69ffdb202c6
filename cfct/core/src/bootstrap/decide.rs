//! Observe, decide, act: what is to be done for an account, from what is wanted and what was observed.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::claim::{self, Claim};
use super::configuration::Configuration;
use super::observed::{Observed, Owner, State};
use super::place::{Place, Standing};
use super::sentence;
use super::thing::{Content, Kind, Thing};
use super::wanted::{Wanted, wanted};
use crate::digest::sha256;

/// What is to be done for an account, and what is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What the account is to the configuration.
    pub standing: Standing,
    /// What is to be done. A step comes after all that it waits for, so they can be done one by one; those that do
    /// not wait for each other can be done side by side.
    pub steps: Vec<Step>,
    /// What is wanted and cannot be done now.
    pub pending: Vec<Pending>,
    /// What is not ours to do.
    pub left_alone: Vec<LeftAlone>,
    /// What is as it is wanted.
    pub done: Vec<Thing>,
}

/// One change: one or few calls to AWS, about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it makes or changes.
    pub thing: Thing,
    /// Which of the two.
    pub change: Change,
    /// What the thing is to say: the whole of it, where AWS takes the whole.
    pub content: Content,
    /// The tags that it gets where it is made and takes any.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The steps of this decision that have to be done before, by their numbers.
    pub after: Vec<usize>,
    /// The thing whose [`Present::id`](super::Present::id) it needs: the key of an alias or of a vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Thing>,
    /// Deterministic, for calls that take a client token or an operation id: the same step from the same state has
    /// the same, and another state another.
    pub token: String,
    /// The step that claimed it. Where AWS surely refused this one, so that nothing was done, the run takes back the
    /// claim that it put itself ([`claim::parameter`]), for the next try not to wait until it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<usize>,
    /// Whether a call without an answer may simply be made again, by the SDK too. If not, it may have taken effect,
    /// and would take effect a second time: observe first.
    pub is_repeatable: bool,
    /// What it comes to, for a person.
    pub sentence: String,
}

/// Whether a thing is made, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is not there yet.
    Create,
    /// It is there, and says something else.
    Update,
}

/// Something that is wanted and cannot be done now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// What.
    pub thing: Thing,
    /// Why not.
    pub why: Why,
    /// The same for a person.
    pub sentence: String,
    /// After how many seconds it is worth another look; `None` where somebody has to do something first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_again: Option<u32>,
}

/// Why something cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Nobody knows how it is.
    Unknown,
    /// It is on its way.
    Changing,
    /// It needs something that is pending itself.
    Waits,
    /// Somebody else is making it, or did not come back from doing so.
    Claimed,
    /// It is for good, and nobody confirmed it.
    Unconfirmed,
    /// It differs from what is wanted in what cannot be changed, or is not ours to change.
    Differs,
    /// The account cannot be worked in yet.
    NotYet,
}

/// Something that is not ours to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftAlone {
    /// What.
    pub thing: Thing,
    /// Whose it is.
    pub owner: Owner,
    /// The same for a person.
    pub sentence: String,
}

impl Decision {
    /// Whether the account is as it is wanted, but for what is not ours.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.steps.is_empty() && self.pending.is_empty()
    }

    /// After how many seconds to look again, where nothing but time is needed.
    #[must_use]
    pub fn look_again(&self) -> Option<u32> {
        self.pending.iter().filter_map(|pending| pending.look_again).min()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Decides what is to be done for an account. `now` is in seconds since 1970.
///
/// Doing all steps and deciding again gives none. A run that ends between two steps, or does one without learning of
/// it, is continued by the next decision over what is observed then; nothing is remembered.
#[must_use]
pub fn decide(configuration: &Configuration, place: &Place, observed: &Observed, now: i64) -> Decision {
    let standing = place.standing(configuration);
    let mut deciding = Deciding {
        observed,
        now,
        decision: Decision {
            steps: Vec::new(),
            pending: Vec::new(),
            left_alone: Vec::new(),
            done: Vec::new(),
            standing,
        },
        steps: BTreeMap::new(),
        missing: BTreeMap::new(),
    };
    if let Standing::NotYet(why) = &deciding.decision.standing {
        let account =
            Thing { account: place.account, region: None, kind: Kind::Account, name: place.name.clone() };
        let pending =
            Pending { thing: account, why: Why::NotYet, sentence: why.clone(), look_again: Some(SOON) };
        deciding.decision.pending.push(pending);
    }
    for wanted in wanted(configuration, place) {
        deciding.one(&wanted);
    }
    deciding.decision
}

/// Seconds after which what is on its way may have arrived.
const SOON: u32 = 60;

struct Deciding<'d> {
    observed: &'d Observed,
    now: i64,
    decision: Decision,
    /// The steps by what they are about.
    steps: BTreeMap<Thing, usize>,
    /// What is not there, and no step makes; and after how many seconds to look again.
    missing: BTreeMap<Thing, Option<u32>>,
}

impl Deciding<'_> {
    fn one(&mut self, wanted: &Wanted) {
        let state = self.observed.of(&wanted.thing);
        if let Some(stack_set) = &wanted.made_by {
            self.of_stack_set(wanted, state, stack_set);
            return;
        }
        if let Some(owner) = self.owner_of_vault(&wanted.thing) {
            self.leave(wanted, &owner);
            return;
        }
        match state {
            State::Unknown(why) => {
                let why = if why.is_empty() { "it was not read" } else { why };
                self.pend(wanted, Why::Unknown, format!("{} is not known: {why}", wanted.thing), Some(SOON));
            }
            State::Changing(what) => {
                self.pend(
                    wanted,
                    Why::Changing,
                    format!("{} is on its way: {what}", wanted.thing),
                    Some(SOON),
                );
            }
            State::Absent if wanted.is_watched => {
                let sentence =
                    format!("{} is not enabled, and the configuration does not let us", wanted.thing);
                self.pend(wanted, Why::Waits, sentence, None);
            }
            State::Absent if wanted.thing.kind == Kind::StackInstances => {
                let sentence = format!("the stack set {} is not there yet: CfCT makes it", wanted.thing.name);
                self.pend(wanted, Why::Waits, sentence, Some(SOON));
            }
            State::Absent | State::Failed(_) => self.step(wanted, Change::Create, wanted.content.clone()),
            State::Present(present) => {
                let is_right = present.content.satisfies(&wanted.content);
                if is_right && present.owner.lets_us() {
                    self.decision.done.push(wanted.thing.clone());
                } else if is_right {
                    self.leave(wanted, &present.owner);
                } else if !present.owner.lets_us() {
                    let sentence = sentence::differs(&wanted.thing, &present.owner);
                    self.pend(wanted, Why::Differs, sentence, None);
                } else if let Some(sentence) = sentence::unchangeable(&wanted.thing, present, self.now) {
                    self.pend(wanted, Why::Differs, sentence, None);
                } else {
                    self.step(wanted, Change::Update, wanted.content.over(&present.content));
                }
            }
        }
    }

    /// Whose the vault is that a thing hangs on, where it is not ours: then the thing is not ours either.
    fn owner_of_vault(&self, thing: &Thing) -> Option<Owner> {
        if !matches!(thing.kind, Kind::AccessPolicy | Kind::Notifications | Kind::Lock) {
            return None;
        }
        let vault = Thing { kind: Kind::Vault, ..thing.clone() };
        let owner = &self.observed.present(&vault)?.owner;
        (!owner.lets_us()).then(|| owner.clone())
    }

    /// What a stack set makes is left to it, and waited for.
    fn of_stack_set(&mut self, wanted: &Wanted, state: &State, stack_set: &str) {
        match state {
            State::Present(_) => self.leave(wanted, &Owner::StackSet(stack_set.to_owned())),
            _ => {
                let sentence = format!("{} is left to the stack set {stack_set}", wanted.thing);
                self.pend(wanted, Why::Waits, sentence, Some(SOON));
            }
        }
    }

    fn step(&mut self, wanted: &Wanted, change: Change, content: Content) {
        let missing = |thing: &&Thing| self.missing.contains_key(*thing);
        if let Some(thing) = wanted.after.iter().find(missing) {
            let sentence = format!("{} waits for {thing}", wanted.thing);
            self.pend(wanted, Why::Waits, sentence, self.missing[thing]);
            return;
        }
        if let Some(confirmation) = &wanted.confirmation
            && confirmation.as_ref() != Some(&wanted.thing.name)
        {
            let sentence = sentence::unconfirmed(&wanted.thing);
            self.pend(wanted, Why::Unconfirmed, sentence, None);
            return;
        }
        let mut after: Vec<usize> =
            wanted.after.iter().filter_map(|thing| self.steps.get(thing).copied()).collect();
        let mut claimed_by = None;
        let is_claimed = claim::is_needed(&wanted.thing, &content, change == Change::Create);
        if is_claimed {
            let thing = claim::on(&wanted.thing);
            match claim::standing(&thing, self.observed, self.now) {
                Claim::Free(generation) => {
                    // What is claimed is done at once, so the claim waits for what the thing waits for.
                    let content = Content::Claim { generation };
                    let claim = self.push(thing, Change::Create, content, after.clone(), false);
                    after.push(claim);
                    claimed_by = Some(claim);
                }
                Claim::Held(seconds) => {
                    let sentence =
                        format!("{} is being made by another run, or was when it ended", wanted.thing);
                    self.pend(wanted, Why::Claimed, sentence, Some(seconds));
                    return;
                }
                Claim::Unknown => {
                    let sentence = format!("{thing} is not known");
                    self.pend(wanted, Why::Unknown, sentence, Some(SOON));
                    return;
                }
            }
        }
        after.sort_unstable();
        let number = self.push(wanted.thing.clone(), change, content, after, !is_claimed);
        let step = &mut self.decision.steps[number];
        step.tags.clone_from(&wanted.tags);
        step.uses.clone_from(&wanted.uses);
        step.claimed_by = claimed_by;
        self.steps.insert(wanted.thing.clone(), number);
    }

    fn push(
        &mut self,
        thing: Thing,
        change: Change,
        content: Content,
        after: Vec<usize>,
        is_repeatable: bool,
    ) -> usize {
        let token = token(&thing, &content, self.observed.of(&thing));
        let sentence = sentence::of_step(&thing, change, &content, self.now);
        self.decision.steps.push(Step {
            thing,
            change,
            content,
            tags: BTreeMap::new(),
            after,
            uses: None,
            token,
            claimed_by: None,
            is_repeatable,
            sentence,
        });
        self.decision.steps.len() - 1
    }

    fn pend(&mut self, wanted: &Wanted, why: Why, sentence: String, look_again: Option<u32>) {
        // What differs is there all the same, and serves what comes after.
        if why != Why::Differs {
            self.missing.insert(wanted.thing.clone(), look_again);
        }
        self.decision.pending.push(Pending { thing: wanted.thing.clone(), why, sentence, look_again });
    }

    fn leave(&mut self, wanted: &Wanted, owner: &Owner) {
        let sentence = format!("{} is {}'s, and stays as it is", wanted.thing, owner.words());
        let thing = wanted.thing.clone();
        self.decision.left_alone.push(LeftAlone { thing, owner: owner.clone(), sentence });
    }
}

/// What tells AWS that a call is the same as before: of the thing, of what it is to say, and of how it was observed.
/// 37 characters, of which AWS Backup, CloudFormation and RAM take all.
fn token(thing: &Thing, content: &Content, state: &State) -> String {
    const DIGITS: usize = 32;
    // Serializing plain data does not fail.
    let text = serde_json::to_string(&(thing, content, state)).unwrap_or_default();
    format!("cfct-{}", &sha256(&text)[..DIGITS])
}
