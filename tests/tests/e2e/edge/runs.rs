//! Runs of the real binary against a server on 127.0.0.1.

use std::path::Path;
use std::process::Command;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};

use crate::binaries::Binary;
use crate::sandbox::{Run, Sandbox};

/// A run of `cfct` with credentials, against `url`, that sees nothing else of AWS.
pub fn command(sandbox: &Sandbox, url: &str, arguments: &str) -> Command {
    let list: Vec<&str> = arguments.split_whitespace().collect();
    let mut command = sandbox.command(Binary::Cfct, &list);
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("AWS_REGION", "eu-central-1").env("AWS_ENDPOINT_URL", url);
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_MAX_ATTEMPTS", "2");
    command
}

/// The SDK over `url`, in this process.
pub fn sdk(url: &str) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(url)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// What such a run does.
pub fn run(sandbox: &Sandbox, url: &str, arguments: &str) -> Run {
    finish(&mut command(sandbox, url, arguments), arguments, sandbox.path())
}

/// What a prepared run does.
pub fn finish(command: &mut Command, arguments: &str, sandbox: &Path) -> Run {
    let output = command.output().expect("the binary runs");
    Run::new(format!("cfct {arguments}"), &output, sandbox)
}
