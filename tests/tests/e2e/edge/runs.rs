//! Runs of the real binary against a server on 127.0.0.1.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::thread;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use cfct_aws::{Aws, Settings, Silent};
use tokio::runtime::{Builder, Runtime};

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

/// The SDK over `url`, in this process. It is loaded on a thread of its own, since a test may be in the middle
/// of something asynchronous.
pub fn sdk(url: &str) -> SdkConfig {
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(url)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"));
    let load =
        || Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(loader.load());
    thread::spawn(load).join().expect("a configuration")
}

/// What runs asynchronous work.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The ports over `url`, with parts of this size; what fails is not tried again.
pub fn ports(url: &str, part_bytes: usize) -> (Runtime, Aws) {
    ports_with(url, Settings { attempts: Some(1), adaptive: false, part_bytes, ..Settings::default() })
}

/// The ports over `url`.
pub fn ports_with(url: &str, settings: Settings) -> (Runtime, Aws) {
    static NEVER: AtomicBool = AtomicBool::new(false);
    (runtime(), Aws::over(&sdk(url), settings, Box::new(Silent), &NEVER).expect("a Region"))
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
