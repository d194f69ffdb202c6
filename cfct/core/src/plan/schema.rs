//! The JSON Schema of [`PlanJson`](super::PlanJson).

use serde_json::{Value, json};

/// The JSON Schema of what `plan --format json` prints. More fields may be added to it.
#[must_use]
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan",
        "description": "What `cfct plan --format json` prints. Sets of instances are rows: every account of a row in every Region of it.",
        "type": "object",
        "required": [
            "id", "against_deployed_state", "summary", "failed_stages", "departures", "stack_sets", "policies",
            "attachment_slots",
        ],
        "properties": {
            "id": text("The digest of everything the plan depends on, as `--confirm` takes it."),
            "against_deployed_state": flag("Whether the deployed state is known; without it everything is new."),
            "summary": summary(),
            "failed_stages": list(object(
                "A stage whose parser raises, so that nothing of it is deployed.",
                &["stage", "resource", "error"],
                json!({"stage": text("scp, rcp or stack_set."), "resource": text("Its entry in the manifest."), "error": text("As CfCT's log shows it.")}),
            )),
            "departures": list(json!({"$ref": "#/$defs/departure"})),
            "stack_sets": list(json!({"$ref": "#/$defs/stack_set"})),
            "policies": list(policy()),
            "attachment_slots": list(slots()),
            "ways_out": list(object(
                "With `--steps`: the way to a stack set that CfCT alone would not bring to what was meant.",
                &["stack_set", "route", "alternative"],
                json!({
                    "stack_set": text("Its name in CloudFormation."),
                    "route": or_null(json!({"$ref": "#/$defs/route"})),
                    "alternative": or_null(json!({"$ref": "#/$defs/route"})),
                }),
            )),
        },
        "$defs": {
            "stack_set": stack_set(),
            "departure": departure(),
            "execution": execution(),
            "result": result(),
            "route": object(
                "Steps in order, in words.",
                &["steps", "remakes_instances", "makes_instances_in_vain"],
                json!({"steps": list(text("A step.")), "remakes_instances": count("Desired instances that are deleted and made anew."), "makes_instances_in_vain": count("Instances that are made and deleted again.")}),
            ),
            "cells": list(object(
                "Instances: each account in each Region.",
                &["accounts", "regions"],
                json!({"accounts": list(text("An account id.")), "regions": list(text("A Region."))}),
            )),
            "pairs": list(json!({"description": "An account id and a Region.", "type": "array", "minItems": 2, "items": {"type": "string"}})),
            "holdings": list(object(
                "What holds data in each of the stacks.",
                &["logical_id", "type", "retained", "locked"],
                json!({"logical_id": text("Its logical id."), "type": text("Its type."), "retained": flag("It stays in the account when its stack goes."), "locked": flag("It carries a vault lock.")}),
            )),
        },
    })
}

fn summary() -> Value {
    object(
        "The plan in numbers.",
        &["remove", "create", "update", "destroys", "changes_nothing", "estimated_seconds"],
        json!({
            "remove": count("Instances that go, in the worst case."),
            "create": count("Instances that come."),
            "update": count("Instances that are updated in place."),
            "destroys": flag("Whether it needs `--confirm`."),
            "changes_nothing": flag("Whether a push would change nothing."),
            "estimated_seconds": count("An estimate of the stack set stage."),
        }),
    )
}

fn stack_set() -> Value {
    object(
        "A stack set of the manifest, in the order of execution.",
        &[
            "resource",
            "stack_set",
            "line",
            "change",
            "renamed_from",
            "template_changes",
            "parameter_changes",
            "targets_nobody",
            "unchanged",
            "removed",
            "created",
            "updated",
            "reached",
            "holds",
            "exports",
            "estimated_seconds",
            "execution",
        ],
        json!({
            "resource": text("Its name in the manifest."),
            "stack_set": text("Its name in CloudFormation."),
            "line": count("Its line in the manifest, from 1."),
            "change": {"description": "What becomes of it.", "enum": ["create", "update", "unchanged"]},
            "renamed_from": or_null(text("The deployed stack set that it probably is under a new name.")),
            "template_changes": {"description": "`null` where the deployed template is not known.", "type": ["boolean", "null"]},
            "parameter_changes": list(object("A parameter that differs; values are not told.", &["key", "why"], json!({"key": text("Its key."), "why": text("How it differs.")}))),
            "targets_nobody": flag("Whether it is aimed at no account."),
            "unchanged": count("Instances that stay as they are."),
            "removed": json!({"$ref": "#/$defs/cells"}),
            "created": json!({"$ref": "#/$defs/cells"}),
            "updated": json!({"$ref": "#/$defs/cells"}),
            "reached": {"description": "Whether the stage gets this far, since a failure ends it.", "enum": ["surely", "perhaps", "never"]},
            "holds": json!({"$ref": "#/$defs/holdings"}),
            "exports": list(object(
                "An output that CfCT writes to Parameter Store.",
                &["parameter", "from", "readers"],
                json!({
                    "parameter": text("The SSM parameter."),
                    "from": text("What feeds it."),
                    "readers": list(object("A resource that reads it.", &["resource", "reads_before_written"], json!({"resource": text("Its name."), "reads_before_written": flag("It stands before the one that writes.")}))),
                }),
            )),
            "estimated_seconds": count("An estimate."),
            "execution": json!({"$ref": "#/$defs/execution"}),
        }),
    )
}

