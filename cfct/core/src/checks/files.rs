//! The files that the manifest names: whether they are there, and whether CfCT gets them from there.

use super::paths::{self, Files, Likeness, Meant, NoPath};
use super::{Context, address};
use crate::configuration::{Kind, Listing};
use crate::document::{Document, NodeRef, Shape};
use crate::finding::{Finding, Level, Stage};
use crate::manifest::{DeployMethod, Resource, Text};
use crate::source::PackagePath;
use crate::words;

crate::codes! {
    /// No such file.
    MISSING = "file-missing", Error, BuildFiles,
        "the manifest names a file that is not in the package",
        "the build demands every file of the manifest and fails for the first push without it";
    /// A folder, a pipe, a device.
    NOT_A_FILE = "file-not-a-file", Error, BuildFiles,
        "the manifest names something that is no regular file",
        "the build's file check and CfCT's upload both want a regular file";
    /// An absolute path, or one with more `..` than folders.
    OUTSIDE = "file-outside-package", Error, BuildFiles,
        "the manifest names a file outside of the package",
        "only the package travels to CfCT: nothing beside it exists on the build machine";
    /// `templates\vault.yaml`
    BACKSLASH = "file-path-backslash", Error, BuildFiles,
        "a path is written with backslashes",
        "CfCT runs on Linux, where a backslash is a character of the name and separates nothing";
    /// `./templates//vault.yaml`
    NOT_PLAIN = "file-path-not-plain", Note, Advice,
        "a path has `.`, `..` or doubled slashes in it",
        "CfCT makes the path part of an S3 key and of a URL, where these mean something else than in a folder";
    /// A symbolic link.
    SYMLINK = "file-symlink", Warning, Advice,
        "the manifest names a file by way of a symbolic link",
        "whether a link, its target or nothing arrives depends on how the source was packed";
    /// `s3-templates/vault.yaml`
    TAKEN_FOR_URL = "file-path-taken-for-url", Error, BuildFiles,
        "a path starts like an address and is taken for one",
        "CfCT takes every path that starts with `s3` or `http` for an address and never looks in the package";
    /// An SCP that is a template, a stack set that is a policy.
    WRONG_KIND = "file-wrong-kind", Error, StackSet,
        "a file is of another kind than its deploy method needs",
        "the build looks only into templates/ and parameters/, so AWS is the first to notice";
}

/// What a path is named for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The template or policy of a resource.
    Resource(DeployMethod),
    /// Stack parameters.
    Parameters,
}

impl Use {
    /// Where CfCT fails when it cannot use the file after the build has passed.
    pub(super) fn stage(self) -> Stage {
        match self {
            Self::Resource(DeployMethod::Scp | DeployMethod::Rcp) => Stage::Policy,
            _ => Stage::StackSet,
        }
    }
}

/// Every path of the manifest with what it is named for.
pub(super) fn named<'d>(resources: &[Resource<'d>]) -> impl Iterator<Item = (Text<'d>, Use)> {
    resources.iter().flat_map(|resource| {
        let file = resource.file.map(|file| (file, Use::Resource(resource.method)));
        let parameters = resource.parameter_file.map(|file| (file, Use::Parameters));
        file.into_iter().chain(parameters)
    })
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(manifest) = context.manifest else { return };
    let listing = &context.configuration.listing;
    let files = Files::of(listing);
    for (path, used) in named(&manifest.resources) {
        if let Some(found) = address::check(path, used) {
            findings.extend(found);
        } else if let Some(finding) = taken_for_url(path, used) {
            findings.push(finding);
        } else {
            match paths::resolve(path.value) {
                Ok(plain) => {
                    findings.extend(not_plain(path, &plain));
                    findings.extend(present(&files, listing, path, &plain));
                    findings.extend(wrong_kind(context, path, used, &plain));
                }
                Err(problem) => findings.push(no_path(&files, listing, path, used, problem)),
            }
        }
    }
}

