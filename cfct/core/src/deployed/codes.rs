//! Codes of the deployed state.

crate::codes! {
    /// Written by a later version of the toolkit.
    NEWER = "snapshot-newer", Error, Silent,
        "a snapshot was written by a later version of the toolkit",
        "it may say things that this version does not understand, so a plan from it would be a guess";
    /// The deployed state belongs to another organization.
    OTHER_ORGANIZATION = "deployed-other-organization", Error, Silent,
        "the deployed state is that of another organization",
        "a plan would compare two organizations, and show everything as gone";
    /// An account id, a Region or a group that cannot be.
    INSTANCE = "deployed-instance", Error, Silent,
        "an instance in the deployed state names no account or no Region",
        "it is left out, so the plan would create what is there";
    /// Something is there twice.
    DUPLICATE = "deployed-duplicate", Error, Silent,
        "a stack set or a policy stands twice in the deployed state",
        "names are unique in AWS, so the file is not of a real account; only the first one counts";
    /// An operation status that AWS does not have.
    OPERATION = "deployed-operation", Warning, Silent,
        "the last operation of a stack set has a status that AWS does not know",
        "CfCT compares it with SUCCEEDED and updates the stack set where it differs; it is taken for FAILED";
}
