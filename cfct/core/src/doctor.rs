//! What `cfct doctor` says of the ground that everything else stands on, from what was observed.

use serde::Serialize;

use crate::organization::BASELINE_STACK_SET;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, or may; somebody should look.
    Attention,
    /// It does not work, or nobody could tell.
    Failed,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Attention => "attention",
            Self::Failed => "failed",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// How it is.
    pub level: Level,
    /// What was looked at.
    pub subject: &'static str,
    /// What was found.
    pub found: String,
    /// What to do; `None` where nothing has to be.
    pub advice: Option<String>,
}

fn ok(subject: &'static str, found: impl Into<String>) -> Line {
    Line { level: Level::Ok, subject, found: found.into(), advice: None }
}

fn attention(subject: &'static str, found: impl Into<String>, advice: &str) -> Line {
    Line { level: Level::Attention, subject, found: found.into(), advice: Some(advice.to_owned()) }
}

fn failed(subject: &'static str, found: impl Into<String>, advice: &str) -> Line {
    Line { level: Level::Failed, subject, found: found.into(), advice: Some(advice.to_owned()) }
}

/// An answer, or why there is none.
pub type Answered<T> = Result<T, String>;

/// A stack: its name, its description and its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its state.
    pub status: String,
}

/// A rule on events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The events that it takes, as JSON.
    pub pattern: String,
}

/// What was observed.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The account of the credentials, which is the management account.
    pub account: String,
    /// The Region that was looked in.
    pub region: String,
    /// The Region that the manifest names, where there is a manifest.
    pub manifest_region: Option<String>,
    /// The stacks of the Region.
    pub stacks: Answered<Vec<Stack>>,
    /// The provider of the source of CfCT's pipeline; `None` where there is no pipeline.
    pub source: Answered<Option<String>>,
    /// The rules of the Region's default event bus.
    pub rules: Answered<Vec<Rule>>,
    /// Service principals with trusted access.
    pub trusted: Answered<Vec<String>>,
    /// Policy types that are on.
    pub policy_types: Answered<Vec<String>>,
    /// Whether the management account has the execution role, and the role's name.
    pub execution_role: (String, Answered<bool>),
    /// The names of stack sets.
    pub stack_sets: Answered<Vec<String>>,
}

/// Judges what was observed.
#[must_use]
pub fn judge(facts: &Facts) -> Vec<Line> {
    let mut lines = vec![ok("identity", format!("{}, the management account", facts.account)), region(facts)];
    let version = facts.stacks.as_ref().ok().and_then(|stacks| solution(stacks)).map(version_of);
    lines.push(answered("CfCT's stack", &facts.stacks, |stacks| stack(stacks)));
    lines.push(answered("pipeline source", &facts.source, |source| {
        pipeline(source.as_deref(), version.flatten())
    }));
    lines.push(answered("lifecycle events", &facts.rules, |rules| events(rules)));
    lines.extend(services(&facts.trusted));
    lines.push(answered("policy types", &facts.policy_types, |types| policy_types(types)));
    lines.push(answered("execution role", &facts.execution_role.1, |is_there| {
        execution_role(&facts.execution_role.0, *is_there)
    }));
    lines.push(answered("baseline stack set", &facts.stack_sets, |names| baseline(names, &facts.region)));
    lines.push(competitors(facts));
    lines
}

/// What nobody answered cannot be judged.
fn answered<T>(subject: &'static str, answer: &Answered<T>, judge: impl FnOnce(&T) -> Line) -> Line {
    match answer {
        Ok(answer) => judge(answer),
        Err(why) => failed(subject, why.clone(), "see docs/permissions.md for what `doctor` has to read"),
    }
}

fn region(facts: &Facts) -> Line {
    match &facts.manifest_region {
        Some(region) if *region != facts.region => attention(
            "home Region",
            format!("looked in {}, and the manifest names {region}", facts.region),
            "set home-region in cfct.toml, or --region, to Control Tower's home Region",
        ),
        _ => ok("home Region", facts.region.clone()),
    }
}

