//! `plan`: what a push would do.

use crate::sandbox::Sandbox;
use crate::snapshot;

const ORGANIZATION: &str = include_str!("../../../examples/organization.json");

/// A clean configuration, whose role goes to the accounts of Infrastructure, with the example organization.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::clean();
    sandbox.write("organization.json", ORGANIZATION);
    sandbox
}

#[test]
fn without_a_deployed_state_everything_is_new() {
    let run = sandbox().cfct("plan --organization organization.json");
    snapshot::assert_run("plan/nothing-deployed", run.exits(0));
}

#[test]
fn an_account_is_explained_by_the_lines_that_reach_it() {
    let run = sandbox().cfct("plan --organization organization.json --explain network");
    run.exits(0);
    assert_eq!(
        run.stdout,
        "network (120000000001)\n  backup-role (stack_set) in eu-central-1\n    manifest.yaml:9: Infrastructure\n"
    );
}
