//! Workflow commands of GitHub Actions, which shows each at its line of the pull request
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).

use std::io::{self, Write};

use cfct_core::finding::{Finding, Level};
use cfct_core::report::Place;

use super::View;
use crate::shown::clean;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    view.findings.iter().try_for_each(|finding| writeln!(out, "{}", annotation(view, finding)))
}

fn annotation(view: &View<'_>, finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let Place { start, end, .. } = Place::of(&finding.primary);
    let mut properties =
        format!("file={},line={}", property(&view.path_of(&finding.primary.source)), start.line);
    // GitHub takes columns only within one line, and counts the last one in.
    if start.line == end.line {
        let last = end.column.saturating_sub(1).max(start.column);
        properties.push_str(&format!(",endLine={},col={},endColumn={last}", end.line, start.column));
    } else {
        properties.push_str(&format!(",endLine={}", end.line));
    }
    let mut message = format!("{}\n{}", finding.message, finding.stage.consequence());
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    format!("::{command} {properties},title={}::{}", property(finding.code.name), data(&message))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use cfct_core::document::codes::YAML_SYNTAX;
    use cfct_core::finding::{Finding, Level};
    use cfct_core::source::{Location, SourceFile, Span};

    use super::annotation;
    use crate::faces::View;

    fn view(folder: &str) -> View<'_> {
        View { findings: &[], files: 1, folder, outside: None, quiet: false }
    }

    #[test]
    fn an_annotation_names_its_lines_and_escapes_what_would_end_it() {
        let source = SourceFile::new("a,b:c.yaml", "x: 1\ny: 2\n");
        let at = Location::new(&source, Span::new(3, 4));
        let finding =
            Finding::new(&YAML_SYNTAX, &at, "100% of a\nb").level(Level::Warning).help("do: it, now");
        assert_eq!(
            annotation(&view("sub"), &finding),
            "::warning file=sub/a%2Cb%3Ac.yaml,line=1,endLine=1,col=4,endColumn=4,title=yaml-syntax::\
             100%25 of a%0Ab%0ACfCT fails in Build: the manifest cannot be read%0Ahelp: do: it, now"
        );
    }

    #[test]
    fn several_lines_have_no_columns() {
        let source = SourceFile::new("manifest.yaml", "x: 1\ny: 2\n");
        let finding =
            Finding::new(&YAML_SYNTAX, &Location::new(&source, Span::new(0, 7)), "it").level(Level::Note);
        let line = annotation(&view(""), &finding);
        assert!(line.starts_with("::notice file=manifest.yaml,line=1,endLine=2,title="), "{line}");
    }
}
