//! Findings for a program: the shape is [`Report`]'s.

use std::io::{self, Write};

use cfct_core::report::Report;

use super::View;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Report::new(view.findings))?;
    writeln!(out)
}
