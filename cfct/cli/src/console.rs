//! Where a command writes: data to stdout, talk to stderr.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use crate::error::CommandError;
use crate::shown::clean;

/// Columns to write for where nobody can say how many there are.
const WIDTH: usize = 140;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On terminals, unless NO_COLOR or TERM=dumb says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The two streams of a run.
pub struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    look: Look,
    err_look: Look,
    quiet: bool,
}

/// How text may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours and links are understood.
    pub styled: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Console {
    /// The streams of this process.
    #[must_use]
    pub fn of_process(color: ColorWhen, quiet: bool) -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        Self {
            look: Look { styled: is_styled(color, &stdout), width: width_of(&stdout) },
            err_look: Look { styled: is_styled(color, &stderr), width: width_of(&stderr) },
            out: Box::new(BufWriter::new(stdout)),
            err: Box::new(stderr),
            quiet,
        }
    }

    /// How text on stdout may look.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// Whether only data and errors are wanted.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes data to stdout. A reader that has gone (`| head`) is no error: nobody misses the rest.
    ///
    /// # Errors
    /// Where stdout cannot be written, as on a full disk.
    pub fn data(
        &mut self,
        write: impl FnOnce(&mut dyn Write, Look) -> io::Result<()>,
    ) -> Result<(), CommandError> {
        let look = self.look;
        match write(&mut self.out, look).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let reason = cfct_package::reason(&error);
                Err(CommandError::unreadable(format!("cannot write to standard output: {reason}")))
            }
            _ => Ok(()),
        }
    }

    /// Says something to a person, unless `--quiet`.
    pub fn say(&mut self, text: impl fmt::Display) {
        if !self.quiet {
            self.talk(format_args!("{}\n", clean(&text.to_string())));
        }
    }

    /// Shows a person on stderr what otherwise is data.
    pub fn show(&mut self, write: impl FnOnce(&mut dyn Write, Look) -> io::Result<()>) {
        let mut err = BufWriter::new(&mut self.err);
        let _ = write(&mut err, self.err_look).and_then(|()| err.flush());
    }

    /// Tells of an error and of what to do about it.
    pub fn error(&mut self, error: &CommandError) {
        self.headed("error", "\x1b[1;31m", &error.to_string());
        if let Some(hint) = error.hint_text() {
            self.headed("hint", "\x1b[1;36m", hint);
        }
    }

    /// Tells of something that the run goes on after.
    pub fn warning(&mut self, text: &str) {
        self.headed("warning", "\x1b[1;33m", text);
    }

    fn headed(&mut self, head: &str, style: &str, text: &str) {
        let (start, end) = if self.err_look.styled { (style, "\x1b[0m") } else { ("", "") };
        self.talk(format_args!("{start}{head}{end}: {}\n", clean(text)));
    }

    fn talk(&mut self, text: fmt::Arguments<'_>) {
        // Where stderr cannot be written there is nobody left to tell.
        let _ = self.err.write_fmt(text).and_then(|()| self.err.flush());
    }
}

fn width_of(stream: &(impl IsTerminal + AsFd)) -> usize {
    let size = stream.is_terminal().then(|| terminal_size::terminal_size_of(stream)).flatten();
    size.map_or(WIDTH, |(width, _)| usize::from(width.0))
}

fn is_styled(color: ColorWhen, stream: &impl RawStream) -> bool {
    match color {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto => AutoStream::choice(stream) != ColorChoice::Never,
    }
}
