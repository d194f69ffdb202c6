//! Organizational units that targets name, against the units that there are.

use std::collections::{HashMap, HashSet};

use super::{Context, target_names};
use crate::aws::OuPath;
use crate::finding::{Finding, Level, Stage};
use crate::manifest::Text;
use crate::organization::{Organization, UnitIndex};
use crate::resolution::{Meaning, PipelineStage, Resolved, Target};
use crate::words;

crate::codes! {
    /// No such unit.
    UNKNOWN = "ou-unknown", Error, Silent,
        "an organizational unit is not in the organization",
        "CfCT says nothing of a top-level unit that it does not find, drops one that a policy names, and fails on a nested one of a stack set";
    /// `Prod` where only `Workloads:Prod` exists.
    LEAF_NAME = "ou-leaf-name", Error, Silent,
        "a nested organizational unit is named without the units above it",
        "CfCT looks for a name without a colon among the root's children only, and drops what it does not find there";
    /// `workloads` where `Workloads` exists.
    WRONG_CASE = "ou-wrong-case", Error, Silent,
        "an organizational unit is written in another case",
        "CfCT compares the names of units exactly, unlike those of accounts";
    /// A unit with accounts only in the units below it.
    NOT_RECURSIVE = "ou-not-recursive", Warning, Silent,
        "an organizational unit has its accounts in the units below it only",
        "CfCT deploys to the accounts directly inside a unit, so this target gives none";
    /// A unit with accounts that Control Tower does not manage.
    UNENROLLED = "ou-unenrolled-account", Warning, Deploy,
        "an organizational unit holds an account that is not enrolled in Control Tower",
        "CfCT takes every active account of a unit, and an account without the role AWSControlTowerExecution fails";
}

/// The units that are listed in a help text.
const LISTED: usize = 5;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(manifest), Some(organization), Some(resolution)) =
        (context.manifest, context.organization, context.resolution)
    else {
        return;
    };
    let mut units = Units::of(organization);
    for resolved in &resolution.resources {
        let resource = &manifest.resources[resolved.resource];
        for target in &resolved.targets {
            match target.meaning {
                Meaning::UnknownUnit => {
                    let text =
                        Text { value: target.node.scalar_text().unwrap_or_default(), node: target.node };
                    // What no organization can have needs no second finding.
                    if target_names::unit(resource, text).is_none() {
                        findings.push(units.unknown(resolved, target));
                    }
                }
                Meaning::Unit(unit) if resolved.stage == PipelineStage::StackSet => {
                    findings.extend(units.not_recursive(unit, resolved, target));
                    findings.extend(units.unenrolled(unit, target));
                }
                _ => {}
            }
        }
    }
}

/// The units of the organization, found by what people write for them.
struct Units<'o> {
    organization: &'o Organization,
    /// The path of every unit that the root reaches, in the order of the file.
    paths: Vec<(String, UnitIndex)>,
    /// Paths under their text in lower case.
    folded: HashMap<String, Vec<usize>>,
    /// Paths under the last name in lower case.
    leaves: HashMap<String, Vec<usize>>,
    /// What was said of texts that name no unit; manifests repeat themselves.
    said: HashMap<String, Saying>,
    /// Units whose accounts were looked at.
    seen: HashSet<UnitIndex>,
}

/// What to say of a text that names no unit.
#[derive(Clone)]
enum Saying {
    WrongCase(String),
    Leaf(Vec<String>),
    Unknown(Option<String>),
}

