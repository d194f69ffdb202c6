//! What the Build stage's shell takes for file names.
//!
//! CfCT's `run-validation.sh` does not read the manifest as YAML to learn its files. It runs
//! `grep '_file:' | grep -v '^ *#' | tr -s ' ' | tr -d '\r' | cut -d ' ' -f 3` over its lines and demands
//! that each result exists. So a manifest may be valid and its files in place, and the build still fails.

use std::collections::HashMap;
use std::ops::Range;

use super::{Context, paths};
use crate::document::{Document, Entry, MappingRef, NodeRef, Style};
use crate::finding::{Edit, Finding};
use crate::source::{Location, SourceFile, Span};
use crate::words;

crate::codes! {
    /// A path that the shell reads as something else.
    MISREAD = "file-path-misread", Error, BuildFiles,
        "the build's file check reads something else than the path that is written",
        "the build takes the third space-separated word of each line with `_file:` for a path, whatever YAML says";
    /// A line that only looks as if it named a file.
    FALSE_MATCH = "file-check-false-match", Error, BuildFiles,
        "the build's file check takes a line for a path that names no file",
        "the build looks for `_file:` anywhere in a line, in texts and behind comments too";
}

const NEEDLE: &str = "_file:";

/// A word that the build demands to exist as a file, or to be an address it can download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as the shell has it.
    pub text: String,
    /// Where it stands in the manifest.
    pub span: Span,
}

/// The words in the order in which the build checks them.
#[must_use]
pub fn words(manifest: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut from = 0;
    while let Some(at) = manifest.get(from..).and_then(|rest| rest.find(NEEDLE)) {
        let at = from + at;
        let start = manifest[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = manifest[at..].find('\n').map_or(manifest.len(), |length| at + length);
        from = end;
        let line = &manifest[start..end];
        if line.trim_start_matches(' ').starts_with('#') {
            continue;
        }
        let field = third_field(line);
        // The unquoted `$check_files` of the shell's loop is split at white space once more.
        for word in line[field.clone()].split(['\t', ' ']).filter(|word| !word.trim_matches('\r').is_empty())
        {
            let offset = start + (word.as_ptr() as usize - line.as_ptr() as usize);
            let written = word.trim_end_matches('\r');
            words
                .push(Word { text: word.replace('\r', ""), span: Span::new(offset, offset + written.len()) });
        }
    }
    words
}

/// `tr -s ' ' | cut -d ' ' -f 3`: a line without a space passes whole, one with a single space gives nothing.
fn third_field(line: &str) -> Range<usize> {
    let bytes = line.as_bytes();
    let mut separators =
        (0..bytes.len()).filter(|&at| bytes[at] == b' ' && (at == 0 || bytes[at - 1] != b' ')).take(3);
    let (Some(_), second) = (separators.next(), separators.next()) else { return 0..line.len() };
    let Some(second) = second else { return line.len()..line.len() };
    let start = second + bytes[second..].iter().take_while(|&&byte| byte == b' ').count();
    start..separators.next().unwrap_or(line.len())
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(document) = context.manifest.map(|manifest| manifest.document) else { return };
    let source = document.source();
    let files = FilesByLine::of(document);
    for word in words(source.text()) {
        if paths::is_url(&word.text) || paths::exists(&context.configuration.listing, &word.text) {
            continue;
        }
        let meant = files.on_line_of(source, word.span);
        // A path that was read right and does not exist is the file check's to report.
        if meant.iter().any(|file| file.path() == Some(word.text.as_str())) {
            continue;
        }
        let at = Location::new(source, word.span);
        findings.push(match meant.first() {
            Some(file) => misread(file, &word, &at),
            None => false_match(document, &word, &at),
        });
    }
}

/// A `…_file` key of the manifest with its value, and the map it stands in.
#[derive(Clone, Copy)]
struct FileEntry<'d> {
    map: MappingRef<'d>,
    entry: Entry<'d>,
}

impl<'d> FileEntry<'d> {
    fn path(&self) -> Option<&'d str> {
        self.entry.value.scalar_text()
    }
}

struct FilesByLine<'d>(HashMap<u32, Vec<FileEntry<'d>>>);

impl<'d> FilesByLine<'d> {
    fn of(document: &'d Document) -> Self {
        let mut lines: HashMap<u32, Vec<FileEntry<'d>>> = HashMap::new();
        let maps = document.nodes().filter(|node| !node.is_alias()).filter_map(NodeRef::as_mapping);
        for map in maps {
            for entry in map.written() {
                if is_file_key(entry.key) && entry.value.scalar_text().is_some() {
                    let line = document.source().line_span(entry.key.span().start).start;
                    lines.entry(line).or_default().push(FileEntry { map, entry });
                }
            }
        }
        Self(lines)
    }

