//! Files whose content is no text, or too much of it. What the operating system refuses is no finding: a
//! check that could not read the package must not look like one that did.

use super::{Context, reading_stage};
use crate::configuration::Content;
use crate::document::limits;
use crate::finding::Finding;
use crate::source::{Location, SourceFile};

crate::codes! {
    /// The file is not UTF-8.
    FILE_NOT_UTF8 = "file-not-utf8", Error, BuildYaml,
        "a file is not UTF-8",
        "CfCT and AWS read UTF-8 only, and stop at the first byte that is none";
    /// The file is larger than the toolkit reads, and far larger than AWS takes.
    FILE_TOO_LARGE = "file-too-large", Error, BuildYaml,
        "a file is far larger than CfCT and AWS can use",
        "the largest document that AWS takes from a package is a template of one megabyte";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, file) in &context.configuration.files {
        let place = Location::file(&SourceFile::new(path.as_str(), ""));
        let finding = match file.content {
            Content::Text(_) | Content::Unreadable(_) => continue,
            Content::NotUtf8 { valid_up_to } => {
                let message = format!("`{path}` is not UTF-8 from byte {} on", valid_up_to + 1);
                Finding::new(&FILE_NOT_UTF8, &place, message).help(if valid_up_to == 0 {
                    "save the file as UTF-8; it may be UTF-16, or no text at all"
                } else {
                    "save the file as UTF-8; it may be in an older encoding such as Latin-1"
                })
            }
            Content::TooLarge { bytes } => {
                let message = format!("`{path}` has {} MiB", bytes >> 20);
                let help = format!(
                    "is it another file's content? At most {} MiB are read here",
                    limits::BYTES >> 20
                );
                Finding::new(&FILE_TOO_LARGE, &place, message).help(help)
            }
        };
        findings.push(finding.stage(reading_stage(path, file.role)));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::checks;
    use crate::configuration::{Configuration, Content, Kind, Listed, Listing};
    use crate::source::PackagePath;

    /// `code stage` of each finding in a package whose one file has this content.
    fn found(name: &str, content: &Content) -> Vec<String> {
        let path = PackagePath::new(name).unwrap();
        let listing: Listing = BTreeMap::from([(path, Listed { kind: Kind::File, bytes: 1 })]);
        let configuration = Configuration::load(listing, |_| content.clone());
        let findings = checks::run(&configuration);
        findings
            .iter()
            .filter(|finding| finding.code.name.starts_with("file-"))
            .map(|finding| format!("{} {}", finding.code.name, finding.stage.as_str()))
            .collect()
    }

    #[test]
    fn what_is_no_text_is_found_where_it_is_first_read() {
        let latin = Content::NotUtf8 { valid_up_to: 7 };
        assert_eq!(found("manifest.yaml", &latin), ["file-not-utf8 build-yaml"]);
        assert_eq!(found("templates/a.yaml", &latin), ["file-not-utf8 build-templates"]);
        assert_eq!(found("parameters/a.json", &latin), ["file-not-utf8 build-files"]);
        assert_eq!(found("policies/a.json", &latin), ["file-not-utf8 policy"]);
        let huge = Content::TooLarge { bytes: 40 << 20 };
        assert_eq!(found("policies/a.json", &huge), ["file-too-large policy"]);
    }
}
