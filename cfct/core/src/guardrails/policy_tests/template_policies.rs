//! Policies that stand in templates, as a test names them: `templates/backup-key.yaml#BackupKey`.
//!
//! The policy is what the template comes to in the account and Region of the request's resource, with the
//! parameters that the manifest gives the first stack set of the template, or the defaults.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;

use super::Texted;
use crate::checks;
use crate::document::{Document, NodeRef};
use crate::guardrails::OwnPolicies;
use crate::guardrails::requests::Malformed;
use crate::iam::Policy;
use crate::iam::evaluate::{CompiledPolicy, Request};
use crate::source::{Located, PackagePath, SourceFile};
use crate::stack_set_definition::StackSetDefinition;
use crate::template::stack::{Place, Stack, Value, generated};
use crate::template::{Resource, Template};
use crate::words::{excerpt, nearest};

/// The policies of templates that a test names.
#[derive(Debug, Default)]
pub(super) struct Named<'d> {
    /// The one of the resource.
    pub(super) resource: Option<Texted<'d>>,
    /// Those of the principal.
    pub(super) identity: Vec<Texted<'d>>,
    /// Parameters of the templates that the test gives itself, by name.
    pub(super) parameters: BTreeMap<&'d str, Texted<'d>>,
}

/// The templates of a package, asked for policies.
pub(super) struct TemplatePolicies<'c> {
    context: &'c checks::Context<'c>,
    /// What was worked out: a policy is asked for by every request of a test.
    known: RefCell<HashMap<Asked, Vec<CompiledPolicy>>>,
}

/// A policy in a template, as a test asks for it.
#[derive(Clone, Copy)]
struct Reference<'d> {
    holder: Holder,
    text: &'d str,
    /// The parameters that the test gives.
    parameters: &'d BTreeMap<&'d str, Texted<'d>>,
}

/// What tells one policy from another: the holder, the reference, the parameters that the test gives, an account
/// and a Region.
type Asked = (Holder, Box<str>, Vec<(Box<str>, Box<str>)>, Box<str>, Box<str>);

/// Whose policy is meant: a role has one of either sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Principal,
    Resource,
}

impl<'c> TemplatePolicies<'c> {
    pub(super) fn new(context: &'c checks::Context<'c>) -> Self {
        Self { context, known: RefCell::default() }
    }

