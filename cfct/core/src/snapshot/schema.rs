//! A [`Shape`] as a JSON Schema.

use serde_json::{Map, Value, json};

use super::{Object, Shape};

/// The JSON Schema (2020-12) of a file that holds `object`, alone or under `key` of a snapshot.
#[must_use]
pub fn json_schema(title: &str, key: &str, object: &'static Object) -> Value {
    let reference = json!({ "$ref": format!("#/$defs/{key}") });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": format!("{} It stands alone, or under `{key}` of a snapshot.", object.description),
        "if": { "type": "object", "required": [key] },
        "then": { "properties": { key: reference } },
        "else": reference,
        "$defs": { key: of_object(object, true) },
    })
}

/// The JSON Schema (2020-12) of a file that holds `object` and no key beyond its fields.
#[must_use]
pub fn json_schema_of_file(title: &str, object: &'static Object) -> Value {
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title });
    if let (Value::Object(schema), Value::Object(of_file)) = (&mut schema, of_object(object, false)) {
        schema.extend(of_file);
    }
    schema
}

/// `open`: whether a map may have other keys than its fields.
fn of_shape(shape: &Shape, open: bool) -> Value {
    match shape {
        Shape::Text { pattern: None } => json!({ "type": "string" }),
        Shape::Text { pattern: Some(pattern) } => json!({ "type": "string", "pattern": pattern }),
        Shape::Word(words) => json!({ "type": "string", "enum": words }),
        Shape::Scalar => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Whole => json!({ "type": "integer", "minimum": 0 }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Any => json!({}),
        Shape::List(item) => json!({ "type": "array", "items": of_shape(item, open) }),
        Shape::Map(item) => json!({ "type": "object", "additionalProperties": of_shape(item, open) }),
        Shape::Object(object) => of_object(object, open),
    }
}

fn of_object(object: &Object, open: bool) -> Value {
    let mut properties = Map::new();
    for field in object.fields {
        let mut value = json!({ "description": field.description });
        if let (Value::Object(value), Value::Object(shape)) = (&mut value, of_shape(&field.shape, open)) {
            // The field's own description says more than that of the object under it.
            value.extend(shape.into_iter().filter(|(key, _)| key != "description"));
        }
        properties.insert(field.name.to_owned(), value);
    }
    let required: Vec<&str> =
        object.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({
        "description": object.description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": open,
    })
}
