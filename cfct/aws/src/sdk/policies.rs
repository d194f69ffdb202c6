//! Changes of policies, and the effective ones.
//!
//! The SDK repeats a call whose answer was lost, so what a second call complains of is what the first one did.

use aws_sdk_organizations::types::{EffectivePolicyType, PolicyType, Tag};
use cfct_core::aws::AccountId;

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, organizations as operation};
use crate::ports::{EffectivePolicyReader, PolicyEditor};

/// Lets a call pass that had its effect before.
pub(super) fn once<T>(answer: Result<T, AwsError>, code: &str) -> Result<(), AwsError> {
    match answer {
        Err(error) if error.code.as_deref() == Some(code) => Ok(()),
        answer => answer.map(|_| ()),
    }
}

impl Aws {
    /// An answer without what AWS documents as always there.
    fn without(&self, operation: Operation, subject: &str, what: &str) -> AwsError {
        self.place(
            AwsError::new(ErrorKind::BadAnswer, operation, subject).because(format!("there is no {what}")),
        )
    }

    /// A tag in the SDK's type.
    fn tag_of(&self, operation: Operation, (key, value): (&str, &str)) -> Result<Tag, AwsError> {
        let tag = Tag::builder().key(key).value(value).build();
        tag.map_err(|error| {
            self.place(AwsError::new(ErrorKind::Refused, operation, key).because(error.to_string()))
        })
    }
}

impl PolicyEditor for Aws {
    async fn tags(&self, policy: &str) -> Result<Vec<(String, String)>, AwsError> {
        self.pages(operation::LIST_TAGS_FOR_RESOURCE, policy, async |token| {
            let request = self.organizations().list_tags_for_resource().resource_id(policy);
            let request = request.set_next_token(token).send();
            let page = self.call(operation::LIST_TAGS_FOR_RESOURCE, policy, request).await?;
            let tags = page.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
            Ok((tags.collect(), page.next_token))
        })
        .await
    }

    async fn create(
        &self,
        kind: &str,
        name: &str,
        description: &str,
        content: &str,
        tag: (&str, &str),
    ) -> Result<String, AwsError> {
        let request = self.organizations().create_policy().r#type(PolicyType::from(kind)).name(name);
        let request = request.description(description).content(content);
        let request = request.tags(self.tag_of(operation::CREATE_POLICY, tag)?).send();
        let answer = self.call(operation::CREATE_POLICY, name, request).await?;
        let summary = answer.policy().and_then(|policy| policy.policy_summary());
        let id = text(summary.and_then(|summary| summary.id()));
        if id.is_empty() { Err(self.without(operation::CREATE_POLICY, name, "id")) } else { Ok(id) }
    }

    async fn tag(&self, policy: &str, tag: (&str, &str)) -> Result<(), AwsError> {
        let tag = self.tag_of(operation::TAG_RESOURCE, tag)?;
        let request = self.organizations().tag_resource().resource_id(policy).tags(tag).send();
        self.call(operation::TAG_RESOURCE, policy, request).await?;
        Ok(())
    }

    async fn update(&self, policy: &str, description: &str, content: &str) -> Result<(), AwsError> {
        let request = self.organizations().update_policy().policy_id(policy);
        let request = request.description(description).content(content).send();
        self.call(operation::UPDATE_POLICY, policy, request).await?;
        Ok(())
    }

    async fn attach(&self, policy: &str, target: &str) -> Result<(), AwsError> {
        let request = self.organizations().attach_policy().policy_id(policy).target_id(target).send();
        let answer = self.call(operation::ATTACH_POLICY, policy, request).await;
        once(answer, "DuplicatePolicyAttachmentException")
    }

    async fn detach(&self, policy: &str, target: &str) -> Result<(), AwsError> {
        let request = self.organizations().detach_policy().policy_id(policy).target_id(target).send();
        once(self.call(operation::DETACH_POLICY, policy, request).await, "PolicyNotAttachedException")
    }

    async fn delete(&self, policy: &str) -> Result<(), AwsError> {
        let request = self.organizations().delete_policy().policy_id(policy).send();
        once(self.call(operation::DELETE_POLICY, policy, request).await, "PolicyNotFoundException")
    }
}

impl EffectivePolicyReader for Aws {
    async fn effective_backup_policy(&self, account: AccountId) -> Result<Option<String>, AwsError> {
        let account = account.to_string();
        let request = self.organizations().describe_effective_policy().target_id(&account);
        let request = request.policy_type(EffectivePolicyType::BackupPolicy).send();
        match self.call(operation::DESCRIBE_EFFECTIVE_POLICY, &account, request).await {
            Ok(answer) => {
                Ok(answer.effective_policy().and_then(|policy| policy.policy_content()).map(str::to_owned))
            }
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn invalid_backup_policies(&self) -> Result<Vec<AccountId>, AwsError> {
        let operation = operation::LIST_ACCOUNTS_WITH_INVALID_EFFECTIVE_POLICY;
        self.pages(operation, "", async |token| {
            let request = self.organizations().list_accounts_with_invalid_effective_policy();
            let request = request.policy_type(EffectivePolicyType::BackupPolicy).set_next_token(token).send();
            let page = self.call(operation, "", request).await?;
            let accounts = page.accounts().iter().filter_map(|account| account.id()?.parse().ok());
            Ok((accounts.collect(), page.next_token))
        })
        .await
    }
}