impl<'o> Units<'o> {
    fn of(organization: &'o Organization) -> Self {
        let rooted = organization.units().skip(1).filter(|(_, unit)| unit.level.is_some());
        let paths: Vec<_> = rooted.map(|(unit, _)| (organization.path(unit).to_string(), unit)).collect();
        let mut folded: HashMap<String, Vec<usize>> = HashMap::new();
        let mut leaves: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, (path, unit)) in paths.iter().enumerate() {
            folded.entry(path.to_lowercase()).or_default().push(place);
            leaves.entry(organization.unit(*unit).name.to_lowercase()).or_default().push(place);
        }
        Self { organization, paths, folded, leaves, said: HashMap::new(), seen: HashSet::new() }
    }

    fn unknown(&mut self, resolved: &Resolved<'_>, target: &Target<'_>) -> Finding {
        let plain = OuPath::new(OuPath::parts_of(&target.text)).to_string();
        let saying = match self.said.get(&plain) {
            Some(saying) => saying.clone(),
            None => {
                let saying = self.saying(&plain);
                self.said.insert(plain.clone(), saying.clone());
                saying
            }
        };
        let shown = words::excerpt(&plain);
        let node = &target.node;
        let write = |finding: Finding, path: &str| {
            finding.fix(format!("write `{path}`"), node.span(), target_names::yaml(path))
        };
        let finding = match saying {
            Saying::WrongCase(path) => {
                let message = format!("`{shown}` is not written like the unit `{path}`");
                let help = format!("write `{path}`: upper and lower case count");
                write(Finding::new(&WRONG_CASE, node, message).help(help), &path)
            }
            Saying::Leaf(paths) => {
                let message = format!("`{shown}` is not a child of the root");
                let finding = Finding::new(&LEAF_NAME, node, message);
                match paths.as_slice() {
                    [path] => write(finding.help(format!("write the whole path: `{path}`")), path),
                    _ => finding.help(format!("write the whole path: {}", listed(&paths, "or"))),
                }
            }
            Saying::Unknown(help) => {
                let finding =
                    Finding::new(&UNKNOWN, node, format!("there is no organizational unit `{shown}`"));
                finding.help(help.unwrap_or_else(|| "write the names on the way from the root".to_owned()))
            }
        };
        let fails = resolved.stage == PipelineStage::StackSet && target.text.contains(OuPath::DELIMITER);
        let label = match (resolved.stage, fails) {
            (_, true) => "the whole stage fails",
            (PipelineStage::StackSet, false) => "its accounts are left out",
            _ => "the policy is not attached here",
        };
        finding.stage(if fails { Stage::StackSet } else { Stage::Silent }).label(label)
    }

    fn saying(&self, plain: &str) -> Saying {
        let lower = plain.to_lowercase();
        if let Some([only]) = self.folded.get(&lower).map(Vec::as_slice) {
            return Saying::WrongCase(self.path(*only).to_owned());
        }
        if let Some(places) = self.leaves.get(&lower).filter(|_| !plain.contains(OuPath::DELIMITER)) {
            return Saying::Leaf(places.iter().map(|place| self.path(*place).to_owned()).collect());
        }
        Saying::Unknown(self.suggestion(plain))
    }

    /// The nearest path among those that start with as much of the path as exists; else what is there.
    fn suggestion(&self, plain: &str) -> Option<String> {
        let mut above = UnitIndex::ROOT;
        for part in OuPath::parts_of(plain) {
            let Some(unit) = self.organization.children_named(above, part).first() else { break };
            above = *unit;
        }
        let start = match above {
            UnitIndex::ROOT => String::new(),
            above => format!("{}{}", self.organization.path(above), OuPath::DELIMITER),
        };
        let paths = self.paths.iter().filter_map(|(path, _)| path.strip_prefix(&start));
        if let Some(near) = words::nearest(plain.get(start.len()..)?, paths) {
            return Some(format!("the nearest one is `{start}{near}`"));
        }
        let children = &self.organization.unit(above).children;
        let names: Vec<String> =
            children.iter().map(|child| self.organization.path(*child).to_string()).collect();
        let whose = self.organization.path(above);
        Some(match names.as_slice() {
            [] => format!("there is no unit in `{whose}`"),
            [only] => format!("the only unit in `{whose}` is `{only}`"),
            _ => format!("the units in `{whose}` are {}", listed(&names, "and")),
        })
    }

    fn path(&self, place: usize) -> &str {
        self.paths.get(place).map_or("", |(path, _)| path)
    }

    /// A unit whose accounts all stand in units below it.
    fn not_recursive(
        &self,
        unit: UnitIndex,
        resolved: &Resolved<'_>,
        target: &Target<'_>,
    ) -> Option<Finding> {
        if self.organization.active_in(unit).next().is_some() {
            return None;
        }
        let below = self.organization.descendants(unit);
        let full = below.into_iter().filter(|below| self.organization.active_in(*below).next().is_some());
        let paths: Vec<String> = full.map(|below| self.organization.path(below).to_string()).collect();
        if paths.is_empty() {
            return None;
        }
        let name = self.organization.path(unit);
        let message = format!("`{name}` has no account directly inside");
        let (level, label) = match resolved.accounts.is_empty() {
            true => (Level::Error, "so the stack set gets no account"),
            false => (NOT_RECURSIVE.level, "this target gives no account"),
        };
        Some(
            Finding::new(&NOT_RECURSIVE, &target.node, message)
                .level(level)
                .label(label)
                .help(format!("name the units that hold accounts: {}", listed(&paths, "and"))),
        )
    }

    /// Active accounts of a unit outside of the baseline stack set; said once a unit.
    fn unenrolled(&mut self, unit: UnitIndex, target: &Target<'_>) -> Option<Finding> {
        if !self.seen.insert(unit) {
            return None;
        }
        let enrolled = &self.organization.baseline().accounts;
        let strangers: Vec<String> = self
            .organization
            .active_in(unit)
            .filter(|account| {
                !enrolled.contains(*account) && Some(*account) != self.organization.management()
            })
            .map(|account| self.organization.account(account).display())
            .collect();
        let first = strangers.first()?;
        let name = self.organization.path(unit);
        let who = match strangers.len() - 1 {
            0 => format!("{first} is"),
            more => format!("{first} and {more} more are"),
        };
        let message = format!("{who} in `{name}` and not enrolled in Control Tower");
        Some(
            Finding::new(&UNENROLLED, &target.node, message).help(
                "enrol the account in Control Tower, or move it to a unit that no stack set is aimed at",
            ),
        )
    }
}

