//! A connection to AWS for one command: made when the command needs it, and no earlier.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use cfct_aws::home::{Home, management_account};
use cfct_aws::ports::Identity;
use cfct_aws::publish::PublishError;
use cfct_aws::snapshot::SnapshotError;
use cfct_aws::{Aws, AwsError, ErrorKind, Settings};
use cfct_cli::CommandError;
use cfct_cli::connection::{ConnectionArgs, RoleArgs};
use cfct_cli::console::Console;
use cfct_cli::interrupt::gracefully;
use cfct_core::aws::Region;
use cfct_core::words::nearest;
use tokio::runtime::{Builder, Runtime};

use crate::call_log;

/// Where a user of products is: any account of the organization.
pub(crate) struct Anywhere {
    /// The account.
    pub(crate) account: String,
}

/// A connection: to the management account, or to any.
pub(crate) struct Edge<H = Home> {
    runtime: Runtime,
    settings: Settings,
    verbose: bool,
    /// AWS, in the home Region.
    pub(crate) aws: Aws,
    /// The account.
    pub(crate) home: H,
}

impl Edge {
    /// Connects, and makes sure that the credentials are of a management account. `home_region` is what the
    /// configuration says.
    pub(crate) fn open(
        connection: &ConnectionArgs,
        home_region: Option<&str>,
        console: &Console,
    ) -> Result<Self, CommandError> {
        Self::open_with(connection, None, home_region, console)
    }

    /// The same, for a command that takes a role in other accounts.
    pub(crate) fn open_with(
        connection: &ConnectionArgs,
        role: Option<&RoleArgs>,
        home_region: Option<&str>,
        console: &Console,
    ) -> Result<Self, CommandError> {
        let settings = settings_of(connection, home_region)?;
        let settings = match role {
            Some(role) => Settings { execution_role: role.execution_role.clone(), ..settings },
            None => settings,
        };
        let runtime = runtime()?;
        let verbose = console.is_verbose();
        let connected = gracefully(|cancelled| {
            runtime.block_on(async {
                let aws = Aws::connect(settings.clone(), call_log::observer(console), cancelled).await;
                let aws = aws.ok_or_else(no_region)?;
                let home = management_account(&aws).await.map_err(|error| error.refused(verbose))?;
                Ok::<_, CommandError>((aws, home))
            })
        });
        let (aws, home) = connected?;
        known(aws.region())?;
        Ok(Self { runtime, settings, verbose, aws: aws.known_as(home.account), home })
    }

    /// Works in `region` from now on, and takes `role` in other accounts.
    pub(crate) fn work_as(
        &mut self,
        role: &str,
        region: &str,
        console: &Console,
    ) -> Result<(), CommandError> {
        role.clone_into(&mut self.settings.execution_role);
        self.settings.region = Some(region.to_owned());
        self.reconnect(console)
    }

    /// Reads credentials anew from where they are kept: somebody may have signed in again.
    pub(crate) fn reconnect(&mut self, console: &Console) -> Result<(), CommandError> {
        let connecting =
            |cancelled| Aws::connect(self.settings.clone(), call_log::observer(console), cancelled);
        let aws =
            gracefully(|cancelled| self.runtime.block_on(connecting(cancelled))).ok_or_else(no_region)?;
        self.aws = aws.known_as(self.home.account);
        Ok(())
    }
}

impl Edge<Anywhere> {
    /// Connects with credentials of any account.
    pub(crate) fn open_anywhere(
        connection: &ConnectionArgs,
        console: &Console,
    ) -> Result<Self, CommandError> {
        let settings = settings_of(connection, None)?;
        let runtime = runtime()?;
        let verbose = console.is_verbose();
        let connected = gracefully(|cancelled| {
            runtime.block_on(async {
                let aws = Aws::connect(settings.clone(), call_log::observer(console), cancelled).await;
                let aws = aws.ok_or_else(no_region)?;
                let caller = aws.caller().await.map_err(|error| error.refused(verbose))?;
                Ok::<_, CommandError>((aws, caller))
            })
        });
        let (aws, caller) = connected?;
        known(aws.region())?;
        let aws = match caller.account.parse() {
            Ok(account) => aws.known_as(account),
            Err(_) => aws,
        };
        let home = Anywhere { account: caller.account };
        Ok(Self { runtime, settings, verbose, aws, home })
    }
}

