//! Over the cloud in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use cfct_core::catalog::{
    PortfolioDetails, ProductDetails, Share, ShareTarget, TagOption, Values, Wanted, WantedPortfolio,
    WantedProduct, WantedVersion, decide,
};
use serde_json::json;

use super::{Kept, Launched, Places, act, is_same, kept, observe, provision, terminate, update};
use crate::apply::Outcome;
use crate::error::ErrorKind;
use crate::memory::{Cloud, Shelf, State};
use crate::ports::{Launch, Provisioner, Record, StackResource};

const REGION: &str = "eu-central-1";

fn wanted() -> Wanted {
    let version = |name: &str, digit: &str, guidance: &str| WantedVersion {
        name: name.to_owned(),
        description: String::new(),
        sha256: digit.repeat(64),
        key: format!("service-catalog/backup/{}.template", digit.repeat(64)),
        guidance: guidance.to_owned(),
        active: true,
    };
    let option = TagOption { key: "environment".to_owned(), value: "prod".to_owned() };
    let product = WantedProduct {
        details: ProductDetails { name: "Vault".to_owned(), ..ProductDetails::default() },
        tag_options: [option.clone()].into(),
        versions: vec![version("v1", "a", "DEPRECATED"), version("v2", "b", "DEFAULT")],
        constraints: [("LAUNCH", json!({ "LocalRoleName": "r" }))].into(),
    };
    let portfolio = WantedPortfolio {
        slug: "backup".to_owned(),
        stack_set: "CustomControlTower-service-catalog-backup".to_owned(),
        details: PortfolioDetails {
            name: "Backup".to_owned(),
            tags: [("a".to_owned(), "b".to_owned())].into(),
            ..PortfolioDetails::default()
        },
        tag_options: [option].into(),
        principals: ["arn:aws:iam:::role/x".to_owned()].into(),
        shares: BTreeMap::from([
            (ShareTarget::Unit("ou-1".to_owned()), Share { principals: true, tag_options: false }),
            (ShareTarget::Account("444455556666".to_owned()), Share::default()),
        ]),
        products: vec![product],
    };
    Wanted { account: "111122223333".parse().unwrap(), portfolios: vec![portfolio] }
}

fn address(key: &str) -> String {
    format!("https://bucket/{key}")
}

/// One run, from looking to doing; what failed.
async fn run(cloud: &Cloud, wanted: &Wanted) -> Vec<ErrorKind> {
    let places = Places { home: cloud, offering: cloud, region: REGION };
    let observed = match observe(&places, wanted).await {
        Ok(observed) => observed,
        Err(error) => return vec![error.kind],
    };
    let decision = decide(wanted, &observed);
    let outcomes = act(&places, &decision.steps, address, Duration::ZERO, |_, _| {}).await;
    let failed = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Failed(error) => Some(error.kind),
        _ => None,
    });
    failed.collect()
}

/// What is on the shelf, by names.
fn essence(shelf: &Shelf) -> String {
    let portfolios = shelf
        .portfolios
        .values()
        .map(|own| (&own.details, own.tag_options.keys().collect::<Vec<_>>(), &own.principals, &own.shares));
    let constraints = shelf.portfolios.values().flat_map(|own| &own.constraints);
    let constraints = constraints.map(|own| (&own.kind, own.parameters.to_string()));
    let products = shelf.products.values().map(|own| {
        let versions = own.versions.iter().map(|version| (&version.name, &version.guidance, &version.sha256));
        (&own.details, own.tag_options.keys().collect::<Vec<_>>(), versions.collect::<Vec<_>>())
    });
    format!(
        "{:?} {:?} {:?} {} {:?}",
        portfolios.collect::<Vec<_>>(),
        constraints.collect::<Vec<_>>(),
        products.collect::<Vec<_>>(),
        shelf.placed.len(),
        shelf.tag_options.keys().collect::<Vec<_>>(),
    )
}

#[tokio::test]
async fn whatever_call_fails_the_next_run_ends_the_same() {
    let undisturbed = Cloud::new(State::default());
    assert_eq!(run(&undisturbed, &wanted()).await, []);
    let calls = undisturbed.state().calls.len();
    let expected = essence(&undisturbed.state().shelf);
    for at in 0..calls {
        for kind in [ErrorKind::Throttled, ErrorKind::ExpiredCredentials, ErrorKind::Interrupted] {
            let cloud = Cloud::new(State { faults: [(at, kind)].into(), ..State::default() });
            assert_eq!(run(&cloud, &wanted()).await, [kind], "call {at}");
            assert_eq!(run(&cloud, &wanted()).await, [], "after call {at}");
            assert_eq!(essence(&cloud.state().shelf), expected, "after {kind:?} at call {at}");
            let changes = cloud.state().changes;
            run(&cloud, &wanted()).await;
            assert_eq!(cloud.state().changes, changes, "nothing is left to do");
        }
    }
    assert!(calls >= 20, "{calls}");
}

