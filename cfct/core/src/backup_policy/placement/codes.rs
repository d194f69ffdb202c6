//! Codes of backup policies in an organization.

crate::codes! {
    /// No such OU.
    UNKNOWN_UNIT = "attachments-unknown-unit", Error, Silent,
        "attachments.yaml names an organizational unit that does not exist",
        "the policy cannot be attached there, and no account below gets its plans";
    /// No such account, or several.
    UNKNOWN_ACCOUNT = "attachments-unknown-account", Error, Silent,
        "attachments.yaml names an account that does not exist, or is not the only one of its name",
        "the policy cannot be attached there, and the account that was meant gets none of its plans";
    /// An account that is not active.
    INACTIVE_ACCOUNT = "attachments-inactive-account", Warning, Silent,
        "attachments.yaml names an account that is suspended or closed",
        "nothing is backed up in an account that is not active";
    /// The account keeps its last valid policy.
    INVALID = "backup-effective-invalid", Error, Silent,
        "accounts get an effective backup policy that AWS calls invalid",
        "such an account keeps its last valid effective policy, or none, until every error is mended";
    /// Two outcomes.
    AMBIGUOUS = "backup-effective-ambiguous", Warning, Silent,
        "AWS does not say what the effective backup policy of some accounts is",
        "the documentation leaves the outcome open, so what is backed up shows only in the account";
    /// A child control operator forbids it.
    REFUSED = "backup-effective-refused", Warning, Silent,
        "a policy above forbids what a backup policy sets",
        "AWS ignores an operator that a child control operator does not allow, without a word";
    /// Another policy was attached first.
    SECOND_ATTACHED = "backup-effective-second-attached", Warning, Silent,
        "two backup policies on one node give one setting different values",
        "the policy that was attached first wins, and detaching it for a moment changes the winner";
    /// It changes nothing.
    INEFFECTIVE = "backup-effective-no-change", Warning, Silent,
        "an operator of a backup policy changes nothing",
        "what it was meant to change is not there, or not what it takes it for";
}
