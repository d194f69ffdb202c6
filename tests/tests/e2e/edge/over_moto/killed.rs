//! kill -9 at every call boundary: before the call arrives, and after it had its effect but was not answered.
//! The next run ends as one that was never interrupted.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use cfct_aws::ports::{ArtifactStore, Body, Immutable, Put};
use sha2::{Digest, Sha256};

use super::{configuration, filled, objects};
use crate::edge::contract::{BUCKET, MANAGEMENT, PART};
use crate::edge::loopback::{Loopback, Reply};
use crate::edge::moto::{self, Moto};
use crate::edge::runs;
use crate::sandbox::Sandbox;

/// When a run is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Before,
    After,
}

/// A server in front of moto that kills whom it is told to, at one call.
struct Killer {
    server: Loopback,
    victim: Arc<Mutex<Option<Child>>>,
    count: Arc<AtomicUsize>,
    /// The call, counted from 0; none below.
    at: Arc<AtomicI64>,
    moment: Arc<Mutex<Moment>>,
}

impl Killer {
    fn before(moto: &Moto) -> Self {
        let victim: Arc<Mutex<Option<Child>>> = Arc::default();
        let (count, at) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicI64::new(-1)));
        let moment = Arc::new(Mutex::new(Moment::Before));
        let url = moto.url.clone();
        let shared = (Arc::clone(&victim), Arc::clone(&count), Arc::clone(&at), Arc::clone(&moment));
        let server = Loopback::start(move |request, _| {
            let (victim, count, at, moment) = &shared;
            let number = count.fetch_add(1, Ordering::SeqCst);
            let now = at.load(Ordering::SeqCst) == number as i64;
            let moment = *moment.lock().expect("a lock");
            if now && moment == Moment::Before {
                kill(victim);
                return Reply::Reset;
            }
            let answer = moto::answer(request, &url);
            if now {
                kill(victim);
                return Reply::Reset;
            }
            answer
        });
        Self { server, victim, count, at, moment }
    }

    /// Runs `arguments`, killed at call `at` if that is a call; how many calls there were.
    fn run(&self, sandbox: &Sandbox, arguments: &str, at: Option<(usize, Moment)>) -> usize {
        self.count.store(0, Ordering::SeqCst);
        self.at.store(at.map_or(-1, |(at, _)| at as i64), Ordering::SeqCst);
        *self.moment.lock().expect("a lock") = at.map_or(Moment::Before, |(_, moment)| moment);
        let mut command = runs::command(sandbox, &self.server.url, arguments);
        if at.is_none() {
            runs::finish(&mut command, arguments, sandbox.path()).exits(0);
        } else {
            let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
            *self.victim.lock().expect("a lock") = Some(child);
            while self.victim.lock().expect("a lock").is_some() {
                thread::sleep(Duration::from_millis(5));
            }
        }
        self.count.load(Ordering::SeqCst)
    }
}

