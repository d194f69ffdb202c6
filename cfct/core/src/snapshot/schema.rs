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
        "$defs": { key: of_object(object) },
    })
}

fn of_shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text { pattern: None } => json!({ "type": "string" }),
        Shape::Text { pattern: Some(pattern) } => json!({ "type": "string", "pattern": pattern }),
        Shape::Word(words) => json!({ "type": "string", "enum": words }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Any => json!({}),
        Shape::List(item) => json!({ "type": "array", "items": of_shape(item) }),
        Shape::Map(item) => json!({ "type": "object", "additionalProperties": of_shape(item) }),
        Shape::Object(object) => of_object(object),
    }
}

fn of_object(object: &Object) -> Value {
    let mut properties = Map::new();
    for field in object.fields {
        let mut value = json!({ "description": field.description });
        if let (Value::Object(value), Value::Object(shape)) = (&mut value, of_shape(&field.shape)) {
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
        "additionalProperties": true,
    })
}
