use super::{Guardrails, OwnPolicies, principal_of};
use crate::checks::testing::{package, v2};
use crate::deployed;
use crate::iam::evaluate::{Context, Decision, Request};
use crate::organization;
use crate::source::SourceFile;

const ORGANIZATION: &str = include_str!("../../../../examples/organization.json");
const DENY: &str =
    r#"{"Version":"2012-10-17","Statement":{"Sid":"No","Effect":"Deny","Action":"backup:*","Resource":"*"}}"#;

/// The decision for a principal, under a package that denies in Workloads:Prod and under a deployed state.
fn decide(principal: &str, policies: &str) -> Decision {
    let manifest = v2(
        "  - name: deny\n    deploy_method: scp\n    resource_file: policies/deny.json\n    deployment_targets:\n      organizational_units: [\"Workloads:Prod\"]\n",
    );
    let configuration = package(&[("manifest.yaml", &manifest), ("policies/deny.json", DENY)]);
    let organization = organization::read(&SourceFile::new("o", ORGANIZATION)).organization.unwrap();
    let state = format!(r#"{{"stack_sets":[],"policies":[{policies}]}}"#);
    let deployed = deployed::read(&SourceFile::new("d", state), &organization).deployed;
    let guardrails = Guardrails::of(&configuration, &organization, deployed.as_ref());
    assert!(guardrails.unread().is_empty(), "{:?}", guardrails.unread());
    let principal = principal_of(principal, &organization).unwrap();
    let mut request = Request::new(principal, "backup:DeleteBackupVault", "*", Context::default());
    guardrails.complete(&mut request);
    guardrails.decide(&request, &OwnPolicies::permissive()).decision
}

#[test]
fn a_policy_of_the_package_binds_its_units_and_those_below() {
    for (principal, decision) in [
        ("role/App in Workloads:Prod", Decision::ExplicitDeny),
        ("role/App in Workloads:Prod:Payments", Decision::ExplicitDeny),
        ("role/App in Workloads:Test", Decision::Allowed),
        (
            "role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup in Workloads:Prod",
            Decision::Allowed,
        ),
        ("role/App in 100000000001", Decision::Allowed),
    ] {
        assert_eq!(decide(principal, ""), decision, "{principal}");
    }
}

#[test]
fn deployed_policies_bind_too_and_those_of_the_same_name_take_the_package_s_content() {
    let named = |name: &str| {
        format!(
            r#"{{"id":"p-1","name":"{name}","type":"SERVICE_CONTROL_POLICY","content":{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"*"}}}},"targets":["ou-acme-s4ndb0x9"]}}"#
        )
    };
    assert_eq!(decide("role/App in Sandbox", &named("other")), Decision::ExplicitDeny);
    assert_eq!(decide("role/App in Sandbox", &named("deny")), Decision::ExplicitDeny);
    assert_eq!(decide("role/App in Workloads:Test", &named("other")), Decision::Allowed);
}

#[test]
fn full_access_is_gone_where_the_deployed_state_leaves_it_out() {
    let full = r#"{"id":"p-FullAWSAccess","name":"FullAWSAccess","type":"SERVICE_CONTROL_POLICY","targets":["r-acme"]}"#;
    assert_eq!(decide("role/App in Sandbox", full), Decision::ImplicitDeny);
}

#[test]
fn places_that_are_not_there_are_named() {
    let organization = organization::read(&SourceFile::new("o", ORGANIZATION)).organization.unwrap();
    assert_eq!(
        principal_of("role/App in Nowhere", &organization),
        Err("no unit and no account `Nowhere`".to_owned())
    );
}
