//! The form of policy tests, as a check of the package.

use super::read;
use crate::checks::Context;
use crate::configuration::Role;
use crate::finding::Finding;

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let files = context.configuration.of_role(Role::PolicyTests);
    for document in files.filter_map(|(_, file)| file.document.as_ref()) {
        let _tests = read(document, findings);
    }
}
