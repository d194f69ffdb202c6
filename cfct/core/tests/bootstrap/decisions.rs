//! What is decided, case by case.

use std::collections::BTreeMap;

use cfct_core::bootstrap::ready::{LONGEST, Ready, Run};
use cfct_core::bootstrap::{
    Change, Configuration, Content, Decision, Kind, LockContent, Observed, Owner, Place, Present, Standing,
    State, Step, Thing, Why, apply, configuration, decide, to_observe,
};
use cfct_core::organization::AccountStatus;

use super::{by_stack_sets, direct, place, vended};

const NOW: i64 = 1_777_896_572;

/// An account in which nothing is.
fn empty(configuration: &Configuration, place: &Place) -> Observed {
    let mut observed = Observed::default();
    for thing in to_observe(configuration, place) {
        observed.set(thing, State::Absent);
    }
    observed
}

/// An account in which everything is done.
fn full(configuration: &Configuration, place: &Place) -> Observed {
    let mut observed = empty(configuration, place);
    for step in decide(configuration, place, &observed, NOW).steps {
        apply(&step, &mut observed, NOW);
    }
    observed
}

fn thing(region: Option<&str>, kind: Kind, name: &str) -> Thing {
    Thing { account: vended().account, region: region.map(str::to_owned), kind, name: name.to_owned() }
}

fn vault(region: &str) -> Thing {
    thing(Some(region), Kind::Vault, "org-backup-vault")
}

fn kinds(decision: &Decision, region: Option<&str>) -> Vec<Kind> {
    let here =
        |step: &&Step| step.thing.account == vended().account && step.thing.region.as_deref() == region;
    decision.steps.iter().filter(here).map(|step| step.thing.kind).collect()
}

fn pending(decision: &Decision, kind: Kind) -> Vec<(Why, &str)> {
    let pending = decision.pending.iter().filter(|pending| pending.thing.kind == kind);
    pending.map(|pending| (pending.why, pending.sentence.as_str())).collect()
}

#[test]
fn a_new_account_gets_everything_in_the_order_in_which_it_can_be_made() {
    let (configuration, place) = (direct(), vended());
    let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
    assert_eq!(kinds(&decision, None), [Kind::Region, Kind::ServiceLinkedRole, Kind::Role]);
    for region in ["eu-central-1", "eu-south-1"] {
        assert_eq!(
            kinds(&decision, Some(region)),
            [
                Kind::OptIns,
                Kind::Claim,
                Kind::Key,
                Kind::Alias,
                Kind::Vault,
                Kind::AccessPolicy,
                Kind::Notifications,
                Kind::Framework,
                Kind::RestoreTesting,
                Kind::Claim,
                Kind::Lock,
            ],
            "{region}"
        );
    }
    assert!(decision.pending.is_empty() && decision.left_alone.is_empty() && decision.done.is_empty());
}

#[test]
fn what_is_in_a_region_waits_for_the_region_and_the_lock_for_everything() {
    let (configuration, place) = (direct(), vended());
    let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
    let number = |thing: &Thing| decision.steps.iter().position(|step| step.thing == *thing).unwrap();
    let south = |kind, name| thing(Some("eu-south-1"), kind, name);
    let region = number(&thing(None, Kind::Region, "eu-south-1"));
    let key = &decision.steps[number(&south(Kind::Key, "alias/org-backup"))];
    assert!(key.after.contains(&region) && !key.is_repeatable);
    assert_eq!(key.claimed_by.map(|claim| decision.steps[claim].thing.kind), Some(Kind::Claim));
    let lock = &decision.steps[number(&south(Kind::Lock, "org-backup-vault"))];
    for kind in [
        Kind::Key,
        Kind::Vault,
        Kind::AccessPolicy,
        Kind::Notifications,
        Kind::Framework,
        Kind::RestoreTesting,
    ] {
        let before = decision
            .steps
            .iter()
            .position(|step| step.thing.kind == kind && step.thing.region.as_deref() == Some("eu-south-1"));
        assert!(lock.after.contains(&before.unwrap()), "{kind:?}");
    }
    assert!(lock.sentence.contains("in compliance mode, for 7 to 2555 days; after 2026-06-03T12:09Z nobody"));
}

#[test]
fn an_account_in_which_all_is_done_needs_nothing_and_is_ready() {
    let (configuration, place) = (direct(), vended());
    let decision = decide(&configuration, &place, &full(&configuration, &place), NOW);
    assert!(decision.is_ready() && decision.left_alone.is_empty(), "{decision:#?}");
}

