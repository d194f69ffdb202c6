//! `catalog list` and `catalog describe`, for who uses products.

use cfct_aws::ports::{LaunchPath, OfferedProduct, OfferedVersion, ProvisionedProduct, Provisioner};
use cfct_cli::connection::ConnectionArgs;
use cfct_cli::{CommandError, Exit, Session};
use cfct_core::catalog::{OfferedParameter, Provisioning};
use cfct_core::words::nearest;
use clap::Args;
use serde_json::json;

use super::Format;
use crate::edge::{Anywhere, Edge};

/// The arguments of `catalog list`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl List {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let edge = Edge::open_anywhere(&self.connection, &session.console)?;
        let products = edge.wait(edge.aws.offered())?;
        let provisioned = edge.wait(edge.aws.provisioned())?;
        if self.format == Format::Json {
            let list = json!({ "products": products, "provisioned": provisioned });
            return write_json(&list, session);
        }
        let offered = products.iter().map(|own| vec![own.name.as_str(), &own.owner, &own.description]);
        let launched = provisioned.iter().map(|own| {
            let product = own.product.as_deref().unwrap_or(&own.product_id);
            let version = own.version.as_deref().unwrap_or(&own.version_id);
            vec![own.name.as_str(), product, version, &own.status, own.says.as_deref().unwrap_or_default()]
        });
        let (offered, launched): (Vec<_>, Vec<_>) = (offered.collect(), launched.collect());
        let (offered, launched) = (table(&offered), table(&launched));
        session.console.data(|out, _| {
            writeln!(out, "can be launched:")?;
            offered.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
            writeln!(out, "launched:")?;
            launched.iter().try_for_each(|line| writeln!(out, "  {line}"))
        })?;
        Ok(Exit::Clean)
    }
}

/// The arguments of `catalog describe`.
#[derive(Debug, Args)]
pub(super) struct Describe {
    /// The product, by its name or id
    #[arg(value_name = "PRODUCT")]
    product: String,
    #[command(flatten)]
    which: Which,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// Which version, by which way.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The version, by its name or id; the newest that is not deprecated otherwise
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
    /// The launch path, by its name or id; needed where there are several
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
}

impl Describe {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let edge = Edge::open_anywhere(&self.connection, &session.console)?;
        let product = product(&edge, &self.product)?;
        let (versions, paths) = edge.wait(edge.aws.offer(&product.id))?;
        let version = self.which.version_of(&product, &versions)?;
        let path = self.which.path_of(&product, &paths)?;
        let taken = edge.wait(edge.aws.provisioning(&product.id, &version.id, Some(&path.id)))?;
        if self.format == Format::Json {
            let description = json!({
                "product": product,
                "versions": versions,
                "version": version.name,
                "paths": paths,
                "provisioning": taken,
            });
            return write_json(&description, session);
        }
        let lines = described(&product, &versions, version, &paths, &taken);
        session.console.data(|out, _| {
            lines.iter().try_for_each(|line| writeln!(out, "{}", cfct_cli::clean_line(line)))
        })?;
        Ok(Exit::Clean)
    }
}

impl Which {
    /// The version that is meant.
    pub(super) fn version_of<'v>(
        &self,
        product: &OfferedProduct,
        versions: &'v [OfferedVersion],
    ) -> Result<&'v OfferedVersion, CommandError> {
        let Some(wanted) = &self.version else {
            let newest = versions.iter().rev().find(|version| !version.deprecated).or(versions.last());
            return newest.ok_or_else(|| {
                let message = format!("no version of {} can be launched", product.name);
                CommandError::usage(message).hint("ask its owner".to_owned())
            });
        };
        let found = versions.iter().find(|version| version.name == *wanted || version.id == *wanted);
        found.ok_or_else(|| {
            let names = versions.iter().map(|version| version.name.as_str());
            let message = format!("{} has no version `{wanted}` that can be launched", product.name);
            CommandError::usage(message).hint(suggestion(wanted, names))
        })
    }

    /// The way that is meant.
    pub(super) fn path_of<'p>(
        &self,
        product: &OfferedProduct,
        paths: &'p [LaunchPath],
    ) -> Result<&'p LaunchPath, CommandError> {
        let names = || paths.iter().map(|path| path.name.as_str());
        match (&self.path, paths) {
            (None, [only]) => Ok(only),
            (None, []) => Err(CommandError::usage(format!("there is no way to launch {}", product.name))
                .hint("ask who offers it to let your role use its portfolio".to_owned())),
            (None, _) => {
                let message = format!("there are {} ways to launch {}", paths.len(), product.name);
                let all: Vec<String> =
                    paths.iter().map(|path| format!("{} ({})", path.name, path.id)).collect();
                Err(CommandError::usage(message).hint(format!("name one with --path: {}", all.join(", "))))
            }
            (Some(wanted), _) => {
                let found: Vec<_> =
                    paths.iter().filter(|path| path.name == *wanted || path.id == *wanted).collect();
                match found[..] {
                    [one] => Ok(one),
                    [] => Err(CommandError::usage(format!("{} has no path `{wanted}`", product.name))
                        .hint(suggestion(wanted, names()))),
                    _ => Err(CommandError::usage(format!("{} paths are called `{wanted}`", found.len()))
                        .hint("name one by its id".to_owned())),
                }
            }
        }
    }
}

