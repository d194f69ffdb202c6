//! Where a command writes: data to stdout, talk to stderr.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use serde_json::json;

use crate::error::CommandError;
use crate::program::Global;
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

/// How to write what goes to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For a person
    #[default]
    Text,
    /// For a program: one JSON object a line
    Json,
}

/// The two streams of a run.
pub struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    look: Look,
    err_look: Look,
    log: LogFormat,
    quiet: bool,
    verbose: bool,
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
    pub fn of_process(global: &Global) -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let color = global.color;
        Self {
            look: Look { styled: is_styled(color, &stdout), width: width_of(&stdout) },
            err_look: Look { styled: is_styled(color, &stderr), width: width_of(&stderr) },
            out: Box::new(BufWriter::new(stdout)),
            err: Box::new(stderr),
            log: global.log_format,
            quiet: global.quiet,
            verbose: global.verbose,
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

    /// Whether each call to AWS is to be shown.
    #[must_use]
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// How to write what goes to standard error.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        self.log
    }

    /// Whether progress may be drawn: only where a person looks on.
    #[must_use]
    pub fn draws(&self) -> bool {
        !self.quiet && !self.verbose && self.log == LogFormat::Text && io::stderr().is_terminal()
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
            match self.log {
                LogFormat::Text => self.talk(format_args!("{}\n", clean(&text.to_string()))),
                LogFormat::Json => self.log("info", &text.to_string(), None),
            }
        }
    }

    /// Shows a person on stderr what otherwise is data.
    pub fn show(&mut self, write: impl FnOnce(&mut dyn Write, Look) -> io::Result<()>) {
        let mut err = BufWriter::new(&mut self.err);
        let _ = write(&mut err, self.err_look).and_then(|()| err.flush());
    }

    /// Tells of an error and of what to do about it.
    pub fn error(&mut self, error: &CommandError) {
        if self.log == LogFormat::Json {
            self.log("error", &error.to_string(), error.hint_text());
            return;
        }
        self.headed("error", "\x1b[1;31m", &error.to_string());
        if let Some(hint) = error.hint_text() {
            self.headed("hint", "\x1b[1;36m", hint);
        }
    }

    /// Tells of something that the run goes on after.
    pub fn warning(&mut self, text: &str) {
        match self.log {
            LogFormat::Text => self.headed("warning", "\x1b[1;33m", text),
            LogFormat::Json => self.log("warning", text, None),
        }
    }

    fn log(&mut self, level: &str, message: &str, hint: Option<&str>) {
        let mut line = json!({ "level": level, "message": message });
        if let Some(hint) = hint {
            line["hint"] = hint.into();
        }
        self.talk(format_args!("{line}\n"));
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

/// Says something between two looks at a console that somebody else holds.
pub fn plain_line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", clean(text));
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
