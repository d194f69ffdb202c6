//! Over moto: see `cargo xtask test`.

mod faulty;
mod killed;
mod permissions;
mod publish;
mod snapshot;

use std::collections::BTreeMap;

use cfct_aws::ports::Identity;
use cfct_core::apply::settings::Place;

use crate::edge::contract::{self, BUCKET, MANAGEMENT, PART, REGIONS, TEMPLATE};
use crate::edge::moto::Moto;
use crate::edge::runs;
use crate::sandbox::Sandbox;

/// moto with the scene in it.
fn filled() -> Moto {
    let moto = Moto::start();
    runs::runtime().block_on(moto.fill());
    moto
}

/// A configuration that asks for what the scene has.
fn configuration() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("templates/topic.yaml", TEMPLATE);
    let regions = REGIONS.map(|region| format!("      - {region}\n")).concat();
    sandbox.write(
        "manifest.yaml",
        format!(
            "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: topic\n    \
             resource_file: templates/topic.yaml\n    deploy_method: stack_set\n    parameters:\n      \
             - parameter_key: Name\n        parameter_value: $[alfred_ssm_/scene/1]\n    deployment_targets:\n      \
             organizational_units:\n        - Workloads\n        - Workloads:Prod\n    regions:\n{regions}"
        ),
    );
    sandbox
}

/// The objects of the bucket, with all their versions: key, size and the release that it says it is.
fn objects(moto: &Moto) -> Vec<(String, i64, BTreeMap<String, String>)> {
    runs::runtime().block_on(async {
        let client = moto.s3();
        let listed = client.list_object_versions().bucket(BUCKET).send().await.expect("versions");
        let mut objects = Vec::new();
        for version in listed.versions() {
            let (key, id) = (version.key().expect("a key"), version.version_id().expect("a version"));
            let head =
                client.head_object().bucket(BUCKET).key(key).version_id(id).send().await.expect("an object");
            assert_eq!(head.ssekms_key_id(), Some(contract::KEY), "{key} is encrypted as the bucket wants");
            let metadata = head.metadata().cloned().unwrap_or_default().into_iter().collect();
            objects.push((key.to_owned(), head.content_length().unwrap_or_default(), metadata));
        }
        objects.sort();
        objects
    })
}

#[test]
fn moto_holds_the_contract() {
    let moto = filled();
    let (runtime, aws) = runs::ports(&moto.like_aws().url, PART);
    contract::hold("moto", &runtime, &aws.known_as(MANAGEMENT.parse().expect("an id")));
}

#[test]
fn another_account_is_reached_by_its_execution_role() {
    let moto = Moto::start();
    let (runtime, aws) = runs::ports(&moto.url, PART);
    runtime.block_on(async {
        assert_eq!(aws.caller().await.expect("a caller").account, MANAGEMENT);
        let place =
            |region: &str| Place { account: "444455556666".parse().unwrap(), region: region.to_owned() };
        let there = aws.at(&place("eu-central-1")).await.expect("the role");
        let caller = there.caller().await.expect("a caller");
        assert_eq!(caller.account, "444455556666");
        let elsewhere = aws.at(&place("eu-west-1")).await.expect("the role");
        assert_eq!(elsewhere.caller().await.expect("a caller").account, "444455556666");
        assert_eq!(elsewhere.region(), "eu-west-1");
        assert!(caller.arn.contains("assumed-role/AWSControlTowerExecution/cfct"), "{}", caller.arn);
    });
}
