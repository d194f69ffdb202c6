//! SSM parameters as the way from one resource to the next: exported by one, read by another.
//!
//! Outputs are written after a stack set's instances are done and read just before the next stack set starts
//! (`SMExecutionManager.populate_ssm_params`), both in the management account and its home Region.

use std::collections::{BTreeMap, HashMap};

use super::{Context, helpers};
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::stack_set_definition::StackSetDefinition;
use crate::words;

crate::codes! {
    /// A name that Parameter Store does not take.
    ILLEGAL = "ssm-name-illegal", Error, StackSet,
        "a name that no SSM parameter can have",
        "Parameter Store refuses the name when the stack set is already deployed or about to be";
    /// The same name exported twice.
    EXPORTED_TWICE = "ssm-name-exported-twice", Warning, Silent,
        "an SSM parameter is exported twice",
        "the later export overwrites the earlier one, and what is read in between depends on the order";
    /// Read before it is exported.
    READ_EARLY = "ssm-read-before-export", Error, StackSet,
        "an SSM parameter is read before the resource that exports it",
        "on the first run the parameter does not exist, the stage fails, and the exporting resource is never reached";
    /// Read, but exported by nobody here.
    EXTERNAL = "ssm-read-external", Note, Advice,
        "SSM parameters are read that no resource of the manifest exports",
        "they must exist in the management account's home Region before the first run; CfCT reports a missing one as AccessDenied";
}

/// Parameter Store, `PutParameter`: a name has 2048 characters at most, of which 1037 are kept for the ARN.
const LONGEST: usize = 1011;
/// Parameter Store: levels of a hierarchy.
const LEVELS: usize = 15;
/// Names that a message lists.
const LISTED: usize = 10;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let exports = exports(context.stack_sets, findings);
    let mut external: BTreeMap<&str, NodeRef<'_>> = BTreeMap::new();
    for (index, stack_set) in context.stack_sets.iter().enumerate() {
        for value in helpers::values(&stack_set.parameters) {
            for name in helpers::parts(value.text).filter_map(helpers::Part::ssm_name) {
                if let Some(problem) = read_problem(name) {
                    findings.push(illegal(value.node, name, problem));
                    continue;
                }
                match exports.get(name) {
                    Some(export) if export.first < index => {}
                    Some(export) => findings.push(read_early(value.node, name, export, index)),
                    None => {
                        external.entry(name).or_insert(value.node);
                    }
                }
            }
        }
    }
    findings.extend(read_external(&external));
}

/// The first stack set that exports a name, by its place in the manifest.
struct Export<'d> {
    first: usize,
    node: NodeRef<'d>,
    stack_set: &'d str,
}

fn exports<'d>(
    stack_sets: &'d [StackSetDefinition<'d>],
    findings: &mut Vec<Finding>,
) -> HashMap<&'d str, Export<'d>> {
    let mut exports: HashMap<&str, Export<'_>> = HashMap::new();
    for (index, stack_set) in stack_sets.iter().enumerate() {
        for name in stack_set.resource.export_outputs.iter().filter_map(|output| output.name) {
            if let Some(problem) = write_problem(name.value) {
                findings.push(illegal(name.node, name.value, problem));
            }
            if let Some(first) = exports.get(name.value) {
                let shown = words::excerpt(name.value);
                let message = format!("`{shown}` is exported a second time");
                findings.push(
                    Finding::new(&EXPORTED_TWICE, &name.node, message)
                        .related(
                            &first.node,
                            format!("first exported by `{}`", words::excerpt(first.stack_set)),
                        )
                        .help("export it under another name"),
                );
                continue;
            }
            let stack_set = stack_set.resource.display_name();
            exports.insert(name.value, Export { first: index, node: name.node, stack_set });
        }
    }
    exports
}

fn illegal(node: NodeRef<'_>, name: &str, problem: &'static str) -> Finding {
    Finding::new(&ILLEGAL, &node, format!("`{}` is no name of an SSM parameter", words::excerpt(name)))
        .label(problem)
        .help("write a path of letters, digits, `_`, `.` and `-`, such as `/org/network/vpc-id`")
}

/// What Parameter Store has against writing under the name.
fn write_problem(name: &str) -> Option<&'static str> {
    let reserved = |part: &str| {
        let lower = part.to_ascii_lowercase();
        lower.starts_with("aws") || lower.starts_with("ssm")
    };
    if name.contains(':') {
        return Some("a colon is not allowed");
    }
    if reserved(name.trim_start_matches('/')) {
        return Some("it must not start with `aws` or `ssm`");
    }
    read_problem(name)
}

/// What Parameter Store has against reading under the name. AWS's own parameters (`/aws/…`) can be read, and
/// `name:3` or `name:label` is a version.
fn read_problem(name: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/:".contains(c);
    if name.is_empty() {
        Some("it is empty")
    } else if !name.chars().all(allowed) {
        Some("only letters, digits, `_`, `.`, `-` and `/` are allowed")
    } else if name.contains('/') && !name.starts_with('/') {
        Some("a path starts with `/`")
    } else if name.ends_with('/') || name.contains("//") {
        Some("a level of the path is empty")
    } else if name.matches('/').count() > LEVELS {
        Some("a path has 15 levels at most")
    } else if name.len() > LONGEST {
        Some("it is longer than 1011 characters")
    } else {
        None
    }
}

