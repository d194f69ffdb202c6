//! Carrying a decision out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cfct_core::catalog::{Change, OWNED, Step};
use cfct_core::decision::Change as _;

use super::observe::Places;
use crate::apply::Outcome;
use crate::error::{AwsError, ErrorKind};
use crate::operation::{Operation, servicecatalog};
use crate::ports::{CatalogEditor, CatalogReader};

/// How often to look whether something is ready, and for how long.
const LOOKS: u32 = 120;

/// Carries steps out, in their order, and tells of each. `address` is where the template of a key lies, `pause`
/// how long to wait between two looks at what takes time. A step that fails takes with it what builds on it: the
/// later steps of the same product, or of the same portfolio, and whatever would be taken away of that portfolio,
/// since what was to take its place may be missing.
pub async fn act<H, P>(
    places: &Places<'_, H, P>,
    steps: &[Step],
    address: impl Fn(&str) -> String,
    pause: Duration,
    mut tell: impl FnMut(&Step, &Outcome),
) -> Vec<Outcome>
where
    H: CatalogEditor,
    P: CatalogReader + CatalogEditor,
{
    let mut acting = Acting {
        places,
        address: &address,
        pause,
        portfolios: BTreeMap::new(),
        products: BTreeMap::new(),
        versions: BTreeMap::new(),
    };
    let mut failed = Failed::default();
    let mut outcomes = Vec::with_capacity(steps.len());
    for step in steps {
        let outcome = match failed.held_back(step) {
            Some(why) => Outcome::NotTried(why),
            None => match acting.step(step).await {
                Ok(()) => Outcome::Done,
                Err(error) => {
                    failed.note(step, &error);
                    Outcome::Failed(error)
                }
            },
        };
        tell(step, &outcome);
        outcomes.push(outcome);
    }
    outcomes
}

/// What failed so far.
#[derive(Default)]
struct Failed<'s> {
    ended: bool,
    access: bool,
    portfolios: BTreeSet<&'s str>,
    products: BTreeSet<(&'s str, &'s str)>,
}

impl<'s> Failed<'s> {
    fn note(&mut self, step: &'s Step, error: &AwsError) {
        self.ended |= error.ends_the_run();
        self.access |= step.change == Change::EnableOrganizationsAccess;
        match &step.product {
            Some(product) => {
                self.products.insert((&step.portfolio, product));
            }
            None => {
                self.portfolios.insert(&step.portfolio);
            }
        }
    }

    fn held_back(&self, step: &Step) -> Option<&'static str> {
        let portfolio = step.portfolio.as_str();
        let of_portfolio = self.portfolios.contains(portfolio);
        let of_product =
            step.product.as_deref().is_some_and(|product| self.products.contains(&(portfolio, product)));
        let needs_access = matches!(&step.change, Change::Share(with, _) | Change::UpdateShare(with, _)
            if !with.is_account());
        let anything_of_it = || of_portfolio || self.products.iter().any(|(of, _)| *of == portfolio);
        if self.ended {
            Some("the run ended before it")
        } else if of_product {
            Some("an earlier step of the product failed")
        } else if of_portfolio && step.portfolio_id.is_none() {
            Some("the portfolio could not be made")
        } else if self.access && needs_access {
            Some("Service Catalog has no access to the organization")
        } else if step.is_destructive() && anything_of_it() {
            Some("an earlier step of the portfolio failed")
        } else {
            None
        }
    }
}

struct Acting<'a, H, P> {
    places: &'a Places<'a, H, P>,
    address: &'a dyn Fn(&str) -> String,
    pause: Duration,
    /// Ids of what was made on the way, by names.
    portfolios: BTreeMap<&'a str, String>,
    products: BTreeMap<(&'a str, &'a str), String>,
    versions: BTreeMap<(&'a str, &'a str, &'a str), String>,
}

