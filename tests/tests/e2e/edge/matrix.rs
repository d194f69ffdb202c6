//! Every fault at every call of a command: what passes is not noticed, what does not is said, and the next run
//! ends as one that was never disturbed. Each command says how many pairs of a call and a fault were tried.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::edge::acme::{Acme, MANAGEMENT, MEMBER, World};
use crate::edge::apply;
use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::pipeline::{Ending, Played, play};
use crate::edge::runs;
use crate::sandbox::{Run, Sandbox};

/// Runs side by side: most of the time each of them waits for its next try.
const WORKERS: usize = 10;

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too many calls.
    Throttled,
    /// An error of the server.
    Server,
    /// The connection ends without an answer.
    Reset,
    /// The answer ends in its middle.
    CutOff,
    /// The credentials have expired. That does not pass by itself.
    Expired,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Throttled, Self::Server, Self::Reset, Self::CutOff, Self::Expired];

    /// Whether the next try may succeed.
    pub fn passes(self) -> bool {
        self != Self::Expired
    }

    /// The answer in the protocol of the request.
    pub fn reply(self, operation: &str, is_xml: bool) -> Reply {
        let (status, code) = match self {
            Self::Throttled if is_xml => (503, "SlowDown"),
            Self::Throttled => (400, "ThrottlingException"),
            Self::Server => (500, "InternalFailure"),
            Self::Reset => return Reply::Reset,
            Self::CutOff => {
                return Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"half".to_vec());
            }
            Self::Expired if is_xml => (403, "ExpiredToken"),
            Self::Expired => (400, "ExpiredTokenException"),
        };
        if !is_xml {
            return Reply::json(status, &format!(r#"{{"__type":"{code}","message":"no"}}"#));
        }
        let error = format!("<Error><Code>{code}</Code><Message>no: {operation}</Message></Error>");
        Reply::xml(status, &format!("<ErrorResponse>{error}</ErrorResponse>"))
    }

    /// The answer to `request`. One to HEAD has no body that could say anything: S3 answers 400 where credentials
    /// have expired.
    pub fn to(self, request: &Request) -> Reply {
        let is_head = request.line.starts_with("HEAD ");
        let is_s3 = request.header.get("authorization").is_some_and(|signed| signed.contains("/s3/"));
        let operation = request.operation();
        match self.reply(&operation, is_s3 || request.body.starts_with(b"Action=")) {
            Reply::Raw(_) if is_head => Reply::Reset,
            Reply::Answer(status, kind, _) if is_head => {
                Reply::Answer(if self == Self::Expired { 400 } else { status }, kind, String::new())
            }
            // S3's errors have nothing around them.
            Reply::Answer(status, kind, body) if is_s3 => {
                let bare = body.replace("<ErrorResponse>", "").replace("</ErrorResponse>", "");
                Reply::Answer(status, kind, bare)
            }
            other => other,
        }
    }
}

/// Runs `disturbed` once for each of the calls and faults; how many that were.
pub fn each(calls: usize, disturbed: impl Fn(usize, Fault) + Sync) -> usize {
    let pairs: Vec<(usize, Fault)> = (0..calls).flat_map(|at| Fault::ALL.map(|fault| (at, fault))).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((at, fault)) = pairs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    disturbed(*at, *fault);
                }
            });
        }
    });
    pairs.len()
}

/// A server before an organization, which fails at one call.
fn failing(world: &Arc<Mutex<World>>, at: usize, fault: Fault) -> Loopback {
    let world = Arc::clone(world);
    Loopback::start(move |request, number| match number == at {
        true => fault.to(request),
        false => world.lock().expect("a lock").answer(request),
    })
}

