//! `docs/reference-architectures.md`: its sections, its rows, and the places of its drawings.

use std::fmt::Write;

use crate::failure::Failure;

/// The page, by its path from the root.
pub const PAGE: &str = "docs/reference-architectures.md";

const OPENING: &str = "<!-- drawing: made from the configuration by cargo xtask docs -->";
const CLOSING: &str = "<!-- end of drawing -->";

/// A row of one of the page's tables.
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'p> {
    /// Such as `2.4`.
    pub id: &'p str,
    /// The paths in the column that says what implements it.
    pub files: Vec<&'p str>,
    /// How to see that it works.
    pub shown_by: &'p str,
}

/// The rows of every table whose first cell is a number with a dot.
pub fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines().filter_map(row).collect()
}

/// `| 2.4 | element | files | how to see it |`
fn row(line: &str) -> Option<Row<'_>> {
    let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [id, _, files, shown_by] = cells[..] else { return None };
    let (major, minor) = id.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(major) && is_number(minor)).then(|| Row { id, files: code_spans(files), shown_by })
}

/// The texts between single backticks that look like paths.
fn code_spans(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).filter(|text| text.contains('/') || text.contains('.')).collect()
}

/// The page with each drawing replaced by what `draw` makes of the architecture's number and its files.
pub fn redrawn(
    page: &str,
    mut draw: impl FnMut(&str, &[&str]) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let rows = rows(page);
    let mut text = String::with_capacity(page.len());
    let mut rest = page;
    let mut architecture = "";
    while let Some((before, after)) = rest.split_once(OPENING) {
        architecture = before.lines().rev().find_map(heading).unwrap_or(architecture);
        let Some((_, after)) = after.split_once(CLOSING) else {
            return Err(Failure::new(format!("{PAGE}: a drawing has no `{CLOSING}`")));
        };
        let files: Vec<&str> = rows
            .iter()
            .filter(|row| row.id.split('.').next() == Some(architecture))
            .flat_map(|row| row.files.iter().copied())
            .collect();
        let drawing = draw(architecture, &files)?;
        let _ = write!(text, "{before}{OPENING}\n\n```mermaid\n{drawing}```\n\n{CLOSING}");
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// `## 2. Title` gives `2`.
fn heading(line: &str) -> Option<&str> {
    line.strip_prefix("## ")?.split_once(". ").map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Page\n\n## 1. One\n\n<!-- drawing: made from the configuration by cargo xtask docs -->\nold\n\
                        <!-- end of drawing -->\n\n| row | element | implemented by | how to see |\n|---|---|---|---|\n\
                        | 1.1 | a vault | `templates/a.yaml`, `policies/b.json` | `cfct check` |\n";

    #[test]
    fn rows_have_an_id_the_files_and_a_way_to_see() {
        let expected =
            Row { id: "1.1", files: vec!["templates/a.yaml", "policies/b.json"], shown_by: "`cfct check`" };
        assert_eq!(rows(TEXT), [expected]);
    }

    #[test]
    fn a_drawing_is_replaced_and_nothing_else() {
        let redrawn = redrawn(TEXT, |architecture, files| {
            assert_eq!((architecture, files), ("1", &["templates/a.yaml", "policies/b.json"][..]));
            Ok("flowchart LR\n".to_owned())
        })
        .unwrap();
        assert_eq!(redrawn, TEXT.replace("\nold\n", "\n\n```mermaid\nflowchart LR\n```\n\n"));
    }

    #[test]
    fn a_drawing_without_an_end_is_an_error() {
        let text = TEXT.replace(CLOSING, "");
        assert!(redrawn(&text, |_, _| Ok(String::new())).is_err());
    }
}
