//! The statements of service control policies, as they are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::super::Context;
use super::is_label;
use crate::deployed::Deployed;
use crate::document::Document;
use crate::iam::evaluate::{Request, StatementLabel};
use crate::iam::{Effect, Policy};
use crate::manifest::DeployMethod;
use crate::source::{Location, PackagePath, SourceFile};
use crate::words::head;

/// The documents of deployed policies, by name.
pub(super) fn documents(deployed: Option<&Deployed>) -> Vec<(Box<str>, Document)> {
    let policies = deployed.into_iter().flat_map(|deployed| &deployed.policies);
    let policies = policies.filter(|policy| &*policy.kind == "SERVICE_CONTROL_POLICY");
    policies
        .filter_map(|policy| {
            let source = SourceFile::new(&*policy.name, policy.content.as_deref()?);
            Some((policy.name.clone(), Document::read_json(&source).document?))
        })
        .collect()
}

/// Service control policies by name; that of the package in the place of a deployed one.
pub(super) struct Statements<'d> {
    policies: BTreeMap<&'d str, Known<'d>>,
}

struct Known<'d> {
    policy: Policy<'d>,
    is_of_package: bool,
}

impl<'d> Statements<'d> {
    pub(super) fn of(context: &Context<'d>, deployed: &'d [(Box<str>, Document)]) -> Self {
        let mut policies = BTreeMap::new();
        for (name, document) in deployed {
            if let Some(policy) = Policy::read(document) {
                policies.insert(&**name, Known { policy, is_of_package: false });
            }
        }
        let resources = context.manifest.into_iter().flat_map(|manifest| &manifest.resources);
        for resource in resources.filter(|resource| resource.method == DeployMethod::Scp) {
            let path = resource.file.and_then(|file| PackagePath::new(file.value));
            let document = path.and_then(|path| context.configuration.document(&path));
            let policy = document.and_then(Policy::read);
            if let Some((name, policy)) = resource.name.zip(policy) {
                policies.insert(name.value, Known { policy, is_of_package: true });
            }
        }
        Self { policies }
    }

    /// Whether there is none at all.
    pub(super) fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.policies.values().map(|known| known.policy.node.document().source())
    }

    /// Whether a policy may treat accounts otherwise for where they are: by their path, or by a variable.
    pub(super) fn tell_places_apart(&self) -> bool {
        self.sources().any(|source| {
            let text = source.text().to_ascii_lowercase();
            ["orgpaths", "${", "principalaccount", "resourceaccount"].iter().any(|word| text.contains(word))
        })
    }

    /// Whether some allow depends on a condition.
    pub(super) fn has_conditional_allow(&self) -> bool {
        let mut statements = self.policies.values().flat_map(|known| &known.policy.statements);
        statements
            .any(|statement| statement.effect == Some(Effect::Allow) && !statement.conditions.is_empty())
    }

    /// Where a denial stands that surely applies: its conditions are on keys that the request has, and the
    /// resource is not of those that it merely does not except. `Some(None)` where it is not in the package.
    pub(super) fn certain(
        &self,
        policy: &str,
        label: &StatementLabel,
        request: &Request,
    ) -> Option<Option<Location>> {
        let known = self.policies.get(policy)?;
        let statements = known.policy.statements.iter().enumerate();
        let mut named = statements.filter(|(index, statement)| {
            let sid = statement.sid.map(|sid| sid.text).filter(|sid| !sid.is_empty());
            is_label(label, sid, *index)
        });
        let (_, statement) = named.next()?;
        let is_known = |key: &str| request.context().get(&key.to_ascii_lowercase()).is_some();
        let excepts = statement.resource.as_ref().is_some_and(|resource| resource.negated);
        if excepts || !statement.conditions.iter().all(|condition| is_known(condition.key.text)) {
            return None;
        }
        Some(known.is_of_package.then(|| head(statement.node)))
    }
}
