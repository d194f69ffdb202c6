//! The configuration of this repository, built in: what `init` makes over for another organization.

use cfct_core::blueprint::Blueprint;

use crate::error::CommandError;

include!(concat!(env!("OUT_DIR"), "/blueprint.rs"));

/// The blueprint.
///
/// # Errors
/// Where the repository's own configuration is broken, which a test of it says first.
pub(crate) fn blueprint() -> Result<Blueprint, CommandError> {
    Blueprint::new(FILES.iter().copied()).map_err(|error| CommandError::unreadable(error.0))
}
