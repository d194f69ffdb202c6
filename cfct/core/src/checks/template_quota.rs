//! Templates that are larger than CloudFormation takes.

use super::Context;
use super::template_shape::stage_of;
use crate::configuration::{Content, Role};
use crate::document::MappingRef;
use crate::finding::Finding;
use crate::limits::{Limit, TemplateLimits};
use crate::source::{Located, Location};
use crate::template::Template;
use crate::words::{excerpt, head};

crate::codes! {
    /// A template has more of something than CloudFormation takes.
    QUOTA = "template-quota", Error, BuildTemplates,
        "a template is over a CloudFormation quota",
        "CloudFormation rejects a template that is over one of its quotas";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let limits = &context.limits.template;
    for (path, file) in context.configuration.of_role(Role::Template) {
        let mut over = Vec::new();
        if let Content::Text(source) = &file.content {
            let start = Location::file(source);
            count(&mut over, &start, "the template", source.text().len(), "bytes", &limits.bytes);
        }
        if let Some(template) = context.templates.get(path) {
            members(template, limits, &mut over);
            names(template, limits, &mut over);
        }
        findings.extend(over.into_iter().map(|finding| finding.stage(stage_of(path))));
    }
}

fn members(template: &Template<'_>, limits: &TemplateLimits, over: &mut Vec<Finding>) {
    for (section, limit) in [
        ("Resources", &limits.resources),
        ("Parameters", &limits.parameters),
        ("Outputs", &limits.outputs),
        ("Mappings", &limits.mappings),
    ] {
        let Some(entry) = template.root.and_then(|root| root.entry(section)) else { continue };
        let members = entry.value.as_mapping().map_or(0, MappingRef::len);
        count(over, &entry.key, "the template", members, &section.to_lowercase(), limit);
    }
    for mapping in &template.mappings {
        let attributes = mapping.node.as_mapping().map_or(0, MappingRef::len);
        if attributes > limits.mapping_attributes.value {
            let what = format!("mapping `{}`", excerpt(mapping.name));
            count(over, &mapping.key, &what, attributes, "attributes", &limits.mapping_attributes);
        }
    }
    if let Some(description) = template.section("Description") {
        let bytes = description.scalar_text().map_or(0, str::len);
        count(over, &head(description), "the description", bytes, "bytes", &limits.description_bytes);
    }
}

fn names(template: &Template<'_>, limits: &TemplateLimits, over: &mut Vec<Finding>) {
    let parameters = template.parameters.iter().map(|parameter| (parameter.name, parameter.key));
    let mappings = template.mappings.iter().map(|mapping| (mapping.name, mapping.key));
    let resources = template.resources.iter().map(|resource| (resource.name, resource.key));
    let outputs = template.outputs.iter().map(|output| (output.name, output.key));
    for (name, key) in parameters.chain(mappings).chain(resources).chain(outputs) {
        // Bytes are no fewer than characters, and cheap to count.
        if name.len() > limits.name_characters.value {
            let what = format!("the name `{}`", excerpt(name));
            count(over, &key, &what, name.chars().count(), "characters", &limits.name_characters);
        }
    }
}

fn count(over: &mut Vec<Finding>, at: &impl Located, what: &str, number: usize, of: &str, limit: &Limit) {
    if number <= limit.value {
        return;
    }
    let advice = if what == "the template" { "split it into several stack sets" } else { "shorten it" };
    over.push(
        Finding::new(&QUOTA, at, format!("{what} has {number} {of}; CloudFormation takes {}", limit.value))
            .help(format!("{advice} (limit of {}: {})", limit.as_of, limit.source)),
    );
}
