//! Everything that can be said of a configuration package, alone or against an organization.
//!
//! Each check is a function over [`Context`] in a file of its own, with its codes beside it in the same
//! file. [`run`] is the list of them.

use crate::configuration::{Configuration, Content, Role};
use crate::finding::Finding;
use crate::manifest::{self, Manifest};
use crate::organization::{self, Organization};
use crate::selection;
use crate::settings::{self, Known, Settings};

/// What a check sees.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The package.
    pub configuration: &'c Configuration,
    /// The manifest, where one could be read.
    pub manifest: Option<&'c Manifest<'c>>,
    /// The organization, where one was given and could be read.
    pub organization: Option<&'c Organization>,
}

/// A check: appends what it finds.
type Check = fn(&Context<'_>, &mut Vec<Finding>);

/// Every check, in no order that matters: findings are sorted at the end.
const CHECKS: &[Check] = &[manifest_schema, selection::check];

/// Runs every check over the package and applies its settings. Findings are sorted by file, then place,
/// then code.
#[must_use]
pub fn run(configuration: &Configuration) -> Vec<Finding> {
    run_with(configuration, None)
}

/// Like [`run`], and with an organization also every check that needs one, and what is wrong with its file.
#[must_use]
pub fn run_with(configuration: &Configuration, organization: Option<&organization::Reading>) -> Vec<Finding> {
    let manifest = configuration.manifest().map(Manifest::read);
    let context = Context {
        configuration,
        manifest: manifest.as_ref(),
        organization: organization.and_then(|reading| reading.organization.as_ref()),
    };
    let mut findings: Vec<Finding> =
        configuration.files.values().flat_map(|file| file.findings.iter().cloned()).collect();
    findings.extend(organization.iter().flat_map(|reading| reading.findings.iter().cloned()));
    for check in CHECKS {
        check(&context, &mut findings);
    }
    let (settings, about_settings) = settings_of(configuration);
    findings.extend(about_settings);
    let known = if organization.is_some() { Known::Organization } else { Known::Package };
    let mut findings = settings.apply(findings, known);
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.primary.span, finding.code.name);
        (a.primary.source.name(), key(a), &a.message).cmp(&(b.primary.source.name(), key(b), &b.message))
    });
    findings
}

/// The package's settings, and what is wrong with them.
#[must_use]
pub fn settings_of(configuration: &Configuration) -> (Settings, Vec<Finding>) {
    configuration
        .of_role(Role::Settings)
        .find_map(|(_, file)| match &file.content {
            Content::Text(source) => Some(settings::read(source)),
            _ => None,
        })
        .unwrap_or_default()
}

fn manifest_schema(context: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(context.manifest.iter().flat_map(|manifest| manifest::schema::check(manifest.document)));
}
