//! Other accounts and Regions, by taking the execution role there.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use aws_credential_types::provider::SharedCredentialsProvider;
use cfct_core::apply::settings::Place;
use cfct_core::aws::Region;

use crate::aws::Aws;
use crate::error::AwsError;

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
    ///
    /// # Errors
    /// Where the execution role is not there, or does not let the caller in.
    pub async fn at(&self, place: &Place) -> Result<Arc<Self>, AwsError> {
        let known = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner).get(place).cloned();
        if let Some(known) = known.filter(|known| known.since.elapsed() < GOOD_FOR) {
            return Ok(known.aws);
        }
        let account = place.account.to_string();
        let there = if self.account.as_ref() == Some(&account) {
            self.in_region(&place.region)
        } else {
            let partition = Region::find(&place.region).map_or("aws", |region| region.partition);
            let role = format!("arn:{partition}:iam::{account}:role/{}", self.shared.settings.execution_role);
            let provider = SharedCredentialsProvider::new(self.credentials_of(&role).await?);
            let mut there = self.in_region(&place.region);
            there.sdk = there.sdk.into_builder().credentials_provider(provider).build();
            there.account = Some(account);
            there
        };
        let aws = Arc::new(there);
        let elsewhere = Elsewhere { aws: Arc::clone(&aws), since: Instant::now() };
        self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone(), elsewhere);
        Ok(aws)
    }
}
