//! Why an account gets what it gets.

use std::io::{self, Write};

use cfct_core::organization::Account;
use cfct_core::plan::Given;

use crate::console::Look;
use crate::shown::clean_line;

/// Writes what an account gets, each with the lines of the manifest that give it.
pub(crate) fn write(account: &Account, given: &[Given], out: &mut dyn Write, look: Look) -> io::Result<()> {
    let (start, end) = if look.styled { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    writeln!(out, "{start}{}{end}", clean_line(&account.display()))?;
    if given.is_empty() {
        return writeln!(out, "  nothing in the manifest reaches it");
    }
    for given in given {
        let regions = if given.regions.is_empty() {
            String::new()
        } else {
            format!(" in {}", given.regions.join(", "))
        };
        writeln!(out, "  {}", clean_line(&format!("{} ({}){regions}", given.resource, given.method)))?;
        for (target, at) in &given.because {
            let line = at.source.position(at.span.start).line;
            writeln!(out, "    {}", clean_line(&format!("{}:{line}: {target}", at.source.name())))?;
        }
    }
    Ok(())
}
