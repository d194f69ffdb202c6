//! `[source]`: the repository that `publish --source git` pushes to.

/// What `[source]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceRepository {
    /// A remote of the repository around the configuration, or an address.
    pub remote: Option<String>,
    /// The branch.
    pub branch: Option<String>,
}

/// Whether `text` may name a remote: git would take what starts with `-` for an option.
#[must_use]
pub fn is_remote(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('-') && !text.contains(char::is_control)
}

/// Whether `text` may name a branch.
///
/// <https://git-scm.com/docs/git-check-ref-format>
#[must_use]
pub fn is_branch(text: &str) -> bool {
    let forbidden = |character: char| {
        character.is_control() || matches!(character, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
    };
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    !text.starts_with('-')
        && text != "@"
        && !text.ends_with('.')
        && !text.contains("..")
        && !text.contains("@{")
        && !text.contains(forbidden)
        && text.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::{is_branch, is_remote};

    #[test]
    fn names_are_those_that_git_takes() {
        for name in ["main", "release/2026-11", "a@b", "ünïcode", "a-b"] {
            assert!(is_branch(name), "{name}");
        }
        for name in
            ["", "-x", "a b", "a..b", "a/", "/a", "a//b", ".a", "a.lock", "a.", "@", "a@{1}", "a:b", "a\nb"]
        {
            assert!(!is_branch(name), "{name:?}");
        }
        assert!(is_remote("origin") && is_remote("https://example.com/a.git"));
        assert!(!is_remote("--upload-pack=x") && !is_remote("") && !is_remote("a\nb"));
    }
}
