//! Resources that wait for each other.

use std::collections::HashMap;

use super::Context;
use super::template_shape::stage_of;
use crate::finding::Finding;
use crate::template::Template;
use crate::template::reference::Reference;
use crate::words::excerpt;

crate::codes! {
    /// Resources that depend on each other in a circle.
    CIRCULAR = "template-circular-dependency", Error, BuildTemplates,
        "resources of a template depend on each other in a circle",
        "CloudFormation finds no order to create them in, and rejects the template";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, template) in context.templates {
        let found = circle(template).and_then(|circle| finding(&circle));
        findings.extend(found.map(|finding| finding.stage(stage_of(path))));
    }
}

/// A resource's name, and where it refers to the next one.
type Step<'d> = (&'d str, Reference<'d>);

/// The first circle among the resources that no condition leaves out.
fn circle<'d>(template: &Template<'d>) -> Option<Vec<Step<'d>>> {
    let resources: Vec<_> =
        template.resources.iter().filter(|resource| resource.condition.is_none()).collect();
    let places: HashMap<&str, usize> =
        resources.iter().enumerate().map(|(at, resource)| (resource.name, at)).collect();
    let needs: Vec<Vec<(usize, Reference<'d>)>> = resources
        .iter()
        .map(|resource| {
            let references = resource.certain_dependencies().into_iter();
            references.filter_map(|found| Some((*places.get(found.name)?, found))).collect()
        })
        .collect();
    let stuck = stuck(&needs);
    // Each that is stuck needs another that is: following them comes back to where it has been.
    let mut at = stuck.iter().position(|stuck| *stuck)?;
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let mut steps: Vec<Step<'d>> = Vec::new();
    loop {
        if let Some(start) = seen.insert(at, steps.len()) {
            return Some(steps.split_off(start));
        }
        let (next, reference) = needs.get(at)?.iter().find(|(next, _)| stuck.get(*next) == Some(&true))?;
        steps.push((resources.get(at)?.name, *reference));
        at = *next;
    }
}

/// Which resources are still there when, again and again, those that need nothing are taken away.
fn stuck(needs: &[Vec<(usize, Reference<'_>)>]) -> Vec<bool> {
    let mut waiting: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (at, needs) in needs.iter().enumerate() {
        for (other, _) in needs {
            if let Some(others) = needed_by.get_mut(*other) {
                others.push(at);
            }
        }
    }
    let mut free: Vec<usize> = (0..needs.len()).filter(|at| waiting.get(*at) == Some(&0)).collect();
    while let Some(at) = free.pop() {
        for other in needed_by.get(at).into_iter().flatten() {
            if let Some(left) = waiting.get_mut(*other) {
                *left -= 1;
                if *left == 0 {
                    free.push(*other);
                }
            }
        }
    }
    waiting.into_iter().map(|left| left > 0).collect()
}

fn finding(circle: &[Step<'_>]) -> Option<Finding> {
    const SHOWN: usize = 6;
    let (_, first) = circle.first()?;
    let names: Vec<String> =
        circle.iter().take(SHOWN).map(|(name, _)| format!("`{}`", excerpt(name))).collect();
    let more = if circle.len() > SHOWN { " and others" } else { "" };
    let message = match names.as_slice() {
        [name] => format!("{name} depends on itself"),
        names => format!("{}{more} depend on each other in a circle", names.join(", ")),
    };
    let finding = Finding::new(&CIRCULAR, first, message)
        .help("break the circle: put one reference into a resource of its own, such as a policy or a rule");
    let others = circle.iter().skip(1).take(SHOWN);
    Some(others.fold(finding, |finding, (name, next)| {
        finding.related(next, format!("`{}` needs this", excerpt(name)))
    }))
}