/// The product that is meant.
pub(super) fn product(edge: &Edge<Anywhere>, wanted: &str) -> Result<OfferedProduct, CommandError> {
    let offered = edge.wait(edge.aws.offered())?;
    let mut found: Vec<_> =
        offered.iter().filter(|product| product.name == wanted || product.id == wanted).collect();
    match (found.pop(), found.len()) {
        (Some(product), 0) => Ok(product.clone()),
        (Some(_), others) => {
            let message = format!("{} products are called `{wanted}`", others + 1);
            Err(CommandError::usage(message)
                .hint("name one by its id; `cfct catalog list --format json` shows them".to_owned()))
        }
        (None, _) => {
            let names = offered.iter().map(|product| product.name.as_str());
            Err(CommandError::usage(format!("there is no product `{wanted}` for you"))
                .hint(suggestion(wanted, names)))
        }
    }
}

/// What was launched under this name.
pub(super) fn launched(edge: &Edge<Anywhere>, name: &str) -> Result<ProvisionedProduct, CommandError> {
    if let Some(there) = edge.wait(edge.aws.provisioned_as(name))? {
        return Ok(there);
    }
    let all = edge.wait(edge.aws.provisioned())?;
    let names = all.iter().map(|own| own.name.as_str());
    Err(CommandError::usage(format!("nothing is launched as `{name}`")).hint(suggestion(name, names)))
}

fn suggestion<'n>(wanted: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<String> {
    const MOST: usize = 20;
    if let Some(near) = nearest(wanted, names.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let listed: Vec<&str> = names.take(MOST).collect();
    Some(match listed[..] {
        [] => "there is none; check the account, the Region and your role".to_owned(),
        _ => format!("there are {}", listed.join(", ")),
    })
}

fn described(
    product: &OfferedProduct,
    versions: &[OfferedVersion],
    chosen: &OfferedVersion,
    paths: &[LaunchPath],
    taken: &Provisioning,
) -> Vec<String> {
    let mut lines = vec![format!("{} ({}), by {}", product.name, product.id, product.owner)];
    lines.extend(Some(product.description.clone()).filter(|text| !text.is_empty()));
    lines.extend(product.support.iter().map(|support| format!("support: {support}")));
    lines.push("versions:".to_owned());
    for version in versions.iter().rev() {
        let mark = if version.id == chosen.id { "*" } else { " " };
        let state = if version.deprecated { " (deprecated)" } else { "" };
        lines.push(format!("{mark} {}{state}  {}", version.name, version.description).trim_end().to_owned());
    }
    let names: Vec<&str> = paths.iter().map(|path| path.name.as_str()).collect();
    lines.push(format!("launch paths: {}", names.join(", ")));
    lines.push(format!("parameters of {}:", chosen.name));
    for parameter in &taken.parameters {
        lines.push(format!("  {}: {}", parameter.name, summary(parameter)));
        lines.extend(parameter.description.iter().map(|text| format!("      {text}")));
    }
    if !taken.rules.is_empty() {
        lines.push("rules:".to_owned());
        for (name, rule) in &taken.rules {
            let says = rule["Assertions"].as_array().into_iter().flatten();
            let says = says.filter_map(|assertion| assertion["AssertDescription"].as_str());
            lines.push(format!("  {name}: {}", says.collect::<Vec<_>>().join("; ")));
        }
    }
    for (key, values) in &taken.tag_options {
        lines.push(format!("tag {key}: one of {}", values.join(", ")));
    }
    lines
}

fn summary(parameter: &OfferedParameter) -> String {
    let mut words = vec![parameter.kind.clone()];
    match &parameter.default {
        Some(_) if parameter.no_echo => words.push("has a default".to_owned()),
        Some(default) => words.push(format!("default `{default}`")),
        None => words.push("needs a value".to_owned()),
    }
    if !parameter.allowed_values.is_empty() {
        words.push(format!("one of {}", parameter.allowed_values.join(", ")));
    }
    let pattern = parameter.allowed_pattern.iter().map(|pattern| format!("matches `{pattern}`"));
    words.extend(pattern);
    for (least, most, what) in [
        (&parameter.min_value, &parameter.max_value, ""),
        (&parameter.min_length, &parameter.max_length, " characters"),
    ] {
        match (least, most) {
            (Some(least), Some(most)) => words.push(format!("{least} to {most}{what}")),
            (Some(least), None) => words.push(format!("at least {least}{what}")),
            (None, Some(most)) => words.push(format!("at most {most}{what}")),
            (None, None) => {}
        }
    }
    words.join(", ")
}

/// Lines in columns.
fn table(rows: &[Vec<&str>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<&str>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        cfct_cli::clean_line(line.trim_end()).into_owned()
    };
    rows.iter().map(line).collect()
}

fn write_json(value: &serde_json::Value, session: &mut Session) -> Result<Exit, CommandError> {
    session.console.data(|out, _| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })?;
    Ok(Exit::Clean)
}