/// A local path that starts with `s3` (StageFile: also in capitals) or `http`.
fn taken_for_url(path: Text<'_>, used: Use) -> Option<Finding> {
    let lower = path.value.get(..4).unwrap_or(path.value).to_ascii_lowercase();
    let staged = used != Use::Parameters && (lower.starts_with("s3") || lower.starts_with("http"));
    let stage = match (paths::is_url(path.value), staged) {
        (true, _) => Stage::BuildFiles,
        (false, true) => used.stage(),
        (false, false) => return None,
    };
    let shown = words::excerpt(path.value);
    let finding = Finding::new(&TAKEN_FOR_URL, &path.node, format!("CfCT takes `{shown}` for an address"))
        .stage(stage)
        .help("rename the folder or file so that the path starts with something else, such as `templates/`");
    Some(finding)
}

fn no_path(files: &Files<'_>, listing: &Listing, path: Text<'_>, used: Use, problem: NoPath) -> Finding {
    let shown = words::excerpt(path.value);
    match problem {
        NoPath::Empty => {
            Finding::new(&MISSING, &path.node, "the path is empty").help("write the path of a file")
        }
        NoPath::Outside => Finding::new(&OUTSIDE, &path.node, format!("`{shown}` leads out of the package"))
            .help("copy the file into the package and name it relative to the manifest"),
        NoPath::Absolute => {
            let inside = paths::exists(listing, path.value);
            let finding = Finding::new(&OUTSIDE, &path.node, format!("`{shown}` is an absolute path"));
            match paths::resolve(path.value.trim_start_matches('/')) {
                // The build's own check passes, since it puts the folder in front of the slash.
                Ok(plain) if inside => finding
                    .stage(used.stage())
                    .help("write it relative to the manifest")
                    .fix("remove the leading slash", path.node.span(), plain.as_str()),
                _ => finding.help("copy the file into the package and name it relative to the manifest"),
            }
        }
        NoPath::Backslash => {
            let finding = Finding::new(&BACKSLASH, &path.node, format!("`{shown}` has backslashes"))
                .help("separate folders with `/`");
            match paths::resolve(&path.value.replace('\\', "/")) {
                Ok(plain) => {
                    let plain = files.meant_by(&plain).map_or(plain, |meant| meant.path.clone());
                    finding.fix("write it with slashes", path.node.span(), plain.as_str())
                }
                Err(_) => finding,
            }
        }
    }
}

fn not_plain(path: Text<'_>, plain: &PackagePath) -> Option<Finding> {
    (path.value != plain.as_str()).then(|| {
        let shown = words::excerpt(path.value);
        Finding::new(&NOT_PLAIN, &path.node, format!("`{shown}` is not written plainly"))
            .help(format!("write `{plain}`"))
            .fix("write the plain path", path.node.span(), plain.as_str())
    })
}

fn present(files: &Files<'_>, listing: &Listing, path: Text<'_>, plain: &PackagePath) -> Option<Finding> {
    if let Some((link, target)) = paths::link_to(listing, plain) {
        return Some(through_link(path, link, target));
    }
    match listing.get(plain).map(|listed| &listed.kind) {
        Some(Kind::File) => None,
        Some(Kind::Other) => {
            let finding = Finding::new(&NOT_A_FILE, &path.node, format!("`{plain}` is no regular file"));
            Some(finding.help("name a regular file"))
        }
        _ if files.is_folder(plain) => {
            let finding = Finding::new(&NOT_A_FILE, &path.node, format!("`{plain}` is a folder"));
            Some(finding.help("name a file in it: CfCT deploys one file for each resource"))
        }
        _ => Some(missing(path, plain, files.meant_by(plain))),
    }
}

