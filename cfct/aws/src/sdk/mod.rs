//! The adapters: each port on the AWS SDK. A file a service, and nothing but translation.

mod cloudformation;
mod cloudwatchlogs;
mod codepipeline;
mod organizations;
mod s3;
mod sfn;
mod ssm;
mod sts;
mod upload;

pub(crate) use upload::SHA256;

/// What AWS documents as always there. An answer without it reads as empty, which readers of snapshots report.
fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
