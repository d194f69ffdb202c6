//! The organization, its policies, and who calls.

use super::{Cloud, not_found};
use crate::error::{AwsError, ErrorKind};
use crate::operation::{organizations as operation, ssm, sts};
use crate::ports::{
    AccountFacts, Caller, Identity, OrganizationFacts, OrganizationReader, ParameterFacts, ParameterReader,
    PolicyFacts, PolicyStore, Root, UnitFacts,
};

impl Identity for Cloud {
    async fn caller(&self) -> Result<Caller, AwsError> {
        let account = self.called(sts::GET_CALLER_IDENTITY, "")?.caller.clone();
        Ok(Caller { arn: format!("arn:aws:sts::{account}:assumed-role/operator/test"), account })
    }
}

impl OrganizationReader for Cloud {
    async fn organization(&self) -> Result<OrganizationFacts, AwsError> {
        let state = self.called(operation::DESCRIBE_ORGANIZATION, "")?;
        if state.management_account.is_empty() {
            return Err(AwsError::new(ErrorKind::NoOrganization, operation::DESCRIBE_ORGANIZATION, ""));
        }
        Ok(OrganizationFacts {
            id: "o-0123456789".to_owned(),
            management_account: state.management_account.clone(),
        })
    }

    async fn root(&self) -> Result<Root, AwsError> {
        let state = self.called(operation::LIST_ROOTS, "")?;
        Ok(Root { id: state.root.clone(), policy_types: state.policy_types.clone() })
    }

    async fn units(&self, parent: &str) -> Result<Vec<UnitFacts>, AwsError> {
        let state = self.called(operation::LIST_ORGANIZATIONAL_UNITS_FOR_PARENT, parent)?;
        Ok(state.units.get(parent).cloned().unwrap_or_default())
    }

    async fn all_accounts(&self) -> Result<Vec<AccountFacts>, AwsError> {
        let state = self.called(operation::LIST_ACCOUNTS, "")?;
        Ok(state.accounts.values().flatten().cloned().collect())
    }

    async fn account(&self, account: &str) -> Result<Option<AccountFacts>, AwsError> {
        let state = self.called(operation::DESCRIBE_ACCOUNT, account)?;
        Ok(state.accounts.values().flatten().find(|facts| facts.id == account).cloned())
    }

    async fn parent(&self, child: &str) -> Result<String, AwsError> {
        let state = self.called(operation::LIST_PARENTS, child)?;
        let of_account = state.accounts.iter().find(|(_, below)| below.iter().any(|facts| facts.id == child));
        let of_unit = state.units.iter().find(|(_, below)| below.iter().any(|facts| facts.id == child));
        let parent = of_account.map(|(parent, _)| parent).or(of_unit.map(|(parent, _)| parent));
        parent.cloned().ok_or_else(|| not_found(operation::LIST_PARENTS, child))
    }

    async fn unit(&self, unit: &str) -> Result<UnitFacts, AwsError> {
        let state = self.called(operation::DESCRIBE_ORGANIZATIONAL_UNIT, unit)?;
        let found = state.units.values().flatten().find(|facts| facts.id == unit);
        found.cloned().ok_or_else(|| not_found(operation::DESCRIBE_ORGANIZATIONAL_UNIT, unit))
    }

    async fn accounts(&self, parent: &str) -> Result<Vec<AccountFacts>, AwsError> {
        let state = self.called(operation::LIST_ACCOUNTS_FOR_PARENT, parent)?;
        Ok(state.accounts.get(parent).cloned().unwrap_or_default())
    }
}

impl PolicyStore for Cloud {
    async fn policies(&self, kind: &str) -> Result<Vec<PolicyFacts>, AwsError> {
        let state = self.called(operation::LIST_POLICIES, kind)?;
        Ok(state
            .policies
            .iter()
            .map(|(facts, ..)| facts)
            .filter(|facts| facts.kind == kind)
            .cloned()
            .collect())
    }

    async fn content(&self, policy: &str) -> Result<String, AwsError> {
        let state = self.called(operation::DESCRIBE_POLICY, policy)?;
        let found = state.policies.iter().find(|(facts, ..)| facts.id == policy);
        found
            .map(|(_, content, _)| content.clone())
            .ok_or_else(|| not_found(operation::DESCRIBE_POLICY, policy))
    }

    async fn targets(&self, policy: &str) -> Result<Vec<String>, AwsError> {
        let state = self.called(operation::LIST_TARGETS_FOR_POLICY, policy)?;
        let found = state.policies.iter().find(|(facts, ..)| facts.id == policy);
        found
            .map(|(.., targets)| targets.clone())
            .ok_or_else(|| not_found(operation::LIST_TARGETS_FOR_POLICY, policy))
    }
}

impl ParameterReader for Cloud {
    async fn parameters(&self, names: &[String]) -> Result<Vec<ParameterFacts>, AwsError> {
        let state = self.called(ssm::GET_PARAMETERS, &names.join(", "))?;
        let found = state.parameters.iter().filter(|parameter| names.contains(&parameter.name));
        Ok(found.cloned().collect())
    }
}
