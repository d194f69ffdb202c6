//! Limits of AWS services as they are published, each with its source and the month it was read.
//!
//! They are data, not constants of the checks: where a quota was raised, `[limits]` in `cfct.toml` says so.

use std::collections::BTreeMap;

/// A published limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The largest number that is allowed.
    pub value: usize,
    /// The page that says so.
    pub source: &'static str,
    /// The month it was read, as `YYYY-MM`.
    pub as_of: &'static str,
}

/// Every limit that a check compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of CloudFormation templates.
    pub template: TemplateLimits,
    /// Stack sets in the account that administers them.
    pub stack_sets: Limit,
    /// Of policies in Organizations.
    pub policy: PolicyLimits,
    /// Of backup policies and of the plans that they make.
    pub backup: BackupLimits,
    /// Of Service Catalog.
    pub service_catalog: ServiceCatalogLimits,
}

/// Limits of Service Catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceCatalogLimits {
    /// Portfolios in a Region.
    pub portfolios: Limit,
    /// Products in a Region.
    pub products: Limit,
    /// Products in a portfolio.
    pub products_in_portfolio: Limit,
    /// Versions of a product.
    pub versions: Limit,
    /// IAM patterns among the principals of a portfolio.
    pub principal_patterns: Limit,
    /// Accounts that a portfolio is shared with one by one.
    pub shared_accounts: Limit,
    /// Constraints of a product in a portfolio.
    pub constraints: Limit,
    /// Tags of a portfolio, or of a product.
    pub tags: Limit,
    /// Tag options of a portfolio, or of a product.
    pub tag_options: Limit,
    /// Values of a tag option's key.
    pub tag_option_values: Limit,
}

/// Limits of policies in Organizations, counted in characters as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyLimits {
    /// Characters of a service control policy (doubled in May 2026).
    pub scp_characters: Limit,
    /// Characters of a resource control policy.
    pub rcp_characters: Limit,
    /// Service control policies attached to one root, organizational unit or account.
    pub scp_attached: Limit,
    /// Resource control policies attached to one, RCPFullAWSAccess included.
    pub rcp_attached: Limit,
}

/// Limits of a CloudFormation template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateLimits {
    /// Bytes of a template that is read from S3, as CfCT has it read.
    pub bytes: Limit,
    /// Resources.
    pub resources: Limit,
    /// Parameters.
    pub parameters: Limit,
    /// Outputs.
    pub outputs: Limit,
    /// Mappings.
    pub mappings: Limit,
    /// Attributes of one mapping.
    pub mapping_attributes: Limit,
    /// Characters of the name of a parameter, mapping, resource or output.
    pub name_characters: Limit,
    /// Bytes of the `Description`.
    pub description_bytes: Limit,
    /// Bytes of a parameter's value.
    pub parameter_value_bytes: Limit,
}

/// Limits of backup policies, and of AWS Backup where a policy makes plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupLimits {
    /// Characters of a policy document. The API counts what it is sent, blanks included.
    pub policy_characters: Limit,
    /// Policies attached to one root, organizational unit or account.
    pub attached_to_node: Limit,
    /// Backup policies in an organization.
    pub policies: Limit,
    /// Rules in a plan.
    pub rules: Limit,
    /// Copy actions in a rule.
    pub copy_actions: Limit,
    /// Selections by tag in a plan.
    pub tag_selections: Limit,
    /// Selections of any kind in a plan.
    pub selections: Limit,
    /// Tag values in a selection.
    pub selection_tags: Limit,
    /// Conditions in a selection.
    pub conditions: Limit,
    /// Tags that a rule adds to recovery points.
    pub recovery_point_tags: Limit,
}

const fn organizations(value: usize) -> Limit {
    Limit {
        value,
        source: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",
        as_of: "2026-11",
    }
}

const fn backup(value: usize) -> Limit {
    Limit {
        value,
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html",
        as_of: "2026-11",
    }
}

const fn cloudformation(value: usize) -> Limit {
    Limit {
        value,
        source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
        as_of: "2026-11",
    }
}

const fn service_catalog(value: usize) -> Limit {
    Limit {
        value,
        source: "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html",
        as_of: "2026-11",
    }
}

/// The limits as published.
pub static PUBLISHED: Limits = Limits {
    stack_sets: cloudformation(1000),
    policy: PolicyLimits {
        scp_characters: organizations(10_240),
        rcp_characters: organizations(5_120),
        scp_attached: organizations(10),
        rcp_attached: organizations(5),
    },
    template: TemplateLimits {
        bytes: cloudformation(1 << 20),
        resources: cloudformation(500),
        parameters: cloudformation(200),
        outputs: cloudformation(200),
        mappings: cloudformation(200),
        mapping_attributes: cloudformation(200),
        name_characters: cloudformation(255),
        description_bytes: cloudformation(1024),
        parameter_value_bytes: cloudformation(4096),
    },
    backup: BackupLimits {
        policy_characters: organizations(10_000),
        attached_to_node: organizations(10),
        policies: organizations(1_000),
        rules: backup(10),
        copy_actions: backup(5),
        tag_selections: backup(10),
        selections: backup(100),
        selection_tags: backup(30),
        conditions: backup(30),
        recovery_point_tags: backup(10),
    },
    service_catalog: ServiceCatalogLimits {
        portfolios: service_catalog(100),
        products: service_catalog(350),
        products_in_portfolio: service_catalog(150),
        versions: service_catalog(100),
        principal_patterns: Limit {
            value: 10,
            source: "https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html",
            as_of: "2026-11",
        },
        shared_accounts: service_catalog(5_000),
        constraints: service_catalog(100),
        tags: service_catalog(20),
        tag_options: service_catalog(25),
        tag_option_values: service_catalog(25),
    },
};

