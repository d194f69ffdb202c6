//! What the organization lets services and accounts do.

use aws_sdk_cloudformation::types::OrganizationStatus;
use aws_sdk_organizations::types::PolicyType;
use cfct_core::aws::AccountId;

use super::policies::once;
use super::text;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::{cloudformation, organizations as operation};
use crate::ports::OrganizationSettings;

impl OrganizationSettings for Aws {
    async fn trusted_services(&self) -> Result<Vec<String>, AwsError> {
        self.pages(operation::LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION, "", async |token| {
            let request = self.organizations().list_aws_service_access_for_organization();
            let request = request.set_next_token(token).send();
            let page = self.call(operation::LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION, "", request).await?;
            let services = page.enabled_service_principals().iter();
            Ok((services.map(|service| text(service.service_principal())).collect(), page.next_token))
        })
        .await
    }

    async fn trust(&self, service: &str) -> Result<(), AwsError> {
        let request = self.organizations().enable_aws_service_access().service_principal(service).send();
        self.call(operation::ENABLE_AWS_SERVICE_ACCESS, service, request).await?;
        Ok(())
    }

    async fn enable_policy_type(&self, root: &str, kind: &str) -> Result<(), AwsError> {
        let request = self.organizations().enable_policy_type().root_id(root);
        let request = request.policy_type(PolicyType::from(kind)).send();
        let answer = self.call(operation::ENABLE_POLICY_TYPE, kind, request).await;
        once(answer, "PolicyTypeAlreadyEnabledException")
    }

    async fn administrators(&self, service: &str) -> Result<Vec<AccountId>, AwsError> {
        self.pages(operation::LIST_DELEGATED_ADMINISTRATORS, service, async |token| {
            let request = self.organizations().list_delegated_administrators().service_principal(service);
            let request = request.set_next_token(token).send();
            let page = self.call(operation::LIST_DELEGATED_ADMINISTRATORS, service, request).await?;
            let accounts = page.delegated_administrators().iter();
            Ok((accounts.filter_map(|account| account.id()?.parse().ok()).collect(), page.next_token))
        })
        .await
    }

    async fn register_administrator(&self, service: &str, account: AccountId) -> Result<(), AwsError> {
        let request = self.organizations().register_delegated_administrator().service_principal(service);
        let request = request.account_id(account.to_string()).send();
        let answer = self.call(operation::REGISTER_DELEGATED_ADMINISTRATOR, service, request).await;
        once(answer, "AccountAlreadyRegisteredException")
    }

    async fn stack_sets_have_access(&self) -> Result<bool, AwsError> {
        let request = self.cloudformation().describe_organizations_access().send();
        let answer = self.call(cloudformation::DESCRIBE_ORGANIZATIONS_ACCESS, "", request).await?;
        Ok(answer.status() == Some(&OrganizationStatus::Enabled))
    }

    async fn activate_stack_sets(&self) -> Result<(), AwsError> {
        let request = self.cloudformation().activate_organizations_access().send();
        self.call(cloudformation::ACTIVATE_ORGANIZATIONS_ACCESS, "", request).await?;
        Ok(())
    }
}
