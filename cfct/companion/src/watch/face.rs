//! How a run shows: a tree that lives on a terminal, a line for each event elsewhere, or JSON.

use std::io::{self, IsTerminal};
use std::time::{SystemTime, UNIX_EPOCH};

use cfct_cli::CommandError;
use cfct_cli::console::{Console, plain_line};
use cfct_core::pipeline_run::{Event, Run, View, tree};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

/// How a run shows.
pub(crate) enum Face {
    /// A tree that is drawn anew.
    Tree(ProgressBar),
    /// A line for each event.
    Lines,
    /// An object for each event.
    Json,
}

impl Face {
    /// What fits where the output goes.
    pub(crate) fn fitting(console: &Console) -> Self {
        if !(console.draws() && io::stdout().is_terminal()) {
            return Self::Lines;
        }
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self::Tree(bar)
    }

    /// Tells what happened.
    pub(super) fn tell(
        &self,
        event: &Event,
        run: Option<&Run>,
        console: &mut Console,
    ) -> Result<(), CommandError> {
        match self {
            // The tree shows it; what it cannot show stands above it.
            Self::Tree(bar) => {
                if matches!(
                    event,
                    Event::Trouble { .. } | Event::Recovered { .. } | Event::ApprovalAnswered { .. }
                ) {
                    bar.suspend(|| plain_line(&event.to_string()));
                }
                Ok(())
            }
            Self::Lines => {
                let started = run.and_then(Run::started).unwrap_or_else(now);
                let text = cfct_cli::clean_line(&event.to_string()).into_owned();
                console.data(|out, _| writeln!(out, "{:>6} s  {text}", (now() - started).max(0)))
            }
            Self::Json => {
                let mut object = json!(event);
                object["time"] = now().into();
                console.data(|out, _| writeln!(out, "{object}"))
            }
        }
    }

    /// Draws the tree, where there is one.
    pub(super) fn draw(&self, run: &Run, remaining: Option<u64>, console: &Console) {
        if let Self::Tree(bar) = self {
            bar.set_message(page(run, remaining, console));
            bar.tick();
        }
    }

    /// Makes room for other words.
    pub(super) fn clear(&self) {
        if let Self::Tree(bar) = self {
            bar.set_message("");
            bar.tick();
        }
    }

    /// Leaves the tree as it is in the end.
    pub(super) fn finish(&self, run: &Run, console: &mut Console) -> Result<(), CommandError> {
        let Self::Tree(bar) = self else { return Ok(()) };
        bar.finish_and_clear();
        let page = page(run, None, console);
        console.data(|out, _| writeln!(out, "{page}"))
    }
}

fn page(run: &Run, remaining: Option<u64>, console: &Console) -> String {
    let view = View { now: now(), remaining, width: console.look().width };
    let lines = tree(run, &view);
    let lines: Vec<_> = lines.iter().map(|line| cfct_cli::clean_line(line)).collect();
    lines.join("\n")
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
