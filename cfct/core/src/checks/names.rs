//! Names of resources: what they become, and what happens when two of them meet.
//!
//! A stack set is called `CustomControlTower-<name>`; a policy has the name as written, and CfCT finds the
//! one to update by that name. Each run starts a Step Functions execution
//! `<RequestType>-<name without spaces, first 50 characters>-<second>` (`SMExecutionManager.setup_execution`).

use std::collections::HashMap;

use super::Context;
use crate::document::NodeRef;
use crate::finding::{Finding, Stage};
use crate::manifest::{DeployMethod, Resource, Text, Version};
use crate::words;

crate::codes! {
    /// Not a legal stack set name.
    ILLEGAL_STACK_SET = "name-not-a-stack-set", Error, StackSet,
        "a name that no stack set can have",
        "CfCT calls the stack set CustomControlTower-<name>, and CloudFormation takes letters, digits and hyphens, 128 in all";
    /// Not a legal policy name, or one that no execution can be started with.
    ILLEGAL_POLICY = "name-not-a-policy", Error, Policy,
        "a name with which CfCT can create no policy",
        "the name is the policy's, and its first 50 characters are part of the name of a Step Functions execution";
    /// v1 lets resources have no name.
    MISSING = "name-missing", Error, StackSet,
        "a resource without a name",
        "the v1 schema does not ask for a name, but everything behind the build does";
    /// The same name twice.
    DUPLICATE = "name-duplicate", Error, Silent,
        "two resources have the same name",
        "both are one stack set or policy: the later entry replaces the accounts, Regions or content of the earlier one";
    /// Execution names that differ only in their time.
    ALIKE = "name-alike", Note, Advice,
        "two names are the same after CfCT has shortened them",
        "executions are named after the first 50 characters, so nobody can tell theirs apart in the console";
    /// An account id inside a name.
    ACCOUNT_ID = "name-account-id", Note, Advice,
        "a name has an account id in it",
        "a name cannot be changed without deleting and creating everything under it, and an account may be";
    /// `CustomControlTower-…`
    REPEATED_PREFIX = "name-repeats-prefix", Warning, Silent,
        "a name starts with the prefix that CfCT adds",
        "CfCT puts CustomControlTower- in front of every name, this one included";
    /// Blanks at the ends of a policy's name.
    PADDED = "name-padded", Warning, Silent,
        "a name starts or ends with a blank",
        "CfCT compares names exactly, so a policy by the trimmed name is another one to it";
    /// A description that AWS Organizations does not take.
    LONG_DESCRIPTION = "policy-description-too-long", Error, Policy,
        "a policy's description has more than 512 characters",
        "AWS Organizations refuses to create or update a policy with a longer description";
}

const PREFIX: &str = "CustomControlTower-";
/// CloudFormation, `CreateStackSet`: `[a-zA-Z][-a-zA-Z0-9]*`, at most 128 characters.
const STACK_SET_NAME: usize = 128;
/// AWS Organizations, `CreatePolicy`: 1 to 128 characters.
const POLICY_NAME: usize = 128;
/// AWS Organizations, `CreatePolicy`.
const POLICY_DESCRIPTION: usize = 512;
/// Characters of the name that go into the name of an execution.
const EXECUTION: usize = 50;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for resource in &manifest.resources {
        match (resource.name, resource.method) {
            // The v2 schema reports it.
            (None, _) => findings.extend((manifest.version == Version::V1).then(|| missing(resource))),
            (Some(name), DeployMethod::StackSet) => stack_set(name, findings),
            (Some(name), DeployMethod::Scp | DeployMethod::Rcp) => policy(resource, name, findings),
            (Some(_), DeployMethod::Unknown) => {}
        }
    }
    duplicates(&manifest.resources, findings);
}

fn missing(resource: &Resource<'_>) -> Finding {
    let stage = if resource.method == DeployMethod::Scp { Stage::Policy } else { Stage::StackSet };
    Finding::new(&MISSING, &words::head(resource.node), "the resource has no name")
        .stage(stage)
        .help("add `name:`")
}

