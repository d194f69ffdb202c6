//! The promises of `tests/promises.yaml` and of `docs/backup-tiers.md`.

use cfct_core::checks::Context;

use crate::configuration;
use crate::failure::Failure;
use crate::promises::Promises;
use crate::repository::Repository;

pub fn kept(repository: &Repository) -> Result<Vec<String>, Failure> {
    let promises = Promises::open(repository)?;
    let configuration = configuration::read(repository)?;
    let organization = configuration::read_organization(repository)?.organization;
    Ok(Context::with(&configuration, organization.as_ref(), |context| promises.broken(context)))
}
