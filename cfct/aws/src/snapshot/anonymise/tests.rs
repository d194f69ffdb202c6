use super::super::{Account, Baseline, Deployed, Organization, Policy, Snapshot, StackSet, Unit, VERSION};
use crate::ports::{InstanceFacts, Word};

const SECRETS: &[&str] = &[
    "111122223333",
    "444455556666",
    "r-acme",
    "ou-acme-12345678",
    "Payments",
    "shop",
    "boss@acme.example",
    "p-12345678",
    "guard acme",
    "acme-key",
    "AcmeRole",
    "secret reason",
    "daily-acme",
    "CostCentre",
    "/acme/x",
];

fn snapshot() -> Snapshot {
    let account = |id: &str, name: &str, parent: &str| Account {
        id: id.to_owned(),
        name: name.to_owned(),
        status: "ACTIVE".to_owned(),
        parent: parent.to_owned(),
        email: Some("boss@acme.example".to_owned()),
    };
    let instance = InstanceFacts {
        account: "444455556666".parse().unwrap(),
        region: Word::from("eu-central-1"),
        status: Word::from("OUTDATED"),
        status_reason: Some("secret reason".into()),
    };
    let content = r#"{"Version":"2012-10-17","Statement":[{"Sid":"AcmeRole","Effect":"Deny","Action":"backup:*",
        "Resource":["*","arn:aws:iam::444455556666:role/AcmeRole"]}],
        "plans":{"daily-acme":{"regions":{"@@assign":["eu-central-1"]}}}}"#;
    Snapshot {
        version: VERSION,
        organization: Organization {
            management_account_id: "111122223333".parse().unwrap(),
            root_id: "r-acme".to_owned(),
            organizational_units: vec![Unit {
                id: "ou-acme-12345678".to_owned(),
                name: "Payments".to_owned(),
                parent: "r-acme".to_owned(),
            }],
            accounts: vec![
                account("111122223333", "acme-key", "r-acme"),
                account("444455556666", "shop", "ou-acme-12345678"),
            ],
            baseline_stack_set: Baseline {
                name: "AWSControlTowerBP-BASELINE-CONFIG".to_owned(),
                accounts: vec!["444455556666".parse().unwrap()],
                regions: vec![Word::from("eu-central-1")],
            },
            home_region: "eu-central-1".to_owned(),
            partition: "aws".to_owned(),
        },
        deployed: Deployed {
            stack_sets: vec![StackSet {
                name: "CustomControlTower-shop".to_owned(),
                template_body: Some("Resources: {}".to_owned()),
                template_sha256: None,
                parameters: [("Key".to_owned(), "acme-key".to_owned())].into(),
                tags: [
                    ("AWS_Solutions".to_owned(), "CustomControlTowerStackSet".to_owned()),
                    ("CostCentre".to_owned(), "shop".to_owned()),
                ]
                .into(),
                last_operation: Some("FAILED".to_owned()),
                instances: vec![instance],
            }],
            policies: vec![Policy {
                id: "p-12345678".to_owned(),
                name: "guard acme".to_owned(),
                kind: "SERVICE_CONTROL_POLICY".to_owned(),
                description: "guard acme".to_owned(),
                content: content.to_owned(),
                targets: vec!["444455556666".to_owned(), "ou-acme-12345678".to_owned()],
            }],
            ssm_parameters: [("/acme/x".to_owned(), "shop".to_owned())].into(),
        },
    }
}

#[test]
fn no_id_name_address_or_value_is_left() {
    let text = serde_json::to_string(&snapshot().anonymised()).unwrap();
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_thing_has_the_same_new_name_everywhere() {
    let anonymised = snapshot().anonymised();
    let (organization, deployed) = (&anonymised.organization, &anonymised.deployed);
    let member = &organization.accounts[1];
    assert_eq!(member.parent, organization.organizational_units[0].id);
    assert_eq!(organization.organizational_units[0].parent, organization.root_id);
    assert_eq!(organization.baseline_stack_set.accounts[0].to_string(), member.id);
    assert_eq!(deployed.stack_sets[0].instances[0].account.to_string(), member.id);
    assert_eq!(deployed.policies[0].targets, [member.id.clone(), member.parent.clone()]);
    assert!(deployed.policies[0].content.contains(&format!("arn:aws:iam::{}:role/", member.id)));
    assert_eq!(deployed.stack_sets[0].name, format!("CustomControlTower-{}", member.name));
}

#[test]
fn what_a_plan_works_with_stays() {
    let (before, after) = (snapshot(), snapshot().anonymised());
    let stack_set = &after.deployed.stack_sets[0];
    assert!(
        stack_set.tags.iter().any(|(key, value)| (key.as_str(), value.as_str())
            == cfct_core::stack_set_machine::stage::STACK_SET_TAG)
    );
    assert_eq!(stack_set.last_operation, before.deployed.stack_sets[0].last_operation);
    assert_eq!(stack_set.template_sha256.as_ref().unwrap().len(), 64);
    assert!(after.deployed.policies[0].content.contains(r#""Action":"backup:*""#));
    assert!(after.deployed.policies[0].content.contains(r#""@@assign":["eu-central-1"]"#));
}

#[test]
fn the_same_snapshot_gives_the_same_names() {
    assert_eq!(snapshot().anonymised(), snapshot().anonymised());
}
