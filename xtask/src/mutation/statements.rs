//! Mutants of policy statements, wherever they stand: in policies of the organization, in templates, and in texts
//! of templates.

use cfct_core::document::{Document, Entry, MappingRef, NodeRef, SequenceRef, Shape, Style};
use cfct_core::finding::Edit;
use cfct_core::iam::{Effect, Statement};
use cfct_core::source::{SourceFile, Span};
use cfct_core::template::intrinsic::walk;

use super::edits::{applied, put_text, without_entry, without_item};
use super::mutant::{Class, Mutant, Mutants};

/// The classes of statements that deny, and of those that allow.
#[derive(Clone, Copy, Debug)]
pub struct Classes {
    /// Of statements that deny.
    pub deny: Class,
    /// Of statements that allow.
    pub allow: Class,
}

/// Adds the mutants of every statement below `node`; `holder` is what the policies belong to.
pub fn add(node: NodeRef<'_>, holder: &str, classes: Classes, mutants: &mut Mutants<'_>) {
    for inner in walk(node) {
        add_text(inner, holder, classes, mutants);
        let statements = inner.as_mapping().and_then(|map| map.get("Statement"));
        match statements.map(NodeRef::shape) {
            Some(Shape::Sequence(list)) => {
                for (place, item) in list.items().enumerate() {
                    for map in walk(item).filter_map(NodeRef::as_mapping).filter(is_statement) {
                        Reader { holder, classes, mutants }.statement(map, Some((list, place)));
                    }
                }
            }
            Some(Shape::Mapping(map)) if is_statement(&map) => {
                Reader { holder, classes, mutants }.statement(map, None);
            }
            _ => {}
        }
    }
}

/// Statements are told by their elements, since they also stand inside of `Fn::If`.
fn is_statement(map: &MappingRef<'_>) -> bool {
    map.get("Effect").is_some() && (map.get("Action").is_some() || map.get("NotAction").is_some())
}

/// A policy that is written as a text: CloudWatch Logs takes its policies in no other form.
fn add_text(node: NodeRef<'_>, holder: &str, classes: Classes, mutants: &mut Mutants<'_>) {
    let Some(text) = node.scalar_text().filter(|text| text.contains("\"Statement\"")) else { return };
    if node.style() != Some(Style::Literal) {
        return;
    }
    let document = Document::read_json(&SourceFile::new("text", text)).document;
    let Some(root) = document.as_ref().and_then(Document::root) else { return };
    let mut inside = Mutants::of(mutants.path());
    add(root, holder, classes, &mut inside);
    for Mutant { class, what, edits, .. } in inside.list {
        mutants.add(class, node, what, [literal(node, &applied(text, &edits))]);
    }
}

/// `text` as a literal block where `node` stands.
fn literal(node: NodeRef<'_>, text: &str) -> Edit {
    let source = node.document().source();
    let written = source.slice(node.span());
    let first = written.lines().nth(1).unwrap_or_default();
    let indent = " ".repeat(first.len() - first.trim_start_matches(' ').len());
    let lines: Vec<String> = text.lines().map(|line| format!("{indent}{line}")).collect();
    let start = node.span().start as usize;
    let span = Span::new(start, start + written.trim_end().len());
    Edit { span, replacement: format!("|\n{}", lines.join("\n").trim_end()) }
}

struct Reader<'r, 'p> {
    holder: &'r str,
    classes: Classes,
    mutants: &'r mut Mutants<'p>,
}

