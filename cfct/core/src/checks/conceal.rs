//! Keeps secrets that one check found out of what the others say.

use crate::finding::Finding;
use crate::hidden::Hidden;
use crate::source::Location;

/// What stands in a text instead of a secret.
const MASK: &str = "…";
/// Shorter texts are in too many words to be taken out of them.
const SHORTEST: usize = 8;
/// Hidden places that one place of a finding is held against.
const MOST: usize = 16;

/// Takes the hidden texts out of what findings say about the places they stand in, or just before. A fix that
/// would write one is dropped.
pub(super) fn conceal(findings: &mut [Finding]) {
    let hidden = Hidden::of(findings);
    if hidden.is_empty() {
        return;
    }
    for finding in findings {
        let secrets = secrets_near(finding, &hidden);
        if !secrets.is_empty() {
            mask(finding, &secrets);
        }
    }
}

/// The hidden texts that a finding could quote, as values and as written, the longest first: those at its
/// places, and the one after each, since a finding about a key may tell its value.
fn secrets_near(finding: &Finding, hidden: &Hidden) -> Vec<String> {
    let related = finding.related.iter().map(|related| &related.location);
    let mut texts: Vec<String> = std::iter::once(&finding.primary)
        .chain(related)
        .flat_map(|place| {
            let at = hidden.within(&place.source, place.span).take(MOST);
            let next = hidden.from(&place.source, place.span.end).take(1);
            at.chain(next).map(|span| Location::new(&place.source, span))
        })
        .flat_map(|place| {
            let text = place.text().trim().to_owned();
            [text.trim_matches(['"', '\'']).to_owned(), text]
        })
        .filter(|text| text.len() >= SHORTEST)
        .collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.dedup();
    texts
}

fn mask(finding: &mut Finding, secrets: &[String]) {
    let labels = finding.related.iter_mut().map(|related| &mut related.label);
    let said = [&mut finding.message, &mut finding.label].into_iter().chain(&mut finding.help).chain(labels);
    for text in said {
        for secret in secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MASK);
            }
        }
    }
    let writes_secret = finding.fix.as_ref().is_some_and(|fix| {
        let mut edits = fix.edits.iter().map(|edit| edit.replacement.as_str()).chain([fix.title.as_str()]);
        edits.any(|text| secrets.iter().any(|secret| text.contains(secret.as_str())))
    });
    if writes_secret {
        finding.fix = None;
    }
}

#[cfg(test)]
mod tests {
    use super::conceal;
    use crate::checks::template_unused::UNUSED;
    use crate::finding::Finding;
    use crate::source::{Location, SourceFile, Span};

    #[test]
    fn no_finding_says_what_one_of_them_hides() {
        let source = SourceFile::new("p.json", "{\"Key\": \"hunter2hunter2\"}");
        let other = SourceFile::new("q.json", "x");
        let key = Location::new(&source, Span::new(1, 6));
        let value = Location::new(&source, Span::new(8, 24));
        let mut findings = vec![
            Finding::new(&UNUSED, &key, "a").hide(&value),
            Finding::new(&UNUSED, &key, "cannot be `hunter2hunter2`").help("not \"hunter2hunter2\"").fix(
                "quote it",
                Span::new(8, 24),
                "'hunter2hunter2'",
            ),
            Finding::new(&UNUSED, &value, "hunter2hunter2 is short"),
            Finding::new(&UNUSED, &Location::file(&other), "b"),
        ];
        conceal(&mut findings);
        assert_eq!(findings[1].message, "cannot be `…`");
        assert_eq!(findings[1].help.as_deref(), Some("not …"));
        assert!(findings[1].fix.is_none());
        assert_eq!(findings[2].message, "… is short");
        assert_eq!(findings[3].message, "b");
    }
}
