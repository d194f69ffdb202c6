//! Logical ids of what is generated.

use sha2::{Digest, Sha256};

/// The logical id of what is called `name`: letters and digits, and for each name another one. It depends on
/// nothing but the name, since a changed id means a second policy of the same name, which AWS refuses. What
/// begins with a letter of its own for each kind of resource stays apart from the other kinds.
pub(super) fn of(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let camel: String = words
        .filter_map(|word| {
            let (first, rest) = word.split_at_checked(1)?;
            Some(format!("{}{rest}", first.to_ascii_uppercase()))
        })
        .collect();
    if is_told_by_camel(name) {
        return camel;
    }
    let digest = Sha256::digest(name.as_bytes());
    let suffix: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{}{suffix}", if camel.is_empty() { "Policy" } else { &camel })
}

/// Whether the name can be read back from its words in camel case: lower-case words, joined by hyphens.
fn is_told_by_camel(name: &str) -> bool {
    name.split('-').all(|word| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::of;
    use std::collections::HashSet;

    #[test]
    fn a_plain_name_is_its_own_id() {
        assert_eq!(of("daily"), "Daily");
        assert_eq!(of("prod-daily2"), "ProdDaily2");
    }

    #[test]
    fn names_that_look_alike_get_ids_of_their_own() {
        let names = ["a-b", "ab", "aB", "A-b", "a b", "a_b", "a--b", "a-1", "a1", "täglich", "日次", "-", ""];
        let ids: HashSet<String> = names.iter().map(|name| of(name)).collect();
        assert_eq!(ids.len(), names.len(), "{ids:?}");
        for id in ids {
            assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
    }
}
