//! What needs no AWS does not ask for it.

use crate::edge::loopback::{Loopback, Reply};
use crate::edge::runs;
use crate::sandbox::Sandbox;

#[test]
fn help_and_the_offline_commands_call_nobody() {
    let server = Loopback::start(|_, _| Reply::Reset);
    let sandbox = Sandbox::clean();
    for arguments in ["--help", "snapshot --help", "publish --help", "check", "package"] {
        runs::run(&sandbox, &server.url, arguments).exits(0);
    }
    assert_eq!(server.operations(), Vec::<String>::new());
}

#[test]
fn a_configuration_with_errors_is_refused_before_anybody_is_called() {
    let server = Loopback::start(|_, _| Reply::Reset);
    let sandbox = Sandbox::faulty();
    runs::run(&sandbox, &server.url, "publish").exits(1);
    assert_eq!(server.operations(), Vec::<String>::new());
}

#[test]
fn a_region_that_cannot_be_is_a_slip_of_the_keyboard() {
    let server = Loopback::start(|_, _| Reply::Reset);
    let sandbox = Sandbox::clean();
    for command in ["snapshot", "publish", "plan --live"] {
        let run = runs::run(&sandbox, &server.url, &format!("{command} --region eu-centrall-1"));
        run.exits(2)
            .complains("error: there is no Region `eu-centrall-1`\nhint: did you mean `eu-central-1`?\n");
    }
    assert_eq!(server.operations(), Vec::<String>::new());
}

#[test]
fn no_region_at_all_is_a_usage_error() {
    let sandbox = Sandbox::clean();
    let mut command = runs::command(&sandbox, "http://127.0.0.1:9", "snapshot");
    let run = runs::finish(command.env_remove("AWS_REGION"), "snapshot", sandbox.path());
    run.exits(2).complains("error: no Region is set\nhint: ");
}

#[test]
fn an_output_that_cannot_be_is_known_before_the_work() {
    let server = Loopback::start(|_, _| Reply::Reset);
    let sandbox = Sandbox::clean();
    runs::run(&sandbox, &server.url, "snapshot --out nowhere/snapshot.json").exits(3);
    assert_eq!(server.operations(), Vec::<String>::new());
}
