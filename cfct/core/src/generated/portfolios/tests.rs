use crate::checks::testing::package;
use crate::configuration::Configuration;
use crate::generated::{Generated, generate, product_templates};
use crate::organization;
use crate::source::SourceFile;
use serde_json::{Value, json};

macro_rules! fixture {
    ($file:literal) => {
        include_str!(concat!(
            "../../../../../tests/fixtures/findings/portfolio-share-unknown-unit/passes/",
            $file
        ))
    };
}

const TEMPLATE: &str = fixture!("portfolios/backup/vault/v1.0.0.yaml");

/// The package with another portfolio, and more files.
fn configuration(portfolio: &str, more: &[(&str, &str)]) -> Configuration {
    let files = [
        ("manifest.yaml", fixture!("manifest.yaml")),
        ("cfct.toml", fixture!("cfct.toml")),
        ("portfolios/backup.yaml", portfolio),
        ("portfolios/backup/vault/v1.0.0.yaml", TEMPLATE),
        ("templates/launch-roles.yaml", fixture!("templates/launch-roles.yaml")),
        ("templates/vault.yaml", fixture!("templates/vault.yaml")),
    ];
    package(&[&files[..], more].concat())
}

fn generated(portfolio: &str, more: &[(&str, &str)]) -> Option<Generated> {
    let reading = organization::read(&SourceFile::new("organization.json", fixture!("organization.json")));
    generate(&configuration(portfolio, more), &reading.organization.unwrap())
}

/// The resources of the template of one portfolio, with everything that a portfolio can have.
fn resources(change: impl FnOnce(String) -> String) -> (Value, Generated) {
    let full = fixture!("portfolios/backup.yaml")
        .replace("provider: Backup team\n", "provider: Backup team\ndescription: All of it\ntags: {owner: us}\n")
        .replace(
            "    launch:\n",
            "    tag_updates: NOT_ALLOWED\n    notifications: ['arn:aws:sns:eu-central-1:200000000001:t']\n    \
             support: {email: a@example.com}\n    launch:\n",
        )
        .replace("shares:\n", "tag_options: {stage: [prod, test]}\nshares:\n")
        .replace("  share_principals: true\n", "  accounts: [shop]\n  share_principals: true\n  share_tag_options: true\n");
    let generated = generated(&change(full), &[]).expect("a template");
    let (path, text) = &generated.templates[0];
    assert_eq!(path.as_str(), "templates/generated/service-catalog-backup.json");
    let template: Value = serde_json::from_str(text).expect("JSON");
    (template["Resources"].clone(), generated)
}

#[test]
fn every_part_of_a_portfolio_becomes_a_resource() {
    let (resources, _) = resources(|text| text);
    let mut types: Vec<&str> =
        resources.as_object().unwrap().values().filter_map(|resource| resource["Type"].as_str()).collect();
    types.sort_unstable();
    let expected = [
        "CloudFormationProduct",
        "LaunchNotificationConstraint",
        "LaunchRoleConstraint",
        "LaunchTemplateConstraint",
        "Portfolio",
        "PortfolioPrincipalAssociation",
        "PortfolioProductAssociation",
        "PortfolioShare",
        "ResourceUpdateConstraint",
        "TagOption",
        "TagOption",
        "TagOptionAssociation",
        "TagOptionAssociation",
    ];
    assert_eq!(types, expected.map(|kind| format!("AWS::ServiceCatalog::{kind}")));
    let pattern = "role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BackupOperator_*";
    let user = resources
        .as_object()
        .unwrap()
        .values()
        .find(|resource| resource["Properties"]["PrincipalType"] == "IAM_PATTERN");
    let arn = &user.expect("a principal")["Properties"]["PrincipalARN"]["Fn::Sub"];
    assert_eq!(*arn, format!("arn:${{AWS::Partition}}:iam:::{pattern}"));
    assert_eq!(resources["Share200000000001"]["Properties"]["ShareTagOptions"], true);
}

#[test]
fn constraints_wait_for_the_product_to_be_in_the_portfolio() {
    let (resources, _) = resources(|text| text);
    let mut constraints = 0;
    for (id, resource) in resources.as_object().unwrap() {
        let is_constraint = resource["Type"].as_str().is_some_and(|kind| kind.ends_with("Constraint"));
        constraints += usize::from(is_constraint);
        let waits_for = resource["DependsOn"].as_str();
        assert_eq!(waits_for.is_some(), is_constraint, "{id}");
        if let Some(other) = waits_for {
            assert_eq!(resources[other]["Type"], "AWS::ServiceCatalog::PortfolioProductAssociation");
            assert_eq!(resources[other]["Properties"]["ProductId"], resource["Properties"]["ProductId"]);
        }
    }
    assert_eq!(constraints, 4);
}