fn stack_set(name: Text<'_>, findings: &mut Vec<Finding>) {
    let (value, shown) = (name.value, words::excerpt(name.value));
    let length = PREFIX.len() + value.chars().count();
    let illegal = value.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-');
    let finding = |message: String| Finding::new(&ILLEGAL_STACK_SET, &name.node, message);
    if value.is_empty() {
        findings.push(finding("the name is empty".to_owned()).help("name the stack set"));
    } else if let Some(illegal) = illegal {
        let legal = legal_stack_set(value);
        let finding = finding(format!("`{shown}` cannot be part of a stack set name"))
            .label(format!("{} is not allowed", character(illegal)))
            .help("use letters, digits and hyphens only; another name is another stack set, so mind what is deployed");
        findings.push(match legal {
            // Nothing can be deployed under an illegal name, so another one replaces nothing.
            Some(legal) => finding.fix(format!("call it `{legal}`"), name.node.span(), legal),
            None => finding,
        });
    } else if length > STACK_SET_NAME {
        let longest = STACK_SET_NAME - PREFIX.len();
        findings.push(
            finding(format!("`{shown}` is {} characters too long", length - STACK_SET_NAME))
                .help(format!("{longest} characters at most: CfCT puts `{PREFIX}` in front")),
        );
    }
    if value.starts_with(PREFIX) {
        findings.push(
            Finding::new(
                &REPEATED_PREFIX,
                &name.node,
                format!("the stack set will be called `{PREFIX}{shown}`"),
            )
            .help("leave the prefix out, unless the stack set is already deployed under the doubled name"),
        );
    }
    account_id(name, findings);
}

fn policy(resource: &Resource<'_>, name: Text<'_>, findings: &mut Vec<Finding>) {
    let (value, shown) = (name.value, words::excerpt(name.value));
    let finding = |message: String| Finding::new(&ILLEGAL_POLICY, &name.node, message);
    let length = value.chars().count();
    // Only spaces are removed, and before the name is cut.
    let mut execution = value.chars().filter(|c| *c != ' ').take(EXECUTION);
    if value.is_empty() {
        findings.push(finding("the name is empty".to_owned()).help("name the policy"));
    } else if length > POLICY_NAME {
        findings.push(
            finding(format!("`{shown}` has {length} characters")).help(format!("{POLICY_NAME} at most")),
        );
    } else if let Some(illegal) = execution.find(|c| is_illegal_in_execution(*c)) {
        findings.push(
            finding(format!("CfCT can start no execution for the policy `{shown}`"))
                .label(format!("{} is not allowed", character(illegal)))
                .help("AWS Organizations would take it, but Step Functions does not: use letters, digits, spaces, `-`, `_` and `.`"),
        );
    }
    if value != value.trim() && !value.is_empty() {
        findings.push(
            Finding::new(&PADDED, &name.node, format!("the name `{shown}` starts or ends with a blank"))
                .help("remove it, unless the policy is already deployed with it"),
        );
    }
    account_id(name, findings);
    if let Some(description) = resource.description {
        let length = description.value.chars().count();
        if length > POLICY_DESCRIPTION {
            findings.push(
                Finding::new(
                    &LONG_DESCRIPTION,
                    &words::head(description.node),
                    format!("the description of `{shown}` has {length} characters"),
                )
                .help(format!("shorten it to {POLICY_DESCRIPTION}; a comment can hold the rest")),
            );
        }
    }
}

/// Step Functions, `StartExecution`: no white space, brackets, wildcards, `" # % \ ^ | ~ $ & , ; : / `` ` ``
/// or control characters.
fn is_illegal_in_execution(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c)
}

fn character(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        c if c.is_control() => "a control character".to_owned(),
        c => format!("`{c}`"),
    }
}

/// The nearest legal name: each run of other characters becomes a hyphen.
fn legal_stack_set(name: &str) -> Option<String> {
    let parts: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let legal = parts.join("-");
    let is_text = legal.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_text && PREFIX.len() + legal.len() <= STACK_SET_NAME).then_some(legal)
}

fn account_id(name: Text<'_>, findings: &mut Vec<Finding>) {
    let mut numbers = name.value.split(|c: char| !c.is_ascii_digit());
    if let Some(id) = numbers.find(|digits| digits.len() == 12) {
        findings.push(
            Finding::new(
                &ACCOUNT_ID,
                &name.node,
                format!("the name `{}` has the account id {id} in it", words::excerpt(name.value)),
            )
            .help("name it after its purpose"),
        );
    }
}

