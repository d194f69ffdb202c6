//! `cfct.toml` made over: what stands above the table `[deployment]`, and the table as it is now.

use std::sync::Arc;

use super::change::Change;
use crate::deployment;
use crate::source::SourceFile;

const TABLE: &str = "[deployment]";

pub(super) fn render(source: &Arc<SourceFile>, change: &Change<'_>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for line in source.text().lines().take_while(|line| *line != TABLE) {
        if change.is_gone(line) {
            // With what explains it.
            while kept.last().is_some_and(|line| line.starts_with('#')) {
                kept.pop();
            }
        } else {
            kept.push(change.applied(line));
        }
    }
    // The comment above the table is part of it.
    while kept.last().is_some_and(|line| line.starts_with('#') || line.is_empty()) {
        kept.pop();
    }
    let above: String = kept.iter().map(|line| format!("{line}\n")).collect();
    format!("{above}\n{}", deployment::write(change.wanted))
}