/// SIGKILL, and waits until the process is gone.
fn kill(victim: &Mutex<Option<Child>>) {
    loop {
        // The first call may be faster than whoever started the process.
        if let Some(mut child) = victim.lock().expect("a lock").take() {
            child.kill().and_then(|()| child.wait()).expect("it was running");
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_killed_publish_ends_the_same_when_it_is_run_again() {
    let (moto, sandbox) = (filled(), configuration());
    let killer = Killer::before(&moto);
    runs::run(&sandbox, &moto.url, "snapshot --config .").exits(0);
    let arguments = "publish --no-watch --organization snapshot.json";
    let calls = killer.run(&sandbox, arguments, None);
    let undisturbed = objects(&moto);
    assert_eq!(undisturbed.len(), 3);
    for at in 0..calls {
        for moment in [Moment::Before, Moment::After] {
            empty(&moto);
            killer.run(&sandbox, arguments, Some((at, moment)));
            killer.run(&sandbox, arguments, None);
            assert_eq!(objects(&moto), undisturbed, "killed {moment:?} call {at}");
        }
    }
    println!("publish: {} boundaries of {calls} calls", calls * 2);
    assert!(calls >= 13, "{calls}");
}

#[test]
fn a_killed_snapshot_goes_on_where_it_stopped() {
    let (moto, sandbox) = (filled(), configuration());
    let killer = Killer::before(&moto);
    let calls = killer.run(&sandbox, "snapshot --config .", None);
    let undisturbed = sandbox.read("snapshot.json");
    let mut saved = 0;
    for at in 0..calls {
        let sandbox = configuration();
        killer.run(&sandbox, "snapshot --config .", Some((at, Moment::Before)));
        assert!(!sandbox.names().contains(&"snapshot.json".to_owned()), "nothing half-written");
        let again = killer.run(&sandbox, "snapshot --config .", None);
        saved += calls.saturating_sub(again);
        assert_eq!(sandbox.read("snapshot.json"), undisturbed, "killed before call {at}");
        assert!(!sandbox.names().contains(&"snapshot.json.journal".to_owned()));
    }
    println!("snapshot: {calls} boundaries, {saved} calls not asked again");
    assert!(saved > calls, "{saved} of {calls}");
}

/// What uploads in parts is cut off at every call; the next one goes on with the same upload. (That it sends no
/// part again is in `upload`: moto does not tell the checksums of parts.)
#[test]
fn an_upload_in_parts_goes_on_where_it_stopped() {
    let bytes = vec![9; PART + 1];
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let moto = filled();
    let upload = |url: &str, key: &str| {
        let (runtime, aws) = runs::ports(url, PART);
        runtime.block_on(async {
            let bucket = aws.open(BUCKET, MANAGEMENT).await?;
            let object = Immutable::untagged(key, "application/zip", Body::Bytes(&bytes), &sha256);
            aws.put_immutable(&bucket, &object).await
        })
    };
    let whole = moto.like_aws();
    assert_eq!(upload(&whole.url, "whole").expect("uploaded"), Put::Written);
    let calls = whole.operations().len();
    let mut boundaries = 0;
    for at in 0..calls {
        for moment in [Moment::Before, Moment::After] {
            let (url, key) = (moto.url.clone(), format!("cut-{at}-{moment:?}"));
            let cut = Loopback::start(move |request, number| match (number == at, moment) {
                (true, Moment::Before) => Reply::Reset,
                (true, Moment::After) => {
                    moto::answer(request, &url);
                    Reply::Reset
                }
                _ => moto::answer(request, &url),
            });
            upload(&cut.url, &key).expect_err("it was cut off");
            let again = moto.like_aws();
            upload(&again.url, &key).expect("uploaded");
            boundaries += 1;
        }
    }
    let (left, sizes) = runs::runtime().block_on(async {
        let client = moto.s3();
        let left = client.list_multipart_uploads().bucket(BUCKET).send().await.expect("uploads");
        let objects = client.list_objects_v2().bucket(BUCKET).send().await.expect("objects");
        let sizes: Vec<i64> = objects.contents().iter().filter_map(aws_sdk_s3::types::Object::size).collect();
        (left.uploads().len(), sizes)
    });
    assert_eq!((left, sizes), (0, vec![bytes.len() as i64; boundaries + 1]));
    println!("upload in parts: {boundaries} boundaries of {calls} calls");
}

/// Removes every version of every object.
pub(super) fn empty(moto: &Moto) {
    runs::runtime().block_on(async {
        let client = moto.s3();
        let listed = client.list_object_versions().bucket(BUCKET).send().await.expect("versions");
        for version in listed.versions() {
            let request = client.delete_object().bucket(BUCKET).set_key(version.key().map(str::to_owned));
            request.set_version_id(version.version_id().map(str::to_owned)).send().await.expect("deleted");
        }
    });
}
