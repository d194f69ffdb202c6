//! The text that a value comes to, as far as it is known without deploying.

use super::intrinsic::{Intrinsic, Piece, Substitution, pieces};
use crate::document::NodeRef;

/// The text of `node` after `Ref`, `Fn::Sub` and `Fn::Join`, where `known` gives the text of a parameter or
/// pseudo parameter. `None` where any part is unknown.
#[must_use]
pub fn text_of(node: NodeRef<'_>, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match Intrinsic::of(node) {
        Some(call) => text_of_call(call, known),
        None => node.scalar_text().map(str::to_owned),
    }
}

/// The text that `call` is given, as [`text_of`] has it.
#[must_use]
pub fn text_of_argument(call: Intrinsic<'_>, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match call.inner() {
        Some(inner) => text_of_call(inner, known),
        None => call.argument.scalar_text().map(str::to_owned),
    }
}

fn text_of_call(call: Intrinsic<'_>, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match call.name {
        "Ref" => known(call.argument.scalar_text()?),
        "Sub" => substituted(Substitution::of(call)?, known),
        "Join" => joined(&call.arguments(), known),
        _ => None,
    }
}

fn substituted(sub: Substitution<'_>, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = String::with_capacity(sub.text.len());
    for piece in pieces(sub.text) {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Variable(name) => match sub.variable(name) {
                Some(value) => text.push_str(&text_of(value, known)?),
                None => text.push_str(&known(name)?),
            },
        }
    }
    Some(text)
}

fn joined(arguments: &[NodeRef<'_>], known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let [separator, list] = arguments else { return None };
    // A list that is itself a call (`!Split`, `!Ref` of a list) has parts that are not written here.
    if Intrinsic::of(*list).is_some() {
        return None;
    }
    let parts: Option<Vec<String>> = list.as_sequence()?.items().map(|item| text_of(item, known)).collect();
    Some(parts?.join(separator.scalar_text()?))
}

#[cfg(test)]
mod tests {
    use super::text_of;
    use crate::document::{Document, NodeRef};
    use crate::source::SourceFile;

    #[test]
    fn texts_are_put_together_from_what_is_known() {
        let known = |name: &str| match name {
            "Stage" => Some("prod".to_owned()),
            "AWS::Region" => Some("${AWS::Region}".to_owned()),
            _ => None,
        };
        for (yaml, expected) in [
            ("plain", Some("plain")),
            ("!Ref Stage", Some("prod")),
            ("!Ref Other", None),
            ("!Sub '${Stage}-${AWS::Region}-key'", Some("prod-${AWS::Region}-key")),
            ("!Sub ['${A}-x', {A: !Ref Stage}]", Some("prod-x")),
            ("!Join ['-', [a, !Ref Stage, {Ref: Stage}]]", Some("a-prod-prod")),
            ("!Join ['-', !Ref Stage]", None),
            ("{'Fn::Sub': 'x-${Bucket.Arn}'}", None),
            ("!GetAtt A.B", None),
            ("[a]", None),
        ] {
            let source = SourceFile::new("t.yaml", format!("v: {yaml}\n"));
            let document = Document::read_yaml(&source).document.unwrap();
            let value = document.root().and_then(NodeRef::as_mapping).and_then(|map| map.get("v")).unwrap();
            assert_eq!(text_of(value, &known).as_deref(), expected, "{yaml}");
        }
    }
}
