//! Sets of accounts as bitmaps.

use std::fmt;
use std::ops::{BitAndAssign, BitOrAssign, SubAssign};

use super::AccountIndex;

/// A set of an organization's accounts: one bit each, so that 10,000 accounts take 1.25 kB and sets are
/// joined a word at a time. Iterates in the order of account ids, which is that of the indices.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct AccountSet {
    words: Box<[u64]>,
}

const BITS: usize = u64::BITS as usize;

impl AccountSet {
    /// The empty set over an organization of `accounts` accounts.
    #[must_use]
    pub fn new(accounts: usize) -> Self {
        Self { words: vec![0; accounts.div_ceil(BITS)].into() }
    }

    /// Puts an account in; says whether it is new. An account out of range is left out.
    pub fn insert(&mut self, account: AccountIndex) -> bool {
        let (word, bit) = place(account);
        let Some(word) = self.words.get_mut(word) else { return false };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Takes an account out; says whether it was in.
    pub fn remove(&mut self, account: AccountIndex) -> bool {
        let (word, bit) = place(account);
        let Some(word) = self.words.get_mut(word) else { return false };
        let was = *word & bit != 0;
        *word &= !bit;
        was
    }

    /// Whether an account is in.
    #[must_use]
    pub fn contains(&self, account: AccountIndex) -> bool {
        let (word, bit) = place(account);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many accounts are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether none is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether every account of this set is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.words
            .iter()
            .enumerate()
            .all(|(index, word)| word & !other.words.get(index).copied().unwrap_or(0) == 0)
    }

    /// The accounts, by id.
    pub fn iter(&self) -> impl Iterator<Item = AccountIndex> {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros();
                left &= left - 1;
                Some(AccountIndex(index as u32 * u64::BITS + bit))
            })
        })
    }

    fn each(&mut self, other: &Self, join: impl Fn(&mut u64, u64)) {
        for (index, word) in self.words.iter_mut().enumerate() {
            join(word, other.words.get(index).copied().unwrap_or(0));
        }
    }
}

fn place(account: AccountIndex) -> (usize, u64) {
    let index = account.0 as usize;
    (index / BITS, 1 << (index % BITS))
}

impl Extend<AccountIndex> for AccountSet {
    fn extend<I: IntoIterator<Item = AccountIndex>>(&mut self, accounts: I) {
        for account in accounts {
            self.insert(account);
        }
    }
}

impl BitOrAssign<&Self> for AccountSet {
    /// Adds the accounts of another set of the same organization.
    fn bitor_assign(&mut self, other: &Self) {
        self.each(other, |word, other| *word |= other);
    }
}

impl BitAndAssign<&Self> for AccountSet {
    /// Keeps the accounts that are in both.
    fn bitand_assign(&mut self, other: &Self) {
        self.each(other, |word, other| *word &= other);
    }
}

impl SubAssign<&Self> for AccountSet {
    /// Takes out the accounts of another set.
    fn sub_assign(&mut self, other: &Self) {
        self.each(other, |word, other| *word &= !other);
    }
}

impl fmt::Debug for AccountSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|account| account.0)).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{AccountIndex, AccountSet};

    fn set_of(indices: &BTreeSet<u32>) -> AccountSet {
        let mut set = AccountSet::new(300);
        for index in indices {
            set.insert(AccountIndex(*index));
        }
        set
    }

    fn indices_of(set: &AccountSet) -> BTreeSet<u32> {
        set.iter().map(|account| account.0).collect()
    }

    fn indices() -> impl Strategy<Value = BTreeSet<u32>> {
        proptest::collection::btree_set(0_u32..300, 0..80)
    }

    proptest! {
        #[test]
        fn the_operations_agree_with_those_of_an_ordered_set(a in indices(), b in indices()) {
            let (one, other) = (set_of(&a), set_of(&b));
            prop_assert_eq!(indices_of(&one), a.clone());
            prop_assert_eq!((one.len(), one.is_empty()), (a.len(), a.is_empty()));
            prop_assert_eq!(one.is_subset(&other), a.is_subset(&b));
            let mut joined = one.clone();
            joined |= &other;
            prop_assert_eq!(indices_of(&joined), a.union(&b).copied().collect());
            let mut kept = one.clone();
            kept &= &other;
            prop_assert_eq!(indices_of(&kept), a.intersection(&b).copied().collect());
            let mut rest = one;
            rest -= &other;
            prop_assert_eq!(indices_of(&rest), a.difference(&b).copied().collect());
        }
    }

    #[test]
    fn an_account_is_new_once_and_gone_once() {
        let mut set = AccountSet::new(65);
        let last = AccountIndex(64);
        assert!(set.insert(last) && !set.insert(last) && set.contains(last));
        assert!(set.remove(last) && !set.remove(last) && set.is_empty());
        assert!(!set.insert(AccountIndex(128)), "out of range");
    }
}
