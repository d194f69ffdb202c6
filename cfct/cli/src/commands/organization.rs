//! The organization file, for the commands that are useless without it.

use std::path::Path;

use cfct_core::finding::{Finding, Level};
use cfct_core::organization::{self, Organization};
use cfct_package::read_input;

use crate::error::CommandError;

/// Reads the organization; an error in its file is one of the command, whose answer would be wrong.
pub(super) fn read(path: &Path) -> Result<Organization, CommandError> {
    let source = read_input(path)?;
    let reading = organization::read(&source);
    let errors: Vec<&Finding> =
        reading.findings.iter().filter(|finding| finding.level == Level::Error).collect();
    match (reading.organization, errors.first()) {
        (Some(organization), None) => Ok(organization),
        (_, Some(first)) => {
            let line = first.primary.source.position(first.primary.span.start).line;
            let more = match errors.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let message = format!("{}:{line}: {}{more}", path.display(), first.message);
            let hint =
                format!("see `check --organization {}` for what is wrong with the file", path.display());
            Err(CommandError::unreadable(message).hint(hint))
        }
        (None, None) => {
            let hint =
                "`cfct snapshot` writes such a file; docs/schemas/organization.schema.json describes it";
            Err(CommandError::unreadable(format!("{} holds no organization", path.display()))
                .hint(hint.to_owned()))
        }
    }
}
