//! How CfCT finds a file that the manifest names: in the package, or at an address.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use crate::configuration::{Kind, Listed, Listing};
use crate::source::PackagePath;
use crate::words;

/// Whether the build's file check downloads `word` instead of looking for it in the folder
/// (`[[ $file_name == s3* ]]`, `[[ $file_name == http* ]]`).
pub(super) fn is_url(word: &str) -> bool {
    word.starts_with("s3") || word.starts_with("http")
}

/// Whether `[ -f "$CURRENT_PATH/$word" ]` holds. The slash in front makes an absolute path relative, and a
/// link counts as what it points to.
pub(super) fn exists(listing: &Listing, word: &str) -> bool {
    let Ok(path) = resolve(word.trim_start_matches('/')) else { return false };
    listing.get(&path).is_some_and(|listed| listed.kind == Kind::File) || link_to(listing, &path).is_some()
}

/// The symbolic link that `path` is or runs through, with its target as written.
pub(super) fn link_to<'l>(listing: &'l Listing, path: &PackagePath) -> Option<(&'l PackagePath, &'l str)> {
    let whole = path.as_str();
    let ends = whole.match_indices('/').map(|(at, _)| at).chain([whole.len()]);
    ends.filter_map(|end| PackagePath::new(&whole[..end])).find_map(|part| {
        match listing.get_key_value(&part)? {
            (link, Listed { kind: Kind::Symlink(target), .. }) => Some((link, target.as_str())),
            _ => None,
        }
    })
}

/// Why a text is no path of a file in the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPath {
    /// Nothing at all, or only `.` and slashes.
    Empty,
    /// It starts at the file system's root.
    Absolute,
    /// More `..` than folders.
    Outside,
    /// A backslash, which on Linux is part of a name.
    Backslash,
}

/// The path in its plain form, `.` and `..` resolved.
pub(super) fn resolve(written: &str) -> Result<PackagePath, NoPath> {
    if written.contains('\\') {
        return Err(NoPath::Backslash);
    }
    if written.starts_with('/') {
        return Err(NoPath::Absolute);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(NoPath::Outside)?;
            }
            part => parts.push(part),
        }
    }
    PackagePath::new(&parts.join("/")).ok_or(NoPath::Empty)
}

/// A file of the package that a path which names none may have meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meant<'l> {
    pub path: &'l PackagePath,
    pub how: Likeness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The same but for upper and lower case.
    Case,
    /// The same file name in another folder.
    Folder,
    /// The same name with another extension.
    Extension,
    /// A similar name.
    Spelling,
}

/// The files of a package, to look for the one that was meant. The tables are made at the first question.
pub(super) struct Files<'l> {
    listing: &'l Listing,
    tables: OnceCell<Tables<'l>>,
    /// Comparisons of spelling that may still be made.
    comparisons: Cell<usize>,
}

struct Tables<'l> {
    by_path: HashMap<String, &'l PackagePath>,
    by_name: HashMap<String, &'l PackagePath>,
    by_stem: HashMap<&'l str, &'l PackagePath>,
    by_folder: HashMap<&'l str, Vec<&'l PackagePath>>,
    folders: HashSet<&'l str>,
}

/// Names that are compared letter by letter in one run, so that a thousand missing files in a folder of a
/// thousand others do not make a million comparisons.
const COMPARISONS: usize = 20_000;

impl<'l> Files<'l> {
    pub(super) fn of(listing: &'l Listing) -> Self {
        Self { listing, tables: OnceCell::new(), comparisons: Cell::new(COMPARISONS) }
    }

    /// Whether `path` is a folder of the package.
    pub(super) fn is_folder(&self, path: &PackagePath) -> bool {
        self.listing.get(path).is_some_and(|listed| listed.kind == Kind::Folder)
            || self.tables().folders.contains(path.as_str())
    }

