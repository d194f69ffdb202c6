//! Policies inside templates: roles that may change anything, resources that anybody may use.

use super::Context;
use crate::document::{MappingRef, NodeRef};
use crate::finding::Finding;
use crate::iam::authorization::REFERENCE;
use crate::iam::{Effect, Statement, Word};
use crate::template::intrinsic::walk;
use crate::words::excerpt;

crate::codes! {
    /// A statement of an identity policy that changes things of every resource.
    EVERYTHING = "template-policy-every-resource", Note, Advice,
        "a role may change every resource of a kind",
        "least privilege names what is changed; where an action knows no resources, a comment says so to the next reader";
    /// A statement of a resource policy that admits anybody.
    EVERYBODY = "template-policy-everybody", Warning, Advice,
        "a resource policy admits anybody without a condition",
        "a principal of * is every account of AWS, not every principal of this one";
}

/// Actions that an example names.
const SHOWN: usize = 3;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for template in context.templates.values() {
        let properties = template.resources.iter().filter_map(|resource| resource.properties);
        for map in properties.flat_map(walk).filter_map(NodeRef::as_mapping).filter(is_statement) {
            findings.extend(of_statement(map));
        }
    }
}

/// Statements are told by their elements, since they also stand inside of `Fn::If`.
fn is_statement(map: &MappingRef<'_>) -> bool {
    map.get("Effect").is_some() && (map.get("Action").is_some() || map.get("NotAction").is_some())
}

fn of_statement(map: MappingRef<'_>) -> Option<Finding> {
    let statement = Statement::read(map);
    if statement.effect != Some(Effect::Allow) {
        return None;
    }
    let is_conditional = map.get("Condition").is_some();
    match &statement.principal {
        Some(principals) => {
            let is_open = principals.is_anyone() && !principals.negated && !is_conditional;
            is_open.then(|| {
                Finding::new(&EVERYBODY, &principals.key, "everybody is allowed, without a condition").help(
                    "name the principals, or add a condition such as aws:PrincipalOrgID or aws:SourceAccount",
                )
            })
        }
        None => every_resource(&statement),
    }
}

fn every_resource(statement: &Statement<'_>) -> Option<Finding> {
    let resource = statement.resource.as_ref()?;
    let star = resource.patterns.iter().find(|pattern| pattern.text == "*")?;
    if resource.negated || has_reason(statement.node) {
        return None;
    }
    let action = statement.action.as_ref()?;
    let changing: Vec<&Word<'_>> =
        action.patterns.iter().filter(|pattern| action.negated || changes(pattern.text)).collect();
    let first = changing.first()?;
    let shown: Vec<String> = changing.iter().take(SHOWN).map(|word| excerpt(word.text)).collect();
    let more = changing.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let not = if action.negated { "everything but " } else { "" };
    let finding =
        Finding::new(&EVERYTHING, &star.node, format!("{not}{}{more} on every resource", shown.join(", ")));
    let help = "name the resources; where the actions know none, say so in a comment at the statement";
    Some(finding.related(&first.node, "changes something").help(help))
}

/// Whether an action, or one that the pattern covers, changes anything. Of services that are not in the data
/// the verb decides.
fn changes(pattern: &str) -> bool {
    const READING: [&str; 12] = [
        "BatchGet", "Check", "Describe", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search",
        "Simulate", "View",
    ];
    let Some((service, action)) = pattern.split_once(':') else { return true };
    if REFERENCE.actions(&service.to_ascii_lowercase()).is_some() {
        return REFERENCE.matching(pattern).any(|(_, action)| action.access.mutates());
    }
    !READING.iter().any(|verb| action.starts_with(verb))
}

/// Whether a comment stands in the statement, or right above it.
fn has_reason(statement: NodeRef<'_>) -> bool {
    let document = statement.document();
    let (span, text) = (statement.span(), document.source().text());
    document.comments().iter().any(|comment| {
        let is_inside = comment.start >= span.start && comment.end <= span.end;
        let between = text.get(comment.end as usize..span.start as usize);
        is_inside
            || between.is_some_and(|between| between.trim_matches(['-', ' ', '\n', '\r', '\t']).is_empty())
    })
}
