//! What to do about the difference.
//!
//! What is added comes before what is taken away, so that a user always finds a version to launch; what is taken
//! away goes in the order that Service Catalog wants: constraints, then the product from its portfolio, then the
//! product, then the portfolio.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    Observed, ObservedPortfolio, ObservedProduct, ObservedVersion, TagOption, Wanted, WantedPortfolio,
    WantedProduct, WantedVersion,
};
use super::step::{Change, Decision, Step};
use super::{CONSTRAINTS, Share, ShareTarget};
use crate::decision::Blocked;

/// Decides.
#[must_use]
pub fn decide(wanted: &Wanted, observed: &Observed) -> Decision {
    let mut deciding = Deciding::default();
    let needs_access =
        wanted.portfolios.iter().any(|portfolio| portfolio.shares.keys().any(|target| !target.is_account()));
    if needs_access && observed.organizations_access == Some(false) {
        deciding.added.push(step("", None, None, Change::EnableOrganizationsAccess));
    }
    for portfolio in &wanted.portfolios {
        deciding.portfolio(portfolio, observed);
    }
    let is_wanted = |slug: &str| wanted.portfolios.iter().any(|portfolio| portfolio.slug == slug);
    for gone in &observed.portfolios {
        if gone.stack_set.is_none() && gone.slug.as_deref().is_some_and(|slug| !is_wanted(slug)) {
            deciding.delete_portfolio(gone);
        }
    }
    for (slug, product) in &observed.products {
        let is_kept = wanted.portfolios.iter().any(|portfolio| {
            portfolio.slug == *slug
                && portfolio.products.iter().any(|wanted| wanted.details.name == product.details.name)
        });
        if !is_kept {
            let gone = step("", None, Some(product), Change::DeleteProduct);
            deciding.removed.push(gone);
        }
    }
    let Deciding { mut added, removed, blocked, remarks } = deciding;
    added.extend(removed);
    Decision { steps: added, blocked, remarks }
}

#[derive(Default)]
struct Deciding {
    added: Vec<Step>,
    removed: Vec<Step>,
    blocked: Vec<Blocked>,
    remarks: Vec<String>,
}

/// What a step is about.
#[derive(Clone, Copy)]
struct Subject<'s> {
    portfolio: &'s str,
    portfolio_id: Option<&'s str>,
    product: Option<&'s str>,
    product_id: Option<&'s str>,
}

impl Subject<'_> {
    fn step(self, change: Change) -> Step {
        Step {
            portfolio: self.portfolio.to_owned(),
            portfolio_id: self.portfolio_id.map(str::to_owned),
            product: self.product.map(str::to_owned),
            product_id: self.product_id.map(str::to_owned),
            change,
        }
    }
}

fn step(portfolio: &str, id: Option<&str>, product: Option<&ObservedProduct>, change: Change) -> Step {
    let subject = Subject {
        portfolio,
        portfolio_id: id,
        product: product.map(|product| product.details.name.as_str()),
        product_id: product.map(|product| product.id.as_str()),
    };
    subject.step(change)
}

