//! Where an account is now.

use cfct_core::aws::{AccountId, OuPath};
use cfct_core::bootstrap::Place;
use cfct_core::organization::AccountStatus;

use crate::error::{AwsError, ErrorKind};
use crate::operation::organizations;
use crate::ports::OrganizationReader;

/// Levels of units that AWS allows, and some more.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEEPEST: usize = 10;

/// Finds an account in the organization with this id, from the account upwards; `None` where it is in another one.
///
/// # Errors
/// Where AWS does not answer.
pub async fn place<P: OrganizationReader>(
    ports: &P,
    organization: &str,
    account: AccountId,
) -> Result<Option<Place>, AwsError> {
    let id = account.to_string();
    let Some(facts) = ports.account(&id).await? else { return Ok(None) };
    let mut parent = ports.parent(&id).await?;
    let (mut names, mut ids) = (Vec::new(), Vec::new());
    while parent.starts_with("ou-") {
        if ids.len() == DEEPEST {
            let error = AwsError::new(ErrorKind::BadAnswer, organizations::LIST_PARENTS, id);
            return Err(error.because("the units above it do not end"));
        }
        let (unit, above) = tokio::try_join!(ports.unit(&parent), ports.parent(&parent))?;
        names.push(unit.name);
        ids.push(std::mem::replace(&mut parent, above));
    }
    let path: Vec<&str> =
        [organization, &parent].into_iter().chain(ids.iter().rev().map(String::as_str)).collect();
    Ok(Some(Place {
        account,
        name: facts.name,
        status: AccountStatus::of_aws(&facts.status).unwrap_or(AccountStatus::Unknown),
        unit: OuPath::new(names.iter().rev().map(String::as_str)),
        id_path: format!("{}/", path.join("/")),
    }))
}
