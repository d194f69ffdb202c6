//! Findings for a person, in rustc's look: the source line, an underline, what is wrong, what to do.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};
use cfct_core::finding::{self, Finding, Fix, Related};
use cfct_core::fix::is_sound;
use cfct_core::hidden::Hidden;
use cfct_core::source::{Location, SourceFile, Span};
use cfct_core::words::excerpt;

use super::snippet::{Excerpt, first_line_of};
use super::{View, counted};
use crate::console::Look;
use crate::shown::{clean, clean_line};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let renderer = if look.styled { Renderer::styled() } else { Renderer::plain() }.term_width(look.width);
    let shown = Shown { view, hidden: &Hidden::of(view.findings) };
    let mut explained = HashSet::new();
    for finding in view.findings {
        // Why a code matters and where its page is does not change from one finding to the next.
        let first = explained.insert(finding.code.name);
        writeln!(out, "{}\n", renderer.render(&report(&shown, finding, first)))?;
    }
    if view.quiet { Ok(()) } else { summarise(view, out) }
}

fn report<'f>(shown: &Shown<'_>, finding: &'f Finding, explain: bool) -> Vec<Group<'f>> {
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
        .elements(places(shown, finding))
        .elements(notes.into_iter().map(|(level, text)| level.message(text)));
    let fix = finding.fix.as_ref().map(|fix| suggestion(&finding.primary.source, fix, shown.hidden));
    std::iter::once(main).chain(fix).collect()
}

/// The finding's place, and the related ones: together where they are near, one after the other else.
fn places<'f>(shown: &Shown<'_>, finding: &'f Finding) -> Vec<Element<'f>> {
    let source = &finding.primary.source;
    let (near, far): (Vec<&Related>, Vec<&Related>) = finding.related.iter().partition(|related| {
        let spans = [underlined(&finding.primary), underlined(&related.location)];
        Arc::ptr_eq(source, &related.location.source) && Excerpt::of(source, &spans, shown.hidden).is_some()
    });
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

/// How the places of findings are shown.
struct Shown<'v> {
    view: &'v View<'v>,
    /// What must not be.
    hidden: &'v Hidden,
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
        let Excerpt { text, first_line, places } = Excerpt::of(&at.source, &spans, self.hidden)?;
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
        let is_hidden = self.hidden.within(&at.source, at.span).next().is_some();
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

fn underlined(at: &Location) -> Span {
    first_line_of(&at.source, at.span)
}

/// [`Location::file`] points at nothing in particular.
fn is_whole_file(at: &Location) -> bool {
    at.span == Span::default()
}

/// What a mend would do, as a patch; its title alone where that is too much to show.
fn suggestion<'f>(source: &SourceFile, fix: &'f Fix, hidden: &Hidden) -> Group<'f> {
    let title = Level::HELP.secondary_title(clean_line(&fix.title));
    let spans: Vec<Span> = fix.edits.iter().map(|edit| edit.span).collect();
    let excerpt = Excerpt::of(source, &spans, hidden);
    // Edits that could not be made could not be drawn either.
    let Some(excerpt) = excerpt.filter(|_| is_sound(source.text(), fix)) else {
        return Group::with_title(title);
    };
    let patches = excerpt
        .places
        .into_iter()
        .zip(&fix.edits)
        .map(|(place, edit)| Patch::new(place, shown_replacement(&edit.replacement)));
    title.element(Snippet::source(excerpt.text).line_start(excerpt.first_line).patches(patches))
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

#[cfg(test)]
mod tests {
    use cfct_core::document::codes::YAML_SYNTAX;
    use cfct_core::finding::{Edit, Finding};
    use cfct_core::source::{Location, SourceFile, Span};
    use proptest::prelude::*;

    use super::write;
    use crate::console::Look;
    use crate::faces::View;

    fn text_of(findings: &[Finding], styled: bool) -> String {
        let mut out = Vec::new();
        let view = View { findings, files: 1, folder: "", outside: None, quiet: false };
        write(&view, &mut out, Look { styled, width: 80 }).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn at(source: &std::sync::Arc<SourceFile>, start: usize, length: usize) -> Location {
        Location::new(source, Span::new(start, start + length))
    }

    #[test]
    fn why_and_page_are_told_once_a_code() {
        let source = SourceFile::new("manifest.yaml", "a: b\nc: d\n");
        let findings =
            [0, 5].map(|start| Finding::new(&YAML_SYNTAX, &at(&source, start, 1), "it").help("mend it"));
        let text = text_of(&findings, false);
        assert_eq!(text.matches("= why: ").count(), 1, "{text}");
        assert_eq!(text.matches("= docs: ").count(), 1, "{text}");
        assert_eq!(text.matches("= help: mend it").count(), 2, "{text}");
        assert!(text.ends_with("2 errors in 1 file\nmore about a code: explain CODE\n"), "{text}");
    }

    #[test]
    fn a_whole_file_is_named_without_a_line() {
        let source = SourceFile::new("manifest.yaml", "a: b\n");
        let text = text_of(&[Finding::new(&YAML_SYNTAX, &Location::file(&source), "it")], false);
        assert!(text.contains("--> manifest.yaml\n") && !text.contains("a: b"), "{text}");
    }

    #[test]
    fn a_line_too_long_to_show_is_quoted_at_the_place() {
        let source = SourceFile::new("a.json", format!("{}wrong{}", "x".repeat(9_000), "y".repeat(9_000)));
        let text = text_of(&[Finding::new(&YAML_SYNTAX, &at(&source, 9_000, 5), "it").label("here")], false);
        assert!(text.contains("--> a.json:1:9001\n") && text.contains("`wrong`"), "{text}");
        assert!(text.len() < 1_000, "{text}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = SourceFile::new("a.json", format!("{}wrong{}", "x".repeat(700), "y".repeat(700)));
        let text = text_of(&[Finding::new(&YAML_SYNTAX, &at(&source, 700, 5), "it")], false);
        let shown = text.lines().find(|line| line.contains("wrong")).unwrap();
        assert!(shown.len() < 120 && text.contains("--> a.json:1:701\n"), "{text}");
    }

    proptest! {
        #[test]
        fn no_place_and_no_mend_is_a_fault(
            text in "[a-c äß漢\u{1b}\u{9b}\u{feff}\t\r\n]{0,60}",
            places in prop::collection::vec((0usize..80, 0usize..40), 5),
            replacement in "[A-C\n\r\u{1b}]{0,12}",
            same_file in any::<bool>(),
            styled in any::<bool>(),
        ) {
            let source = SourceFile::new("a\u{1b}\n.yaml", text.clone());
            let other = if same_file { source.clone() } else { SourceFile::new("b", text) };
            let spans: Vec<Location> = places.iter().map(|(start, length)| at(&source, *start, *length)).collect();
            let edits = spans[1..3]
                .iter()
                .map(|place| Edit { span: place.span, replacement: replacement.clone() })
                .collect();
            let finding = Finding::new(&YAML_SYNTAX, &spans[0], replacement.clone())
                .label("here")
                .related(&at(&other, places[3].0, places[3].1), "there")
                .fix_all(replacement.clone(), edits)
                .hide(&spans[4]);
            let shown = text_of(&[finding], styled);
            let raw = shown.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t') && !(styled && *c == '\u{1b}'));
            prop_assert_eq!(raw, None);
        }
    }
}
