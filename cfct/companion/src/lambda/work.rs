//! What the companion does: an event says where to look, the packaged configuration what is to be there.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use cfct_aws::bootstrap::accounts;
use cfct_aws::home::{Home, management_account};
use cfct_aws::ports::StateMachineStarter;
use cfct_aws::{Aws, AwsError, Settings};
use cfct_core::aws::AccountId;
use cfct_core::bootstrap::Configuration;
use cfct_core::lifecycle::{self, Event, Expected, Reading, Wake};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::outcome::Outcome;
use crate::account::{Occasion, attend};
use crate::call_log;
use crate::packaged::{self, Lacking};

/// Names the artifact bucket.
const BUCKET: &str = "CFCT_ARTIFACT_BUCKET";

/// Names the state machine that looks after many accounts, by its ARN; without one they are looked after here.
const STATE_MACHINE: &str = "CFCT_STATE_MACHINE";

/// How many accounts are looked after side by side, where no state machine does it.
const AHEAD: usize = 4;

/// An invocation ends by its deadline, not by a signal.
static NEVER: AtomicBool = AtomicBool::new(false);

/// What the companion does. It connects when there is first something to do, so that starting costs nothing.
pub(crate) struct Work {
    bucket: Option<String>,
    state_machine: Option<String>,
    home: OnceCell<(Aws, Home)>,
    loaded: Mutex<Option<Arc<Loaded>>>,
}

/// The configuration, and AWS as it is to be reached under it.
struct Loaded {
    release: String,
    configuration: Configuration,
    aws: Aws,
    organization: String,
}

