//! Portfolios, changed.
//!
//! Tokens of what is made are the SDK's own, one for each call with its retries: what an earlier run made is found
//! by its tag, and a token of an earlier run would bring back what was deleted since.

use aws_sdk_servicecatalog::types::{
    OrganizationNode, OrganizationNodeType, PrincipalType, ProductType, ProvisioningArtifactGuidance,
    ProvisioningArtifactProperties, ProvisioningArtifactType,
};
use cfct_core::catalog::{PortfolioDetails, ProductDetails, Share, ShareTarget, TagOption, WantedVersion};
use serde_json::Value;

use super::{several, tag, tags};
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, servicecatalog as operation};
use crate::ports::{CatalogEditor, CatalogReader};

impl CatalogEditor for Aws {
    async fn enable_organizations_access(&self) -> Result<(), AwsError> {
        let request = self.servicecatalog().enable_aws_organizations_access().send();
        self.call(operation::ENABLE_AWS_ORGANIZATIONS_ACCESS, "", request).await.map(|_| ())
    }

    async fn create_portfolio(
        &self,
        details: &PortfolioDetails,
        (key, value): (&str, &str),
    ) -> Result<String, AwsError> {
        let request = self.servicecatalog().create_portfolio().display_name(&details.name);
        let request = request.provider_name(&details.provider).set_description(given(&details.description));
        let all = tags(&details.tags).into_iter().chain(tag(key, value)).collect();
        let request = request.set_tags(Some(all)).send();
        let answer = self.call(operation::CREATE_PORTFOLIO, &details.name, request).await?;
        let id = answer.portfolio_detail().and_then(|detail| detail.id());
        self.expected(id, operation::CREATE_PORTFOLIO, &details.name)
    }

    async fn update_portfolio(
        &self,
        id: &str,
        details: &PortfolioDetails,
        without: &[String],
    ) -> Result<(), AwsError> {
        let request = self.servicecatalog().update_portfolio().id(id).display_name(&details.name);
        let request = request.provider_name(&details.provider).description(&details.description);
        let request = request.set_add_tags(several(tags(&details.tags)));
        let request = request.set_remove_tags(several(without.to_vec())).send();
        self.call(operation::UPDATE_PORTFOLIO, id, request).await.map(|_| ())
    }

    async fn delete_portfolio(&self, id: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().delete_portfolio().id(id).send();
        so_already(self.call(operation::DELETE_PORTFOLIO, id, request).await.map(|_| ()))
    }

    async fn create_product(
        &self,
        details: &ProductDetails,
        (key, value): (&str, &str),
        version: &WantedVersion,
        address: &str,
    ) -> Result<(String, String), AwsError> {
        let request = self.servicecatalog().create_product().name(&details.name).owner(&details.owner);
        let request = request
            .product_type(ProductType::CloudFormationTemplate)
            .set_description(given(&details.description))
            .set_distributor(given(&details.distributor))
            .set_support_description(given(&details.support_description))
            .set_support_email(given(&details.support_email))
            .set_support_url(given(&details.support_url));
        let all = tags(&details.tags).into_iter().chain(tag(key, value)).collect();
        let request = request.set_tags(Some(all));
        let request = request.provisioning_artifact_parameters(artifact(version, address)).send();
        let answer = self.call(operation::CREATE_PRODUCT, &details.name, request).await?;
        let summary = answer.product_view_detail().and_then(|detail| detail.product_view_summary());
        let product = summary.and_then(|summary| summary.product_id());
        let product = self.expected(product, operation::CREATE_PRODUCT, &details.name)?;
        let version = answer.provisioning_artifact_detail().and_then(|detail| detail.id());
        Ok((product, self.expected(version, operation::CREATE_PRODUCT, &details.name)?))
    }

    async fn update_product(
        &self,
        id: &str,
        details: &ProductDetails,
        without: &[String],
    ) -> Result<(), AwsError> {
        let request = self.servicecatalog().update_product().id(id).name(&details.name);
        let request = request
            .owner(&details.owner)
            .description(&details.description)
            .distributor(&details.distributor)
            .support_description(&details.support_description)
            .support_email(&details.support_email)
            .support_url(&details.support_url)
            .set_add_tags(several(tags(&details.tags)))
            .set_remove_tags(several(without.to_vec()))
            .send();
        self.call(operation::UPDATE_PRODUCT, id, request).await.map(|_| ())
    }

