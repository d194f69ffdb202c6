//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), as code scanning reads it.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use cfct_core::finding::{Code, Finding, Fix, Level};
use cfct_core::registry;
use cfct_core::report::Place;
use cfct_core::source::{Location, SourceFile, Span};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::View;
use crate::pages;

/// The schema that the output conforms to.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let found: HashSet<&str> = view.findings.iter().map(|finding| finding.code.name).collect();
    let rules: Vec<&Code> = registry::codes().filter(|code| found.contains(code.name)).collect();
    let indices = rules.iter().enumerate().map(|(index, code)| (code.name, index)).collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: json!({"driver": {
                "name": "cfct",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
            }}),
            column_kind: "unicodeCodePoints",
            results: Results { view, indices },
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'v> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'v>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'v> {
    tool: Value,
    column_kind: &'static str,
    results: Results<'v>,
}

/// Written one by one: as a whole, the results of a bad day would take hundreds of megabytes.
struct Results<'v> {
    view: &'v View<'v>,
    indices: HashMap<&'static str, usize>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.view.findings.iter();
        serializer.collect_seq(findings.map(|finding| result(self.view, finding, &self.indices)))
    }
}

fn rule(code: &Code) -> Value {
    let help = format!("{}; see {}", code.why, code.docs());
    let markdown = pages::of(code).unwrap_or(&help);
    json!({
        "id": code.name,
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": code.why},
        "help": {"text": help, "markdown": markdown},
        "defaultConfiguration": {"level": level(code.level)},
        "properties": {"stage": code.stage.as_str()},
    })
}

fn result(view: &View<'_>, finding: &Finding, rules: &HashMap<&str, usize>) -> Value {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    let mut result = json!({
        "ruleId": finding.code.name,
        "level": level(finding.level),
        "message": {"text": text},
        "locations": [location(view, &finding.primary, &finding.label)],
        "properties": {"stage": finding.stage.as_str()},
    });
    if let Some(index) = rules.get(finding.code.name) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|related| location(view, &related.location, &related.label));
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([change(view, &finding.primary.source, fix)]);
    }
    result
}

fn location(view: &View<'_>, at: &Location, label: &str) -> Value {
    let mut location = json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&view.path_of(&at.source))},
        "region": region(at),
    }});
    if !label.is_empty() {
        location["message"] = json!({"text": label});
    }
    location
}

fn region(at: &Location) -> Value {
    let Place { start, end, .. } = Place::of(at);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": at.span.start,
        "byteLength": at.span.end - at.span.start,
    })
}

fn change(view: &View<'_>, source: &Arc<SourceFile>, fix: &Fix) -> Value {
    let replacement = |span: Span, text: &str| {
        json!({
            "deletedRegion": region(&Location::new(source, span)),
            "insertedContent": {"text": text},
        })
    };
    let replacements = fix.edits.iter().map(|edit| replacement(edit.span, &edit.replacement));
    json!({
        "description": {"text": fix.title},
        "artifactChanges": [{
            "artifactLocation": {"uri": uri(&view.path_of(source))},
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// A path as a URI reference (RFC 3986): what is not allowed in a path is percent-encoded.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let mut uri = String::from(scheme);
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uri_references() {
        let cases = [
            ("templates/a b.yaml", "templates/a%20b.yaml"),
            ("/checkout/ä:%.yaml", "file:///checkout/%C3%A4%3A%25.yaml"),
        ];
        for (path, expected) in cases {
            assert_eq!(uri(path), expected);
        }
    }
}
