//! Template constraints against the templates of their product and the lock of the vaults.

use std::collections::{BTreeMap, BTreeSet};

use super::retention;
use crate::backup_policy::lock::{Conflict, LockRange};
use crate::checks::Context;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::manifest::Text;
use crate::portfolio::codes::package::{
    CONSTRAINT_DEFAULT, CONSTRAINT_FORM, CONSTRAINT_PARAMETER, CONSTRAINT_VALUE, LOCK_DIFFERS, LOCK_UNKNOWN,
    OUTSIDE_LOCK,
};
use crate::portfolio::rule::Choice;
use crate::portfolio::{Days, Lock, Portfolio, Product, TemplateConstraint, lock};
use crate::template::constraint::Patterns;
use crate::template::{Parameter, ParameterType, Template};
use crate::words::{excerpt, head, nearest, respelled};

pub(super) fn check(context: &Context<'_>, portfolio: &Portfolio<'_>, findings: &mut Vec<Finding>) {
    let known = findings.len();
    let bounds = portfolio.lock.and_then(|lock| bounds(context, lock, findings));
    let is_told = findings[known..].iter().any(|finding| finding.code == &LOCK_UNKNOWN);
    for product in &portfolio.products {
        let templates = templates(context, product);
        let mut taken: BTreeMap<String, Finding> = BTreeMap::new();
        for constraint in &product.template_constraints {
            form(constraint, findings);
            for parameter in constraint.parameters() {
                unknown(parameter, &templates, &mut taken);
            }
            for choice in constraint.choices() {
                choices(&choice, &templates, &mut taken);
            }
            if constraint.within_lock && !is_told {
                within_lock(constraint, portfolio.lock, bounds, findings);
            }
        }
        findings.extend(taken.into_values());
        if let Some((lock, bounds)) = portfolio.lock.zip(bounds) {
            retention::check(product, &templates, lock, bounds, findings);
        }
    }
}

/// The values of a choice that are looked at: no user reads a longer list.
const VALUES: usize = 10_000;

/// The templates that a user can launch, each once with the name of its first version. Versions over the quota
/// are reported as such.
fn templates<'c, 'd>(context: &Context<'c>, product: &Product<'d>) -> Vec<(&'d str, &'c Template<'c>)> {
    let active = product.versions.iter().filter(|version| version.active);
    let most = context.limits.service_catalog.versions.value;
    let mut seen = BTreeSet::new();
    active
        .filter_map(|version| {
            let (path, template) = context.templates.get_key_value(&version.template_path()?)?;
            seen.insert(*path).then_some((version.display_name(), template))
        })
        .take(most)
        .collect()
}

fn form(constraint: &TemplateConstraint<'_>, findings: &mut Vec<Finding>) {
    let fault = |node: NodeRef<'_>, message: String, help: &str| {
        Finding::new(&CONSTRAINT_FORM, &head(node), message).help(help)
    };
    let is_simple = constraint.parameter.is_some() || !constraint.allowed_values.is_empty();
    let name = constraint.name.map_or_else(String::new, |name| excerpt(name.value));
    let help = "give it `parameter` and `allowed_values`, or `rule`";
    match (is_simple, constraint.rule) {
        (true, Some(rule)) => {
            findings.push(fault(rule, format!("constraint `{name}` has both forms"), help));
        }
        (false, None) => {
            findings.push(fault(constraint.node, format!("constraint `{name}` says nothing"), help));
        }
        (true, None) if constraint.parameter.is_none() => {
            findings.push(fault(constraint.node, format!("constraint `{name}` has no `parameter`"), help));
        }
        (true, None) if constraint.allowed_values.is_empty() => {
            findings.push(fault(constraint.node, format!("constraint `{name}` allows no value"), help));
        }
        _ => {}
    }
    if let Some(name) = constraint.name.filter(|name| !is_logical(name.value)) {
        let message = format!("`{}` is no name of a rule", excerpt(name.value));
        findings.push(fault(name.node, message, "use letters and digits"));
    }
    findings.extend(constraint.faults().into_iter().map(|found| {
        let help = "docs/portfolios.md lists the functions; every assertion is an `Assert` with one of them";
        fault(found.node, found.message, help)
    }));
}

fn is_logical(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn unknown(parameter: Text<'_>, templates: &[(&str, &Template<'_>)], taken: &mut BTreeMap<String, Finding>) {
    for (version, template) in templates {
        if template.parameter(parameter.value).is_some() || template.is_expanded() {
            continue;
        }
        let names = template.parameters.iter().map(|known| known.name);
        let message =
            format!("version `{}` has no parameter `{}`", excerpt(version), excerpt(parameter.value));
        let finding = Finding::new(&CONSTRAINT_PARAMETER, &parameter.node, message);
        let finding = match nearest(parameter.value, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                format!("write `{near}`"),
                parameter.node.span(),
                respelled(parameter.node, near),
            ),
            None => finding.help("name a parameter that every active version has"),
        };
        // One version is enough to say so.
        taken.entry(format!("parameter {:?}", parameter.node.span())).or_insert(finding);
    }
}

