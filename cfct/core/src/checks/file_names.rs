//! Names of files under `templates/` and `parameters/`.
//!
//! The build takes them from `for name in $(find … | grep …)`: a name with a blank falls into pieces, and the
//! patterns fit more names than they mean.

use super::Context;
use crate::configuration::Kind;
use crate::finding::{Finding, Stage};
use crate::source::PackagePath;

crate::codes! {
    /// A blank in the name of a file that the build loops over.
    BLANK = "file-name-blank", Error, BuildFiles,
        "the name of a file that the build validates has a blank in it",
        "the build loops over the names in a shell that splits them at blanks, and finds none of the pieces";
    /// `parameters/prod.json.bak`
    PARSED_AS_JSON = "file-parsed-as-json", Warning, BuildFiles,
        "a file under parameters/ is parsed as JSON though its extension is another",
        "the build parses every file there that has `json` anywhere in its path";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // `find -type f` lists no links.
    let files = context.configuration.listing.iter().filter(|(_, listed)| listed.kind == Kind::File);
    for (path, _) in files {
        if let Some(stage) = looped_over(path).filter(|_| path.as_str().contains(char::is_whitespace)) {
            let message = format!("the build cannot find `{path}` because of the blank in its name");
            findings.push(
                Finding::new(&BLANK, &context.configuration.location(path), message)
                    .stage(stage)
                    .help("rename it without blanks"),
            );
        } else if path.is_under("parameters") && is_parsed_as_json(path) && path.extension() != "json" {
            let message = format!("the build parses `{path}` as JSON, because its path has `json` in it");
            findings.push(
                Finding::new(&PARSED_AS_JSON, &context.configuration.location(path), message)
                    .help("remove it, move it out of parameters/, or rename it without `json`"),
            );
        }
    }
}

/// At which stage the build stumbles over the name, if it loops over it at all.
fn looped_over(path: &PackagePath) -> Option<Stage> {
    let is_template = ["template", "yaml", "yml", "json"].iter().any(|end| path.as_str().ends_with(end));
    if path.is_under("templates") && is_template {
        Some(Stage::BuildTemplates)
    } else if path.is_under("parameters") && is_parsed_as_json(path) {
        Some(Stage::BuildFiles)
    } else {
        None
    }
}

/// `find . | grep '.json' | grep -v '.j2'` in the folder: the dots stand for any character, and there is always
/// one in front.
fn is_parsed_as_json(path: &PackagePath) -> bool {
    let below = path.as_str().strip_prefix("parameters/").unwrap_or(path.as_str());
    below.contains("json") && !below.contains("j2")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::findings;
    use crate::finding::Stage;

    #[test]
    fn names_that_the_build_stumbles_over_are_found() {
        for (path, expected) in [
            ("templates/vault.yaml", None),
            ("templates/my vault.yaml", Some(("file-name-blank", Stage::BuildTemplates))),
            ("templates/my notes.md", None),
            ("templates/old stuff/vault.yaml", Some(("file-name-blank", Stage::BuildTemplates))),
            ("parameters/my vault.json", Some(("file-name-blank", Stage::BuildFiles))),
            ("policies/my policy.json", None),
            ("parameters/vault.json", None),
            ("parameters/vault.json.orig", Some(("file-parsed-as-json", Stage::BuildFiles))),
            ("parameters/json/README.md", Some(("file-parsed-as-json", Stage::BuildFiles))),
            ("parameters/vault.json.j2", None),
            ("templates/vault.yaml~", None),
        ] {
            let found = findings(check, &[(path, "")]);
            let found: Vec<_> = found.iter().map(|found| (found.code.name, found.stage)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{path}");
        }
    }

    #[test]
    fn a_link_is_not_looped_over() {
        assert!(findings(check, &[("templates/my vault.yaml", "-> vault.yaml")]).is_empty());
    }
}
