//! Ten thousand events: a fifth of them doubled, out of order, with failing calls and killed runs, through a FIFO queue
//! with a message group for each account.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cfct_core::bootstrap::{Decision, Place, decide, to_observe};

use super::world::{Fate, LONGEST_RUN, Progress, Run, World};
use super::{direct, place};

const ACCOUNTS: usize = 1_500;
const EVENTS: usize = 10_000;
/// Of a hundred.
const DOUBLED: u64 = 20;
const FAILING: u64 = 10;
/// Of a thousand calls.
const KILLS: u64 = 5;
/// How often the queue delivers a message before it goes to the dead letters.
const RECEIVES: u32 = 5;
/// Messages that are worked on at once: the function's reserved concurrency.
const CONCURRENCY: usize = 20;

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn fate(&mut self) -> Fate {
        if self.next() % 1_000 < KILLS {
            return if self.next().is_multiple_of(2) { Fate::KilledBefore } else { Fate::KilledAfter };
        }
        match self.next() % 300 {
            number if number >= 3 * FAILING => Fate::Done,
            number => [Fate::Refused, Fate::LostBefore, Fate::LostAfter][(number % 3) as usize],
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Message {
    account: usize,
    receives: u32,
    visible_at: i64,
}

struct Working {
    message: Message,
    run: Run,
}

#[derive(Debug, Default)]
struct Figures {
    deliveries: u64,
    killed: u64,
    reminders: u64,
    dead: Vec<usize>,
}

#[test]
fn ten_thousand_events_bring_every_account_to_what_is_wanted_and_repeat_nothing() {
    let configuration = direct();
    let mut random = Random(7);
    let places: Vec<Place> = (0..ACCOUNTS)
        .map(|number| place(&format!("{:012}", 444_400_000_000_u64 + number as u64), &["Workloads", "Prod"]))
        .collect();
    let mut queues = queue(&mut random);
    let mut world = World::default();
    let mut working: Vec<Working> = Vec::new();
    let mut figures = Figures::default();
    let mut ready: BTreeSet<usize> = BTreeSet::new();
    while !queues.is_empty() || !working.is_empty() {
        receive(&mut queues, &mut working, &places, &mut figures, world.now);
        if working.is_empty() {
            // Nothing is visible yet.
            world.now += 1;
            continue;
        }
        world.now += i64::from(random.below(CONCURRENCY) == 0);
        let number = random.below(working.len());
        let fate = if working[number].run.is_acting() { random.fate() } else { Fate::Done };
        let progress = working[number].run.go_on(&configuration, &mut world, fate);
        if progress == Progress::Going {
            continue;
        }
        let Working { message, .. } = working.swap_remove(number);
        match progress {
            Progress::Ended(decision) => {
                ended(message, &decision, &mut queues, &mut figures, &mut ready, world.now);
            }
            _ => failed(message, &mut queues, &mut figures, world.now),
        }
    }
    for (number, place) in places.iter().enumerate() {
        world.now += 60;
        let observed = world.observe(&to_observe(&configuration, place));
        let decision = decide(&configuration, place, &observed, world.now);
        assert!(decision.is_ready(), "{place:?}: {:?} {:?}", decision.steps, decision.pending);
        assert!(ready.contains(&number), "nobody was told that {place:?} is ready");
    }
    assert_eq!(world.repeated(), Vec::<String>::new());
    assert_eq!(figures.dead, Vec::<usize>::new());
    println!(
        "{EVENTS} events for {ACCOUNTS} accounts ({DOUBLED} % doubled, {FAILING} % of calls failing): \
         {} deliveries, {} killed runs, {} reminders, {} reads, {} calls, {} of them with effect, {} that found it \
         done, 0 repeated, {} dead letters, {} h of simulated time",
        figures.deliveries,
        figures.killed,
        figures.reminders,
        world.reads,
        world.calls,
        world.effects(),
        world.without_effect,
        figures.dead.len(),
        world.now / 3_600,
    );
}

/// The messages by account, in the order in which the queue has them.
fn queue(random: &mut Random) -> BTreeMap<usize, VecDeque<Message>> {
    let mut messages: Vec<usize> = Vec::new();
    for event in 0..EVENTS {
        // Each account has one event at least: that of its creation.
        let account = if event < ACCOUNTS { event } else { random.below(ACCOUNTS) };
        messages.push(account);
        if random.next() % 100 < DOUBLED {
            messages.push(account);
        }
    }
    for last in (1..messages.len()).rev() {
        messages.swap(last, random.below(last + 1));
    }
    let mut queues: BTreeMap<usize, VecDeque<Message>> = BTreeMap::new();
    for account in messages {
        queues.entry(account).or_default().push_back(Message { account, receives: 0, visible_at: 0 });
    }
    queues
}

/// Takes messages while there is room: the first of each group, none of a group that is being worked on.
fn receive(
    queues: &mut BTreeMap<usize, VecDeque<Message>>,
    working: &mut Vec<Working>,
    places: &[Place],
    figures: &mut Figures,
    now: i64,
) {
    let room = CONCURRENCY.saturating_sub(working.len());
    let open: Vec<usize> = queues
        .iter()
        .filter(|(account, queue)| {
            queue.front().is_some_and(|message| message.visible_at <= now)
                && !working.iter().any(|one| one.message.account == **account)
        })
        .map(|(account, _)| *account)
        .take(room)
        .collect();
    for account in open {
        let Some(queue) = queues.get_mut(&account) else { continue };
        let Some(mut message) = queue.pop_front() else { continue };
        message.receives += 1;
        figures.deliveries += 1;
        working.push(Working { message, run: Run::new(places[account].clone(), now) });
    }
    queues.retain(|_, queue| !queue.is_empty());
}

/// A run that ended has done its part: where something is pending that time alone brings, it leaves a reminder.
fn ended(
    message: Message,
    decision: &Decision,
    queues: &mut BTreeMap<usize, VecDeque<Message>>,
    figures: &mut Figures,
    ready: &mut BTreeSet<usize>,
    now: i64,
) {
    if decision.is_ready() {
        ready.insert(message.account);
    }
    if let Some(seconds) = decision.look_again() {
        figures.reminders += 1;
        let visible_at = now + i64::from(seconds);
        let reminder = Message { account: message.account, receives: 0, visible_at };
        queues.entry(message.account).or_default().push_back(reminder);
    }
}

/// A message whose run did not end is delivered again, when the queue takes the run for dead.
fn failed(
    message: Message,
    queues: &mut BTreeMap<usize, VecDeque<Message>>,
    figures: &mut Figures,
    now: i64,
) {
    figures.killed += 1;
    if message.receives >= RECEIVES {
        figures.dead.push(message.account);
        return;
    }
    let again = Message { visible_at: now + LONGEST_RUN, ..message };
    queues.entry(message.account).or_default().push_front(again);
}