#[test]
fn rules_are_one_text_of_all_template_constraints() {
    let (resources, _) = resources(|text| {
        text.replace(
            "      - name: Retention\n",
            "      - name: Free\n        rule: {Assertions: [{Assert: {'Fn::Not': [{'Fn::Equals': [{Ref: RetentionDays}, 8]}]}}]}\n      \
             - name: Retention\n        description: Choose one\n",
        )
    });
    let rules =
        resources.as_object().unwrap().values().find_map(|resource| resource["Properties"]["Rules"].as_str());
    let rules: Value = serde_json::from_str(rules.expect("rules")).expect("JSON");
    let contains = json!({ "Fn::Contains": [["7", "35", "365"], { "Ref": "RetentionDays" }] });
    let not = json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": "RetentionDays" }, "8"] }] });
    let expected = json!({
        "Free": { "Assertions": [{ "Assert": not }] },
        "Retention": { "Assertions": [{ "Assert": contains, "AssertDescription": "Choose one" }] },
    });
    assert_eq!(rules, expected);
}

#[test]
fn what_only_the_api_can_do_is_listed() {
    let (_, generated) = resources(|text| {
        text.replace("        sha256", "        guidance: DEPRECATED\n        sha256")
            .replace("    - Workloads\n", "    - Root\n    - Workloads:Prod\n")
    });
    let catalog = serde_json::to_value(generated.catalog.expect("a catalog")).expect("JSON");
    assert_eq!(
        (&catalog["account"], &catalog["enable_organizations_access"]),
        (&json!("100000000001"), &json!(true))
    );
    let portfolio = &catalog["portfolios"][0];
    assert_eq!(portfolio["stack_set"], "CustomControlTower-service-catalog-backup");
    let nodes: Vec<&Value> =
        portfolio["shares"].as_array().unwrap().iter().map(|share| &share["organization_node"]).collect();
    let unit = json!({ "type": "ORGANIZATIONAL_UNIT", "value": "ou-acme-pr0d9x3t" });
    assert_eq!(nodes, [&json!({ "type": "ORGANIZATION", "value": null }), &unit]);
    assert_eq!(portfolio["shares"][1]["share_principals"], true);
    let version = &portfolio["versions"][0];
    assert_eq!((&version["version"], &version["guidance"]), (&json!("v1.0.0"), &json!("DEPRECATED")));
    // The outputs that it names are there.
    let template: Value = serde_json::from_str(&generated.templates[0].1).expect("JSON");
    for output in [&portfolio["id_output"], &version["product_output"]] {
        assert!(template["Outputs"][output.as_str().expect("a name")].is_object(), "{output}");
    }
}

#[test]
fn the_address_of_a_version_is_told_by_its_template_alone() {
    let urls = |portfolio: &str, more: &[(&str, &str)]| -> Vec<String> {
        let generated = generated(portfolio, more).expect("a template");
        let template: Value = serde_json::from_str(&generated.templates[0].1).expect("JSON");
        let resources = template["Resources"].as_object().unwrap().values();
        let versions = resources
            .filter_map(|resource| resource["Properties"]["ProvisioningArtifactParameters"].as_array());
        let url =
            |version: &Value| version["Info"]["LoadTemplateFromURL"]["Fn::Sub"].as_str().unwrap().to_owned();
        versions.flatten().map(url).collect()
    };
    let portfolio = fixture!("portfolios/backup.yaml");
    let first = urls(portfolio, &[]);
    let digest = crate::digest::sha256(TEMPLATE);
    let expected = "https://example-bucket.s3.${AWS::Region}.${AWS::URLSuffix}/service-catalog/backup/";
    assert_eq!(first, [format!("{expected}{digest}.template")]);
    let next = TEMPLATE.replace("Default: 35", "Default: 7");
    let version = format!(
        "      - name: v1.1.0\n        template: portfolios/backup/vault/v1.1.0.yaml\n        sha256: {}\n    launch:\n",
        crate::digest::sha256(&next)
    );
    let both = portfolio.replace("    launch:\n", &version);
    let more = [("portfolios/backup/vault/v1.1.0.yaml", next.as_str())];
    assert_eq!(urls(&both, &more)[0], first[0]);
    let objects = product_templates(&configuration(&both, &more));
    assert_eq!(objects.len(), 2);
    for object in objects {
        assert_eq!(object.key, format!("service-catalog/backup/{}.template", object.sha256));
        assert_eq!(crate::digest::sha256(&object.text), object.sha256);
    }
}

#[test]
fn each_portfolio_is_a_stack_set_behind_everything_else() {
    let other = fixture!("portfolios/backup.yaml").replace("name: Backup\n", "name: Archive\n");
    let generated =
        generated(fixture!("portfolios/backup.yaml"), &[("portfolios/archive.yaml", &other)]).expect("two");
    let paths: Vec<&str> = generated.templates.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "templates/generated/service-catalog-archive.json",
            "templates/generated/service-catalog-backup.json"
        ]
    );
    let places: Vec<Option<usize>> =
        ["name: launch-roles", "name: service-catalog-archive", "name: service-catalog-backup"]
            .iter()
            .map(|name| generated.manifest.find(name))
            .collect();
    assert!(places.is_sorted() && places[0].is_some(), "{}", generated.manifest);
}

#[test]
fn nothing_is_generated_without_a_bucket_or_a_template() {
    let portfolio = fixture!("portfolios/backup.yaml");
    assert!(generated(portfolio, &[]).is_some());
    assert!(generated(portfolio, &[("cfct.toml", "")]).is_none());
    assert!(generated(&portfolio.replace("v1.0.0.yaml", "v2.0.0.yaml"), &[]).is_none());
    assert!(generated(&portfolio.replace("provider: Backup team\n", ""), &[]).is_none());
}
