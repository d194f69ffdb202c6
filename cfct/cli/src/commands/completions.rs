//! `completions`: a completion script for a shell.

use clap::Args;
use clap_complete::{Shell, generate};

use super::Example;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;

pub(super) const EXAMPLES: &[Example] = &[
    ("For bash, in this session", "completions bash > /tmp/cfct.bash && . /tmp/cfct.bash"),
    ("For zsh, in a folder of $fpath", "completions zsh > ~/.zfunc/_cfct"),
];

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell to write for
    shell: Shell,
}

impl Completions {
    /// Writes the script to stdout.
    ///
    /// # Errors
    /// Where stdout cannot be written.
    pub fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let mut command = session.command.clone();
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        generate(self.shell, &mut command, name, &mut script);
        session.console.data(|out, _| out.write_all(&script))?;
        Ok(Exit::Clean)
    }
}
