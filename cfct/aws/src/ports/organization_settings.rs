//! What an organization lets services and accounts do. Each change may come twice.

use cfct_core::aws::AccountId;

use super::Answer;

/// What an organization lets services and accounts do.
pub trait OrganizationSettings {
    /// The service principals that have trusted access.
    fn trusted_services(&self) -> impl Answer<Vec<String>>;

    /// Gives a service trusted access.
    fn trust(&self, service: &str) -> impl Answer<()>;

    /// Turns a policy type on. It takes effect some time later.
    fn enable_policy_type(&self, root: &str, kind: &str) -> impl Answer<()>;

    /// The delegated administrators of a service.
    fn administrators(&self, service: &str) -> impl Answer<Vec<AccountId>>;

    /// Makes an account a delegated administrator of a service.
    fn register_administrator(&self, service: &str, account: AccountId) -> impl Answer<()>;

    /// Whether stack sets have trusted access.
    fn stack_sets_have_access(&self) -> impl Answer<bool>;

    /// Gives stack sets trusted access.
    fn activate_stack_sets(&self) -> impl Answer<()>;
}
