//! The JSON Schema of [`Report`](super::Report).

use serde_json::{Value, json};

use crate::finding::{Level, Stage};

/// The JSON Schema of what `check --format json` prints. More fields may be added to it.
#[must_use]
pub fn json_schema() -> Value {
    let levels = [Level::Error, Level::Warning, Level::Note].map(Level::as_str);
    let place = json!({"$ref": "#/$defs/place"});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Findings",
        "description": "What `cfct check --format json` prints.",
        "type": "object",
        "required": ["findings", "summary"],
        "properties": {
            "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
            "summary": {
                "description": "How many findings there are of each level.",
                "type": "object",
                "required": ["errors", "warnings", "notes"],
                "properties": {"errors": count(), "warnings": count(), "notes": count()},
            },
        },
        "$defs": {
            "finding": {
                "allOf": [place],
                "type": "object",
                "required": ["code", "level", "stage", "message", "help", "docs", "why", "related", "fix"],
                "properties": {
                    "code": text("Stable, kebab-case."),
                    "level": {"description": "The level, after settings.", "enum": levels},
                    "stage": {
                        "description": "Where CfCT or AWS would have noticed.",
                        "enum": Stage::ALL.map(Stage::as_str),
                    },
                    "message": text("What is wrong: a fragment that names the thing."),
                    "help": {"description": "What to do.", "type": ["string", "null"]},
                    "docs": text("The code's page, relative to the toolkit's repository."),
                    "why": text("Why it matters."),
                    "related": {
                        "description": "Other places to look at.",
                        "type": "array",
                        "items": {
                            "allOf": [place],
                            "required": ["message"],
                            "properties": {"message": text("What it has to do with the finding.")},
                        },
                    },
                    "fix": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/fix"}]},
                },
            },
            "place": {
                "description": "A range in a file; lines and columns from 1, columns in characters, the end exclusive.",
                "type": "object",
                "required": ["file", "line", "column", "end_line", "end_column"],
                "properties": {
                    "file": text("Relative to the configuration's folder."),
                    "line": from(1),
                    "column": from(1),
                    "end_line": from(1),
                    "end_column": from(1),
                },
            },
            "fix": {
                "description": "A mend that a machine can make in the finding's own file: all edits or none.",
                "type": "object",
                "required": ["title", "edits"],
                "properties": {
                    "title": text("What it does, as an imperative."),
                    "edits": {
                        "type": "array",
                        "items": {
                            "description": "Puts a text in the place of the bytes from `start` to before `end`.",
                            "type": "object",
                            "required": ["start", "end", "replacement"],
                            "properties": {
                                "start": count(),
                                "end": count(),
                                "replacement": {"type": "string"},
                            },
                        },
                    },
                },
            },
        },
    })
}

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

fn count() -> Value {
    from(0)
}

fn from(minimum: u32) -> Value {
    json!({"type": "integer", "minimum": minimum})
}
