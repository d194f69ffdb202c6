//! The id of a plan: a digest of everything it depends on.

use sha2::{Digest, Sha256};

use super::Sources;
use crate::configuration::Content;

/// Twelve hexadecimal digits over the package's files, the organization's file and the deployed state's. The
/// same inputs give the same id on every machine; one byte more gives another.
pub(super) fn of(sources: &Sources<'_>) -> String {
    const DIGITS: usize = 12;
    let mut hash = Sha256::new();
    let mut part = |name: &str, text: &str| {
        for bytes in [name.as_bytes(), text.as_bytes()] {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    };
    for (path, file) in &sources.configuration.files {
        if let Content::Text(source) = &file.content {
            part(path.as_str(), source.text());
        }
    }
    part("organization", sources.organization.source().text());
    part("deployed", sources.deployed.map_or("", |deployed| deployed.source.text()));
    hex(&hash.finalize())[..DIGITS].to_owned()
}

/// The SHA-256 of a text in lower-case hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
