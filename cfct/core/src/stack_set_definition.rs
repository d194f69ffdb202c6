//! A stack set as the configuration defines it: a resource with its template and its parameters.

use std::collections::BTreeMap;

use crate::configuration::Configuration;
use crate::manifest::{DeployMethod, Manifest, Resource};
use crate::parameters::{GivenParameters, Origin};
use crate::source::PackagePath;
use crate::template::{Template, physical, text_of};

/// The templates of a package by their paths.
pub type Templates<'c> = BTreeMap<&'c PackagePath, Template<'c>>;

/// What is known of the place of a stack, as text or as a stand-in for one text.
#[derive(Clone, Copy, Debug)]
pub struct Places<'p> {
    /// The account; `None` where it can be any of several.
    pub account: Option<&'p str>,
    /// The Region; `None` where it can be any of several.
    pub region: Option<&'p str>,
}

/// A `stack_set` resource, what it deploys and with which parameters.
#[derive(Clone, Debug)]
pub struct StackSetDefinition<'c> {
    /// The resource of the manifest.
    pub resource: &'c Resource<'c>,
    /// Its template, where it is in the package and could be read.
    pub template: Option<&'c Template<'c>>,
    /// Its parameters.
    pub parameters: GivenParameters<'c>,
}

impl<'c> StackSetDefinition<'c> {
    /// The stack sets of `manifest`, in its order, which is the order of deployment.
    #[must_use]
    pub fn all(
        manifest: &'c Manifest<'c>,
        templates: &'c Templates<'c>,
        configuration: &'c Configuration,
    ) -> Vec<Self> {
        let stack_sets = manifest.resources.iter().filter(|found| found.method == DeployMethod::StackSet);
        stack_sets
            .map(|resource| Self {
                resource,
                template: resource
                    .file
                    .and_then(|file| PackagePath::new(file.value))
                    .and_then(|path| templates.get(&path)),
                parameters: GivenParameters::of(resource, configuration),
            })
            .collect()
    }

    /// The text that each parameter of the template has in a stack: the given one, or else the default. Those
    /// that are not known before CfCT runs are left out.
    #[must_use]
    pub fn known_values(&self) -> BTreeMap<&'c str, String> {
        let given = self.parameters.effective();
        let file_is_unknown = matches!(self.parameters.origin, Origin::Unknown);
        let parameters = self.template.iter().flat_map(|template| &template.parameters);
        parameters
            .filter_map(|parameter| {
                let text = match given.get(parameter.name) {
                    Some(given) => given.sent.as_ref()?.text()?,
                    None if file_is_unknown => return None,
                    None => parameter.default?.scalar_text()?.to_owned(),
                };
                Some((parameter.name, text))
            })
            .collect()
    }

    /// The text of the template's output `key` (in any case) in a stack, as far as `places` and `values`
    /// ([`Self::known_values`]) give it. `None` where it is not known, or differs between the places left open.
    #[must_use]
    pub fn output_text(
        &self,
        key: &str,
        places: Places<'_>,
        values: &BTreeMap<&str, String>,
    ) -> Option<String> {
        let template = self.template?;
        let output = template.outputs.iter().find(|output| output.name.eq_ignore_ascii_case(key))?;
        let known = |name: &str| match name {
            "AWS::AccountId" => places.account.map(str::to_owned),
            "AWS::Region" => places.region.map(str::to_owned),
            // All accounts of an organization are in one partition.
            "AWS::Partition" | "AWS::URLSuffix" => Some(format!("${{{name}}}")),
            _ => values.get(name).cloned(),
        };
        let known = |name: &str| known(name).or_else(|| physical_name(template, name, &known));
        text_of(output.value?, &known)
    }

    /// The Regions it is deployed to: its own, or else the manifest's.
    pub fn regions<'m>(&'m self, manifest: &'m Manifest<'c>) -> impl Iterator<Item = &'c str> + 'm {
        let home = manifest.region.iter().filter(|_| self.resource.regions.is_empty());
        self.resource.regions.iter().chain(home).map(|region| region.value)
    }
}

/// What `Ref` of the resource `name` comes to, where its template gives it a name.
fn physical_name(
    template: &Template<'_>,
    name: &str,
    known: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let resource = template.resources.iter().find(|resource| resource.name == name)?;
    let property = physical::named_by(resource.type_name?)?;
    text_of(resource.property(property)?, known)
}
