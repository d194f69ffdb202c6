//! Parameters that the rules of a template refuse.

use std::collections::BTreeMap;

use super::Context;
use crate::document::{MappingRef, NodeRef};
use crate::finding::Finding;
use crate::parameters::Origin;
use crate::source::Located;
use crate::stack_set_definition::StackSetDefinition;
use crate::template::stack::{ACCOUNT, Place, Stack, Value};
use crate::words::{excerpt, head};

crate::codes! {
    /// An assertion in `Rules` that does not hold.
    REFUSED = "parameter-rule-refused", Error, StackSet,
        "the rules of a template refuse its parameters",
        "CloudFormation creates and updates no stack with them, and CfCT stops there: later resources are not deployed";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for stack_set in context.stack_sets {
        if !matches!(stack_set.parameters.origin, Origin::Both | Origin::Unknown) {
            findings.extend(refused(context, stack_set));
        }
    }
}

fn refused(context: &Context<'_>, stack_set: &StackSetDefinition<'_>) -> Vec<Finding> {
    let Some((template, manifest)) = stack_set.template.zip(context.manifest) else { return Vec::new() };
    let known = stack_set.known_values();
    let values = template.parameters.iter().map(|parameter| {
        let value = known.get(parameter.name).filter(|text| !text.contains("{{resolve:"));
        (parameter.name, value.cloned().map_or(Value::Unknown, Value::Text))
    });
    let values: BTreeMap<&str, Value> = values.collect();
    let Some(region) = stack_set.regions(manifest).next() else { return Vec::new() };
    let resource = stack_set.resource;
    let place = Place { account: Some(ACCOUNT), region, partition: None, name: resource.display_name() };
    let at = resource.name.map_or_else(|| head(resource.node), |name| name.node.location());
    let refusals = Stack::new(template, &values, place).refusals();
    let finding = |assertion: MappingRef<'_>| {
        let description = assertion.get("AssertDescription").and_then(NodeRef::scalar_text);
        let file = template.document.source().name();
        let message = match description {
            Some(text) => format!("a rule of {file} refuses the parameters: {}", excerpt(text)),
            None => format!("a rule of {file} refuses the parameters"),
        };
        Finding::new(&REFUSED, &at, message)
            .related(&assertion.node(), "what does not hold")
            .help("give parameters that the rule takes, or none where the template's default is meant")
    };
    refusals.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{found, v2};

    const TEMPLATE: &str = "Parameters:
  Mode: {Type: String, Default: governance}
  Acknowledged: {Type: String, Default: ''}
Rules:
  IsAcknowledged:
    RuleCondition: !Equals [!Ref Mode, compliance]
    Assertions:
      - Assert: !Equals [!Ref Acknowledged, 'yes']
        AssertDescription: say yes
Resources: {T: {Type: 'AWS::SNS::Topic'}}
";

    #[test]
    fn what_is_given_and_what_is_left_to_defaults_is_held_against_the_rules() {
        let given = |parameters: &[(&str, &str)]| {
            let parameters = parameters.iter().fold(String::new(), |text, (key, value)| {
                text + &format!("      - parameter_key: {key}\n        parameter_value: {value}\n")
            });
            let manifest = v2(&format!(
                "  - name: vault\n    resource_file: t.yaml\n    deploy_method: stack_set\n    parameters:\n{parameters}    deployment_targets: {{accounts: ['111122223333']}}\n"
            ));
            found(check, &[("manifest.yaml", &manifest), ("t.yaml", TEMPLATE)]).len()
        };
        assert_eq!(given(&[("Mode", "governance")]), 0);
        assert_eq!(given(&[("Mode", "compliance")]), 1);
        assert_eq!(given(&[("Mode", "compliance"), ("Acknowledged", "\"yes\"")]), 0);
        assert_eq!(given(&[("Mode", "compliance"), ("Acknowledged", "$[alfred_ssm_/word]")]), 0);
    }
}
