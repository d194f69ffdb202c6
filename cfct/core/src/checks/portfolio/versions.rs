//! Versions: their names, their templates, and that a published one never changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::Context;
use crate::checks::paths::{Files, Likeness};
use crate::configuration::{Kind, Role};
use crate::document::SequenceRef;
use crate::finding::Finding;
use crate::manifest::Text;
use crate::portfolio::codes::package::{
    CHANGED, TEMPLATE_MISSING, TEMPLATE_PLACE, TEMPLATE_UNUSED, UNRECORDED, VERSION_NAME, WITHOUT_VERSION,
};
use crate::portfolio::{Portfolio, Product, Version, is_product_template};
use crate::source::{Location, PackagePath, SourceFile, Span};
use crate::words::{excerpt, head, quoted};

/// The digests of the product templates.
pub(super) type Digests<'c> = BTreeMap<&'c PackagePath, String>;

pub(super) fn check(
    context: &Context<'_>,
    portfolio: &Portfolio<'_>,
    digests: &Digests<'_>,
    findings: &mut Vec<Finding>,
) {
    let files = Files::of(&context.configuration.listing);
    for product in &portfolio.products {
        findings.extend(without_version(product));
        for version in &product.versions {
            findings.extend(version.name.and_then(blank_in_name));
            let Some(template) = version.template else { continue };
            match wrong_file(context, &files, template) {
                Some(finding) => findings.push(finding),
                None => findings.extend(digest(context, version, template, digests)),
            }
        }
    }
}

/// Product templates that no version names.
pub(super) fn unused(
    context: &Context<'_>,
    portfolios: &[(&PackagePath, Portfolio<'_>)],
    findings: &mut Vec<Finding>,
) {
    let products = portfolios.iter().flat_map(|(_, portfolio)| &portfolio.products);
    let versions = products.flat_map(|product| &product.versions);
    let named: BTreeSet<PackagePath> = versions.filter_map(Version::template_path).collect();
    for (path, file) in context.configuration.of_role(Role::Template) {
        if let Some(document) = file.document.as_ref().filter(|_| is_product_template(path))
            && !named.contains(path)
        {
            let at = Location::file(document.source());
            findings.push(
                Finding::new(&TEMPLATE_UNUSED, &at, format!("no version has the template `{path}`"))
                    .help("add a version with it to its product, or take the file out"),
            );
        }
    }
}

fn without_version(product: &Product<'_>) -> Option<Finding> {
    let name = excerpt(product.display_name());
    match product.versions_node {
        // Anything else in the place of the list is reported as such.
        Some(node) if node.as_sequence().is_none_or(|list| !SequenceRef::is_empty(list)) => {
            let launchable =
                product.versions.is_empty() || product.versions.iter().any(|version| version.active);
            (!launchable).then(|| {
                Finding::new(&WITHOUT_VERSION, &head(node), format!("no version of `{name}` is active"))
                    .help("leave one active, or take the product out")
            })
        }
        node => {
            let at = node.unwrap_or(product.node);
            let help = "add `versions:` with a version: its `name` and its `template`";
            Some(Finding::new(&WITHOUT_VERSION, &head(at), format!("`{name}` has no version")).help(help))
        }
    }
}

fn blank_in_name(name: Text<'_>) -> Option<Finding> {
    name.value.contains(char::is_whitespace).then(|| {
        let words: Vec<&str> = name.value.split_whitespace().collect();
        let message = format!("`{}` has a blank in it", excerpt(name.value));
        let new = words.join("-");
        let finding = Finding::new(&VERSION_NAME, &name.node, message).help("join the words by hyphens");
        if new.is_empty() {
            finding
        } else {
            finding.fix(format!("write `{new}`"), name.node.span(), quoted(&new))
        }
    })
}

fn wrong_file(context: &Context<'_>, files: &Files<'_>, file: Text<'_>) -> Option<Finding> {
    let listing = &context.configuration.listing;
    let shown = excerpt(file.value);
    let path = PackagePath::new(file.value);
    let is_file = |path: &PackagePath| listing.get(path).is_some_and(|listed| listed.kind == Kind::File);
    let Some(path) = path.clone().filter(is_file) else {
        let finding = Finding::new(&TEMPLATE_MISSING, &file.node, format!("there is no file `{shown}`"));
        let meant = path.and_then(|path| files.meant_by(&path));
        return Some(match meant.filter(|meant| is_product_template(meant.path)) {
            Some(meant) => {
                let finding = finding.help(format!("did you mean {}?", meant.path));
                match meant.how {
                    // Another file of a similar name may be another version.
                    Likeness::Spelling => finding,
                    _ => finding.fix(
                        format!("write `{}`", meant.path),
                        file.node.span(),
                        quoted(meant.path.as_str()),
                    ),
                }
            }
            None => finding.help("write the path from the package's root: portfolios/FOLDER/NAME.yaml"),
        });
    };
    (!is_product_template(&path)).then(|| {
        Finding::new(&TEMPLATE_PLACE, &file.node, format!("`{shown}` is not read as a product template"))
            .help("move it to a folder of portfolios/, as a YAML or .template file")
    })
}

/// Whether the template is the one that the version was published with.
fn digest(
    context: &Context<'_>,
    version: &Version<'_>,
    template: Text<'_>,
    digests: &Digests<'_>,
) -> Option<Finding> {
    let path = version.template_path()?;
    // What cannot be read is reported as such.
    let now = digests.get(&path)?;
    let name = excerpt(version.display_name());
    let Some(published) = version.sha256 else {
        let place = version.name.map_or_else(
            || head(version.node),
            |name| Location::new(version.node.document().source(), name.node.span()),
        );
        let finding = Finding::new(&UNRECORDED, &place, format!("version `{name}` has no `sha256`"))
            .help(format!("when its template is final, run `check --fix`, or add `sha256: {now}`"));
        return Some(match insertion(template) {
            Some((at, indent)) => {
                finding.fix("record the digest of its template", at, format!("\n{indent}sha256: {now}"))
            }
            None => finding,
        });
    };
    if published.value.eq_ignore_ascii_case(now) {
        return None;
    }
    let message = format!("version `{name}` was published with another template");
    Some(
        Finding::new(&CHANGED, &published.node, message)
            .label(format!("`{}` now has {}…", path.file_name(), &now[..12]))
            .related(&context.configuration.location(&path), "the template that changed")
            .help(
                "restore the template; copy it to a file of its own, change that, and add a version with it at \
                 the end of `versions`",
            ),
    )
}

/// Where a line can be added behind the one of `template`, and its indentation. `None` where the version is
/// written in flow style, or something stands behind the path.
fn insertion(template: Text<'_>) -> Option<(Span, String)> {
    let node = template.node;
    let source: &SourceFile = node.document().source();
    let line = source.line_span(node.span().start);
    let before = source.slice(Span { start: line.start, end: node.span().start });
    let key = before.find("template:")?;
    let (indent, dash) = before.split_at(before.len() - before.trim_start_matches([' ', '-']).len());
    let is_alone = dash.trim_end() == "template:" && indent.len() == key;
    let rest = source.slice(Span { start: node.span().end.min(line.end), end: line.end }).trim();
    let is_last = rest.is_empty() || rest.starts_with('#');
    (is_alone && is_last).then(|| (Span { start: line.end, end: line.end }, " ".repeat(indent.len())))
}