#[test]
fn steps_have_tokens_that_follow_from_the_state_and_tags_that_say_whose_they_are() {
    let (configuration, place) = (direct(), vended());
    let state = empty(&configuration, &place);
    let once = decide(&configuration, &place, &state, NOW);
    let later = decide(&configuration, &place, &state, NOW + 7);
    let tokens =
        |decision: &Decision| decision.steps.iter().map(|step| step.token.clone()).collect::<Vec<_>>();
    assert_eq!(tokens(&once), tokens(&later));
    let mut changed = state.clone();
    changed.set(vault("eu-central-1"), State::Failed("for a test".to_owned()));
    assert_ne!(tokens(&once), tokens(&decide(&configuration, &place, &changed, NOW)));
    assert!(once.steps.iter().all(|step| step.token.len() == 37));
    let made = once.steps.iter().find(|step| step.thing.kind == Kind::Vault).unwrap();
    assert_eq!(made.tags["managed-by"], "cfct-companion");
    assert!(!made.tags.contains_key("aws-control-tower"));
}

#[test]
fn where_an_account_is_decides_what_it_gets() {
    let configuration = direct();
    for (place, standing) in [
        (vended(), Standing::Protected),
        (place("120000000006", &["Infrastructure"]), Standing::Protected),
        // A unit stands for the accounts directly inside it.
        (place("444455556666", &["Workloads", "Prod", "Payments"]), Standing::Outside),
        (place("444455556666", &["Sandbox"]), Standing::Outside),
        (place("100000000001", &[]), Standing::Management),
        (
            Place { status: AccountStatus::Suspended, ..vended() },
            Standing::Gone("the account is suspended".to_owned()),
        ),
        (
            Place { status: AccountStatus::Closed, ..vended() },
            Standing::Gone("the account is closed".to_owned()),
        ),
        (
            Place { status: AccountStatus::PendingActivation, ..vended() },
            Standing::NotYet("the account is not yet activated".to_owned()),
        ),
    ] {
        let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
        assert_eq!(decision.standing, standing);
        let is_worked_in = matches!(standing, Standing::Protected | Standing::Management);
        assert_eq!(!decision.steps.is_empty(), is_worked_in, "{standing:?}");
        assert_eq!(!decision.pending.is_empty(), matches!(standing, Standing::NotYet(_)), "{standing:?}");
    }
}

#[test]
fn an_account_that_moved_out_keeps_what_it_has() {
    let configuration = direct();
    let moved = place("444455556666", &["Sandbox"]);
    let decision = decide(&configuration, &moved, &full(&configuration, &vended()), NOW);
    assert!(decision.steps.is_empty() && decision.pending.is_empty());
}

#[test]
fn the_management_account_gets_the_settings_of_the_organization() {
    let configuration = direct();
    let place = place("100000000001", &[]);
    let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
    let found: Vec<Kind> = decision.steps.iter().map(|step| step.thing.kind).collect();
    assert_eq!(
        found,
        [
            Kind::TrustedAccess,
            Kind::PolicyType,
            Kind::GlobalSettings,
            Kind::OptIns,
            Kind::OptIns,
            Kind::PortfolioShare,
            Kind::Admission,
        ]
    );
    // Turning backup policies on fails without the access.
    assert_eq!(decision.steps[1].after, [0]);
}

#[test]
fn what_is_not_known_is_pending_and_so_is_what_needs_it() {
    let (configuration, place) = (direct(), vended());
    let mut observed = empty(&configuration, &place);
    let denied = State::Unknown("AccessDenied to backup:DescribeBackupVault".to_owned());
    observed.set(vault("eu-central-1"), denied);
    let decision = decide(&configuration, &place, &observed, NOW);
    let (why, sentence) = pending(&decision, Kind::Vault)[0];
    assert_eq!(why, Why::Unknown);
    assert_eq!(
        sentence,
        "vault org-backup-vault in 444455556666, eu-central-1 is not known: AccessDenied to \
         backup:DescribeBackupVault"
    );
    assert_eq!(pending(&decision, Kind::Lock)[0].0, Why::Waits);
    // The other Region goes on.
    assert!(kinds(&decision, Some("eu-south-1")).contains(&Kind::Lock));
    assert_eq!(decision.look_again(), Some(60));
    // What was never read is not taken for absent.
    let decision = decide(&configuration, &place, &Observed::default(), NOW);
    assert!(decision.steps.is_empty());
}

