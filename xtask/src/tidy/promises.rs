//! The promises of `tests/promises.yaml`.

use cfct_core::checks::Context;
use cfct_package::read_folder;

use crate::failure::Failure;
use crate::promises::Promises;
use crate::repository::Repository;

pub fn kept(repository: &Repository) -> Result<Vec<String>, Failure> {
    let promises = Promises::open(repository)?;
    let folder = read_folder(repository.root())
        .map_err(|error| Failure::new(format!("the configuration cannot be read: {error}")))?;
    Ok(Context::with(&folder.configuration, None, |context| promises.broken(context)))
}
