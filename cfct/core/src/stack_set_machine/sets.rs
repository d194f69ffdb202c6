//! Sets of small numbers as bitmaps.

use std::fmt;

const BITS: usize = u64::BITS as usize;

/// A set of numbers, one bit each: 10,000 accounts take 1.25 kB and are joined a word at a time, and a set of
/// numbers below 64, as of Regions, takes no memory of its own.
///
/// It serves for accounts, for Regions and for groups of accounts; what the numbers stand for is the
/// owner's affair. Equal sets are equal values, whatever they were made of.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexSet {
    /// The numbers below 64.
    head: u64,
    /// The others. Without trailing zeros, so that derived equality is equality of sets.
    tail: Vec<u64>,
}

impl IndexSet {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { head: 0, tail: Vec::new() }
    }

    /// Every number below `count`.
    #[must_use]
    pub fn below(count: usize) -> Self {
        let word = |at: usize| match count.saturating_sub(at * BITS) {
            left if left >= BITS => u64::MAX,
            left => (1 << left) - 1,
        };
        Self { head: word(0), tail: (1..count.div_ceil(BITS)).map(word).collect() }
    }

    /// The set of one number.
    #[must_use]
    pub fn of(index: usize) -> Self {
        let mut set = Self::new();
        set.insert(index);
        set
    }

    /// Puts a number in.
    pub fn insert(&mut self, index: usize) {
        let bit = 1 << (index % BITS);
        match (index / BITS).checked_sub(1) {
            None => self.head |= bit,
            Some(at) => {
                if at >= self.tail.len() {
                    self.tail.resize(at + 1, 0);
                }
                self.tail[at] |= bit;
            }
        }
    }

    /// Whether a number is in.
    #[must_use]
    pub fn contains(&self, index: usize) -> bool {
        let word = (index / BITS).checked_sub(1).map_or(self.head, |at| self.word(at));
        word & (1 << (index % BITS)) != 0
    }

    /// How many numbers are in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether none is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.head == 0 && self.tail.is_empty()
    }

    /// The least number.
    #[must_use]
    pub fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.words().enumerate().flat_map(|(index, word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some(index * BITS + bit)
            })
        })
    }

    /// Whether every number of this set is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.head & !other.head == 0
            && self.tail.iter().enumerate().all(|(at, word)| word & !other.word(at) == 0)
    }

    /// Whether the sets share no number.
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.head & other.head == 0 && self.tail.iter().zip(&other.tail).all(|(one, other)| one & other == 0)
    }

    /// The numbers of either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        joined.add(other);
        joined
    }

    /// The numbers of both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let tail = self.tail.iter().zip(&other.tail).map(|(one, other)| one & other).collect();
        Self { head: self.head & other.head, tail }.trimmed()
    }

    /// The numbers of this set that are not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let tail = self.tail.iter().enumerate().map(|(at, word)| word & !other.word(at)).collect();
        Self { head: self.head & !other.head, tail }.trimmed()
    }

    /// Puts every number of `other` in.
    pub fn add(&mut self, other: &Self) {
        self.head |= other.head;
        if other.tail.len() > self.tail.len() {
            self.tail.resize(other.tail.len(), 0);
        }
        for (word, other) in self.tail.iter_mut().zip(&other.tail) {
            *word |= other;
        }
    }

    /// Takes every number of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        *self = self.difference(other);
    }

    fn words(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.head).chain(self.tail.iter().copied())
    }

    /// A word of the tail.
    fn word(&self, at: usize) -> u64 {
        self.tail.get(at).copied().unwrap_or(0)
    }

    fn trimmed(mut self) -> Self {
        while self.tail.last() == Some(&0) {
            self.tail.pop();
        }
        self
    }
}

impl FromIterator<usize> for IndexSet {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut set = Self::new();
        for index in indices {
            set.insert(index);
        }
        set
    }
}

impl fmt::Debug for IndexSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::IndexSet;

    fn numbers() -> impl Strategy<Value = BTreeSet<usize>> {
        proptest::collection::btree_set(0_usize..200, 0..60)
    }

    fn listed(set: &IndexSet) -> BTreeSet<usize> {
        set.iter().collect()
    }

    proptest! {
        #[test]
        fn the_operations_agree_with_those_of_an_ordered_set(a in numbers(), b in numbers()) {
            let (one, other): (IndexSet, IndexSet) = (a.iter().copied().collect(), b.iter().copied().collect());
            prop_assert_eq!(listed(&one), a.clone());
            prop_assert_eq!((one.len(), one.is_empty(), one.first()), (a.len(), a.is_empty(), a.first().copied()));
            prop_assert_eq!(listed(&one.union(&other)), a.union(&b).copied().collect());
            prop_assert_eq!(listed(&one.intersection(&other)), a.intersection(&b).copied().collect());
            prop_assert_eq!(listed(&one.difference(&other)), a.difference(&b).copied().collect());
            prop_assert_eq!(one.is_subset(&other), a.is_subset(&b));
            prop_assert_eq!(one.is_disjoint(&other), a.is_disjoint(&b));
            let mut rest = one.clone();
            rest.subtract(&other);
            prop_assert_eq!(rest, one.difference(&other));
        }

        #[test]
        fn equal_sets_are_equal_values(a in numbers(), extra in 200_usize..400) {
            let plain: IndexSet = a.iter().copied().collect();
            let mut longer = plain.union(&IndexSet::of(extra));
            longer.subtract(&IndexSet::of(extra));
            prop_assert_eq!(longer, plain);
        }
    }

    #[test]
    fn below_holds_just_the_smaller_numbers() {
        for count in [0, 1, 63, 64, 65, 128] {
            assert_eq!(IndexSet::below(count).iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }
}
