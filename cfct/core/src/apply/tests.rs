//! Deciding and carrying out, in a model of AWS that refuses what AWS refuses.

use std::collections::BTreeSet;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use super::policies::{self, Change, Observed, PolicyType, Wanted};
use super::settings::{self, Desired, Place};
use super::{Decision, Step};
use crate::decision::Change as _;

/// Organizations, as far as policies go.
#[derive(Clone, Debug, PartialEq, Eq)]
struct World(Vec<Observed>);

impl World {
    fn run(&mut self, step: &policies::Step) -> Result<(), String> {
        let attached = |world: &Self, target: &String| {
            let same = world.0.iter().filter(|policy| policy.kind == step.kind);
            same.filter(|policy| policy.targets.contains(target)).count()
        };
        let place = self.0.iter().position(|policy| policy.kind == step.kind && policy.name == step.name);
        if let Change::Create { description, content } = &step.change {
            if place.is_some() {
                return Err("DuplicatePolicy".to_owned());
            }
            self.0.push(Observed {
                id: format!("p-{}", self.0.len()),
                kind: step.kind,
                name: step.name.clone(),
                description: description.clone(),
                content: Some(content.clone()),
                is_owned: true,
                targets: BTreeSet::new(),
            });
            return Ok(());
        }
        let place = place.ok_or("PolicyNotFound")?;
        match &step.change {
            Change::Create { .. } => unreachable!(),
            Change::Adopt => self.0[place].is_owned = true,
            Change::Update { description, content } => {
                self.0[place].description.clone_from(description);
                self.0[place].content = Some(content.clone());
            }
            Change::Attach(target) => {
                if attached(self, target) >= step.kind.slots() {
                    return Err("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED".to_owned());
                }
                if !self.0[place].targets.insert(target.clone()) {
                    return Err("DuplicatePolicyAttachment".to_owned());
                }
            }
            Change::Detach(target) => {
                if step.kind == PolicyType::ServiceControlPolicy && attached(self, target) == 1 {
                    return Err("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED".to_owned());
                }
                if !self.0[place].targets.remove(target) {
                    return Err("PolicyNotAttached".to_owned());
                }
            }
            Change::Delete => {
                if !self.0[place].targets.is_empty() {
                    return Err("PolicyInUse".to_owned());
                }
                self.0.remove(place);
            }
        }
        Ok(())
    }

    /// What matters of it, ids and order left out.
    fn essence(&self) -> Vec<Observed> {
        let mut policies: Vec<Observed> =
            self.0.iter().map(|policy| Observed { id: String::new(), ..policy.clone() }).collect();
        policies.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        policies
    }

    fn run_all(&mut self, decision: &Decision) {
        for step in &decision.steps {
            let Step::Policy(step) = step else { panic!("{step} is no step of policies") };
            self.run(step).unwrap_or_else(|refused| panic!("{step}: {refused}"));
        }
    }
}

fn wanted(kind: PolicyType, name: &str, targets: &[&str]) -> Wanted {
    Wanted {
        kind,
        name: name.to_owned(),
        description: "d".to_owned(),
        content: "{}".to_owned(),
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
    }
}

fn there(kind: PolicyType, name: &str, is_owned: bool, targets: &[&str]) -> Observed {
    Observed {
        id: format!("p-{}-{name}", kind.as_str()),
        kind,
        name: name.to_owned(),
        description: "d".to_owned(),
        content: Some("{ }".to_owned()),
        is_owned,
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
    }
}

const SCP: PolicyType = PolicyType::ServiceControlPolicy;
const RCP: PolicyType = PolicyType::ResourceControlPolicy;
const BACKUP: PolicyType = PolicyType::BackupPolicy;

fn decided(wanted: &[Wanted], there: &[Observed], adopted: &[&str]) -> (Vec<String>, Vec<String>) {
    let adopted = adopted.iter().map(|name| (*name).to_owned()).collect();
    let decision = policies::decide(wanted, there, &adopted);
    let blocked = decision.blocked.iter().map(|blocked| format!("{}: {}", blocked.subject, blocked.reason));
    (decision.steps.iter().map(ToString::to_string).collect(), blocked.collect())
}

