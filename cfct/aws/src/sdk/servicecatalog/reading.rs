//! Portfolios, read.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_servicecatalog::types::{
    AccessStatus, DescribePortfolioShareType, ListTagOptionsFilters, PortfolioShareDetail,
    ProductViewSummary, ProvisioningArtifactDetail, ProvisioningArtifactGuidance, ShareDetails, ShareError,
    ShareStatus, Status, Tag, TagOptionDetail,
};
use cfct_core::catalog::{
    Constraint, ObservedProduct, ObservedVersion, PortfolioDetails, ProductDetails, Share, ShareTarget,
    TagOption,
};

use super::PAGE;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::servicecatalog as operation;
use crate::ports::{CatalogEntry, CatalogReader, PortfolioFacts};
use crate::sdk::text;

impl CatalogReader for Aws {
    async fn organizations_access(&self) -> Result<bool, AwsError> {
        let request = self.servicecatalog().get_aws_organizations_access_status().send();
        let answer = self.call(operation::GET_AWS_ORGANIZATIONS_ACCESS_STATUS, "", request).await?;
        Ok(answer.access_status() == Some(&AccessStatus::Enabled))
    }

    async fn portfolios(&self) -> Result<Vec<CatalogEntry>, AwsError> {
        self.pages(operation::LIST_PORTFOLIOS, "", async |token| {
            let request = self.servicecatalog().list_portfolios().page_size(PAGE).set_page_token(token);
            let page = self.call(operation::LIST_PORTFOLIOS, "", request.send()).await?;
            let entries = page.portfolio_details().iter().map(|portfolio| CatalogEntry {
                id: text(portfolio.id()),
                name: text(portfolio.display_name()),
            });
            Ok((entries.collect(), page.next_page_token))
        })
        .await
    }

    async fn portfolio(&self, id: &str) -> Result<PortfolioFacts, AwsError> {
        let request = self.servicecatalog().describe_portfolio().id(id).send();
        let answer = self.call(operation::DESCRIBE_PORTFOLIO, id, request).await?;
        let detail = answer.portfolio_detail();
        Ok(PortfolioFacts {
            details: PortfolioDetails {
                name: text(detail.and_then(|detail| detail.display_name())),
                provider: text(detail.and_then(|detail| detail.provider_name())),
                description: text(detail.and_then(|detail| detail.description())),
                tags: tags(answer.tags()),
            },
            tag_options: tag_options(answer.tag_options()),
        })
    }

    async fn products(&self, portfolio: Option<&str>) -> Result<Vec<CatalogEntry>, AwsError> {
        let subject = portfolio.unwrap_or_default();
        self.pages(operation::SEARCH_PRODUCTS_AS_ADMIN, subject, async |token| {
            let request = self.servicecatalog().search_products_as_admin();
            let request = request.set_portfolio_id(portfolio.map(str::to_owned)).page_size(PAGE);
            let request = request.set_page_token(token).send();
            let page = self.call(operation::SEARCH_PRODUCTS_AS_ADMIN, subject, request).await?;
            let summaries =
                page.product_view_details().iter().filter_map(|detail| detail.product_view_summary());
            let entries = summaries
                .map(|summary| CatalogEntry { id: text(summary.product_id()), name: text(summary.name()) });
            Ok((entries.collect(), page.next_page_token))
        })
        .await
    }

    async fn product(&self, id: &str) -> Result<ObservedProduct, AwsError> {
        let request = self.servicecatalog().describe_product_as_admin().id(id).send();
        let answer = self.call(operation::DESCRIBE_PRODUCT_AS_ADMIN, id, request).await?;
        let summary = answer.product_view_detail().and_then(|detail| detail.product_view_summary());
        let of = |field: fn(&ProductViewSummary) -> Option<&str>| text(summary.and_then(field));
        Ok(ObservedProduct {
            id: id.to_owned(),
            slug: None,
            details: ProductDetails {
                name: of(ProductViewSummary::name),
                owner: of(ProductViewSummary::owner),
                description: of(ProductViewSummary::short_description),
                distributor: of(ProductViewSummary::distributor),
                support_description: of(ProductViewSummary::support_description),
                support_email: of(ProductViewSummary::support_email),
                support_url: of(ProductViewSummary::support_url),
                tags: tags(answer.tags()),
            },
            tag_options: tag_options(answer.tag_options()),
            versions: Vec::new(),
        })
    }

    async fn versions(&self, product: &str) -> Result<Vec<ObservedVersion>, AwsError> {
        // Service Catalog tells all of them at once.
        let request = self.servicecatalog().list_provisioning_artifacts().product_id(product).send();
        let answer = self.call(operation::LIST_PROVISIONING_ARTIFACTS, product, request).await?;
        Ok(answer.provisioning_artifact_details().iter().map(version).collect())
    }

    async fn version_state(
        &self,
        product: &str,
        version: &str,
    ) -> Result<(Option<String>, String), AwsError> {
        let request = self.servicecatalog().describe_provisioning_artifact().product_id(product);
        let request = request.provisioning_artifact_id(version).send();
        let answer = self.call(operation::DESCRIBE_PROVISIONING_ARTIFACT, version, request).await?;
        let address = answer.info().and_then(|info| {
            ["TemplateUrl", "LoadTemplateFromURL"].into_iter().find_map(|key| info.get(key)).cloned()
        });
        Ok((address, text(answer.status().map(Status::as_str))))
    }