/// What a rule allows against what the templates allow, and the defaults against the rule.
fn choices(choice: &Choice<'_>, templates: &[(&str, &Template<'_>)], taken: &mut BTreeMap<String, Finding>) {
    for (version, template) in templates {
        let Some(parameter) = template.parameter(choice.parameter.value) else { continue };
        let version = excerpt(version);
        let mut patterns = Patterns::default();
        for value in choice.values.iter().take(VALUES) {
            if parameter.violations(value.value, &mut patterns).is_empty() {
                continue;
            }
            let message = format!(
                "version `{version}` refuses `{}` for `{}`",
                excerpt(value.value),
                excerpt(parameter.name)
            );
            let finding = Finding::new(&CONSTRAINT_VALUE, &value.node, message)
                .related(&parameter.key, "the parameter's own constraints")
                .help("take the value out, or allow it in the next version of the template");
            taken.entry(format!("value {:?}", value.node.span())).or_insert(finding);
        }
        if let Some(default) = refused_default(choice, parameter) {
            let name = excerpt(parameter.name);
            let message = format!("version `{version}` has the default `{}` for `{name}`", excerpt(default));
            let at = choice.parameter.node;
            let finding = Finding::new(&CONSTRAINT_DEFAULT, &at, message)
                .related(&parameter.key, "the parameter")
                .help("allow the default, or give the next version of the template another one, or none");
            taken.entry(format!("default {:?}", at.span())).or_insert(finding);
        }
    }
}

fn refused_default<'t>(choice: &Choice<'_>, parameter: &Parameter<'t>) -> Option<&'t str> {
    let default = parameter.default?.scalar_text()?;
    let is_list = parameter.type_of.is_some_and(ParameterType::is_list);
    let parts: Vec<&str> = if is_list { default.split(',').map(str::trim).collect() } else { vec![default] };
    let allows = |part: &str| choice.values.iter().any(|value| value.value == part);
    (!parts.into_iter().all(allows)).then_some(default)
}

/// The bounds that a portfolio states, completed by those of the stack set that it names.
fn bounds(context: &Context<'_>, lock: Lock<'_>, findings: &mut Vec<Finding>) -> Option<LockRange> {
    let (min, max) = (lock.min_days, lock.max_days);
    let written = LockRange { min: min.map(|days| days.value), max: max.map(|days| days.value) };
    if let (Some(min), Some(max)) = (min, max)
        && min.value > max.value
    {
        let message = format!("{} days at least, and {} at most", min.value, max.value);
        findings.push(
            Finding::new(&LOCK_DIFFERS, &max.node, message)
                .related(&min.node, "the least")
                .help("exchange them"),
        );
    }
    let mut deployed = None;
    if let Some(name) = lock.stack_set {
        let named = |found: &&crate::stack_set_definition::StackSetDefinition<'_>| {
            found.resource.name.is_some_and(|own| own.value == name.value)
        };
        let definition = context.stack_sets.iter().find(named);
        if definition.is_none() && context.manifest.is_some() {
            let names = context.stack_sets.iter().filter_map(|set| set.resource.name).map(|name| name.value);
            let message = format!("the manifest has no stack set `{}`", excerpt(name.value));
            let finding = Finding::new(&LOCK_UNKNOWN, &name.node, message);
            findings.push(match nearest(name.value, names) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("name the resource that deploys the locked vault"),
            });
        }
        deployed = definition.and_then(lock::of_stack_set);
    }
    let deployed_range = deployed.unwrap_or_default();
    for (days, own, which) in [(min, deployed_range.min, "least"), (max, deployed_range.max, "most")] {
        findings.extend(differs(days, own, which));
    }
    let range =
        LockRange { min: deployed_range.min.or(written.min), max: deployed_range.max.or(written.max) };
    (range != LockRange::default()).then_some(range)
}

fn differs(written: Option<Days<'_>>, deployed: Option<u64>, which: &str) -> Option<Finding> {
    let (written, deployed) = (written?, deployed?);
    (written.value != deployed).then(|| {
        let message = format!("the vault's lock has {deployed} days as the {which}, not {}", written.value);
        Finding::new(&LOCK_DIFFERS, &written.node, message)
            .help("write the days of the lock, or leave them out: `stack_set` says them")
            .fix(format!("write {deployed}"), written.node.span(), deployed.to_string())
    })
}

fn within_lock(
    constraint: &TemplateConstraint<'_>,
    lock: Option<Lock<'_>>,
    bounds: Option<LockRange>,
    findings: &mut Vec<Finding>,
) {
    let Some(bounds) = bounds else {
        let at = lock.map_or(constraint.node, |lock| lock.node);
        let message = "there are no bounds for `within_lock`";
        findings.push(Finding::new(&LOCK_UNKNOWN, &head(at), message).help(
            "give the portfolio a `lock` with `min_days` and `max_days`, or a `stack_set` with a lock",
        ));
        return;
    };
    for value in constraint.choices().into_iter().flat_map(|choice| choice.values) {
        let message = match value.value.parse().ok().map(|days| bounds.conflict(Some(days))) {
            Some(None) => continue,
            Some(Some(Conflict::TooShort { min })) => {
                format!("{} days are fewer than the lock's {min}", excerpt(value.value))
            }
            Some(Some(Conflict::TooLong { max } | Conflict::Endless { max })) => {
                format!("{} days are more than the lock's {max}", excerpt(value.value))
            }
            None => format!("`{}` is no number of days", excerpt(value.value)),
        };
        let finding = Finding::new(&OUTSIDE_LOCK, &value.node, message);
        let finding = match lock {
            Some(lock) => finding.related(&head(lock.node), "the lock"),
            None => finding,
        };
        findings.push(finding.help("offer retention that the vault's lock takes"));
    }
}