/// The id of the solution stands in the description of its stack.
///
/// <https://docs.aws.amazon.com/controltower/latest/userguide/cfct-overview.html>
fn solution(stacks: &[Stack]) -> Option<&Stack> {
    stacks.iter().find(|stack| stack.description.contains("SO0089"))
}

type Version = (u32, u32, u32);

fn version_of(stack: &Stack) -> Option<Version> {
    let words = stack.description.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words.filter_map(parse).next()
}

fn parse(word: &str) -> Option<Version> {
    let mut numbers = word.trim_matches('.').split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return None;
    };
    Some((major, minor, patch))
}

/// Resource control policies and sources behind a connection came with this version.
const CURRENT: Version = (2, 8, 1);

fn stack(stacks: &[Stack]) -> Line {
    let subject = "CfCT's stack";
    let Some(stack) = solution(stacks) else {
        return failed(
            subject,
            "there is none in this Region",
            "deploy Customizations for AWS Control Tower in the home Region, or name that Region with --region",
        );
    };
    let Stack { name, status, .. } = stack;
    match version_of(stack) {
        _ if !status.ends_with("_COMPLETE") || status.contains("ROLLBACK") => attention(
            subject,
            format!("{name} is {status}"),
            "look at the stack's events, and update it again",
        ),
        Some((major, minor, patch)) if (major, minor, patch) < CURRENT => attention(
            subject,
            format!("{name}, version {major}.{minor}.{patch}"),
            "update it: resource control policies and GitHub as a source came with 2.8.1",
        ),
        Some((major, minor, patch)) => ok(subject, format!("{name}, version {major}.{minor}.{patch}")),
        None => {
            attention(subject, format!("{name}, of an unknown version"), "look at the stack's description")
        }
    }
}

fn pipeline(provider: Option<&str>, version: Option<Version>) -> Line {
    let subject = "pipeline source";
    match provider {
        None => failed(
            subject,
            "there is no pipeline of CfCT in this Region",
            "look at CfCT's stack, or name the home Region with --region",
        ),
        Some("S3") => ok(subject, "S3: `cfct publish` puts the package there"),
        Some("CodeCommit") => attention(
            subject,
            "CodeCommit",
            "it takes no new customers: for a new organization choose S3 or a connection to GitHub",
        ),
        Some(provider) if version.is_some_and(|version| version < CURRENT) => {
            attention(subject, provider, "this version of CfCT takes S3 and CodeCommit; update its stack")
        }
        Some(provider) => ok(subject, format!("{provider}: push the configuration there")),
    }
}

/// The events that CfCT starts its pipeline on, and one that it does not know.
fn events(rules: &[Rule]) -> Line {
    let subject = "lifecycle events";
    let is_wired = |event: &str| rules.iter().any(|rule| rule.is_enabled && rule.pattern.contains(event));
    let (wired, missing): (Vec<&str>, Vec<&str>) =
        ["CreateManagedAccount", "UpdateManagedAccount"].into_iter().partition(|event| is_wired(event));
    if !missing.is_empty() {
        let found = format!("no rule takes {}", missing.join(" or "));
        return failed(
            subject,
            found,
            "new and moved accounts get nothing: look at the rules of CfCT's stack",
        );
    }
    let found = wired.join(", ");
    if is_wired("EnableBaseline") {
        return ok(subject, format!("{found}, EnableBaseline"));
    }
    attention(
        subject,
        format!("{found}; not EnableBaseline"),
        "accounts that a unit enrols by itself may send no other event: take those events too, or run the pipeline \
         by the clock",
    )
}

const SERVICES: [(&str, &str, &str); 3] = [
    (
        "backup.amazonaws.com",
        "AWS Backup",
        "backup policies and copies across accounts need it: add it to trusted-access under \
         [organization-settings] and run `cfct apply`",
    ),
    (
        "member.org.stacksets.cloudformation.amazonaws.com",
        "stack sets",
        "only service-managed stack sets need it: `stack-sets = true` under [organization-settings]",
    ),
    (
        "ram.amazonaws.com",
        "RAM",
        "shared air-gapped vaults need it: `aws ram enable-sharing-with-aws-organization`",
    ),
];

