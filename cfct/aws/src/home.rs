//! Where a command runs: the management account of an organization.

use cfct_core::aws::AccountId;

use crate::error::{AwsError, ErrorKind};
use crate::operation::{organizations, sts};
use crate::ports::{Identity, OrganizationFacts, OrganizationReader};

/// The management account that the credentials are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Its id.
    pub account: AccountId,
    /// The partition: `aws`.
    pub partition: String,
    /// Its organization.
    pub organization: OrganizationFacts,
}

/// Makes sure that the caller is in the management account: CfCT and its stack sets live there.
///
/// # Errors
/// Where AWS does not answer, or the account is another one.
pub async fn management_account<P: Identity + OrganizationReader>(ports: &P) -> Result<Home, AwsError> {
    let caller = ports.caller().await?;
    let account: AccountId = caller.account.parse().map_err(|_| {
        let why = format!("`{}` is no account id", caller.account);
        AwsError::new(ErrorKind::BadAnswer, sts::GET_CALLER_IDENTITY, "").because(why)
    })?;
    let organization = ports.organization().await?;
    if organization.management_account != caller.account {
        let why = format!(
            "{account} is a member of the organization whose management account is {}",
            organization.management_account
        );
        let operation = organizations::DESCRIBE_ORGANIZATION;
        return Err(AwsError::new(ErrorKind::MemberAccount, operation, "").because(why));
    }
    Ok(Home { account, partition: caller.partition().to_owned(), organization })
}
