//! Reading Parameter Store.

use serde::{Deserialize, Serialize};

use super::Answer;

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterFacts {
    /// Its name.
    pub name: String,
    /// Its value; `None` where it is a secret, which is never read.
    pub value: Option<String>,
}

/// Reads Parameter Store.
pub trait ParameterReader {
    /// Those of `names` that exist.
    fn parameters(&self, names: &[String]) -> impl Answer<Vec<ParameterFacts>>;
}
