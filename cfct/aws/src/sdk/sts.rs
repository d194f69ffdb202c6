//! Who calls, from STS.

use aws_sdk_sts::Client;

use super::text;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::sts;
use crate::ports::{Caller, Identity};

impl Identity for Aws {
    async fn caller(&self) -> Result<Caller, AwsError> {
        let client = self.clients.sts.get_or_init(|| Client::new(&self.sdk));
        let caller = self.call(sts::GET_CALLER_IDENTITY, "", client.get_caller_identity().send()).await?;
        Ok(Caller { account: text(caller.account()), arn: text(caller.arn()) })
    }
}
