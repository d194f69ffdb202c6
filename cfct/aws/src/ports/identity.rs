//! Who calls.

use super::Answer;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account's id.
    pub account: String,
    /// The ARN of the user or of the role's session.
    pub arn: String,
}

impl Caller {
    /// The partition that stands in the ARN: `aws`.
    #[must_use]
    pub fn partition(&self) -> &str {
        self.arn.split(':').nth(1).filter(|part| !part.is_empty()).unwrap_or("aws")
    }
}

/// Says who calls.
pub trait Identity {
    /// Who calls.
    fn caller(&self) -> impl Answer<Caller>;
}
