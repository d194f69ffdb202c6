//! Products as their users see them, and what they launched.

use cfct_core::catalog::Provisioning;
use serde::Serialize;

use super::Answer;

/// A product that the caller may launch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OfferedProduct {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who is responsible for it.
    pub owner: String,
    /// What it is for.
    pub description: String,
    /// Whom to turn to.
    pub support: Vec<String>,
}

/// A version that can be launched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OfferedVersion {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is new in it.
    pub description: String,
    /// Whether new launches had better take another.
    pub deprecated: bool,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}

/// A way to a product: by which portfolio it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LaunchPath {
    /// Its id.
    pub id: String,
    /// Its name: that of the portfolio.
    pub name: String,
}

/// What was launched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProvisionedProduct {
    /// Its id.
    pub id: String,
    /// Its name, which only one in the account has.
    pub name: String,
    /// `AVAILABLE`, `UNDER_CHANGE`, `TAINTED`, `ERROR`, …
    pub status: String,
    /// Why.
    pub says: Option<String>,
    /// The id of its product.
    pub product_id: String,
    /// The id of its version.
    pub version_id: String,
    /// The name of its product, where it is told.
    pub product: Option<String>,
    /// The name of its version, where it is told.
    pub version: Option<String>,
    /// The token of the request that made it.
    #[serde(skip)]
    pub token: Option<String>,
    /// The record of what was done to it last.
    pub last_record: Option<String>,
    /// The record of the last launch or update that went well.
    #[serde(skip)]
    pub last_success: Option<String>,
}

/// What is done, or was done, to something launched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// `PROVISION_PRODUCT`, `UPDATE_PROVISIONED_PRODUCT`, `TERMINATE_PROVISIONED_PRODUCT`
    pub kind: String,
    /// `CREATED`, `IN_PROGRESS`, `IN_PROGRESS_IN_ERROR`, `SUCCEEDED`, `FAILED`
    pub status: String,
    /// What it was launched as.
    pub provisioned_product: String,
    /// Codes and descriptions of what went wrong.
    pub errors: Vec<(String, String)>,
    /// Outputs, the ARN of the stack among them.
    pub outputs: Vec<(String, String)>,
}

impl Record {
    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "SUCCEEDED" | "FAILED")
    }

    /// The ARN of the stack behind it.
    ///
    /// <https://docs.aws.amazon.com/servicecatalog/latest/dg/API_RecordOutput.html>
    #[must_use]
    pub fn stack(&self) -> Option<&str> {
        let arns = self.outputs.iter().filter(|(key, _)| key == "CloudformationStackARN");
        arns.map(|(_, arn)| arn.as_str()).next()
    }
}

/// What a launch or an update asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The id of the product.
    pub product: String,
    /// The id of the version.
    pub version: String,
    /// The id of the path, where there are several.
    pub path: Option<String>,
    /// Values by parameter.
    pub parameters: Vec<(String, String)>,
    /// Parameters that stay as they are.
    pub unchanged: Vec<String>,
    /// Tags, of a launch only.
    pub tags: Vec<(String, String)>,
    /// What makes two requests the same one.
    pub token: String,
}

/// Launches products.
pub trait Provisioner {
    /// What the caller may launch.
    fn offered(&self) -> impl Answer<Vec<OfferedProduct>>;

    /// The versions of a product, in the order they were made in, and the ways to it.
    fn offer(&self, product: &str) -> impl Answer<(Vec<OfferedVersion>, Vec<LaunchPath>)>;

    /// What a version takes.
    fn provisioning(&self, product: &str, version: &str, path: Option<&str>) -> impl Answer<Provisioning>;

    /// What the caller launched.
    fn provisioned(&self) -> impl Answer<Vec<ProvisionedProduct>>;

    /// What is called so.
    fn provisioned_as(&self, name: &str) -> impl Answer<Option<ProvisionedProduct>>;

    /// Launches a product.
    fn provision(&self, name: &str, launch: &Launch) -> impl Answer<Record>;

    /// Updates what was launched, by its id.
    fn update(&self, id: &str, launch: &Launch) -> impl Answer<Record>;

    /// Terminates what was launched, by its id.
    fn terminate(&self, id: &str, token: &str) -> impl Answer<Record>;

    /// What is done, as it is now.
    fn record(&self, id: &str) -> impl Answer<Record>;
}
