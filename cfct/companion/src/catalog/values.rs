//! Values of parameters: from a file, and from the command line, which goes first.

use std::path::PathBuf;

use cfct_cli::CommandError;
use cfct_core::catalog::Values;
use cfct_core::document::{Document, NodeRef};
use cfct_package::read_input;
use clap::Args;

/// Where values come from.
#[derive(Debug, Args)]
pub(super) struct ValueArgs {
    /// Give a parameter a value; may be given again
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// A file with values: a map, or CloudFormation's list of ParameterKey and ParameterValue, in YAML or JSON
    #[arg(long, value_name = "FILE")]
    parameters: Option<PathBuf>,
}

impl ValueArgs {
    pub(super) fn values(&self) -> Result<Values, CommandError> {
        let mut values = self.of_file()?;
        values.extend(pairs(&self.set, "--set")?);
        Ok(values)
    }

    fn of_file(&self) -> Result<Values, CommandError> {
        let Some(path) = &self.parameters else { return Ok(Values::new()) };
        let source = read_input(path)?;
        let reading = Document::read_yaml(&source);
        let root = reading.document.as_ref().and_then(Document::root);
        let place =
            |node: NodeRef<'_>| format!("{}:{}", source.name(), source.position(node.span().start).line);
        let Some(root) = root else {
            return Err(CommandError::unreadable(format!("{} holds no values", source.name()))
                .hint("write a map of names and values".to_owned()));
        };
        let wrong = |node: NodeRef<'_>| {
            CommandError::unreadable(format!("{} is no value of a parameter", place(node))).hint(
                "write a map of names and values, or a list of ParameterKey and ParameterValue".to_owned(),
            )
        };
        let mut values = Values::new();
        if let Some(map) = root.as_mapping() {
            for entry in map.entries() {
                let name = entry.key.scalar_text().ok_or_else(|| wrong(entry.key))?;
                let value = text(entry.value).ok_or_else(|| wrong(entry.value))?;
                values.insert(name.to_owned(), value);
            }
            return Ok(values);
        }
        let Some(list) = root.as_sequence() else { return Err(wrong(root)) };
        for item in list.items() {
            let map = item.as_mapping().ok_or_else(|| wrong(item))?;
            let name = map.get("ParameterKey").and_then(NodeRef::scalar_text).ok_or_else(|| wrong(item))?;
            let value = map.get("ParameterValue").and_then(text).ok_or_else(|| wrong(item))?;
            values.insert(name.to_owned(), value);
        }
        Ok(values)
    }
}

/// A scalar as it is written, or a list as CloudFormation takes it.
fn text(node: NodeRef<'_>) -> Option<String> {
    match node.as_sequence() {
        Some(list) => {
            let parts: Option<Vec<&str>> = list.items().map(NodeRef::scalar_text).collect();
            Some(parts?.join(","))
        }
        None => node.scalar_text().map(str::to_owned),
    }
}

/// `KEY=VALUE`, each.
pub(super) fn pairs(written: &[String], option: &str) -> Result<Values, CommandError> {
    let pair = |text: &String| {
        let (key, value) = text.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
            CommandError::usage(format!("`{option} {text}` has no name and value"))
                .hint(format!("write {option} NAME=VALUE"))
        })?;
        Ok((key.to_owned(), value.to_owned()))
    };
    written.iter().map(pair).collect()
}
