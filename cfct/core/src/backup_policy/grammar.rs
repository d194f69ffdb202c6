//! What a backup policy may hold, as one table.
//!
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html>

use crate::limits::{BackupLimits, Limit};

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// An object with these keys.
    Object(&'static [Field]),
    /// An object whose keys the author chooses.
    Map(&'static Map),
    /// A setting with one value.
    One(Kind),
    /// A setting with a list of values.
    List(&'static List),
}

/// A key of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What stands under it.
    pub form: Form,
    /// Whether a plan can do without it.
    pub required: bool,
}

/// An object whose keys the author chooses.
#[derive(Debug)]
pub struct Map {
    /// What an entry is: "rule".
    pub noun: &'static str,
    /// What the keys must be.
    pub keys: Keys,
    /// What stands under each key.
    pub of: Form,
    /// How many entries an effective policy may have.
    pub limit: Option<fn(&BackupLimits) -> Limit>,
}

/// A setting with a list of values.
#[derive(Debug)]
pub struct List {
    /// What each value is.
    pub of: Kind,
    /// How many there may be.
    pub limit: Option<fn(&BackupLimits) -> Limit>,
}

/// What the keys of a map must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Anything: the key only tells entries apart.
    Any,
    /// The name of a plan, a rule or a selection: 1 to 50 of `A-Za-z0-9-_.`.
    Name,
    /// The ARN of a vault.
    VaultArn,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// The code of a Region.
    Region,
    /// The name of a vault.
    VaultName,
    /// `cron(…)`
    Schedule,
    /// A time zone, which a backup policy has not.
    TimeZone,
    /// Days until something is deleted or moved.
    Days,
    /// Minutes in which a job must start.
    StartWindow,
    /// Minutes in which a job must be done.
    CompletionWindow,
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The ARN of a role; `$account` stands for the account's own id.
    RoleArn,
    /// The ARN of a vault to copy to; `$account` stands for the account's own id.
    VaultArn,
    /// The ARN of a logically air-gapped vault, with `$region` and `$account`.
    AirGappedVaultArn,
    /// A resource type, as an ARN with wildcards, or `*`.
    ResourceType,
    /// `aws:ResourceTag/…`
    ConditionKey,
}

const fn required(name: &'static str, form: Form) -> Field {
    Field { name, form, required: true }
}

const fn optional(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false }
}

/// A whole policy.
pub static POLICY: Form = Form::Object(&[required("plans", Form::Map(&PLANS))]);

static PLANS: Map = Map { noun: "plan", keys: Keys::Name, of: Form::Object(PLAN), limit: None };

static PLAN: &[Field] = &[
    required("regions", Form::List(&List { of: Kind::Region, limit: None })),
    required("rules", Form::Map(&RULES)),
    required("selections", Form::Object(SELECTIONS)),
    optional("advanced_backup_settings", Form::Object(ADVANCED)),
    optional("backup_plan_tags", Form::Map(&TAGS)),
    optional("scan_settings", Form::Object(SCAN_SETTINGS)),
];

static RULES: Map =
    Map { noun: "rule", keys: Keys::Name, of: Form::Object(RULE), limit: Some(|limits| limits.rules) };

static RULE: &[Field] = &[
    required("schedule_expression", Form::One(Kind::Schedule)),
    optional("schedule_expression_timezone", Form::One(Kind::TimeZone)),
    required("target_backup_vault_name", Form::One(Kind::VaultName)),
    optional("target_logically_air_gapped_backup_vault_arn", Form::One(Kind::AirGappedVaultArn)),
    optional("start_backup_window_minutes", Form::One(Kind::StartWindow)),
    optional("complete_backup_window_minutes", Form::One(Kind::CompletionWindow)),
    optional("enable_continuous_backup", Form::One(Kind::Boolean)),
    optional("lifecycle", Form::Object(LIFECYCLE)),
    optional("copy_actions", Form::Map(&COPY_ACTIONS)),
    optional("recovery_point_tags", Form::Map(&RECOVERY_POINT_TAGS)),
    optional("index_actions", Form::Object(INDEX_ACTIONS)),
    optional("scan_actions", Form::Object(SCAN_ACTIONS)),
];

static LIFECYCLE: &[Field] = &[
    optional("move_to_cold_storage_after_days", Form::One(Kind::Days)),
    optional("delete_after_days", Form::One(Kind::Days)),
    optional("opt_in_to_archive_for_supported_resources", Form::One(Kind::Boolean)),
];

