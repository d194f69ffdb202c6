//! Stack outputs that CfCT is to write to SSM parameters, and what it would write.

use super::Context;
use crate::finding::{Finding, Stage};
use crate::manifest::{ExportOutput, Text};
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
        for export in &stack_set.resource.export_outputs {
            let Some(value) = export.value else { continue };
            let output = match output_key(value.value) {
                Ok(key) => key,
                Err(stage) => {
                    findings.push(form(stack_set, value, stage));
                    continue;
                }
            };
            if let Some(template) = stack_set.template.filter(|template| !template.is_expanded()) {
                let found = of_template(template, value, output);
                let is_unknown = found.as_ref().is_some_and(|found| found.code == &UNKNOWN);
                findings.extend(found);
                if is_unknown {
                    continue;
                }
            }
            let regions = stack_set.regions(manifest).collect::<Vec<_>>();
            findings.extend(ambiguous(stack_set, export, output, &regions));
        }
    }
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
    Some(match nearest(key, names()) {
        Some(meant) => fixed(finding.help(format!("did you mean `{meant}`?")), meant),
        None if template.outputs.is_empty() => finding.help("add it to the template, which has no outputs"),
        None => {
            let names: Vec<&str> = names().take(12).collect();
            finding.help(format!("add it to the template, or name one that it has: {}", names.join(", ")))
        }
    })
}

/// Whether the value depends on which stack it is read from.
fn ambiguous(
    stack_set: &StackSetDefinition<'_>,
    export: &ExportOutput<'_>,
    output: &str,
    regions: &[&str],
) -> Option<Finding> {
    let resource = stack_set.resource;
    let (name, at) = (export.name?, export.value?);
    let several_accounts = !resource.organizational_units.is_empty() || resource.accounts.len() > 1;
    let varies = |places: Places<'_>| stack_set.output_text(output, places).is_none();
    if several_accounts && varies(Places { account: None, region: regions.first().copied() }) {
        let message = format!("`{}` gets the output of an account that nobody chose", excerpt(name.value));
        let help = "export from a resource of its own with one account, or export a value that is the same everywhere";
        let place = resource.accounts.get(1).or(resource.organizational_units.first());
        let finding = Finding::new(&SEVERAL_ACCOUNTS, &at.node, message).help(help);
        return Some(match place {
            Some(place) => finding.related(&place.node, "there can be several accounts"),
            None => finding,
        });
    }
    let account = Some("${AWS::AccountId}");
    if regions.len() > 1 && varies(Places { account, region: None }) {
        let first = excerpt(regions.first().copied().unwrap_or_default());
        let message = format!("`{}` gets the output of {first} only", excerpt(name.value));
        return Some(Finding::new(&SEVERAL_REGIONS, &at.node, message).help(
            "list the Region first whose output is wanted, or export from a resource with one Region",
        ));
    }
    None
}
