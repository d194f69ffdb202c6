//! Files that are validated as CloudFormation templates but are none.

use super::Context;
use crate::configuration::is_validated;
use crate::document::{MappingRef, NodeRef};
use crate::finding::{Finding, Stage};
use crate::portfolio::is_product_template;
use crate::source::{Location, PackagePath};
use crate::template::{FORMAT_VERSION, SECTIONS, Template};
use crate::words::{excerpt, head, kind_of, nearest, respelled};

crate::codes! {
    /// The file has no `Resources`.
    NOT_CLOUDFORMATION = "template-not-cloudformation", Error, BuildTemplates,
        "the file is no CloudFormation template",
        "CfCT's Build stage validates every template file under templates/, used or not, and stops at the first push with a bad one";
    /// A top-level key that CloudFormation does not know.
    UNKNOWN_SECTION = "template-unknown-section", Error, BuildTemplates,
        "a template has a top-level key that CloudFormation does not know",
        "CloudFormation rejects a template with any other top-level key than its own";
    /// `AWSTemplateFormatVersion` is not the one that exists.
    FORMAT_VERSION_UNKNOWN = "template-format-version", Error, BuildTemplates,
        "a template's format version is not 2010-09-09",
        "there is only one format version, and CloudFormation rejects any other";
}

/// Where CfCT notices a template that CloudFormation rejects: files under `templates/` are validated in the
/// build; others go to CreateStackSet unseen, or to Service Catalog in the stack of a portfolio.
pub(super) fn stage_of(path: &PackagePath) -> Stage {
    match () {
        () if is_validated(path) => Stage::BuildTemplates,
        () if is_product_template(path) => Stage::Deploy,
        () => Stage::StackSet,
    }
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, template) in context.templates {
        let first = findings.len();
        match template.root {
            Some(root) => {
                let misspelled = sections(root, findings);
                if !misspelled {
                    resources(template, root, findings);
                }
                format_version(template, findings);
            }
            None => findings.push(no_map(template)),
        }
        for finding in &mut findings[first..] {
            finding.stage = stage_of(path);
        }
    }
}

fn no_map(template: &Template<'_>) -> Finding {
    let help = "write a map with `Resources`, or move the file out of templates/";
    match template.document.root() {
        Some(root) => Finding::new(
            &NOT_CLOUDFORMATION,
            &head(root),
            format!("the template is {}, not a map of sections", kind_of(root)),
        ),
        None => {
            let start = Location::file(template.document.source());
            Finding::new(&NOT_CLOUDFORMATION, &start, "the template is empty")
        }
    }
    .help(help)
}

/// Reports unknown top-level keys; returns whether one of them was probably meant to be `Resources`.
fn sections(root: MappingRef<'_>, findings: &mut Vec<Finding>) -> bool {
    let mut resources_misspelled = false;
    for entry in root.entries() {
        let key = entry.key;
        let written = key.scalar_text().unwrap_or("a key that is no text");
        // `Fn::Transform` may stand at the top; it is replaced by what it includes.
        if SECTIONS.contains(&written) || written.starts_with("Fn::") {
            continue;
        }
        let free = SECTIONS.into_iter().filter(|section| root.get(section).is_none());
        let finding = Finding::new(
            &UNKNOWN_SECTION,
            &key,
            format!("the template has an unknown top-level key `{}`", excerpt(written)),
        );
        findings.push(match nearest(written, free) {
            Some(meant) => {
                resources_misspelled |= meant == "Resources";
                finding.help(format!("did you mean `{meant}`?")).fix(
                    format!("rename it to `{meant}`"),
                    key.span(),
                    respelled(key, meant),
                )
            }
            None => finding.help("remove it, or move it under `Metadata`"),
        });
    }
    resources_misspelled
}

fn resources(template: &Template<'_>, root: MappingRef<'_>, findings: &mut Vec<Finding>) {
    let (at, message) = match root.entry("Resources") {
        // What a transform at the top brings in is not written here.
        None if root.get("Transform").or(root.get("Fn::Transform")).is_some() => return,
        None => (head(root.node()), "the template has no `Resources`".to_owned()),
        Some(entry) => match entry.value.as_mapping() {
            None => {
                (head(entry.key), format!("`Resources` is {}, not a map of resources", kind_of(entry.value)))
            }
            Some(map) if map.is_empty() => (head(entry.key), "`Resources` has no resource".to_owned()),
            Some(_) => return,
        },
    };
    let finding = Finding::new(&NOT_CLOUDFORMATION, &at, message);
    findings.push(finding.help(if template.resources.is_empty() && looks_like_parameters(root) {
        "a file of parameters belongs under parameters/"
    } else {
        "declare at least one resource, or move the file out of templates/"
    }));
}

fn looks_like_parameters(root: MappingRef<'_>) -> bool {
    root.len() == 1 && root.get("Parameters").is_some()
}

fn format_version(template: &Template<'_>, findings: &mut Vec<Finding>) {
    let Some(node) = template.section("AWSTemplateFormatVersion") else { return };
    if node.scalar_text() == Some(FORMAT_VERSION) {
        return;
    }
    let written =
        node.scalar_text().map_or_else(|| kind_of(node).to_owned(), |text| format!("`{}`", excerpt(text)));
    let finding = Finding::new(
        &FORMAT_VERSION_UNKNOWN,
        &head(node),
        format!("the template's format version is {written}"),
    )
    .help(format!("the only format version is `{FORMAT_VERSION}`"));
    findings.push(if is_fixable(node) {
        finding.fix(format!("write \"{FORMAT_VERSION}\""), node.span(), format!("\"{FORMAT_VERSION}\""))
    } else {
        finding
    });
}

/// Whether replacing the node's bytes replaces the whole value: one line, no tag, no alias, something there.
fn is_fixable(node: NodeRef<'_>) -> bool {
    let text = node.source_text();
    node.scalar_text().is_some()
        && node.tag().is_none()
        && !node.is_alias()
        && !text.is_empty()
        && !text.contains('\n')
}
