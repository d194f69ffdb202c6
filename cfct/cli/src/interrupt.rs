//! Ctrl-C and requests to terminate: nothing half-written stays behind.

use crate::exit::Exit;

/// Ends the process with [`Exit::Interrupted`] on SIGINT, SIGTERM and SIGHUP, scratch files removed.
#[expect(clippy::exit, reason = "the one place where a run ends from outside")]
pub(crate) fn install() {
    // Without a handler the process ends all the same, by the signal; only the cleaning up is lost.
    let _ = ctrlc::set_handler(|| {
        clean_up();
        std::process::exit(Exit::Interrupted.code().into());
    });
}

/// Removes what a run in the middle of writing would leave behind.
pub(crate) fn clean_up() {
    cfct_package::scratch::remove_all();
}