impl Deciding {
    fn portfolio(&mut self, wanted: &WantedPortfolio, observed: &Observed) {
        let by_stack_set = |known: &&ObservedPortfolio| known.stack_set.as_ref() == Some(&wanted.stack_set);
        if let Some(known) = observed.portfolios.iter().find(by_stack_set) {
            return self.beside_stack_set(wanted, known);
        }
        let name = &wanted.details.name;
        let known = observed.portfolios.iter().find(|known| known.slug.as_ref() == Some(&wanted.slug));
        let foreign = |other: &ObservedPortfolio| other.slug.is_none() && other.details.name == *name;
        if known.is_none() && observed.portfolios.iter().any(foreign) {
            self.blocked.push(Blocked {
                subject: format!("portfolio {name}"),
                reason: "something else made a portfolio of this name".to_owned(),
                help: format!(
                    "give this one another name, or hand that one over by the tag {}={}",
                    super::OWNED,
                    wanted.slug
                ),
            });
            return;
        }
        let subject = Subject {
            portfolio: name,
            portfolio_id: known.map(|known| known.id.as_str()),
            product: None,
            product_id: None,
        };
        let nothing = ObservedPortfolio::default();
        let now = known.unwrap_or(&nothing);
        if known.is_none() {
            let (slug, details) = (wanted.slug.clone(), wanted.details.clone());
            self.added.push(subject.step(Change::CreatePortfolio { slug, details }));
        } else if now.details != wanted.details {
            let without = without(&now.details.tags, &wanted.details.tags);
            let details = wanted.details.clone();
            self.added.push(subject.step(Change::UpdatePortfolio { details, without }));
        }
        self.tag_options(subject, &wanted.tag_options, &now.tag_options);
        for product in &wanted.products {
            self.product(subject, wanted, product, now, observed);
        }
        let added = wanted.principals.difference(&now.principals);
        self.added.extend(added.map(|principal| subject.step(Change::Admit(principal.clone()))));
        let gone = now.principals.difference(&wanted.principals);
        self.removed.extend(gone.map(|principal| subject.step(Change::Expel(principal.clone()))));
        self.shares(subject, &wanted.shares, &now.shares);
        for product in &now.products {
            if !wanted.products.iter().any(|wanted| wanted.details.name == product.details.name) {
                self.remove_product(subject, &wanted.slug, product, now);
            }
        }
    }

    /// What CloudFormation cannot do for a portfolio that it keeps.
    fn beside_stack_set(&mut self, wanted: &WantedPortfolio, known: &ObservedPortfolio) {
        let name = &wanted.details.name;
        self.remarks.push(format!("portfolio {name} and its products: by stack set {}", wanted.stack_set));
        let subject =
            Subject { portfolio: name, portfolio_id: Some(&known.id), product: None, product_id: None };
        let of_api = |shares: &BTreeMap<ShareTarget, Share>| -> BTreeMap<ShareTarget, Share> {
            let shares = shares.iter().filter(|(target, _)| !target.is_account());
            shares.map(|(target, share)| (target.clone(), *share)).collect()
        };
        self.shares(subject, &of_api(&wanted.shares), &of_api(&known.shares));
        for product in &wanted.products {
            let named = |now: &&ObservedProduct| now.details.name == product.details.name;
            let Some(now) = known.products.iter().find(named) else {
                self.remarks.push(format!(
                    "product {} is not there yet: the stack set will make it, then run this again",
                    product.details.name
                ));
                continue;
            };
            let subject = of_product(subject, &product.details.name, Some(&now.id));
            for version in &product.versions {
                let there = now.versions.iter().find(|there| there.name == version.name);
                if let Some(there) = there.filter(|there| is_otherwise(version, there)) {
                    self.added.push(subject.step(update(version, Some(there))));
                }
            }
        }
    }

    fn product(
        &mut self,
        subject: Subject<'_>,
        portfolio: &WantedPortfolio,
        wanted: &WantedProduct,
        now: &ObservedPortfolio,
        observed: &Observed,
    ) {
        let name = &wanted.details.name;
        let ours = |product: &ObservedProduct| {
            product.details.name == *name && product.slug.as_ref() == Some(&portfolio.slug)
        };
        let placed = now.products.iter().find(|product| ours(product));
        let loose = observed.products.iter().map(|(_, product)| product).find(|product| ours(product));
        if placed.is_none() && now.products.iter().any(|product| product.details.name == *name) {
            self.blocked.push(Blocked {
                subject: format!("product {name}"),
                reason: format!(
                    "something else put a product of this name into portfolio {}",
                    subject.portfolio
                ),
                help: "give this one another name, or take that one out".to_owned(),
            });
            return;
        }
        let known = placed.or(loose);
        let subject = of_product(subject, name, known.map(|known| known.id.as_str()));
        self.head(subject, portfolio, wanted, known);
        if placed.is_none() {
            self.added.push(subject.step(Change::PlaceProduct));
        }
        let nothing = BTreeMap::new();
        self.tag_options(subject, &wanted.tag_options, known.map_or(&nothing, |known| &known.tag_options));
        self.constraints(subject, wanted, now);
    }

