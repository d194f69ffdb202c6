//! Findings for a person, in rustc's look: the source line, an underline, what is wrong, what to do.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};
use cfct_core::finding::{self, Finding, Fix, Related};
use cfct_core::source::{Location, SourceFile, Span};
use cfct_core::words::excerpt;

use super::snippet::{Excerpt, first_line_of};
use super::{View, counted};
use crate::console::Look;
use crate::shown::{clean, clean_line};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let renderer = if look.styled { Renderer::styled() } else { Renderer::plain() }.term_width(look.width);
    let mut explained = HashSet::new();
    for finding in view.findings {
        // Why a code matters and where its page is does not change from one finding to the next.
        let first = explained.insert(finding.code.name);
        writeln!(out, "{}\n", renderer.render(&report(view, finding, first)))?;
    }
    if view.quiet { Ok(()) } else { summarise(view, out) }
}

fn report<'f>(view: &View<'_>, finding: &'f Finding, explain: bool) -> Vec<Group<'f>> {
    let level = match finding.level {
        finding::Level::Error => Level::ERROR,
        finding::Level::Warning => Level::WARNING,
        finding::Level::Note => Level::NOTE,
    };
    let mut notes = vec![(Level::NOTE, finding.stage.consequence().into())];
    if explain {
        notes.push((Level::NOTE.with_name("why"), finding.code.why.into()));
    }
    if let Some(help) = &finding.help {
        notes.push((Level::HELP, clean(help)));
    }
    if explain {
        notes.push((Level::NOTE.with_name("docs"), finding.code.docs().into()));
    }
    let main = level
        .primary_title(clean_line(&finding.message))
        .id(finding.code.name)
        .elements(places(view, finding))
        .elements(notes.into_iter().map(|(level, text)| level.message(text)));
    let fix = finding.fix.as_ref().map(|fix| suggestion(&finding.primary.source, fix, &finding.hidden));
    std::iter::once(main).chain(fix).collect()
}

/// The finding's place, and the related ones: together where they are near, one after the other else.
fn places<'f>(view: &View<'_>, finding: &'f Finding) -> Vec<Element<'f>> {
    let source = &finding.primary.source;
    let (near, far): (Vec<&Related>, Vec<&Related>) = finding.related.iter().partition(|related| {
        let spans = [underlined(&finding.primary), underlined(&related.location)];
        Arc::ptr_eq(source, &related.location.source) && Excerpt::of(source, &spans, &[]).is_some()
    });
    let shown = Shown { view, hidden: &finding.hidden };
    let together = shown.underline(&finding.primary, &finding.label, AnnotationKind::Primary, &near);
    let (together, far) = match together {
        Some(element) => (vec![element], far),
        None => (shown.place_only(&finding.primary, &finding.label), finding.related.iter().collect()),
    };
    let apart = far.into_iter().flat_map(|related| {
        shown
            .underline(&related.location, &related.label, AnnotationKind::Context, &[])
            .map_or_else(|| shown.place_only(&related.location, &related.label), |element| vec![element])
    });
    together.into_iter().chain(apart).collect()
}

/// How the places of a finding are shown.
struct Shown<'v> {
    view: &'v View<'v>,
    /// What must not be.
    hidden: &'v [Location],
}

impl Shown<'_> {
    /// The lines of a place, underlined. `None` for a whole file, and where a line is too long to show.
    fn underline<'f>(
        &self,
        at: &'f Location,
        label: &'f str,
        kind: AnnotationKind,
        near: &[&'f Related],
    ) -> Option<Element<'f>> {
        if is_whole_file(at) {
            return None;
        }
        let related = near.iter().map(|related| underlined(&related.location));
        let spans: Vec<Span> = std::iter::once(underlined(at)).chain(related).collect();
        let Excerpt { text, first_line, places } =
            Excerpt::of(&at.source, &spans, &hidden_in(&at.source, self.hidden))?;
        let labels = std::iter::once(label).chain(near.iter().map(|related| related.label.as_str()));
        let annotations = places.into_iter().zip(labels).enumerate().map(|(index, (place, label))| {
            let kind = if index == 0 { kind } else { AnnotationKind::Context };
            kind.span(place).label((!label.is_empty()).then(|| clean_line(label)))
        });
        let path = clean_line(&self.view.path_of(&at.source)).into_owned();
        Some(Snippet::source(text).line_start(first_line).path(path).annotations(annotations).into())
    }

    /// A place without its lines.
    fn place_only<'f>(&self, at: &'f Location, label: &'f str) -> Vec<Element<'f>> {
        let origin = Origin::path(clean_line(&self.view.path_of(&at.source)).into_owned());
        let label = (!label.is_empty()).then(|| Level::NOTE.message(clean(label)).into());
        if is_whole_file(at) {
            return std::iter::once(origin.into()).chain(label).collect();
        }
        let position = at.source.position(at.span.start);
        let hidden = hidden_in(&at.source, self.hidden);
        let is_hidden = hidden.iter().any(|span| span.start < at.span.end && at.span.start < span.end);
        let text = if is_hidden {
            "the line is too long to show".to_owned()
        } else {
            format!("the line is too long to show; at the place: `{}`", clean_line(&excerpt(at.text())))
        };
        [origin.line(position.line).char_column(position.column).into(), Level::NOTE.message(text).into()]
            .into_iter()
            .chain(label)
            .collect()
    }
}

/// The hidden places of one source.
fn hidden_in(source: &Arc<SourceFile>, hidden: &[Location]) -> Vec<Span> {
    hidden.iter().filter(|place| Arc::ptr_eq(&place.source, source)).map(|place| place.span).collect()
}

fn underlined(at: &Location) -> Span {
    first_line_of(&at.source, at.span)
}

/// [`Location::file`] points at nothing in particular.
fn is_whole_file(at: &Location) -> bool {
    at.span == Span::default()
}

/// What a mend would do, as a patch; its title alone where that is too much to show.
fn suggestion<'f>(source: &Arc<SourceFile>, fix: &'f Fix, hidden: &[Location]) -> Group<'f> {
    let title = Level::HELP.secondary_title(clean_line(&fix.title));
    let spans: Vec<Span> = fix.edits.iter().map(|edit| edit.span).collect();
    match Excerpt::of(source, &spans, &hidden_in(source, hidden)) {
        Some(Excerpt { text, first_line, places }) => {
            let patches = places
                .into_iter()
                .zip(&fix.edits)
                .map(|(place, edit)| Patch::new(place, shown_replacement(&edit.replacement)));
            title.element(Snippet::source(text).line_start(first_line).patches(patches))
        }
        None => Group::with_title(title),
    }
}

fn shown_replacement(text: &str) -> String {
    clean(&text.replace("\r\n", "\n")).into_owned()
}

fn summarise(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = view.summary();
    let files = counted(view.files, "file");
    if summary.total() == 0 {
        return writeln!(out, "no findings in {files}");
    }
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun)).collect();
    writeln!(out, "{} in {files}", counts.join(", "))?;
    match view.findings.iter().filter(|finding| finding.fix.is_some()).count() {
        0 => {}
        1 => writeln!(out, "1 of them can be mended: check --fix")?,
        many => writeln!(out, "{many} of them can be mended: check --fix")?,
    }
    writeln!(out, "more about a code: explain CODE")
}
