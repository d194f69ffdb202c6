//! A snapshot that can be shown around: the same structure, with other ids, names and addresses.
//!
//! A thing has the same new name wherever it stands: an account's id in a policy is the one that the account
//! has in the tree. What a plan works with stays: the shape of the tree, which instances are where, the names
//! that CfCT and AWS themselves give, policy actions, digests of templates.

use std::collections::{BTreeMap, HashMap};

use cfct_core::aws::{AccountId, Region};
use cfct_core::resolution::STACK_SET_PREFIX;
use cfct_core::stack_set_machine::stage::STACK_SET_TAG;
use serde_json::Value;

use super::{Policy, Snapshot, StackSet};
use crate::digest::sha256;

/// The ids of policies that AWS manages; they are the same everywhere.
const OF_AWS: [&str; 2] = ["p-FullAWSAccess", "p-RCPFullAWSAccess"];

/// Maps in policies whose keys are names that people chose.
const NAMED_BY_PEOPLE: [&str; 5] = ["plans", "rules", "copy_actions", "tags", "resources"];

impl Snapshot {
    /// The same organization under other names.
    #[must_use]
    pub fn anonymised(mut self) -> Self {
        let mut names = Names::of(&self);
        let organization = &mut self.organization;
        names.account(&mut organization.management_account_id);
        organization.root_id = names.id(&organization.root_id);
        for unit in &mut organization.organizational_units {
            unit.id = names.id(&unit.id);
            unit.parent = names.id(&unit.parent);
            unit.name = names.word(&unit.name);
        }
        for account in &mut organization.accounts {
            account.id = names.id(&account.id);
            account.parent = names.id(&account.parent);
            account.name = names.word(&account.name);
            account.email = account.email.take().map(|_| format!("{}@example.com", account.name));
        }
        organization.accounts.sort_unstable();
        organization.organizational_units.sort_unstable();
        let baseline = &mut organization.baseline_stack_set;
        baseline.accounts.iter_mut().for_each(|account| names.account(account));
        baseline.accounts.sort_unstable();
        self.deployed.policies.iter_mut().for_each(|policy| names.policy(policy));
        self.deployed.stack_sets.iter_mut().for_each(|stack_set| names.stack_set(stack_set));
        let parameters = std::mem::take(&mut self.deployed.ssm_parameters);
        self.deployed.ssm_parameters =
            parameters.iter().map(|(name, value)| (names.word(name), names.word(value))).collect();
        self
    }
}

/// What is called what.
struct Names {
    /// Ids, as they are found in any text.
    ids: HashMap<String, String>,
    /// Whole names and values, by kind and in the order of the snapshot.
    words: BTreeMap<String, String>,
}

impl Names {
    fn of(snapshot: &Snapshot) -> Self {
        let mut names = Self { ids: HashMap::new(), words: BTreeMap::new() };
        let organization = &snapshot.organization;
        let instances = snapshot.deployed.stack_sets.iter().flat_map(|stack_set| &stack_set.instances);
        let mut accounts: Vec<String> =
            organization.accounts.iter().map(|account| account.id.clone()).collect();
        accounts.push(organization.management_account_id.to_string());
        accounts.extend(organization.baseline_stack_set.accounts.iter().map(ToString::to_string));
        accounts.extend(instances.map(|instance| instance.account.to_string()));
        // In their order, since CfCT's own order is that of ids in places.
        accounts.sort_unstable();
        accounts.dedup();
        names.number(&accounts, |number| format!("{:012}", 100_000_000_000_usize + number));
        names.number(std::slice::from_ref(&organization.root_id), |_| "r-0000".to_owned());
        let units: Vec<String> =
            organization.organizational_units.iter().map(|unit| unit.id.clone()).collect();
        names.number(&units, |number| format!("ou-0000-{number:08}"));
        let policies = snapshot.deployed.policies.iter().map(|policy| policy.id.clone());
        let policies: Vec<String> = policies.filter(|id| !is_of_aws(id)).collect();
        names.number(&policies, |number| format!("p-{number:08}"));
        for unit in &organization.organizational_units {
            names.call("unit", &unit.name);
        }
        for account in &organization.accounts {
            names.call("account", &account.name);
        }
        names
    }

    fn number(&mut self, ids: &[String], name: impl Fn(usize) -> String) {
        for (index, id) in ids.iter().enumerate() {
            self.ids.entry(id.clone()).or_insert_with(|| name(index + 1));
        }
    }