/// `a`, `b` or `c`, at most a few of them.
fn listed(names: &[String], last: &str) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(LISTED);
    match (shown.as_slice(), more) {
        ([only], 0) => only.clone(),
        ([first @ .., end], 0) => format!("{} {last} {end}", first.join(", ")),
        (all, more) => format!("{} {last} {more} more", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{fixed, found_in_organization, v2};
    use crate::finding::{Finding, Level, Stage};

    fn aimed(method: &str, unit: &str) -> String {
        v2(&format!(
            "  - name: a\n    deploy_method: {method}\n    deployment_targets: {{organizational_units: [{unit}]}}\n"
        ))
    }

    fn found(method: &str, unit: &str) -> Vec<Finding> {
        found_in_organization(check, &aimed(method, unit), |_| {})
    }

    #[test]
    fn each_unit_that_is_not_there_is_found_with_what_cfct_would_do() {
        let cases = [
            ("stack_set", "Workload", "ou-unknown", Stage::Silent),
            ("stack_set", "'Workloads:Production'", "ou-unknown", Stage::StackSet),
            ("scp", "'Workloads:Production'", "ou-unknown", Stage::Silent),
            ("stack_set", "Test", "ou-leaf-name", Stage::Silent),
            ("rcp", "test", "ou-leaf-name", Stage::Silent),
            ("stack_set", "sandbox", "ou-wrong-case", Stage::Silent),
            ("stack_set", "'workloads:prod'", "ou-wrong-case", Stage::StackSet),
        ];
        for (method, unit, code, stage) in cases {
            let found = found(method, unit);
            assert_eq!(found.len(), 1, "{method} {unit}");
            assert_eq!((found[0].code.name, found[0].stage), (code, stage), "{method} {unit}");
        }
        for (method, unit) in
            [("stack_set", "Root"), ("scp", "Root"), ("scp", "Infrastructure"), ("scp", "ou-92bx-db958t3a")]
        {
            assert!(found(method, unit).is_empty(), "{method} {unit}");
        }
    }

    #[test]
    fn the_help_leads_to_the_unit_that_is_meant() {
        let help = |unit: &str| found("stack_set", unit)[0].help.clone().unwrap();
        assert_eq!(help("Workload"), "the nearest one is `Workloads`");
        assert_eq!(
            help("'Workloads:X'"),
            "the units in `Workloads` are `Workloads:Prod` and `Workloads:Test`"
        );
        assert_eq!(help("'Workloads:Prodd'"), "the nearest one is `Workloads:Prod`");
        assert_eq!(help("'Sandbox:X'"), "there is no unit in `Sandbox`");
        assert_eq!(help("Prod"), "write the whole path: `Workloads:Prod` or `Infrastructure:Prod`");
        assert!(help("X").starts_with("the units in `Root` are "), "{}", help("X"));
        assert!(found("stack_set", "Prod")[0].fix.is_none(), "nobody knows which");
        assert_eq!(fixed(&found("stack_set", "eu.west")[0]), aimed("stack_set", "'Workloads:Prod:eu.west'"));
    }

    #[test]
    fn a_unit_with_accounts_only_below_is_worse_where_it_stands_alone() {
        let deserted = |targets: &str| {
            found_in_organization(check, &aimed("stack_set", targets), |organization| {
                // app-1 was the only account directly in Workloads.
                organization["accounts"][6]["status"] = "SUSPENDED".into();
            })
        };
        let alone = deserted("Workloads");
        assert_eq!((alone[0].code.name, alone[0].level), ("ou-not-recursive", Level::Error));
        let help = "name the units that hold accounts: `Workloads:Prod`, `Workloads:Test` and `Workloads:Prod:eu.west`";
        assert_eq!(alone[0].help.as_deref(), Some(help));
        assert_eq!(deserted("Workloads, Security")[0].level, Level::Warning);
    }

    #[test]
    fn unenrolled_accounts_of_a_unit_are_told_of_once() {
        let one = "  - name: a\n    deploy_method: stack_set\n    deployment_targets: {organizational_units: [Sandbox]}\n";
        let found = found_in_organization(check, &v2(&[one, one].concat()), |_| {});
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].message,
            "not-enrolled (067124354977) is in `Sandbox` and not enrolled in Control Tower"
        );
    }
}
