//! A diagnosis to read: as text, and as Markdown for a ticket.

use std::fmt::Write;

use super::{Diagnosis, Signature};

/// As text.
#[must_use]
pub fn text(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} {}: {}\n", diagnosis.pipeline, diagnosis.execution, diagnosis.status);
    for (depth, step) in diagnosis.steps.iter().enumerate().skip(1) {
        let _ = writeln!(out, "{}└ {} {}", "  ".repeat(depth - 1), step.level, step.name);
        let _ = writeln!(out, "{}  {}", "  ".repeat(depth - 1), step.says);
    }
    if diagnosis.log.len() > 1 {
        let _ = writeln!(out, "\nbuild log:");
        for line in &diagnosis.log {
            let _ = writeln!(out, "  {line}");
        }
    }
    if let Some(place) = &diagnosis.asked_by {
        let _ = writeln!(out, "\nasked for by {place}");
    }
    if let Some(signature) = diagnosis.signature {
        let _ = writeln!(out, "\nknown as {}: {}", signature.id, signature.means);
        let _ = writeln!(out, "seen in {}", signature.threads.join(", "));
        if let Some(findings) = findings(signature) {
            let _ = writeln!(out, "`cfct check` tells of it before the push: {findings}");
        }
    }
    let _ = writeln!(out, "\nwhat to do:");
    for advice in &diagnosis.advice {
        let _ = writeln!(out, "  - {advice}");
    }
    for gap in &diagnosis.gaps {
        let _ = writeln!(out, "\nnot looked at: {gap}");
    }
    out
}

/// As Markdown.
#[must_use]
pub fn markdown(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "## {}: {}\n", diagnosis.pipeline, diagnosis.status);
    let _ = writeln!(out, "Execution `{}`.\n", diagnosis.execution);
    if let Some(cause) = diagnosis.steps.last() {
        let _ =
            writeln!(out, "**First cause:** {} {}: {}\n", cause.level, code(&cause.name), code(&cause.says));
    }
    let _ = writeln!(out, "| level | which | says |\n|---|---|---|");
    for step in &diagnosis.steps {
        let _ = writeln!(out, "| {} | {} | {} |", step.level, cell(&step.name), cell(&step.says));
    }
    if let Some(place) = &diagnosis.asked_by {
        let _ = writeln!(out, "\nAsked for by `{place}`.");
    }
    if let Some(signature) = diagnosis.signature {
        let _ = writeln!(out, "\nKnown as `{}`: {}", signature.id, signature.means);
        if let Some(findings) = findings(signature) {
            let _ = writeln!(out, "`cfct check` tells of it before the push: {findings}.");
        }
    }
    let _ = writeln!(out, "\n### What to do\n");
    for advice in &diagnosis.advice {
        let _ = writeln!(out, "- {advice}");
    }
    if !diagnosis.log.is_empty() {
        let _ = writeln!(
            out,
            "\n### Build log\n\n```text\n{}\n```",
            diagnosis.log.join("\n").replace("```", "'''")
        );
    }
    if !diagnosis.gaps.is_empty() {
        let _ = writeln!(out, "\n### Not looked at\n");
        for gap in &diagnosis.gaps {
            let _ = writeln!(out, "- {}", code(gap));
        }
    }
    out
}

fn findings(signature: &Signature) -> Option<String> {
    let named: Vec<String> = signature.findings.iter().map(|code| format!("`{code}`")).collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// Words of others as code: nothing in them is markup, a mention or a link.
fn code(text: &str) -> String {
    format!("`` {} ``", text.replace("``", "''"))
}

fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}