    async fn delete_product(&self, id: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().delete_product().id(id).send();
        so_already(self.call(operation::DELETE_PRODUCT, id, request).await.map(|_| ()))
    }

    async fn place(&self, product: &str, portfolio: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().associate_product_with_portfolio();
        let request = request.product_id(product).portfolio_id(portfolio).send();
        self.call(operation::ASSOCIATE_PRODUCT_WITH_PORTFOLIO, product, request).await.map(|_| ())
    }

    async fn displace(&self, product: &str, portfolio: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().disassociate_product_from_portfolio();
        let request = request.product_id(product).portfolio_id(portfolio).send();
        so_already(
            self.call(operation::DISASSOCIATE_PRODUCT_FROM_PORTFOLIO, product, request).await.map(|_| ()),
        )
    }

    async fn create_version(
        &self,
        product: &str,
        version: &WantedVersion,
        address: &str,
    ) -> Result<String, AwsError> {
        let request = self.servicecatalog().create_provisioning_artifact().product_id(product);
        let request = request.parameters(artifact(version, address)).send();
        let answer = self.call(operation::CREATE_PROVISIONING_ARTIFACT, &version.name, request).await?;
        let id = answer.provisioning_artifact_detail().and_then(|detail| detail.id());
        self.expected(id, operation::CREATE_PROVISIONING_ARTIFACT, &version.name)
    }

    async fn update_version(
        &self,
        product: &str,
        version: &str,
        description: &str,
        guidance: &str,
        active: bool,
    ) -> Result<(), AwsError> {
        let request = self.servicecatalog().update_provisioning_artifact().product_id(product);
        let request = request.provisioning_artifact_id(version).description(description).active(active);
        let request = request.guidance(ProvisioningArtifactGuidance::from(guidance)).send();
        self.call(operation::UPDATE_PROVISIONING_ARTIFACT, version, request).await.map(|_| ())
    }

    async fn delete_version(&self, product: &str, version: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().delete_provisioning_artifact().product_id(product);
        let request = request.provisioning_artifact_id(version).send();
        so_already(self.call(operation::DELETE_PROVISIONING_ARTIFACT, version, request).await.map(|_| ()))
    }

    async fn create_constraint(
        &self,
        portfolio: &str,
        product: &str,
        kind: &str,
        parameters: &Value,
    ) -> Result<(), AwsError> {
        let request = self.servicecatalog().create_constraint().portfolio_id(portfolio);
        let request = request.product_id(product).r#type(kind).parameters(parameters.to_string()).send();
        self.call(operation::CREATE_CONSTRAINT, product, request).await.map(|_| ())
    }

    async fn update_constraint(&self, id: &str, parameters: &Value) -> Result<(), AwsError> {
        let request = self.servicecatalog().update_constraint().id(id);
        let request = request.parameters(parameters.to_string()).send();
        self.call(operation::UPDATE_CONSTRAINT, id, request).await.map(|_| ())
    }

    async fn delete_constraint(&self, id: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().delete_constraint().id(id).send();
        so_already(self.call(operation::DELETE_CONSTRAINT, id, request).await.map(|_| ()))
    }

    async fn create_tag_option(&self, option: &TagOption) -> Result<String, AwsError> {
        let subject = option.to_string();
        let request = self.servicecatalog().create_tag_option().key(&option.key).value(&option.value).send();
        let answer = match self.call(operation::CREATE_TAG_OPTION, &subject, request).await {
            Ok(answer) => answer,
            // It has no token: the answer to an earlier try may have been lost.
            Err(error) if is_duplicate(&error) => {
                let id = self.tag_option(option).await?;
                return self.expected(id.as_deref(), operation::CREATE_TAG_OPTION, &subject);
            }
            Err(error) => return Err(error),
        };
        let id = answer.tag_option_detail().and_then(|detail| detail.id());
        self.expected(id, operation::CREATE_TAG_OPTION, &subject)
    }

    async fn offer_tag_option(&self, id: &str, with: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().associate_tag_option_with_resource();
        let request = request.tag_option_id(id).resource_id(with).send();
        so_already(self.call(operation::ASSOCIATE_TAG_OPTION_WITH_RESOURCE, with, request).await.map(|_| ()))
    }

    async fn withdraw_tag_option(&self, id: &str, from: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().disassociate_tag_option_from_resource();
        let request = request.tag_option_id(id).resource_id(from).send();
        so_already(
            self.call(operation::DISASSOCIATE_TAG_OPTION_FROM_RESOURCE, from, request).await.map(|_| ()),
        )
    }

