//! Placeholders: the two that AWS fills in, and those that some tool should have filled in before.

use std::ops::Range;

use super::grammar::Kind;

/// Stands for the id of the account that the policy takes effect in.
pub const ACCOUNT: &str = "$account";
/// Stands for the Region that the plan runs in.
pub const REGION: &str = "$region";

/// The first template placeholder in `text`: `${…}`, `{{…}}` or `<…>`.
#[must_use]
pub fn template(text: &str) -> Option<Range<usize>> {
    [("${", "}"), ("{{", "}}"), ("<", ">")]
        .into_iter()
        .filter_map(|(open, close)| {
            let start = text.find(open)?;
            let inside = start + open.len();
            let length = text.get(inside..)?.find(close)?;
            (length > 0).then_some(start..inside + length + close.len())
        })
        .min_by_key(|range| range.start)
}

/// The first `$account` or `$region` in a value of a kind in which AWS does not fill it in.
#[must_use]
pub fn misplaced(text: &str, kind: Kind) -> Option<Range<usize>> {
    let filled_in: &[&str] = match kind {
        Kind::RoleArn | Kind::VaultArn => &[ACCOUNT],
        Kind::AirGappedVaultArn => &[ACCOUNT, REGION],
        _ => &[],
    };
    [ACCOUNT, REGION]
        .into_iter()
        .filter(|name| !filled_in.contains(name))
        .find_map(|name| text.find(name).map(|start| start..start + name.len()))
}

/// Where AWS does fill them in, as help.
#[must_use]
pub fn where_filled_in(kind: Kind) -> &'static str {
    match kind {
        Kind::RoleArn => "a role is global: leave the Region empty",
        Kind::VaultArn => "write the Region of the vault; $region is for logically air-gapped vaults only",
        _ => "AWS fills $account in in ARNs of roles and vaults only: write the value itself",
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, misplaced, template};

    #[test]
    fn template_placeholders_of_the_common_kinds_are_seen() {
        for (text, placeholder) in [
            ("arn:aws:iam::${account_id}:role/x", "${account_id}"),
            ("{{ vault }}", "{{ vault }}"),
            ("<VAULT> and ${x}", "<VAULT>"),
        ] {
            assert_eq!(template(text).map(|range| &text[range]), Some(placeholder));
        }
        for text in ["$account", "a < b", "${", "{}", "<>", "arn:aws:iam::$account:role/x"] {
            assert_eq!(template(text), None, "{text}");
        }
    }

    #[test]
    fn aws_fills_in_the_account_in_arns_and_the_region_in_air_gapped_ones() {
        let vault = "arn:aws:backup:$region:$account:backup-vault:x";
        assert_eq!(misplaced(vault, Kind::AirGappedVaultArn), None);
        assert_eq!(misplaced(vault, Kind::VaultArn).map(|range| &vault[range]), Some("$region"));
        assert_eq!(misplaced("arn:aws:iam::$account:role/x", Kind::RoleArn), None);
        assert!(misplaced("vault-$account", Kind::VaultName).is_some());
    }
}
