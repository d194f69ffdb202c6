//! Codes of the organization file.

crate::codes! {
    /// An id has not the form that AWS gives it.
    MALFORMED_ID = "organization-malformed-id", Error, Silent,
        "an id in the organization file has not the form that AWS gives it",
        "what the id names is left out of the organization";
    /// Two units or two accounts share an id.
    DUPLICATE_ID = "organization-duplicate-id", Error, Silent,
        "an id occurs twice in the organization file",
        "only the first of the two counts, so the organization is not the real one";
    /// Two sibling units share a name.
    DUPLICATE_NAME = "organization-duplicate-name", Error, Silent,
        "two organizational units under one parent have the same name",
        "AWS Organizations allows a name once under a parent, so the file is not of a real organization";
    /// A parent that is nowhere in the file.
    UNKNOWN_PARENT = "organization-unknown-parent", Error, Silent,
        "the parent of a unit or an account is not in the organization file",
        "what hangs under it is cut off from the root, so no target reaches it";
    /// Units that are their own ancestors.
    CYCLE = "organization-cycle", Error, Silent,
        "organizational units are their own ancestors",
        "they are cut off from the root, so no target reaches them";
    /// More levels than AWS allows.
    TOO_DEEP = "organization-too-deep", Error, Silent,
        "organizational units are nested deeper than AWS allows",
        "AWS Organizations stops at five levels under the root, so the file is not of a real organization";
    /// The management account is not an account of the organization.
    MANAGEMENT_ACCOUNT = "organization-management-account", Error, Silent,
        "the management account is not among the accounts",
        "CfCT runs in the management account, and targets may name it";
    /// A status that AWS Organizations does not have.
    ACCOUNT_STATUS = "organization-account-status", Warning, Silent,
        "an account has a status that AWS Organizations does not know",
        "CfCT takes ACTIVE accounts only, so the account is taken for an inactive one";
    /// A home Region that is none, or is in another partition.
    HOME_REGION = "organization-home-region", Error, Silent,
        "the home Region is no Region, or not in the partition that is given",
        "CfCT makes its stack sets and the addresses of templates in the home Region, and ARNs follow its partition";
    /// The baseline stack set reaches accounts that the organization does not have.
    BASELINE_ACCOUNT = "organization-baseline-account", Warning, Deploy,
        "the Control Tower baseline holds accounts that are not in the organization",
        "the target `Root` deploys to every account of the baseline stack set, these included";
}