/// An organization in which everything is as the configuration wants it, but that nothing is backed up yet.
fn as_wanted(sandbox: &Sandbox) -> World {
    let acme = Acme::start(World::new());
    let id = apply::id(sandbox, acme.url());
    runs::run(sandbox, acme.url(), &format!("apply --confirm {id}")).exits(0);
    let world = acme.world().clone();
    let effective = |account: &str| (account.to_owned(), r#"{"plans":{}}"#.to_owned());
    World { effective: [effective(MEMBER), effective(MANAGEMENT)].into(), ..world }
}

#[test]
fn apply_ends_the_same_whatever_happens_at_any_call() {
    let sandbox = apply::configuration();
    let acme = Acme::start(World::new());
    let id = apply::id(&sandbox, acme.url());
    let arguments = format!("apply --confirm {id}");
    let before = acme.calls();
    let undisturbed = runs::run(&sandbox, acme.url(), &arguments);
    undisturbed.exits(0);
    let (calls, wanted) = (acme.calls() - before, acme.world().essence());
    let pairs = each(calls, |at, fault| {
        let world = Arc::new(Mutex::new(World::new()));
        let run = runs::run(&sandbox, &failing(&world, at, fault).url, &arguments);
        if fault.passes() {
            assert_eq!(run.exits(0).stdout, undisturbed.stdout, "{fault:?} at {at}");
        } else {
            assert!(told(&run), "{fault:?} at {at}: {run:#?}");
            let rest = Arc::clone(&world);
            let server = Loopback::start(move |request, _| rest.lock().expect("a lock").answer(request));
            let id = apply::id(&sandbox, &server.url);
            runs::run(&sandbox, &server.url, &format!("apply --confirm {id}")).exits(0);
        }
        assert_eq!(world.lock().expect("a lock").essence(), wanted, "{fault:?} at {at}");
    });
    println!("apply: {pairs} pairs of a call and a fault");
}

#[test]
fn verify_and_doctor_say_the_same_whatever_passes_at_any_call() {
    let sandbox = apply::configuration();
    let world = as_wanted(&sandbox);
    for command in ["verify --all", "doctor"] {
        let acme = Acme::start(world.clone());
        let undisturbed = runs::run(&sandbox, acme.url(), command);
        undisturbed.exits(1);
        let pairs = each(acme.calls(), |at, fault| {
            let disturbed = Arc::new(Mutex::new(world.clone()));
            let run = runs::run(&sandbox, &failing(&disturbed, at, fault).url, command);
            if fault.passes() {
                assert_eq!(run.exits(1).stdout, undisturbed.stdout, "{fault:?} at {at}");
            } else {
                assert!(told(&run), "{fault:?} at {at}: {run:#?}");
            }
            assert_eq!(*disturbed.lock().expect("a lock"), world, "nothing is changed");
        });
        println!("{command}: {pairs} pairs of a call and a fault");
    }
}

/// Whether a run that met expired credentials said so, and did not end as if all were well.
fn told(run: &Run) -> bool {
    matches!(run.exit, Some(1 | 4))
        && [&run.stdout, &run.stderr].iter().any(|text| text.contains("have expired"))
}

/// Operations of this pipeline's services that speak AWS's query protocol.
const XML: [&str; 6] = [
    "GetCallerIdentity",
    "AssumeRole",
    "ListStackSetOperations",
    "ListStackSetOperationResults",
    "DescribeStackInstance",
    "DescribeStackEvents",
];

/// A run of the pipeline, with a fault at one call; whether there is one is decided call by call.
fn played(ending: Ending, over: bool, at: Option<(usize, Fault)>) -> Played {
    let count = AtomicUsize::new(0);
    let disturb = move |operation: &str, _: usize| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let (_, fault) = at.filter(|(at, _)| *at == number)?;
        Some(fault.reply(operation, XML.contains(&operation)))
    };
    play(ending, ending == Ending::Succeeded, over, Box::new(disturb))
}

#[test]
fn watch_comes_to_the_end_whatever_happens_at_any_call() {
    let sandbox = Sandbox::clean();
    let watch = |at| {
        let played = played(Ending::Succeeded, false, at);
        let run = runs::run(&sandbox, &played.server.url, "watch --interval 0.01 --approve");
        let answers = played.answers.lock().expect("a lock").len();
        (run, answers, played.server.operations().len())
    };
    let (undisturbed, answers, calls) = watch(None);
    assert_eq!((undisturbed.exits(0).exit, answers), (Some(0), 1));
    let pairs = each(calls, |at, fault| {
        let (run, answers, _) = watch(Some((at, fault)));
        // Before it follows anything, there is nothing to wait for.
        if run.exit == Some(4) && !fault.passes() {
            assert!(told(&run) && answers == 0, "{fault:?} at {at}: {run:#?}");
            return;
        }
        assert!(run.exits(0).stdout.trim_end().ends_with(": Succeeded"), "{fault:?} at {at}: {run:#?}");
        assert_eq!(answers, 1, "{fault:?} at {at}");
    });
    println!("watch: {pairs} pairs of a call and a fault");
}

#[test]
fn diagnose_finds_the_same_cause_whatever_passes_at_any_call() {
    let sandbox = Sandbox::clean();
    let diagnose = |at| {
        let played = played(Ending::StackFailed, true, at);
        let run = runs::run(&sandbox, &played.server.url, "diagnose");
        (run, played.server.operations().len())
    };
    let (undisturbed, calls) = diagnose(None);
    undisturbed.exits(1);
    let pairs = each(calls, |at, fault| {
        let (run, _) = diagnose(Some((at, fault)));
        if fault.passes() {
            assert_eq!(run.exits(1).stdout, undisturbed.stdout, "{fault:?} at {at}");
        } else {
            assert!(told(&run), "{fault:?} at {at}: {run:#?}");
        }
    });
    println!("diagnose: {pairs} pairs of a call and a fault");
}
