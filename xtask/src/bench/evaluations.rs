//! Evaluations of requests under a deep organization, by us and by iam-simulate, on the same requests.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::report;
use crate::repository::Repository;
use crate::tools::IAM_SIMULATE;

/// Levels of the organization: the root, three units, the account.
const LEVELS: usize = 5;

/// Service control policies at each, FullAWSAccess among them.
const POLICIES: usize = 10;

const REQUESTS: usize = 2_000;

/// Services, with what guardrails deny of them and something to try it on.
const SERVICES: [Service; 8] = [
    Service {
        denied: &[
            "backup:DeleteBackupVault",
            "backup:DeleteRecoveryPoint",
            "backup:Put*",
            "backup:StartCopyJob",
        ],
        asked: &[
            "backup:DeleteBackupVault",
            "backup:PutBackupVaultAccessPolicy",
            "backup:DescribeBackupVault",
        ],
        resource: "arn:aws:backup:eu-central-1:111122223333:backup-vault:main",
    },
    Service {
        denied: &["kms:ScheduleKeyDeletion", "kms:Disable*", "kms:PutKeyPolicy", "kms:DeleteAlias"],
        asked: &["kms:ScheduleKeyDeletion", "kms:Decrypt", "kms:GenerateDataKey"],
        resource: "arn:aws:kms:eu-central-1:111122223333:key/0123",
    },
    Service {
        denied: &[
            "s3:DeleteBucket",
            "s3:PutBucketPolicy",
            "s3:PutEncryptionConfiguration",
            "s3:DeleteBucket*",
        ],
        asked: &["s3:DeleteBucket", "s3:ListBucket", "s3:PutBucketPolicy"],
        resource: "arn:aws:s3:::data",
    },
    Service {
        denied: &["ec2:DeleteVolume", "ec2:TerminateInstances", "ec2:Modify*", "ec2:RunInstances"],
        asked: &["ec2:TerminateInstances", "ec2:StopInstances", "ec2:ModifyInstanceAttribute"],
        resource: "arn:aws:ec2:eu-central-1:111122223333:instance/i-0123",
    },
    Service {
        denied: &["iam:DeleteRole", "iam:PutRolePolicy", "iam:Attach*", "iam:UpdateAssumeRolePolicy"],
        asked: &["iam:DeleteRole", "iam:GetRole", "iam:AttachRolePolicy"],
        resource: "arn:aws:iam::111122223333:role/Deploy",
    },
    Service {
        denied: &["rds:DeleteDBInstance", "rds:Stop*", "rds:ModifyDBInstance", "rds:DeleteDBSnapshot"],
        asked: &["rds:DeleteDBInstance", "rds:RebootDBInstance"],
        resource: "arn:aws:rds:eu-central-1:111122223333:db:orders",
    },
    Service {
        denied: &["lambda:DeleteFunction", "lambda:Add*", "lambda:UpdateFunctionCode", "lambda:Remove*"],
        asked: &["lambda:InvokeFunction", "lambda:DeleteFunction", "lambda:UpdateFunctionCode"],
        resource: "arn:aws:lambda:eu-central-1:111122223333:function:orders",
    },
    Service {
        denied: &["sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:Purge*", "sqs:AddPermission"],
        asked: &["sqs:SendMessage", "sqs:DeleteQueue", "sqs:ReceiveMessage"],
        resource: "arn:aws:sqs:eu-central-1:111122223333:orders",
    },
];

struct Service {
    denied: &'static [&'static str],
    asked: &'static [&'static str],
    resource: &'static str,
}

/// Runs both on the same file, and prints what each does in a second.
pub fn run(repository: &Repository, space: &Path) -> Result<(), Failure> {
    let folder = space.join("evaluations");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join("service-control.json"), service_control()))
        .and_then(|()| fs::write(folder.join("requests.json"), requests()))
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", folder.display())))?;
    report::say(&format!(
        "-- {REQUESTS} requests, {LEVELS} levels with {POLICIES} service control policies each"
    ));
    let bench = ["bench", "--quiet", "--locked", "--package", "cfct-core", "--bench", "evaluations", "--"];
    let ours = rate("evaluations", repository.cargo().args(bench).arg(&folder))?;
    let mut simulator = IAM_SIMULATE
        .node(&repository.root().join("tests/oracles/iam_simulate.mjs"))
        .map_err(|because| Failure::new(format!("iam-simulate cannot be had: {}", because.0)))?;
    let theirs = rate("peer: iam-simulate", simulator.arg("time").arg(&folder))?;
    if ours.allowed != theirs.allowed {
        let message = format!("we allow {} of the requests, iam-simulate {}", ours.allowed, theirs.allowed);
        return Err(Failure::new(message).hint("a figure of something else is none"));
    }
    report::say(&format!(
        "{:<45} {:>9.0}",
        "evaluations for one of iam-simulate's",
        ours.a_second / theirs.a_second
    ));
    Ok(())
}

