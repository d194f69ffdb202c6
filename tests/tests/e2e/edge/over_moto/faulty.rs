//! `snapshot` and `publish` with every fault at every call; and `publish` to the end of the run that it starts.

use super::{configuration, filled, objects};
use crate::edge::contract::PIPELINE;
use crate::edge::loopback::{Loopback, Reply, forward};
use crate::edge::matrix::{Fault, each};
use crate::edge::moto::{self, Moto};
use crate::edge::pipeline::{Ending, RUN, play};
use crate::edge::runs;

/// A server in front of moto that fails at one call.
fn failing(moto: &Moto, at: usize, fault: Fault) -> Loopback {
    let url = moto.url.clone();
    Loopback::start(move |request, number| match number == at {
        true => fault.to(request),
        false => moto::answer(request, &url),
    })
}

#[test]
fn a_snapshot_has_the_same_bytes_whatever_passes_at_any_call() {
    let moto = filled();
    let (whole, sandbox) = (moto.like_aws(), configuration());
    let snapshot = "snapshot --config .";
    runs::run(&sandbox, &whole.url, snapshot).exits(0);
    let undisturbed = sandbox.read("snapshot.json");
    let pairs = each(whole.operations().len(), |at, fault| {
        let sandbox = configuration();
        let run = runs::run(&sandbox, &failing(&moto, at, fault).url, snapshot);
        if !fault.passes() {
            assert!(run.exits(4).stderr.contains("have expired"), "{fault:?} at {at}: {run:#?}");
            assert!(!sandbox.names().contains(&"snapshot.json".to_owned()), "nothing half-written");
            runs::run(&sandbox, &moto.url, snapshot).exits(0);
        }
        assert_eq!(sandbox.read("snapshot.json"), undisturbed, "{fault:?} at {at}: {run:#?}");
    });
    println!("snapshot: {pairs} pairs of a call and a fault");
}

/// One after another, since all publish into one bucket.
#[test]
fn publish_ends_the_same_whatever_happens_at_any_call() {
    let (moto, sandbox) = (filled(), configuration());
    runs::run(&sandbox, &moto.url, "snapshot --config .").exits(0);
    let arguments = "publish --no-watch --organization snapshot.json";
    let whole = moto.like_aws();
    runs::run(&sandbox, &whole.url, arguments).exits(0);
    let (calls, undisturbed) = (whole.operations().len(), objects(&moto));
    let turn = std::sync::Mutex::new(());
    let pairs = each(calls, |at, fault| {
        let _turn = turn.lock();
        super::killed::empty(&moto);
        let run = runs::run(&sandbox, &failing(&moto, at, fault).url, arguments);
        if fault.passes() {
            run.exits(0);
        } else {
            let is_head = run.exits(4).stderr.contains("HTTP 400");
            assert!(is_head || run.stderr.contains("have expired"), "{fault:?} at {at}: {run:#?}");
            runs::run(&sandbox, &whole.url, arguments).exits(0);
        }
        assert_eq!(objects(&moto), undisturbed, "{fault:?} at {at}");
    });
    println!("publish: {pairs} pairs of a call and a fault");
}

/// What moto has is moto's; the run that starts once the zip is there is played.
#[test]
fn the_run_that_publishing_starts_is_followed_to_its_end() {
    let (moto, sandbox) = (filled(), configuration());
    let played = play(Ending::Succeeded, false, false, Box::new(|_, _| None));
    let (emulated, other) = (moto.url.clone(), played.server.url.clone());
    let server = Loopback::start(move |request, _| {
        let is_played = matches!(
            request.operation().as_str(),
            "GetPipelineExecution"
                | "ListActionExecutions"
                | "GetPipelineState"
                | "ListStateMachines"
                | "ListExecutions"
                | "DescribeExecution"
                | "ListStackSetOperationResults"
        );
        // CfCT's stack set of the played run is not the scene's.
        let is_of_run = String::from_utf8_lossy(&request.body).contains("CustomControlTower-vault");
        match request.operation().as_str() {
            _ if is_played || is_of_run => Reply::Raw(forward(request, &other)),
            "ListPipelineExecutions" => {
                let head = moto::answer(&of_trigger(), &emulated);
                let Reply::Raw(head) = head else { panic!("moto answers") };
                let has_started = head.starts_with(b"HTTP/1.1 200");
                let run = format!(r#"{{"pipelineExecutionId":"{RUN}","status":"InProgress"}}"#);
                let runs = if has_started { run } else { String::new() };
                Reply::json(200, &format!(r#"{{"pipelineExecutionSummaries":[{runs}]}}"#))
            }
            _ => moto::answer(request, &emulated),
        }
    });
    let run = runs::run(&sandbox, &server.url, "publish --interval 0.01");
    let lines: Vec<&str> = run.exits(0).stdout.lines().collect();
    assert!(lines[2].ends_with(cfct_package::ZIP), "{run:#?}");
    assert!(lines[3].ends_with(&format!("{PIPELINE} {RUN}: InProgress")), "{run:#?}");
    assert!(lines.last().expect("a line").ends_with(&format!("{PIPELINE} {RUN}: Succeeded")), "{run:#?}");
}

/// A question for the key that starts the pipeline.
fn of_trigger() -> crate::edge::loopback::Request {
    let scope = "Credential=test/20260101/eu-central-1/s3/aws4_request";
    let header = [
        ("host", "127.0.0.1".to_owned()),
        ("authorization", format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0")),
    ];
    crate::edge::loopback::Request {
        line: format!("HEAD /{}/{} HTTP/1.1", crate::edge::contract::BUCKET, cfct_package::ZIP),
        header: header.map(|(name, value)| (name.to_owned(), value)).into(),
        body: Vec::new(),
    }
}
