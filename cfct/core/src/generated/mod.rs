//! What packaging adds to a configuration: CfCT has no `deploy_method` for backup policies and none for
//! portfolios, so each becomes a CloudFormation template and a stack set resource that deploys it. The source
//! stays as it is.

pub(crate) mod account;
mod backup_policies;
pub mod codes;
mod insertion;
mod logical_id;
mod portfolios;
mod stack_set;

use crate::checks::{Context, settings_of};
use std::collections::BTreeMap;

use crate::configuration::{Configuration, Content, Kind, Listed, MANIFEST};
use crate::finding::{Finding, Level};
use crate::limits::Limits;
use crate::manifest::{Manifest, Version, schema};
use crate::organization::Organization;
use crate::source::{Location, PackagePath, SourceFile};
use crate::words::head;

use backup_policies::BackupPolicies;
use codes::organization::TOO_LARGE;
use codes::package::{COLLISION, MANIFEST_FORM};
use codes::packaging::WITHOUT_ORGANIZATION;
use portfolios::Portfolios;
use stack_set::StackSet;

pub use backup_policies::{RESOURCE, TEMPLATE};
pub use portfolios::catalog::{Catalog, CatalogPortfolio, LaterVersion, OrganizationNode, Share};
pub(crate) use portfolios::key as product_template_key;
pub use portfolios::{ProductTemplate, product_templates};

/// What packaging adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The templates, each with its path in the package.
    pub templates: Vec<(PackagePath, String)>,
    /// The manifest's whole text with the resources added.
    pub manifest: String,
    /// What Service Catalog needs beyond the templates, where there are portfolios.
    pub catalog: Option<Catalog>,
}

/// Something that travels as one more stack set.
trait Source {
    /// The stack set.
    fn stack_set(&self) -> &StackSet;

    /// How many things it deploys, with the verb: "2 backup policies are".
    fn count(&self) -> String;

    /// Its template for an organization; `None` where something is unusable, which a check of its own says.
    fn render(&self, organization: &Organization) -> Option<Rendered>;
}

/// A template and how many resources it has.
struct Rendered {
    text: String,
    resources: usize,
}

/// Renders what a package has for an organization. `None` where there is nothing to render, or something
/// forbids it: then a check has an error to say.
#[must_use]
pub fn generate(configuration: &Configuration, organization: &Organization) -> Option<Generated> {
    let manifest = configuration.manifest().map(Manifest::read)?;
    Generation::of(configuration, &manifest)?.run(Some(organization)).0
}

/// The configuration as CfCT gets it: with what packaging adds, where it adds anything.
#[must_use]
pub fn packaged(configuration: &Configuration, organization: &Organization) -> Option<Configuration> {
    let generated = generate(configuration, organization)?;
    let text = |path: &PackagePath, text: String| Content::Text(SourceFile::new(path.as_str(), text));
    let mut contents: BTreeMap<PackagePath, Content> =
        configuration.files.iter().map(|(path, file)| (path.clone(), file.content.clone())).collect();
    let mut listing = configuration.listing.clone();
    let manifest = PackagePath::new(MANIFEST).map(|path| (path, generated.manifest));
    for (path, written) in generated.templates.into_iter().chain(manifest) {
        listing.insert(path.clone(), Listed { kind: Kind::File, bytes: written.len() as u64 });
        let content = text(&path, written);
        contents.insert(path, content);
    }
    Some(Configuration::new(listing, contents))
}

/// Says what stands in the way.
pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let generation = Generation::of(context.configuration, manifest);
    findings.extend(generation.into_iter().flat_map(|generation| generation.run(context.organization).1));
}

/// Says what will not be in a package that is made without an organization.
pub(crate) fn left_out(configuration: &Configuration) -> Vec<Finding> {
    let Some(manifest) = configuration.manifest().map(Manifest::read) else { return Vec::new() };
    let generation = Generation::of(configuration, &manifest);
    let sources = generation.iter().flat_map(Generation::sources);
    let finding = |source: &dyn Source| {
        let message = format!("{} not packaged", source.count());
        let finding = Finding::new(&WITHOUT_ORGANIZATION, &source.stack_set().place, message);
        // CfCT deletes each stack set that the manifest no longer names.
        if manifest.enable_stack_set_deletion {
            finding.level(Level::Error).help(
                "give `--organization`: with `enable_stack_set_deletion: true` this package would delete what an \
                 earlier one deployed",
            )
        } else {
            finding.help("give `--organization FILE`, as `cfct snapshot` writes it")
        }
    };
    sources.map(finding).collect()
}

/// What a package has to generate, and what with.
struct Generation<'g> {
    configuration: &'g Configuration,
    manifest: &'g Manifest<'g>,
    policies: Option<BackupPolicies<'g>>,
    portfolios: Portfolios<'g>,
    limits: Limits,
}

