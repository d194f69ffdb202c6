//! What the companion goes by: as it is published, or from a file, and only where it is of this organization.

use std::fmt;

use cfct_aws::bootstrap::document;
use cfct_aws::home::Home;
use cfct_aws::ports::{Bucket, Encryption};
use cfct_aws::{Aws, AwsError};
use cfct_core::bootstrap::configuration::{self, Configuration, NotUsable};

/// Why there is nothing to go by.
#[derive(Clone, Debug)]
pub(crate) enum Lacking {
    /// AWS does not answer.
    Aws(AwsError),
    /// Nothing is published in the bucket.
    Unpublished(String),
    /// The release has nothing for the companion.
    WithoutBootstrap(String),
    /// It cannot be read.
    Unusable(NotUsable),
    /// It is of another organization.
    Foreign,
}

impl Lacking {
    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Aws(error) => error.hint(),
            Self::Unpublished(_) => Some("publish the configuration".to_owned()),
            Self::WithoutBootstrap(_) => Some("add [bootstrap] to cfct.toml".to_owned()),
            Self::Unusable(why) => Some(why.hint().to_owned()),
            Self::Foreign => None,
        }
    }
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(error) => error.fmt(f),
            Self::Unpublished(bucket) => write!(f, "nothing is published in {bucket}"),
            Self::WithoutBootstrap(release) => write!(f, "release {release} has nothing for the companion"),
            Self::Unusable(why) => why.fmt(f),
            Self::Foreign => f.write_str("the configuration is of another organization"),
        }
    }
}

impl From<AwsError> for Lacking {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

/// The artifact bucket.
pub(crate) fn bucket(name: String, home: &Home) -> Bucket {
    Bucket { name, owner: home.account.to_string(), encryption: Encryption::OfBucket }
}

/// The release that is published.
pub(crate) async fn release(aws: &Aws, bucket: &Bucket) -> Result<String, Lacking> {
    let release = cfct_aws::bootstrap::published(aws, bucket).await?;
    release.ok_or_else(|| Lacking::Unpublished(bucket.name.clone()))
}

/// What a release has for the companion.
pub(crate) async fn of_release(
    aws: &Aws,
    bucket: &Bucket,
    release: &str,
    home: &Home,
) -> Result<Configuration, Lacking> {
    let bytes = document(aws, bucket, release).await?;
    let bytes = bytes.ok_or_else(|| Lacking::WithoutBootstrap(release.to_owned()))?;
    ours(configuration::read(&bytes).map_err(Lacking::Unusable)?, home)
}

/// The configuration, where it is of the organization that the caller is in.
pub(crate) fn ours(configuration: Configuration, home: &Home) -> Result<Configuration, Lacking> {
    let is_ours = configuration.management_account == home.account
        && configuration.organization.as_ref().is_none_or(|of| *of == home.organization.id);
    if is_ours { Ok(configuration) } else { Err(Lacking::Foreign) }
}
