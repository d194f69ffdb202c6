//! Roles.

use aws_sdk_iam::Client;
use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;

use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::iam as operation;
use crate::ports::RoleReader;

impl Aws {
    pub(super) fn iam(&self) -> &Client {
        self.clients.iam.get_or_init(|| Client::new(&self.sdk))
    }
}

impl RoleReader for Aws {
    async fn has_role(&self, account: AccountId, region: &str, name: &str) -> Result<bool, AwsError> {
        let at = self.at(&Place { account, region: region.to_owned() }).await?;
        match at.call(operation::GET_ROLE, name, at.iam().get_role().role_name(name).send()).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}