/// What a command prints of itself.
struct Rate {
    /// Evaluations.
    a_second: f64,
    /// Requests that it allows.
    allowed: usize,
}

fn rate(name: &str, command: &mut Command) -> Result<Rate, Failure> {
    let output =
        command.output().map_err(|error| Failure::new(format!("{name} cannot be started: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let read = || {
        let (a_second, allowed) = text.trim().split_once(' ')?;
        Some(Rate { a_second: a_second.parse().ok()?, allowed: allowed.parse().ok()? })
    };
    let failed = || Failure::new(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()));
    let rate = read().filter(|_| output.status.success()).ok_or_else(failed)?;
    report::say(&format!("{name:<45} {:>9.0} a second, {} allowed", rate.a_second, rate.allowed));
    Ok(rate)
}

/// Of each level from the root down, its policies.
fn service_control() -> String {
    let mut text = String::from("[");
    for level in 0..LEVELS {
        text.push_str(if level == 0 { "[" } else { ",\n[" });
        for policy in 0..POLICIES {
            let comma = if policy == 0 { "" } else { ",\n" };
            let _ = write!(text, "{comma}{}", policy_of(level, policy));
        }
        text.push(']');
    }
    text.push_str("]\n");
    text
}

fn requests() -> String {
    let mut text = String::from("[");
    for request in 0..REQUESTS {
        let service = &SERVICES[request % SERVICES.len()];
        let action = service.asked[request / SERVICES.len() % service.asked.len()];
        let (role, mfa, region) = (
            request % 7,
            request.is_multiple_of(3),
            if request % 50 == 11 { "us-west-1" } else { "eu-central-1" },
        );
        let comma = if request == 0 { "" } else { ",\n" };
        let _ = write!(
            text,
            "{comma}{{\"id\":\"{request}\",\"principal\":\"arn:aws:iam::111122223333:role/Team{role}\",\
             \"action\":\"{action}\",\"resource\":\"{}\",\"context\":{{\
             \"aws:PrincipalArn\":\"arn:aws:iam::111122223333:role/Team{role}\",\
             \"aws:MultiFactorAuthPresent\":\"{mfa}\",\"aws:RequestedRegion\":\"{region}\",\
             \"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\",\"aws:SourceIp\":\"203.0.113.9\"}}}}",
            service.resource
        );
    }
    text.push_str("]\n");
    text
}

/// FullAWSAccess, a policy on Regions, and others of four statements, each on another service. The higher a
/// level, the fewer roles are spared.
fn policy_of(level: usize, policy: usize) -> String {
    let statements = match policy {
        0 => r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#.to_owned(),
        1 => "{\"Sid\":\"Regions\",\"Effect\":\"Deny\",\
              \"NotAction\":[\"iam:*\",\"sts:*\",\"organizations:*\",\"s3:GetBucketLocation\",\"support:*\"],\"Resource\":\"*\",\
              \"Condition\":{\"StringNotEquals\":{\"aws:RequestedRegion\":[\"eu-central-1\",\"eu-west-1\"]}}}"
            .to_owned(),
        _ => (0..4).map(|statement| statement_of(level, policy, statement)).collect::<Vec<_>>().join(","),
    };
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}")
}

fn statement_of(level: usize, policy: usize, statement: usize) -> String {
    let service = &SERVICES[(policy + 2 * statement) % SERVICES.len()];
    let actions: Vec<String> = service.denied.iter().map(|action| format!("\"{action}\"")).collect();
    let condition = match statement {
        0 => format!(
            "{{\"ArnNotLike\":{{\"aws:PrincipalArn\":[\"arn:*:iam::*:role/Team[0-{level}]\",\"arn:*:iam::*:role/Team{}\"]}}}}",
            level.max(3)
        ),
        1 => "{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"false\"},\"StringNotLike\":{\"aws:PrincipalArn\":\"*:role/Team*\"}}".to_owned(),
        2 => "{\"StringNotEquals\":{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}".to_owned(),
        _ => "{\"NotIpAddress\":{\"aws:SourceIp\":[\"203.0.113.0/24\",\"198.51.100.0/24\"]}}".to_owned(),
    };
    format!(
        "{{\"Sid\":\"L{level}P{policy}S{statement}\",\"Effect\":\"Deny\",\"Action\":[{}],\"Resource\":\"*\",\"Condition\":{condition}}}",
        actions.join(",")
    )
}