fn duplicates(resources: &[Resource<'_>], findings: &mut Vec<Finding>) {
    let mut names: HashMap<(DeployMethod, &str), &Resource<'_>> = HashMap::new();
    let mut executions: HashMap<(DeployMethod, String), &Resource<'_>> = HashMap::new();
    for resource in resources {
        let Some(name) = resource.name.filter(|_| resource.method != DeployMethod::Unknown) else { continue };
        if let Some(first) = names.get(&(resource.method, name.value)) {
            findings.push(duplicate(first, resource, name));
            continue;
        }
        names.insert((resource.method, name.value), resource);
        let prefix = if resource.method == DeployMethod::StackSet { PREFIX } else { "" };
        let written = prefix.chars().chain(name.value.chars());
        let execution: String = written.filter(|c| *c != ' ').take(EXECUTION).collect();
        if let Some(first) =
            executions.get(&(resource.method, execution.clone())).and_then(|first| first.name)
        {
            let shown = words::excerpt(name.value);
            findings.push(
                Finding::new(
                    &ALIKE,
                    &name.node,
                    format!("`{shown}` and `{}` have the same execution name", words::excerpt(first.value)),
                )
                .label(format!("both run as `Create-{execution}-…`"))
                .related(&first.node, "the other one")
                .help(
                    "let names differ within their first characters, if nothing is deployed under them yet",
                ),
            );
        } else {
            executions.insert((resource.method, execution), resource);
        }
    }
}

fn duplicate(first: &Resource<'_>, second: &Resource<'_>, name: Text<'_>) -> Finding {
    let shown = words::excerpt(name.value);
    let at: NodeRef<'_> = first.name.map_or(first.node, |name| name.node);
    let finding = Finding::new(&DUPLICATE, &name.node, format!("`{shown}` is named a second time"))
        .related(&at, "first here");
    if second.method != DeployMethod::StackSet {
        return finding
            .label("this entry overwrites the content of the first one")
            .help("make it one entry with all its OUs, or give the second one another name");
    }
    let finding =
        finding.label("this entry deletes the stacks of the first one, wherever it does not name them too");
    finding.help(match merged(first, second) {
        Some(merged) => format!("give one of them another name, or merge them:\n{merged}"),
        None => "give the second one another name: they deploy different things".to_owned(),
    })
}

/// The targets of both in one entry, where nothing else differs.
fn merged(first: &Resource<'_>, second: &Resource<'_>) -> Option<String> {
    let text = |node: Option<NodeRef<'_>>| node.map(|node| node.source_text().to_owned());
    let same = first.file.map(|file| file.value) == second.file.map(|file| file.value)
        && first.parameter_file.map(|file| file.value) == second.parameter_file.map(|file| file.value)
        && text(first.parameters_node) == text(second.parameters_node)
        && first
            .regions
            .iter()
            .map(|region| region.value)
            .eq(second.regions.iter().map(|region| region.value));
    if !same {
        return None;
    }
    let mut lines = String::from("deployment_targets:");
    for (key, ours, theirs) in [
        ("organizational_units", &first.organizational_units, &second.organizational_units),
        ("accounts", &first.accounts, &second.accounts),
    ] {
        let mut seen = std::collections::HashSet::new();
        let items = ours.iter().chain(theirs).filter(|item| seen.insert(item.value));
        for (index, item) in items.enumerate() {
            if index == 0 {
                lines.push_str(&format!("\n  {key}:"));
            }
            lines.push_str(&format!("\n    - {}", item.node.source_text()));
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{codes_of, findings, fixed, v2};

    fn named(method: &str, name: &str) -> String {
        format!("  - name: {name}\n    deploy_method: {method}\n")
    }

    #[test]
    fn stack_set_names_are_letters_digits_and_hyphens() {
        let long = "x".repeat(110);
        for (name, codes) in [
            ("backup-vault", &[][..]),
            ("2-vaults", &[]),
            ("a b", &["name-not-a-stack-set"]),
            ("a_b", &["name-not-a-stack-set"]),
            ("\"\"", &["name-not-a-stack-set"]),
            ("ä", &["name-not-a-stack-set"]),
            (&long, &["name-not-a-stack-set"]),
            (&long[1..], &[]),
            ("CustomControlTower-x", &["name-repeats-prefix"]),
            ("vault-in-123456789012", &["name-account-id"]),
            ("vault-1234567890123", &[]),
        ] {
            assert_eq!(codes_of(check, &named("stack_set", name)), codes, "{name}");
        }
    }

    #[test]
    fn an_illegal_stack_set_name_is_mended_with_hyphens() {
        let manifest = v2(&named("stack_set", "Backup_vault (all)"));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(fixed(&found[0]), v2(&named("stack_set", "Backup-vault-all")));
    }

    #[test]
    fn policy_names_must_suit_organizations_and_step_functions() {
        let late_colon = format!("{}:", "x".repeat(50));
        let long = "x".repeat(129);
        for (name, codes) in [
            ("Deny leaving (all)", &[][..]),
            ("a/b", &["name-not-a-policy"]),
            ("\"a:b\"", &["name-not-a-policy"]),
            ("\"a\\tb\"", &["name-not-a-policy"]),
            (&late_colon, &[]),
            (&long, &["name-not-a-policy"]),
            ("'guard '", &["name-padded"]),
        ] {
            for method in ["scp", "rcp"] {
                assert_eq!(codes_of(check, &named(method, name)), codes, "{name}");
            }
        }
    }

    #[test]
    fn a_description_of_a_policy_has_512_characters_at_most() {
        for (length, codes) in [(512, &[][..]), (513, &["policy-description-too-long"])] {
            let description = format!("    description: {}\n", "ä".repeat(length));
            assert_eq!(codes_of(check, &(named("scp", "p") + &description)), codes);
            assert_eq!(codes_of(check, &(named("stack_set", "p") + &description)), [""; 0]);
        }
    }

    #[test]
    fn a_duplicate_name_points_at_both_entries() {
        let manifest = v2(
            "  - name: vault\n    deploy_method: stack_set\n    resource_file: a.yaml\n    deployment_targets:\n      organizational_units: [A, B]\n  - name: vault\n    deploy_method: stack_set\n    resource_file: a.yaml\n    deployment_targets:\n      organizational_units: [B, C]\n      accounts: ['123456789012']\n  - name: vault\n    deploy_method: scp\n",
        );
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].primary.source.position(found[0].primary.span.start).line, 9);
        let first = &found[0].related[0].location;
        assert_eq!(first.source.position(first.span.start).line, 4);
        assert!(found[0].help.as_ref().unwrap().ends_with(
            "deployment_targets:\n  organizational_units:\n    - A\n    - B\n    - C\n  accounts:\n    - '123456789012'"
        ));
    }

    #[test]
    fn entries_that_deploy_different_things_are_not_merged() {
        let entry = |file: &str| {
            format!("  - name: vault\n    deploy_method: stack_set\n    resource_file: {file}\n")
        };
        let manifest = v2(&(entry("a.yaml") + &entry("b.yaml")));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(
            found[0].help.as_deref(),
            Some("give the second one another name: they deploy different things")
        );
    }

    #[test]
    fn names_that_differ_late_run_under_the_same_execution_name() {
        // 19 characters of prefix leave 31 for a stack set, and a policy has all 50.
        let (short, long) = ("x".repeat(31), "x".repeat(50));
        for (method, stem, codes) in [
            ("stack_set", &short, vec!["name-alike"]),
            ("stack_set", &short[1..].to_owned(), vec![]),
            ("scp", &short, vec![]),
            ("scp", &long, vec!["name-alike"]),
        ] {
            let resources = named(method, &format!("{stem}a")) + &named(method, &format!("{stem}b"));
            assert_eq!(codes_of(check, &resources), codes);
        }
    }

    #[test]
    fn v1_entries_without_a_name_are_found() {
        let manifest =
            "region: us-east-1\nversion: 2020-01-01\ncloudformation_resources:\n  - template_file: a.yaml\n";
        let found = findings(check, &[("manifest.yaml", manifest)]);
        assert_eq!(found[0].code.name, "name-missing");
    }
}