impl<H> Edge<H> {
    /// Does something at AWS, until it is done or the run is asked to end.
    pub(crate) fn wait<T, E: Refusal>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, CommandError> {
        self.ask(work).map_err(|error| error.refused(self.verbose))
    }

    /// As [`Edge::wait`], for callers that go on after some failures.
    pub(crate) fn ask<T, E>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        gracefully(|_| self.runtime.block_on(work))
    }

    /// Waits; `false` where the run was asked to end meanwhile.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        const LOOK: Duration = Duration::from_millis(50);
        let until = Instant::now() + time;
        gracefully(|cancelled| {
            loop {
                let left = until.saturating_duration_since(Instant::now());
                if cancelled.load(Ordering::Relaxed) {
                    return false;
                }
                if left.is_zero() {
                    return true;
                }
                std::thread::sleep(left.min(LOOK));
            }
        })
    }
}

/// How AWS is reached.
fn settings_of(connection: &ConnectionArgs, home_region: Option<&str>) -> Result<Settings, CommandError> {
    let region = connection.region.as_deref().or(home_region);
    if let Some(region) = region {
        known(region)?;
    }
    Ok(Settings {
        profile: connection.profile.clone(),
        region: region.map(str::to_owned),
        endpoint_url: connection.endpoint_url.clone(),
        ..Settings::default()
    })
}

/// What runs the calls.
fn runtime() -> Result<Runtime, CommandError> {
    Builder::new_current_thread().enable_all().build().map_err(|error| {
        CommandError::unreachable(format!("cannot start what calls AWS: {}", cfct_package::reason(&error)))
    })
}

/// A Region that cannot be is a slip of the keyboard; one that is newer than our data may be.
fn known(region: &str) -> Result<(), CommandError> {
    if Region::find(region).is_some() || Region::is_conceivable(region) {
        return Ok(());
    }
    let error = CommandError::usage(format!("there is no Region `{region}`"));
    let near = nearest(region, Region::all().iter().map(|region| region.id));
    Err(error.hint(near.map(|near| format!("did you mean `{near}`?"))))
}

fn no_region() -> CommandError {
    CommandError::usage("no Region is set").hint(
        "name Control Tower's home Region with --region, as home-region in cfct.toml, or in AWS_REGION"
            .to_owned(),
    )
}

/// What went wrong at AWS, for a person.
pub(crate) trait Refusal {
    /// As the error of a command; with the request's id where `verbose`.
    fn refused(self, verbose: bool) -> CommandError;
}

impl Refusal for AwsError {
    fn refused(self, verbose: bool) -> CommandError {
        if self.kind == ErrorKind::Interrupted {
            return CommandError::interrupted("interrupted");
        }
        let id = self.request_id.as_ref().filter(|_| verbose);
        let id = id.map(|id| format!(" (request {id})")).unwrap_or_default();
        CommandError::unreachable(format!("{self}{id}")).hint(self.hint())
    }
}

impl Refusal for SnapshotError {
    fn refused(self, verbose: bool) -> CommandError {
        match self {
            Self::Aws(error) => error.refused(verbose),
            Self::Journal { .. } => CommandError::unreadable(self.to_string())
                .hint("the journal stands beside the output: name another place with --out".to_owned()),
        }
    }
}

impl Refusal for PublishError {
    fn refused(self, verbose: bool) -> CommandError {
        match self {
            Self::Aws(error) => error.refused(verbose),
            Self::NoRelease { .. } | Self::SeveralReleases { .. } => {
                CommandError::usage(self.to_string()).hint(self.hint())
            }
            Self::Damaged { .. } | Self::NoPackage { .. } => {
                CommandError::unreachable(self.to_string()).hint(self.hint())
            }
        }
    }
}
