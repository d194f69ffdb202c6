//! Ids of roots and organizational units.
//!
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html>

/// Whether `text` has the form of an organizational unit's id: `ou-<4 to 32>-<8 to 32>`.
#[must_use]
pub fn is_ou_id(text: &str) -> bool {
    text.strip_prefix("ou-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(root, unit)| is_part(root, 4) && is_part(unit, 8))
}

/// Whether `text` has the form of a root's id: `r-<4 to 32>`.
#[must_use]
pub fn is_root_id(text: &str) -> bool {
    text.strip_prefix("r-").is_some_and(|root| is_part(root, 4))
}

/// Whether `text` has the form of an organization's id: `o-<10 to 32>`.
#[must_use]
pub fn is_organization_id(text: &str) -> bool {
    text.strip_prefix("o-").is_some_and(|organization| is_part(organization, 10))
}

fn is_part(text: &str, shortest: usize) -> bool {
    const LONGEST: usize = 32;
    (shortest..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_organization_id, is_ou_id, is_root_id};

    #[test]
    fn ids_follow_the_patterns_of_the_organizations_api() {
        assert!(is_ou_id("ou-92bx-db958t3a"));
        assert!(is_root_id("r-92bx"));
        assert!(is_organization_id("o-a1b2c3d4e5"));
        for wrong in ["", "o-", "o-a1b2c3d4", "o-A1B2C3D4E5", "a1b2c3d4e5"] {
            assert!(!is_organization_id(wrong), "{wrong:?}");
        }
        for wrong in ["", "ou-92bx", "ou-92bx-short", "OU-92bx-db958t3a", "ou-92bx-db958t3A", "ou-9-db958t3a"]
        {
            assert!(!is_ou_id(wrong), "{wrong:?}");
        }
        for wrong in ["", "r-", "r-abc", "root", "r-92bx-db958t3a"] {
            assert!(!is_root_id(wrong), "{wrong:?}");
        }
    }
}