fn services(trusted: &Answered<Vec<String>>) -> Vec<Line> {
    let subject = "trusted access";
    match trusted {
        Err(_) => vec![answered(subject, trusted, |_| ok(subject, ""))],
        Ok(trusted) => SERVICES
            .iter()
            .map(|(principal, name, advice)| {
                let is_on = trusted.iter().any(|service| service == principal);
                if is_on { ok(subject, *name) } else { attention(subject, format!("not {name}"), advice) }
            })
            .collect(),
    }
}

fn policy_types(enabled: &[String]) -> Line {
    let wanted = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BACKUP_POLICY"];
    let missing: Vec<&str> =
        wanted.into_iter().filter(|kind| !enabled.iter().any(|enabled| enabled == kind)).collect();
    if missing.is_empty() {
        return ok("policy types", wanted.join(", "));
    }
    attention(
        "policy types",
        format!("not {}", missing.join(", ")),
        "CfCT turns on the first two when it meets one; `cfct apply` turns on what policies need",
    )
}

fn execution_role(name: &str, is_there: bool) -> Line {
    if is_there {
        return ok("execution role", format!("{name} is in the management account"));
    }
    attention(
        "execution role",
        format!("{name} is not in the management account"),
        "Control Tower does not make it there, and stack sets aimed at this account need it: create it, trusting \
         the account itself",
    )
}

fn baseline(names: &[String], region: &str) -> Line {
    if names.iter().any(|name| name == BASELINE_STACK_SET) {
        return ok("baseline stack set", BASELINE_STACK_SET);
    }
    failed(
        "baseline stack set",
        format!("{BASELINE_STACK_SET} is not in {region}"),
        "CfCT takes the enrolled accounts from it: name Control Tower's home Region with --region",
    )
}

/// Names that other tools give to what they make. Two tools that keep the same policies undo each other's work.
const TOOLS: [(&str, &str); 6] = [
    ("AWSAccelerator", "Landing Zone Accelerator on AWS"),
    ("ASEA-", "AWS Secure Environment Accelerator"),
    ("PBMMAccel-", "AWS Secure Environment Accelerator"),
    ("adf-", "AWS Deployment Framework"),
    ("aft-", "Account Factory for Terraform"),
    ("OrgFormation", "org-formation"),
];

fn competitors(facts: &Facts) -> Line {
    let subject = "other controllers";
    let stack_sets = facts.stack_sets.iter().flatten().map(|name| ("stack set", name));
    let rules = facts.rules.iter().flatten().map(|rule| ("rule", &rule.name));
    let stacks = facts.stacks.iter().flatten().map(|stack| ("stack", &stack.name));
    let mut found: Vec<String> = Vec::new();
    for (prefix, tool) in TOOLS {
        let mut named = stack_sets.clone().chain(rules.clone()).chain(stacks.clone());
        if let Some((kind, name)) = named.find(|(_, name)| name.starts_with(prefix)) {
            found.push(format!("{tool} ({kind} {name})"));
        }
    }
    if found.is_empty() {
        return ok(subject, "none that is known by its names");
    }
    attention(
        subject,
        found.join(", "),
        "make sure that only one tool keeps the policies: such tools detach what they did not attach",
    )
}

#[cfg(test)]
mod tests {
    use super::{Facts, Level, Rule, Stack, judge, version_of};

    type Spoil = fn(&mut Facts);

    fn good() -> Facts {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Facts {
            account: "111122223333".to_owned(),
            region: "eu-central-1".to_owned(),
            manifest_region: Some("eu-central-1".to_owned()),
            stacks: Ok(vec![Stack {
                name: "CustomControlTower".to_owned(),
                description: "(SO0089) customizations. Version: v2.8.4".to_owned(),
                status: "UPDATE_COMPLETE".to_owned(),
            }]),
            source: Ok(Some("S3".to_owned())),
            rules: Ok(vec![Rule {
                name: "lifecycle".to_owned(),
                is_enabled: true,
                pattern: r#"["CreateManagedAccount","UpdateManagedAccount","EnableBaseline"]"#.to_owned(),
            }]),
            trusted: Ok(texts(&[
                "backup.amazonaws.com",
                "member.org.stacksets.cloudformation.amazonaws.com",
                "ram.amazonaws.com",
            ])),
            policy_types: Ok(texts(&["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BACKUP_POLICY"])),
            execution_role: ("AWSControlTowerExecution".to_owned(), Ok(true)),
            stack_sets: Ok(texts(&["AWSControlTowerBP-BASELINE-CONFIG"])),
        }
    }

