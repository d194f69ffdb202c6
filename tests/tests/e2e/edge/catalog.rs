//! `catalog`: the real binary over a Service Catalog of our own.

mod disturbed;
pub mod offering;
mod using;

use cfct_core::digest::sha256;

use crate::edge::runs;
use crate::edge::shop::{BUCKET, Open, Shop};
use crate::sandbox::{Run, Sandbox};

const TEMPLATE: &str = "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters:\n  RetentionDays:\n    Type: Number\n    \
                        Default: 35\nResources:\n  Days:\n    Type: AWS::SSM::Parameter\n    Properties:\n      \
                        Type: String\n      Value: !Ref RetentionDays\n";

const ROLES: &str = "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  LaunchVault:\n    Type: AWS::IAM::Role\n    \
                     Properties:\n      RoleName: LaunchVault\n      AssumeRolePolicyDocument:\n        Version: \
                     \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Principal:\n              \
                     Service: servicecatalog.amazonaws.com\n            Action: sts:AssumeRole\n";

/// A configuration with a portfolio of two products.
pub fn configuration() -> Sandbox {
    let sandbox = Sandbox::empty();
    let newer = TEMPLATE.replace("Default: 35", "Default: 7");
    for (path, text) in [
        ("portfolios/backup/vault/v1.yaml", TEMPLATE),
        ("portfolios/backup/vault/v2.yaml", newer.as_str()),
        ("portfolios/backup/plan/v1.yaml", &newer.replace("Days:\n    Type: AWS", "Plan:\n    Type: AWS")),
        ("templates/launch-roles.yaml", ROLES),
    ] {
        sandbox.write(path, text);
    }
    let digest = |path: &str| sha256(&sandbox.read(path));
    let (one, two, plan) = (
        digest("portfolios/backup/vault/v1.yaml"),
        digest("portfolios/backup/vault/v2.yaml"),
        digest("portfolios/backup/plan/v1.yaml"),
    );
    sandbox.write(
        "portfolios/backup.yaml",
        format!(
            "name: Backup\nprovider: Backup team\ntags: {{cost-center: \"4711\"}}\nproducts:\n  - name: Vault\n    \
             owner: Backup team\n    description: A vault\n    versions:\n      - name: v1\n        \
             template: portfolios/backup/vault/v1.yaml\n        sha256: {one}\n        guidance: DEPRECATED\n      \
             - name: v2\n        template: portfolios/backup/vault/v2.yaml\n        sha256: {two}\n    \
             launch: {{local_role_name: LaunchVault}}\n    template_constraints:\n      - name: Retention\n        \
             parameter: RetentionDays\n        allowed_values: [7, 35]\n    tag_updates: NOT_ALLOWED\n  \
             - name: Plan\n    owner: Backup team\n    versions:\n      - name: v1\n        \
             template: portfolios/backup/plan/v1.yaml\n        sha256: {plan}\n    \
             launch: {{local_role_name: LaunchVault}}\ntag_options: {{environment: [prod, test]}}\nprincipals:\n  \
             - role/BackupOperator\nshares:\n  organizational_units: [Workloads]\n  accounts: [team]\n  \
             share_principals: true\n"
        ),
    );
    sandbox.write(
        "manifest.yaml",
        "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: launch-roles\n    \
         resource_file: templates/launch-roles.yaml\n    deploy_method: stack_set\n    deployment_targets:\n      \
         organizational_units: [Workloads]\n      accounts: [management]\n",
    );
    sandbox.write("cfct.toml", format!("home-region = \"eu-central-1\"\nbucket = \"{BUCKET}\"\n"));
    sandbox
}

/// A shop with the portfolio of [`configuration`] in it.
pub fn filled() -> Open {
    let open = Open::start(Shop::new());
    runs::run(&configuration(), open.url(), "catalog apply").exits(0);
    open
}

/// What is said among the rest.
#[track_caller]
fn says(run: &Run, exit: i32, words: &str) {
    assert!(run.exits(exit).stderr.contains(words), "{words}: {run:#?}");
}

/// The id that has to be confirmed.
pub fn id(sandbox: &Sandbox, url: &str) -> String {
    let run = runs::run(sandbox, url, "catalog diff --format json");
    run.json()["id"].as_str().expect("an id").to_owned()
}
