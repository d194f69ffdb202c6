//! Files that no package should hold, told by their names.

use std::fmt;

use crate::source::PackagePath;

/// Why a file does not travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// A private key, credentials, a state file with secrets in it.
    Secret,
    /// An editor's, a patch tool's or a desktop's leftover.
    Leftover,
    /// A name with a leading dot, or in a folder with one.
    Hidden,
}

/// Extensions of key stores, private keys and files with secrets in them, in lower case.
const SECRET_EXTENSIONS: [&str; 10] =
    ["pem", "key", "p12", "pfx", "jks", "keystore", "ppk", "env", "tfstate", "kdbx"];

/// Whole names, in lower case.
const SECRET_NAMES: [&str; 9] =
    ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env", ".netrc", ".npmrc", ".pypirc", ".git-credentials"];

const LEFTOVER_EXTENSIONS: [&str; 7] = ["swp", "swo", "bak", "orig", "rej", "tmp", "part"];
const LEFTOVER_NAMES: [&str; 3] = [".ds_store", "thumbs.db", "desktop.ini"];

impl Unfit {
    /// Whether the file at `path` should stay at home.
    #[must_use]
    pub fn of(path: &PackagePath) -> Option<Self> {
        let name = path.file_name().to_ascii_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if SECRET_NAMES.contains(&name.as_str())
            || SECRET_EXTENSIONS.contains(&extension)
            || name.starts_with(".env.")
            || path.as_str().split('/').any(|part| matches!(part, ".aws" | ".ssh" | ".gnupg"))
        {
            return Some(Self::Secret);
        }
        if LEFTOVER_NAMES.contains(&name.as_str())
            || LEFTOVER_EXTENSIONS.contains(&extension)
            || name.ends_with('~')
            || name.starts_with(".#")
            || (name.starts_with('#') && name.ends_with('#'))
        {
            return Some(Self::Leftover);
        }
        path.as_str().split('/').any(|part| part.starts_with('.')).then_some(Self::Hidden)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret => "looks like a secret",
            Self::Leftover => "an editor's or tool's leftover",
            Self::Hidden => "hidden",
        })
    }
}
