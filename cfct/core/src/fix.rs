//! Applying machine-applicable mends: by bytes, so that comments and layout stay as they are.
//!
//! [`apply`] mends one text once. [`converge`] mends a whole package until nothing is left to mend, since a
//! mend can uncover the next finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::configuration::{Configuration, Content};
use crate::finding::{Finding, Fix};
use crate::source::{PackagePath, SourceFile, Span};

/// Rounds of checking and mending before [`converge`] gives up: two mends that undo each other end here.
const ROUNDS: usize = 10;

/// A text with mends applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The text after them.
    pub text: String,
    /// The indices of the fixes that were applied, in the order given.
    pub applied: Vec<usize>,
}

/// Applies as many of `fixes` as go together, each whole or not at all; the first of two that touch wins.
///
/// A fix whose edits are out of range, cut a character, or overlap one another is left out. Line breaks in a
/// replacement follow the text: where its first line ends in CRLF, so do they.
#[must_use]
pub fn apply(text: &str, fixes: &[&Fix]) -> Mended {
    let crlf = ends_lines_in_crlf(text);
    let mut taken: BTreeMap<Span, String> = BTreeMap::new();
    let mut applied = Vec::new();
    for (index, fix) in fixes.iter().enumerate() {
        if !is_sound(text, fix) || fix.edits.iter().any(|edit| touches_any(&taken, edit.span)) {
            continue;
        }
        taken.extend(fix.edits.iter().map(|edit| {
            let replacement = &edit.replacement;
            (edit.span, if crlf { with_crlf(replacement) } else { replacement.clone() })
        }));
        applied.push(index);
    }
    let mut mended = String::with_capacity(text.len());
    let mut done = 0;
    for (span, replacement) in &taken {
        mended.push_str(text.get(done..span.start as usize).unwrap_or(""));
        mended.push_str(replacement);
        done = span.end as usize;
    }
    mended.push_str(text.get(done..).unwrap_or(""));
    Mended { text: mended, applied }
}

/// Whether the edits of `fix` lie in the text, on character boundaries, and apart from one another.
#[must_use]
pub fn is_sound(text: &str, fix: &Fix) -> bool {
    let mut spans: Vec<Span> = fix.edits.iter().map(|edit| edit.span).collect();
    spans.sort_unstable();
    !spans.is_empty()
        && spans.iter().all(|span| text.get(span.range()).is_some())
        && spans.windows(2).all(|pair| are_apart(pair[0], pair[1]))
}

/// Whether `span` overlaps or abuts an insertion of one of `taken`, which are apart from one another.
fn touches_any(taken: &BTreeMap<Span, String>, span: Span) -> bool {
    let before = taken.range(..=span).next_back();
    let after = taken.range(span..).next();
    [before, after].into_iter().flatten().any(|(other, _)| !are_apart(*other, span))
}

/// Whether two edits can be made in either order with the same result: one ends before, or where, the other
/// starts, and neither is an insertion at the seam.
fn are_apart(one: Span, other: Span) -> bool {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    let insertion_at_the_seam = first.end == second.start && (first.is_empty() || second.is_empty());
    first.end <= second.start && !insertion_at_the_seam
}

fn ends_lines_in_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|end| text[..end].ends_with('\r'))
}

fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// What mending a package comes to.
#[derive(Debug)]
pub struct Converged {
    /// What is found in the mended package.
    pub findings: Vec<Finding>,
    /// The findings that were mended, in the order of mending, each with its file as it was at that moment.
    pub mended: Vec<Finding>,
    /// The files that changed.
    pub changed: BTreeMap<PackagePath, Change>,
    /// Files that a mend would have made unreadable: left as they were.
    pub spared: BTreeSet<PackagePath>,
}

/// A file before and after mending.
#[derive(Clone, Debug)]
pub struct Change {
    /// As it was read.
    pub before: Arc<SourceFile>,
    /// As it should be.
    pub after: Arc<SourceFile>,
}

