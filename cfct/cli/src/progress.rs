//! How far long work is, on a terminal; nowhere else.

use cfct_package::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;

/// How much is packed: files and bytes.
pub(crate) struct PackingBar {
    bar: ProgressBar,
}

impl PackingBar {
    /// A bar on stderr, where that is a terminal and `--quiet` was not given.
    pub(crate) fn new(console: &Console) -> Self {
        let target =
            if console.is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("packing {bytes}/{total_bytes} [{wide_bar}] {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }
}

impl Progress for PackingBar {
    fn started(&self, files: usize, bytes: u64) {
        self.bar.set_length(bytes);
        self.bar.set_message(format!("{files} files"));
    }

    fn advanced(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn finished(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for PackingBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
