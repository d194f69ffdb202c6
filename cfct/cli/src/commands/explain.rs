//! `explain`: the page of a finding code, or the index of codes.

use std::io::{self, Write};

use cfct_core::finding::Code;
use cfct_core::registry;
use cfct_core::words::nearest;
use clap::Args;

use super::Example;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::pages;
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] =
    &[("What a finding means and what to do", "explain yaml-syntax"), ("Every code", "explain")];

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The code, as in `error[yaml-syntax]`; all of them are listed where it is left out
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        match self.code {
            Some(name) => {
                let code = registry::find(&name).ok_or_else(|| unknown(&name))?;
                session.console.data(|out, _| explain(out, code))?;
            }
            None => session.console.data(|out, _| index(out))?,
        }
        Ok(Exit::Clean)
    }
}

fn unknown(name: &str) -> CommandError {
    let hint = match nearest(name, registry::codes().map(|code| code.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`explain` alone lists every code".to_owned(),
    };
    CommandError::usage(format!("no finding has the code `{name}`")).hint(hint)
}

fn explain(out: &mut dyn Write, code: &Code) -> io::Result<()> {
    match pages::of(code) {
        Some(page) => out.write_all(page.as_bytes())?,
        None => write!(out, "# {}\n\n{}: {}.\n", code.name, code.summary, code.why)?,
    }
    writeln!(
        out,
        "\nLevel: {}\nStage: {} ({})",
        code.level.as_str(),
        code.stage.as_str(),
        code.stage.consequence()
    )
}

fn index(out: &mut dyn Write) -> io::Result<()> {
    let mut codes: Vec<&Code> = registry::codes().collect();
    codes.sort_by_key(|code| code.name);
    let width = codes.iter().map(|code| code.name.len()).max().unwrap_or(0);
    for code in codes {
        writeln!(out, "{:width$}  {:7}  {}", code.name, code.level.as_str(), code.summary)?;
    }
    Ok(())
}