impl Work {
    /// Set up by the function's environment.
    pub(crate) fn of_environment() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            bucket: set(BUCKET),
            state_machine: set(STATE_MACHINE),
            home: OnceCell::new(),
            loaded: Mutex::default(),
        }
    }

    /// An event: whom it is about, and what is then to be done there.
    pub(crate) async fn event(&self, event: &Value, request: &str) -> Outcome {
        let loaded = match self.loaded().await {
            Ok(loaded) => loaded,
            Err(outcome) => return outcome,
        };
        let expected = Expected {
            management_account: loaded.configuration.management_account,
            home_region: loaded.configuration.home_region.clone(),
            organization: Some(loaded.organization.clone()),
        };
        let (event, is_unknown) = match lifecycle::read(event.to_string().as_bytes(), &expected) {
            Reading::Known(event) => (event, false),
            Reading::Unknown(event) => (event, true),
            Reading::Rejected(why) => {
                return Outcome::rejected(why.to_string()).saying("rejected", why.word());
            }
        };
        self.woken(&loaded, &event, request)
            .await
            .saying("name", event.name.as_str())
            .saying("state", event.outcome.to_string())
            .saying("unknown_event", u64::from(is_unknown))
            .saying("unknown_fields", event.unknown_fields)
            .saying("remarks", event.remarks.clone())
    }

    async fn woken(&self, loaded: &Loaded, event: &Event, request: &str) -> Outcome {
        let occasion = Occasion {
            correlation_id: request,
            vended: event.completed,
            is_awaited: event.wake.bootstraps(),
        };
        match &event.wake {
            Wake::Nothing(reason) => Outcome::ignored(reason.as_str()),
            Wake::Account(account) => self.account_under(loaded, *account, occasion).await,
            Wake::Unit(unit) => self.many(loaded, Some(unit), &event.id, occasion).await,
            Wake::Organization => self.many(loaded, None, &event.id, occasion).await,
        }
    }

    /// Accounts below a unit, or all: by the state machine where there is one, which has hours and not minutes.
    async fn many(
        &self,
        loaded: &Loaded,
        unit: Option<&String>,
        name: &str,
        occasion: Occasion<'_>,
    ) -> Outcome {
        let Some(machine) = &self.state_machine else {
            return self.reconcile_under(loaded, unit.map(String::as_str), occasion).await;
        };
        let input = json!({ "task": "list-accounts", "unit": unit }).to_string();
        match loaded.aws.start_machine(machine, name, &input).await {
            Ok(()) => Outcome::done().saying("execution", name),
            Err(error) => later(&error),
        }
    }

    /// One account.
    pub(crate) async fn account(&self, account: AccountId, request: &str) -> Outcome {
        let occasion = Occasion { correlation_id: request, vended: None, is_awaited: false };
        match self.loaded().await {
            Ok(loaded) => self.account_under(&loaded, account, occasion).await,
            Err(outcome) => outcome,
        }
    }

    /// All accounts, as far as the time goes. What is as it should be costs no more than a look.
    pub(crate) async fn reconcile(&self, request: &str) -> Outcome {
        let occasion = Occasion { correlation_id: request, vended: None, is_awaited: false };
        match self.loaded().await {
            Ok(loaded) => self.reconcile_under(&loaded, None, occasion).await,
            Err(outcome) => outcome,
        }
    }

    /// The accounts in use, or those of them below a unit: as ids and no more, since the state of a state machine
    /// is bounded to 256 KiB.
    pub(crate) async fn list_accounts(&self, unit: Option<&str>) -> Outcome {
        let listed = async {
            let (aws, _) = self.connect().await?;
            accounts(aws, unit).await.map_err(|error| later(&error))
        };
        match listed.await {
            Ok(accounts) => {
                Outcome::done().saying("count", accounts.len()).answering("accounts", json!(accounts))
            }
            Err(outcome) => outcome,
        }
    }

    async fn reconcile_under(&self, loaded: &Loaded, unit: Option<&str>, occasion: Occasion<'_>) -> Outcome {
        let accounts = match accounts(&loaded.aws, unit).await {
            Ok(accounts) => accounts,
            Err(error) => return later(&error),
        };
        let count = accounts.len();
        let looked_after = stream::iter(accounts).map(async |account| {
            let outcome = self.account_under(loaded, account, occasion).await;
            (account, outcome)
        });
        let mut looked_after = looked_after.buffer_unordered(AHEAD);
        let (mut again, mut counted) = (Vec::new(), HashMap::from([("steps", 0), ("accounts_ready", 0)]));
        while let Some((account, outcome)) = looked_after.next().await {
            for (name, sum) in &mut counted {
                *sum += outcome.said.get(*name).and_then(Value::as_u64).unwrap_or_default();
            }
            if outcome.verdict.comes_again() {
                again.push(format!("{account}: {}", outcome.reason.unwrap_or_default()));
            }
        }
        let outcome = match again.first() {
            None => Outcome::done(),
            Some(first) => {
                Outcome::retry(format!("{} of {count} accounts are not done; {first}", again.len()))
            }
        };
        let outcome = outcome.saying("count", count);
        counted.into_iter().fold(outcome, |outcome, (name, sum)| outcome.saying(name, sum))
    }

    async fn account_under(&self, loaded: &Loaded, account: AccountId, occasion: Occasion<'_>) -> Outcome {
        let Loaded { aws, configuration, organization, .. } = loaded;
        let outcome = match attend(aws, configuration, organization, account, occasion).await {
            Err(error) => later(&error),
            Ok(None) => Outcome::ignored("the account is not in the organization"),
            Ok(Some(attended)) => {
                let ready = &attended.ready;
                attended
                    .comes_again()
                    .map_or_else(Outcome::done, Outcome::retry)
                    .saying("standing", serde_json::to_value(&ready.standing).unwrap_or_default())
                    .saying("steps", attended.bootstrapped.done.len())
                    .saying("pending", ready.pending.len())
                    .saying("accounts_ready", u64::from(ready.ready))
            }
        };
        outcome.saying("account", account.to_string())
    }

    /// The configuration as it is now: it is published again while the function lives.
    async fn loaded(&self) -> Result<Arc<Loaded>, Outcome> {
        let (aws, home) = self.connect().await?;
        let name = self.bucket.clone().ok_or_else(|| Outcome::retry(format!("{BUCKET} is not set")))?;
        let bucket = packaged::bucket(name, home);
        let release = packaged::release(aws, &bucket).await.map_err(|lacking| not_now(&lacking))?;
        let known = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.release == release) {
            return Ok(known);
        }
        let read = packaged::of_release(aws, &bucket, &release, home).await;
        let configuration = read.map_err(|lacking| not_now(&lacking))?;
        let organization = home.organization.id.clone();
        let settings = Settings { execution_role: configuration.role.clone(), ..Settings::default() };
        let aws = reach(settings).await?.known_as(home.account);
        let loaded = Arc::new(Loaded { release, configuration, aws, organization });
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&loaded));
        Ok(loaded)
    }

    async fn connect(&self) -> Result<&(Aws, Home), Outcome> {
        let connecting = async {
            let aws = reach(Settings::default()).await?;
            let home = management_account(&aws).await.map_err(|error| later(&error))?;
            Ok((aws.known_as(home.account), home))
        };
        self.home.get_or_try_init(|| connecting).await
    }
}

async fn reach(settings: Settings) -> Result<Aws, Outcome> {
    let aws = Aws::connect(settings, call_log::of_lambda(), &NEVER).await;
    aws.ok_or_else(|| Outcome::retry("no Region is set"))
}

/// Whatever AWS refuses may be granted later: the role of a new account may not be there yet, and a permission
/// that is missing is given by a person, after which the dead-letter queue is emptied again.
fn later(error: &AwsError) -> Outcome {
    Outcome::retry(error.to_string())
}

/// What lacks is published some day, and nothing is lost meanwhile.
fn not_now(lacking: &Lacking) -> Outcome {
    match lacking {
        Lacking::Aws(error) => later(error),
        Lacking::Unpublished(_) | Lacking::WithoutBootstrap(_) => {
            Outcome::retry(format!("{lacking}: {}", lacking.hint().unwrap_or_default()))
        }
        Lacking::Unusable(why) => {
            Outcome::retry(format!("{lacking}; {}", why.hint())).saying("configuration", "unusable")
        }
        Lacking::Foreign => Outcome::retry(lacking.to_string()),
    }
}