fn departure() -> Value {
    object(
        "A stack set of CfCT that the manifest does not name.",
        &["stack_set", "instances", "renamed_to", "removed", "holds", "estimated_seconds", "change"],
        json!({
            "stack_set": text("Its name in CloudFormation."),
            "instances": count("How many it has."),
            "renamed_to": or_null(text("The stack set of the manifest that it probably becomes.")),
            "removed": json!({"$ref": "#/$defs/cells"}),
            "holds": json!({"$ref": "#/$defs/holdings"}),
            "estimated_seconds": count("An estimate."),
            "change": {"description": "Deleted, or left where it is for good.", "enum": ["deleted", "orphaned"]},
            "execution": json!({"$ref": "#/$defs/execution"}),
        }),
    )
}

/// The fields of a result, as the recordings of CfCT's state machine name them.
fn result_fields() -> Value {
    json!({
        "execution_status": {"description": "`null` where none is started.", "enum": ["SUCCEEDED", "FAILED", "ENDLESS", null]},
        "failure": {"description": "`state`, `function` and `error`, or `null`.", "type": ["object", "null"]},
        "stage_status": {"enum": ["SUCCEEDED", "FAILED", null]},
        "mutating_calls": list(object(
            "A call that changes something, in order. Values of secret parameters are not shown.",
            &["name", "answer"],
            json!({
                "name": text("The API action."),
                "answer": text("`accepted`, or AWS's error."),
                "parameters": {"type": "object"},
                "stack_set": text("What DeleteStackSet names."),
                "accounts": list(text("An account id.")),
                "regions": list(text("A Region.")),
            }),
        )),
        "missing_afterwards": json!({"$ref": "#/$defs/pairs"}),
        "extra_afterwards": json!({"$ref": "#/$defs/pairs"}),
    })
}

const RESULT: [&str; 6] = [
    "execution_status",
    "failure",
    "stage_status",
    "mutating_calls",
    "missing_afterwards",
    "extra_afterwards",
];

fn result() -> Value {
    object("How one order ends.", &RESULT, result_fields())
}

fn execution() -> Value {
    let mut fields = result_fields();
    let own = json!({
        "execution_started": flag("Whether the state machine is started at all."),
        "skip_update_stack_set": {"enum": ["yes", "no", null]},
        "settles_as": text("What the later runs come to."),
        "rests_on": list(text("What is assumed of AWS.")),
        "outcome_depends_on_order": flag("Whether the order of a Python set decides."),
        "decided_by": list(text("Which set.")),
        "other_outcomes": list(object(
            "What other orders come to.",
            &["label", "example_first_account", "needs_set_order_other_than_sorted", "result", "settles_as", "rests_on"],
            json!({
                "label": text("B, C, …; the outcome above is A."),
                "example_first_account": or_null(text("An account that leads here when it is listed first.")),
                "needs_set_order_other_than_sorted": flag("Whether a set inside the Lambda decides."),
                "result": json!({"$ref": "#/$defs/result"}),
                "settles_as": text("What the later runs come to."),
                "rests_on": list(text("What is assumed of AWS.")),
            }),
        )),
        "every_order_tried": flag("Whether these are all outcomes."),
    });
    let mut required: Vec<&str> = RESULT.to_vec();
    if let (Some(fields), Value::Object(own)) = (fields.as_object_mut(), own) {
        fields.extend(own);
    }
    required.extend([
        "execution_started",
        "skip_update_stack_set",
        "settles_as",
        "rests_on",
        "outcome_depends_on_order",
        "decided_by",
        "other_outcomes",
        "every_order_tried",
    ]);
    object("What CfCT's state machine does, the sets taken in ascending order.", &required, fields)
}

fn policy() -> Value {
    object(
        "A policy of the manifest.",
        &["name", "type", "id", "differs", "attach", "attached", "left_attached"],
        json!({
            "name": text("Its name."),
            "type": {"enum": ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]},
            "id": or_null(text("The id of the deployed policy of that name.")),
            "differs": {"description": "Whether its content or description changes; `null` where that is not known.", "type": ["boolean", "null"]},
            "attach": list(text("The id of a target that it is attached to.")),
            "attached": list(text("The id of a target that it is attached to already.")),
            "left_attached": list(text("The id of a target that the manifest does not name; CfCT does not detach.")),
        }),
    )
}

fn slots() -> Value {
    object(
        "The attachment slots of a target.",
        &["type", "target", "used", "added", "limit", "left"],
        json!({
            "type": {"enum": ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]},
            "target": text("The id of a root, a unit or an account."),
            "used": count("Policies attached now, Control Tower's own included."),
            "added": count("Policies that the plan attaches."),
            "limit": count("How many a target takes."),
            "left": {"description": "Negative where the plan does not fit.", "type": "integer"},
        }),
    )
}

fn object(description: &str, required: &[&str], properties: Value) -> Value {
    let mut schema = json!({"description": description, "type": "object", "required": required});
    schema["properties"] = properties;
    schema
}

fn list(items: Value) -> Value {
    let mut schema = json!({"type": "array"});
    schema["items"] = items;
    schema
}

fn or_null(schema: Value) -> Value {
    Value::from_iter([("oneOf", Value::from(vec![json!({"type": "null"}), schema]))])
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

fn flag(description: &str) -> Value {
    json!({"description": description, "type": "boolean"})
}

fn count(description: &str) -> Value {
    json!({"description": description, "type": "integer", "minimum": 0})
}