impl Reader<'_, '_> {
    fn statement(&mut self, map: MappingRef<'_>, list: Option<(SequenceRef<'_>, usize)>) {
        let statement = Statement::read(map);
        let Some(effect) = statement.effect else { return };
        let label = match (&statement.sid, list) {
            (Some(sid), _) => sid.text.to_owned(),
            (None, Some((_, place))) => format!("statement {place}"),
            (None, None) => "the statement".to_owned(),
        };
        let denies = effect == Effect::Deny;
        let of = [self.holder, &label].join(" ");
        let of = of.trim();
        let class = if denies { self.classes.deny } else { self.classes.allow };
        let mut add = |at: NodeRef<'_>, how: &str, edit: Option<Edit>| {
            self.mutants.add(class, at, format!("{of}: {how}"), edit);
        };
        if let Some(node) = statement.effect_node {
            let other = if denies { "Allow" } else { "Deny" };
            add(node, &format!("Effect {other}"), Some(put_text(node, other)));
        }
        if denies {
            add(map.node(), "gone", list.and_then(|(list, place)| without_item(list, place)));
            for key in ["Action", "NotAction", "Resource", "NotResource"] {
                each_less(map, key, &mut add);
            }
        } else {
            widened(map, &statement, &mut add);
            if let Some((node, service)) = map.get("Action").zip(service(&statement)) {
                add(node, &format!("Action {service}:*"), Some(put_text(node, &format!("{service}:*"))));
            }
        }
        if let Some(conditions) = map.entry("Condition").filter(|entry| entry.value.as_mapping().is_some()) {
            Conditions { statement: map, entry: conditions, denies }.add(&mut add);
        }
    }
}

/// A text of a list less.
fn each_less(map: MappingRef<'_>, key: &str, add: &mut impl FnMut(NodeRef<'_>, &str, Option<Edit>)) {
    let list = map.get(key).and_then(NodeRef::as_sequence);
    for (list, (place, item)) in
        list.iter().flat_map(|list| list.items().enumerate().map(move |item| (list, item)))
    {
        let named = item.scalar_text().unwrap_or("an item");
        add(item, &format!("{key} without {named}"), without_item(*list, place));
    }
}

/// An Allow for everybody, and one of a role for everything.
fn widened(
    map: MappingRef<'_>,
    statement: &Statement<'_>,
    add: &mut impl FnMut(NodeRef<'_>, &str, Option<Edit>),
) {
    match (map.get("Principal"), &statement.principal) {
        (Some(node), Some(principals)) if !principals.is_anyone() => {
            add(node, "Principal *", Some(put_text(node, "*")));
        }
        (None, None) => {
            let resource = map.get("Resource").filter(|node| node.scalar_text() != Some("*"));
            if let Some(node) = resource {
                add(node, "Resource *", Some(put_text(node, "*")));
            }
        }
        _ => {}
    }
}

/// The service of the statement's first action, where it does not name all of them yet.
fn service<'d>(statement: &Statement<'d>) -> Option<&'d str> {
    let action = statement.action.as_ref().filter(|action| !action.negated)?;
    let (service, name) = action.patterns.first()?.text.split_once(':')?;
    (name != "*").then_some(service)
}

/// The conditions of a statement.
struct Conditions<'d> {
    statement: MappingRef<'d>,
    entry: Entry<'d>,
    denies: bool,
}

