//! JSON Schema, as much of it as the schemas here use. A keyword beyond that fails the test, so that nothing
//! goes unchecked in silence. (The `jsonschema` crate takes longer to build than everything else here.)

use serde_json::Value;

/// What in `value` the schema does not allow, each with its place.
pub fn violations(schema: &Value, value: &Value) -> Vec<String> {
    let mut checker = Checker { root: schema, violations: Vec::new() };
    checker.check(schema, value, "");
    checker.violations
}

struct Checker<'s> {
    root: &'s Value,
    violations: Vec<String>,
}

impl<'s> Checker<'s> {
    fn check(&mut self, schema: &'s Value, value: &Value, at: &str) {
        for (keyword, rule) in schema.as_object().into_iter().flatten() {
            self.keyword(schema, (keyword, rule), value, at);
        }
    }

    fn keyword(&mut self, schema: &'s Value, (keyword, rule): (&str, &'s Value), value: &Value, at: &str) {
        let number = || value.as_f64();
        let holds = match keyword {
            "$schema" | "$id" | "$defs" | "definitions" | "title" | "description" | "default" | "format" => {
                true
            }
            "type" => match rule.as_array() {
                Some(types) => types.iter().any(|name| is_of_type(value, name)),
                None => is_of_type(value, rule),
            },
            "enum" => rule.as_array().is_some_and(|allowed| allowed.contains(value)),
            "minimum" => number().is_none_or(|number| rule.as_f64().is_some_and(|least| number >= least)),
            "maximum" => number().is_none_or(|number| rule.as_f64().is_some_and(|most| number <= most)),
            "minItems" => value
                .as_array()
                .is_none_or(|items| rule.as_u64().is_some_and(|least| items.len() as u64 >= least)),
            "uniqueItems" => value.as_array().is_none_or(|items| {
                rule != true || items.iter().enumerate().all(|(at, item)| !items[..at].contains(item))
            }),
            "anyOf" | "oneOf" => {
                let matching = self.matching(rule, value);
                if keyword == "anyOf" { matching > 0 } else { matching == 1 }
            }
            "$ref" => {
                let target = rule.as_str().and_then(|name| self.root.pointer(name.trim_start_matches('#')));
                self.check(target.expect("a schema that is there"), value, at);
                true
            }
            "allOf" => {
                rule.as_array().into_iter().flatten().for_each(|schema| self.check(schema, value, at));
                true
            }
            "required" => value.as_object().is_none_or(|fields| {
                rule.as_array()
                    .into_iter()
                    .flatten()
                    .all(|name| fields.contains_key(name.as_str().unwrap_or("")))
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(rule, item, &format!("{at}/{index}"));
                }
                true
            }
            "properties" | "additionalProperties" => {
                self.fields(schema, keyword, value, at);
                true
            }
            // Patterns need regular expressions, and no output here has a field with one.
            _ => panic!("the keyword {keyword} is not known at {at}"),
        };
        if !holds {
            self.violations.push(format!("{at}: {keyword} {rule} does not hold of {value}"));
        }
    }

    fn fields(&mut self, schema: &'s Value, keyword: &str, value: &Value, at: &str) {
        for (name, field) in value.as_object().into_iter().flatten() {
            let known = schema["properties"].get(name);
            match (keyword, known) {
                ("properties", Some(rule)) => self.check(rule, field, &format!("{at}/{name}")),
                ("additionalProperties", None) if schema["additionalProperties"] == false => {
                    self.violations.push(format!("{at}: {name} is not allowed"));
                }
                ("additionalProperties", None) if schema["additionalProperties"].is_object() => {
                    self.check(&schema["additionalProperties"], field, &format!("{at}/{name}"));
                }
                _ => {}
            }
        }
    }

    fn matching(&self, rule: &'s Value, value: &Value) -> usize {
        let alternatives = rule.as_array().into_iter().flatten();
        let matches = |schema: &&'s Value| {
            let mut checker = Checker { root: self.root, violations: Vec::new() };
            checker.check(schema, value, "");
            checker.violations.is_empty()
        };
        alternatives.filter(matches).count()
    }
}

fn is_of_type(value: &Value, name: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        _ => false,
    }
}