#[test]
fn a_region_on_its_way_is_waited_for_and_one_that_is_not_to_be_enabled_is_said() {
    let (mut configuration, place) = (direct(), vended());
    let region = thing(None, Kind::Region, "eu-south-1");
    let mut observed = empty(&configuration, &place);
    observed.set(region.clone(), State::Changing("ENABLING".to_owned()));
    let decision = decide(&configuration, &place, &observed, NOW);
    assert_eq!(pending(&decision, Kind::Region)[0].0, Why::Changing);
    assert!(kinds(&decision, Some("eu-south-1")).is_empty());
    assert!(!kinds(&decision, Some("eu-central-1")).is_empty());
    configuration.enables_regions = false;
    observed.set(region, State::Absent);
    let decision = decide(&configuration, &place, &observed, NOW);
    assert!(!kinds(&decision, None).contains(&Kind::Region));
    assert!(pending(&decision, Kind::Region)[0].1.contains("is not enabled"));
}

#[test]
fn a_lock_that_is_for_good_is_put_only_when_its_vault_is_named_once_more() {
    let place = vended();
    for (confirmation, is_put) in
        [(None, false), (Some("org-backup"), false), (Some("org-backup-vault"), true)]
    {
        let mut configuration = direct();
        let lock = configuration.protection.as_mut().and_then(|found| found.lock.as_mut()).unwrap();
        lock.confirmation = confirmation.map(str::to_owned);
        let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
        assert_eq!(kinds(&decision, Some("eu-central-1")).contains(&Kind::Lock), is_put);
        assert_eq!(pending(&decision, Kind::Lock).len(), if is_put { 0 } else { 2 });
    }
    let mut governance = direct();
    let lock = governance.protection.as_mut().and_then(|found| found.lock.as_mut()).unwrap();
    (lock.confirmation, lock.content.changeable_for_days) = (None, None);
    let decision = decide(&governance, &place, &empty(&governance, &place), NOW);
    let lock = decision.steps.iter().find(|step| step.thing.kind == Kind::Lock).unwrap();
    assert!(lock.claimed_by.is_none() && lock.sentence.contains("in governance mode"));
}

#[test]
fn a_compliance_lock_that_differs_is_never_touched() {
    let (configuration, place) = (direct(), vended());
    for lock_date in [NOW + 86_400, NOW - 86_400] {
        let mut observed = full(&configuration, &place);
        let content = LockContent { min: 1, max: 9, changeable_for_days: None, lock_date: Some(lock_date) };
        let lock =
            Present { owner: Owner::Companion, content: Content::Lock(content), id: None, since: None };
        observed.set(thing(Some("eu-central-1"), Kind::Lock, "org-backup-vault"), State::Present(lock));
        let decision = decide(&configuration, &place, &observed, NOW);
        assert!(decision.steps.is_empty());
        assert_eq!(pending(&decision, Kind::Lock)[0].0, Why::Differs);
    }
}

#[test]
fn what_others_own_is_left_alone_and_said_so() {
    let (configuration, place) = (direct(), vended());
    for owner in
        [Owner::StackSet("CustomControlTower-backup-vault".to_owned()), Owner::ControlTower, Owner::Other]
    {
        let mut observed = empty(&configuration, &place);
        let content = Content::Vault { key: None };
        let present = Present { owner: owner.clone(), content, id: None, since: None };
        observed.set(vault("eu-central-1"), State::Present(present));
        let decision = decide(&configuration, &place, &observed, NOW);
        let left: Vec<Kind> = decision.left_alone.iter().map(|left| left.thing.kind).collect();
        // What hangs on the vault is whose the vault is.
        assert_eq!(left, [Kind::Vault, Kind::AccessPolicy, Kind::Notifications, Kind::Lock]);
        assert!(decision.left_alone.iter().all(|left| left.owner == owner));
    }
}

#[test]
fn what_a_stack_set_makes_is_not_made_directly_too() {
    let mut configuration = direct();
    configuration.protects.units.insert("Workloads:Legacy".to_owned());
    let place = place("444455556666", &["Workloads", "Legacy"]);
    let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
    for kind in [Kind::Role, Kind::Key, Kind::Vault, Kind::AccessPolicy, Kind::Lock] {
        assert!(decision.steps.iter().all(|step| step.thing.kind != kind), "{kind:?}");
        assert!(pending(&decision, kind).iter().all(|(why, _)| *why == Why::Waits), "{kind:?}");
    }
}

