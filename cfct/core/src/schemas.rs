//! The JSON Schemas that the repository publishes under `docs/schemas/`, printed from the types that read
//! the files.

use crate::{bootstrap, deployed, organization, plan, portfolio, report};

/// Every schema: its file name and its text. `docs/schemas/` holds exactly these; a test says when not.
#[must_use]
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        ("bootstrap.schema.json", text(&bootstrap::configuration::json_schema())),
        ("deployed.schema.json", text(&deployed::json_schema())),
        ("findings.schema.json", text(&report::json_schema())),
        ("organization.schema.json", text(&organization::json_schema())),
        ("plan.schema.json", text(&plan::json_schema())),
        ("portfolio.schema.json", text(&portfolio::shape::json_schema())),
    ]
}

fn text(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}
