//! Codes of backup policies, as one document says it or as several amount to it.

crate::codes! {
    /// A service control policy, a tag policy or no policy at all.
    WRONG_TYPE = "backup-policy-wrong-type", Error, Deploy,
        "a file under policies/backup holds another type of policy",
        "AWS Organizations refuses a backup policy whose top-level key is not plans";
    /// An object where a list is due, and the like.
    WRONG_SHAPE = "backup-policy-wrong-shape", Error, Deploy,
        "something in a backup policy has the wrong shape",
        "AWS Organizations refuses the document as malformed";
    /// A key that the grammar has not.
    UNKNOWN_KEY = "backup-policy-unknown-key", Error, Deploy,
        "a backup policy has a key that the syntax does not know",
        "AWS Organizations refuses the document as malformed, so nothing of it takes effect";
    /// A value without an operator.
    MISSING_OPERATOR = "backup-policy-missing-operator", Error, Deploy,
        "a value stands in a backup policy without an operator",
        "every setting of a backup policy is set by an operator such as @@assign; a bare value is refused";
    /// An operator that is none.
    UNKNOWN_OPERATOR = "backup-policy-unknown-operator", Error, Deploy,
        "a backup policy uses an operator that does not exist",
        "AWS Organizations refuses the document as malformed";
    /// `@@append` on a single value, `@@assign` on a container.
    MISPLACED_OPERATOR = "backup-policy-misplaced-operator", Error, Deploy,
        "an operator stands where it cannot be used",
        "@@append and @@remove work on lists only, and no value can be set on a container";
    /// A child control operator with words that it does not take.
    CHILD_OPERATORS = "backup-policy-child-operators", Error, Deploy,
        "a child control operator lists something that is no operator",
        "a policy whose locks cannot be read is refused, or does not lock what it seems to";
    /// Two keys that are one identifier.
    KEY_CASE = "backup-policy-key-case", Error, Deploy,
        "two keys of one object differ in nothing but upper and lower case",
        "identifiers are not case sensitive: both keys are the same plan, rule or selection";
    /// Over the quota.
    TOO_LONG = "backup-policy-too-long", Error, Deploy,
        "a backup policy is over the size limit, even without its blanks",
        "AWS Organizations refuses the document with POLICY_CONTENT_LIMIT_EXCEEDED";
    /// A policy that says nothing.
    EMPTY = "backup-policy-empty", Warning, Silent,
        "a backup policy sets nothing",
        "it takes one of the ten places for backup policies wherever it is attached, and protects nothing";
    /// A number, boolean or word that the setting does not take.
    WRONG_VALUE = "backup-policy-wrong-value", Error, Deploy,
        "a setting of a backup policy has a value that it does not take",
        "the document is refused, or the plan that comes of it";
    /// A name that AWS Backup does not take.
    NAME = "backup-policy-name", Error, Silent,
        "a plan, rule, selection or vault has a name that AWS Backup does not take",
        "AWS Backup takes 1 to 50 letters, digits, hyphens and underscores; with another name it creates no plan";
    /// An ARN that is none, or one of something else.
    ARN = "backup-policy-arn", Error, Silent,
        "a value that must be the ARN of a role or vault is not",
        "the plan is created in no account, or its jobs fail";
    /// Not a Region.
    REGION = "backup-policy-region", Error, Silent,
        "a Region in a backup policy is no Region",
        "nothing is backed up there, and nothing says so";
    /// A resource type that backup policies do not take.
    RESOURCE_TYPE = "backup-policy-resource-type", Error, Deploy,
        "a resource type in a backup policy is not among those that it takes",
        "a selection takes the fixed patterns that AWS documents, or * for all";
    /// A condition that is not on a tag of the resource.
    CONDITION_KEY = "backup-policy-condition-key", Error, Deploy,
        "a condition key does not begin with aws:ResourceTag/",
        "conditions of a selection compare tags of the resource and nothing else";
    /// `$account` or `$region` where AWS does not fill them in.
    PLACEHOLDER_MISPLACED = "backup-policy-placeholder-misplaced", Error, Silent,
        "$account or $region stands where AWS does not fill it in",
        "the text is taken as it is, so it names something that does not exist";
    /// `${…}`, `{{…}}`, `<…>`
    PLACEHOLDER_UNFILLED = "backup-policy-placeholder-unfilled", Warning, Silent,
        "a template placeholder is left in a backup policy",
        "nothing fills it in on the way: AWS gets the text as it is, and it cannot be checked here";
    /// A plan that no policy completes.
    INCOMPLETE = "backup-plan-incomplete", Error, Silent,
        "no policy of the package gives a plan something that it needs",
        "AWS calls the effective policy invalid (KEY_REQUIRED), and the account keeps its last valid one";
    /// Selection by tag and by type in one plan.
    BOTH_SELECTIONS = "backup-plan-both-selections", Error, Silent,
        "a plan selects by tags and by resources",
        "tags and resources exclude each other in the selections of one plan";
    /// More than AWS Backup takes.
    TOO_MANY = "backup-plan-too-many", Error, Silent,
        "a plan has more of something than AWS Backup takes",
        "AWS calls the effective policy invalid (ELEMENTS_TOO_MANY), and the account keeps its last valid one";
    /// Deleted less than 90 days after it went cold.
    COLD_STORAGE = "backup-lifecycle-cold-storage", Error, Silent,
        "recovery points would be deleted less than 90 days after they move to cold storage",
        "AWS Backup refuses such a lifecycle, so no account gets the plan";
    /// Outside 1 to 36,500 days.
    RETENTION_RANGE = "backup-lifecycle-days", Error, Silent,
        "a lifecycle has a number of days that AWS Backup does not take",
        "AWS Backup keeps recovery points for 1 to 36500 days, or for ever where nothing is said";
    /// Continuous backups past 35 days.
    CONTINUOUS_RETENTION = "backup-continuous-retention", Error, Silent,
        "a continuous backup is kept for more than 35 days",
        "point-in-time recovery reaches back 35 days at most, and AWS Backup refuses a rule that asks for more";
    /// Continuous backups without a retention.
    CONTINUOUS_UNLIMITED = "backup-continuous-unlimited", Warning, Silent,
        "a continuous backup has no retention",
        "continuous backups are kept for 1 to 35 days; what none at all leads to is not documented";
    /// Continuous backups in cold storage.
    CONTINUOUS_COLD = "backup-continuous-cold", Error, Silent,
        "a rule for continuous backups moves them to cold storage",
        "continuous backups have no cold storage, and AWS Backup refuses the rule";
    /// A window out of range.
    WINDOW = "backup-window", Error, Silent,
        "a backup window is shorter or longer than AWS Backup takes",
        "a job needs at least 60 minutes to start in, and AWS Backup refuses a rule that gives it less";
    /// A job must be done before it must have started.
    WINDOW_ORDER = "backup-window-order", Warning, Silent,
        "a job must be done before its start window is over",
        "a job that starts late is cancelled for not being done, though nothing is wrong with it";
    /// A copy action with nothing but its key.
    COPY_TARGET_MISSING = "backup-copy-target-missing", Error, Silent,
        "a copy action names its vault in the key alone",
        "AWS then takes the key in lower case, which is another vault wherever the name has a capital letter";
    /// A copy action whose key is another vault.
    COPY_TARGET_DIFFERS = "backup-copy-target-differs", Warning, Silent,
        "the key of a copy action is not the vault that it copies to",
        "AWS asks for the vault's ARN in both places and does not say which one counts where they differ";
    /// A logically air-gapped vault with a literal Region or account.
    AIR_GAPPED_ARN = "backup-air-gapped-arn", Error, Silent,
        "the ARN of a logically air-gapped vault is not written with $region and $account",
        "as the target of a rule the vault must be in the resource's own account and Region";
    /// Two resource types in one index action.
    INDEX_TYPES = "backup-index-types", Warning, Silent,
        "a rule indexes more than one resource type",
        "the Organizations guide shows two, the API of AWS Backup takes one for each rule";
    /// Scans that never start.
    SCAN_SETTINGS_MISSING = "backup-scan-settings-missing", Error, Silent,
        "a rule scans for malware, but its plan has no scan settings",
        "without the scanner's role and the resource types no scan job starts";
    /// Not a schedule.
    SCHEDULE = "backup-schedule", Error, Silent,
        "a schedule is not in the cron dialect of AWS",
        "AWS Backup refuses the rule, so no account gets the plan";
    /// Less than an hour apart.
    SCHEDULE_TOO_OFTEN = "backup-schedule-too-often", Error, Silent,
        "a schedule runs more than once an hour",
        "AWS Backup takes intervals of 60 minutes and more";
    /// A day that does not exist.
    SCHEDULE_NEVER = "backup-schedule-never", Error, Silent,
        "a schedule never runs",
        "nothing is ever backed up by the rule, and nothing says so";
    /// A step that ends at midnight.
    SCHEDULE_STEP = "backup-schedule-step", Warning, Silent,
        "the step of a schedule never comes to its second value",
        "steps end with their field: 13/12 in hours is 13:00 alone, once a day";
    /// A form that AWS does not document.
    SCHEDULE_UNDOCUMENTED = "backup-schedule-undocumented", Warning, Silent,
        "a schedule uses a form that AWS does not document",
        "other cron dialects know it; whether AWS Backup takes it shows only in the account";
    /// A time zone.
    SCHEDULE_TIMEZONE = "backup-schedule-timezone", Warning, Silent,
        "a backup policy sets a time zone",
        "backup plans have one, backup policies are not documented to: schedules of policies are in UTC";
    /// Gone before the next one comes.
    RETENTION_GAP = "backup-retention-gap", Warning, Silent,
        "recovery points are deleted before the next run of their rule",
        "from the deletion to the next run there is nothing to restore from";
    /// Archive tier for frequent snapshots.
    ARCHIVE_TOO_OFTEN = "backup-archive-too-often", Warning, Silent,
        "snapshots are archived from a rule that runs more than once a month",
        "archived EBS snapshots are full copies; AWS Backup wants them monthly or less often";
    /// Two rules at the same time.
    RULES_OVERLAP = "backup-rules-overlap", Note, Advice,
        "two rules of a plan run within each other's start window",
        "AWS Backup then takes one backup and keeps it for the longer of the two retentions";
}