    fn on_line_of(&self, source: &SourceFile, span: Span) -> &[FileEntry<'d>] {
        self.0.get(&source.line_span(span.start).start).map_or(&[], Vec::as_slice)
    }
}

fn is_file_key(key: NodeRef<'_>) -> bool {
    key.scalar_text().is_some_and(|key| key.ends_with("_file"))
}

fn misread(file: &FileEntry<'_>, word: &Word, at: &Location) -> Finding {
    let path = words::excerpt(file.path().unwrap_or(""));
    let read = words::excerpt(&word.text);
    let finding = Finding::new(&MISREAD, at, format!("the build looks for `{read}` instead of `{path}`"));
    let value = file.entry.value;
    if first_key_of_item(file).is_some() {
        let finding = finding
            .label("the third word of the line")
            .help("move another key, such as `name`, behind the dash: there the dash counts as a word");
        return match move_down(file) {
            Some(edits) => finding.fix_all("let another key stand first", edits),
            None => finding,
        };
    }
    if file.map.node().is_flow() {
        return finding
            .label("the third word of the line")
            .help("write the resource in block style, one key on each line");
    }
    if path.contains(' ') {
        return finding.label("the path ends here for the shell").help("rename the file without spaces");
    }
    match value.style() {
        Some(Style::SingleQuoted | Style::DoubleQuoted) => {
            let finding = finding.label("with the quotes").help("write the path without quotes");
            match plain_path(file) {
                Some(path) => finding.fix("remove the quotes", value.span(), path),
                None => finding,
            }
        }
        Some(Style::Plain) if !value.is_alias() => {
            finding.label("the third word of the line").help("write the key on a line of its own, indented")
        }
        _ => finding.label("the third word of the line").help("write the path itself behind the key"),
    }
}

fn false_match(document: &Document, word: &Word, at: &Location) -> Finding {
    let read = words::excerpt(&word.text);
    let line = document.source().line_span(word.span.start);
    let comments = document.comments();
    let first = comments.partition_point(|comment| comment.start < line.start);
    let behind_comment = comments.get(first).is_some_and(|comment| {
        comment.start < line.end && document.source().slice(*comment).contains(NEEDLE)
    });
    let help = if behind_comment {
        "put the comment on a line of its own: the build skips lines that start with `#`"
    } else {
        "reword the text so that no line of it contains `_file:`"
    };
    Finding::new(
        &FALSE_MATCH,
        at,
        format!("the build takes `{read}` for a file, because its line contains `_file:`"),
    )
    .label("the third word of the line")
    .help(help)
}

/// For a key behind the dash of an indented list item: where the dash stands.
fn first_key_of_item(file: &FileEntry<'_>) -> Option<usize> {
    let source = file.map.node().document().source();
    let start = file.entry.key.span().start;
    let line = source.line_span(start);
    let before = source.slice(Span { start: line.start, end: start });
    let dash = before.trim_start_matches(' ').strip_prefix('-')?;
    (dash.trim_matches(' ').is_empty()).then(|| line.start as usize + before.len() - dash.len() - 1)
}

/// Edits that let another key stand behind the dash: one that takes a single line changes places with the
/// file; without one, the dash gets a line of its own.
fn move_down(file: &FileEntry<'_>) -> Option<Vec<Edit>> {
    let source = file.map.node().document().source();
    let key = file.entry.key;
    let path = plain_path(file)?;
    let written = format!("{}: {path}", key.scalar_text()?);
    let own = Span { start: key.span().start, end: file.entry.value.span().end };
    let movable = |entry: &Entry<'_>| {
        let (start, end) = (entry.key.span().start, entry.value.span().end);
        let line = source.line_span(start);
        let alone = source.slice(Span { start: line.start, end: start }).bytes().all(|byte| byte == b' ');
        alone && end <= line.end && entry.value.scalar_text().is_some() && !is_file_key(entry.key)
    };
    let mut others = file.map.written().skip(1).filter(movable);
    let first = others.next();
    let named =
        first.into_iter().chain(others).find(|entry| entry.key.scalar_text() == Some("name")).or(first);
    if let Some(other) = named {
        let place = Span { start: other.key.span().start, end: other.value.span().end };
        return Some(vec![
            Edit { span: own, replacement: source.slice(place).to_owned() },
            Edit { span: place, replacement: written },
        ]);
    }
    let dash = first_key_of_item(file)?;
    let column = key.span().start as usize - source.line_span(key.span().start).start as usize;
    let gap = Span::new(dash + 1, key.span().start as usize);
    Some(vec![
        Edit { span: gap, replacement: format!("\n{}", " ".repeat(column)) },
        Edit { span: own, replacement: written },
    ])
}

/// The path as a plain scalar, where that means the same to YAML and to the shell.
fn plain_path<'d>(file: &FileEntry<'d>) -> Option<&'d str> {
    let path = file.path()?;
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let starts_well = path.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts_well && path.contains(['/', '.']) && path.chars().all(safe) && !file.entry.value.is_alias())
        .then_some(path)
}

