//! Accounts that nothing in CfCT can tell apart.
//!
//! Every call that CfCT makes names whole sets of accounts (the desired ones, the new ones, the ones to
//! remove, the rest), and what it reads of a single account is only the Regions that the account holds. So
//! accounts that are alike in both respects stay alike for ever: a stack set over 10,000 accounts is a
//! handful of groups, and each group behaves as one account would.

use std::collections::BTreeMap;

use super::sets::IndexSet;

/// The accounts of one stack set, parted into groups. Groups are ordered by their least account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    members: Vec<IndexSet>,
}

impl Groups {
    /// Parts every account that is in one of `sides` or holds an instance: two accounts share a group where
    /// they hold the same Regions and no side tells them apart. Also gives the Regions of each group.
    ///
    /// Linear in accounts times Regions, a word of 64 accounts at a time.
    #[must_use]
    pub fn part(sides: &[&IndexSet], instances: &BTreeMap<usize, IndexSet>) -> (Self, Vec<IndexSet>) {
        let mut all = IndexSet::new();
        for set in sides.iter().copied().chain(instances.values()) {
            all.add(set);
        }
        let mut parts = if all.is_empty() { Vec::new() } else { vec![(all, IndexSet::new())] };
        for side in sides {
            split(&mut parts, side, |_| {});
        }
        for (region, holders) in instances {
            split(&mut parts, holders, |regions| regions.insert(*region));
        }
        parts.sort_by_key(|(accounts, _)| accounts.first());
        let (members, regions) = parts.into_iter().unzip();
        (Self { members }, regions)
    }

    /// How many groups there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no account at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The accounts of one group; `None` out of range.
    #[must_use]
    pub fn members(&self, group: usize) -> Option<&IndexSet> {
        self.members.get(group)
    }

    /// The accounts of every group, in order.
    pub fn accounts_of_each(&self) -> impl Iterator<Item = &IndexSet> {
        self.members.iter()
    }

    /// The accounts of several groups.
    #[must_use]
    pub fn accounts(&self, groups: &IndexSet) -> IndexSet {
        let mut accounts = IndexSet::new();
        for group in groups.iter() {
            if let Some(members) = self.members.get(group) {
                accounts.add(members);
            }
        }
        accounts
    }

    /// The groups whose accounts are in `accounts`, which must not cut through a group.
    #[must_use]
    pub fn within(&self, accounts: &IndexSet) -> IndexSet {
        (0..self.members.len()).filter(|group| self.members[*group].is_subset(accounts)).collect()
    }

    /// The group of an account.
    #[must_use]
    pub fn group_of(&self, account: usize) -> Option<usize> {
        self.members.iter().position(|members| members.contains(account))
    }
}

/// Cuts every part along `set`, and marks the inner halves.
fn split(parts: &mut Vec<(IndexSet, IndexSet)>, set: &IndexSet, mark: impl Fn(&mut IndexSet)) {
    for index in 0..parts.len() {
        let (accounts, regions) = &mut parts[index];
        let inside = accounts.intersection(set);
        if inside.is_empty() {
            continue;
        }
        let outside = accounts.difference(set);
        let unmarked = regions.clone();
        *accounts = inside;
        mark(regions);
        if !outside.is_empty() {
            parts.push((outside, unmarked));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Groups, IndexSet};

    fn set(indices: &[usize]) -> IndexSet {
        indices.iter().copied().collect()
    }

    #[test]
    fn accounts_share_a_group_where_they_hold_the_same_regions_on_the_same_side() {
        let instances = BTreeMap::from([(0, set(&[0, 1, 2, 3])), (1, set(&[0, 1, 4]))]);
        let (groups, regions) = Groups::part(&[&set(&[1, 2, 5, 6])], &instances);
        let parted: Vec<(Vec<usize>, Vec<usize>)> = (0..groups.len())
            .map(|group| {
                let members = groups.members(group).map(|set| set.iter().collect()).unwrap_or_default();
                (members, regions[group].iter().collect())
            })
            .collect();
        assert_eq!(
            parted,
            [
                (vec![0], vec![0, 1]),
                (vec![1], vec![0, 1]),
                (vec![2], vec![0]),
                (vec![3], vec![0]),
                (vec![4], vec![1]),
                (vec![5, 6], vec![])
            ]
        );
        assert_eq!(groups.within(&set(&[1, 2, 5, 6])), set(&[1, 2, 5]));
        assert_eq!(groups.accounts(&set(&[0, 5])), set(&[0, 5, 6]));
        assert_eq!((groups.group_of(6), groups.group_of(9)), (Some(5), None));
    }

    #[test]
    fn nobody_makes_no_group() {
        assert!(Groups::part(&[&set(&[])], &BTreeMap::new()).0.is_empty());
    }
}