/// What is shown, what is wanted and what is there; the steps, and what is blocked.
type Case = (&'static str, Vec<Wanted>, Vec<Observed>, &'static [&'static str], &'static [&'static str]);

#[test]
fn what_is_decided_for_a_policy() {
    let full = there(SCP, "FullAWSAccess", false, &["r", "a"]);
    let changed = Observed { content: Some("[]".to_owned()), ..there(BACKUP, "p", true, &["a"]) };
    let cases: [Case; 9] = [
        (
            "one that is not there is created and attached",
            vec![wanted(BACKUP, "p", &["a", "r"])],
            vec![],
            &["create backup policy p", "attach backup policy p to a", "attach backup policy p to r"],
            &[],
        ),
        (
            "layout is no difference",
            vec![wanted(BACKUP, "p", &["a"])],
            vec![there(BACKUP, "p", true, &["a"])],
            &[],
            &[],
        ),
        (
            "another content is an update",
            vec![wanted(BACKUP, "p", &["a"])],
            vec![changed],
            &["update backup policy p"],
            &[],
        ),
        (
            "a target that is gone from the list is detached, last",
            vec![wanted(BACKUP, "p", &["b"])],
            vec![there(BACKUP, "p", true, &["a"])],
            &["attach backup policy p to b", "detach backup policy p from a"],
            &[],
        ),
        (
            "a renamed policy protects under its new name before the old one goes",
            vec![wanted(SCP, "new", &["a"])],
            vec![full.clone(), there(SCP, "old", true, &["a"])],
            &[
                "create service control policy new",
                "attach service control policy new to a",
                "detach service control policy old from a",
                "delete service control policy old",
            ],
            &[],
        ),
        (
            "what somebody else made is not touched",
            vec![wanted(SCP, "p", &["a"])],
            vec![full.clone(), there(SCP, "p", false, &["r"]), there(SCP, "other", false, &["a"])],
            &[],
            &[
                "service control policy p: p-SERVICE_CONTROL_POLICY-p has that name, and is not this configuration's own",
            ],
        ),
        (
            "a name may stand once for each type",
            vec![wanted(SCP, "p", &["a"]), wanted(RCP, "p", &["a"])],
            vec![full.clone(), there(SCP, "p", true, &["a"])],
            &["create resource control policy p", "attach resource control policy p to a"],
            &[],
        ),
        (
            "a name that stands twice is said",
            vec![wanted(SCP, "p", &["a"]), wanted(SCP, "p", &["r"])],
            vec![full, there(SCP, "p", true, &["a"])],
            &[],
            &["service control policy p: the configuration names it twice"],
        ),
        (
            "the last one stays, and so is not deleted",
            vec![],
            vec![there(SCP, "p", true, &["a"])],
            &[],
            &["service control policy p at a: it is the last one there, and AWS keeps one at every target"],
        ),
    ];
    for (what, wanted, there, steps, blocked) in cases {
        let (found, refused) = decided(&wanted, &there, &[]);
        assert_eq!(found, steps, "{what}");
        assert_eq!(refused, blocked, "{what}");
    }
}

#[test]
fn an_adopted_policy_is_owned_from_then_on() {
    let there = [there(BACKUP, "p", false, &["a", "r"])];
    let (steps, blocked) = decided(&[wanted(BACKUP, "p", &["r"])], &there, &["p"]);
    assert_eq!(steps, ["adopt backup policy p", "detach backup policy p from a"]);
    assert_eq!(blocked, Vec::<String>::new());
}

#[test]
fn where_no_place_is_left_what_leaves_goes_first() {
    let foreign = ["RCPFullAWSAccess", "x", "y"].map(|name| there(RCP, name, false, &["a"]));
    let old = ["one", "two"].map(|name| there(RCP, name, true, &["a"]));
    let there: Vec<Observed> = foreign.into_iter().chain(old).collect();
    let (steps, blocked) = decided(&[wanted(RCP, "one", &["a"]), wanted(RCP, "three", &["a"])], &there, &[]);
    let expected = [
        "create resource control policy three",
        "detach resource control policy two from a",
        "attach resource control policy three to a",
        "delete resource control policy two",
    ];
    assert_eq!(steps, expected);
    assert_eq!(blocked, Vec::<String>::new());
    let both = ["one", "two", "three"].map(|name| wanted(RCP, name, &["a"]));
    let (steps, blocked) = decided(&both, &there, &[]);
    assert_eq!(steps, ["create resource control policy three"]);
    assert_eq!(blocked, ["resource control policy three at a: all 5 places of the target are taken"]);
}

#[test]
fn an_order_of_attachment_that_cannot_be_had_is_said() {
    let list = [wanted(BACKUP, "first", &["a"]), wanted(BACKUP, "second", &["a"])];
    let remarks = |there: &[Observed]| policies::decide(&list, there, &BTreeSet::new()).remarks;
    assert_eq!(remarks(&[]), Vec::<String>::new());
    assert_eq!(remarks(&[there(BACKUP, "first", true, &["a"])]), Vec::<String>::new());
    let [remark] = &remarks(&[there(BACKUP, "second", true, &["a"])])[..] else { panic!("one remark") };
    assert!(remark.starts_with("first is listed before second, and comes to a after it"), "{remark}");
}

#[test]
fn an_id_is_of_the_contents_too() {
    let decide = |content: &str| {
        let policy = Wanted { content: content.to_owned(), ..wanted(SCP, "p", &["a"]) };
        policies::decide(&[policy], &[], &BTreeSet::new()).id()
    };
    assert_eq!(decide("{}"), decide("{}"));
    assert_ne!(decide("{}"), decide("[]"));
}

const TARGETS: [&str; 4] = ["r", "a", "b", "c"];

fn targets() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(proptest::sample::select(&TARGETS[..]).prop_map(str::to_owned), 0..4)
}

fn kinds() -> impl Strategy<Value = PolicyType> {
    proptest::sample::select(&PolicyType::ALL[..])
}

/// Up to a dozen policies of a type, so that places run out; each target has FullAWSAccess, as AWS has it.
fn worlds() -> impl Strategy<Value = World> {
    let policy = (any::<bool>(), 0..3_u8, targets());
    btree_map((kinds(), 0..14_u8), policy, 0..30).prop_map(|policies| {
        let full = there(SCP, "FullAWSAccess", false, &TARGETS);
        let mut world = World(vec![full]);
        for ((kind, name), (is_owned, content, targets)) in policies {
            let room = |target: &String| {
                let same = world.0.iter().filter(|policy| policy.kind == kind);
                same.filter(|policy| policy.targets.contains(target)).count() < kind.slots()
            };
            let targets = targets.iter().filter(|target| room(target)).cloned().collect();
            let policy = there(kind, &format!("p{name}"), is_owned, &[]);
            world.0.push(Observed { content: Some(format!("[{content}]")), targets, ..policy });
        }
        world
    })
}

fn wishes() -> impl Strategy<Value = Vec<Wanted>> {
    vec((kinds(), 0..14_u8, 0..3_u8, targets()), 0..16).prop_map(|wishes| {
        let one = |(kind, name, content, targets): (_, u8, u8, BTreeSet<String>)| Wanted {
            content: format!("[{content}]"),
            targets: targets.into_iter().collect(),
            ..wanted(kind, &format!("p{name}"), &[])
        };
        wishes.into_iter().map(one).collect()
    })
}

proptest! {
    #[test]
    fn every_step_is_one_that_aws_takes_and_nothing_is_left_afterwards(
        wishes in wishes(),
        world in worlds(),
        adopted in btree_set((0..14_u8).prop_map(|name| format!("p{name}")), 0..14),
        stopped in any::<prop::sample::Index>(),
    ) {
        let decision = policies::decide(&wishes, &world.0, &adopted);
        let mut done = world.clone();
        done.run_all(&decision);
        let again = policies::decide(&wishes, &done.0, &adopted);
        prop_assert_eq!(&again.steps, &vec![]);
        prop_assert_eq!(&again.blocked, &decision.blocked);
        if decision.blocked.is_empty() {
            for wish in &wishes {
                let there = done.0.iter().find(|policy| (policy.kind, &policy.name) == (wish.kind, &wish.name));
                let there = there.expect("what is wanted is there");
                let targets: BTreeSet<String> = wish.targets.iter().cloned().collect();
                prop_assert!(there.is_owned && there.targets == targets);
                prop_assert_eq!(there.content.as_ref(), Some(&wish.content));
            }
            let owned = done.0.iter().filter(|policy| policy.is_owned).count();
            prop_assert_eq!(owned, wishes.len());
        }
        // What nobody owns stays as it was.
        let foreign = |world: &World| -> Vec<Observed> {
            world.0.iter().filter(|policy| !policy.is_owned).cloned().collect()
        };
        let kept: Vec<Observed> = foreign(&world)
            .into_iter()
            .filter(|policy| done.0.iter().any(|now| now.id == policy.id && !now.is_owned))
            .collect();
        prop_assert_eq!(foreign(&done), kept);
        // A run that stops anywhere is finished by the next.
        let mut resumed = world.clone();
        let some = stopped.index(decision.steps.len() + 1);
        resumed.run_all(&Decision { steps: decision.steps[..some].to_vec(), ..Decision::default() });
        let rest = policies::decide(&wishes, &resumed.0, &adopted);
        resumed.run_all(&rest);
        prop_assert_eq!(resumed.essence(), done.essence());
    }

    #[test]
    fn settings_that_were_applied_are_not_applied_again(
        (desired, observed) in (settings(), settings()).prop_map(|(desired, there)| (desired, observed(there))),
    ) {
        let decision = settings::decide(&desired, &observed);
        let mut done = observed.clone();
        for step in &decision.steps {
            let Step::Setting(step) = step else { panic!("{step} is no step of settings") };
            match step.clone() {
                settings::Step::TrustAccess(service) => assert!(done.trusted_access.insert(service)),
                settings::Step::ActivateStackSets => done.stack_sets = true,
                settings::Step::EnablePolicyType(kind) => assert!(done.policy_types.insert(kind)),
                settings::Step::RegisterAdministrator { service, account } => {
                    assert!(done.trusted_access.contains(&service));
                    assert!(done.administrators.insert((service, account)));
                }
                settings::Step::Global(settings) => done.global.extend(settings),
                settings::Step::OptIn { place, preference, .. } => {
                    let known: Vec<&String> = done.opt_ins[&place].as_ref().unwrap().keys().collect();
                    assert_eq!(known, preference.keys().collect::<Vec<_>>());
                    done.opt_ins.insert(place, Ok(preference));
                }
            }
        }
        prop_assert_eq!(settings::decide(&desired, &done).steps, vec![]);
        prop_assert!(desired.trusted_access.is_subset(&done.trusted_access));
        prop_assert!(desired.policy_types.is_subset(&done.policy_types));
        prop_assert!(desired.administrators.is_subset(&done.administrators));
        // Nothing is turned off because it was left out.
        prop_assert!(observed.trusted_access.is_subset(&done.trusted_access));
        prop_assert!(observed.administrators.is_subset(&done.administrators));
    }
}

fn settings() -> impl Strategy<Value = Desired> {
    let words = |words: &'static [&'static str]| {
        btree_set(proptest::sample::select(words).prop_map(str::to_owned), 0..3)
    };
    let choice = btree_map("[A-C]", any::<bool>(), 0..3);
    let places = btree_map((0..2_u8, "[xy]"), choice, 0..4);
    let account = (0..3_u8).prop_map(|number| format!("11112222333{number}").parse().unwrap());
    let administrators = btree_set((Just("s".to_owned()), account), 0..3);
    let global = btree_map("[gh]", prop_oneof![Just("true".to_owned()), Just("false".to_owned())], 0..2);
    (words(&["s", "t"]), any::<bool>(), words(&["P", "Q"]), administrators, global, places).prop_map(
        |(mut trusted_access, stack_sets, policy_types, administrators, global, places)| {
            trusted_access.extend(administrators.iter().map(|(service, _)| service.clone()));
            let place = |(account, region): (u8, String)| Place {
                account: format!("11112222333{account}").parse().unwrap(),
                region,
            };
            let opt_ins = places.into_iter().map(|(at, choice)| (place(at), choice)).collect();
            Desired { trusted_access, stack_sets, policy_types, administrators, global, opt_ins }
        },
    )
}

fn observed(there: Desired) -> settings::Observed {
    let Desired { trusted_access, stack_sets, policy_types, administrators, global, opt_ins } = there;
    let opt_ins = opt_ins.into_iter().map(|(place, choice)| (place, Ok(choice))).collect();
    settings::Observed { trusted_access, stack_sets, policy_types, administrators, global, opt_ins }
}

#[test]
fn what_a_region_does_not_know_is_said_and_left_out() {
    let place = Place { account: "111122223333".parse().unwrap(), region: "eu-central-1".to_owned() };
    let choice =
        |words: &[(&str, bool)]| words.iter().map(|(kind, is_on)| ((*kind).to_owned(), *is_on)).collect();
    let desired = Desired {
        opt_ins: [(place.clone(), choice(&[("EBS", true), ("EFS", false), ("Moon", true)]))].into(),
        ..Desired::default()
    };
    let there = choice(&[("EBS", false), ("EFS", true), ("RDS", true)]);
    let observed =
        settings::Observed { opt_ins: [(place.clone(), Ok(there))].into(), ..settings::Observed::default() };
    let decision = settings::decide(&desired, &observed);
    let steps: Vec<String> = decision.steps.iter().map(ToString::to_string).collect();
    assert_eq!(steps, ["back up EBS, no longer back up EFS in 111122223333, eu-central-1"]);
    assert!(decision.steps[0].is_destructive());
    assert_eq!(decision.remarks, ["AWS Backup does not know Moon in 111122223333, eu-central-1"]);
    let denied =
        settings::Observed { opt_ins: [(place, Err("access denied".to_owned()))].into(), ..observed };
    let decision = settings::decide(&desired, &denied);
    assert_eq!((decision.steps.len(), decision.blocked.len()), (0, 1));
}
