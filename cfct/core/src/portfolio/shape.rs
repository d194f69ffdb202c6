//! What a portfolio file holds: the one declaration that the check and the JSON Schema follow.
//!
//! Field names are ours; what they become is in the AWS CloudFormation Template Reference under
//! `AWS::ServiceCatalog`.

use super::codes;
use crate::snapshot::{self, Field, Object, Shape, TEXT, Vocabulary};

/// What a version may say to its users: `UpdateProvisioningArtifact`.
pub const GUIDANCE: &[&str] = &["DEFAULT", "DEPRECATED"];
/// `AWS::ServiceCatalog::ResourceUpdateConstraint`, and the instances of a stack set constraint.
pub const PERMISSION: &[&str] = &["ALLOWED", "NOT_ALLOWED"];

const SHA256: Shape = Shape::Text { pattern: Some("^[0-9a-f]{64}$") };
const TEXTS: Shape = Shape::List(&TEXT);
const TAGS: Shape = Shape::Map(&Shape::Scalar);
const TAG_OPTIONS: Shape = Shape::Map(&Shape::List(&Shape::Scalar));

static VERSION: Object = Object {
    noun: "a version",
    description: "A version of a product: what Service Catalog calls a provisioning artifact.",
    fields: &[
        Field::required("name", Shape::Text { pattern: Some("^\\S+$") }, "Its name, without spaces."),
        Field::required(
            "template",
            TEXT,
            "The path of its template, from the package's root; a file of its own for each version.",
        ),
        Field::optional(
            "sha256",
            SHA256,
            "The digest of the template's bytes: what was published under this name. `check --fix` adds it.",
        ),
        Field::optional("description", TEXT, "What is new in it."),
        Field::optional(
            "guidance",
            Shape::Word(GUIDANCE),
            "DEPRECATED takes it out of the choice of new users.",
        ),
        Field::optional("active", Shape::Flag, "Whether it can be launched; true where it is left out."),
    ],
};

static LAUNCH: Object = Object {
    noun: "`launch`",
    description: "The role that Service Catalog takes to launch the product: one of the two.",
    fields: &[
        Field::optional("local_role_name", TEXT, "The name of a role in the account of each user."),
        Field::optional("role_arn", TEXT, "The ARN of a role in one account."),
    ],
};

static STACK_SET: Object = Object {
    noun: "`stack_set`",
    description: "Launches the product as a stack set in other accounts and Regions.",
    fields: &[
        Field::required("description", TEXT, "What it is for."),
        Field::required(
            "accounts",
            Shape::List(&Shape::Text { pattern: Some("^[0-9]{12}$") }),
            "Ids of accounts.",
        ),
        Field::required("regions", TEXTS, "Regions."),
        Field::required(
            "administration_role_arn",
            TEXT,
            "The ARN of the role that administers the stack set.",
        ),
        Field::required("execution_role_name", TEXT, "The name of the role that creates the stacks."),
        Field::optional(
            "instance_control",
            Shape::Word(PERMISSION),
            "Whether users may change the instances.",
        ),
    ],
};

static CONSTRAINT: Object = Object {
    noun: "a template constraint",
    description: "A rule on the parameters: `parameter` and `allowed_values`, or `rule`.",
    fields: &[
        Field::required("name", Shape::Text { pattern: Some("^[A-Za-z0-9]+$") }, "The name of the rule."),
        Field::optional("description", TEXT, "What a user is told whose value breaks it."),
        Field::optional("parameter", TEXT, "The parameter of the product's templates."),
        Field::optional("allowed_values", Shape::List(&Shape::Scalar), "The values that it may have."),
        Field::optional(
            "within_lock",
            Shape::Flag,
            "Whether the values are retention in days, which `lock` bounds.",
        ),
        Field::optional(
            "rule",
            Shape::Any,
            "A rule with `RuleCondition` and `Assertions`, as Service Catalog has it.",
        ),
    ],
};

static SUPPORT: Object = Object {
    noun: "`support`",
    description: "Whom a user turns to.",
    fields: &[
        Field::optional("description", TEXT, "What the support offers."),
        Field::optional("email", TEXT, "Its address."),
        Field::optional("url", Shape::Text { pattern: Some("^https?://") }, "Its page."),
    ],
};

