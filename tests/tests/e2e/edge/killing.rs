//! kill -9 at one call of a run: before the call arrives, or after it had its effect but was not answered.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::runs;
use crate::sandbox::Sandbox;

/// Runs `arguments` before whoever answers, and kills the run at call `at`, counted from 0.
pub fn killed(
    answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    sandbox: &Sandbox,
    arguments: &str,
    at: usize,
    after: bool,
) {
    let victim: Arc<Mutex<Option<Child>>> = Arc::default();
    let count = AtomicUsize::new(0);
    let to_kill = Arc::clone(&victim);
    let server = Loopback::start(move |request, _| {
        if count.fetch_add(1, Ordering::SeqCst) != at {
            return answer(request);
        }
        if after {
            answer(request);
        }
        loop {
            // The first call may be faster than whoever started the process.
            if let Some(mut child) = to_kill.lock().expect("a lock").take() {
                child.kill().and_then(|()| child.wait()).expect("it was running");
                return Reply::Reset;
            }
            thread::sleep(Duration::from_millis(1));
        }
    });
    let mut command = runs::command(sandbox, &server.url, arguments);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    *victim.lock().expect("a lock") = Some(child);
    while victim.lock().expect("a lock").is_some() {
        thread::sleep(Duration::from_millis(5));
    }
}
