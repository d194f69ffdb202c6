//! What the values of a template come to in one stack, as far as that is known without deploying.
//!
//! Three answers are possible: a value, nothing at all (`AWS::NoValue`, a condition that does not hold), and
//! [`Value::Unknown`], which nothing may be concluded from. One evaluation serves every account that a
//! template does not tell apart: [`ACCOUNT`] stands in its texts for the id of the account.
//!
//! Functions: AWS CloudFormation Template Reference Guide, "Intrinsic functions".

mod functions;
mod value;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};

use super::Template;
use super::intrinsic::Intrinsic;
use super::physical;
use crate::aws::Region;
use crate::document::{MappingRef, NodeRef, SequenceRef, Shape};

pub use value::{ACCOUNT, Value, generated, in_account};

/// Calls inside of calls that are followed; CloudFormation's own templates stay far below.
const DEEPEST: usize = 64;
/// Nodes that are looked at for one stack. Names can refer to names twice over, and so double at each step.
const STEPS: usize = 200_000;

/// A template with what its stack is given.
#[derive(Debug)]
pub struct Stack<'s, 'd> {
    template: &'s Template<'d>,
    parameters: &'s BTreeMap<&'d str, Value>,
    place: Place<'s>,
    /// Conditions that were asked for; one that is being worked out has no answer yet.
    conditions: RefCell<HashMap<&'d str, Option<bool>>>,
    /// Nodes that may still be looked at.
    steps: Cell<usize>,
}

/// Where a stack is, and which.
#[derive(Clone, Copy, Debug)]
pub struct Place<'s> {
    /// The id of the account, or [`ACCOUNT`] for any of several; `None` where nothing may be said of it.
    pub account: Option<&'s str>,
    /// The Region.
    pub region: &'s str,
    /// The partition of the organization, for a Region that is too new to be known.
    pub partition: Option<&'s str>,
    /// What tells this stack from every other one: the name of its stack set.
    pub name: &'s str,
}

impl<'s, 'd> Stack<'s, 'd> {
    /// A stack of `template` with these values of its parameters.
    #[must_use]
    pub fn new(
        template: &'s Template<'d>,
        parameters: &'s BTreeMap<&'d str, Value>,
        place: Place<'s>,
    ) -> Self {
        Self { template, parameters, place, conditions: RefCell::default(), steps: Cell::new(STEPS) }
    }

