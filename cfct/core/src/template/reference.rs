//! What a template refers to by name: its own parameters, resources and conditions.

use super::intrinsic::{Intrinsic, Piece, Substitution, calls, pieces};
use super::{Resource, Template};
use crate::document::{NodeRef, Shape};
use crate::source::{Located, Location, Span};

/// What must stand under the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// `Ref`, or a plain variable of `Fn::Sub`: a parameter, a resource or a pseudo parameter.
    Value,
    /// `Fn::GetAtt`, or a variable with a dot, or `DependsOn`: a resource.
    Resource,
    /// `Fn::If`, `Condition`: a condition.
    Condition,
}

/// A name where it is used.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'d> {
    /// The name, without the attribute of a `Fn::GetAtt`.
    pub name: &'d str,
    /// What it must name.
    pub wanted: Wanted,
    /// The node that it is written in.
    pub node: NodeRef<'d>,
    /// Whether it is a variable in the text of a `Fn::Sub`, which can hold the same letters elsewhere.
    pub is_variable: bool,
}

impl<'d> Reference<'d> {
    fn new(name: &'d str, wanted: Wanted, node: NodeRef<'d>) -> Self {
        Self { name, wanted, node, is_variable: false }
    }

    /// The bytes of the name itself, where it is written as it is meant; else of the node.
    #[must_use]
    pub fn span(&self) -> Span {
        /// Names in longer texts are not searched for: each search reads the text again.
        const LONGEST: usize = 16 << 10;
        let (whole, source) = (self.node.span(), self.node.source_text());
        if source.len() > LONGEST {
            return whole;
        }
        let variable = self.is_variable.then(|| source.find(&format!("${{{}", self.name)));
        let found = variable.flatten().map(|at| at + "${".len()).or_else(|| source.find(self.name));
        found.map_or(whole, |at| {
            let start = whole.start as usize + at;
            Span::new(start, start + self.name.len())
        })
    }
}

impl Located for Reference<'_> {
    fn location(&self) -> Location {
        Location::new(self.node.document().source(), self.span())
    }
}

impl<'d> Template<'d> {
    /// Every name that the template's resources, outputs and conditions use.
    #[must_use]
    pub fn references(&self) -> Vec<Reference<'d>> {
        let mut found = Vec::new();
        found.extend(self.resources.iter().flat_map(Resource::references));
        for output in &self.outputs {
            found.extend(output.condition.and_then(|node| named(node, Wanted::Condition)));
            found.extend(calls(output.node).flat_map(of_call));
        }
        for condition in &self.conditions {
            found.extend(calls(condition.node).flat_map(of_call));
            // The long form is told from a property called "Condition" only here.
            let long = calls(condition.node).filter(|call| call.name == "Condition");
            found.extend(long.filter_map(|call| named(call.argument, Wanted::Condition)));
        }
        found
    }
}

impl<'d> Resource<'d> {
    /// Every name that the resource uses.
    #[must_use]
    pub fn references(&self) -> Vec<Reference<'d>> {
        let condition = self.condition.and_then(|node| named(node, Wanted::Condition));
        let depends_on = self.depends_on.iter().filter_map(|node| named(*node, Wanted::Resource));
        condition.into_iter().chain(depends_on).chain(calls(self.node).flat_map(of_call)).collect()
    }

    /// The names that the resource depends on whatever the conditions come to: `DependsOn`, and what its
    /// properties refer to outside of `Fn::If`.
    #[must_use]
    pub fn certain_dependencies(&self) -> Vec<Reference<'d>> {
        let mut found: Vec<_> =
            self.depends_on.iter().filter_map(|node| named(*node, Wanted::Resource)).collect();
        let mut open: Vec<_> = self.properties.into_iter().collect();
        while let Some(node) = open.pop() {
            if let Some(call) = Intrinsic::of(node) {
                if call.name == "If" {
                    continue;
                }
                found.extend(of_call(call));
                found.extend(call.inner().map(of_call).into_iter().flatten());
            }
            match node.shape() {
                Shape::Sequence(list) => open.extend(list.items()),
                Shape::Mapping(map) => open.extend(map.written().map(|entry| entry.value)),
                Shape::Scalar(_) => {}
            }
        }
        found
    }
}

fn named(node: NodeRef<'_>, wanted: Wanted) -> Option<Reference<'_>> {
    node.scalar_text().map(|name| Reference::new(name, wanted, node))
}

/// The names that one call uses, those of calls inside it left to them.
fn of_call(call: Intrinsic<'_>) -> Vec<Reference<'_>> {
    let first = call.arguments().first().copied();
    match call.name {
        "Ref" => named(call.argument, Wanted::Value).into_iter().collect(),
        "GetAtt" => first.and_then(attribute).into_iter().collect(),
        "If" => first.and_then(|node| named(node, Wanted::Condition)).into_iter().collect(),
        "Sub" => Substitution::of(call).map(variables).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// `A.B` and `[A, B]` both begin with the logical id; a nested stack's `A.Outputs.B` too.
fn attribute(node: NodeRef<'_>) -> Option<Reference<'_>> {
    let name = node.scalar_text()?.split('.').next()?;
    Some(Reference::new(name, Wanted::Resource, node))
}

fn variables(sub: Substitution<'_>) -> Vec<Reference<'_>> {
    pieces(sub.text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Variable(name) if sub.variable(name).is_none() => Some(name),
            _ => None,
        })
        .map(|name| match name.split_once('.') {
            Some((resource, _)) => Reference::new(resource, Wanted::Resource, sub.node),
            None => Reference::new(name, Wanted::Value, sub.node),
        })
        .map(|reference| Reference { is_variable: true, ..reference })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Template, Wanted};
    use crate::document::Document;
    use crate::source::{Located, SourceFile};

    const TEMPLATE: &str = "
Conditions:
  Both: !And [!Condition One, {Condition: Two}]
Resources:
  A:
    Type: T
    Condition: Both
    DependsOn: [B, C]
    Properties:
      P: !Ref Stage
      Q: {'Fn::GetAtt': [B, Arn]}
      R: !GetAtt C.Outputs.X
      S: !Sub ['Stage ${Stage} ${Own} ${B.Arn} ${!No}', {Own: !Ref Inner}]
      T: !If [One, !Ref AWS::NoValue, 1]
      U: {Condition: not-one}
Outputs:
  O: {Value: !Ref A, Condition: Two}
";

    #[test]
    fn every_name_is_found_where_it_is_used() {
        let source = SourceFile::new("t.yaml", TEMPLATE);
        let document = Document::read_yaml(&source).document.unwrap();
        let template = Template::read(&document);
        let found: Vec<_> =
            template.references().into_iter().map(|reference| (reference.name, reference.wanted)).collect();
        for reference in template.references() {
            assert_eq!(reference.location().text(), reference.name);
        }
        let expected = [
            ("Both", Wanted::Condition),
            ("B", Wanted::Resource),
            ("C", Wanted::Resource),
            ("Stage", Wanted::Value),
            ("B", Wanted::Resource),
            ("C", Wanted::Resource),
            ("Stage", Wanted::Value),
            ("B", Wanted::Resource),
            ("Inner", Wanted::Value),
            ("One", Wanted::Condition),
            ("AWS::NoValue", Wanted::Value),
            ("Two", Wanted::Condition),
            ("A", Wanted::Value),
            ("One", Wanted::Condition),
            ("Two", Wanted::Condition),
        ];
        assert_eq!(found, expected);
    }
}
