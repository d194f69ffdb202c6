//! The commit that is checked out, read from the repository's own files: git need not be installed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Bytes read of a file that holds a line.
const LINE: u64 = 4096;
/// Bytes read of `packed-refs`; a million references fit.
const PACKED: u64 = 64 << 20;

/// The commit checked out in the repository around `folder`, in hexadecimal. `None` where there is none, or
/// where its references are kept in a form that is not known here (`reftable`).
pub(crate) fn checked_out(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let repository = folder.ancestors().find_map(repository_of)?;
    let head = first_line(&repository.join("HEAD"))?;
    let Some(reference) = head.strip_prefix("ref:").map(str::trim) else { return hexadecimal(&head) };
    if reference.split('/').any(|part| part == "..") || reference.starts_with('/') {
        return None;
    }
    // A worktree has its own HEAD and shares its branches with the repository it was made from.
    let shared = first_line(&repository.join("commondir")).map(|path| repository.join(path));
    let places = [Some(repository), shared];
    let mut places = places.iter().flatten();
    places.find_map(|place| loose(place, reference).or_else(|| packed(place, reference)))
}

fn repository_of(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    // A worktree or a submodule has a file that names the place.
    first_line(&git)?.strip_prefix("gitdir:").map(|path| folder.join(path.trim()))
}

fn loose(repository: &Path, reference: &str) -> Option<String> {
    hexadecimal(&first_line(&repository.join(reference))?)
}

fn packed(repository: &Path, reference: &str) -> Option<String> {
    let file = File::open(repository.join("packed-refs")).ok()?;
    BufReader::new(file.take(PACKED)).lines().map_while(Result::ok).find_map(|line| {
        let (commit, name) = line.split_once(' ')?;
        (name == reference).then(|| hexadecimal(commit)).flatten()
    })
}

fn first_line(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(LINE).read_to_string(&mut text).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}

/// SHA-1 and SHA-256 names.
fn hexadecimal(text: &str) -> Option<String> {
    let is_name = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::checked_out;
    use std::fs;
    use std::path::Path;
    use tempfile::TempDir;

    const A: &str = "1111111111111111111111111111111111111111";
    const B: &str = "2222222222222222222222222222222222222222";

    /// Names and texts.
    type Files<'f> = &'f [(&'f str, &'f str)];

    fn commit_with(files: Files<'_>) -> Option<String> {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let inner = folder.path().join("configuration");
        fs::create_dir_all(&inner).unwrap();
        checked_out(&inner)
    }

    #[test]
    fn the_commit_is_found_in_every_place_git_keeps_it() {
        let branch = ("HEAD", "ref: refs/heads/main\n");
        let git = |name: &str| format!(".git/{name}");
        let packed = format!("# pack-refs with: peeled\n{B} refs/heads/other\n{A} refs/heads/main\n^{B}\n");
        let cases: [(&str, Files<'_>, Option<&str>); 6] = [
            ("detached", &[(".git/HEAD", A)], Some(A)),
            ("loose", &[(&git(branch.0), branch.1), (".git/refs/heads/main", A)], Some(A)),
            ("packed", &[(&git(branch.0), branch.1), (".git/packed-refs", &packed)], Some(A)),
            (
                "loose over packed",
                &[(&git(branch.0), branch.1), (".git/packed-refs", &packed), (".git/refs/heads/main", B)],
                Some(B),
            ),
            (
                "worktree",
                &[
                    ("configuration/.git", "gitdir: ../repository/worktrees/one\n"),
                    ("repository/worktrees/one/HEAD", branch.1),
                    ("repository/worktrees/one/commondir", "../..\n"),
                    ("repository/refs/heads/main", A),
                ],
                Some(A),
            ),
            ("unborn", &[(&git(branch.0), branch.1)], None),
        ];
        for (case, files, expected) in cases {
            assert_eq!(commit_with(files).as_deref(), expected, "{case}");
        }
    }

    #[test]
    fn a_strange_repository_is_none() {
        let cases: [Files<'_>; 4] = [
            &[(".git/HEAD", "ref: refs/../../../etc/passwd\n")],
            &[(".git/HEAD", "ref: /etc/passwd\n")],
            &[(".git/HEAD", "not a commit")],
            &[(".git", "gitdir: nowhere\n")],
        ];
        for files in cases {
            assert_eq!(commit_with(files), None, "{files:?}");
        }
        assert_eq!(checked_out(Path::new("/nonexistent")), None);
    }
}