    /// What tells it from every other one.
    #[must_use]
    pub fn name(&self) -> &'s str {
        self.place.name
    }

    /// What `node` comes to.
    #[must_use]
    pub fn value(&self, node: NodeRef<'d>) -> Value {
        self.at(node, 0)
    }

    /// What a property comes to; [`Value::Nothing`] where it is not given.
    #[must_use]
    pub fn property(&self, resource: &super::Resource<'d>, key: &str) -> Value {
        resource.property(key).map_or(Value::Nothing, |node| self.value(node))
    }

    /// Whether something with this `Condition` is created; `None` where that is unknown.
    #[must_use]
    pub fn creates(&self, condition: Option<NodeRef<'d>>) -> Option<bool> {
        condition.map_or(Some(true), |node| self.condition(node.scalar_text()?, 0))
    }

    /// The assertions of the template's rules that refuse the parameters, as far as that is known.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>
    #[must_use]
    pub fn refusals(&self) -> Vec<MappingRef<'d>> {
        let rules = self.template.section("Rules").and_then(NodeRef::as_mapping);
        let rules =
            rules.into_iter().flat_map(MappingRef::written).filter_map(|rule| rule.value.as_mapping());
        let asked = rules.filter(|rule| {
            rule.get("RuleCondition").is_none_or(|condition| self.holds(condition, 0) == Some(true))
        });
        let assertions = asked.filter_map(|rule| rule.get("Assertions")?.as_sequence());
        let assertions = assertions.flat_map(SequenceRef::items).filter_map(NodeRef::as_mapping);
        assertions
            .filter(|assertion| {
                assertion.get("Assert").is_some_and(|test| self.holds(test, 0) == Some(false))
            })
            .collect()
    }

    fn at(&self, node: NodeRef<'d>, depth: usize) -> Value {
        let left = self.steps.get();
        if depth > DEEPEST || left == 0 {
            return Value::Unknown;
        }
        self.steps.set(left - 1);
        if let Some(call) = Intrinsic::of(node) {
            return self.call(call, depth + 1);
        }
        match node.shape() {
            Shape::Scalar(_) => node.scalar_text().map_or(Value::Unknown, |text| Value::Text(text.into())),
            Shape::Sequence(list) => {
                let items = list.items().map(|item| self.at(item, depth + 1));
                Value::List(items.filter(|item| !matches!(item, Value::Nothing)).collect())
            }
            Shape::Mapping(map) => self.map(map, depth),
        }
    }

    fn map(&self, map: MappingRef<'d>, depth: usize) -> Value {
        let mut entries = Vec::with_capacity(map.len());
        for entry in map.entries() {
            let Some(key) = entry.key.scalar_text() else { return Value::Unknown };
            match self.at(entry.value, depth + 1) {
                Value::Nothing => {}
                value => entries.push((key.into(), value)),
            }
        }
        Value::Map(entries)
    }

    /// A pseudo parameter, a parameter or a resource.
    fn reference(&self, name: &str, depth: usize) -> Value {
        match name {
            "AWS::NoValue" => Value::Nothing,
            "AWS::AccountId" => self.place.account.into(),
            "AWS::Region" => Value::Text(self.place.region.into()),
            "AWS::Partition" => self.partition().into(),
            "AWS::URLSuffix" => Region::find(self.place.region).map(|region| region.url_suffix).into(),
            // StackSets makes names up that no literal is equal to: `StackSet-<stack set>-<id>`.
            "AWS::StackName" => Value::Text(generated(self.place.name, name)),
            "AWS::StackId" | "AWS::NotificationARNs" => Value::Unknown,
            _ => match self.parameters.get(name) {
                Some(value) => value.clone(),
                None => self.resource(name, None, depth),
            },
        }
    }

    fn partition(&self) -> Option<&'s str> {
        Region::find(self.place.region).map(|region| region.partition).or(self.place.partition)
    }

    /// `Ref` of a resource, or one of its attributes.
    fn resource(&self, name: &str, attribute: Option<&str>, depth: usize) -> Value {
        const VAULT: &str = "AWS::Backup::BackupVault";
        const AIR_GAPPED: &str = "AWS::Backup::LogicallyAirGappedBackupVault";
        let Some(resource) = self.template.resources.iter().find(|resource| resource.name == name) else {
            return Value::Unknown;
        };
        let Some(kind) = resource.type_name else { return Value::Unknown };
        let property = |key: &str| match resource.property(key) {
            Some(node) => self.at(node, depth + 1),
            None => Value::Nothing,
        };
        let place = (self.partition(), self.place.account);
        let (Some(partition), Some(account)) = place else { return Value::Unknown };
        let generated = generated(self.place.name, name);
        let arn = |service: &str, region: &str, rest: &Value| match rest {
            Value::Text(rest) => Value::Text(format!("arn:{partition}:{service}:{region}:{account}:{rest}")),
            _ => Value::Unknown,
        };
        let region = self.place.region;
        if let Some(named) = physical::arn_of(kind, attribute) {
            let (region, account) = if named.is_regional { (region, account) } else { ("", "") };
            let head = format!("arn:{partition}:{}:{region}:{account}:{}", named.service, named.prefix);
            let (head, suffix) = (Value::Text(head), Value::Text(named.suffix.to_owned()));
            return match property(named.name) {
                Value::Nothing => Value::Unknown,
                name => Value::join("", &[head, name, suffix]),
            };
        }
        match (kind, attribute) {
            ("AWS::KMS::Key" | "AWS::KMS::ReplicaKey", None | Some("KeyId")) => Value::Text(generated),
            ("AWS::KMS::Key" | "AWS::KMS::ReplicaKey", Some("Arn")) => {
                arn("kms", region, &Value::Text(format!("key/{generated}")))
            }
            ("AWS::IAM::Role", Some("Arn")) => {
                let path = property("Path").or_text("/");
                let name = property("RoleName").or_text(&generated);
                arn("iam", "", &Value::join("", &[Value::Text("role".into()), path, name]))
            }
            (VAULT | AIR_GAPPED, Some("BackupVaultArn")) => {
                let parts = [Value::Text("backup-vault:".into()), property("BackupVaultName")];
                arn("backup", region, &Value::join("", &parts))
            }
            (VAULT | AIR_GAPPED, Some("BackupVaultName")) => property("BackupVaultName"),
            ("AWS::Events::Rule", Some("Arn")) => {
                let name = property("Name").or_text(&generated);
                match property("EventBusName") {
                    Value::Nothing => {
                        arn("events", region, &Value::join("", &[Value::Text("rule/".into()), name]))
                    }
                    bus => arn("events", region, &Value::join("/", &[Value::Text("rule".into()), bus, name])),
                }
            }
            ("AWS::SSM::Parameter", Some("Value")) => property("Value"),
            (_, None) => match physical::named_by(kind).map(property) {
                Some(Value::Nothing) | None => Value::Unknown,
                Some(name) => name,
            },
            _ => Value::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