/// Checks and mends until a round changes nothing, [`ROUNDS`] times at most.
///
/// `check` decides which findings there are, settings and waivers applied; only theirs are mended. `fetch`
/// reads a file that was not read before, since a mended manifest may name it. A mend after which a document
/// can no longer be read is taken back, and its file left alone from then on.
#[must_use]
pub fn converge(
    configuration: &Configuration,
    fetch: impl Fn(&PackagePath) -> Content + Sync,
    check: impl Fn(&Configuration) -> Vec<Finding>,
) -> Converged {
    let mut state = Converged {
        findings: check(configuration),
        mended: Vec::new(),
        changed: BTreeMap::new(),
        spared: BTreeSet::new(),
    };
    let mut latest: Option<Configuration> = None;
    for _ in 0..ROUNDS {
        let current = latest.as_ref().unwrap_or(configuration);
        let mut round = Round::of(current, &state);
        if round.files.is_empty() {
            break;
        }
        let mut next = with(current, &round.files, &fetch);
        if round.spare_broken(current, &next, &mut state.spared) {
            next = with(current, &round.files, &fetch);
        }
        round.note(current, &mut state);
        state.findings = check(&next);
        latest = Some(next);
    }
    state
}

/// The package with other texts in some of its files.
fn with(
    configuration: &Configuration,
    files: &BTreeMap<PackagePath, Arc<SourceFile>>,
    fetch: impl Fn(&PackagePath) -> Content + Sync,
) -> Configuration {
    Configuration::load(configuration.listing.clone(), |path| match files.get(path) {
        Some(source) => Content::Text(Arc::clone(source)),
        None => configuration.file(path).map_or_else(|| fetch(path), |file| file.content.clone()),
    })
}

/// What one round would change.
struct Round {
    files: BTreeMap<PackagePath, Arc<SourceFile>>,
    mended: BTreeMap<PackagePath, Vec<Finding>>,
}

impl Round {
    fn of(configuration: &Configuration, state: &Converged) -> Self {
        let mut by_file: BTreeMap<PackagePath, (&Arc<SourceFile>, Vec<&Finding>)> = BTreeMap::new();
        for finding in state.findings.iter().filter(|finding| finding.fix.is_some()) {
            let Some(path) = PackagePath::new(finding.primary.source.name()) else { continue };
            let Some(source) = text_of(configuration, &path) else { continue };
            // Another file may have the same name: an organization's, given on the command line.
            if Arc::ptr_eq(source, &finding.primary.source) && !state.spared.contains(&path) {
                by_file.entry(path).or_insert((source, Vec::new())).1.push(finding);
            }
        }
        let mut round = Self { files: BTreeMap::new(), mended: BTreeMap::new() };
        for (path, (source, findings)) in by_file {
            let fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
            let Mended { text, applied } = apply(source.text(), &fixes);
            if text != source.text() {
                let mended = applied.into_iter().map(|index| findings[index].clone()).collect();
                round.files.insert(path.clone(), SourceFile::new(source.name(), text));
                round.mended.insert(path, mended);
            }
        }
        round
    }

    /// Takes out the files that could be read before and cannot be read after. Whether there were any.
    fn spare_broken(
        &mut self,
        before: &Configuration,
        after: &Configuration,
        spared: &mut BTreeSet<PackagePath>,
    ) -> bool {
        let count = self.files.len();
        self.files.retain(|path, _| {
            let broken = before.document(path).is_some() && after.document(path).is_none();
            if broken {
                spared.insert(path.clone());
            }
            !broken
        });
        self.files.len() < count
    }

    fn note(mut self, configuration: &Configuration, state: &mut Converged) {
        for (path, after) in self.files {
            let Some(now) = text_of(configuration, &path) else { continue };
            state.mended.extend(self.mended.remove(&path).unwrap_or_default());
            let before =
                state.changed.remove(&path).map_or_else(|| Arc::clone(now), |earlier| earlier.before);
            state.changed.insert(path, Change { before, after });
        }
    }
}

fn text_of<'c>(configuration: &'c Configuration, path: &PackagePath) -> Option<&'c Arc<SourceFile>> {
    match &configuration.file(path)?.content {
        Content::Text(source) => Some(source),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
