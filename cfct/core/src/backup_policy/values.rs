//! Whether a single value is one that its setting takes.

use super::cron::{RemarkKind, Schedule};
use super::grammar::Kind;
use super::{codes, placeholder};
use crate::aws::Region;
use crate::document::{NodeRef, Style};
use crate::finding::{Code, Finding, Level};
use crate::source::{Location, Span};
use crate::words::{excerpt, nearest};

/// Reports what is wrong with `text`, the value at `node`.
pub fn check(node: NodeRef<'_>, text: &str, kind: Kind, findings: &mut Vec<Finding>) {
    if let Some(found) = placeholder::template(text) {
        findings.push(
            Finding::new(
                &codes::PLACEHOLDER_UNFILLED,
                &within(node, text, found.clone()),
                format!("`{}` is left to be filled in", excerpt(&text[found])),
            )
            .help("write the value, or fill it in before the package is checked and packaged"),
        );
        return;
    }
    if let Some(misplaced) = placeholder::misplaced(text, kind) {
        findings.push(
            Finding::new(
                &codes::PLACEHOLDER_MISPLACED,
                &within(node, text, misplaced.clone()),
                format!("{} is not filled in here", &text[misplaced]),
            )
            .help(placeholder::where_filled_in(kind)),
        );
        return;
    }
    match kind {
        Kind::Text | Kind::TimeZone => {}
        Kind::Region => region(node, text, findings),
        Kind::VaultName => vault_name(node, text, findings),
        Kind::Schedule => schedule(node, text, findings),
        Kind::Days => days(node, text, findings),
        Kind::StartWindow => window(node, text, 60, findings),
        Kind::CompletionWindow => window(node, text, 1, findings),
        Kind::Boolean => word(node, text, &["true", "false"], findings),
        Kind::Word(words) => word(node, text, words, findings),
        Kind::RoleArn => role(node, text, findings),
        Kind::VaultArn => vault_arn(node, text, findings),
        Kind::AirGappedVaultArn => air_gapped(node, text, findings),
        Kind::ResourceType => resource_type(node, text, findings),
        Kind::ConditionKey => condition_key(node, text, findings),
    }
}

/// Reports a plan, rule or selection by a name that AWS Backup does not take.
pub fn name(node: NodeRef<'_>, text: &str, noun: &str, findings: &mut Vec<Finding>) {
    const LONGEST: usize = 50;
    if placeholder::template(text).is_some() {
        return check(node, text, Kind::Text, findings);
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.chars().count() > LONGEST || !text.chars().all(legal) {
        findings.push(
            Finding::new(&codes::NAME, &node, format!("`{}` cannot be the name of a {noun}", excerpt(text)))
                .help(format!("use 1 to {LONGEST} letters, digits, hyphens, underscores and dots")),
        );
    }
}

/// The ARN of something: partition, service, Region, account and the rest.
struct Arn<'t> {
    partition: &'t str,
    service: &'t str,
    region: &'t str,
    account: &'t str,
    resource: &'t str,
}

impl<'t> Arn<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let arn = parts.next()?;
        let [partition, service, region, account, resource] =
            [parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let is_arn = arn == "arn" && is_partition(partition);
        is_arn.then_some(Self { partition, service, region, account, resource })
    }
}

/// `aws`, `aws-cn`, `aws-us-gov` and those to come.
fn is_partition(text: &str) -> bool {
    text == "aws" || text.strip_prefix("aws-").is_some_and(is_kebab)
}

