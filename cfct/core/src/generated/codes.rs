//! Codes of what packaging adds to a configuration.

/// Codes that the package alone can raise.
pub mod package {
    crate::codes! {
        /// v1, or a list that a line cannot be added to.
        MANIFEST_FORM = "generated-manifest-form", Error, Advice,
            "the manifest is written in a way that packaging cannot add a resource to",
            "backup policies and portfolios travel as further stack sets in the packaged manifest, added as text";
        /// A name or a path that packaging needs.
        COLLISION = "generated-collision", Error, Advice,
            "something in the configuration has the name of what packaging generates",
            "two resources of one name are one stack set to CfCT, and one file would replace the other";
    }
}

/// Codes that need the organization.
pub mod organization {
    crate::codes! {
        /// Nowhere to deploy from.
        ACCOUNT = "generated-account", Error, Silent,
            "backup policies or portfolios cannot be deployed from the account that is set, or from none",
            "CfCT drops an account that it does not know without a word, and then nothing is created";
        /// The management account needs a role.
        EXECUTION_ROLE = "generated-execution-role", Note, StackSet,
            "backup policies or portfolios are deployed to the management account, which needs a role for that",
            "Control Tower creates AWSControlTowerExecution in every account but its management account";
        /// More than a template holds.
        TOO_LARGE = "generated-template-too-large", Error, StackSet,
            "a generated template is larger than CloudFormation takes",
            "CloudFormation refuses the template, and nothing in it is created or changed";
    }
}

/// Codes that only packaging raises.
pub mod packaging {
    crate::codes! {
        /// Packaged without an organization.
        WITHOUT_ORGANIZATION = "generated-without-organization", Warning, Silent,
            "backup policies or portfolios are not in the package, because no organization was given",
            "policies are attached to ids of units, and portfolios offered from an account, which only the organization can tell";
    }
}
