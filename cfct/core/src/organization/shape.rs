//! What an organization file holds: the one declaration that the reader and the JSON Schema follow.

use crate::snapshot::{Field, Object, Shape, TEXT};

const ACCOUNT_ID: Shape = Shape::Text { pattern: Some("^[0-9]{12}$") };
const ORGANIZATION_ID: Shape = Shape::Text { pattern: Some("^o-[0-9a-z]{10,32}$") };
const ROOT_ID: Shape = Shape::Text { pattern: Some("^r-[0-9a-z]{4,32}$") };
const OU_ID: Shape = Shape::Text { pattern: Some("^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$") };
const PARENT_ID: Shape =
    Shape::Text { pattern: Some("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$") };

/// The states of an account: `Status`, and `State` that took its place.
///
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html>
pub(super) const STATUSES: &[&str] =
    &["ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"];

pub(super) static UNIT: Object = Object {
    noun: "the organizational unit",
    description: "An organizational unit.",
    fields: &[
        Field::required("id", OU_ID, "The unit's id."),
        Field::required("name", TEXT, "The unit's name, unique under its parent."),
        Field::required("parent", PARENT_ID, "The id of the unit or the root that it stands under."),
    ],
};

pub(super) static ACCOUNT: Object = Object {
    noun: "the account",
    description: "An account of the organization.",
    fields: &[
        Field::required("id", ACCOUNT_ID, "The account's id."),
        Field::required("name", TEXT, "The account's name."),
        Field::required("status", Shape::Word(STATUSES), "The account's state in AWS Organizations."),
        Field::required("parent", PARENT_ID, "The id of the unit or the root that it stands under."),
        Field::optional("email", TEXT, "The address of its root user."),
    ],
};

static BASELINE: Object = Object {
    noun: "the baseline stack set",
    description: "The Control Tower stack set whose accounts CfCT takes for the enrolled ones.",
    fields: &[
        Field::required("name", TEXT, "Its name; CfCT expects AWSControlTowerBP-BASELINE-CONFIG."),
        Field::required(
            "accounts",
            Shape::List(&ACCOUNT_ID),
            "The ids of the accounts that hold an instance of it.",
        ),
        Field::optional("regions", Shape::List(&TEXT), "The Regions that it deploys to."),
    ],
};

/// The organization, alone or under `organization` of a snapshot.
pub(super) static ORGANIZATION: Object = Object {
    noun: "the organization",
    description: "An AWS organization under Control Tower, as CfCT sees it.",
    fields: &[
        Field::required("management_account_id", ACCOUNT_ID, "The id of the management account."),
        Field::required("root_id", ROOT_ID, "The id of the root."),
        Field::required(
            "organizational_units",
            Shape::List(&Shape::Object(&UNIT)),
            "Every organizational unit, at any depth.",
        ),
        Field::required(
            "accounts",
            Shape::List(&Shape::Object(&ACCOUNT)),
            "Every account, whatever its state.",
        ),
        Field::required(
            "baseline_stack_set",
            Shape::Object(&BASELINE),
            "The stack set AWSControlTowerBP-BASELINE-CONFIG.",
        ),
        Field::required("home_region", TEXT, "The home Region of Control Tower, where CfCT's pipeline runs."),
        Field::optional("partition", TEXT, "The partition; it follows from the home Region."),
        Field::optional(
            "organization_id",
            ORGANIZATION_ID,
            "The organization's id, for the condition keys that hold it: aws:PrincipalOrgID and the like.",
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::ORGANIZATION;
    use crate::snapshot::json_schema;

    #[test]
    fn the_schema_names_every_field_of_the_organization() {
        let schema = json_schema("t", "organization", &ORGANIZATION);
        let object = &schema["$defs"]["organization"];
        assert_eq!(object["required"].as_array().map(Vec::len), Some(6));
        let account = &object["properties"]["accounts"]["items"];
        assert_eq!(account["properties"]["id"]["pattern"], "^[0-9]{12}$");
        assert_eq!(account["additionalProperties"], true);
    }
}
