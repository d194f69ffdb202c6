//! Settings of the organization and of AWS Backup, roles, and what else is in the management account.

use std::collections::BTreeMap;

use cfct_core::apply::settings::Place;
use cfct_core::aws::AccountId;
use cfct_core::doctor::{Rule, Stack};
use cfct_core::verify::Vault;

use super::{Cloud, State, done};
use crate::error::{AwsError, ErrorKind};
use crate::operation::{backup, cloudformation, events, iam, organizations as operation, sts};
use crate::ports::{BackupReader, BackupSettings, FailedJob, OrganizationSettings, RoleReader, Surroundings};

impl OrganizationSettings for Cloud {
    async fn trusted_services(&self) -> Result<Vec<String>, AwsError> {
        let state = self.called(operation::LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION, "")?;
        Ok(state.trusted_services.iter().cloned().collect())
    }

    async fn trust(&self, service: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::ENABLE_AWS_SERVICE_ACCESS, service)?;
        state.trusted_services.insert(service.to_owned());
        done(&state, operation::ENABLE_AWS_SERVICE_ACCESS, service)
    }

    async fn enable_policy_type(&self, _root: &str, kind: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::ENABLE_POLICY_TYPE, kind)?;
        if !state.policy_types.iter().any(|enabled| enabled == kind) {
            state.policy_types.push(kind.to_owned());
        }
        done(&state, operation::ENABLE_POLICY_TYPE, kind)
    }

    async fn administrators(&self, service: &str) -> Result<Vec<AccountId>, AwsError> {
        let state = self.called(operation::LIST_DELEGATED_ADMINISTRATORS, service)?;
        let of_service = state.administrators.iter().filter(|(of, _)| of == service);
        Ok(of_service.map(|(_, account)| *account).collect())
    }

    async fn register_administrator(&self, service: &str, account: AccountId) -> Result<(), AwsError> {
        let mut state = self.changed(operation::REGISTER_DELEGATED_ADMINISTRATOR, service)?;
        state.administrators.insert((service.to_owned(), account));
        done(&state, operation::REGISTER_DELEGATED_ADMINISTRATOR, service)
    }

    async fn stack_sets_have_access(&self) -> Result<bool, AwsError> {
        Ok(self.called(cloudformation::DESCRIBE_ORGANIZATIONS_ACCESS, "")?.stack_sets_have_access)
    }

    async fn activate_stack_sets(&self) -> Result<(), AwsError> {
        let mut state = self.changed(cloudformation::ACTIVATE_ORGANIZATIONS_ACCESS, "")?;
        state.stack_sets_have_access = true;
        done(&state, cloudformation::ACTIVATE_ORGANIZATIONS_ACCESS, "")
    }
}

impl State {
    /// Whether the account lets the caller in.
    fn enter(&self, account: AccountId) -> Result<(), AwsError> {
        if self.closed_accounts.contains(&account) {
            return Err(AwsError::new(ErrorKind::AccessDenied, sts::ASSUME_ROLE, account.to_string()));
        }
        Ok(())
    }
}

impl BackupSettings for Cloud {
    async fn global_settings(&self) -> Result<BTreeMap<String, String>, AwsError> {
        Ok(self.called(backup::DESCRIBE_GLOBAL_SETTINGS, "")?.global_settings.clone())
    }

    async fn set_global_settings(&self, settings: &BTreeMap<String, String>) -> Result<(), AwsError> {
        let mut state = self.changed(backup::UPDATE_GLOBAL_SETTINGS, "")?;
        state.global_settings.extend(settings.clone());
        done(&state, backup::UPDATE_GLOBAL_SETTINGS, "")
    }

    async fn resource_types(&self, place: &Place) -> Result<BTreeMap<String, bool>, AwsError> {
        let state = self.called(backup::DESCRIBE_REGION_SETTINGS, &place.to_string())?;
        state.enter(place.account)?;
        Ok(state.resource_types.get(place).cloned().unwrap_or_default())
    }

    async fn set_resource_types(
        &self,
        place: &Place,
        types: &BTreeMap<String, bool>,
    ) -> Result<(), AwsError> {
        let mut state = self.changed(backup::UPDATE_REGION_SETTINGS, &place.to_string())?;
        state.enter(place.account)?;
        state.resource_types.entry(place.clone()).or_default().extend(types.clone());
        done(&state, backup::UPDATE_REGION_SETTINGS, "")
    }
}

impl BackupReader for Cloud {
    async fn vaults(&self, place: &Place) -> Result<BTreeMap<String, Vault>, AwsError> {
        let state = self.called(backup::LIST_BACKUP_VAULTS, &place.to_string())?;
        state.enter(place.account)?;
        Ok(state.vaults.get(place).cloned().unwrap_or_default())
    }

    async fn failed_jobs(&self, place: &Place, _since: i64) -> Result<Vec<FailedJob>, AwsError> {
        let state = self.called(backup::LIST_BACKUP_JOBS, &place.to_string())?;
        state.enter(place.account)?;
        Ok(state.failed_jobs.get(place).cloned().unwrap_or_default())
    }
}

impl RoleReader for Cloud {
    async fn has_role(&self, account: AccountId, _region: &str, name: &str) -> Result<bool, AwsError> {
        let state = self.called(iam::GET_ROLE, name)?;
        state.enter(account)?;
        Ok(state.roles.contains(&(account, name.to_owned())))
    }
}

impl Surroundings for Cloud {
    async fn stacks(&self) -> Result<Vec<Stack>, AwsError> {
        Ok(self.called(cloudformation::DESCRIBE_STACKS, "")?.stacks_here.clone())
    }

    async fn rules(&self) -> Result<Vec<Rule>, AwsError> {
        Ok(self.called(events::LIST_RULES, "")?.rules.clone())
    }
}
