//! An account that the command line names.

use std::path::Path;

use cfct_core::aws::AccountId;
use cfct_core::organization::{AccountIndex, Organization};
use cfct_core::words::nearest;

use crate::error::CommandError;

/// The accounts of an id or a name; names are not unique. `file` is where the organization came from.
pub(super) fn find(
    wanted: &str,
    organization: &Organization,
    file: &Path,
) -> Result<Vec<AccountIndex>, CommandError> {
    let found = match wanted.parse::<AccountId>() {
        Ok(id) => organization.account_by_id(id).into_iter().collect(),
        Err(_) => organization.accounts_by_name(wanted).to_vec(),
    };
    if !found.is_empty() {
        return Ok(found);
    }
    let error = CommandError::usage(format!("there is no account `{wanted}`"));
    let names = organization.accounts().map(|(_, account)| &*account.name).filter(|name| !name.is_empty());
    Err(match nearest(wanted, names) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("{} lists the accounts", file.display())),
    })
}
