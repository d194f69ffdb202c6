//! `cfct.toml` made over: what stands above the table `[deployment]`, and the table as it is now.

use std::sync::Arc;

use super::change::Change;
use crate::deployment;
use crate::source::SourceFile;

const TABLE: &str = "[deployment]";

/// What only an organization has settings of.
const OF_AN_ORGANIZATION: [&str; 2] = ["[organization-settings", "[bootstrap"];

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let lines: Vec<&str> = source.text().lines().take_while(|line| *line != TABLE).collect();
    let mut paragraphs: Vec<&[&str]> = lines.split(|line| line.is_empty()).collect();
    // The comment above the table is part of it.
    paragraphs.pop();
    let spans = change.wanted.answers().spans_the_organization();
    let kept = paragraphs.into_iter().filter(|lines| {
        spans || !lines.iter().any(|line| OF_AN_ORGANIZATION.iter().any(|table| line.starts_with(table)))
    });
    let above: String = kept.map(|lines| paragraph(lines, change)).collect();
    format!("{above}{}", deployment::write(change.wanted))
}

/// A paragraph without what is gone, and an empty line after what is left of it.
fn paragraph(lines: &[&str], change: &Change<'_>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        if change.is_gone(line) {
            // With what explains it.
            while kept.last().is_some_and(|line| line.starts_with('#')) {
                kept.pop();
            }
        } else {
            kept.push(change.applied(line));
        }
    }
    if kept.is_empty() { String::new() } else { kept.join("\n") + "\n\n" }
}
