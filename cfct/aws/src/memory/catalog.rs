//! Service Catalog, for who offers products.

use std::collections::{BTreeMap, BTreeSet};

use cfct_core::catalog::{
    Constraint, ObservedPortfolio, ObservedProduct, ObservedVersion, PortfolioDetails, ProductDetails,
    Provisioning, Share, ShareTarget, TagOption, Values, WantedVersion,
};
use cfct_core::diagnosis::StackEvent;
use serde_json::Value;

use super::{Cloud, not_found};
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, servicecatalog as operation};
use crate::ports::{
    CatalogEditor, CatalogEntry, CatalogReader, PortfolioFacts, ProvisionedProduct, Record, StackResource,
};

/// What is offered and launched.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Whether Service Catalog may ask the organization.
    pub organizations_access: bool,
    /// Portfolios by their ids, all tags among their details.
    pub portfolios: BTreeMap<String, ObservedPortfolio>,
    /// Products by their ids, likewise; the address of a version's template stands in place of its digest.
    pub products: BTreeMap<String, ObservedProduct>,
    /// Which product is in which portfolio.
    pub placed: BTreeSet<(String, String)>,
    /// Tag options with their ids.
    pub tag_options: BTreeMap<TagOption, String>,
    /// What each product takes.
    pub takes: Provisioning,
    /// What was launched, with its parameters.
    pub launched: Vec<(ProvisionedProduct, Values)>,
    /// Records by their ids.
    pub records: BTreeMap<String, Record>,
    /// Records by the token that made them.
    pub tokens: BTreeMap<String, String>,
    /// The template, the resources and the events of every stack.
    pub stack: (String, Vec<StackResource>, Vec<StackEvent>),
    /// How many things were made: what ids are made of.
    pub made: usize,
}

impl Shelf {
    pub(super) fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}-{:04}", self.made)
    }

    fn portfolio(&mut self, id: &str, of: Operation) -> Result<&mut ObservedPortfolio, AwsError> {
        self.portfolios.get_mut(id).ok_or_else(|| not_found(of, id))
    }

    pub(super) fn product(&mut self, id: &str, of: Operation) -> Result<&mut ObservedProduct, AwsError> {
        self.products.get_mut(id).ok_or_else(|| not_found(of, id))
    }

    fn version(&mut self, product: &str, id: &str, of: Operation) -> Result<&mut ObservedVersion, AwsError> {
        let mut versions = self.product(product, of)?.versions.iter_mut();
        versions.find(|version| version.id == id).ok_or_else(|| not_found(of, id))
    }

    fn options_of(&mut self, id: &str, of: Operation) -> Result<&mut BTreeMap<TagOption, String>, AwsError> {
        let portfolio = self.portfolios.get_mut(id).map(|own| &mut own.tag_options);
        let product = self.products.get_mut(id).map(|own| &mut own.tag_options);
        portfolio.or(product).ok_or_else(|| not_found(of, id))
    }
}

fn in_use(of: Operation, id: &str) -> AwsError {
    AwsError::new(ErrorKind::Conflict, of, id)
}

impl CatalogReader for Cloud {
    async fn organizations_access(&self) -> Result<bool, AwsError> {
        Ok(self.called(operation::GET_AWS_ORGANIZATIONS_ACCESS_STATUS, "")?.shelf.organizations_access)
    }

    async fn portfolios(&self) -> Result<Vec<CatalogEntry>, AwsError> {
        let state = self.called(operation::LIST_PORTFOLIOS, "")?;
        let all = state.shelf.portfolios.iter();
        Ok(all.map(|(id, own)| CatalogEntry { id: id.clone(), name: own.details.name.clone() }).collect())
    }

    async fn portfolio(&self, id: &str) -> Result<PortfolioFacts, AwsError> {
        let mut state = self.called(operation::DESCRIBE_PORTFOLIO, id)?;
        let own = state.shelf.portfolio(id, operation::DESCRIBE_PORTFOLIO)?;
        Ok(PortfolioFacts { details: own.details.clone(), tag_options: own.tag_options.clone() })
    }

    async fn products(&self, portfolio: Option<&str>) -> Result<Vec<CatalogEntry>, AwsError> {
        let state = self.called(operation::SEARCH_PRODUCTS_AS_ADMIN, portfolio.unwrap_or_default())?;
        let shelf = &state.shelf;
        let is_there = |id: &str| {
            portfolio.is_none_or(|portfolio| shelf.placed.contains(&(id.to_owned(), portfolio.to_owned())))
        };
        let all = shelf.products.iter().filter(|(id, _)| is_there(id));
        Ok(all.map(|(id, own)| CatalogEntry { id: id.clone(), name: own.details.name.clone() }).collect())
    }

