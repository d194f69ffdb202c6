//! Files that nothing names.

use std::collections::HashSet;

use super::{Context, files, paths};
use crate::configuration::Role;
use crate::finding::{Code, Finding};
use crate::source::{Location, PackagePath};

crate::codes! {
    /// A parameter file that no resource names.
    PARAMETERS = "parameters-unused", Note, Advice,
        "a parameter file that no resource names",
        "the build still parses it, but no stack set gets what is in it";
    /// A policy that no resource names.
    POLICY = "policy-unused", Warning, Silent,
        "a policy that no resource names",
        "a guardrail that looks as if it were in force, and is attached nowhere";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Without resources either the manifest is not understood or nothing is deployed at all.
    let Some(manifest) = context.manifest.filter(|manifest| !manifest.resources.is_empty()) else { return };
    let named: HashSet<PackagePath> =
        files::named(&manifest.resources).filter_map(|(path, _)| paths::resolve(path.value).ok()).collect();
    let configuration = context.configuration;
    for (role, folder, code) in
        [(Role::Parameters, "parameters", &PARAMETERS), (Role::Policy, "policies", &POLICY)]
    {
        let unused =
            configuration.of_role(role).filter(|(path, _)| path.is_under(folder) && !named.contains(path));
        findings.extend(unused.map(|(path, _)| orphan(code, path, &configuration.location(path))));
    }
}

fn orphan(code: &'static Code, path: &PackagePath, at: &Location) -> Finding {
    let help = if code == &PARAMETERS {
        "name it as a `parameter_file`, or remove it"
    } else {
        "add a resource with `deploy_method: scp` or `rcp` for it, or remove it"
    };
    Finding::new(code, at, format!("no resource names `{path}`")).help(help)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{findings, v2};

    #[test]
    fn parameter_files_and_policies_that_nothing_names_are_found() {
        let manifest = v2(
            "  - name: a\n    deploy_method: stack_set\n    resource_file: templates/a.yaml\n    parameter_file: ./parameters/a.json\n  - name: p\n    deploy_method: scp\n    resource_file: policies/p.json\n",
        );
        let files = [
            ("manifest.yaml", manifest.as_str()),
            ("parameters/a.json", "[]"),
            ("parameters/b.json", "[]"),
            ("policies/p.json", "{}"),
            ("policies/q.json", "{}"),
            ("policies/backup/daily.json", "{}"),
            ("notes/c.json", "{}"),
        ];
        let found: Vec<_> = findings(check, &files)
            .iter()
            .map(|found| (found.code.name, found.primary.source.name().to_owned()))
            .collect();
        assert_eq!(
            found,
            [
                ("parameters-unused", "parameters/b.json".to_owned()),
                ("policy-unused", "policies/q.json".to_owned())
            ]
        );
    }

    #[test]
    fn a_manifest_without_resources_uses_nothing_and_says_nothing() {
        let files =
            [("manifest.yaml", "region: us-east-1\nversion: 2021-03-15\n"), ("policies/q.json", "{}")];
        assert!(findings(check, &files).is_empty());
    }
}
