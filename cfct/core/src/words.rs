//! The words that findings are made of: excerpts, kinds, suggestions.

use crate::document::{NodeRef, Shape, Style, Value};
use crate::source::{Location, Span};

/// How close a word must be to be taken for the one that was meant: the share of letters that agree.
const NEAR: f64 = 0.7;

/// The candidate nearest to `written`, if one is near enough to be a typo of it.
#[must_use]
pub fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = fold(written);
    candidates
        .into_iter()
        .map(|candidate| (candidate, closeness(&folded, &fold(candidate))))
        .filter(|(_, closeness)| *closeness >= NEAR)
        // Of equals the first stays, so that the answer follows the order of the candidates.
        .fold(None, |best: Option<(&str, f64)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })
        .map(|(candidate, _)| candidate)
}

/// From 0 to 1, or 0 at once where the lengths alone keep it below [`NEAR`]: a long list of candidates is
/// mostly words of other lengths.
fn closeness(a: &str, b: &str) -> f64 {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    let too_far = a.is_ascii() && b.is_ascii() && (short as f64) < (long as f64) * NEAR;
    if too_far { 0.0 } else { strsim::normalized_damerau_levenshtein(a, b) }
}

/// Case and separators rarely are what was mistyped: `deployMethod` is `deploy_method`.
fn fold(word: &str) -> String {
    word.chars().take(200).filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// A short, one-line form of user text for a message.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() { format!("{}…", line.trim_end()) } else { line }
}

/// What a node is, with its article.
#[must_use]
pub fn kind_of(node: NodeRef<'_>) -> &'static str {
    match node.shape() {
        Shape::Mapping(_) => "a map",
        Shape::Sequence(_) => "a list",
        Shape::Scalar(_) => match node.value() {
            Some(Value::Null) => "empty",
            Some(Value::Bool(_)) => "true or false",
            Some(Value::Int(_) | Value::Float(_)) => "a number",
            Some(Value::Timestamp(_)) => "a date",
            Some(Value::Bytes) => "binary data",
            _ => "a text",
        },
    }
}

/// The place to underline for a whole node: its first line for a collection that spans several.
#[must_use]
pub fn head(node: NodeRef<'_>) -> Location {
    let source = node.document().source();
    let span = node.span();
    let line = source.line_span(span.start);
    let end = if span.end > line.end && line.end > span.start { line.end } else { span.end };
    Location::new(source, Span { start: span.start, end })
}

/// `text` as a YAML single-quoted scalar, or double-quoted where it holds characters that need escapes.
#[must_use]
pub fn quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// `text`, a plain word, in the quotes that `node` is written in: what to replace a mistyped key with.
#[must_use]
pub fn respelled(node: NodeRef<'_>, text: &str) -> String {
    match node.style() {
        Some(Style::DoubleQuoted) => format!("\"{text}\""),
        Some(Style::SingleQuoted) => format!("'{text}'"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, nearest, quoted};

    #[test]
    fn the_nearest_word_ignores_case_and_separators() {
        let keys = ["deploy_method", "deployment_targets", "name"];
        assert_eq!(nearest("deployMethod", keys), Some("deploy_method"));
        assert_eq!(nearest("Name", keys), Some("name"));
        assert_eq!(nearest("deploymnt_targets", keys), Some("deployment_targets"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt("a\nb"), "a b");
        assert_eq!(excerpt(&"x".repeat(100)).chars().count(), 61);
    }

    #[test]
    fn quoting_survives_quotes_and_control_characters() {
        assert_eq!(quoted("it's"), "'it''s'");
        assert_eq!(quoted("a\tb"), "\"a\\tb\"");
    }
}