fn is_kebab(text: &str) -> bool {
    text.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn is_account(text: &str) -> bool {
    text == placeholder::ACCOUNT || crate::aws::AccountId::is_id(text)
}

fn is_region(text: &str) -> bool {
    Region::find(text).is_some() || Region::is_conceivable(text)
}

/// CreateBackupVault: `^[a-zA-Z0-9\-\_]{2,50}$`.
fn is_vault_name(text: &str) -> bool {
    text.len() >= 2 && is_vault_id(text)
}

/// The characters of a vault's name. In ARNs AWS's own samples allow a single one.
fn is_vault_id(text: &str) -> bool {
    (1..=50).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn region(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    if Region::find(text).is_some() {
        return;
    }
    let finding = Finding::new(&codes::REGION, &node, format!("`{}` is no Region", excerpt(text)));
    let lower = text.trim().to_lowercase();
    if let Some(meant) = Region::find(&lower) {
        findings.push(replaced(finding.help(format!("write `{}`", meant.id)), node, meant.id));
        return;
    }
    let date = Region::date();
    let nearest = nearest(&lower, Region::all().iter().map(|region| region.id));
    let finding = match nearest {
        Some(near) => finding.help(format!("did you mean `{near}`? no such Region was known on {date}")),
        None => finding.help("write the Region's code, such as `eu-central-1`"),
    };
    // The data has an end; what is formed like a Region may have opened since.
    findings.push(if Region::is_conceivable(text) { finding.level(Level::Warning) } else { finding });
}

fn vault_name(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    if text.starts_with("arn:") {
        let name = text.rsplit(':').next().unwrap_or_default();
        let finding = Finding::new(&codes::NAME, &node, "the vault is given by its ARN, not its name");
        findings.push(if is_vault_name(name) {
            replaced(finding.help("write the name alone: the vault is in the account itself"), node, name)
        } else {
            finding.help("write the vault's name")
        });
    } else if !is_vault_name(text) {
        findings.push(
            Finding::new(&codes::NAME, &node, format!("`{}` cannot be a vault's name", excerpt(text)))
                .help("a vault has 2 to 50 letters, digits, hyphens and underscores"),
        );
    }
}

fn schedule(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    let schedule = match Schedule::parse(text) {
        Ok(schedule) => schedule,
        Err(error) => {
            let at = within(node, text, error.range);
            let finding = Finding::new(&codes::SCHEDULE, &at, error.message).help(error.help);
            findings.push(match error.mended {
                Some(mended) => replaced(finding, node, &mended),
                None => finding,
            });
            return;
        }
    };
    for remark in &schedule.remarks {
        let at = within(node, text, remark.range.clone());
        let part = excerpt(&text[remark.range.clone()]);
        findings.push(match remark.kind {
            RemarkKind::Undocumented => {
                Finding::new(&codes::SCHEDULE_UNDOCUMENTED, &at, format!("AWS does not document `{part}`"))
                    .help("write it with the documented forms, or try it in an account first")
            }
            RemarkKind::StepUnused => {
                Finding::new(&codes::SCHEDULE_STEP, &at, format!("`{part}` is its first value alone"))
                    .help("start the step earlier, or write the value without a step")
            }
        });
    }
    rhythm(node, &schedule, findings);
}

/// Whether it runs at all, and not too often.
fn rhythm(node: NodeRef<'_>, schedule: &Schedule, findings: &mut Vec<Finding>) {
    const LEAST_MINUTES: i64 = 60;
    match schedule.rhythm() {
        Some(rhythm) if rhythm.least < LEAST_MINUTES => findings.push(
            Finding::new(
                &codes::SCHEDULE_TOO_OFTEN,
                &node,
                format!("two runs are {} minutes apart", rhythm.least),
            )
            .help("let an hour pass between runs; for less, use continuous backup"),
        ),
        None if !schedule.ever_runs() => findings.push(
            Finding::new(&codes::SCHEDULE_NEVER, &node, "no day fits this schedule")
                .help("no month has this day; L is the last day of every month"),
        ),
        _ => {}
    }
}

fn days(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    const LONGEST: u64 = 36_500;
    match whole_number(text) {
        None => findings.push(not_a_number(node, text, "days")),
        Some(days) if !(1..=LONGEST).contains(&days) => findings
            .push(Finding::new(&codes::RETENTION_RANGE, &node, format!("{} days", excerpt(text))).help(
                format!("1 to {LONGEST} days; leave the setting out to keep recovery points for ever"),
            )),
        Some(_) => {}
    }
}

fn window(node: NodeRef<'_>, text: &str, least: u64, findings: &mut Vec<Finding>) {
    // 100 years; AWS Backup's own bound on windows.
    const LONGEST: u64 = 52_560_000;
    match whole_number(text) {
        None => findings.push(not_a_number(node, text, "minutes")),
        Some(minutes) if !(least..=LONGEST).contains(&minutes) => findings.push(
            Finding::new(&codes::WINDOW, &node, format!("a window of {} minutes", excerpt(text)))
                .help(format!("{least} to {LONGEST} minutes")),
        ),
        Some(_) => {}
    }
}

/// A number as AWS reads it from a string: digits alone.
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn not_a_number(node: NodeRef<'_>, text: &str, unit: &str) -> Finding {
    let message = format!("`{}` is no number of {unit}", excerpt(text));
    Finding::new(&codes::WRONG_VALUE, &node, message).help(format!("write whole {unit}: \"60\""))
}

fn word(node: NodeRef<'_>, text: &str, words: &'static [&'static str], findings: &mut Vec<Finding>) {
    if words.contains(&text) {
        return;
    }
    let all = words.join(", ");
    let finding =
        Finding::new(&codes::WRONG_VALUE, &node, format!("`{}` is not one of {all}", excerpt(text)));
    findings.push(match nearest(text, words.iter().copied()) {
        Some(near) => replaced(finding.help(format!("did you mean {near}?")), node, near),
        None => finding.help(format!("write one of {all}")),
    });
}

fn role(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    let is_role = Arn::parse(text).is_some_and(|arn| {
        let name = arn.resource.strip_prefix("role/").unwrap_or_default();
        arn.service == "iam" && arn.region.is_empty() && is_account(arn.account) && !name.is_empty()
    });
    if !is_role {
        findings.push(not_an_arn(&codes::ARN, node, text, "a role", "arn:aws:iam::$account:role/NAME"));
    }
}

fn vault_arn(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    if !vault_of(text).is_some_and(|arn| is_region(arn.region) && is_account(arn.account)) {
        let form = "arn:aws:backup:REGION:$account:backup-vault:NAME";
        findings.push(not_an_arn(&codes::ARN, node, text, "a vault", form));
    }
}

fn air_gapped(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    let vault = vault_of(text);
    let filled_in = |arn: &Arn<'_>| arn.region == placeholder::REGION && arn.account == placeholder::ACCOUNT;
    if vault.as_ref().is_some_and(filled_in) {
        return;
    }
    let form = "arn:aws:backup:$region:$account:backup-vault:NAME";
    let finding =
        not_an_arn(&codes::AIR_GAPPED_ARN, node, text, "an air-gapped vault as a policy names it", form);
    findings.push(match vault {
        Some(arn) => {
            let mended = format!("arn:{}:backup:$region:$account:{}", arn.partition, arn.resource);
            replaced(finding, node, &mended)
        }
        None => finding,
    });
}

/// The parts of a vault's ARN, whatever its Region and account.
fn vault_of(text: &str) -> Option<Arn<'_>> {
    Arn::parse(text).filter(|arn| {
        arn.service == "backup" && arn.resource.strip_prefix("backup-vault:").is_some_and(is_vault_id)
    })
}

fn not_an_arn(code: &'static Code, node: NodeRef<'_>, text: &str, what: &str, form: &str) -> Finding {
    Finding::new(code, &node, format!("`{}` is not the ARN of {what}", excerpt(text)))
        .help(format!("write {form}"))
}

/// The resource types of the Organizations guide, for the commercial partition.
const RESOURCE_TYPES: [&str; 18] = [
    "arn:aws:backup-gateway:*:*:vm/*",
    "arn:aws:cloudformation:*:*:stack/*",
    "arn:aws:dsql:*:*:cluster/*",
    "arn:aws:dynamodb:*:*:table/*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:*:*:volume/*",
    "arn:aws:elasticfilesystem:*:*:file-system/*",
    "arn:aws:rds:*:*:cluster:*",
    "arn:aws:rds:*:*:db:*",
    "arn:aws:redshift:*:*:cluster:*",
    "arn:aws:redshift-serverless:*:*:namespace/*",
    "arn:aws:s3:::*",
    "arn:aws:ssm-sap:*:*:HANA/*",
    "arn:aws:storagegateway:*:*:gateway/*",
    "arn:aws:timestream:*:*:database/*",
    "arn:aws:fsx:*:*:file-system/*",
    "arn:aws:fsx:*:*:volume/*",
    "arn:aws:eks:*:*:cluster/*",
];

fn resource_type(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    let known = |text: &str| text == "*" || RESOURCE_TYPES.contains(&text);
    // GovCloud and China name their own partition in the same patterns.
    let partition = Arn::parse(text).map_or("aws", |arn| arn.partition);
    let commercial = text.replacen(&format!("arn:{partition}:"), "arn:aws:", 1);
    if known(&commercial) {
        return;
    }
    let finding =
        Finding::new(&codes::RESOURCE_TYPE, &node, format!("`{}` is no resource type", excerpt(text)));
    findings.push(match nearest(&commercial, RESOURCE_TYPES) {
        Some(near) => {
            let near = near.replacen("arn:aws:", &format!("arn:{partition}:"), 1);
            replaced(finding.help(format!("did you mean {near}?")), node, &near)
        }
        None => finding.help(
            "write * for every type, or one of the documented patterns, for example arn:aws:ec2:*:*:volume/*",
        ),
    });
}

fn condition_key(node: NodeRef<'_>, text: &str, findings: &mut Vec<Finding>) {
    const TAG: &str = "aws:ResourceTag/";
    if text.strip_prefix(TAG).is_some_and(|key| !key.is_empty()) {
        return;
    }
    let message = format!("`{}` is no condition key of a selection", excerpt(text));
    let finding = Finding::new(&codes::CONDITION_KEY, &node, message);
    findings.push(if text.contains([':', '/']) || text.is_empty() {
        finding.help(format!("write {TAG}KEY"))
    } else {
        let mended = format!("{TAG}{text}");
        replaced(finding.help(format!("write {mended}")), node, &mended)
    });
}

/// Offers to write `text` in the node's place.
fn replaced(finding: Finding, node: NodeRef<'_>, text: &str) -> Finding {
    finding.fix(format!("write `{text}`"), node.span(), serde_json::Value::from(text).to_string())
}

/// The place of a part of a text: exact where the text has no escapes, the whole value otherwise.
fn within(node: NodeRef<'_>, text: &str, part: std::ops::Range<usize>) -> Location {
    let span = node.span();
    let quote = usize::from(node.style() != Some(Style::Plain));
    let verbatim = node.source_text().get(quote..quote + text.len()) == Some(text);
    let start = span.start as usize + quote;
    let span =
        if verbatim && !part.is_empty() { Span::new(start + part.start, start + part.end) } else { span };
    Location::new(node.document().source(), span)
}
