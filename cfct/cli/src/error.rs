//! Why a command could not do its work: what happened, and what to do about it.

use std::fmt;

use cfct_package::{CreateError, InputError, PackageError, ReadError, RewriteError};

use crate::exit::Exit;

/// Why a command could not do its work. Printed as `error: …` and `hint: …`.
#[derive(Debug)]
pub struct CommandError {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl CommandError {
    /// The command line asks for something that cannot be.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), hint: None }
    }

    /// Findings forbid it.
    #[must_use]
    pub fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Findings, message: message.into(), hint: None }
    }

    /// An input cannot be read, or an output not written.
    #[must_use]
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unreadable, message: message.into(), hint: None }
    }

    /// AWS cannot be reached, or refuses.
    #[must_use]
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unreachable, message: message.into(), hint: None }
    }

    /// A destructive change lacks its confirmation.
    #[must_use]
    pub fn unconfirmed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unconfirmed, message: message.into(), hint: None }
    }

    /// The run was asked to end.
    #[must_use]
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self { exit: Exit::Interrupted, message: message.into(), hint: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// How the run ends because of it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// What to do about it.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CommandError {}

impl From<ReadError> for CommandError {
    fn from(error: ReadError) -> Self {
        Self::unreadable(error.to_string()).hint(error.hint())
    }
}

impl From<InputError> for CommandError {
    fn from(error: InputError) -> Self {
        Self::unreadable(error.to_string()).hint(error.hint())
    }
}

impl From<RewriteError> for CommandError {
    fn from(error: RewriteError) -> Self {
        Self::unreadable(error.to_string()).hint(error.hint())
    }
}

impl From<CreateError> for CommandError {
    fn from(error: CreateError) -> Self {
        let failed = match error {
            CreateError::Cancelled => Self::interrupted,
            _ => Self::unreadable,
        };
        failed(error.to_string()).hint(error.hint())
    }
}

impl From<PackageError> for CommandError {
    fn from(error: PackageError) -> Self {
        let failed = match error {
            PackageError::Cancelled => Self::interrupted,
            _ => Self::unreadable,
        };
        failed(error.to_string()).hint(error.hint())
    }
}
