//! A binary: its command line, and how a run of it starts and ends.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use cfct_core::source::SourceFile;
use cfct_package::ConfigurationFolder;
use clap::error::ErrorKind;
use clap::{Args, Command, Parser};

use crate::commands::{EXAMPLES, Example};
use crate::connection::ConnectionArgs;
use crate::console::{ColorWhen, Console, LogFormat};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt;

/// The options that every command takes.
#[derive(Clone, Copy, Debug, Args)]
pub struct Global {
    /// Colour the output
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true, display_order = 900)]
    pub color: ColorWhen,
    /// Print data and errors only
    #[arg(long, short, global = true, display_order = 901)]
    pub quiet: bool,
    /// Show each call to AWS with its request id
    #[arg(long, global = true, conflicts_with = "quiet", display_order = 902)]
    pub verbose: bool,
    /// How to write what goes to standard error: text, or json with one object a line
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, hide_possible_values = true)]
    #[arg(global = true, display_order = 903)]
    pub log_format: LogFormat,
}

/// The command line of a binary.
pub trait Program: Parser {
    /// The options that every command takes.
    fn global(&self) -> Global;

    /// How to take a snapshot, where the binary can.
    fn live() -> Option<Live> {
        None
    }

    /// The examples of the commands that are its own.
    fn examples() -> &'static [(&'static str, &'static [Example])] {
        &[]
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// Where it cannot be done.
    fn run(self, session: &mut Session) -> Result<Exit, CommandError>;
}

/// Takes a snapshot for a configuration: its text.
pub type Live =
    fn(&ConnectionArgs, &ConfigurationFolder, &mut Console) -> Result<Arc<SourceFile>, CommandError>;

/// What a command has to work with.
pub struct Session {
    /// Where it writes.
    pub console: Console,
    /// The command line that it was called through, for completions.
    pub command: Command,
    /// How to take a snapshot, where the binary can.
    pub live: Option<Live>,
}

/// Runs a binary: the whole of its `main`.
#[must_use]
pub fn start<P: Program>() -> ExitCode {
    tell_of_faults();
    interrupt::install();
    let command = with_examples(P::command(), P::examples());
    let parsed =
        command.clone().try_get_matches().and_then(|mut matches| P::from_arg_matches_mut(&mut matches));
    let program = match parsed {
        Ok(program) => program,
        Err(error) => {
            // A closed pipe (`--help | head`) is no reason to complain.
            let _ = error.print();
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked_for { Exit::Clean } else { Exit::Usage }.into();
        }
    };
    let global = program.global();
    let mut session = Session { console: Console::of_process(&global), command, live: P::live() };
    let exit = program.run(&mut session).unwrap_or_else(|error| {
        session.console.error(&error);
        error.exit()
    });
    exit.into()
}

/// Adds the examples of each command to its help, written for this binary.
fn with_examples(command: Command, own: &[(&str, &[Example])]) -> Command {
    let binary = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command.after_help(exit_codes());
    for (name, examples) in EXAMPLES.iter().chain(own) {
        if names.iter().any(|existing| existing == name) {
            command = command.mut_subcommand(name, |sub| with_own_examples(&binary, name, sub, examples));
        }
    }
    command
}

/// A command gets all of its examples; each command below it those that call it.
fn with_own_examples(binary: &str, path: &str, command: Command, examples: &[Example]) -> Command {
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command.after_help(examples_of(binary, examples));
    for name in below {
        let path = format!("{path} {name}");
        let calls = |arguments: &str| arguments.strip_prefix(&path).is_some_and(|rest| rest.starts_with(' '));
        let own: Vec<Example> = examples.iter().filter(|(_, arguments)| calls(arguments)).copied().collect();
        if !own.is_empty() {
            command = command.mut_subcommand(name, |sub| with_own_examples(binary, &path, sub, &own));
        }
    }
    command
}

fn examples_of(binary: &str, examples: &[Example]) -> String {
    let examples = examples.iter().map(|(what, arguments)| format!("  {what}:\n    {binary} {arguments}"));
    format!("Examples:\n{}", examples.collect::<Vec<_>>().join("\n"))
}

fn exit_codes() -> String {
    let codes = Exit::ALL.map(|(exit, meaning)| format!("  {:>3}  {meaning}", exit.code()));
    format!("Exit codes:\n{}", codes.join("\n"))
}

/// A panic is a fault of the program: it is named as one, without a backtrace, and ends the process.
#[expect(clippy::exit, reason = "a release build aborts after the hook, which would hide the exit code")]
fn tell_of_faults() {
    std::panic::set_hook(Box::new(|fault| {
        let what = fault.payload_as_str().unwrap_or("unknown");
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            std::io::stderr(),
            "error: a fault in the program: {what} ({place})\nhint: please report it, with the input if you may"
        );
        std::process::exit(Exit::Fault.code().into());
    }));
}
