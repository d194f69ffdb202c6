//! AWS as far as the decisions see it, with its unpleasant sides: keys that are made twice where they are asked for
//! twice, answers that are lost, lists that lag behind.

use std::collections::BTreeMap;

use cfct_core::bootstrap::{
    Change, Configuration, Content, Decision, Kind, Observed, Place, State, Step, Thing, apply, decide,
    to_observe,
};

/// Seconds until a new key shows in lists.
const LAG: i64 = 5;

/// The longest that a run lasts, in seconds: that of a Lambda function.
pub const LONGEST_RUN: i64 = 15 * 60;

/// What AWS does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What was asked.
    Done,
    /// It refuses, and says so.
    Refused,
    /// It does not answer, and did nothing.
    LostBefore,
    /// It does not answer, and did it.
    LostAfter,
    /// The run is killed before the call.
    KilledBefore,
    /// The run is killed after the call.
    KilledAfter,
}

/// What became of a call, as the caller knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    Refused,
    Lost,
    Killed,
}

/// The accounts, and what was done in them.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub now: i64,
    truth: Observed,
    /// Every generation of each claim: parameters of their own, of which only those that are taken back go.
    claims: BTreeMap<Thing, Vec<State>>,
    /// When each key came to be.
    since: BTreeMap<Thing, i64>,
    /// How often each change took effect: by thing, and what it came to say.
    effects: BTreeMap<(Thing, String), u32>,
    pub calls: u64,
    pub reads: u64,
    /// Calls that found done what they were to do.
    pub without_effect: u64,
}

impl World {
    pub fn set(&mut self, thing: Thing, state: State) {
        self.truth.set(thing, state);
    }

    /// What a run sees of these things.
    pub fn observe(&mut self, things: &[Thing]) -> Observed {
        let mut observed = Observed::default();
        for thing in things {
            self.reads += 1;
            let is_seen = self.since.get(thing).is_none_or(|since| self.now >= since + LAG);
            observed.set(thing.clone(), if is_seen { self.truly(thing) } else { State::Absent });
        }
        observed
    }

    fn truly(&self, thing: &Thing) -> State {
        match self.truth.of(thing) {
            State::Unknown(_) => State::Absent,
            state => state.clone(),
        }
    }

    /// Does a step as AWS would, and answers as fate has it.
    pub fn call(&mut self, step: &Step, fate: Fate) -> Answer {
        self.calls += 1;
        match fate {
            Fate::Refused => return Answer::Refused,
            Fate::LostBefore => return Answer::Lost,
            Fate::KilledBefore => return Answer::Killed,
            Fate::Done | Fate::LostAfter | Fate::KilledAfter => {}
        }
        let answer = self.act(step);
        match fate {
            Fate::LostAfter => Answer::Lost,
            Fate::KilledAfter => Answer::Killed,
            _ => answer,
        }
    }

    fn act(&mut self, step: &Step) -> Answer {
        self.needs(step);
        match (self.truly(&step.thing), &step.content) {
            // `Overwrite` is off.
            (State::Present(there), Content::Claim { generation }) => {
                let Content::Claim { generation: last } = there.content else { panic!("{there:?}") };
                if last >= *generation {
                    self.without_effect += 1;
                    return Answer::Refused;
                }
            }
            // A key has no name, and days of grace are counted anew: what is asked for twice is done twice.
            (_, Content::Key { .. }) if step.change == Change::Create => {}
            (_, Content::Lock(lock)) if lock.is_compliance() => {}
            (State::Present(there), wanted) if there.content.satisfies(wanted) => {
                self.without_effect += 1;
                return Answer::Done;
            }
            _ => {}
        }
        apply(step, &mut self.truth, self.now);
        match step.thing.kind {
            Kind::Key if step.change == Change::Create => {
                self.since.insert(step.thing.clone(), self.now);
            }
            Kind::Claim => {
                let state = self.truly(&step.thing);
                self.claims.entry(step.thing.clone()).or_default().push(state);
            }
            _ => {}
        }
        let content = serde_json::to_string(&step.content).unwrap();
        *self.effects.entry((step.thing.clone(), content)).or_default() += 1;
        Answer::Done
    }