static COPY_ACTIONS: Map = Map {
    noun: "copy action",
    keys: Keys::VaultArn,
    of: Form::Object(COPY_ACTION),
    limit: Some(|limits| limits.copy_actions),
};

// Not required by AWS, which then takes the key in lower case; `rules` says why that is no use.
static COPY_ACTION: &[Field] = &[
    optional("target_backup_vault_arn", Form::One(Kind::VaultArn)),
    optional("lifecycle", Form::Object(LIFECYCLE)),
];

static TAGS: Map = Map { noun: "tag", keys: Keys::Any, of: Form::Object(TAG), limit: None };

static RECOVERY_POINT_TAGS: Map = Map {
    noun: "tag",
    keys: Keys::Any,
    of: Form::Object(TAG),
    limit: Some(|limits| limits.recovery_point_tags),
};

static TAG: &[Field] =
    &[required("tag_key", Form::One(Kind::Text)), required("tag_value", Form::One(Kind::Text))];

static INDEX_ACTIONS: &[Field] =
    &[required("resource_types", Form::List(&List { of: Kind::Word(&["EBS", "S3"]), limit: None }))];

static SCAN_ACTIONS: &[Field] = &[optional(
    "GUARDDUTY",
    Form::Object(&[required("scan_mode", Form::One(Kind::Word(&["FULL_SCAN", "INCREMENTAL_SCAN"])))]),
)];

static SCAN_SETTINGS: &[Field] = &[optional(
    "GUARDDUTY",
    Form::Object(&[
        required(
            "resource_types",
            Form::List(&List { of: Kind::Word(&["EBS", "EC2", "S3", "ALL"]), limit: None }),
        ),
        required("scanner_role_arn", Form::One(Kind::RoleArn)),
    ]),
)];

const ENABLED: Form = Form::One(Kind::Word(&["enabled", "disabled"]));

static ADVANCED: &[Field] = &[
    optional("ec2", Form::Object(&[optional("windows_vss", ENABLED)])),
    optional(
        "s3",
        Form::Object(&[optional("backup_acls", ENABLED), optional("backup_object_tags", ENABLED)]),
    ),
];

static SELECTIONS: &[Field] =
    &[optional("tags", Form::Map(&TAG_SELECTIONS)), optional("resources", Form::Map(&RESOURCE_SELECTIONS))];

static TAG_SELECTIONS: Map = Map {
    noun: "selection",
    keys: Keys::Name,
    of: Form::Object(&[
        required("iam_role_arn", Form::One(Kind::RoleArn)),
        required("tag_key", Form::One(Kind::Text)),
        required(
            "tag_value",
            Form::List(&List { of: Kind::Text, limit: Some(|limits| limits.selection_tags) }),
        ),
        optional("conditions", Form::Object(CONDITIONS)),
    ]),
    limit: Some(|limits| limits.tag_selections),
};

static RESOURCE_SELECTIONS: Map = Map {
    noun: "selection",
    keys: Keys::Name,
    of: Form::Object(&[
        required("iam_role_arn", Form::One(Kind::RoleArn)),
        required("resource_types", Form::List(&List { of: Kind::ResourceType, limit: None })),
        optional("not_resource_types", Form::List(&List { of: Kind::ResourceType, limit: None })),
        optional("conditions", Form::Object(CONDITIONS)),
    ]),
    limit: Some(|limits| limits.selections),
};

static CONDITIONS: &[Field] = &[
    optional("string_equals", Form::Map(&CONDITION)),
    optional("string_not_equals", Form::Map(&CONDITION)),
    optional("string_like", Form::Map(&CONDITION)),
    optional("string_not_like", Form::Map(&CONDITION)),
];

static CONDITION: Map = Map {
    noun: "condition",
    keys: Keys::Any,
    of: Form::Object(&[
        required("condition_key", Form::One(Kind::ConditionKey)),
        required("condition_value", Form::One(Kind::Text)),
    ]),
    limit: None,
};

impl Form {
    /// The field called `key` in its canonical form, if this is an object that has it.
    #[must_use]
    pub fn field(self, key: &str) -> Option<&'static Field> {
        match self {
            Self::Object(fields) => fields.iter().find(|field| field.name.eq_ignore_ascii_case(key)),
            _ => None,
        }
    }

    /// The form under `key`.
    #[must_use]
    pub fn child(self, key: &str) -> Option<Self> {
        match self {
            Self::Map(map) => Some(map.of),
            _ => self.field(key).map(|field| field.form),
        }
    }
}