fn through_link(path: Text<'_>, link: &PackagePath, target: &str) -> Finding {
    let folder = link.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    let inside = paths::resolve(format!("{folder}/{target}").trim_start_matches('/'));
    let leaves = target.starts_with('/') || inside.is_err();
    let shown = words::excerpt(target);
    let finding = Finding::new(&SYMLINK, &path.node, format!("`{link}` is a symbolic link to `{shown}`"));
    if leaves {
        finding
            .level(Level::Error)
            .stage(Stage::BuildFiles)
            .label("the target is outside of the package")
            .help("put a copy of the file in its place: nothing outside of the package reaches CfCT")
    } else {
        finding.help("name the target itself, or put a copy in place of the link")
    }
}

fn missing(path: Text<'_>, plain: &PackagePath, meant: Option<Meant<'_>>) -> Finding {
    let finding = Finding::new(&MISSING, &path.node, format!("there is no file `{plain}`"));
    let Some(Meant { path: other, how }) = meant else {
        return finding.help("add the file, or correct the path");
    };
    let help = match how {
        Likeness::Case => format!("names are case-sensitive for CfCT: the file is called `{other}`"),
        Likeness::Folder => format!("a file of this name is in another folder: `{other}`"),
        Likeness::Extension => format!("the file has another extension: `{other}`"),
        Likeness::Spelling => format!("did you mean `{other}`?"),
    };
    let finding = finding.help(help);
    // Another folder or extension may hold another file; a different case or a slip of the pen does not.
    match how {
        Likeness::Case => finding.fix("write the name as it is", path.node.span(), other.as_str()),
        _ => finding,
    }
}

/// What a document is, by its top-level keys.
fn kind_of(document: &Document) -> Option<&'static str> {
    match document.root().map(NodeRef::shape)? {
        Shape::Mapping(top) => {
            let has = |key: &str| top.get(key).is_some();
            if has("Resources") || has("AWSTemplateFormatVersion") {
                Some("a CloudFormation template")
            } else if has("Statement") {
                Some("an IAM policy")
            } else if has("plans") {
                Some("a backup policy")
            } else {
                None
            }
        }
        Shape::Sequence(list) => {
            let first = list.items().next()?.as_mapping()?;
            first.get("ParameterKey").map(|_| "a list of stack parameters")
        }
        Shape::Scalar(_) => None,
    }
}

