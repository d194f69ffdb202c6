//! How a run ended: a published interface, see the section "Exit codes" of the README.

use std::process::ExitCode;

/// How a run ended. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Nothing to complain of, or nothing worse than warnings.
    Clean = 0,
    /// Findings at error level.
    Findings = 1,
    /// The command line could not be understood.
    Usage = 2,
    /// The configuration or another input could not be read, or the output not written.
    Unreadable = 3,
    /// AWS, or an emulator of it, could not be reached or refused.
    Unreachable = 4,
    /// A destructive change was not confirmed.
    Unconfirmed = 5,
    /// A fault of the program itself. The number is the one of a Rust panic.
    Fault = 101,
    /// Ctrl-C or a request to terminate. The number is the shell's for SIGINT.
    Interrupted = 130,
}

impl Exit {
    /// Every way to end, with the line that `--help` prints for it.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Clean, "clean, or nothing worse than warnings"),
        (Self::Findings, "findings at error level"),
        (Self::Usage, "the command line could not be understood"),
        (Self::Unreadable, "an input could not be read, or the output not written"),
        (Self::Unreachable, "AWS, or an emulator of it, could not be reached or refused"),
        (Self::Unconfirmed, "a destructive change was not confirmed"),
        (Self::Fault, "a fault of the program itself"),
        (Self::Interrupted, "interrupted"),
    ];

    /// The number that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
