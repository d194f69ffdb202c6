//! Intrinsic functions in both spellings: `!Ref X` and `{"Ref": "X"}`.

use crate::document::{NodeRef, SequenceRef, Shape};

/// An intrinsic function where it is called.
#[derive(Clone, Copy, Debug)]
pub struct Intrinsic<'d> {
    /// Its short name: `Ref`, `Sub`, `GetAtt`, `ForEach::Buckets`.
    pub name: &'d str,
    /// The whole call.
    pub node: NodeRef<'d>,
    /// What it is given. In the short form this is the call's own node, tag and all.
    pub argument: NodeRef<'d>,
}

impl<'d> Intrinsic<'d> {
    /// The call that `node` is, if it is one.
    #[must_use]
    pub fn of(node: NodeRef<'d>) -> Option<Self> {
        match node.tag().and_then(|tag| tag.strip_prefix('!')) {
            // `!!str` and its like are YAML's own.
            Some(name) if !name.is_empty() && !name.starts_with('!') => {
                Some(Self { name, node, argument: node })
            }
            Some(_) => None,
            None => Self::long(node),
        }
    }

    /// The call that is the whole argument of this one: `Fn::ImportValue: !Sub x`, and in the short form,
    /// where YAML allows only one tag, `!ImportValue {Fn::Sub: x}`.
    #[must_use]
    pub fn inner(self) -> Option<Self> {
        if self.is_short() { Self::long(self.argument) } else { Self::of(self.argument) }
    }

    fn is_short(self) -> bool {
        self.node.id() == self.argument.id()
    }

    /// The call that a map of one key spells out.
    fn long(node: NodeRef<'d>) -> Option<Self> {
        let map = node.as_mapping().filter(|map| map.len() == 1)?;
        let entry = map.written().next()?;
        let key = entry.key.scalar_text()?;
        let name = match key {
            "Ref" | "Condition" => key,
            _ => key.strip_prefix("Fn::")?,
        };
        Some(Self { name, node, argument: entry.value })
    }

    /// The positional arguments: the items of a list, or the only one there is. `!GetAtt A.B` and
    /// `!GetAtt [A, B]` differ here.
    #[must_use]
    pub fn arguments(self) -> Vec<NodeRef<'d>> {
        match self.argument.shape() {
            Shape::Sequence(list) => SequenceRef::items(list).collect(),
            _ => vec![self.argument],
        }
    }
}

/// Every node under `node` in source order, itself first; aliases are entered like what they stand for.
///
/// Bounded by [`crate::document::limits`]: the reader refuses documents whose aliases expand too far.
pub fn walk(node: NodeRef<'_>) -> impl Iterator<Item = NodeRef<'_>> {
    let mut open = vec![node];
    std::iter::from_fn(move || {
        let next = open.pop()?;
        let first = open.len();
        match next.shape() {
            Shape::Sequence(list) => open.extend(list.items()),
            Shape::Mapping(map) => open.extend(map.written().flat_map(|entry| [entry.key, entry.value])),
            Shape::Scalar(_) => {}
        }
        open[first..].reverse();
        Some(next)
    })
}

/// Every call of an intrinsic function under `node`, outer ones before inner ones.
pub fn calls(node: NodeRef<'_>) -> impl Iterator<Item = Intrinsic<'_>> {
    walk(node).filter_map(Intrinsic::of).flat_map(|call| {
        // A long call inside a short one shares its node, so the walk does not come to it.
        let inner = call.is_short().then(|| call.inner()).flatten();
        std::iter::once(call).chain(inner)
    })
}

/// A piece of the text that `Fn::Sub` is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'d> {
    /// Text that stays as it is; `${!Literal}` gives `${Literal}` in two pieces.
    Text(&'d str),
    /// The name between `${` and `}`.
    Variable(&'d str),
}

/// The pieces of a text that `Fn::Sub` is given.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start + 2..].find('}') else { break };
        let inside = &rest[start + 2..start + 2 + length];
        let end = start + 2 + length + 1;
        if let Some(literal) = inside.strip_prefix('!') {
            pieces.push(Piece::Text(&rest[..start + 2]));
            pieces.push(Piece::Text(literal));
            pieces.push(Piece::Text(&rest[end - 1..end]));
        } else {
            if start > 0 {
                pieces.push(Piece::Text(&rest[..start]));
            }
            pieces.push(Piece::Variable(inside.trim()));
        }
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// What `Fn::Sub` is given: the text, and the map of its own variables in the list form.
#[derive(Clone, Copy, Debug)]
pub struct Substitution<'d> {
    /// The node of the text.
    pub node: NodeRef<'d>,
    /// The text.
    pub text: &'d str,
    /// The map of variables, in the list form.
    pub variables: Option<NodeRef<'d>>,
}

impl<'d> Substitution<'d> {
    /// The substitution that `call` makes, if it is a `Fn::Sub` of the right shape.
    #[must_use]
    pub fn of(call: Intrinsic<'d>) -> Option<Self> {
        if call.name != "Sub" {
            return None;
        }
        let arguments = call.arguments();
        let node = *arguments.first()?;
        Some(Self { node, text: node.scalar_text()?, variables: arguments.get(1).copied() })
    }

    /// The value of the call's own variable `name`.
    #[must_use]
    pub fn variable(self, name: &str) -> Option<NodeRef<'d>> {
        self.variables.and_then(NodeRef::as_mapping).and_then(|variables| variables.get(name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Intrinsic, Piece, calls, pieces};
    use crate::document::Document;
    use crate::source::SourceFile;

    #[test]
    fn both_spellings_are_found() {
        let text = "a: !Ref One\nb: {Ref: Two}\nc: {'Fn::GetAtt': [Three, Arn]}\nd: !GetAtt Four.Arn\n\
                    e: !Join ['', [!Ref Five, x]]\nf: !!str text\ng: {Refs: no}\n\
                    h: !GetAZs {Ref: Six}\n";
        let source = SourceFile::new("t.yaml", text);
        let document = Document::read_yaml(&source).document.unwrap();
        let found: Vec<_> = calls(document.root().unwrap())
            .map(|call: Intrinsic<'_>| {
                let first = call.arguments()[0].scalar_text().unwrap_or("").to_owned();
                format!("{} {first}", call.name)
            })
            .collect();
        assert_eq!(
            found,
            [
                "Ref One",
                "Ref Two",
                "GetAtt Three",
                "GetAtt Four.Arn",
                "Join ",
                "Ref Five",
                "GetAZs ",
                "Ref Six"
            ]
        );
    }

    #[test]
    fn sub_texts_fall_into_pieces() {
        use Piece::{Text, Variable};
        for (text, expected) in [
            ("plain", vec![Text("plain")]),
            (
                "arn:${AWS::Partition}:s3:::${Bucket}",
                vec![Text("arn:"), Variable("AWS::Partition"), Text(":s3:::"), Variable("Bucket")],
            ),
            ("a${!b}c", vec![Text("a${"), Text("b"), Text("}"), Text("c")]),
            ("{{resolve:ssm:${Name}}}", vec![Text("{{resolve:ssm:"), Variable("Name"), Text("}}")]),
            ("open ${ end", vec![Text("open ${ end")]),
            ("", vec![]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