    /// AWS refuses what is done in the wrong order; here it is a mistake of the decision.
    fn needs(&self, step: &Step) {
        let is_there = |kind: Kind, name: &str| {
            let thing = Thing { kind, name: name.to_owned(), ..step.thing.clone() };
            matches!(self.truly(&thing), State::Present(_))
        };
        let name = &step.thing.name;
        let is_right = match step.thing.kind {
            Kind::Key => {
                let role = Thing {
                    region: None,
                    kind: Kind::Role,
                    name: "OrgBackupRole".to_owned(),
                    ..step.thing.clone()
                };
                let claimed = is_there(Kind::Claim, &format!("key/{name}"));
                matches!(self.truly(&role), State::Present(_)) && (claimed || step.change == Change::Update)
            }
            Kind::Alias | Kind::Vault => step.uses.as_ref().is_some_and(
                |key| matches!(self.truly(key), State::Present(present) if present.id.is_some()),
            ),
            Kind::AccessPolicy | Kind::Notifications => is_there(Kind::Vault, name),
            Kind::Lock => {
                [Kind::Vault, Kind::AccessPolicy, Kind::Notifications]
                    .iter()
                    .all(|kind| is_there(*kind, name))
                    && is_there(Kind::Claim, &format!("lock/{name}"))
            }
            _ => true,
        };
        assert!(is_right, "too early: {}", step.sentence);
    }

    /// Takes back a claim that a run put itself.
    pub fn release(&mut self, claim: &Step) {
        self.calls += 1;
        if let State::Present(there) = self.truly(&claim.thing)
            && there.content == claim.content
        {
            let generations = self.claims.entry(claim.thing.clone()).or_default();
            generations.pop();
            self.truth.set(claim.thing.clone(), generations.last().cloned().unwrap_or(State::Absent));
            let content = serde_json::to_string(&claim.content).unwrap();
            self.effects.remove(&(claim.thing.clone(), content));
        }
    }

    /// How many changes took effect.
    pub fn effects(&self) -> u32 {
        self.effects.values().sum()
    }

    /// What took effect more than once.
    pub fn repeated(&self) -> Vec<String> {
        let repeated = self.effects.iter().filter(|(_, times)| **times > 1);
        repeated.map(|((thing, content), times)| format!("{times} times {thing}: {content}")).collect()
    }
}

/// One run for an account, call by call: observes, decides, does step by step, and observes again where one of them
/// went wrong.
#[derive(Clone, Debug)]
pub struct Run {
    place: Place,
    started: i64,
    rounds: u32,
    open: Option<(Decision, usize)>,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do.
    Going,
    /// It ended, and this is what it decided last.
    Ended(Box<Decision>),
    /// It was killed, ran out of time, or gave up.
    Failed,
}

impl Run {
    /// Rounds of observing after which a run gives up.
    const ROUNDS: u32 = 40;

    pub fn new(place: Place, now: i64) -> Self {
        Self { place, started: now, rounds: 0, open: None }
    }

    /// Whether the next thing it does is a call that changes something.
    pub fn is_acting(&self) -> bool {
        self.open.is_some()
    }

    /// Goes on by one observation or one call.
    pub fn go_on(&mut self, configuration: &Configuration, world: &mut World, fate: Fate) -> Progress {
        if world.now - self.started > LONGEST_RUN {
            return Progress::Failed;
        }
        let Some((decision, next)) = self.open.take() else {
            self.rounds += 1;
            if self.rounds > Self::ROUNDS || matches!(fate, Fate::KilledBefore | Fate::KilledAfter) {
                return Progress::Failed;
            }
            let observed = world.observe(&to_observe(configuration, &self.place));
            let decision = decide(configuration, &self.place, &observed, world.now);
            if decision.steps.is_empty() {
                return Progress::Ended(Box::new(decision));
            }
            self.open = Some((decision, 0));
            return Progress::Going;
        };
        let step = &decision.steps[next];
        match world.call(step, fate) {
            Answer::Done if next + 1 < decision.steps.len() => self.open = Some((decision, next + 1)),
            Answer::Refused => {
                if let Some(claim) = step.claimed_by {
                    world.release(&decision.steps[claim]);
                }
            }
            Answer::Killed => return Progress::Failed,
            Answer::Done | Answer::Lost => {}
        }
        Progress::Going
    }
}
