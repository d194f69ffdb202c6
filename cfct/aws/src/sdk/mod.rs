//! The adapters: each port on the AWS SDK. A file a service or a port, and nothing but
//! translation.

mod backup;
mod cloudformation;
mod cloudwatchlogs;
mod codepipeline;
mod eventbridge;
mod iam;
mod organization_settings;
mod organizations;
mod policies;
mod s3;
mod servicecatalog;
mod sfn;
mod ssm;
mod sts;
mod things;
mod upload;

pub(crate) use upload::SHA256;

/// What AWS documents as always there. An answer without it reads as empty, which readers of snapshots report.
fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
