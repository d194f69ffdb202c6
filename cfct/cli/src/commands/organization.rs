//! The organization file and the deployed state, for the commands that are useless without them.

use std::path::Path;
use std::sync::Arc;

use cfct_core::deployed::{self, Deployed};
use cfct_core::finding::{Finding, Level};
use cfct_core::organization::{self, Organization};
use cfct_core::source::SourceFile;
use cfct_package::read_input;

use crate::error::CommandError;

/// Reads the organization; an error in its file is one of the command, whose answer would be wrong.
pub(super) fn read(path: &Path) -> Result<Organization, CommandError> {
    of_source(&read_input(path)?)
}

/// The organization in a text; an error in it is one of the command, whose answer would be wrong.
pub fn of_source(source: &Arc<SourceFile>) -> Result<Organization, CommandError> {
    let reading = organization::read(source);
    let hint = format!("see `check --organization {}` for what is wrong with the file", source.name());
    sound(&reading.findings, hint)?;
    reading.organization.ok_or_else(|| nothing_in(Path::new(source.name()), "organization"))
}

/// Reads the deployed state: from its own file, or from the snapshot that the organization came in.
pub fn read_deployed(
    path: Option<&Path>,
    organization: &Organization,
) -> Result<Option<Deployed>, CommandError> {
    let (reading, source): (_, Arc<SourceFile>) = match path {
        Some(path) => {
            let source = read_input(path)?;
            (deployed::read(&source, organization), source)
        }
        None => match deployed::read_beside(organization.source(), organization) {
            Some(reading) => (reading, Arc::clone(organization.source())),
            None => return Ok(None),
        },
    };
    let path = Path::new(source.name());
    sound(&reading.findings, "docs/schemas/deployed.schema.json describes the file".to_owned())?;
    reading.deployed.map(Some).ok_or_else(|| nothing_in(path, "deployed state"))
}

/// Errors in an input are errors of the command.
pub(super) fn sound(findings: &[Finding], hint: String) -> Result<(), CommandError> {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.level == Level::Error).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let source = &first.primary.source;
    let line = source.position(first.primary.span.start).line;
    let more = match errors.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let message = format!("{}:{line}: {}{more}", source.name(), first.message);
    Err(CommandError::unreadable(message)
        .hint(first.help.clone().filter(|_| errors.len() == 1).unwrap_or(hint)))
}

fn nothing_in(path: &Path, what: &str) -> CommandError {
    let schema = what.split(' ').next().unwrap_or_default();
    let hint = format!("`cfct snapshot` writes such a file; docs/schemas/{schema}.schema.json describes it");
    CommandError::unreadable(format!("{} holds no {what}", path.display())).hint(hint)
}
