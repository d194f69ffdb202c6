//! IAM roles, in any account.

use cfct_core::aws::AccountId;

use super::Answer;

/// Looks for IAM roles.
pub trait RoleReader {
    /// Whether there is a role called `name`. `region` is one that the account's credentials are good in.
    fn has_role(&self, account: AccountId, region: &str, name: &str) -> impl Answer<bool>;
}
