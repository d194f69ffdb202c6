//! Templates that are validated though nothing uses them.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::configuration::{Content, is_validated};
use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::source::{Location, PackagePath};
use crate::template::Template;

crate::codes! {
    /// A file under `templates/` that no resource, no other template and no product names.
    UNUSED = "template-unused", Note, Advice,
        "a template under templates/ is used by nothing",
        "CfCT validates and scans every template under templates/, so an unused one can still fail the build";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let named = named_by(manifest);
    let mut unused: BTreeMap<&PackagePath, &Template<'_>> = context
        .templates
        .iter()
        .filter(|(path, _)| is_validated(path) && is_word(path.file_name()) && !named.contains(path))
        .map(|(path, template)| (*path, template))
        .collect();
    if unused.is_empty() {
        return;
    }
    for path in mentioned(context, unused.keys().copied()) {
        unused.remove(&path);
    }
    findings.extend(unused.into_iter().map(|(path, template)| {
        let at = Location::file(template.document.source());
        Finding::new(&UNUSED, &at, format!("nothing uses the template `{path}`"))
            .help("name it in a resource, move it out of templates/, or delete it")
    }));
}

fn named_by(manifest: &Manifest<'_>) -> BTreeSet<PackagePath> {
    manifest
        .resources
        .iter()
        .filter_map(|resource| resource.file.and_then(|file| PackagePath::new(file.value)))
        .collect()
}

/// The candidates whose file name stands in another file: a nested stack's `TemplateURL`, a product, a script.
///
/// Each text is read once, whatever the number of candidates: every word that ends like a template's name is
/// looked up.
fn mentioned<'c>(
    context: &Context<'c>,
    candidates: impl Iterator<Item = &'c PackagePath>,
) -> Vec<&'c PackagePath> {
    let mut by_name: BTreeMap<&str, Vec<&PackagePath>> = BTreeMap::new();
    for path in candidates {
        by_name.entry(path.file_name()).or_default().push(path);
    }
    let mut found = Vec::new();
    for (path, file) in &context.configuration.files {
        let Content::Text(source) = &file.content else { continue };
        for name in file_names(source.text()) {
            let Some(paths) = by_name.get_mut(name) else { continue };
            // A template that names itself is still used by nothing.
            let others: Vec<_> = paths.iter().copied().filter(|other| *other != path).collect();
            paths.retain(|other| *other == path);
            found.extend(others);
        }
    }
    found
}

/// Whether a file name can be told from the text around it; one with a space cannot.
fn is_word(name: &str) -> bool {
    name.chars().all(is_name)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@' | '(' | ')')
}

/// Every word of `text` that could be a template's file name, without folders.
fn file_names(text: &str) -> impl Iterator<Item = &str> {
    const ENDINGS: [&str; 4] = ["template", "yaml", "yml", "json"];
    text.match_indices('.').filter_map(move |(dot, _)| {
        let ending = ENDINGS.into_iter().find(|ending| text[dot + 1..].starts_with(ending))?;
        // File systems take 255 bytes; the bound keeps a hostile text from costing more than its length.
        let before = text[..dot].char_indices().rev().take(255);
        let start = before.take_while(|(_, c)| is_name(*c)).last().map(|(at, _)| at)?;
        Some(&text[start..dot + 1 + ending.len()])
    })
}

#[cfg(test)]
mod tests {
    use super::file_names;

    #[test]
    fn file_names_are_found_in_urls_and_paths() {
        let text =
            "TemplateURL: https://b.s3.amazonaws.com/x/vpc.v2.yaml\n- a/b.template, 'c d.json' é.yml .yaml";
        let found: Vec<_> = file_names(text).collect();
        assert_eq!(found, ["vpc.v2.yaml", "b.template", "d.json", "é.yml"]);
    }
}
