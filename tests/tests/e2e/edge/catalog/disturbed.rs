//! What goes wrong on the way: kill -9 at every call, and faults at every call. The next run ends as one that was
//! never disturbed.

use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use super::{configuration, filled};
use crate::edge::killing::killed;
use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::runs;
use crate::edge::shop::{Open, Shop};
use crate::sandbox::Sandbox;

const PROVISION: &str = "catalog provision Vault --name orders --set VaultName=orders --interval 0.01";

fn answering(shop: &Arc<Mutex<Shop>>) -> impl Fn(&Request) -> Reply + Send + Sync + 'static {
    let shared = Arc::clone(shop);
    move |request| shared.lock().expect("a lock").answer(request)
}

/// What a run from `begin` calls, and what is there in the end.
fn undisturbed(sandbox: &Sandbox, begin: &Shop, arguments: &str) -> (usize, Value) {
    let open = Open::start(begin.clone());
    runs::run(sandbox, open.url(), arguments).exits(0);
    let essence = open.shop().essence();
    (open.operations().len(), essence)
}

fn killed_everywhere(sandbox: &Sandbox, begin: &Shop, arguments: &str) -> usize {
    let (calls, wanted) = undisturbed(sandbox, begin, arguments);
    for at in 0..calls {
        for after in [false, true] {
            let shop = Arc::new(Mutex::new(begin.clone()));
            killed(answering(&shop), sandbox, arguments, at, after);
            runs::run(sandbox, Open::over(&shop).url(), arguments).exits(0);
            let shop = shop.lock().expect("a lock");
            assert_eq!(shop.essence(), wanted, "killed at call {at}, after: {after}");
            assert_eq!(shop.records.len(), begin.records.len() + usize::from(arguments == PROVISION));
        }
    }
    calls
}

#[test]
fn a_killed_apply_ends_the_same_when_it_is_run_again() {
    let calls = killed_everywhere(&configuration(), &Shop::new(), "catalog apply");
    println!("catalog apply: {} boundaries of {calls} calls", calls * 2);
    assert!(calls >= 40, "{calls}");
}

#[test]
fn a_killed_launch_ends_the_same_when_it_is_run_again() {
    let begin = filled().shop().clone();
    let calls = killed_everywhere(&Sandbox::empty(), &begin, PROVISION);
    println!("catalog provision: {} boundaries of {calls} calls", calls * 2);
    assert!(calls >= 10, "{calls}");
}

/// What is done to one call.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Throttled,
    Failed,
    Reset,
    /// It has its effect, and the answer is lost.
    Lost,
}

/// What AWS answers instead, in the protocol of the request.
fn refused(request: &Request, status: u16, code: &str) -> Reply {
    if request.header.contains_key("x-amz-target") {
        return Reply::json(status, &format!(r#"{{"__type":"{code}","Message":"no"}}"#));
    }
    // S3 is asked by address.
    if !request.line.starts_with("POST ") {
        return Reply::xml(if status == 400 { 503 } else { status }, "<Error><Code>SlowDown</Code></Error>");
    }
    Reply::xml(
        status,
        &format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"),
    )
}

/// Runs with a fault at each call in turn, once, which the SDK tries again.
fn faulty_everywhere(sandbox: &Sandbox, begin: &Shop, arguments: &str) -> usize {
    let (calls, wanted) = undisturbed(sandbox, begin, arguments);
    let faults = [Fault::Throttled, Fault::Failed, Fault::Reset, Fault::Lost];
    let all: Vec<(usize, Fault)> = (0..calls).flat_map(|at| faults.map(|fault| (at, fault))).collect();
    // Each waits most of its time, until the SDK tries again.
    thread::scope(|scope| {
        for part in all.chunks(all.len().div_ceil(8)) {
            let wanted = &wanted;
            scope.spawn(move || {
                for (at, fault) in part {
                    faulty(sandbox, begin, arguments, (*at, *fault), wanted);
                }
            });
        }
    });
    all.len()
}

fn faulty(sandbox: &Sandbox, begin: &Shop, arguments: &str, (at, fault): (usize, Fault), wanted: &Value) {
    let shop = Arc::new(Mutex::new(begin.clone()));
    let answer = answering(&shop);
    let server = Loopback::start(move |request, number| match fault {
        _ if number != at => answer(request),
        Fault::Throttled => refused(request, 400, "ThrottlingException"),
        Fault::Failed => refused(request, 500, "InternalFailure"),
        Fault::Reset => Reply::Reset,
        Fault::Lost => {
            answer(request);
            Reply::Reset
        }
    });
    let run = runs::run(sandbox, &server.url, arguments);
    assert_eq!(run.exit, Some(0), "{fault:?} at call {at}, {}: {run:#?}", server.operations()[at]);
    assert_eq!(shop.lock().expect("a lock").essence(), *wanted, "{fault:?} at call {at}");
}

#[test]
fn an_apply_survives_a_fault_at_every_call() {
    let faults = faulty_everywhere(&configuration(), &Shop::new(), "catalog apply");
    println!("catalog apply: {faults} faults");
}

#[test]
fn a_launch_survives_a_fault_at_every_call() {
    let begin = filled().shop().clone();
    let faults = faulty_everywhere(&Sandbox::empty(), &begin, PROVISION);
    println!("catalog provision: {faults} faults");
}

/// Credentials that expire end the run; whoever signs in and runs it again gets to the same end.
#[test]
fn expired_credentials_at_every_call_are_said_and_the_next_run_goes_on() {
    let begin = filled().shop().clone();
    for (sandbox, begin, arguments) in
        [(configuration(), Shop::new(), "catalog apply"), (Sandbox::empty(), begin, PROVISION)]
    {
        let (calls, wanted) = undisturbed(&sandbox, &begin, arguments);
        for at in 0..calls {
            let shop = Arc::new(Mutex::new(begin.clone()));
            let answer = answering(&shop);
            let server = Loopback::start(move |request, number| match number >= at {
                true => refused(request, 400, "ExpiredTokenException"),
                false => answer(request),
            });
            let run = runs::run(&sandbox, &server.url, arguments);
            assert_eq!(run.exit, Some(4), "at call {at}: {run:#?}");
            runs::run(&sandbox, Open::over(&shop).url(), arguments).exits(0);
            assert_eq!(shop.lock().expect("a lock").essence(), wanted, "expired at call {at}");
        }
    }
}
