//! The JSON Schema of [`Configuration`](super::Configuration).

use serde_json::{Value, json};

use super::FORMAT;

/// The JSON Schema of the document.
#[must_use]
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bootstrap",
        "description": "What the companion goes by: `companion/bootstrap/<sha256>.json` in the artifact bucket, written by `cfct package`. An unknown field is refused.",
        "type": "object",
        "additionalProperties": false,
        "required": [
            "format", "partition", "url_suffix", "home_region", "regions", "management_account", "role",
            "delivery", "protects", "enables_regions",
        ],
        "properties": {
            "format": {"description": "The version of the shape.", "const": FORMAT},
            "partition": text("The partition that stands in ARNs."),
            "url_suffix": text("What ends the host names of services there."),
            "home_region": text("The home Region of Control Tower."),
            "regions": texts("The Regions that each account is protected in."),
            "organization": text("The id of the organization."),
            "management_account": account("The management account."),
            "role": text("The role that the companion takes in other accounts."),
            "ready_bus": text("The bus that \"account ready\" is told on."),
            "delivery": {"description": "How the things of an account come about.", "enum": ["stack-sets", "direct"]},
            "protects": reference("targets"),
            "protection": protection(),
            "opt_ins": switches("Resource types in each protected account."),
            "enables_regions": flag("Whether Regions are enabled that have to be opted in to."),
            "stack_sets": list(object(
                "A stack set of the manifest.",
                &["name", "targets", "regions"],
                json!({
                    "name": text("Its name in CloudFormation."),
                    "targets": reference("targets"),
                    "regions": texts("In which Regions."),
                    "makes": list(object(
                        "Something that it makes.",
                        &["kind", "name"],
                        json!({"kind": text("What."), "name": text("Its name.")}),
                    )),
                }),
            )),
            "organization_wide": organization_wide(),
        },
        "$defs": {
            "targets": object(
                "Accounts, named as CfCT's manifest names them: a unit is the accounts directly inside it.",
                &[],
                json!({
                    "all": flag("Every account."),
                    "units": texts("Paths of units."),
                    "accounts": list(account("An account.")),
                }),
            ),
        },
    })
}

fn protection() -> Value {
    object(
        "What the companion makes in each protected account.",
        &["role", "managed_policies", "alias", "vault"],
        json!({
            "role": text("The name of the backup role."),
            "managed_policies": texts("The names of its managed policies, with their paths."),
            "alias": text("The alias of the key."),
            "vault": text("The name of the vault."),
            "copy_targets": texts("The ARNs of vaults that copies may go to."),
            "copy_accounts": list(account("An account that copies come back from.")),
            "break_glass": text("The permission set whose roles may delete recovery points."),
            "topic": text("The topic that the vault tells."),
            "lock": object(
                "The lock of each vault.",
                &["content"],
                json!({
                    "content": object(
                        "What it says.",
                        &["min", "max"],
                        json!({
                            "min": days("The shortest retention."),
                            "max": days("The longest."),
                            "changeable_for_days": days("In compliance mode: the days until it is for ever."),
                            "lock_date": {"description": "As observed only.", "type": "integer"},
                        }),
                    ),
                    "confirmation": text("The name of the vault once more, for compliance mode."),
                }),
            ),
            "framework": object(
                "A framework of AWS Backup Audit Manager.",
                &["name", "controls"],
                json!({
                    "name": text("Its name."),
                    "controls": {
                        "description": "Its controls, with their parameters.",
                        "type": "object",
                        "additionalProperties": map("Parameters.", "string"),
                    },
                }),
            ),
            "restore_testing": object(
                "A plan that tests restores.",
                &["name", "schedule", "types"],
                json!({"name": text("Its name."), "schedule": text("When, in UTC."), "types": texts("Resource types.")}),
            ),
            "tags": map("Tags on role, key and vault.", "string"),
        }),
    )
}

fn organization_wide() -> Value {
    object(
        "What the organization has once.",
        &[],
        json!({
            "trusted_access": texts("Service principals."),
            "policy_types": texts("Policy types that are on."),
            "global_settings": map("Global settings of AWS Backup.", "string"),
            "opt_ins": switches("Resource types in the management account."),
            "vaults": list(object(
                "A vault that takes copies.",
                &["account", "region", "name"],
                json!({
                    "account": account("Its account."),
                    "region": text("Its Region."),
                    "name": text("Its name."),
                    "paths": texts("Organization paths that it admits."),
                    "is_shared": flag("Whether it is shared through RAM with each protected account."),
                }),
            )),
            "portfolios": list(object(
                "A portfolio of Service Catalog.",
                &["account", "region", "name", "units"],
                json!({
                    "account": account("The account that offers it."),
                    "region": text("Its Region."),
                    "name": text("Its name."),
                    "units": texts("The ids of the units that it is shared with."),
                }),
            )),
        }),
    )
}

#[expect(clippy::needless_pass_by_value, reason = "it reads as the literal that it is")]
fn object(description: &str, required: &[&str], properties: Value) -> Value {
    json!({
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

fn texts(description: &str) -> Value {
    json!({"description": description, "type": "array", "items": {"type": "string"}})
}

fn account(description: &str) -> Value {
    json!({"description": description, "type": "string", "pattern": "^[0-9]{12}$"})
}

fn flag(description: &str) -> Value {
    json!({"description": description, "type": "boolean"})
}

fn days(description: &str) -> Value {
    json!({"description": description, "type": "integer", "minimum": 1, "maximum": 36_500})
}

#[expect(clippy::needless_pass_by_value, reason = "it reads as the literal that it is")]
fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn switches(description: &str) -> Value {
    map(description, "boolean")
}

fn map(description: &str, kind: &str) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": {"type": kind}})
}
