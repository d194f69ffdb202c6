//! What a person's commands of the companion stand on: AWS, and the configuration that the companion goes by.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use cfct_aws::AwsError;
use cfct_aws::bootstrap::{observe, place};
use cfct_cli::CommandError;
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::console::Console;
use cfct_cli::interrupt::gracefully;
use cfct_core::aws::AccountId;
use cfct_core::bootstrap::{Configuration, configuration, decide};
use cfct_core::checks;
use cfct_package::{read_folder, read_input};
use clap::Args;
use futures_util::{StreamExt, stream};

use crate::account::{Occasion, attend, now};
use crate::edge::{Edge, Refusal};
use crate::outlook::{Outlook, failed, foreseen, looked_after, not_there};
use crate::packaged::{self, Lacking};
use crate::publish::default_bucket;

/// How many accounts are looked after side by side. The calls of all of them are bounded and paced besides.
const AHEAD: usize = 8;

/// What the companion goes by, and how AWS is reached.
#[derive(Debug, Args)]
pub(crate) struct GroundArgs {
    /// What the companion goes by, as `cfct package` writes it; what is published otherwise
    #[arg(long, value_name = "FILE")]
    pub(crate) configuration: Option<PathBuf>,
    /// The bucket it is published in; `bucket` in cfct.toml, or the one of CfCT's stack otherwise
    #[arg(long, value_name = "NAME", conflicts_with = "configuration")]
    bucket: Option<String>,
    /// The folder with cfct.toml, if there is one: for home-region and bucket
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// A connection to the management account, and the configuration that is gone by.
pub(crate) struct Ground {
    pub(crate) edge: Edge,
    pub(crate) configuration: Configuration,
}

/// Whether accounts are only looked at.
#[derive(Clone, Copy)]
pub(crate) enum Intent<'o> {
    /// Nothing is changed.
    Look,
    /// What they lack is done.
    Act(Occasion<'o>),
}

impl Ground {
    /// Connects, and reads what the companion goes by.
    pub(crate) fn open(arguments: &GroundArgs, console: &Console) -> Result<Self, CommandError> {
        let local = arguments.configuration.as_deref().map(of_file).transpose()?;
        let settings = read_folder(&arguments.config).ok();
        let settings = settings.map(|folder| checks::settings_of(&folder.configuration).0);
        let set = settings.unwrap_or_default();
        let home_region = local.as_ref().map(|local| local.home_region.clone()).or(set.home_region);
        let mut edge = Edge::open(&arguments.connection, home_region.as_deref(), console)?;
        let configuration = match local {
            Some(local) => packaged::ours(local, &edge.home).map_err(|lacking| lacking.refused(false))?,
            None => {
                let named = arguments.bucket.clone().or(set.bucket);
                let bucket = packaged::bucket(named.unwrap_or_else(|| default_bucket(&edge)), &edge.home);
                edge.wait(async {
                    let release = packaged::release(&edge.aws, &bucket).await?;
                    packaged::of_release(&edge.aws, &bucket, &release, &edge.home).await
                })?
            }
        };
        edge.work_as(&configuration.role, &configuration.home_region, console)?;
        Ok(Self { edge, configuration })
    }

    /// Looks at accounts, or looks after them, several at once. `done` hears of each as soon as it is done; the answer
    /// is in the order of their ids.
    pub(crate) fn round(
        &self,
        accounts: Vec<AccountId>,
        intent: Intent<'_>,
        mut done: impl FnMut(),
    ) -> Vec<Outlook> {
        let all = async {
            let outlooks = stream::iter(accounts).map(|account| self.one(account, intent));
            let mut outlooks = outlooks.buffer_unordered(AHEAD);
            let mut all = Vec::new();
            while let Some(outlook) = outlooks.next().await {
                done();
                all.push(outlook);
            }
            Ok::<_, AwsError>(all)
        };
        let mut all = self.edge.ask(all).unwrap_or_default();
        all.sort_by_key(|outlook| outlook.account);
        all
    }

    async fn one(&self, account: AccountId, intent: Intent<'_>) -> Outlook {
        let (aws, organization) = (&self.edge.aws, self.edge.home.organization.id.as_str());
        let looked = match intent {
            Intent::Look => {
                async {
                    let Some(place) = place(aws, organization, account).await? else { return Ok(None) };
                    let observed = observe(aws, &self.configuration, &place).await;
                    Ok(Some(foreseen(&place, &decide(&self.configuration, &place, &observed, now()))))
                }
                .await
            }
            Intent::Act(occasion) => {
                let attended = attend(aws, &self.configuration, organization, account, occasion).await;
                attended.map(|attended| attended.map(looked_after))
            }
        };
        match looked {
            Ok(outlook) => outlook.unwrap_or_else(|| not_there(account)),
            Err(error) => failed(account, error),
        }
    }
}

/// The configuration in a file.
pub(crate) fn of_file(path: &Path) -> Result<Configuration, CommandError> {
    let file = read_input(path)?;
    configuration::read(file.text().as_bytes()).map_err(|why| {
        CommandError::unreadable(format!("{}: {why}", path.display())).hint(why.hint().to_owned())
    })
}

/// What a run that a person started is known by.
pub(crate) fn correlation_id() -> String {
    format!("cfct-{}-{}", now(), std::process::id())
}

/// An error where somebody asked the run to end meanwhile.
pub(crate) fn uninterrupted() -> Result<(), CommandError> {
    if gracefully(|cancelled| cancelled.load(Ordering::Relaxed)) {
        let hint = "what is done stays done: run the command again for what is left".to_owned();
        return Err(CommandError::interrupted("interrupted").hint(hint));
    }
    Ok(())
}

impl Refusal for Lacking {
    fn refused(self, verbose: bool) -> CommandError {
        match self {
            Self::Aws(error) => error.refused(verbose),
            Self::Unpublished(_) => {
                let hint = "publish the configuration, or name the artifact bucket with --bucket".to_owned();
                CommandError::unreadable(self.to_string()).hint(hint)
            }
            lacking => CommandError::unreadable(lacking.to_string()).hint(lacking.hint()),
        }
    }
}