    async fn product(&self, id: &str) -> Result<ObservedProduct, AwsError> {
        let mut state = self.called(operation::DESCRIBE_PRODUCT_AS_ADMIN, id)?;
        let own = state.shelf.product(id, operation::DESCRIBE_PRODUCT_AS_ADMIN)?;
        Ok(ObservedProduct { versions: Vec::new(), ..own.clone() })
    }

    async fn versions(&self, product: &str) -> Result<Vec<ObservedVersion>, AwsError> {
        let mut state = self.called(operation::LIST_PROVISIONING_ARTIFACTS, product)?;
        let own = state.shelf.product(product, operation::LIST_PROVISIONING_ARTIFACTS)?;
        let bare = |version: &ObservedVersion| ObservedVersion { sha256: None, ..version.clone() };
        Ok(own.versions.iter().map(bare).collect())
    }

    async fn version_state(
        &self,
        product: &str,
        version: &str,
    ) -> Result<(Option<String>, String), AwsError> {
        let mut state = self.called(operation::DESCRIBE_PROVISIONING_ARTIFACT, version)?;
        let own = state.shelf.version(product, version, operation::DESCRIBE_PROVISIONING_ARTIFACT)?;
        let status = if own.has_failed { "FAILED" } else { "AVAILABLE" };
        Ok((own.sha256.clone(), status.to_owned()))
    }

    async fn constraints(&self, portfolio: &str) -> Result<Vec<Constraint>, AwsError> {
        let mut state = self.called(operation::LIST_CONSTRAINTS_FOR_PORTFOLIO, portfolio)?;
        Ok(state.shelf.portfolio(portfolio, operation::LIST_CONSTRAINTS_FOR_PORTFOLIO)?.constraints.clone())
    }

    async fn principals(&self, portfolio: &str) -> Result<BTreeSet<String>, AwsError> {
        let mut state = self.called(operation::LIST_PRINCIPALS_FOR_PORTFOLIO, portfolio)?;
        Ok(state.shelf.portfolio(portfolio, operation::LIST_PRINCIPALS_FOR_PORTFOLIO)?.principals.clone())
    }

    async fn shares(&self, portfolio: &str) -> Result<BTreeMap<ShareTarget, Share>, AwsError> {
        let mut state = self.called(operation::DESCRIBE_PORTFOLIO_SHARES, portfolio)?;
        Ok(state.shelf.portfolio(portfolio, operation::DESCRIBE_PORTFOLIO_SHARES)?.shares.clone())
    }

    async fn tag_option(&self, option: &TagOption) -> Result<Option<String>, AwsError> {
        let state = self.called(operation::LIST_TAG_OPTIONS, &option.to_string())?;
        Ok(state.shelf.tag_options.get(option).cloned())
    }

    async fn share_state(&self, token: &str) -> Result<(String, Option<String>), AwsError> {
        drop(self.called(operation::DESCRIBE_PORTFOLIO_SHARE_STATUS, token)?);
        Ok(("COMPLETED".to_owned(), None))
    }
}

impl CatalogEditor for Cloud {
    async fn enable_organizations_access(&self) -> Result<(), AwsError> {
        self.changed(operation::ENABLE_AWS_ORGANIZATIONS_ACCESS, "")?.shelf.organizations_access = true;
        Ok(())
    }

    async fn create_portfolio(
        &self,
        details: &PortfolioDetails,
        (key, value): (&str, &str),
    ) -> Result<String, AwsError> {
        let mut state = self.changed(operation::CREATE_PORTFOLIO, &details.name)?;
        let id = state.shelf.id("port");
        let mut details = details.clone();
        details.tags.insert(key.to_owned(), value.to_owned());
        let own = ObservedPortfolio { id: id.clone(), details, ..ObservedPortfolio::default() };
        state.shelf.portfolios.insert(id.clone(), own);
        Ok(id)
    }

    async fn update_portfolio(
        &self,
        id: &str,
        details: &PortfolioDetails,
        without: &[String],
    ) -> Result<(), AwsError> {
        let mut state = self.changed(operation::UPDATE_PORTFOLIO, id)?;
        let own = state.shelf.portfolio(id, operation::UPDATE_PORTFOLIO)?;
        let tags = retagged(&own.details.tags, &details.tags, without);
        own.details = PortfolioDetails { tags, ..details.clone() };
        Ok(())
    }