fn wrong_kind(context: &Context<'_>, path: Text<'_>, used: Use, plain: &PackagePath) -> Option<Finding> {
    let is = kind_of(context.configuration.document(plain)?)?;
    let wanted = match used {
        Use::Resource(DeployMethod::StackSet) => "a CloudFormation template",
        Use::Resource(DeployMethod::Scp | DeployMethod::Rcp) => "an IAM policy",
        Use::Resource(DeployMethod::Unknown) => return None,
        Use::Parameters => "a list of stack parameters",
    };
    if is == wanted {
        return None;
    }
    let what = match used {
        Use::Resource(method) => format!("deploy_method `{}`", method.as_str()),
        Use::Parameters => "parameter_file".to_owned(),
    };
    let finding =
        Finding::new(&WRONG_KIND, &path.node, format!("`{plain}` is {is}, but {what} needs {wanted}"))
            .stage(used.stage());
    Some(match (is, used) {
        ("a backup policy", _) => finding.help(
            "CfCT cannot deploy backup policies: list it in policies/backup/attachments.yaml and remove the resource",
        ),
        (_, Use::Parameters) => finding.help("name a JSON list of ParameterKey and ParameterValue"),
        _ => finding.help("name the right file, or change the deploy method"),
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::{findings, fixed, found, v2};
    use crate::finding::{Level, Stage};

    const TEMPLATE: &str = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";
    const POLICY: &str = "{\"Version\": \"2012-10-17\", \"Statement\": []}";

    fn resource(method: &str, file: &str) -> String {
        v2(&format!("  - name: a\n    resource_file: {file}\n    deploy_method: {method}\n"))
    }

    fn package(manifest: &str) -> Vec<(&str, &str)> {
        vec![
            ("manifest.yaml", manifest),
            ("templates/vault.yaml", TEMPLATE),
            ("policies/scp/guard.json", POLICY),
            ("templates/inside.yaml", "-> vault.yaml"),
            ("templates/outside.yaml", "-> ../../vault.yaml"),
            ("shared", "-> /etc"),
            ("s3-files/a.yaml", TEMPLATE),
        ]
    }

    #[test]
    fn every_path_that_is_no_file_of_the_package_is_found() {
        for (file, codes) in [
            ("templates/vault.yaml", &[][..]),
            ("templates/valt.yaml", &["file-missing"]),
            ("templates/Vault.yaml", &["file-missing"]),
            ("./templates/vault.yaml", &["file-path-not-plain"]),
            ("./templates/none.yaml", &["file-path-not-plain", "file-missing"]),
            ("/templates/vault.yaml", &["file-outside-package"]),
            ("../vault.yaml", &["file-outside-package"]),
            ("templates", &["file-not-a-file"]),
            ("templates\\vault.yaml", &["file-path-backslash"]),
            ("templates/inside.yaml", &["file-symlink"]),
            ("shared/vault.yaml", &["file-symlink"]),
            ("s3-files/a.yaml", &["file-path-taken-for-url"]),
            ("HTTP/a.yaml", &["file-path-taken-for-url"]),
        ] {
            let manifest = resource("stack_set", file);
            let codes_found: Vec<_> =
                findings(check, &package(&manifest)).iter().map(|finding| finding.code.name).collect();
            assert_eq!(codes_found, codes, "{file}");
        }
    }

    #[test]
    fn a_difference_in_case_is_named_and_mended() {
        let manifest = resource("stack_set", "templates/Vault.yaml");
        let found = findings(check, &package(&manifest));
        assert!(found[0].help.as_ref().unwrap().contains("case-sensitive"));
        assert_eq!(fixed(&found[0]), resource("stack_set", "templates/vault.yaml"));
    }

    #[test]
    fn an_absolute_path_into_the_package_passes_the_build_and_fails_later() {
        for (method, stage) in [("stack_set", Stage::StackSet), ("scp", Stage::Policy)] {
            let manifest = resource(method, "/templates/vault.yaml");
            let found = findings(check, &package(&manifest));
            assert_eq!(found[0].stage, stage);
            assert_eq!(fixed(&found[0]), resource(method, "templates/vault.yaml"));
        }
        let manifest = resource("stack_set", "/etc/vault.yaml");
        assert_eq!(findings(check, &package(&manifest))[0].stage, Stage::BuildFiles);
    }

    #[test]
    fn a_link_out_of_the_package_is_an_error() {
        for (file, level) in [
            ("templates/inside.yaml", Level::Warning),
            ("templates/outside.yaml", Level::Error),
            ("shared/vault.yaml", Level::Error),
        ] {
            let manifest = resource("stack_set", file);
            assert_eq!(findings(check, &package(&manifest))[0].level, level, "{file}");
        }
    }

    #[test]
    fn a_path_in_capitals_passes_the_build_and_is_taken_for_an_address_later() {
        for (file, stage) in [("s3-files/a.yaml", Stage::BuildFiles), ("S3-files/a.yaml", Stage::StackSet)] {
            let manifest = resource("stack_set", file);
            assert_eq!(findings(check, &package(&manifest))[0].stage, stage, "{file}");
        }
    }

    #[test]
    fn the_content_of_a_file_fits_its_deploy_method() {
        for (method, file, expected) in [
            ("stack_set", "policies/scp/guard.json", vec!["file-wrong-kind"]),
            ("scp", "policies/scp/guard.json", vec![]),
            ("rcp", "templates/copy.json", vec!["file-wrong-kind"]),
            ("scp", "policies/backup/daily.json", vec!["file-wrong-kind"]),
        ] {
            let manifest = resource(method, file);
            let mut files = package(&manifest);
            files.push(("templates/copy.json", "{\"Resources\": {}}"));
            files.push(("policies/backup/daily.json", "{\"plans\": {}}"));
            let codes: Vec<_> = found(check, &files).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes, expected, "{method} {file}");
        }
    }
}
