//! Other accounts and Regions, by taking the execution role there.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::Client;
use cfct_core::apply::settings::Place;
use cfct_core::aws::Region;

use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::sts;

/// Credentials of a role are good for an hour; a run that needs them longer takes the role again.
const GOOD_FOR: Duration = Duration::from_mins(50);

/// AWS as seen from another place, and since when.
#[derive(Clone)]
pub(crate) struct Elsewhere {
    aws: Arc<Aws>,
    since: Instant,
}

impl Aws {
    /// AWS as seen from `place`. In the caller's own account nothing is asked for.
    pub(crate) async fn at(&self, place: &Place) -> Result<Arc<Self>, AwsError> {
        let known = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner).get(place).cloned();
        if let Some(known) = known.filter(|known| known.since.elapsed() < GOOD_FOR) {
            return Ok(known.aws);
        }
        let account = place.account.to_string();
        let there = if self.account.as_ref() == Some(&account) {
            self.in_region(&place.region)
        } else {
            let credentials = self.assume(place).await?;
            let mut there = self.in_region(&place.region);
            let provider = SharedCredentialsProvider::new(credentials);
            there.sdk = there.sdk.into_builder().credentials_provider(provider).build();
            there.account = Some(account);
            there
        };
        let aws = Arc::new(there);
        let elsewhere = Elsewhere { aws: Arc::clone(&aws), since: Instant::now() };
        self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone(), elsewhere);
        Ok(aws)
    }

    async fn assume(&self, place: &Place) -> Result<Credentials, AwsError> {
        let partition = Region::find(&place.region).map_or("aws", |region| region.partition);
        let role =
            format!("arn:{partition}:iam::{}:role/{}", place.account, self.shared.settings.execution_role);
        let client = self.clients.sts.get_or_init(|| Client::new(&self.sdk));
        let request = client.assume_role().role_arn(&role).role_session_name("cfct").send();
        let answer = self.call(sts::ASSUME_ROLE, &role, request).await?;
        let taken = answer.credentials().ok_or_else(|| {
            self.place(AwsError::new(ErrorKind::BadAnswer, sts::ASSUME_ROLE, &role).because("no credentials"))
        })?;
        Ok(Credentials::new(
            taken.access_key_id(),
            taken.secret_access_key(),
            Some(taken.session_token().to_owned()),
            None,
            "the execution role",
        ))
    }
}
