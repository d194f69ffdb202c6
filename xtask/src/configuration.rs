//! The configuration of this repository, and the organization that it is an example for.

use cfct_core::configuration::Configuration;
use cfct_core::organization::{self, Reading};
use cfct_core::source::SourceFile;
use cfct_package::read_folder;

use crate::failure::Failure;
use crate::repository::Repository;

/// The example organization, by its path from the root.
pub const ORGANIZATION: &str = "examples/organization.json";

/// The configuration at the root.
pub fn read(repository: &Repository) -> Result<Configuration, Failure> {
    let folder = read_folder(repository.root())
        .map_err(|error| Failure::new(format!("the configuration cannot be read: {error}")))?;
    Ok(folder.configuration)
}

/// The example organization; there is one in the reading.
pub fn read_organization(repository: &Repository) -> Result<Reading, Failure> {
    let reading = organization::read(&SourceFile::new(ORGANIZATION, repository.read(ORGANIZATION)?));
    match reading.organization {
        Some(_) => Ok(reading),
        None => Err(Failure::new(format!("{ORGANIZATION} cannot be read"))),
    }
}
