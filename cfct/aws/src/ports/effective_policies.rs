//! The effective policies of accounts, as Organizations computes them.

use cfct_core::aws::AccountId;

use super::Answer;

/// Reads effective backup policies.
pub trait EffectivePolicyReader {
    /// The effective backup policy of an account, as text; `None` where it has none.
    fn effective_backup_policy(&self, account: AccountId) -> impl Answer<Option<String>>;

    /// The accounts whose effective backup policy is invalid: they stay on the last valid one.
    fn invalid_backup_policies(&self) -> impl Answer<Vec<AccountId>>;
}