#[cfg(test)]
mod tests {
    use super::{check, words};
    use crate::checks::testing::{findings, fixed, found, v2};

    fn texts(manifest: &str) -> Vec<String> {
        words(manifest).into_iter().map(|word| word.text).collect()
    }

    fn found_in(manifest: &str) -> Vec<(&'static str, String)> {
        found(check, &[("manifest.yaml", manifest), ("templates/a.yaml", "")])
    }

    #[test]
    fn the_build_reads_the_third_word() {
        for (line, read) in [
            ("    resource_file: templates/a.yaml", &["templates/a.yaml"][..]),
            ("    resource_file:    templates/a.yaml  # why", &["templates/a.yaml"]),
            ("    resource_file: \"templates/a.yaml\"\r", &["\"templates/a.yaml\""]),
            ("    resource_file: templates/a b.yaml", &["templates/a"]),
            ("  - resource_file: templates/a.yaml", &["resource_file:"]),
            ("- resource_file: templates/a.yaml", &["templates/a.yaml"]),
            ("resource_file: templates/a.yaml", &[]),
            ("resource_file: templates/a.yaml # x", &["#"]),
            ("resource_file:\ttemplates/a.yaml", &["resource_file:", "templates/a.yaml"]),
            ("    resource_file:", &[]),
            ("    # resource_file: templates/a.yaml", &[]),
            ("    name: x # a_file: y", &["x"]),
            ("    resource_file : templates/a.yaml", &[]),
        ] {
            assert_eq!(texts(line), read, "{line}");
        }
    }

    #[test]
    fn a_word_points_at_its_bytes() {
        let manifest = "a: é\n    resource_file:   templates/ä.yaml\r\n";
        let word = &words(manifest)[0];
        assert_eq!(&manifest[word.span.range()], "templates/ä.yaml");
        assert_eq!(word.text, "templates/ä.yaml");
    }

    #[test]
    fn a_file_key_behind_the_dash_changes_places_with_the_name() {
        let manifest =
            v2("  - resource_file: \"templates/a.yaml\" # one\n    regions: []\n    name: a # two\n");
        let found = findings(check, &[("manifest.yaml", &manifest), ("templates/a.yaml", "")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "the build looks for `resource_file:` instead of `templates/a.yaml`");
        let mended = v2("  - name: a # one\n    regions: []\n    resource_file: templates/a.yaml # two\n");
        assert_eq!(fixed(&found[0]), mended);
        assert_eq!(found_in(&mended), []);
    }

    #[test]
    fn a_lone_file_key_behind_the_dash_gets_a_line_of_its_own() {
        let manifest = v2("  - resource_file: templates/a.yaml\n    regions:\n      - us-east-1\n");
        let found = findings(check, &[("manifest.yaml", &manifest), ("templates/a.yaml", "")]);
        let mended = v2("  -\n    resource_file: templates/a.yaml\n    regions:\n      - us-east-1\n");
        assert_eq!(fixed(&found[0]), mended);
    }

    #[test]
    fn quotes_around_a_path_are_removed() {
        let manifest = v2("  - name: a\n    resource_file: 'templates/a.yaml'\n");
        let found = findings(check, &[("manifest.yaml", &manifest), ("templates/a.yaml", "")]);
        assert_eq!(fixed(&found[0]), v2("  - name: a\n    resource_file: templates/a.yaml\n"));
    }

    #[test]
    fn each_way_to_be_misread_is_found_where_the_shell_looks() {
        for (resource, code, word) in [
            ("  - {name: f, resource_file: templates/a.yaml}\n", "file-path-misread", "{name:"),
            ("  - name: f\n    resource_file: templates/a b.yaml\n", "file-path-misread", "templates/a"),
            ("  - name: f\n    resource_file: &f templates/a.yaml\n", "file-path-misread", "&f"),
            ("  - name: f\n    resource_file: >-\n      templates/a.yaml\n", "file-path-misread", ">-"),
            ("  - name: f\n    description: of a_file:x\n", "file-check-false-match", "of"),
            ("  - name: f # resource_file: x\n", "file-check-false-match", "name:"),
        ] {
            let manifest = v2(resource);
            let files =
                [("manifest.yaml", manifest.as_str()), ("templates/a.yaml", ""), ("templates/a b.yaml", "")];
            assert_eq!(found(check, &files), [(code, word.to_owned())], "{resource}");
        }
    }

    #[test]
    fn files_that_exist_and_addresses_are_left_alone() {
        let manifest = v2(
            "  - name: a\n    resource_file: templates/a.yaml\n  - name: b\n    resource_file: s3://b/k\n",
        );
        assert_eq!(found(check, &[("manifest.yaml", &manifest), ("templates/a.yaml", "")]), []);
    }
}
