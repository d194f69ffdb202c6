//! Stack outputs that CfCT is to write to SSM parameters, and what it would write.

use super::Context;
use crate::finding::{Code, Finding, Stage};
use crate::manifest::Text;
use crate::stack_set_definition::{Places, StackSetDefinition};
use crate::template::Template;
use crate::words::{excerpt, nearest, respelled};

crate::codes! {
    /// An exported output that the template does not have.
    UNKNOWN = "export-output-unknown", Error, Silent,
        "an exported output is none of the template's",
        "CfCT logs that it cannot find the key and goes on: the SSM parameter is not written";
    /// A value that is not `$[output_…]`.
    FORM = "export-output-form", Error, Silent,
        "an exported value is not of the form $[output_…]",
        "CfCT looks the value up among the stack's outputs, finds nothing and goes on";
    /// An output key that differs from the template's in case only.
    CASE = "export-output-case", Note, Advice,
        "an exported output differs from the template's in upper and lower case",
        "CfCT ignores case here, but people and other tools searching for the output do not";
    /// A value that differs from account to account.
    SEVERAL_ACCOUNTS = "export-output-several-accounts", Warning, Silent,
        "an output is exported from one of several accounts",
        "CfCT writes the output of one stack, in an account of its own choosing that can change from run to run";
    /// A value that differs from Region to Region.
    SEVERAL_REGIONS = "export-output-several-regions", Note, Silent,
        "an output is exported from the first of several Regions",
        "CfCT writes the output of the first Region's stack; those of the other Regions are written nowhere";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    for stack_set in context.stack_sets {
        let mut exported = Vec::new();
        for export in &stack_set.resource.export_outputs {
            let Some(value) = export.value else { continue };
            match output_key(value.value) {
                Ok(output) => {
                    let readable = stack_set.template.filter(|template| !template.is_expanded());
                    let found = readable.and_then(|template| of_template(template, value, output));
                    if found.as_ref().is_none_or(|found| found.code != &UNKNOWN) {
                        exported.push(Exported { name: export.name.unwrap_or(value), value, output });
                    }
                    findings.extend(found);
                }
                Err(stage) => findings.push(form(stack_set, value, stage)),
            }
        }
        if !exported.is_empty() {
            let regions: Vec<&str> = stack_set.regions(manifest).collect();
            findings.extend(ambiguous(stack_set, &exported, &regions));
        }
    }
}

/// An output that CfCT finds, or may find.
struct Exported<'d> {
    /// The SSM parameter's name.
    name: Text<'d>,
    value: Text<'d>,
    /// The output key.
    output: &'d str,
}

/// The output key of `$[output_Key]`; CfCT strips the brackets where there are any. Else the stage at which
/// the form goes wrong.
fn output_key(value: &str) -> Result<&str, Stage> {
    // A comma makes a list, on which the Lambda function raises (`_save_ssm_parameters`).
    if value.contains(',') {
        return Err(Stage::StackSet);
    }
    let bare = value.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(value);
    let prefix = bare.get(..PREFIX.len()).filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX));
    let key = prefix.and_then(|_| bare.get(PREFIX.len()..)).filter(|key| !key.is_empty());
    key.ok_or(Stage::Silent)
}

const PREFIX: &str = "output_";

fn form(stack_set: &StackSetDefinition<'_>, value: Text<'_>, stage: Stage) -> Finding {
    let message = format!("`{}` is no output: the form is `$[output_OutputKey]`", excerpt(value.value));
    let finding = Finding::new(&FORM, &value.node, message).stage(stage);
    let written = value.value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let outputs = stack_set.template.iter().flat_map(|template| &template.outputs);
    let named = outputs.map(|output| output.name).find(|name| name.eq_ignore_ascii_case(written));
    match named {
        Some(name) if !value.node.is_alias() => {
            let meant = format!("$[output_{name}]");
            finding.help(format!("did you mean `{meant}`?")).fix(
                format!("write `{meant}`"),
                value.node.span(),
                respelled(value.node, &meant),
            )
        }
        _ => finding.help("name an output of the template: `$[output_TopicArn]`"),
    }
}

