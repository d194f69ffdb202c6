//! The form of policy tests, as a check of the package; with an organization also what they leave uncovered.

use super::{read, run};
use crate::checks::Context;
use crate::configuration::Role;
use crate::finding::Finding;
use crate::guardrails::Guardrails;

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let files = context.configuration.of_role(Role::PolicyTests);
    let documents: Vec<_> = files.filter_map(|(_, file)| file.document.as_ref()).collect();
    // Whoever writes no tests has not asked what they cover.
    if let (Some(organization), false) = (context.organization, documents.is_empty()) {
        let guardrails = Guardrails::of(context.configuration, organization, None);
        let run = run(context, &guardrails);
        findings.extend(run.findings);
        findings.extend(run.coverage.findings());
        return;
    }
    for document in documents {
        let _tests = read(document, findings);
    }
}
