//! Exports of stacks and who imports them: clashes, order, Regions.

use std::collections::{HashMap, HashSet};

use super::Context;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::source::{Located, Location};
use crate::stack_set_definition::StackSetDefinition;
use crate::template::intrinsic::{Intrinsic, calls};
use crate::template::{Template, text_of, text_of_argument};
use crate::words::excerpt;

crate::codes! {
    /// Two stacks in one account and Region export the same name.
    DUPLICATE = "stack-export-duplicate", Error, Deploy,
        "two stacks export the same name in the same account and Region",
        "an export name is unique in an account and Region, so the second stack fails";
    /// An import of what a later resource exports.
    ORDER = "stack-import-order", Error, Deploy,
        "a stack imports what only a later resource exports",
        "CfCT works through the resources from top to bottom, so in a new account the export does not exist yet";
    /// An import in a Region where the export is not made.
    REGION = "stack-import-region", Error, Deploy,
        "a stack imports a name in a Region where nothing exports it",
        "an export exists only in the Region of the stack that makes it";
    /// An import that no resource exports.
    UNKNOWN = "stack-import-unknown", Note, Deploy,
        "a stack imports a name that no resource of the manifest exports",
        "the stacks fail in every account and Region where nobody else exports the name";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let mut imports = HashMap::new();
    let stacks: Vec<Stacks<'_, '_>> =
        context.stack_sets.iter().map(|definition| Stacks::of(definition, manifest, &mut imports)).collect();
    duplicates(&stacks, findings);
    let mut exporters: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, stacks) in stacks.iter().enumerate() {
        for export in &stacks.exports {
            exporters.entry(&export.name).or_default().push(index);
        }
    }
    for (index, importer) in stacks.iter().enumerate() {
        let mut seen = HashSet::new();
        for import in importer.imports.iter().filter(|import| seen.insert(import.name.as_str())) {
            let exporters = exporters.get(import.name.as_str()).map_or(&[][..], Vec::as_slice);
            findings.extend(import.finding(&stacks, index, exporters));
        }
    }
}

/// The stacks of one stack set, with what they export and import.
struct Stacks<'a, 'c> {
    definition: &'a StackSetDefinition<'c>,
    regions: Vec<&'c str>,
    exports: Vec<Name<'c>>,
    imports: Vec<Name<'c>>,
}

/// The name of an export where it is written. The account and the Region in it stay stand-ins: an export is
/// only ever found from its own account and Region.
struct Name<'c> {
    name: String,
    node: NodeRef<'c>,
    is_conditional: bool,
}

/// The imports of each template, by its address, so that one used a hundred times is walked once.
type Imports<'c> = HashMap<*const Template<'c>, Vec<Intrinsic<'c>>>;

impl<'a, 'c> Stacks<'a, 'c> {
    fn of(
        definition: &'a StackSetDefinition<'c>,
        manifest: &Manifest<'c>,
        imports: &mut Imports<'c>,
    ) -> Self {
        let regions = definition.regions(manifest).collect();
        let mut stacks = Self { definition, regions, exports: Vec::new(), imports: Vec::new() };
        let Some(template) = definition.template else { return stacks };
        let imports = imports.entry(template).or_insert_with(|| imports_of(template));
        if imports.is_empty() && template.outputs.iter().all(|output| output.export_name.is_none()) {
            return stacks;
        }
        let values = definition.known_values();
        let known = |name: &str| match name {
            "AWS::AccountId" | "AWS::Region" | "AWS::Partition" | "AWS::URLSuffix" => {
                Some(format!("${{{name}}}"))
            }
            _ => values.get(name).cloned(),
        };
        let exports = template.outputs.iter().filter_map(|output| {
            let node = output.export_name?;
            Some(Name { name: text_of(node, &known)?, node, is_conditional: output.condition.is_some() })
        });
        stacks.exports = exports.collect();
        let imported = imports.iter().filter_map(|call| {
            Some(Name { name: text_of_argument(*call, &known)?, node: call.argument, is_conditional: false })
        });
        stacks.imports = imported.collect();
        stacks
    }

    fn name(&self) -> String {
        excerpt(self.definition.resource.display_name())
    }

    /// Where to point when it is the resource that clashes, not the template.
    fn place(&self) -> Location {
        let resource = self.definition.resource;
        resource.name.map_or_else(|| crate::words::head(resource.node), |name| name.node.location())
    }

    fn targets(&self) -> impl Iterator<Item = Target<'_>> {
        let resource = self.definition.resource;
        let units = resource.organizational_units.iter().map(|unit| match unit.value {
            "Root" => Target::Root,
            name => Target::Unit(name),
        });
        units.chain(resource.accounts.iter().map(|account| Target::Account(account.value)))
    }
}

/// The imports of the resources and outputs that no condition can leave out.
fn imports_of<'c>(template: &Template<'c>) -> Vec<Intrinsic<'c>> {
    let resources = template.resources.iter().filter(|resource| resource.condition.is_none());
    let outputs = template.outputs.iter().filter(|output| output.condition.is_none());
    let nodes = resources.filter_map(|resource| resource.properties);
    nodes
        .chain(outputs.filter_map(|output| output.value))
        .flat_map(calls)
        .filter(|call| call.name == "ImportValue")
        .collect()
}

