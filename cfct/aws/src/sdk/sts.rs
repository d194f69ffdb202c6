//! Who calls, and as whom else, from STS.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sts::Client;

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::sts;
use crate::ports::{Caller, Identity};

impl Identity for Aws {
    async fn caller(&self) -> Result<Caller, AwsError> {
        let request = self.sts().get_caller_identity().send();
        let caller = self.call(sts::GET_CALLER_IDENTITY, "", request).await?;
        Ok(Caller { account: text(caller.account()), arn: text(caller.arn()) })
    }
}

impl Aws {
    fn sts(&self) -> &Client {
        self.clients.sts.get_or_init(|| Client::new(&self.sdk))
    }

    /// The credentials of a role.
    pub(crate) async fn credentials_of(&self, role: &str) -> Result<Credentials, AwsError> {
        let request = self.sts().assume_role().role_arn(role).role_session_name("cfct").send();
        let answer = self.call(sts::ASSUME_ROLE, role, request).await?;
        let given = answer.credentials().ok_or_else(|| {
            let error = AwsError::new(ErrorKind::BadAnswer, sts::ASSUME_ROLE, role);
            self.place(error.because("there are no credentials in it"))
        })?;
        Ok(Credentials::new(
            given.access_key_id(),
            given.secret_access_key(),
            Some(given.session_token().to_owned()),
            SystemTime::try_from(*given.expiration()).ok(),
            "cfct",
        ))
    }
}
