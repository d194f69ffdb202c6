//! One account, looked after: for an invocation and for a person alike.

use std::time::{SystemTime, UNIX_EPOCH};

use cfct_aws::bootstrap::{Bootstrapped, bootstrap, place, tell};
use cfct_aws::{Aws, AwsError};
use cfct_core::aws::AccountId;
use cfct_core::bootstrap::ready::{Ready, Run};
use cfct_core::bootstrap::{Configuration, Place};

/// Why an account is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'o> {
    /// What the run is known by in logs.
    pub(crate) correlation_id: &'o str,
    /// When the account was vended, where an event says so, in seconds since 1970.
    pub(crate) vended: Option<i64>,
    /// Whether somebody waits to hear of the account, even where nothing was to do.
    pub(crate) is_awaited: bool,
}

/// What became of an account.
pub(crate) struct Attended {
    /// Where it is.
    pub(crate) place: Place,
    /// What was done, and what is left.
    pub(crate) bootstrapped: Bootstrapped,
    /// What there is to tell of it.
    pub(crate) ready: Ready,
}

impl Attended {
    /// Why it has to be looked at again; `None` where neither another try nor time would change anything.
    pub(crate) fn comes_again(&self) -> Option<String> {
        let failure = self.bootstrapped.failures.first().map(ToString::to_string);
        let mut pending = self.bootstrapped.after.pending.iter();
        failure.or_else(|| {
            pending.find(|pending| pending.look_again.is_some()).map(|pending| pending.sentence.clone())
        })
    }
}

/// Gives an account what it lacks, and tells the bus of it; `None` where the account is not in the organization.
pub(crate) async fn attend(
    aws: &Aws,
    configuration: &Configuration,
    organization: &str,
    account: AccountId,
    occasion: Occasion<'_>,
) -> Result<Option<Attended>, AwsError> {
    let Some(place) = place(aws, organization, account).await? else { return Ok(None) };
    let bootstrapped = bootstrap(aws, configuration, &place, now).await;
    let run =
        Run { correlation_id: occasion.correlation_id.to_owned(), vended: occasion.vended, ended: now() };
    let ready = Ready::of(&place, &bootstrapped.done, &bootstrapped.after, &run);
    let attended = Attended { place, bootstrapped, ready };
    if let Some(bus) = &configuration.ready_bus
        && attended.comes_again().is_none()
        && (occasion.is_awaited || !attended.bootstrapped.done.is_empty())
    {
        tell(aws, bus, &attended.ready).await?;
    }
    Ok(Some(attended))
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