    /// The file that `path` most likely meant.
    pub(super) fn meant_by(&self, path: &PackagePath) -> Option<Meant<'l>> {
        let tables = self.tables();
        let found = |path: Option<&&'l PackagePath>, how| path.map(|path| Meant { path, how });
        found(tables.by_path.get(&path.as_str().to_lowercase()), Likeness::Case)
            .or_else(|| found(tables.by_name.get(&path.file_name().to_lowercase()), Likeness::Folder))
            .or_else(|| found(tables.by_stem.get(stem(path.as_str())), Likeness::Extension))
            .or_else(|| self.spelt_like(path).map(|path| Meant { path, how: Likeness::Spelling }))
    }

    fn spelt_like(&self, path: &PackagePath) -> Option<&'l PackagePath> {
        let beside = self.tables().by_folder.get(folder(path.as_str()))?;
        self.comparisons.set(self.comparisons.get().checked_sub(beside.len())?);
        let name = words::nearest(path.file_name(), beside.iter().map(|path| path.file_name()))?;
        beside.iter().find(|path| path.file_name() == name).copied()
    }

    fn tables(&self) -> &Tables<'l> {
        self.tables.get_or_init(|| Tables::of(self.listing))
    }
}

impl<'l> Tables<'l> {
    fn of(listing: &'l Listing) -> Self {
        let mut tables = Self {
            by_path: HashMap::new(),
            by_name: HashMap::new(),
            by_stem: HashMap::new(),
            by_folder: HashMap::new(),
            folders: HashSet::new(),
        };
        for (path, _) in listing.iter().filter(|(_, listed)| listed.kind == Kind::File) {
            tables.by_path.entry(path.as_str().to_lowercase()).or_insert(path);
            tables.by_name.entry(path.file_name().to_lowercase()).or_insert(path);
            tables.by_stem.entry(stem(path.as_str())).or_insert(path);
            tables.by_folder.entry(folder(path.as_str())).or_default().push(path);
            let mut folder = folder(path.as_str());
            while !folder.is_empty() && tables.folders.insert(folder) {
                folder = self::folder(folder);
            }
        }
        tables
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').filter(|(_, extension)| !extension.contains('/')).map_or(path, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::{Files, Likeness, NoPath, exists, resolve};
    use crate::checks::testing::package;
    use crate::source::PackagePath;

    #[test]
    fn dots_are_resolved_and_nothing_leaves_the_package() {
        for (written, plain) in [
            ("./templates//a.yaml", Ok("templates/a.yaml")),
            ("templates/../policies/p.json", Ok("policies/p.json")),
            ("../a.yaml", Err(NoPath::Outside)),
            ("a/../../b", Err(NoPath::Outside)),
            ("/templates/a.yaml", Err(NoPath::Absolute)),
            ("templates\\a.yaml", Err(NoPath::Backslash)),
            ("./", Err(NoPath::Empty)),
            ("", Err(NoPath::Empty)),
        ] {
            assert_eq!(resolve(written).as_ref().map(PackagePath::as_str), plain.as_ref().map(|path| *path));
        }
    }

    #[test]
    fn the_shell_test_takes_an_absolute_path_as_relative() {
        let listing = package(&[("templates/a.yaml", "")]).listing;
        assert!(exists(&listing, "/templates/a.yaml"));
        assert!(!exists(&listing, "templates"));
        assert!(!exists(&listing, "templates\\a.yaml"));
    }

    #[test]
    fn the_file_that_was_meant_is_found_by_case_folder_extension_or_spelling() {
        let listing = package(&[("templates/Key.yaml", ""), ("policies/scp/guard.json", "")]).listing;
        let files = Files::of(&listing);
        for (written, meant) in [
            ("templates/key.yaml", Some(("templates/Key.yaml", Likeness::Case))),
            ("policies/guard.json", Some(("policies/scp/guard.json", Likeness::Folder))),
            ("templates/Key.template", Some(("templates/Key.yaml", Likeness::Extension))),
            ("policies/scp/gaurd.json", Some(("policies/scp/guard.json", Likeness::Spelling))),
            ("templates/network.yaml", None),
        ] {
            let found = files.meant_by(&PackagePath::new(written).unwrap());
            assert_eq!(found.map(|meant| (meant.path.as_str(), meant.how)), meant, "{written}");
        }
    }

    #[test]
    fn a_folder_is_known_even_when_it_is_not_listed() {
        let listing = package(&[("templates/nested/a.yaml", "")]).listing;
        assert!(Files::of(&listing).is_folder(&PackagePath::new("templates/nested").unwrap()));
    }
}
