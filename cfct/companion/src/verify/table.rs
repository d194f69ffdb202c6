//! What was found, as a table.

use std::io::{self, Write};

use cfct_cli::console::Look;
use cfct_core::verify::{Item, State};

pub(super) fn write(items: &[Item], all: bool, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let shown = || items.iter().filter(|item| all || item.state != State::Correct);
    let kinds = shown().map(|item| item.kind.len()).max().unwrap_or(0);
    let subjects = shown().map(|item| item.subject.chars().count()).max().unwrap_or(0);
    for item in shown() {
        let place = [item.account.map(|account| account.to_string()), item.region.clone()];
        let place = place.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let state = format!("{:11}", item.state.as_str());
        let state = if look.styled { format!("\x1b[{}m{state}\x1b[0m", colour(item.state)) } else { state };
        let line =
            format!("{state}  {:kinds$}  {:subjects$}  {place:27}  {}", item.kind, item.subject, item.detail);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// `12 correct, 1 missing`.
pub(super) fn summary(items: &[Item]) -> String {
    let counts = State::ALL.iter().rev().filter_map(|state| {
        let count = items.iter().filter(|item| item.state == *state).count();
        (count > 0).then(|| format!("{count} {state}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "there is nothing to verify".to_owned() } else { counts.join(", ") }
}

fn colour(state: State) -> &'static str {
    match state {
        State::Correct => "32",
        State::Unreachable => "33",
        State::Incorrect | State::Missing | State::Unexpected => "31",
    }
}