fn read_early(node: NodeRef<'_>, name: &str, export: &Export<'_>, reader: usize) -> Finding {
    let shown = words::excerpt(name);
    let finding = Finding::new(&READ_EARLY, &node, format!("`{shown}` is read before it is exported"));
    let exporter = words::excerpt(export.stack_set);
    if export.first == reader {
        finding
            .related(&export.node, "exported by the same resource, after it is deployed")
            .help("use the output inside the template, or give the parameter a value of its own")
    } else {
        finding
            .related(&export.node, format!("exported here, by `{exporter}`"))
            .help(format!("move `{exporter}` in front: CfCT works through the manifest from top to bottom"))
    }
}

/// One note for all of them: real manifests read dozens.
fn read_external(external: &BTreeMap<&str, NodeRef<'_>>) -> Option<Finding> {
    let first = external
        .values()
        .min_by_key(|node| (node.document().source().name() != "manifest.yaml", node.span()))?;
    let mut names: Vec<String> =
        external.keys().take(LISTED).map(|name| format!("`{}`", words::excerpt(name))).collect();
    if external.len() > LISTED {
        names.push(format!("and {} more", external.len() - LISTED));
    }
    let (count, verb) = match external.len() {
        1 => ("an SSM parameter".to_owned(), "is"),
        count => (format!("{count} SSM parameters"), "are"),
    };
    let message = format!("{count} {verb} read that no resource exports: {}", names.join(", "));
    let mut finding = Finding::new(&EXTERNAL, first, message)
        .help("make sure that they exist in the management account, in the home Region");
    for (name, node) in external.iter().filter(|(_, node)| node.span() != first.span()).take(LISTED) {
        finding = finding.related(node, format!("`{}`", words::excerpt(name)));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::{check, read_problem, write_problem};
    use crate::checks::testing::{findings, found, v2};

    fn resource(name: &str, reads: &[&str], exports: &[&str]) -> String {
        let mut text = format!("  - name: {name}\n    deploy_method: stack_set\n");
        for (index, name) in reads.iter().enumerate() {
            let section = if index == 0 { "    parameters:\n" } else { "" };
            text += &format!(
                "{section}      - parameter_key: P{index}\n        parameter_value: $[alfred_ssm_{name}]\n"
            );
        }
        for (index, name) in exports.iter().enumerate() {
            let section = if index == 0 { "    export_outputs:\n" } else { "" };
            text += &format!("{section}      - name: {name}\n        value: $[output_X]\n");
        }
        text
    }

    #[test]
    fn names_follow_the_rules_of_parameter_store() {
        let deep = "/a".repeat(16);
        let long = format!("/{}", "a".repeat(1011));
        for (name, readable, writable) in [
            ("/org/vpc-id", true, true),
            ("plain_name.1", true, true),
            ("/aws/service/ami", true, false),
            ("AwsThing", true, false),
            ("/ssm-x", true, false),
            ("/org/vpc-id:3", true, false),
            ("org/vpc-id", false, false),
            ("/org/vpc id", false, false),
            ("/org//x", false, false),
            ("/org/", false, false),
            (&deep, false, false),
            (&deep[2..], true, true),
            (&long, false, false),
        ] {
            assert_eq!(read_problem(name).is_none(), readable, "{name}");
            assert_eq!(write_problem(name).is_none(), writable, "{name}");
        }
    }

    #[test]
    fn a_parameter_must_be_exported_further_up() {
        for (resources, expected) in [
            (vec![resource("a", &[], &["/x"]), resource("b", &["/x"], &[])], vec![]),
            (vec![resource("a", &["/x"], &[]), resource("b", &[], &["/x"])], vec!["ssm-read-before-export"]),
            (vec![resource("a", &["/x"], &["/x"])], vec!["ssm-read-before-export"]),
            (vec![resource("a", &["/x"], &[])], vec!["ssm-read-external"]),
            (vec![resource("a", &["/x", "/y"], &[]), resource("b", &["/x"], &[])], vec!["ssm-read-external"]),
            (vec![resource("a", &[], &["/x"]), resource("b", &[], &["/x"])], vec!["ssm-name-exported-twice"]),
            (vec![resource("a", &["/x y"], &["/z:1"])], vec!["ssm-name-illegal", "ssm-name-illegal"]),
        ] {
            let manifest = v2(&resources.concat());
            let codes: Vec<_> =
                found(check, &[("manifest.yaml", &manifest)]).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes, expected, "{manifest}");
        }
    }

    #[test]
    fn parameters_from_outside_are_one_note_that_names_them_all() {
        let manifest = v2(&(resource("a", &["/y", "/x"], &[]) + &resource("b", &["/z"], &[])));
        let found = findings(check, &[("manifest.yaml", &manifest)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.ends_with("`/x`, `/y`, `/z`"), "{}", found[0].message);
        assert_eq!(found[0].primary.text(), "$[alfred_ssm_/y]");
        assert_eq!(found[0].related.len(), 2);
    }
}
