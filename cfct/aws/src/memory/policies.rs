//! Changes of policies, and the effective ones.

use cfct_core::aws::AccountId;

use super::{Cloud, State, done, not_found};
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, organizations as operation};
use crate::ports::{EffectivePolicyReader, PolicyEditor, PolicyFacts};

/// Policies of a type that a target takes, as Organizations counts them.
fn slots(kind: &str) -> usize {
    if kind == "RESOURCE_CONTROL_POLICY" { 5 } else { 10 }
}

impl State {
    fn policy(
        &mut self,
        operation: Operation,
        id: &str,
    ) -> Result<&mut (PolicyFacts, String, Vec<String>), AwsError> {
        let found = self.policies.iter_mut().find(|(facts, ..)| facts.id == id);
        found.ok_or_else(|| not_found(operation, id))
    }

    fn attached(&self, kind: &str, target: &str) -> usize {
        let same = self.policies.iter().filter(|(facts, ..)| facts.kind == kind);
        same.filter(|(.., targets)| targets.iter().any(|attached| attached == target)).count()
    }
}

fn refused(operation: Operation, subject: &str, code: &str) -> AwsError {
    AwsError { code: Some(code.to_owned()), ..AwsError::new(ErrorKind::Refused, operation, subject) }
}

impl PolicyEditor for Cloud {
    async fn tags(&self, policy: &str) -> Result<Vec<(String, String)>, AwsError> {
        let mut state = self.called(operation::LIST_TAGS_FOR_RESOURCE, policy)?;
        state.policy(operation::LIST_TAGS_FOR_RESOURCE, policy)?;
        let tags = state.policy_tags.get(policy).cloned().unwrap_or_default();
        Ok(tags.into_iter().collect())
    }

    async fn create(
        &self,
        kind: &str,
        name: &str,
        description: &str,
        content: &str,
        (key, value): (&str, &str),
    ) -> Result<String, AwsError> {
        let mut state = self.changed(operation::CREATE_POLICY, name)?;
        if state.policies.iter().any(|(facts, ..)| facts.kind == kind && facts.name == name) {
            return Err(refused(operation::CREATE_POLICY, name, "DuplicatePolicyException"));
        }
        let id = format!("p-{:08}", state.changes);
        let facts = PolicyFacts {
            id: id.clone(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            description: description.to_owned(),
        };
        state.policies.push((facts, content.to_owned(), Vec::new()));
        state.policy_tags.entry(id.clone()).or_default().insert(key.to_owned(), value.to_owned());
        done(&state, operation::CREATE_POLICY, name)?;
        Ok(id)
    }

    async fn tag(&self, policy: &str, (key, value): (&str, &str)) -> Result<(), AwsError> {
        let mut state = self.changed(operation::TAG_RESOURCE, policy)?;
        state.policy(operation::TAG_RESOURCE, policy)?;
        let tags = state.policy_tags.entry(policy.to_owned()).or_default();
        tags.insert(key.to_owned(), value.to_owned());
        done(&state, operation::TAG_RESOURCE, policy)
    }

    async fn update(&self, policy: &str, description: &str, content: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::UPDATE_POLICY, policy)?;
        let (facts, stored, _) = state.policy(operation::UPDATE_POLICY, policy)?;
        description.clone_into(&mut facts.description);
        content.clone_into(stored);
        done(&state, operation::UPDATE_POLICY, policy)
    }

    async fn attach(&self, policy: &str, target: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::ATTACH_POLICY, policy)?;
        let kind = state.policy(operation::ATTACH_POLICY, policy)?.0.kind.clone();
        if !state.policy_types.contains(&kind) {
            return Err(refused(operation::ATTACH_POLICY, policy, "PolicyTypeNotEnabledException"));
        }
        let is_full = state.attached(&kind, target) >= slots(&kind);
        let (.., targets) = state.policy(operation::ATTACH_POLICY, policy)?;
        if !targets.iter().any(|attached| attached == target) {
            if is_full {
                return Err(refused(operation::ATTACH_POLICY, policy, "ConstraintViolationException"));
            }
            targets.push(target.to_owned());
        }
        done(&state, operation::ATTACH_POLICY, policy)
    }

    async fn detach(&self, policy: &str, target: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::DETACH_POLICY, policy)?;
        let kind = state.policy(operation::DETACH_POLICY, policy)?.0.kind.clone();
        let is_last = kind == "SERVICE_CONTROL_POLICY" && state.attached(&kind, target) == 1;
        let (.., targets) = state.policy(operation::DETACH_POLICY, policy)?;
        if is_last && targets.iter().any(|attached| attached == target) {
            return Err(refused(operation::DETACH_POLICY, policy, "ConstraintViolationException"));
        }
        targets.retain(|attached| attached != target);
        done(&state, operation::DETACH_POLICY, policy)
    }

    async fn delete(&self, policy: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::DELETE_POLICY, policy)?;
        if let Ok((.., targets)) = state.policy(operation::DELETE_POLICY, policy)
            && !targets.is_empty()
        {
            return Err(refused(operation::DELETE_POLICY, policy, "PolicyInUseException"));
        }
        state.policies.retain(|(facts, ..)| facts.id != policy);
        state.policy_tags.remove(policy);
        done(&state, operation::DELETE_POLICY, policy)
    }
}

impl EffectivePolicyReader for Cloud {
    async fn effective_backup_policy(&self, account: AccountId) -> Result<Option<String>, AwsError> {
        let state = self.called(operation::DESCRIBE_EFFECTIVE_POLICY, &account.to_string())?;
        Ok(state.effective_policies.get(&account).cloned())
    }

    async fn invalid_backup_policies(&self) -> Result<Vec<AccountId>, AwsError> {
        let state = self.called(operation::LIST_ACCOUNTS_WITH_INVALID_EFFECTIVE_POLICY, "")?;
        Ok(state.invalid_policies.iter().copied().collect())
    }
}
