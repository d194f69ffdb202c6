//! What a deployed state holds: the one declaration that the reader and the JSON Schema follow.

use crate::snapshot::{Field, Object, Shape, TEXT};

const ACCOUNT_ID: Shape = Shape::Text { pattern: Some("^[0-9]{12}$") };
const TEXTS: Shape = Shape::Map(&TEXT);

pub(super) static INSTANCE: Object = Object {
    noun: "the instance",
    description: "A stack instance, or equal instances of several accounts and Regions.",
    fields: &[
        Field::optional("account", ACCOUNT_ID, "The account that holds it."),
        Field::optional("accounts", Shape::List(&ACCOUNT_ID), "Several accounts with an equal instance."),
        Field::optional(
            "account_group",
            TEXT,
            "The name of a list under `account_groups`, in place of `accounts`.",
        ),
        Field::optional("region", TEXT, "Its Region."),
        Field::optional(
            "regions",
            Shape::List(&TEXT),
            "Several Regions; each account has an instance in each.",
        ),
        Field::optional("status", TEXT, "CURRENT, OUTDATED or INOPERABLE."),
        Field::optional("status_reason", TEXT, "Why it is not CURRENT."),
    ],
};

pub(super) static STACK_SET: Object = Object {
    noun: "the stack set",
    description: "A stack set in the management account.",
    fields: &[
        Field::required("name", TEXT, "Its name."),
        Field::optional("template_body", TEXT, "Its template, byte for byte."),
        Field::optional(
            "template_sha256",
            TEXT,
            "The SHA-256 of its template in hexadecimal, where the body is left out.",
        ),
        Field::optional("parameters", TEXTS, "Its parameters."),
        Field::optional("tags", TEXTS, "Its tags."),
        Field::optional(
            "last_operation",
            Shape::Any,
            "The status of its last operation: a word, or an object with `status`.",
        ),
        Field::required("instances", Shape::List(&Shape::Object(&INSTANCE)), "Its instances."),
    ],
};

pub(super) static POLICY: Object = Object {
    noun: "the policy",
    description: "A policy in AWS Organizations.",
    fields: &[
        Field::required("id", TEXT, "Its id."),
        Field::required("name", TEXT, "Its name, unique within its type."),
        Field::required(
            "type",
            TEXT,
            "SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY, BACKUP_POLICY or another type.",
        ),
        Field::optional("description", TEXT, "Its description."),
        Field::optional("content", Shape::Any, "Its content: the text, or the JSON itself."),
        Field::required(
            "targets",
            Shape::List(&TEXT),
            "The ids of the root, units and accounts it is attached to.",
        ),
    ],
};

pub(super) static OPT_IN: Object = Object {
    noun: "the opt-in",
    description: "What AWS Backup is opted in to in one account and Region (DescribeRegionSettings).",
    fields: &[
        Field::required("account", ACCOUNT_ID, "The account."),
        Field::required("region", TEXT, "The Region."),
        Field::required(
            "resource_types",
            Shape::Map(&Shape::Flag),
            "Whether it is opted in to each resource type, by the names that AWS Backup has for them.",
        ),
    ],
};

/// The deployed state, alone or under `deployed` of a snapshot.
pub(super) static DEPLOYED: Object = Object {
    noun: "the deployed state",
    description: "What is deployed in an organization by CfCT and beside it.",
    fields: &[
        Field::required(
            "stack_sets",
            Shape::List(&Shape::Object(&STACK_SET)),
            "The stack sets of the management account.",
        ),
        Field::optional(
            "policies",
            Shape::List(&Shape::Object(&POLICY)),
            "The policies of the organization.",
        ),
        Field::optional(
            "account_groups",
            Shape::Map(&Shape::List(&ACCOUNT_ID)),
            "Lists of accounts that many stack sets share, by a name of the writer's choice.",
        ),
        Field::optional(
            "ssm_parameters",
            TEXTS,
            "Parameters of Parameter Store in the home Region, by name.",
        ),
        Field::optional(
            "backup_opt_in",
            Shape::List(&Shape::Object(&OPT_IN)),
            "What AWS Backup is opted in to, at least for the management account in each Region.",
        ),
    ],
};
