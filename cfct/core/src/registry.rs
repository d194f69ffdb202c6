//! The list of every finding code.

use crate::finding::Code;

/// Codes that the package alone can raise.
const PACKAGE: &[&[&Code]] = &[
    crate::document::codes::CODES,
    crate::manifest::codes::CODES,
    crate::selection::codes::CODES,
    crate::settings::codes::CODES,
    crate::checks::grep::CODES,
    crate::checks::files::CODES,
    crate::checks::address::CODES,
    crate::checks::names::CODES,
    crate::checks::policy::actions::CODES,
    crate::checks::policy::conditions::CODES,
    crate::checks::policy::elements::CODES,
    crate::checks::policy::size::CODES,
    crate::checks::regions::CODES,
    crate::checks::targets::CODES,
    crate::checks::target_names::CODES,
    crate::checks::ignored_keys::CODES,
    crate::checks::parameter_names::CODES,
    crate::checks::parameter_rules::CODES,
    crate::checks::parameter_secrets::CODES,
    crate::checks::parameter_sources::CODES,
    crate::checks::parameter_values::CODES,
    crate::checks::parameter_zeros::CODES,
    crate::checks::helpers::CODES,
    crate::checks::ssm_parameters::CODES,
    crate::checks::export_outputs::CODES,
    crate::checks::stack_exports::CODES,
    crate::checks::template_artifacts::CODES,
    crate::checks::layout::CODES,
    crate::checks::file_names::CODES,
    crate::checks::orphans::CODES,
    crate::checks::versions::CODES,
    crate::checks::placeholders::CODES,
    crate::checks::stack_set_deletion::CODES,
    crate::checks::template_cycles::CODES,
    crate::checks::template_functions::CODES,
    crate::checks::template_members::CODES,
    crate::checks::template_partitions::CODES,
    crate::checks::template_policies::CODES,
    crate::checks::template_protection::CODES,
    crate::checks::template_quota::CODES,
    crate::checks::template_references::CODES,
    crate::checks::template_shape::CODES,
    crate::checks::template_stateful::CODES,
    crate::checks::template_unused::CODES,
    crate::checks::contents::CODES,
    crate::checks::values::CODES,
    crate::checks::protection::access_policies::CODES,
    crate::checks::protection::control_tower::CODES,
    crate::guardrails::policy_tests::CODES,
    crate::backup_policy::codes::CODES,
    crate::backup_policy::attachments::codes::CODES,
    crate::portfolio::codes::package::CODES,
    crate::generated::codes::package::CODES,
];

/// Codes that need the organization (or what is deployed in it) beside the package.
const ORGANIZATION: &[&[&Code]] = &[
    crate::checks::bootstrap::CODES,
    crate::snapshot::codes::CODES,
    crate::deployed::codes::CODES,
    crate::organization::codes::CODES,
    crate::checks::organization_accounts::CODES,
    crate::checks::organization_targets::CODES,
    crate::checks::organization_units::CODES,
    crate::checks::policy::slots::CODES,
    crate::backup_policy::placement::codes::CODES,
    crate::portfolio::codes::organization::CODES,
    crate::checks::protection::CODES,
    crate::checks::protection::copies::CODES,
    crate::checks::protection::guardrails::CODES,
    crate::checks::protection::keys::CODES,
    crate::checks::protection::kinds::CODES,
    crate::checks::protection::locks::CODES,
    crate::checks::protection::opt_in::CODES,
    crate::checks::protection::principals::CODES,
    crate::checks::protection::roles::CODES,
    crate::checks::protection::vaults::CODES,
    crate::guardrails::policy_tests::coverage::CODES,
    crate::generated::codes::organization::CODES,
];

/// Codes that only packaging raises.
const PACKAGING: &[&[&Code]] = &[crate::generated::codes::packaging::CODES];

/// Every code of the toolkit, in the order of the modules that raise them.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    PACKAGE.iter().chain(ORGANIZATION).chain(PACKAGING).flat_map(|codes| codes.iter().copied())
}

/// The code called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    codes().find(|code| code.name == name)
}

/// Whether `code` is only ever raised where an organization is given.
#[must_use]
pub fn needs_organization(code: &Code) -> bool {
    ORGANIZATION.iter().flat_map(|codes| codes.iter()).any(|other| other.name == code.name)
}

/// Whether `code` is only ever raised when a package is made.
#[must_use]
pub fn needs_packaging(code: &Code) -> bool {
    PACKAGING.iter().flat_map(|codes| codes.iter()).any(|other| other.name == code.name)
}

#[cfg(test)]
mod tests {
    use super::codes;
    use std::collections::BTreeSet;

    #[test]
    fn code_names_are_unique_and_kebab_case() {
        let mut seen = BTreeSet::new();
        for code in codes() {
            assert!(seen.insert(code.name), "{} is declared twice", code.name);
            assert!(
                code.name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{} is not kebab-case",
                code.name
            );
        }
    }

    #[test]
    fn code_texts_are_fragments_without_a_full_stop() {
        for code in codes() {
            for text in [code.summary, code.why] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text:?}", code.name);
            }
        }
    }
}
