//! AWS as seen from one account and one Region: what the adapters hang on.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;
use tokio::sync::Semaphore;

use crate::call::Observer;
use crate::elsewhere::Elsewhere;
use crate::pace::Pacer;
use crate::settings::Settings;

/// How often to try, if the environment says so: the SDK's own default is not what we want.
const MAX_ATTEMPTS: &str = "AWS_MAX_ATTEMPTS";

/// AWS as seen from one account and one Region. It implements every port; its clients are made when they are
/// first needed, and nothing is asked of AWS before that.
pub struct Aws {
    pub(crate) shared: Arc<Shared>,
    pub(crate) sdk: SdkConfig,
    pub(crate) region: String,
    /// The account, where it is known: that of [`Aws::in_account`], or what [`Aws::known_as`] was told.
    pub(crate) account: Option<String>,
    pub(crate) clients: Clients,
    /// Other accounts and Regions that were seen from here.
    pub(crate) elsewhere: Mutex<HashMap<Place, Elsewhere>>,
}

/// What all accounts and Regions of a run share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) pacer: Pacer,
    pub(crate) slots: Semaphore,
    pub(crate) observer: Box<dyn Observer>,
    pub(crate) cancelled: &'static AtomicBool,
}

/// The SDK's clients, made on first use.
#[derive(Default)]
pub(crate) struct Clients {
    pub(crate) backup: OnceLock<aws_sdk_backup::Client>,
    pub(crate) cloudformation: OnceLock<aws_sdk_cloudformation::Client>,
    pub(crate) codepipeline: OnceLock<aws_sdk_codepipeline::Client>,
    pub(crate) cloudwatchlogs: OnceLock<aws_sdk_cloudwatchlogs::Client>,
    pub(crate) eventbridge: OnceLock<aws_sdk_eventbridge::Client>,
    pub(crate) iam: OnceLock<aws_sdk_iam::Client>,
    pub(crate) organizations: OnceLock<aws_sdk_organizations::Client>,
    pub(crate) s3: OnceLock<aws_sdk_s3::Client>,
    pub(crate) servicecatalog: OnceLock<aws_sdk_servicecatalog::Client>,
    pub(crate) sfn: OnceLock<aws_sdk_sfn::Client>,
    pub(crate) ssm: OnceLock<aws_sdk_ssm::Client>,
    pub(crate) sts: OnceLock<aws_sdk_sts::Client>,
}

impl Aws {
    /// Reads the AWS configuration of the machine under `settings`. `None` where no Region is set anywhere.
    ///
    /// `cancelled` is looked at while calls run: once set, they end as interrupted.
    pub async fn connect(
        settings: Settings,
        observer: Box<dyn Observer>,
        cancelled: &'static AtomicBool,
    ) -> Option<Self> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &settings.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &settings.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        let sdk = loader.load().await;
        let named = sdk.retry_config().filter(|_| std::env::var_os(MAX_ATTEMPTS).is_some());
        let attempts = settings.attempts.or(named.map(RetryConfig::max_attempts));
        Self::over(&sdk, Settings { attempts, ..settings }, observer, cancelled)
    }

    /// AWS by a configuration that is there already. `None` where it has no Region.
    #[must_use]
    pub fn over(
        sdk: &SdkConfig,
        settings: Settings,
        observer: Box<dyn Observer>,
        cancelled: &'static AtomicBool,
    ) -> Option<Self> {
        let region = sdk.region()?.as_ref().to_owned();
        let sdk =
            sdk.to_builder().retry_config(settings.retries()).timeout_config(settings.timeouts()).build();
        let slots = Semaphore::new(settings.concurrency.max(1));
        let shared = Shared { settings, pacer: Pacer::default(), slots, observer, cancelled };
        Some(Self {
            shared: Arc::new(shared),
            sdk,
            region,
            account: None,
            clients: Clients::default(),
            elsewhere: Mutex::default(),
        })
    }

    /// The Region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// How AWS is reached.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Tells which account the credentials are of, for messages and rates.
    #[must_use]
    pub fn known_as(mut self, account: AccountId) -> Self {
        self.account = Some(account.to_string());
        self
    }

    /// The same account in another Region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let sdk = self.sdk.clone().into_builder().region(Region::new(region.to_owned())).build();
        Self {
            shared: Arc::clone(&self.shared),
            sdk,
            region: region.to_owned(),
            account: self.account.clone(),
            clients: Clients::default(),
            elsewhere: Mutex::default(),
        }
    }
}