impl<'d> Conditions<'d> {
    fn add(&self, add: &mut impl FnMut(NodeRef<'_>, &str, Option<Edit>)) {
        let Some(all) = self.entry.value.as_mapping() else { return };
        let tests =
            all.written().map(|entry| entry.value.as_mapping().map_or(1, MappingRef::len)).sum::<usize>();
        if tests > 1 && !self.denies {
            let gone = without_entry(self.statement, "Condition");
            add(self.entry.key, "without Condition", gone);
        }
        for test in all.written() {
            let Some(operator) = test.key.scalar_text() else { continue };
            let is_free = |other: &String| all.get(other).is_none();
            for other in other_operators(operator).into_iter().filter(is_free) {
                add(test.key, &format!("{other} for {operator}"), Some(put_text(test.key, &other)));
            }
            let keys = test.value.as_mapping().filter(|map| map.node().tag().is_none());
            let Some(keys) = keys else {
                add(test.key, &format!("without {operator}"), self.without(all, operator));
                continue;
            };
            for key in keys.written() {
                let Some(name) = key.key.scalar_text() else { continue };
                let less = without_entry(keys, name).or_else(|| self.without(all, operator));
                add(key.key, &format!("without {name}"), less);
                self.add_values(operator, key, add);
            }
        }
    }

    /// Without an operator, or without the whole condition where it is the only one.
    fn without(&self, all: MappingRef<'d>, operator: &str) -> Option<Edit> {
        without_entry(all, operator).or_else(|| without_entry(self.statement, "Condition"))
    }

    fn add_values(
        &self,
        operator: &str,
        key: Entry<'d>,
        add: &mut impl FnMut(NodeRef<'_>, &str, Option<Edit>),
    ) {
        let Some(name) = key.key.scalar_text() else { return };
        let list = key.value.as_sequence().filter(|_| key.value.tag().is_none());
        let values: Vec<NodeRef<'d>> = list.map_or_else(|| vec![key.value], |list| list.items().collect());
        let negated = operator.contains("Not");
        let has_wildcards = operator.contains("Like") || operator.contains("Arn");
        for (place, value) in values.into_iter().enumerate() {
            let text = value.scalar_text().unwrap_or("a value");
            if let Some(list) = list {
                add(value, &format!("{name} without {text}"), without_item(list, place));
            }
            if has_wildcards && negated == self.denies && text != "*" {
                add(value, &format!("{name} * for {text}"), Some(put_text(value, "*")));
            }
            let flipped = match text {
                "true" => Some("false"),
                "false" => Some("true"),
                _ => None,
            };
            if let Some(other) = flipped {
                add(value, &format!("{name} {other}"), Some(put_text(value, other)));
            }
        }
    }
}

/// The operator negated, with the other quantifier, and without the leave for a key that is absent.
fn other_operators(operator: &str) -> Vec<String> {
    let mut others = Vec::new();
    let (quantifier, plain) =
        operator.split_once(':').map_or(("", operator), |(before, plain)| (before, plain));
    let prefix = if quantifier.is_empty() { String::new() } else { format!("{quantifier}:") };
    let (base, suffix) = plain.strip_suffix("IfExists").map_or((plain, ""), |base| (base, "IfExists"));
    const OPPOSITES: [(&str, &str); 8] = [
        ("ArnEquals", "ArnNotEquals"),
        ("ArnLike", "ArnNotLike"),
        ("IpAddress", "NotIpAddress"),
        ("NumericEquals", "NumericNotEquals"),
        ("NumericGreaterThan", "NumericLessThanEquals"),
        ("NumericLessThan", "NumericGreaterThanEquals"),
        ("StringEquals", "StringNotEquals"),
        ("StringLike", "StringNotLike"),
    ];
    for (one, other) in OPPOSITES {
        let opposite = if base == one { other } else { one };
        if base == one || base == other {
            others.push(format!("{prefix}{opposite}{suffix}"));
        }
    }
    match quantifier {
        "ForAllValues" => others.push(format!("ForAnyValue:{plain}")),
        "ForAnyValue" => others.push(format!("ForAllValues:{plain}")),
        _ => {}
    }
    // Without its key a negated test holds anyway, and does so with or without the suffix.
    if !suffix.is_empty() && !base.contains("Not") {
        others.push(format!("{prefix}{base}"));
    }
    others
}

#[cfg(test)]
mod tests {
    use super::other_operators;

    #[test]
    fn an_operator_is_negated_and_loses_what_it_has() {
        for (operator, others) in [
            ("ArnNotLike", vec!["ArnLike"]),
            ("ForAnyValue:StringLike", vec!["ForAnyValue:StringNotLike", "ForAllValues:StringLike"]),
            ("StringNotEqualsIfExists", vec!["StringEqualsIfExists"]),
            ("NumericLessThan", vec!["NumericGreaterThanEquals"]),
            ("Bool", vec![]),
            ("BoolIfExists", vec!["Bool"]),
        ] {
            assert_eq!(other_operators(operator), others, "{operator}");
        }
    }
}