impl<'a, H, P> Acting<'a, H, P>
where
    H: CatalogEditor,
    P: CatalogReader + CatalogEditor,
{
    async fn step(&mut self, step: &'a Step) -> Result<(), AwsError> {
        let offering = self.places.offering;
        let names = (step.portfolio.as_str(), step.product.as_deref().unwrap_or_default());
        match &step.change {
            Change::EnableOrganizationsAccess => self.places.home.enable_organizations_access().await,
            Change::CreatePortfolio { slug, details } => {
                let id = offering.create_portfolio(details, (OWNED, slug)).await?;
                self.portfolios.insert(names.0, id);
                Ok(())
            }
            Change::CreateProduct { slug, details, version } => {
                let address = (self.address)(&version.key);
                let made = offering.create_product(details, (OWNED, slug), version, &address).await?;
                self.versions.insert((names.0, names.1, &version.name), made.1.clone());
                self.products.insert(names, made.0.clone());
                self.available(&made.0, &made.1).await
            }
            Change::CreateVersion(version) => {
                let product = self.product(step)?;
                let address = (self.address)(&version.key);
                let id = offering.create_version(&product, version, &address).await?;
                self.versions.insert((names.0, names.1, &version.name), id.clone());
                self.available(&product, &id).await
            }
            Change::UpdateVersion { id, name, description, guidance, active } => {
                let made = self.versions.get(&(names.0, names.1, name.as_str()));
                let Some(id) = id.as_ref().or(made) else { return Err(unknown(name)) };
                let product = self.product(step)?;
                offering.update_version(&product, id, description, guidance, *active).await
            }
            _ if step.product.is_some() => self.of_product(step).await,
            _ => self.of_portfolio(step).await,
        }
    }

    async fn of_product(&self, step: &Step) -> Result<(), AwsError> {
        let (offering, product) = (self.places.offering, self.product(step)?);
        match &step.change {
            Change::UpdateProduct { details, without } => {
                offering.update_product(&product, details, without).await
            }
            Change::PlaceProduct => offering.place(&product, &self.portfolio(step)?).await,
            Change::RemoveProduct => offering.displace(&product, &self.portfolio(step)?).await,
            Change::DeleteProduct => offering.delete_product(&product).await,
            Change::DeleteVersion { id, .. } => offering.delete_version(&product, id).await,
            Change::CreateConstraint { kind, parameters } => {
                let portfolio = self.portfolio(step)?;
                offering.create_constraint(&portfolio, &product, kind, parameters).await
            }
            Change::UpdateConstraint { id, parameters, .. } => {
                offering.update_constraint(id, parameters).await
            }
            Change::DeleteConstraint { id, .. } => offering.delete_constraint(id).await,
            _ => self.tag_option(step, &product).await,
        }
    }

    async fn of_portfolio(&self, step: &Step) -> Result<(), AwsError> {
        let (offering, portfolio) = (self.places.offering, self.portfolio(step)?);
        let token = match &step.change {
            Change::UpdatePortfolio { details, without } => {
                return offering.update_portfolio(&portfolio, details, without).await;
            }
            Change::DeletePortfolio => return offering.delete_portfolio(&portfolio).await,
            Change::Admit(principal) => return offering.admit(&portfolio, principal).await,
            Change::Expel(principal) => return offering.expel(&portfolio, principal).await,
            Change::Share(with, share) => offering.share(&portfolio, with, *share).await?,
            Change::UpdateShare(with, share) => offering.update_share(&portfolio, with, *share).await?,
            Change::Unshare(with) => offering.unshare(&portfolio, with).await?,
            _ => return self.tag_option(step, &portfolio).await,
        };
        match token {
            Some(token) => self.shared(&token).await,
            None => Ok(()),
        }
    }

    async fn tag_option(&self, step: &Step, on: &str) -> Result<(), AwsError> {
        let offering = self.places.offering;
        match &step.change {
            Change::OfferTagOption(option) => {
                let id = match offering.tag_option(option).await? {
                    Some(id) => id,
                    None => offering.create_tag_option(option).await?,
                };
                offering.offer_tag_option(&id, on).await
            }
            Change::WithdrawTagOption { id, .. } => offering.withdraw_tag_option(id, on).await,
            _ => Ok(()),
        }
    }

    fn portfolio(&self, step: &Step) -> Result<String, AwsError> {
        let made = self.portfolios.get(step.portfolio.as_str());
        step.portfolio_id.as_ref().or(made).cloned().ok_or_else(|| unknown(&step.portfolio))
    }

    fn product(&self, step: &Step) -> Result<String, AwsError> {
        let name = step.product.as_deref().unwrap_or_default();
        let made = self.products.get(&(step.portfolio.as_str(), name));
        step.product_id.as_ref().or(made).cloned().ok_or_else(|| unknown(name))
    }

    /// Waits until Service Catalog has taken the template of a version.
    async fn available(&self, product: &str, version: &str) -> Result<(), AwsError> {
        let operation = servicecatalog::DESCRIBE_PROVISIONING_ARTIFACT;
        for _ in 0..LOOKS {
            match self.places.offering.version_state(product, version).await?.1.as_str() {
                "CREATING" => tokio::time::sleep(self.pause).await,
                "FAILED" => {
                    let error = AwsError::new(ErrorKind::Refused, operation, version);
                    return Err(error.because("Service Catalog could not take the template"));
                }
                _ => return Ok(()),
            }
        }
        Err(not_yet(operation, version))
    }

    /// Waits until a share is there for all accounts.
    async fn shared(&self, token: &str) -> Result<(), AwsError> {
        let operation = servicecatalog::DESCRIBE_PORTFOLIO_SHARE_STATUS;
        for _ in 0..LOOKS {
            let (state, says) = self.places.offering.share_state(token).await?;
            match state.as_str() {
                "COMPLETED" => return Ok(()),
                "COMPLETED_WITH_ERRORS" | "ERROR" => {
                    let error = AwsError::new(ErrorKind::Refused, operation, token);
                    let says = says.unwrap_or_else(|| "some accounts do not have it".to_owned());
                    return Err(error.because(says));
                }
                _ => tokio::time::sleep(self.pause).await,
            }
        }
        Err(not_yet(operation, token))
    }
}

fn not_yet(operation: Operation, subject: &str) -> AwsError {
    AwsError::new(ErrorKind::TimedOut, operation, subject)
        .because("it is not there yet; run the command again")
}

/// An earlier step should have made it.
fn unknown(name: &str) -> AwsError {
    AwsError::new(ErrorKind::NotFound, servicecatalog::DESCRIBE_PORTFOLIO, name)
        .because("it is not there; run the command again")
}