/// Whom a resource is deployed to, as written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Target<'d> {
    /// Every account that Control Tower manages.
    Root,
    Unit(&'d str),
    Account(&'d str),
    /// An organizational unit, whichever.
    AnyUnit,
}

impl Target<'_> {
    /// The targets that certainly share an account with this one.
    fn shares_with(self) -> [Self; 2] {
        match self {
            Self::Root => [self, Self::AnyUnit],
            Self::Unit(_) => [self, Self::Root],
            Self::Account(_) | Self::AnyUnit => [self, self],
        }
    }

    /// What this target is found under.
    fn stands_for(self) -> [Self; 2] {
        match self {
            Self::Root | Self::Unit(_) => [self, Self::AnyUnit],
            Self::Account(_) | Self::AnyUnit => [self, self],
        }
    }
}

/// Who exports a name first in a Region and to a target.
type First<'s, 'c> = HashMap<(&'s str, &'c str, Target<'s>), (usize, NodeRef<'c>)>;

fn duplicates(stacks: &[Stacks<'_, '_>], findings: &mut Vec<Finding>) {
    let mut first: First<'_, '_> = HashMap::new();
    for (index, own) in stacks.iter().enumerate() {
        for export in own.exports.iter().filter(|export| !export.is_conditional) {
            let name = export.name.as_str();
            let places =
                || own.regions.iter().flat_map(|region| own.targets().map(|target| (*region, target)));
            let clash = places()
                .flat_map(|(region, target)| target.shares_with().map(|other| (name, region, other)))
                .filter_map(|key| first.get(&key))
                .filter(|(other, at)| *other != index || at.id() != export.node.id())
                .min_by_key(|(other, _)| *other);
            if let Some((other, at)) = clash {
                findings.extend(stacks.get(*other).map(|other| duplicate(export, own, other, *at)));
            }
            for (region, target) in places() {
                for key in target.stands_for() {
                    first.entry((name, region, key)).or_insert((index, export.node));
                }
            }
        }
    }
}

fn duplicate(export: &Name<'_>, own: &Stacks<'_, '_>, other: &Stacks<'_, '_>, at: NodeRef<'_>) -> Finding {
    let name = excerpt(&export.name);
    let help = "export another name, for example one that begins with ${AWS::StackName}";
    let is_same_template = std::ptr::eq(export.node.document(), at.document()) && export.node.id() == at.id();
    if is_same_template {
        let message =
            format!("`{}` exports `{name}`, as `{}` does in the same accounts", own.name(), other.name());
        return Finding::new(&DUPLICATE, &own.place(), message)
            .related(&other.place(), "deployed from the same template")
            .related(&at, "the export")
            .help(help);
    }
    let message =
        format!("`{}` exports `{name}`, as `{}` does in the same accounts", own.name(), other.name());
    Finding::new(&DUPLICATE, &export.node, message).related(&at, "first exported here").help(help)
}

impl Name<'_> {
    fn finding(&self, stacks: &[Stacks<'_, '_>], index: usize, exporters: &[usize]) -> Option<Finding> {
        let importer = stacks.get(index)?;
        let name = excerpt(&self.name);
        let mut others = exporters.iter().copied().filter(|other| *other != index).peekable();
        if others.peek().is_none() {
            // What a stack exports itself CloudFormation refuses at once, and says so.
            return exporters.is_empty().then(|| {
                Finding::new(&UNKNOWN, &self.node, format!("no resource of the manifest exports `{name}`"))
                    .help(
                        "export it from an earlier resource, or see that it exists wherever this is deployed",
                    )
            });
        }
        let (earlier, later): (Vec<usize>, Vec<usize>) = others.partition(|other| *other < index);
        let earlier: Vec<&Stacks<'_, '_>> = earlier.iter().filter_map(|other| stacks.get(*other)).collect();
        let Some(exporter) = earlier.first() else {
            let later = stacks.get(*later.first()?)?;
            return Some(self.too_early(importer, later));
        };
        let exported: HashSet<&str> =
            earlier.iter().flat_map(|stacks| stacks.regions.iter().copied()).collect();
        let missing = importer.regions.iter().find(|region| !exported.contains(*region))?;
        let message = format!(
            "`{}` imports `{name}` in {}, where `{}` is not deployed",
            importer.name(),
            excerpt(missing),
            exporter.name()
        );
        Some(Finding::new(&REGION, &self.node, message).help(format!(
            "deploy `{}` to the same Regions, or pass the value as a parameter",
            exporter.name()
        )))
    }

    fn too_early(&self, importer: &Stacks<'_, '_>, later: &Stacks<'_, '_>) -> Finding {
        let (name, importer, exporter) = (excerpt(&self.name), importer.name(), later.name());
        let message = format!("`{importer}` imports `{name}`, which only the later `{exporter}` exports");
        let finding = Finding::new(&ORDER, &self.node, message)
            .help(format!("move `{exporter}` above `{importer}` in the manifest"));
        match later.exports.iter().find(|export| export.name == self.name) {
            Some(export) => finding.related(&export.node, "exported here"),
            None => finding,
        }
    }
}
