//! Ctrl-C and requests to terminate: nothing half-written stays behind.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::Exit;

/// Somebody asked the run to end.
static ASKED: AtomicBool = AtomicBool::new(false);

/// The run is where it looks at [`ASKED`] and ends by itself.
static GRACEFUL: AtomicBool = AtomicBool::new(false);

/// Ends the process with [`Exit::Interrupted`] on SIGINT, SIGTERM and SIGHUP: at once where nothing is being
/// written, and by itself within [`gracefully`], unless it is asked a second time.
#[expect(clippy::exit, reason = "the one place where a run ends from outside")]
pub(crate) fn install() {
    // Without a handler the signal itself ends the process; only the cleaning up is lost.
    let _ = ctrlc::set_handler(|| {
        let first = !ASKED.swap(true, Ordering::SeqCst);
        if !(first && GRACEFUL.load(Ordering::SeqCst)) {
            std::process::exit(Exit::Interrupted.code().into());
        }
    });
}

/// Runs what writes files and stops, cleaning up, when the flag it is given is set.
pub fn gracefully<R>(write: impl FnOnce(&'static AtomicBool) -> R) -> R {
    GRACEFUL.store(true, Ordering::SeqCst);
    let result = write(&ASKED);
    GRACEFUL.store(false, Ordering::SeqCst);
    result
}
