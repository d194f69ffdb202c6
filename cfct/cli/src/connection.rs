//! How to reach AWS: the arguments that every command at the AWS edge takes.

use clap::Args;

/// How to reach accounts of the organization.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "AWS")]
pub struct RoleArgs {
    /// The role to take in other accounts
    #[arg(long, value_name = "ROLE", default_value = "AWSControlTowerExecution")]
    pub execution_role: String,
}

/// How to reach AWS. What is not given is looked up where every AWS tool looks.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "AWS")]
pub struct ConnectionArgs {
    /// The profile of your AWS configuration; AWS_PROFILE otherwise
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Control Tower's home Region; home-region in cfct.toml, AWS_REGION or the profile's otherwise
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// An address in place of AWS's own, as of an emulator; AWS_ENDPOINT_URL otherwise
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}