    async fn constraints(&self, portfolio: &str) -> Result<Vec<Constraint>, AwsError> {
        let ids = self
            .pages(operation::LIST_CONSTRAINTS_FOR_PORTFOLIO, portfolio, async |token| {
                let request = self.servicecatalog().list_constraints_for_portfolio();
                let request = request.portfolio_id(portfolio).page_size(PAGE).set_page_token(token).send();
                let page = self.call(operation::LIST_CONSTRAINTS_FOR_PORTFOLIO, portfolio, request).await?;
                let ids = page.constraint_details().iter().map(|detail| text(detail.constraint_id()));
                Ok((ids.collect(), page.next_page_token))
            })
            .await?;
        let mut constraints = Vec::with_capacity(ids.len());
        for id in ids {
            let request = self.servicecatalog().describe_constraint().id(&id).send();
            let answer = self.call(operation::DESCRIBE_CONSTRAINT, &id, request).await?;
            let detail = answer.constraint_detail();
            let parameters = answer.constraint_parameters().unwrap_or_default();
            constraints.push(Constraint {
                kind: text(detail.and_then(|detail| detail.r#type())),
                product: text(detail.and_then(|detail| detail.product_id())),
                // What is no JSON equals nothing that is wanted.
                parameters: serde_json::from_str(parameters).unwrap_or_default(),
                id,
            });
        }
        Ok(constraints)
    }

    async fn principals(&self, portfolio: &str) -> Result<BTreeSet<String>, AwsError> {
        let principals = self
            .pages(operation::LIST_PRINCIPALS_FOR_PORTFOLIO, portfolio, async |token| {
                let request = self.servicecatalog().list_principals_for_portfolio();
                let request = request.portfolio_id(portfolio).page_size(PAGE).set_page_token(token).send();
                let page = self.call(operation::LIST_PRINCIPALS_FOR_PORTFOLIO, portfolio, request).await?;
                let arns = page.principals().iter().map(|principal| text(principal.principal_arn()));
                Ok((arns.collect(), page.next_page_token))
            })
            .await?;
        Ok(principals.into_iter().collect())
    }

    async fn shares(&self, portfolio: &str) -> Result<BTreeMap<ShareTarget, Share>, AwsError> {
        let mut shares = BTreeMap::new();
        for kind in [
            DescribePortfolioShareType::Account,
            DescribePortfolioShareType::Organization,
            DescribePortfolioShareType::OrganizationalUnit,
        ] {
            let of_kind = self
                .pages(operation::DESCRIBE_PORTFOLIO_SHARES, portfolio, async |token| {
                    let request = self.servicecatalog().describe_portfolio_shares();
                    let request = request.portfolio_id(portfolio).r#type(kind.clone()).page_size(PAGE);
                    let request = request.set_page_token(token).send();
                    let page = self.call(operation::DESCRIBE_PORTFOLIO_SHARES, portfolio, request).await?;
                    let shares = page.portfolio_share_details().iter().filter_map(share);
                    Ok((shares.collect::<Vec<_>>(), page.next_page_token))
                })
                .await?;
            shares.extend(of_kind);
        }
        Ok(shares)
    }

    async fn tag_option(&self, option: &TagOption) -> Result<Option<String>, AwsError> {
        let subject = option.to_string();
        let filters = ListTagOptionsFilters::builder().key(&option.key).value(&option.value).build();
        let request = self.servicecatalog().list_tag_options().filters(filters).send();
        let answer = self.call(operation::LIST_TAG_OPTIONS, &subject, request).await?;
        let same = |detail: &&TagOptionDetail| {
            detail.key() == Some(&option.key) && detail.value() == Some(&option.value)
        };
        let found = answer.tag_option_details().iter().find(same);
        Ok(found.and_then(|detail| detail.id()).map(str::to_owned))
    }

    async fn share_state(&self, token: &str) -> Result<(String, Option<String>), AwsError> {
        let request = self.servicecatalog().describe_portfolio_share_status();
        let request = request.portfolio_share_token(token).send();
        let answer = self.call(operation::DESCRIBE_PORTFOLIO_SHARE_STATUS, token, request).await?;
        let errors = answer.share_details().map(ShareDetails::share_errors).unwrap_or_default();
        let says = errors.first().and_then(ShareError::message).map(str::to_owned);
        Ok((text(answer.status().map(ShareStatus::as_str)), says))
    }
}

fn version(detail: &ProvisioningArtifactDetail) -> ObservedVersion {
    let guidance = detail.guidance().map_or("DEFAULT", ProvisioningArtifactGuidance::as_str);
    ObservedVersion {
        id: text(detail.id()),
        name: text(detail.name()),
        description: text(detail.description()),
        guidance: guidance.to_owned(),
        active: detail.active().unwrap_or(true),
        sha256: None,
        has_failed: false,
    }
}

fn share(detail: &PortfolioShareDetail) -> Option<(ShareTarget, Share)> {
    let id = detail.principal_id()?.to_owned();
    let target = match detail.r#type()? {
        DescribePortfolioShareType::Account => ShareTarget::Account(id),
        DescribePortfolioShareType::Organization => ShareTarget::Organization(id),
        DescribePortfolioShareType::OrganizationalUnit => ShareTarget::Unit(id),
        _ => return None,
    };
    Some((target, Share { principals: detail.share_principals(), tag_options: detail.share_tag_options() }))
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn tag_options(options: &[TagOptionDetail]) -> BTreeMap<TagOption, String> {
    let option = |detail: &TagOptionDetail| {
        let option = TagOption { key: text(detail.key()), value: text(detail.value()) };
        (option, text(detail.id()))
    };
    options.iter().map(option).collect()
}
