//! Codes of portfolios.

/// Codes that the package alone can raise.
pub mod package {
    crate::codes! {
        /// A list where a map is due, and the like.
        WRONG_SHAPE = "portfolio-wrong-shape", Error, Silent,
            "something in a portfolio has the wrong shape",
            "what cannot be read is not offered, and CfCT never looks at this file";
        /// A key that means nothing.
        UNKNOWN_KEY = "portfolio-unknown-key", Error, Silent,
            "a portfolio has a key that means nothing",
            "a misspelt key has no effect, and CfCT never looks at this file";
        /// No name, no owner, no template.
        MISSING_KEY = "portfolio-missing-key", Error, Silent,
            "a portfolio lacks something that Service Catalog requires",
            "Service Catalog refuses a portfolio or product without it";
        /// A value that is none of those that exist, or has the wrong form.
        WRONG_VALUE = "portfolio-wrong-value", Error, Deploy,
            "a portfolio has a value that Service Catalog does not take",
            "Service Catalog refuses the value, and the stack of the portfolio rolls back";
        /// Too long, or empty.
        TEXT_LENGTH = "portfolio-text-length", Error, Deploy,
            "a text of a portfolio is empty or too long",
            "Service Catalog refuses the text, and the stack of the portfolio rolls back";
        /// The same name twice.
        DUPLICATE_NAME = "portfolio-duplicate-name", Error, Deploy,
            "two things in portfolios have the same name",
            "users could not tell them apart, and Service Catalog refuses most of such pairs";
        /// More than fit.
        QUOTA = "portfolio-quota", Error, Deploy,
            "a portfolio has more of something than Service Catalog allows",
            "what is over the quota is refused, and the stack of the portfolio rolls back";
        /// Nothing to launch.
        WITHOUT_VERSION = "portfolio-product-without-version", Error, Deploy,
            "a product has no version, or none that can be launched",
            "Service Catalog makes no product without a provisioning artifact, and users launch none that is inactive";
        /// A space in a version's name.
        VERSION_NAME = "portfolio-version-name", Error, Deploy,
            "the name of a version has a space or other blank in it",
            "Service Catalog takes no spaces in the name of a provisioning artifact";
        /// No digest.
        UNRECORDED = "portfolio-version-unrecorded", Error, Silent,
            "a version does not say which template it publishes",
            "without the digest of its template a published version could change, and nobody would notice";
        /// Another template than the one that was published.
        CHANGED = "portfolio-version-changed", Error, Silent,
            "the template of a published version has changed",
            "what users have launched would differ from what they would launch under the same version today";
        /// No such file.
        TEMPLATE_MISSING = "portfolio-template-missing", Error, Silent,
            "a version names a template that is not in the package",
            "there is nothing to put into the artifact bucket, and Service Catalog refuses the version";
        /// A template in another place than products'.
        TEMPLATE_PLACE = "portfolio-template-place", Error, Silent,
            "a version names a file that is no product template by its place",
            "only templates in a folder of portfolios/ are read and checked as such";
        /// A template that no version names.
        TEMPLATE_UNUSED = "portfolio-template-unused", Warning, Silent,
            "a product template belongs to no version",
            "it is never offered: a version was forgotten, or the file";
        /// A rule on a parameter that does not exist.
        CONSTRAINT_PARAMETER = "portfolio-constraint-parameter", Error, Deploy,
            "a template constraint names a parameter that the template has not",
            "Service Catalog refuses a rule on an unknown parameter, or applies none";
        /// A default that the rule refuses.
        CONSTRAINT_DEFAULT = "portfolio-constraint-default", Error, Silent,
            "a template constraint refuses the default of a parameter",
            "a user who leaves the value as it is cannot launch the product";
        /// A value that the template refuses.
        CONSTRAINT_VALUE = "portfolio-constraint-value", Error, Silent,
            "a template constraint offers a value that the template refuses",
            "a user who chooses it cannot launch the product";
        /// Neither or both of the two forms.
        CONSTRAINT_FORM = "portfolio-constraint-form", Error, Deploy,
            "a template constraint is none that Service Catalog takes",
            "Service Catalog refuses the rules, and the stack of the portfolio rolls back";
        /// A retention that jobs fail with.
        OUTSIDE_LOCK = "portfolio-constraint-outside-lock", Error, Silent,
            "a product offers a retention outside of the vault's lock",
            "every backup job with a retention outside of the vault's lock fails";
        /// Bounds that are not those of the vault.
        LOCK_DIFFERS = "portfolio-lock-differs", Error, Silent,
            "the bounds in a portfolio are not those of the vault's lock",
            "products would offer retention with which every backup job fails, or refuse what is right";
        /// Nothing to take bounds from.
        LOCK_UNKNOWN = "portfolio-lock-unknown", Error, Silent,
            "a portfolio says nothing of the lock that its products have to keep to",
            "without bounds nothing can be said of the retention that a product offers";
        /// Two launch roles, or a launch role and a stack set.
        LAUNCH_CONFLICT = "portfolio-launch-conflict", Error, Deploy,
            "a product has two ways to be launched",
            "Service Catalog takes either a role's ARN or its local name, and neither beside a stack set constraint";
        /// No launch role.
        LAUNCH_MISSING = "portfolio-launch-missing", Warning, Silent,
            "a product has no launch role",
            "users need every permission of the product themselves, so it could as well be a template in a folder";
        /// A role that no stack set makes.
        LAUNCH_ROLE = "portfolio-launch-role-undeployed", Error, Silent,
            "no stack set of the manifest creates the launch role of a product",
            "the role has to exist in every account that launches the product, or each launch fails";
        /// A principal that is no pattern.
        PRINCIPAL = "portfolio-principal", Error, Deploy,
            "a principal of a portfolio is no IAM pattern",
            "a role of one account means nothing where the portfolio is shared with another";
        /// Principals are shared, and there are none.
        PRINCIPAL_SHARING = "portfolio-principal-sharing", Error, Silent,
            "principals are shared, and the portfolio has none",
            "the share arrives, and nobody in the accounts can see the portfolio";
        /// Accounts get no principals.
        PRINCIPAL_ACCOUNTS = "portfolio-principal-accounts", Warning, Silent,
            "principals are not shared with single accounts",
            "Service Catalog shares principal names within the organization's units alone";
        /// Nobody gets it.
        WITHOUT_USERS = "portfolio-without-users", Warning, Silent,
            "a portfolio has no principals",
            "without principals nobody can see the portfolio or launch its products";
        /// No bucket for the templates.
        WITHOUT_BUCKET = "portfolio-without-bucket", Error, Silent,
            "there are portfolios, and no bucket that Service Catalog could read their templates from",
            "a version is made from the address of its template, which starts with the bucket's name";
        /// A name that is none of a stack set and a key.
        FILE_NAME = "portfolio-file-name", Error, Silent,
            "the name of a portfolio's file cannot be part of a stack set's name",
            "the portfolio travels as a stack set and under keys that are named after its file";
    }
}

/// Codes that need the organization.
pub mod organization {
    crate::codes! {
        /// No such OU.
        UNKNOWN_UNIT = "portfolio-share-unknown-unit", Error, Silent,
            "a portfolio is shared with an organizational unit that does not exist",
            "the portfolio cannot be shared there, and no account below sees it";
        /// No such account, or several.
        UNKNOWN_ACCOUNT = "portfolio-share-unknown-account", Error, Silent,
            "a portfolio is shared with an account that does not exist, or is not the only one of its name",
            "the portfolio cannot be shared there, and the account that was meant does not see it";
        /// An account that is not active.
        INACTIVE_ACCOUNT = "portfolio-share-inactive-account", Warning, Silent,
            "a portfolio is shared with an account that is suspended or closed",
            "nothing is launched in an account that is not active";
        /// Accounts without the launch role.
        ROLE_ELSEWHERE = "portfolio-launch-role-missing", Error, Silent,
            "accounts that a portfolio is shared with do not get the launch role of a product",
            "a launch fails in every account that does not have the role";
    }
}

pub use package::{MISSING_KEY, UNKNOWN_KEY, WRONG_SHAPE};