    /// The product itself and its versions.
    fn head(
        &mut self,
        subject: Subject<'_>,
        portfolio: &WantedPortfolio,
        wanted: &WantedProduct,
        known: Option<&ObservedProduct>,
    ) {
        let Some(known) = known else {
            let Some((first, later)) = wanted.versions.split_first() else { return };
            self.added.push(subject.step(Change::CreateProduct {
                slug: portfolio.slug.clone(),
                details: wanted.details.clone(),
                version: first.clone(),
            }));
            let later = later.iter().map(|version| subject.step(Change::CreateVersion(version.clone())));
            self.added.extend(later);
            let marked = wanted.versions.iter().filter(|version| is_marked(version));
            self.added.extend(marked.map(|version| subject.step(update(version, None))));
            return;
        };
        if known.details != wanted.details {
            let without = without(&known.details.tags, &wanted.details.tags);
            let details = wanted.details.clone();
            self.added.push(subject.step(Change::UpdateProduct { details, without }));
        }
        for version in &wanted.versions {
            match known.versions.iter().find(|there| there.name == version.name) {
                None => {
                    self.added.push(subject.step(Change::CreateVersion(version.clone())));
                    self.added.extend(is_marked(version).then(|| subject.step(update(version, None))));
                }
                Some(there) => self.version(subject, version, there),
            }
        }
        for there in &known.versions {
            if !wanted.versions.iter().any(|version| version.name == there.name) {
                let (id, name) = (there.id.clone(), there.name.clone());
                self.removed.push(subject.step(Change::DeleteVersion { id, name }));
            }
        }
    }

    fn version(&mut self, subject: Subject<'_>, wanted: &WantedVersion, there: &ObservedVersion) {
        let product = subject.product.unwrap_or_default();
        let mut block = |reason: &str, help: &str| {
            self.blocked.push(Blocked {
                subject: format!("version {} of {product}", wanted.name),
                reason: reason.to_owned(),
                help: help.to_owned(),
            });
        };
        match &there.sha256 {
            Some(sha256) if *sha256 != wanted.sha256 => block(
                "it was published with another template, and a version never changes",
                "restore its template, and give the new one a version of its own",
            ),
            _ if there.has_failed => block(
                "Service Catalog could not take its template",
                "look at the template and at who may read the bucket, then publish it as another version",
            ),
            _ => {}
        }
        if there.sha256.is_none() {
            self.remarks.push(format!(
                "version {} of {product} does not tell the digest of its template: it is taken to be the same",
                wanted.name
            ));
        }
        if is_otherwise(wanted, there) || there.description != wanted.description {
            self.added.push(subject.step(update(wanted, Some(there))));
        }
    }

    fn constraints(&mut self, subject: Subject<'_>, wanted: &WantedProduct, now: &ObservedPortfolio) {
        let mut left: Vec<_> = match subject.product_id {
            Some(id) => now.constraints.iter().filter(|constraint| constraint.product == id).collect(),
            None => Vec::new(),
        };
        for kind in CONSTRAINTS {
            let Some(parameters) = wanted.constraints.get(kind) else { continue };
            match left.iter().position(|constraint| constraint.kind == kind) {
                None => {
                    let parameters = parameters.clone();
                    self.added.push(subject.step(Change::CreateConstraint { kind, parameters }));
                }
                Some(place) => {
                    let there = left.remove(place);
                    if there.parameters != *parameters {
                        self.added.push(subject.step(Change::UpdateConstraint {
                            id: there.id.clone(),
                            kind: there.kind.clone(),
                            parameters: parameters.clone(),
                        }));
                    }
                }
            }
        }
        self.removed.extend(left.into_iter().map(|constraint| {
            let (id, kind) = (constraint.id.clone(), constraint.kind.clone());
            subject.step(Change::DeleteConstraint { id, kind })
        }));
    }

