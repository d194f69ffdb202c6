//! What a deployed state holds: the one declaration that the reader and the JSON Schema follow.

use crate::snapshot::{Field, Object, Shape, TEXT};

const fn required(name: &'static str, shape: Shape, description: &'static str) -> Field {
    Field { name, shape, required: true, description }
}

const fn optional(name: &'static str, shape: Shape, description: &'static str) -> Field {
    Field { name, shape, required: false, description }
}

const ACCOUNT_ID: Shape = Shape::Text { pattern: Some("^[0-9]{12}$") };
const TEXTS: Shape = Shape::Map(&TEXT);

pub(super) static INSTANCE: Object = Object {
    noun: "the instance",
    description: "A stack instance, or equal instances of several accounts and Regions.",
    fields: &[
        optional("account", ACCOUNT_ID, "The account that holds it."),
        optional("accounts", Shape::List(&ACCOUNT_ID), "Several accounts with an equal instance."),
        optional("account_group", TEXT, "The name of a list under `account_groups`, in place of `accounts`."),
        optional("region", TEXT, "Its Region."),
        optional("regions", Shape::List(&TEXT), "Several Regions; each account has an instance in each."),
        optional("status", TEXT, "CURRENT, OUTDATED or INOPERABLE."),
        optional("status_reason", TEXT, "Why it is not CURRENT."),
    ],
};

pub(super) static STACK_SET: Object = Object {
    noun: "the stack set",
    description: "A stack set in the management account.",
    fields: &[
        required("name", TEXT, "Its name."),
        optional("template_body", TEXT, "Its template, byte for byte."),
        optional(
            "template_sha256",
            TEXT,
            "The SHA-256 of its template in hexadecimal, where the body is left out.",
        ),
        optional("parameters", TEXTS, "Its parameters."),
        optional("tags", TEXTS, "Its tags."),
        optional(
            "last_operation",
            Shape::Any,
            "The status of its last operation: a word, or an object with `status`.",
        ),
        required("instances", Shape::List(&Shape::Object(&INSTANCE)), "Its instances."),
    ],
};

pub(super) static POLICY: Object = Object {
    noun: "the policy",
    description: "A policy in AWS Organizations.",
    fields: &[
        required("id", TEXT, "Its id."),
        required("name", TEXT, "Its name, unique within its type."),
        required(
            "type",
            TEXT,
            "SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY, BACKUP_POLICY or another type.",
        ),
        optional("description", TEXT, "Its description."),
        optional("content", Shape::Any, "Its content: the text, or the JSON itself."),
        required("targets", Shape::List(&TEXT), "The ids of the root, units and accounts it is attached to."),
    ],
};

/// The deployed state, alone or under `deployed` of a snapshot.
pub(super) static DEPLOYED: Object = Object {
    noun: "the deployed state",
    description: "What is deployed in an organization by CfCT and beside it.",
    fields: &[
        required(
            "stack_sets",
            Shape::List(&Shape::Object(&STACK_SET)),
            "The stack sets of the management account.",
        ),
        optional("policies", Shape::List(&Shape::Object(&POLICY)), "The policies of the organization."),
        optional(
            "account_groups",
            Shape::Map(&Shape::List(&ACCOUNT_ID)),
            "Lists of accounts that many stack sets share, by a name of the writer's choice.",
        ),
        optional("ssm_parameters", TEXTS, "Parameters of Parameter Store in the home Region, by name."),
    ],
};