    async fn admit(&self, portfolio: &str, principal: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().associate_principal_with_portfolio().portfolio_id(portfolio);
        let request = request.principal_arn(principal).principal_type(PrincipalType::IamPattern).send();
        self.call(operation::ASSOCIATE_PRINCIPAL_WITH_PORTFOLIO, principal, request).await.map(|_| ())
    }

    async fn expel(&self, portfolio: &str, principal: &str) -> Result<(), AwsError> {
        let request = self.servicecatalog().disassociate_principal_from_portfolio().portfolio_id(portfolio);
        let request = request.principal_arn(principal).principal_type(principal_type(principal)).send();
        so_already(
            self.call(operation::DISASSOCIATE_PRINCIPAL_FROM_PORTFOLIO, principal, request).await.map(|_| ()),
        )
    }

    async fn share(
        &self,
        portfolio: &str,
        with: &ShareTarget,
        share: Share,
    ) -> Result<Option<String>, AwsError> {
        let (account, node) = target(with);
        let request = self.servicecatalog().create_portfolio_share().portfolio_id(portfolio);
        let request = request.set_account_id(account).set_organization_node(node);
        let request = request.share_tag_options(share.tag_options).share_principals(share.principals);
        let answer = self.call(operation::CREATE_PORTFOLIO_SHARE, with.id(), request.send()).await?;
        Ok(answer.portfolio_share_token)
    }

    async fn update_share(
        &self,
        portfolio: &str,
        with: &ShareTarget,
        share: Share,
    ) -> Result<Option<String>, AwsError> {
        let (account, node) = target(with);
        let request = self.servicecatalog().update_portfolio_share().portfolio_id(portfolio);
        let request = request.set_account_id(account).set_organization_node(node);
        let request = request.share_tag_options(share.tag_options).share_principals(share.principals);
        let answer = self.call(operation::UPDATE_PORTFOLIO_SHARE, with.id(), request.send()).await?;
        Ok(answer.portfolio_share_token)
    }

    async fn unshare(&self, portfolio: &str, with: &ShareTarget) -> Result<Option<String>, AwsError> {
        let (account, node) = target(with);
        let request = self.servicecatalog().delete_portfolio_share().portfolio_id(portfolio);
        let request = request.set_account_id(account).set_organization_node(node).send();
        match self.call(operation::DELETE_PORTFOLIO_SHARE, with.id(), request).await {
            Ok(answer) => Ok(answer.portfolio_share_token),
            Err(error) => so_already(Err(error)).map(|()| None),
        }
    }
}

impl Aws {
    /// What AWS documents as always there, and what nothing can go on without.
    fn expected(&self, id: Option<&str>, operation: Operation, subject: &str) -> Result<String, AwsError> {
        id.map(str::to_owned).ok_or_else(|| {
            let error = AwsError::new(ErrorKind::BadAnswer, operation, subject);
            self.place(error.because("the answer has no id"))
        })
    }
}

fn artifact(version: &WantedVersion, address: &str) -> ProvisioningArtifactProperties {
    ProvisioningArtifactProperties::builder()
        .name(&version.name)
        .set_description(given(&version.description))
        .r#type(ProvisioningArtifactType::CloudFormationTemplate)
        .info("LoadTemplateFromURL", address)
        .build()
}

fn target(with: &ShareTarget) -> (Option<String>, Option<OrganizationNode>) {
    let node = |kind, id: &str| Some(OrganizationNode::builder().r#type(kind).value(id).build());
    match with {
        ShareTarget::Account(id) => (Some(id.clone()), None),
        ShareTarget::Organization(id) => (None, node(OrganizationNodeType::Organization, id)),
        ShareTarget::Unit(id) => (None, node(OrganizationNodeType::OrganizationalUnit, id)),
    }
}

/// A pattern has no account in its ARN.
fn principal_type(arn: &str) -> PrincipalType {
    if arn.contains(":iam:::") { PrincipalType::IamPattern } else { PrincipalType::Iam }
}

fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What is gone is gone, and what is there is there: the answer to an earlier try may have been lost.
fn so_already(answer: Result<(), AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound || is_duplicate(&error) => Ok(()),
        answer => answer,
    }
}

fn is_duplicate(error: &AwsError) -> bool {
    error.code.as_deref() == Some("DuplicateResourceException")
}