    async fn delete_portfolio(&self, id: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::DELETE_PORTFOLIO, id)?;
        let is_used = state.shelf.placed.iter().any(|(_, portfolio)| portfolio == id);
        let Some(own) = state.shelf.portfolios.get(id) else { return Ok(()) };
        if is_used || !own.principals.is_empty() || !own.shares.is_empty() || !own.tag_options.is_empty() {
            return Err(in_use(operation::DELETE_PORTFOLIO, id));
        }
        state.shelf.portfolios.remove(id);
        Ok(())
    }

    async fn create_product(
        &self,
        details: &ProductDetails,
        (key, value): (&str, &str),
        version: &WantedVersion,
        address: &str,
    ) -> Result<(String, String), AwsError> {
        let mut state = self.changed(operation::CREATE_PRODUCT, &details.name)?;
        let (id, first) = (state.shelf.id("prod"), state.shelf.id("pa"));
        let mut details = details.clone();
        details.tags.insert(key.to_owned(), value.to_owned());
        let versions = vec![made(first.clone(), version, address)];
        let own = ObservedProduct { id: id.clone(), details, versions, ..ObservedProduct::default() };
        state.shelf.products.insert(id.clone(), own);
        Ok((id, first))
    }

    async fn update_product(
        &self,
        id: &str,
        details: &ProductDetails,
        without: &[String],
    ) -> Result<(), AwsError> {
        let mut state = self.changed(operation::UPDATE_PRODUCT, id)?;
        let own = state.shelf.product(id, operation::UPDATE_PRODUCT)?;
        let tags = retagged(&own.details.tags, &details.tags, without);
        own.details = ProductDetails { tags, ..details.clone() };
        Ok(())
    }

    async fn delete_product(&self, id: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::DELETE_PRODUCT, id)?;
        if state.shelf.placed.iter().any(|(product, _)| product == id) {
            return Err(in_use(operation::DELETE_PRODUCT, id));
        }
        state.shelf.products.remove(id);
        Ok(())
    }

    async fn place(&self, product: &str, portfolio: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::ASSOCIATE_PRODUCT_WITH_PORTFOLIO, product)?;
        state.shelf.placed.insert((product.to_owned(), portfolio.to_owned()));
        Ok(())
    }

    async fn displace(&self, product: &str, portfolio: &str) -> Result<(), AwsError> {
        let of = operation::DISASSOCIATE_PRODUCT_FROM_PORTFOLIO;
        let mut state = self.changed(of, product)?;
        let own = state.shelf.portfolio(portfolio, of)?;
        if own.constraints.iter().any(|constraint| constraint.product == product) {
            return Err(in_use(of, product));
        }
        state.shelf.placed.remove(&(product.to_owned(), portfolio.to_owned()));
        Ok(())
    }

    async fn create_version(
        &self,
        product: &str,
        version: &WantedVersion,
        address: &str,
    ) -> Result<String, AwsError> {
        let mut state = self.changed(operation::CREATE_PROVISIONING_ARTIFACT, &version.name)?;
        let id = state.shelf.id("pa");
        let own = state.shelf.product(product, operation::CREATE_PROVISIONING_ARTIFACT)?;
        own.versions.push(made(id.clone(), version, address));
        Ok(id)
    }

    async fn update_version(
        &self,
        product: &str,
        version: &str,
        description: &str,
        guidance: &str,
        active: bool,
    ) -> Result<(), AwsError> {
        let mut state = self.changed(operation::UPDATE_PROVISIONING_ARTIFACT, version)?;
        let own = state.shelf.version(product, version, operation::UPDATE_PROVISIONING_ARTIFACT)?;
        (own.description, own.guidance, own.active) = (description.to_owned(), guidance.to_owned(), active);
        Ok(())
    }

    async fn delete_version(&self, product: &str, version: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::DELETE_PROVISIONING_ARTIFACT, version)?;
        let own = state.shelf.product(product, operation::DELETE_PROVISIONING_ARTIFACT)?;
        own.versions.retain(|known| known.id != version);
        Ok(())
    }

    async fn create_constraint(
        &self,
        portfolio: &str,
        product: &str,
        kind: &str,
        parameters: &Value,
    ) -> Result<(), AwsError> {
        let mut state = self.changed(operation::CREATE_CONSTRAINT, product)?;
        let id = state.shelf.id("cons");
        let is_placed = state.shelf.placed.contains(&(product.to_owned(), portfolio.to_owned()));
        let own = state.shelf.portfolio(portfolio, operation::CREATE_CONSTRAINT)?;
        if !is_placed {
            return Err(not_found(operation::CREATE_CONSTRAINT, product));
        }
        let (kind, product, parameters) = (kind.to_owned(), product.to_owned(), parameters.clone());
        own.constraints.push(Constraint { id, kind, product, parameters });
        Ok(())
    }

    async fn update_constraint(&self, id: &str, parameters: &Value) -> Result<(), AwsError> {
        let mut state = self.changed(operation::UPDATE_CONSTRAINT, id)?;
        let all = state.shelf.portfolios.values_mut().flat_map(|own| &mut own.constraints);
        for constraint in all.filter(|constraint| constraint.id == id) {
            constraint.parameters = parameters.clone();
        }
        Ok(())
    }

    async fn delete_constraint(&self, id: &str) -> Result<(), AwsError> {
        let mut state = self.changed(operation::DELETE_CONSTRAINT, id)?;
        for own in state.shelf.portfolios.values_mut() {
            own.constraints.retain(|constraint| constraint.id != id);
        }
        Ok(())
    }

    async fn create_tag_option(&self, option: &TagOption) -> Result<String, AwsError> {
        let mut state = self.changed(operation::CREATE_TAG_OPTION, &option.to_string())?;
        let id = state.shelf.id("tag");
        state.shelf.tag_options.insert(option.clone(), id.clone());
        Ok(id)
    }

    async fn offer_tag_option(&self, id: &str, with: &str) -> Result<(), AwsError> {
        let of = operation::ASSOCIATE_TAG_OPTION_WITH_RESOURCE;
        let mut state = self.changed(of, with)?;
        let known = state.shelf.tag_options.iter().find(|(_, known)| *known == id);
        let option = known.map(|(option, _)| option.clone()).ok_or_else(|| not_found(of, id))?;
        state.shelf.options_of(with, of)?.insert(option, id.to_owned());
        Ok(())
    }

    async fn withdraw_tag_option(&self, id: &str, from: &str) -> Result<(), AwsError> {
        let of = operation::DISASSOCIATE_TAG_OPTION_FROM_RESOURCE;
        let mut state = self.changed(of, from)?;
        state.shelf.options_of(from, of)?.retain(|_, known| known != id);
        Ok(())
    }

    async fn admit(&self, portfolio: &str, principal: &str) -> Result<(), AwsError> {
        let of = operation::ASSOCIATE_PRINCIPAL_WITH_PORTFOLIO;
        let mut state = self.changed(of, principal)?;
        state.shelf.portfolio(portfolio, of)?.principals.insert(principal.to_owned());
        Ok(())
    }

    async fn expel(&self, portfolio: &str, principal: &str) -> Result<(), AwsError> {
        let of = operation::DISASSOCIATE_PRINCIPAL_FROM_PORTFOLIO;
        let mut state = self.changed(of, principal)?;
        state.shelf.portfolio(portfolio, of)?.principals.remove(principal);
        Ok(())
    }

    async fn share(
        &self,
        portfolio: &str,
        with: &ShareTarget,
        share: Share,
    ) -> Result<Option<String>, AwsError> {
        let mut state = self.changed(operation::CREATE_PORTFOLIO_SHARE, with.id())?;
        if !with.is_account() && !state.shelf.organizations_access {
            let error = AwsError::new(ErrorKind::Refused, operation::CREATE_PORTFOLIO_SHARE, with.id());
            return Err(error.because("access to the organization is off"));
        }
        let own = state.shelf.portfolio(portfolio, operation::CREATE_PORTFOLIO_SHARE)?;
        own.shares.insert(with.clone(), share);
        Ok((!with.is_account()).then(|| "share".to_owned()))
    }

    async fn update_share(
        &self,
        portfolio: &str,
        with: &ShareTarget,
        share: Share,
    ) -> Result<Option<String>, AwsError> {
        let mut state = self.changed(operation::UPDATE_PORTFOLIO_SHARE, with.id())?;
        let own = state.shelf.portfolio(portfolio, operation::UPDATE_PORTFOLIO_SHARE)?;
        own.shares.insert(with.clone(), share);
        Ok(None)
    }

    async fn unshare(&self, portfolio: &str, with: &ShareTarget) -> Result<Option<String>, AwsError> {
        let mut state = self.changed(operation::DELETE_PORTFOLIO_SHARE, with.id())?;
        state.shelf.portfolio(portfolio, operation::DELETE_PORTFOLIO_SHARE)?.shares.remove(with);
        Ok(None)
    }
}

fn made(id: String, version: &WantedVersion, address: &str) -> ObservedVersion {
    ObservedVersion {
        id,
        name: version.name.clone(),
        description: version.description.clone(),
        guidance: "DEFAULT".to_owned(),
        active: true,
        sha256: Some(address.to_owned()),
        has_failed: false,
    }
}

fn retagged(
    now: &BTreeMap<String, String>,
    more: &BTreeMap<String, String>,
    without: &[String],
) -> BTreeMap<String, String> {
    let all = now.iter().chain(more).filter(|(key, _)| !without.contains(key));
    all.map(|(key, value)| (key.clone(), value.clone())).collect()
}
