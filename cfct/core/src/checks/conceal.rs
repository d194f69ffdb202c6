//! Keeps secrets that one check found out of what the others say.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::Location;

/// What stands in a text instead of a secret.
const MASK: &str = "…";
/// Shorter texts are in too many words to be taken out of them.
const SHORTEST: usize = 8;

/// Marks every hidden place of a file in all findings of that file, and takes the hidden texts out of what
/// findings say. A fix that would write one is dropped.
pub(super) fn conceal(findings: &mut [Finding]) {
    let mut places: BTreeMap<String, Vec<Location>> = BTreeMap::new();
    for place in findings.iter().flat_map(|finding| &finding.hidden) {
        places.entry(place.source.name().to_owned()).or_default().push(place.clone());
    }
    if places.is_empty() {
        return;
    }
    for hidden in places.values_mut() {
        hidden.sort_by_key(|place| place.span);
        hidden.dedup_by_key(|place| place.span);
    }
    let secrets = texts(&places);
    for finding in findings {
        let shown =
            std::iter::once(&finding.primary).chain(finding.related.iter().map(|related| &related.location));
        let mut names: Vec<&str> = shown.map(|place| place.source.name()).collect();
        names.sort_unstable();
        names.dedup();
        finding.hidden = names.into_iter().filter_map(|name| places.get(name)).flatten().cloned().collect();
        if !finding.hidden.is_empty() {
            mask(finding, &secrets);
        }
    }
}

/// The hidden texts as values and as written, the longest first.
fn texts(places: &BTreeMap<String, Vec<Location>>) -> Vec<String> {
    let written = places.values().flatten().map(|place| place.text().trim());
    let mut texts: Vec<String> = written
        .flat_map(|text| [text.to_owned(), text.trim_matches(['"', '\'']).to_owned()])
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
            Finding::new(&UNUSED, &Location::file(&other), "b"),
        ];
        conceal(&mut findings);
        assert_eq!(findings[1].message, "cannot be `…`");
        assert_eq!(findings[1].help.as_deref(), Some("not …"));
        assert!(findings[1].fix.is_none());
        let hidden: Vec<_> = findings.iter().map(|finding| finding.hidden.len()).collect();
        assert_eq!(hidden, [1, 1, 0]);
    }
}
