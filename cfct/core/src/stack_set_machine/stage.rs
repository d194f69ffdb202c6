//! The stack set stage as a whole: which stack sets it deletes, and how far it gets.

use crate::resolution::STACK_SET_PREFIX;

/// The tag that CfCT puts on its stack sets, and without which it deletes none.
pub const STACK_SET_TAG: (&str, &str) = ("AWS_Solutions", "CustomControlTowerStackSet");

/// What becomes of a deployed stack set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A resource of the manifest has its name.
    InManifest,
    /// No resource has its name, and `enable_stack_set_deletion` is on: it goes, instances and all.
    Deleted,
    /// No resource has its name, and nothing deletes it: it stays as it is, and nobody updates it.
    LeftBehind,
    /// It is not CfCT's: the prefix or the tag is missing.
    Foreign,
}

/// What becomes of the stack set called `name` (`get_stack_sets_not_present_in_manifest`).
///
/// `is_tagged` says whether it has [`STACK_SET_TAG`]; `is_in_manifest` whether a stack set resource is called
/// so, given a name without CfCT's prefix.
#[must_use]
pub fn fate(
    name: &str,
    is_tagged: bool,
    deletion_is_enabled: bool,
    is_in_manifest: impl FnOnce(&str) -> bool,
) -> Fate {
    match name.strip_prefix(STACK_SET_PREFIX) {
        Some(resource) if is_in_manifest(resource) => Fate::InManifest,
        Some(_) if is_tagged && deletion_is_enabled => Fate::Deleted,
        Some(_) if is_tagged => Fate::LeftBehind,
        _ => Fate::Foreign,
    }
}

/// How sure something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// In no order of CfCT's sets.
    Never,
    /// In some orders.
    Perhaps,
    /// In every order.
    Surely,
}

impl Certainty {
    /// How sure it is that this one happens or that one.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// How sure the opposite is.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Never => Self::Surely,
            Self::Perhaps => Self::Perhaps,
            Self::Surely => Self::Never,
        }
    }
}

/// How sure it is that each stack set is reached in a run: the stage ends with the first failure.
///
/// Given is how sure each one fails: the deletions, which come first and in an unknown order, and the
/// resources in the manifest's order.
#[must_use]
pub fn reached(deletions: &[Certainty], resources: &[Certainty]) -> (Vec<Certainty>, Vec<Certainty>) {
    let failing = deletions.iter().filter(|fails| **fails != Certainty::Never).count();
    let deleted = deletions
        .iter()
        .map(|fails| {
            let others = failing - usize::from(*fails != Certainty::Never);
            if others == 0 { Certainty::Surely } else { Certainty::Perhaps }
        })
        .collect();
    let mut ended = deletions.iter().copied().fold(Certainty::Never, Certainty::or);
    let processed = resources
        .iter()
        .map(|fails| {
            let before = ended;
            ended = ended.or(*fails);
            before.opposite()
        })
        .collect();
    (deleted, processed)
}

#[cfg(test)]
mod tests {
    use super::Certainty::{Never, Perhaps, Surely};
    use super::{Fate, fate, reached};

    #[test]
    fn only_tagged_stack_sets_of_the_prefix_are_deleted() {
        let manifest = |name: &str| name == "vault";
        for (name, is_tagged, enabled, expected) in [
            ("CustomControlTower-vault", true, true, Fate::InManifest),
            ("CustomControlTower-vault", false, true, Fate::InManifest),
            ("CustomControlTower-old", true, true, Fate::Deleted),
            ("CustomControlTower-old", true, false, Fate::LeftBehind),
            ("CustomControlTower-old", false, true, Fate::Foreign),
            ("vault", true, true, Fate::Foreign),
        ] {
            assert_eq!(fate(name, is_tagged, enabled, manifest), expected, "{name} {is_tagged} {enabled}");
        }
    }

    #[test]
    fn the_stage_ends_with_the_first_failure() {
        assert_eq!(
            reached(&[], &[Never, Perhaps, Never, Surely, Never]).1,
            [Surely, Surely, Perhaps, Perhaps, Never]
        );
        assert_eq!(reached(&[Surely, Never], &[Never]), (vec![Surely, Perhaps], vec![Never]));
        assert_eq!(reached(&[Perhaps, Perhaps], &[Never]), (vec![Perhaps, Perhaps], vec![Perhaps]));
    }
}
