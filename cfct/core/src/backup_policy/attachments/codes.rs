//! Codes of `policies/backup/attachments.yaml`.

crate::codes! {
    /// A list where a map is due, and the like.
    WRONG_SHAPE = "attachments-wrong-shape", Error, Silent,
        "something in attachments.yaml has the wrong shape",
        "what cannot be read is not attached, and CfCT never looks at this file";
    /// A key that means nothing.
    UNKNOWN_KEY = "attachments-unknown-key", Error, Silent,
        "attachments.yaml has a key that means nothing",
        "a misspelt key has no effect, and CfCT never looks at this file";
    /// No name, no file, no targets.
    MISSING_KEY = "attachments-missing-key", Error, Silent,
        "an entry of attachments.yaml lacks its name, its file or its targets",
        "without them there is nothing to create, or nowhere to attach it";
    /// The same name twice.
    DUPLICATE_NAME = "attachments-duplicate-name", Error, Deploy,
        "two backup policies have the same name",
        "AWS Organizations refuses a second policy of one type and name, and the stack that creates it fails";
    /// A name or description that AWS does not take.
    TEXT_LENGTH = "attachments-text-length", Error, Deploy,
        "the name or description of a backup policy is empty or too long",
        "AWS Organizations takes 1 to 128 characters for a name and up to 512 for a description";
    /// No such file.
    FILE_MISSING = "attachments-file-missing", Error, Silent,
        "attachments.yaml names a file that is not in the package",
        "the policy cannot be created, and whatever it should protect is not backed up";
    /// A file that is no backup policy by its place.
    FILE_PLACE = "attachments-file-place", Error, Silent,
        "attachments.yaml names a file that is not a JSON file under policies/backup",
        "only files with that place and ending are read and checked as backup policies";
    /// Attached to nothing.
    NO_TARGETS = "attachments-no-targets", Error, Silent,
        "a backup policy is attached to nothing",
        "the policy exists, and no account gets a plan of it";
    /// The same target twice.
    DUPLICATE_TARGET = "attachments-duplicate-target", Warning, Deploy,
        "a target is listed twice for one backup policy",
        "a policy is attached to a target once; the second attempt is refused";
    /// More policies than fit.
    TOO_MANY = "attachments-too-many", Error, Deploy,
        "more backup policies are attached to a target, or exist, than AWS Organizations allows",
        "attaching one more fails with MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED, and the stack rolls back";
    /// A policy that is not attached.
    UNATTACHED = "backup-policy-unattached", Warning, Silent,
        "a backup policy is in the package, but attachments.yaml does not name it",
        "nothing creates the policy, so it protects nothing";
}