    fn tag_options(
        &mut self,
        subject: Subject<'_>,
        wanted: &BTreeSet<TagOption>,
        now: &BTreeMap<TagOption, String>,
    ) {
        let added = wanted.iter().filter(|option| !now.contains_key(option));
        self.added.extend(added.map(|option| subject.step(Change::OfferTagOption(option.clone()))));
        let gone = now.iter().filter(|(option, _)| !wanted.contains(option));
        self.removed.extend(gone.map(|(option, id)| {
            let (id, option) = (id.clone(), option.clone());
            subject.step(Change::WithdrawTagOption { id, option })
        }));
    }

    fn shares(
        &mut self,
        subject: Subject<'_>,
        wanted: &BTreeMap<ShareTarget, Share>,
        now: &BTreeMap<ShareTarget, Share>,
    ) {
        for (target, share) in wanted {
            let change = match now.get(target) {
                None => Change::Share(target.clone(), *share),
                Some(there) if there != share => Change::UpdateShare(target.clone(), *share),
                Some(_) => continue,
            };
            self.added.push(subject.step(change));
        }
        let gone = now.keys().filter(|target| !wanted.contains_key(*target));
        self.removed.extend(gone.map(|target| subject.step(Change::Unshare(target.clone()))));
    }

    fn delete_portfolio(&mut self, gone: &ObservedPortfolio) {
        let subject = Subject {
            portfolio: &gone.details.name,
            portfolio_id: Some(&gone.id),
            product: None,
            product_id: None,
        };
        let slug = gone.slug.as_deref().unwrap_or_default();
        for product in &gone.products {
            self.remove_product(subject, slug, product, gone);
        }
        self.shares(subject, &BTreeMap::new(), &gone.shares);
        let expelled = gone.principals.iter().map(|principal| subject.step(Change::Expel(principal.clone())));
        self.removed.extend(expelled);
        self.tag_options(subject, &BTreeSet::new(), &gone.tag_options);
        self.removed.push(subject.step(Change::DeletePortfolio));
    }

    /// A product of somebody else only leaves the portfolio.
    fn remove_product(
        &mut self,
        subject: Subject<'_>,
        slug: &str,
        product: &ObservedProduct,
        now: &ObservedPortfolio,
    ) {
        let subject = of_product(subject, &product.details.name, Some(&product.id));
        let constraints = now.constraints.iter().filter(|constraint| constraint.product == product.id);
        self.removed.extend(constraints.map(|constraint| {
            let (id, kind) = (constraint.id.clone(), constraint.kind.clone());
            subject.step(Change::DeleteConstraint { id, kind })
        }));
        self.removed.push(subject.step(Change::RemoveProduct));
        if product.slug.as_deref() == Some(slug) {
            self.tag_options(subject, &BTreeSet::new(), &product.tag_options);
            self.removed.push(subject.step(Change::DeleteProduct));
        }
    }
}

fn of_product<'s>(subject: Subject<'s>, name: &'s str, id: Option<&'s str>) -> Subject<'s> {
    Subject { product: Some(name), product_id: id, ..subject }
}

/// Whether a version has to be changed after it was made.
fn is_marked(version: &WantedVersion) -> bool {
    version.guidance != "DEFAULT" || !version.active
}

fn is_otherwise(wanted: &WantedVersion, there: &ObservedVersion) -> bool {
    wanted.guidance != there.guidance || wanted.active != there.active
}

fn update(wanted: &WantedVersion, there: Option<&ObservedVersion>) -> Change {
    Change::UpdateVersion {
        id: there.map(|there| there.id.clone()),
        name: wanted.name.clone(),
        description: wanted.description.clone(),
        guidance: wanted.guidance.clone(),
        active: wanted.active,
    }
}

/// The keys of tags that are no longer wanted.
fn without(now: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> Vec<String> {
    now.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect()
}