fn of_template(template: &Template<'_>, value: Text<'_>, key: &str) -> Option<Finding> {
    let names = || template.outputs.iter().map(|output| output.name);
    if names().any(|name| name == key) {
        return None;
    }
    let fixed = |finding: Finding, name: &str| {
        if value.node.is_alias() {
            return finding;
        }
        let meant = value.value.replacen(key, name, 1);
        finding.fix(format!("write `{name}`"), value.node.span(), respelled(value.node, &meant))
    };
    if let Some(same) = template.outputs.iter().find(|output| output.name.eq_ignore_ascii_case(key)) {
        let message = format!("the template spells the output `{}`, not `{}`", same.name, excerpt(key));
        let finding = Finding::new(&CASE, &value.node, message).related(&same.key, "the output");
        return Some(fixed(finding.help(format!("write `{}`", same.name)), same.name));
    }
    let file = template.document.source().name();
    let finding = Finding::new(&UNKNOWN, &value.node, format!("`{file}` has no output `{}`", excerpt(key)));
    Some(match nearest(key, names().take(500)) {
        Some(meant) => fixed(finding.help(format!("did you mean `{meant}`?")), meant),
        None if template.outputs.is_empty() => finding.help("add it to the template, which has no outputs"),
        None => {
            let names: Vec<&str> = names().take(12).collect();
            finding.help(format!("add it to the template, or name one that it has: {}", names.join(", ")))
        }
    })
}

/// The outputs whose text depends on which stack it is read from: one finding for each reason.
fn ambiguous(
    stack_set: &StackSetDefinition<'_>,
    exported: &[Exported<'_>],
    regions: &[&str],
) -> Vec<Finding> {
    let resource = stack_set.resource;
    let has_several_accounts = !resource.organizational_units.is_empty() || resource.accounts.len() > 1;
    if !has_several_accounts && regions.len() < 2 {
        return Vec::new();
    }
    let values = stack_set.known_values();
    let varies = |exported: &&Exported<'_>, places: Places<'_>| {
        stack_set.output_text(exported.output, places, &values).is_none()
    };
    let any_account = Places { account: None, region: regions.first().copied() };
    let any_region = Places { account: Some("${AWS::AccountId}"), region: None };
    let (by_account, others): (Vec<_>, Vec<_>) =
        exported.iter().partition(|exported| has_several_accounts && varies(exported, any_account));
    let by_region: Vec<_> =
        others.into_iter().filter(|exported| regions.len() > 1 && varies(exported, any_region)).collect();
    let accounts = named(&SEVERAL_ACCOUNTS, &by_account, "of an account that nobody chose").map(|finding| {
        let finding = finding.help(
            "export from a resource of its own with one account, or export a value that is the same everywhere",
        );
        match resource.accounts.get(1).or(resource.organizational_units.first()) {
            Some(place) => finding.related(&place.node, "there can be several accounts"),
            None => finding,
        }
    });
    let first = format!("of {} only", excerpt(regions.first().copied().unwrap_or_default()));
    let regions = named(&SEVERAL_REGIONS, &by_region, &first).map(|finding| {
        finding
            .help("list the Region first whose output is wanted, or export from a resource with one Region")
    });
    accounts.into_iter().chain(regions).collect()
}

fn named(code: &'static Code, exported: &[&Exported<'_>], of: &str) -> Option<Finding> {
    let first = exported.first()?;
    let name = excerpt(first.name.value);
    let message = match exported.len() {
        1 => format!("`{name}` gets the output {of}"),
        more => format!("`{name}` and {} more get the outputs {of}", more - 1),
    };
    let finding = Finding::new(code, &first.value.node, message);
    Some(
        exported[1..]
            .iter()
            .take(5)
            .fold(finding, |finding, also| finding.related(&also.value.node, "this one too")),
    )
}