    #[test]
    fn good_ground_is_ok_throughout() {
        let lines = judge(&good());
        assert!(lines.iter().all(|line| line.level == Level::Ok && line.advice.is_none()), "{lines:#?}");
    }

    #[test]
    fn each_flaw_is_one_line_with_what_to_do() {
        let flaws: [(&str, Level, Spoil); 14] = [
            ("home Region", Level::Attention, |facts| facts.manifest_region = Some("us-east-1".to_owned())),
            ("CfCT's stack", Level::Failed, |facts| facts.stacks = Ok(Vec::new())),
            ("CfCT's stack", Level::Failed, |facts| facts.stacks = Err("access denied".to_owned())),
            ("CfCT's stack", Level::Attention, |facts| {
                facts.stacks.as_mut().unwrap()[0].description = "SO0089 v2.7.0".to_owned();
            }),
            ("CfCT's stack", Level::Attention, |facts| {
                facts.stacks.as_mut().unwrap()[0].status = "UPDATE_ROLLBACK_COMPLETE".to_owned();
            }),
            ("pipeline source", Level::Failed, |facts| facts.source = Ok(None)),
            ("pipeline source", Level::Attention, |facts| facts.source = Ok(Some("CodeCommit".to_owned()))),
            ("lifecycle events", Level::Failed, |facts| facts.rules.as_mut().unwrap()[0].is_enabled = false),
            ("lifecycle events", Level::Attention, |facts| {
                facts.rules.as_mut().unwrap()[0].pattern =
                    "CreateManagedAccount UpdateManagedAccount".to_owned();
            }),
            ("trusted access", Level::Attention, |facts| drop(facts.trusted.as_mut().unwrap().remove(0))),
            ("policy types", Level::Attention, |facts| facts.policy_types.as_mut().unwrap().truncate(1)),
            ("execution role", Level::Attention, |facts| facts.execution_role.1 = Ok(false)),
            ("baseline stack set", Level::Failed, |facts| facts.stack_sets = Ok(Vec::new())),
            ("other controllers", Level::Attention, |facts| {
                facts.stack_sets.as_mut().unwrap().push("AWSAccelerator-Backup".to_owned());
            }),
        ];
        for (subject, level, spoil) in flaws {
            let mut facts = good();
            spoil(&mut facts);
            let lines = judge(&facts);
            let bad: Vec<_> = lines.iter().filter(|line| line.level != Level::Ok).collect();
            assert_eq!(bad.len(), 1, "{subject}: {bad:#?}");
            assert_eq!((bad[0].subject, bad[0].level), (subject, level), "{bad:#?}");
            assert!(bad[0].advice.is_some());
        }
    }

    #[test]
    fn an_old_version_takes_no_connection() {
        let mut facts = good();
        facts.stacks.as_mut().unwrap()[0].description = "SO0089 Version 2.7.3".to_owned();
        facts.source = Ok(Some("CodeStarSourceConnection".to_owned()));
        let lines = judge(&facts);
        assert_eq!(lines.iter().filter(|line| line.level == Level::Attention).count(), 2, "{lines:#?}");
    }

    #[test]
    fn a_version_is_three_numbers_wherever_it_stands() {
        let version = |text: &str| version_of(&Stack { description: text.to_owned(), ..Stack::default() });
        assert_eq!(version("(SO0089) x. Version: v2.8.4."), Some((2, 8, 4)));
        assert_eq!(version("(SO0089) v10.0.12-rc"), Some((10, 0, 12)));
        assert_eq!(version("(SO0089) 2.8"), None);
    }
}