/// A limit by the name that `cfct.toml` has for it.
pub type Name = (&'static str, fn(&mut Limits) -> &mut Limit);

/// Every limit by name, for `[limits]` in `cfct.toml`.
pub const NAMES: [Name; 34] = [
    ("stack-sets", |limits| &mut limits.stack_sets),
    ("scp-characters", |limits| &mut limits.policy.scp_characters),
    ("rcp-characters", |limits| &mut limits.policy.rcp_characters),
    ("scps-per-node", |limits| &mut limits.policy.scp_attached),
    ("rcps-per-node", |limits| &mut limits.policy.rcp_attached),
    ("template-bytes", |limits| &mut limits.template.bytes),
    ("template-resources", |limits| &mut limits.template.resources),
    ("template-parameters", |limits| &mut limits.template.parameters),
    ("template-outputs", |limits| &mut limits.template.outputs),
    ("template-mappings", |limits| &mut limits.template.mappings),
    ("template-mapping-attributes", |limits| &mut limits.template.mapping_attributes),
    ("template-name-characters", |limits| &mut limits.template.name_characters),
    ("template-description-bytes", |limits| &mut limits.template.description_bytes),
    ("template-parameter-value-bytes", |limits| &mut limits.template.parameter_value_bytes),
    ("backup-policy-characters", |limits| &mut limits.backup.policy_characters),
    ("backup-policies", |limits| &mut limits.backup.policies),
    ("backup-policies-per-node", |limits| &mut limits.backup.attached_to_node),
    ("backup-rules-per-plan", |limits| &mut limits.backup.rules),
    ("backup-copy-actions-per-rule", |limits| &mut limits.backup.copy_actions),
    ("backup-tag-selections-per-plan", |limits| &mut limits.backup.tag_selections),
    ("backup-selections-per-plan", |limits| &mut limits.backup.selections),
    ("backup-tags-per-selection", |limits| &mut limits.backup.selection_tags),
    ("backup-conditions-per-selection", |limits| &mut limits.backup.conditions),
    ("backup-recovery-point-tags-per-rule", |limits| &mut limits.backup.recovery_point_tags),
    ("service-catalog-portfolios", |limits| &mut limits.service_catalog.portfolios),
    ("service-catalog-products", |limits| &mut limits.service_catalog.products),
    ("service-catalog-products-per-portfolio", |limits| &mut limits.service_catalog.products_in_portfolio),
    ("service-catalog-versions-per-product", |limits| &mut limits.service_catalog.versions),
    ("service-catalog-principal-patterns", |limits| &mut limits.service_catalog.principal_patterns),
    ("service-catalog-shared-accounts", |limits| &mut limits.service_catalog.shared_accounts),
    ("service-catalog-constraints-per-product", |limits| &mut limits.service_catalog.constraints),
    ("service-catalog-tags", |limits| &mut limits.service_catalog.tags),
    ("service-catalog-tag-options", |limits| &mut limits.service_catalog.tag_options),
    ("service-catalog-values-per-tag-option", |limits| &mut limits.service_catalog.tag_option_values),
];

impl Limits {
    /// The published limits, but for those that an account has other values of.
    #[must_use]
    pub fn with(overrides: &BTreeMap<&'static str, usize>) -> Self {
        let mut limits = PUBLISHED;
        for (name, limit) in NAMES {
            if let Some(value) = overrides.get(name) {
                *limit(&mut limits) =
                    Limit { value: *value, source: "cfct.toml", as_of: PUBLISHED.stack_sets.as_of };
            }
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, NAMES, PUBLISHED};
    use std::collections::BTreeMap;

    #[test]
    fn each_name_sets_a_limit_of_its_own() {
        let mut seen = PUBLISHED;
        for (number, (name, limit)) in NAMES.into_iter().enumerate() {
            let mut limits = Limits::with(&BTreeMap::from([(name, 7_000_000 + number)]));
            assert_eq!(limit(&mut limits).value, 7_000_000 + number, "{name}");
            assert_eq!(limit(&mut limits).source, "cfct.toml");
            limit(&mut seen).value = 7_000_000 + number;
        }
        for (number, (name, limit)) in NAMES.into_iter().enumerate() {
            assert_eq!(
                limit(&mut seen).value,
                7_000_000 + number,
                "{name} shares its limit with another name"
            );
        }
        assert_eq!(Limits::with(&BTreeMap::new()), PUBLISHED);
    }
}