impl<'g> Generation<'g> {
    /// `None` where there is nothing, or the manifest is none that CfCT takes.
    fn of(configuration: &'g Configuration, manifest: &'g Manifest<'g>) -> Option<Self> {
        let settings = settings_of(configuration).0;
        let policies = BackupPolicies::of(configuration, &settings);
        let portfolios = Portfolios::of(configuration, &settings);
        let limits = Limits::with(&settings.limits);
        let generation = Self { configuration, manifest, policies, portfolios, limits };
        let is_something =
            generation.sources().next().is_some() && schema::check(manifest.document).is_empty();
        is_something.then_some(generation)
    }

    /// In the order of deployment.
    fn sources(&self) -> impl Iterator<Item = &dyn Source> {
        let policies = self.policies.iter().map(|policies| policies as &dyn Source);
        policies.chain(self.portfolios.each.iter().map(|portfolio| portfolio as &dyn Source))
    }

    fn run(&self, organization: Option<&Organization>) -> (Option<Generated>, Vec<Finding>) {
        let mut findings: Vec<Finding> =
            self.sources().flat_map(|source| self.collisions(source.stack_set())).collect();
        let region = self.manifest.region.map(|region| region.value);
        let items: Vec<Vec<String>> = self
            .sources()
            .map(|source| {
                let set = source.stack_set();
                let account = organization.and_then(|own| account::of(set, own, &mut findings));
                // Where it can go does not depend on the account, so it is tried without one, too.
                let account =
                    account.map_or_else(|| "000000000000".to_owned(), |account| account.to_string());
                set.lines(&account, region)
            })
            .collect();
        let manifest = self.insert(&items, &mut findings);
        let Some(organization) = organization else { return (None, findings) };
        let mut templates = Vec::new();
        let mut is_whole = true;
        for source in self.sources() {
            let rendered = source.render(organization);
            findings.extend(rendered.as_ref().and_then(|own| self.too_large(source.stack_set(), own)));
            match rendered.zip(PackagePath::new(&source.stack_set().template)) {
                Some((rendered, path)) => templates.push((path, rendered.text)),
                None => is_whole = false,
            }
        }
        let is_sound = is_whole && findings.iter().all(|finding| finding.code.level != Level::Error);
        let generated = manifest.filter(|_| is_sound).map(|manifest| {
            let catalog = self.portfolios.catalog(organization, region);
            Generated { templates, manifest, catalog }
        });
        (generated, findings)
    }

    /// The manifest with the resources.
    fn insert(&self, items: &[Vec<String>], findings: &mut Vec<Finding>) -> Option<String> {
        let refused = if self.manifest.version == Version::V2 {
            match insertion::insert(self.manifest.document, items) {
                Ok(text) => return Some(text),
                Err(refused) => refused,
            }
        } else {
            let at = self
                .manifest
                .version_node
                .map_or_else(|| Location::file(self.manifest.document.source()), |node| head(node));
            insertion::Refused { at, message: "a resource is only added to a manifest of version 2021-03-15" }
        };
        let help = match self.manifest.version {
            Version::V2 => "write `resources` as a list with a line and a dash for each resource",
            _ => "`check --fix` turns the manifest into version 2021-03-15",
        };
        findings.push(Finding::new(&MANIFEST_FORM, &refused.at, refused.message).help(help));
        None
    }

    /// Names and paths that are taken.
    fn collisions(&self, set: &StackSet) -> Vec<Finding> {
        let named = self.manifest.resources.iter().filter_map(|resource| resource.name);
        let named = named.filter(|name| name.value.trim().eq_ignore_ascii_case(&set.resource)).map(|name| {
            Finding::new(
                &COLLISION,
                &name.node,
                format!("packaging adds a resource called `{}`", set.resource),
            )
            .help(format!("give this one another name, or take {} out of the package", set.origin))
        });
        let wrong = |path: &PackagePath, is_template: bool| match self.configuration.listing.get(path) {
            None => false,
            Some(listed) => is_template || listed.kind != Kind::Folder,
        };
        let places = [(set.template.as_str(), true), ("templates/generated", false), ("templates", false)];
        let taken = places.into_iter().filter_map(|(place, is_template)| {
            let path = PackagePath::new(place).filter(|path| wrong(path, is_template))?;
            let message = format!("packaging writes {} to {}", set.subject, set.template);
            let place = self.configuration.location(&path);
            Some(Finding::new(&COLLISION, &place, message).help(format!("rename {path}")))
        });
        named.chain(taken).collect()
    }

    fn too_large(&self, set: &StackSet, rendered: &Rendered) -> Option<Finding> {
        let limits = &self.limits.template;
        let (number, of, most) = match rendered {
            Rendered { resources, .. } if *resources > limits.resources.value => {
                (*resources, "resources", limits.resources.value)
            }
            Rendered { text, .. } if text.len() > limits.bytes.value => {
                (text.len(), "bytes", limits.bytes.value)
            }
            _ => return None,
        };
        let message = format!("the template has {number} {of}, and CloudFormation takes {most}");
        Some(Finding::new(&TOO_LARGE, &set.place, message).help(set.if_too_large))
    }
}

#[cfg(test)]
mod tests;