#[test]
fn an_account_is_added_to_the_stack_sets_in_their_order_and_only_where_it_is_missing() {
    let (configuration, place) = (by_stack_sets(), place("444455556666", &["Workloads", "Legacy"]));
    let mut observed = empty(&configuration, &place);
    let name = |end: &str| thing(None, Kind::StackInstances, &format!("CustomControlTower-backup-{end}"));
    // CfCT has not made it.
    let decision = decide(&configuration, &place, &observed, NOW);
    assert_eq!(pending(&decision, Kind::StackInstances).len(), 2);
    for (end, regions) in [("role", vec![]), ("vault", vec!["eu-central-1".to_owned()])] {
        let content = Content::Regions(regions.into_iter().collect());
        let id = Some("operation-1".to_owned());
        observed.set(name(end), State::Present(Present { owner: Owner::Settings, content, id, since: None }));
    }
    let decision = decide(&configuration, &place, &observed, NOW);
    let steps: Vec<&Step> =
        decision.steps.iter().filter(|step| step.thing.kind == Kind::StackInstances).collect();
    let sentences: Vec<&str> = steps.iter().map(|step| step.sentence.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "add 444455556666 to the stack set CustomControlTower-backup-role in eu-central-1",
            "add 444455556666 to the stack set CustomControlTower-backup-vault in eu-south-1",
        ]
    );
    let first = decision.steps.iter().position(|step| step.thing == name("role")).unwrap();
    assert!(steps[1].after.contains(&first));
    assert!(decision.steps.iter().all(|step| step.thing.kind != Kind::Vault && step.thing.kind != Kind::Key));
}

#[test]
fn a_claim_of_another_run_is_waited_for_until_it_expires() {
    let (configuration, place) = (direct(), vended());
    let mut observed = empty(&configuration, &place);
    let claim = thing(Some("eu-central-1"), Kind::Claim, "key/alias/org-backup");
    let at = |since| {
        let content = Content::Claim { generation: 1 };
        State::Present(Present { owner: Owner::Companion, content, id: None, since: Some(since) })
    };
    observed.set(claim.clone(), at(NOW - 60));
    let decision = decide(&configuration, &place, &observed, NOW);
    assert_eq!(pending(&decision, Kind::Key)[0].0, Why::Claimed);
    assert_eq!(decision.pending[0].look_again, Some(19 * 60));
    observed.set(claim.clone(), at(NOW - 20 * 60));
    let decision = decide(&configuration, &place, &observed, NOW);
    let next = decision.steps.iter().find(|step| step.thing == claim).unwrap();
    assert_eq!(next.content, Content::Claim { generation: 2 });
}

#[test]
fn resource_types_are_set_as_far_as_the_service_knows_them_and_the_rest_is_said_again() {
    let (configuration, place) = (direct(), vended());
    let mut observed = full(&configuration, &place);
    let types = |list: &[(&str, bool)]| {
        Content::OptIns(list.iter().map(|(name, on)| ((*name).to_owned(), *on)).collect::<BTreeMap<_, _>>())
    };
    let there = Present {
        owner: Owner::Settings,
        content: types(&[("EBS", false), ("EFS", true)]),
        id: None,
        since: None,
    };
    observed.set(thing(Some("eu-central-1"), Kind::OptIns, "backup"), State::Present(there));
    let decision = decide(&configuration, &place, &observed, NOW);
    assert_eq!(decision.steps.len(), 1);
    assert_eq!(decision.steps[0].content, types(&[("EBS", true), ("EFS", true)]));
    assert_eq!(decision.steps[0].change, Change::Update);
}

#[test]
fn a_policy_that_differs_in_order_only_does_not_differ() {
    let (configuration, place) = (direct(), vended());
    let mut observed = full(&configuration, &place);
    let policy = thing(Some("eu-central-1"), Kind::AccessPolicy, "org-backup-vault");
    let Some(present) = observed.present(&policy).cloned() else { panic!() };
    let Content::Policy(mut document) = present.content.clone() else { panic!() };
    document["Statement"].as_array_mut().unwrap().reverse();
    let action = &mut document["Statement"][1]["Action"];
    *action = action.as_array().filter(|list| list.len() == 1).map_or(action.clone(), |list| list[0].clone());
    let turned = Present { content: Content::Policy(document), ..present };
    observed.set(policy, State::Present(turned));
    assert!(decide(&configuration, &place, &observed, NOW).is_ready());
}