static PRODUCT: Object = Object {
    noun: "a product",
    description: "A product that users can launch.",
    fields: &[
        Field::required("name", TEXT, "Its name, which users see."),
        Field::required("owner", TEXT, "Who is responsible for it."),
        Field::optional("description", TEXT, "What it is for."),
        Field::optional("distributor", TEXT, "Who publishes it."),
        Field::optional("support", Shape::Object(&SUPPORT), "Whom a user turns to."),
        Field::optional("tags", TAGS, "Tags of the product."),
        Field::optional(
            "versions",
            Shape::List(&Shape::Object(&VERSION)),
            "Its versions, the newest last; at least one.",
        ),
        Field::optional("launch", Shape::Object(&LAUNCH), "The role that launches it."),
        Field::optional("stack_set", Shape::Object(&STACK_SET), "Launches it as a stack set instead."),
        Field::optional(
            "template_constraints",
            Shape::List(&Shape::Object(&CONSTRAINT)),
            "Rules on the parameters.",
        ),
        Field::optional(
            "tag_updates",
            Shape::Word(PERMISSION),
            "Whether users may change tags of what they launched.",
        ),
        Field::optional("notifications", TEXTS, "ARNs of SNS topics that hear of stack events."),
        Field::optional("tag_options", TAG_OPTIONS, "Tags that users choose a value of, by key."),
    ],
};

static LOCK: Object = Object {
    noun: "`lock`",
    description: "The lock of the vaults that the products write to.",
    fields: &[
        Field::optional("stack_set", TEXT, "The resource of the manifest that deploys the locked vault."),
        Field::optional("min_days", Shape::Whole, "The least retention in days."),
        Field::optional("max_days", Shape::Whole, "The most retention in days."),
    ],
};

static SHARES: Object = Object {
    noun: "`shares`",
    description: "Whom the portfolio is shared with.",
    fields: &[
        Field::optional("organizational_units", TEXTS, "Paths of units, with colons, or Root."),
        Field::optional("accounts", TEXTS, "Ids of accounts, in quotes, or their names."),
        Field::optional("share_principals", Shape::Flag, "Whether the units get the principals, too."),
        Field::optional("share_tag_options", Shape::Flag, "Whether the tag options are shared, too."),
    ],
};

/// A portfolio file.
pub static PORTFOLIO: Object = Object {
    noun: "a portfolio",
    description: "A portfolio of Service Catalog: portfolios/<name>.yaml.",
    fields: &[
        Field::required("name", TEXT, "Its name, which users see."),
        Field::required("provider", TEXT, "Who offers it."),
        Field::optional("description", TEXT, "What is in it."),
        Field::optional("tags", TAGS, "Tags of the portfolio."),
        Field::optional("lock", Shape::Object(&LOCK), "The lock of the vaults that the products write to."),
        Field::required("products", Shape::List(&Shape::Object(&PRODUCT)), "Its products."),
        Field::optional("tag_options", TAG_OPTIONS, "Tags that users choose a value of, by key."),
        Field::optional(
            "principals",
            Shape::List(&Shape::Text { pattern: Some("^(role|user|group)/") }),
            "Who may use it: IAM patterns from `role/` on, which hold in every account.",
        ),
        Field::optional("shares", Shape::Object(&SHARES), "Whom it is shared with."),
    ],
};

/// [`PORTFOLIO`] as a shape.
pub static SHAPE: Shape = Shape::Object(&PORTFOLIO);

/// The words of the findings on the shape of a portfolio.
pub static VOCABULARY: Vocabulary = Vocabulary {
    whole: "the portfolio",
    wrong_type: &codes::WRONG_SHAPE,
    missing: &codes::MISSING_KEY,
    unknown: Some(&codes::UNKNOWN_KEY),
    help: "docs/portfolios.md shows the format",
};

/// The JSON Schema of a portfolio file.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    snapshot::json_schema_of_file("Portfolio", &PORTFOLIO)
}