    /// Gives `word` a name of its kind, unless it has one.
    fn call(&mut self, kind: &str, word: &str) -> String {
        let number = self.words.len() + 1;
        self.words.entry(word.to_owned()).or_insert_with(|| format!("{kind}-{number}")).clone()
    }

    fn id(&self, id: &str) -> String {
        self.ids.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn account(&self, account: &mut AccountId) {
        if let Some(other) = self.ids.get(&account.to_string()).and_then(|id| id.parse().ok()) {
            *account = other;
        }
    }

    /// A name or value as a whole; one that is empty, or an id, stays what it is.
    fn word(&mut self, word: &str) -> String {
        match self.ids.get(word) {
            _ if word.is_empty() => String::new(),
            Some(id) => id.clone(),
            None => self.call("name", word),
        }
    }

    fn policy(&mut self, policy: &mut Policy) {
        policy.id = self.id(&policy.id);
        policy.targets.iter_mut().for_each(|target| *target = self.id(target));
        policy.targets.sort_unstable();
        if is_of_aws(&policy.id) {
            return;
        }
        policy.name = self.word(&policy.name);
        policy.description = self.word(&policy.description);
        // What is no JSON cannot be told apart, so nothing of it is shown.
        policy.content = match serde_json::from_str(&policy.content) {
            Ok(mut content) => {
                self.content(&mut content);
                content.to_string()
            }
            Err(_) => String::new(),
        };
    }

    /// What a policy says in the language of AWS stays; names of people's own do not.
    fn content(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.content(item)),
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    match (key.as_str(), &mut *value) {
                        ("Action" | "NotAction" | "Effect" | "Version", _) => continue,
                        (key, Value::Object(named)) if NAMED_BY_PEOPLE.contains(&key) => self.keys(named),
                        _ => {}
                    }
                    self.content(value);
                }
            }
            _ => {}
        }
    }

    /// Keys that people chose. Operators of inheritance are AWS's.
    fn keys(&mut self, fields: &mut serde_json::Map<String, Value>) {
        let named = std::mem::take(fields);
        let named = named.into_iter().map(|(key, value)| match key.starts_with("@@") {
            true => (key, value),
            false => (self.text(&key), value),
        });
        *fields = named.collect();
    }

    /// A text in a policy: an ARN keeps its form.
    fn text(&mut self, text: &str) -> String {
        if is_language(text) {
            return text.to_owned();
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &[arn @ "arn", partition, service, region, account, resource] = parts.as_slice() else {
            return self.word(text);
        };
        let account = self.id(account);
        let end_of_kind = resource.find(['/', ':']).map_or(0, |end| end + 1);
        let (kind, name) = resource.split_at(end_of_kind);
        let name = if name == "*" { name.to_owned() } else { self.word(name) };
        format!("{arn}:{partition}:{service}:{region}:{account}:{kind}{name}")
    }

    fn stack_set(&mut self, stack_set: &mut StackSet) {
        // CfCT's prefix says whose it is.
        stack_set.name = match stack_set.name.strip_prefix(STACK_SET_PREFIX) {
            Some(name) => format!("{STACK_SET_PREFIX}{}", self.word(name)),
            None => self.word(&stack_set.name),
        };
        let digest = stack_set.template_body.take().map(|body| sha256(body.as_bytes()));
        stack_set.template_sha256 = digest.or(stack_set.template_sha256.take());
        for value in stack_set.parameters.values_mut() {
            *value = self.word(value);
        }
        let tags = std::mem::take(&mut stack_set.tags);
        stack_set.tags = tags.into_iter().map(|(key, value)| self.tag(key, &value)).collect();
        for instance in &mut stack_set.instances {
            self.account(&mut instance.account);
            // Reasons quote ARNs and names.
            instance.status_reason = instance.status_reason.take().map(|reason| self.word(&reason).into());
        }
        stack_set.instances.sort_unstable();
    }

    fn tag(&mut self, key: String, value: &str) -> (String, String) {
        if (key.as_str(), value) == STACK_SET_TAG {
            return (key, value.to_owned());
        }
        (self.word(&key), self.word(value))
    }
}

fn is_of_aws(id: &str) -> bool {
    OF_AWS.contains(&id)
}

/// Stars, booleans, numbers, schedules and Regions say nothing about anybody.
fn is_language(text: &str) -> bool {
    let is_number = text.len() < AccountId::DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_schedule = text.starts_with("cron(") || text.starts_with("rate(");
    is_number || is_schedule || ["*", "true", "false"].contains(&text) || Region::find(text).is_some()
}

#[cfg(test)]
mod tests;