    /// The policies of a test and those of templates, for the account and Region of a request.
    pub(super) fn added<'o>(
        &self,
        own: &'o OwnPolicies,
        named: &Named<'_>,
        request: &Request,
    ) -> Result<Cow<'o, OwnPolicies>, Malformed> {
        if named.resource.is_none() && named.identity.is_empty() {
            return Ok(Cow::Borrowed(own));
        }
        let mut own = own.clone();
        if let Some(reference) = named.resource {
            let policies = self.policies(Holder::Resource, reference, named, request)?;
            own.resource = policies.into_iter().next();
        }
        for reference in &named.identity {
            own.identity.extend(self.policies(Holder::Principal, *reference, named, request)?);
        }
        Ok(Cow::Owned(own))
    }

    fn policies(
        &self,
        holder: Holder,
        (text, node): Texted<'_>,
        named: &Named<'_>,
        request: &Request,
    ) -> Result<Vec<CompiledPolicy>, Malformed> {
        let reference = Reference { holder, text, parameters: &named.parameters };
        let account = request.resource_account().map(|account| account.to_string()).unwrap_or_default();
        let home =
            self.context.manifest.and_then(|manifest| manifest.region).map_or("", |region| region.value);
        let region = request.resource.split(':').nth(3).filter(|region| !region.is_empty()).unwrap_or(home);
        let given = named.parameters.iter().map(|(name, (value, _))| ((*name).into(), (*value).into()));
        let asked: Asked = (holder, text.into(), given.collect(), account.into(), region.into());
        if let Some(policies) = self.known.borrow().get(&asked) {
            return Ok(policies.clone());
        }
        let policies = self
            .compiled(reference, &asked.3, region)
            .map_err(|message| Malformed { at: node.location(), message })?;
        self.known.borrow_mut().insert(asked, policies.clone());
        Ok(policies)
    }

    fn compiled(
        &self,
        reference: Reference<'_>,
        account: &str,
        region: &str,
    ) -> Result<Vec<CompiledPolicy>, String> {
        let Reference { holder, text, parameters: given } = reference;
        let (file, logical_id) = text.split_once('#').unwrap_or((text, ""));
        let path = PackagePath::new(file).filter(|path| self.context.templates.contains_key(path));
        let Some(template) = path.as_ref().and_then(|path| self.context.templates.get(path)) else {
            return Err(format!("there is no template `{}`", excerpt(file)));
        };
        let Some(resource) = template.resources.iter().find(|resource| resource.name == logical_id) else {
            let names = template.resources.iter().map(|resource| resource.name);
            let meant = nearest(logical_id, names);
            let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            return Err(format!("{file} has no resource `{}`{hint}", excerpt(logical_id)));
        };
        let mut parameters = self.parameters(file, template);
        for (name, (value, _)) in given {
            let Some(parameter) = template.parameter(name) else {
                return Err(format!("{file} has no parameter `{}`", excerpt(name)));
            };
            parameters.insert(parameter.name, Value::Text((*value).to_owned()));
        }
        let place = Place { account: Some(account), region, partition: None, name: file };
        let stack = Stack::new(template, &parameters, place);
        let documents = documents(&stack, resource, holder);
        if documents.is_empty() {
            return Err(format!("`{}` of {file} has no policy", excerpt(logical_id)));
        }
        documents
            .into_iter()
            .map(|document| {
                let unknown =
                    || format!("the policy of `{logical_id}` in {file} is not known before it is deployed");
                let document = document.json(account).ok_or_else(unknown)?;
                compiled(text, &document, template).ok_or_else(unknown)
            })
            .collect()
    }

    /// What the first stack set of the template is given, or the defaults.
    fn parameters<'t>(&self, file: &str, template: &Template<'t>) -> BTreeMap<&'t str, Value> {
        let deployed = self
            .context
            .stack_sets
            .iter()
            .find(|stack_set| stack_set.resource.file.is_some_and(|written| written.value == file));
        let given = deployed.map(StackSetDefinition::known_values);
        let parameters = template.parameters.iter().map(|parameter| {
            let value = match &given {
                Some(given) => given.get(parameter.name).cloned(),
                None => parameter.default.and_then(NodeRef::scalar_text).map(str::to_owned),
            };
            (parameter.name, value.map_or(Value::Unknown, Value::Text))
        });
        parameters.collect()
    }
}

/// The policies of a resource, by its type (AWS CloudFormation Template Reference).
fn documents<'d>(stack: &Stack<'_, 'd>, resource: &Resource<'d>, holder: Holder) -> Vec<Value> {
    let property = |key: &str| stack.property(resource, key);
    let found = match resource.type_name.unwrap_or_default() {
        "AWS::Backup::BackupVault" | "AWS::Backup::LogicallyAirGappedBackupVault" => {
            vec![property("AccessPolicy")]
        }
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => vec![property("KeyPolicy")],
        "AWS::Organizations::ResourcePolicy" => vec![property("Content")],
        "AWS::Events::EventBusPolicy" => {
            let statement = ("Statement".into(), property("Statement"));
            vec![Value::Map(vec![("Version".into(), Value::Text("2012-10-17".to_owned())), statement])]
        }
        "AWS::SSO::PermissionSet" => vec![property("InlinePolicy")],
        "AWS::IAM::Role" if holder == Holder::Resource => vec![property("AssumeRolePolicyDocument")],
        "AWS::IAM::Role" => {
            let inline = property("Policies");
            inline.items().iter().map(|policy| policy.get("PolicyDocument").clone()).collect()
        }
        _ => vec![property("PolicyDocument")],
    };
    found.into_iter().filter(|document| *document != Value::Nothing).collect()
}

/// The policy `name`, in which the logical ids of the template's resources stand for ids that AWS makes up.
fn compiled(name: &str, document: &Json, template: &Template<'_>) -> Option<CompiledPolicy> {
    // An inline policy of a permission set may be one text.
    let mut text = document.as_str().map_or_else(|| document.to_string(), str::to_owned);
    let file = name.split('#').next().unwrap_or(name);
    for resource in &template.resources {
        text = text.replace(&generated(file, resource.name), resource.name);
    }
    let source = SourceFile::new(name, text);
    let document = Document::read_json(&source).document?;
    Policy::read(&document).map(|policy| CompiledPolicy::compile(name, &policy))
}

#[cfg(test)]
mod tests;