#[test]
fn the_ready_event_tells_what_was_done_what_is_pending_and_what_was_left() {
    let (configuration, place) = (direct(), vended());
    let before = decide(&configuration, &place, &empty(&configuration, &place), NOW);
    let mut observed = full(&configuration, &place);
    let run = Run { correlation_id: "c-1".to_owned(), vended: Some(NOW - 600), ended: NOW };
    let done: Vec<(Step, i64)> = before.steps.iter().map(|step| (step.clone(), NOW)).collect();
    let ready = Ready::of(&place, &done, &decide(&configuration, &place, &observed, NOW), &run);
    assert_eq!(
        (ready.ready, ready.detail_type(), ready.done.len()),
        (true, "Account Ready", before.steps.len())
    );
    let detail: serde_json::Value = serde_json::from_str(&ready.detail()).unwrap();
    assert_eq!(detail["version"], 1);
    assert_eq!(detail["vended"], "2026-05-04T11:59Z");
    assert_eq!(detail["unit"], "Workloads:Prod");
    // Policies stay where they are.
    assert!(!ready.detail().contains("Statement"));
    observed.set(vault("eu-central-1"), State::Unknown("denied".to_owned()));
    let later = Ready::of(&place, &[], &decide(&configuration, &place, &observed, NOW), &run);
    assert_eq!((later.ready, later.detail_type()), (false, "Account Pending"));
    assert_eq!(later.pending[0].thing, vault("eu-central-1"));
}

#[test]
fn the_ready_event_never_outgrows_what_eventbridge_takes() {
    let (configuration, place) = (direct(), vended());
    let decision = decide(&configuration, &place, &empty(&configuration, &place), NOW);
    let many: Vec<(Step, i64)> =
        std::iter::repeat_with(|| (decision.steps[0].clone(), NOW)).take(20_000).collect();
    let ready = Ready::of(&place, &many, &decision, &Run::default());
    assert!(ready.detail().len() <= LONGEST / 2);
    assert!(ready.left_out > 10_000 && !ready.pending.is_empty());
}

#[test]
fn a_configuration_that_cannot_be_gone_by_is_refused_with_a_reason() {
    let text = include_str!("configuration.json");
    let read = |text: &str| configuration::read(text.as_bytes()).unwrap_err();
    let newer = read("{\"format\": 2, \"regions\": \"no longer a list\"}");
    assert_eq!(newer, configuration::NotUsable::Newer { format: 2 });
    assert_eq!(newer.to_string(), "the companion's configuration has format 2, and this version knows 1");
    for (text, reason) in [
        (text.replacen("\"role\"", "\"roll\"", 1), "unknown field `roll`"),
        (text.replacen("\"format\": 1", "\"format\": 0", 1), "there is no format 0"),
        (text[..text.len() / 2].to_owned(), "EOF while parsing"),
        ("[]".to_owned(), "invalid"),
        (String::new(), "EOF while parsing"),
    ] {
        let error = read(&text).to_string();
        assert!(error.contains(reason), "{error}");
    }
    let again = serde_json::to_string(&direct()).unwrap();
    assert_eq!(configuration::read(again.as_bytes()).unwrap(), direct());
}

/// Every field that is written is in the schema, which allows no other.
#[test]
fn the_schema_knows_every_field() {
    fn walk(value: &serde_json::Value, schema: &serde_json::Value, root: &serde_json::Value, at: &str) {
        let schema = schema
            .get("$ref")
            .and_then(|found| found.as_str())
            .map_or(schema, |reference| root.pointer(reference.trim_start_matches('#')).unwrap());
        if let Some(fields) = value.as_object() {
            for (key, inner) in fields {
                let known = schema["properties"].get(key);
                let known =
                    known.or_else(|| schema.get("additionalProperties").filter(|any| any.is_object()));
                let known = known.unwrap_or_else(|| panic!("{at}/{key} is not in the schema"));
                walk(inner, known, root, &format!("{at}/{key}"));
            }
        }
        for item in value.as_array().into_iter().flatten() {
            walk(item, &schema["items"], root, at);
        }
    }
    let mut configuration = direct();
    configuration.protects.all = true;
    let schema = configuration::json_schema();
    walk(&serde_json::to_value(&configuration).unwrap(), &schema, &schema, "");
    for required in schema["required"].as_array().unwrap() {
        assert!(schema["properties"].get(required.as_str().unwrap()).is_some(), "{required}");
    }
}
