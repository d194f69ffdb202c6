//! The state machine inputs as JSON, in the shape that CfCT sends them (`sm_input_builder.py`).

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Deployment, Parameters, PipelineStage, Policy, Resolution, Resolved, StackSet, StageOutcome};
use crate::organization::{AccountSet, Organization, UnitIndex};

/// What CfCT asks CloudFormation for, as text (`CAPABILITIES` in `state_machine_trigger.py`).
const CAPABILITIES: &str = r#"["CAPABILITY_NAMED_IAM","CAPABILITY_AUTO_EXPAND"]"#;

/// `{"scp": …, "rcp": …, "stackset": …}`, each `{"inputs": […]}`, `{"error": "…"}`, or `{"none": true}` where
/// CfCT does not know the manifest's version.
///
/// Account and unit lists are sorted; CfCT makes them of sets. Nothing is collected on the way, so the
/// inputs of a large organization take no memory.
#[derive(Debug)]
pub struct Inputs<'r, 'd> {
    pub(super) resolution: &'r Resolution<'d>,
    pub(super) organization: &'r Organization,
}

impl Serialize for Inputs<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stages = PipelineStage::ALL.into_iter();
        serializer.collect_map(
            stages.map(|stage| (stage.as_str(), Outcome(self.resolution.stage(stage), self.organization))),
        )
    }
}

struct Outcome<'r, 'd>(StageOutcome<'r, 'd>, &'r Organization);

impl Serialize for Outcome<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match &self.0 {
            StageOutcome::Inputs(resources) => {
                map.serialize_entry("inputs", &InputList(resources, self.1))?;
            }
            StageOutcome::Failed(_, failure) => map.serialize_entry("error", &failure.to_string())?,
            StageOutcome::UnknownVersion => map.serialize_entry("none", &true)?,
        }
        map.end()
    }
}

struct InputList<'r, 'd>(&'r [&'r Resolved<'d>], &'r Organization);

impl Serialize for InputList<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().filter_map(|resolved| input_of(resolved, self.1)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Input<'r> {
    request_type: &'static str,
    resource_properties: Properties<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skip_update_stack_set: Option<&'static str>,
}

enum Properties<'r> {
    StackSet(StackSetProperties<'r>),
    Policy(PolicyProperties<'r>),
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::StackSet(properties) => properties.serialize(serializer),
            Self::Policy(properties) => properties.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackSetProperties<'r> {
    stack_set_name: String,
    #[serde(rename = "TemplateURL")]
    template_url: &'r str,
    capabilities: &'static str,
    parameters: &'r Parameters,
    account_list: AccountList<'r>,
    region_list: &'r [Cow<'r, str>],
    #[serde(rename = "SSMParameters")]
    ssm_parameters: &'r Parameters,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyProperties<'r> {
    policy_document: PolicyDocument<'r>,
    account_id: &'static str,
    policy_list: [(); 0],
    operation: &'static str,
    #[serde(rename = "OUList")]
    ou_list: UnitList<'r>,
    #[serde(rename = "OUNameDelimiter")]
    ou_name_delimiter: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDocument<'r> {
    name: &'r str,
    description: &'r str,
    #[serde(rename = "PolicyURL")]
    policy_url: &'r str,
}

/// `None` for a resource that failed; a stage with one has no inputs.
fn input_of<'r>(resolved: &'r Resolved<'_>, organization: &'r Organization) -> Option<Input<'r>> {
    let (properties, skip) = match resolved.outcome.as_ref().ok()? {
        Deployment::StackSet(stack_set) => {
            (Properties::StackSet(stack_set_properties(resolved, stack_set, organization)), Some("no"))
        }
        Deployment::Policy(policy) => {
            (Properties::Policy(policy_properties(resolved, policy, organization)), None)
        }
    };
    Some(Input { request_type: "Create", resource_properties: properties, skip_update_stack_set: skip })
}

fn stack_set_properties<'r>(
    resolved: &'r Resolved<'_>,
    stack_set: &'r StackSet<'_>,
    organization: &'r Organization,
) -> StackSetProperties<'r> {
    StackSetProperties {
        stack_set_name: resolved.stack_set_name(),
        template_url: &stack_set.template_url,
        capabilities: CAPABILITIES,
        parameters: &stack_set.parameters,
        account_list: AccountList(&resolved.accounts, organization),
        region_list: &stack_set.regions,
        ssm_parameters: &stack_set.exports,
    }
}

fn policy_properties<'r>(
    resolved: &'r Resolved<'_>,
    policy: &'r Policy<'_>,
    organization: &'r Organization,
) -> PolicyProperties<'r> {
    PolicyProperties {
        policy_document: PolicyDocument {
            name: &resolved.name,
            description: &policy.description,
            policy_url: &policy.url,
        },
        account_id: "",
        policy_list: [],
        operation: "",
        ou_list: UnitList(&policy.units, organization),
        ou_name_delimiter: ":",
    }
}

/// The ids of a set of accounts.
struct AccountList<'r>(&'r AccountSet, &'r Organization);

impl Serialize for AccountList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|account| self.1.account(account).id))
    }
}

/// `[[["<name>", "<id>"], "Attach"], …]`
struct UnitList<'r>(&'r [(Cow<'r, str>, UnitIndex)], &'r Organization);

impl Serialize for UnitList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let units = self.0.iter();
        serializer.collect_seq(units.map(|(name, unit)| ((name, &self.1.unit(*unit).id), "Attach")))
    }
}
