//! The organization and its policies.

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, AccountState, AccountStatus, PolicyType, PolicyTypeStatus};

use super::text;
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::organizations as operation;
use crate::ports::{
    AccountFacts, OrganizationFacts, OrganizationReader, PolicyFacts, PolicyStore, Root, UnitFacts,
};

impl Aws {
    pub(super) fn organizations(&self) -> &Client {
        self.clients.organizations.get_or_init(|| Client::new(&self.sdk))
    }
}

impl OrganizationReader for Aws {
    async fn organization(&self) -> Result<OrganizationFacts, AwsError> {
        let request = self.organizations().describe_organization().send();
        let answer = self.call(operation::DESCRIBE_ORGANIZATION, "", request).await?;
        let organization = answer.organization();
        Ok(OrganizationFacts {
            id: text(organization.and_then(|organization| organization.id())),
            management_account: text(organization.and_then(|organization| organization.master_account_id())),
        })
    }

    async fn root(&self) -> Result<Root, AwsError> {
        let roots = self
            .pages(operation::LIST_ROOTS, "", async |token| {
                let request = self.organizations().list_roots().set_next_token(token).send();
                let page = self.call(operation::LIST_ROOTS, "", request).await?;
                Ok((page.roots.unwrap_or_default(), page.next_token))
            })
            .await?;
        // AWS has one: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html
        let root = roots.first().ok_or_else(|| {
            self.place(
                AwsError::new(ErrorKind::BadAnswer, operation::LIST_ROOTS, "").because("there is no root"),
            )
        })?;
        let types = root.policy_types().iter();
        let enabled = types.filter(|kind| kind.status() == Some(&PolicyTypeStatus::Enabled));
        let policy_types = enabled.filter_map(|kind| kind.r#type()).map(|kind| kind.as_str().to_owned());
        Ok(Root { id: text(root.id()), policy_types: policy_types.collect() })
    }

    async fn units(&self, parent: &str) -> Result<Vec<UnitFacts>, AwsError> {
        self.pages(operation::LIST_ORGANIZATIONAL_UNITS_FOR_PARENT, parent, async |token| {
            let request = self.organizations().list_organizational_units_for_parent();
            let request = request.parent_id(parent).set_next_token(token).send();
            let page = self.call(operation::LIST_ORGANIZATIONAL_UNITS_FOR_PARENT, parent, request).await?;
            let units = page.organizational_units().iter();
            let units = units.map(|unit| UnitFacts { id: text(unit.id()), name: text(unit.name()) });
            Ok((units.collect(), page.next_token))
        })
        .await
    }

    async fn all_accounts(&self) -> Result<Vec<AccountFacts>, AwsError> {
        self.pages(operation::LIST_ACCOUNTS, "", async |token| {
            let request = self.organizations().list_accounts().set_next_token(token).send();
            let page = self.call(operation::LIST_ACCOUNTS, "", request).await?;
            Ok((page.accounts().iter().map(facts).collect(), page.next_token))
        })
        .await
    }

    async fn account(&self, account: &str) -> Result<Option<AccountFacts>, AwsError> {
        let request = self.organizations().describe_account().account_id(account).send();
        match self.call(operation::DESCRIBE_ACCOUNT, account, request).await {
            Ok(answer) => Ok(answer.account().map(facts)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn parent(&self, child: &str) -> Result<String, AwsError> {
        let request = self.organizations().list_parents().child_id(child).send();
        let answer = self.call(operation::LIST_PARENTS, child, request).await?;
        // AWS has one: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
        let parent = answer.parents().first().and_then(|parent| parent.id()).map(str::to_owned);
        parent.ok_or_else(|| {
            let error = AwsError::new(ErrorKind::BadAnswer, operation::LIST_PARENTS, child);
            self.place(error.because("it has no parent"))
        })
    }

    async fn unit(&self, unit: &str) -> Result<UnitFacts, AwsError> {
        let request = self.organizations().describe_organizational_unit();
        let request = request.organizational_unit_id(unit).send();
        let answer = self.call(operation::DESCRIBE_ORGANIZATIONAL_UNIT, unit, request).await?;
        let facts = answer.organizational_unit();
        Ok(UnitFacts { id: unit.to_owned(), name: text(facts.and_then(|facts| facts.name())) })
    }

    async fn accounts(&self, parent: &str) -> Result<Vec<AccountFacts>, AwsError> {
        self.pages(operation::LIST_ACCOUNTS_FOR_PARENT, parent, async |token| {
            let request = self.organizations().list_accounts_for_parent();
            let request = request.parent_id(parent).set_next_token(token).send();
            let page = self.call(operation::LIST_ACCOUNTS_FOR_PARENT, parent, request).await?;
            Ok((page.accounts().iter().map(facts).collect(), page.next_token))
        })
        .await
    }
}

impl PolicyStore for Aws {
    async fn policies(&self, kind: &str) -> Result<Vec<PolicyFacts>, AwsError> {
        self.pages(operation::LIST_POLICIES, kind, async |token| {
            let request = self.organizations().list_policies().filter(PolicyType::from(kind));
            let request = request.set_next_token(token).send();
            let page = self.call(operation::LIST_POLICIES, kind, request).await?;
            let policies = page.policies().iter().map(|policy| PolicyFacts {
                id: text(policy.id()),
                name: text(policy.name()),
                kind: kind.to_owned(),
                description: text(policy.description()),
            });
            Ok((policies.collect(), page.next_token))
        })
        .await
    }

    async fn content(&self, policy: &str) -> Result<String, AwsError> {
        let request = self.organizations().describe_policy().policy_id(policy).send();
        let answer = self.call(operation::DESCRIBE_POLICY, policy, request).await?;
        Ok(text(answer.policy().and_then(|policy| policy.content())))
    }

    async fn targets(&self, policy: &str) -> Result<Vec<String>, AwsError> {
        self.pages(operation::LIST_TARGETS_FOR_POLICY, policy, async |token| {
            let request = self.organizations().list_targets_for_policy();
            let request = request.policy_id(policy).set_next_token(token).send();
            let page = self.call(operation::LIST_TARGETS_FOR_POLICY, policy, request).await?;
            Ok((page.targets().iter().map(|target| text(target.target_id())).collect(), page.next_token))
        })
        .await
    }
}

/// `State` takes the place of `Status`, which AWS retires in September 2026; where it is missing, as in
/// emulators, the older field has to do.
///
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html>
fn facts(account: &Account) -> AccountFacts {
    let status = account.status().map(AccountStatus::as_str);
    AccountFacts {
        id: text(account.id()),
        name: text(account.name()),
        email: account.email().map(str::to_owned),
        status: text(account.state().map(AccountState::as_str).or(status)),
    }
}