#[tokio::test]
async fn a_portfolio_is_taken_apart_whatever_call_fails() {
    let other = |slug: &str| {
        let mut wanted = wanted();
        wanted.portfolios[0].slug = slug.to_owned();
        wanted
    };
    for at in 0..200 {
        let cloud = Cloud::new(State::default());
        run(&cloud, &other("old")).await;
        let begin = cloud.state().calls.len();
        cloud.state().faults = [(begin + at, ErrorKind::Server)].into();
        let is_over = run(&cloud, &other("new")).await.is_empty();
        run(&cloud, &other("new")).await;
        let slugs: Vec<String> = cloud
            .state()
            .shelf
            .portfolios
            .values()
            .map(|own| own.details.tags["cfct-catalog"].clone())
            .collect();
        assert_eq!((slugs, cloud.state().shelf.products.len()), (vec!["new".to_owned()], 1), "call {at}");
        if is_over {
            assert!(at >= 30, "{at}");
            return;
        }
    }
    panic!("the run does not end");
}

fn launch(value: &str) -> Launch {
    Launch {
        product: "prod-1".to_owned(),
        version: "pa-1".to_owned(),
        parameters: vec![("Days".to_owned(), value.to_owned())],
        ..Launch::default()
    }
}

async fn finished(cloud: &Cloud, record: Record) -> Record {
    let mut record = record;
    while !record.is_over() {
        record = cloud.record(&record.id).await.unwrap();
    }
    record
}

#[tokio::test]
async fn the_same_request_launches_once_and_again_after_a_termination() {
    let cloud = Cloud::new(State::default());
    for _ in 0..2 {
        let Launched::Started(record) = provision(&cloud, "here", "orders", &launch("7")).await.unwrap()
        else {
            panic!("it is started")
        };
        // The run that started it ended here; the next one follows.
        let Launched::Started(again) = provision(&cloud, "here", "orders", &launch("7")).await.unwrap()
        else {
            panic!("it is followed")
        };
        assert_eq!(record.id, again.id);
        finished(&cloud, again).await;
        let other = provision(&cloud, "here", "orders", &launch("8")).await.unwrap();
        assert!(matches!(other, Launched::Taken(_)));
        let there = cloud.provisioned_as("orders").await.unwrap().expect("it is there");
        let record = terminate(&cloud, &there).await.unwrap();
        let changing = cloud.provisioned_as("orders").await.unwrap().expect("it is there");
        assert_eq!(terminate(&cloud, &changing).await.unwrap().id, record.id, "it is followed");
        finished(&cloud, record).await;
        assert_eq!(cloud.provisioned_as("orders").await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_same_update_is_made_once() {
    let cloud = Cloud::new(State::default());
    let Launched::Started(record) = provision(&cloud, "here", "orders", &launch("7")).await.unwrap() else {
        panic!("it is started")
    };
    finished(&cloud, record).await;
    let there = cloud.provisioned_as("orders").await.unwrap().expect("it is there");
    let record = update(&cloud, &there, &launch("8")).await.unwrap();
    assert_eq!(update(&cloud, &there, &launch("8")).await.unwrap().id, record.id);
    finished(&cloud, record).await;
    let there = cloud.provisioned_as("orders").await.unwrap().expect("it is there");
    let values = |value: &str| Values::from([("Days".to_owned(), value.to_owned())]);
    assert!(is_same(&there, "pa-1", &values("8"), &values("8")));
    assert!(!is_same(&there, "pa-1", &values("7"), &values("8")));
    assert!(!is_same(&there, "pa-2", &values("8"), &values("8")));
}

#[tokio::test]
async fn vaults_and_what_stays_are_told_apart() {
    let resource = |logical: &str, kind: &str| StackResource {
        logical: logical.to_owned(),
        physical: logical.to_lowercase(),
        kind: kind.to_owned(),
    };
    let (vault, key) = (resource("Vault", "AWS::Backup::BackupVault"), resource("Key", "AWS::KMS::Key"));
    let topic = resource("Topic", "AWS::SNS::Topic");
    let template = "Resources:\n  Vault: {Type: 'AWS::Backup::BackupVault'}\n  Key:\n    Type: AWS::KMS::Key\n    \
                    DeletionPolicy: RetainExceptOnCreate\n  Topic:\n    Type: AWS::SNS::Topic\n    \
                    DeletionPolicy: Delete\n";
    let stack = (template.to_owned(), vec![vault.clone(), key.clone(), topic], Vec::new());
    let shelf = Shelf { stack, ..Shelf::default() };
    let cloud = Cloud::new(State { shelf, ..State::default() });
    let found = kept(&cloud, "stack").await.unwrap();
    assert_eq!(found, Kept { vaults: vec![vault], retained: vec![key] });
}
