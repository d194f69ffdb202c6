//! Sets of accounts for the page: each set once, as runs or as a bitmap, whichever is shorter.

use std::collections::HashMap;

use cfct_core::stack_set_machine::IndexSet;
use serde::{Serialize, Serializer};

/// The different sets of a page. Many stack sets share their accounts, so a set is named by its number.
#[derive(Default)]
pub(super) struct Sets {
    numbers: HashMap<IndexSet, usize>,
    written: Vec<Written>,
}

/// A set as the page reads it.
#[derive(Debug, PartialEq)]
pub(super) enum Written {
    /// Numbers left out, numbers taken, and so on in turns.
    Runs(Vec<usize>),
    /// One bit each, the least significant first, in base64.
    Bitmap(String),
}

impl Sets {
    /// The number of a set.
    pub(super) fn number(&mut self, set: &IndexSet) -> usize {
        if let Some(number) = self.numbers.get(set) {
            return *number;
        }
        let number = self.written.len();
        self.written.push(Written::of(set));
        self.numbers.insert(set.clone(), number);
        number
    }

    /// The sets by number.
    pub(super) fn into_written(self) -> Vec<Written> {
        self.written
    }
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Runs(runs) => runs.serialize(serializer),
            Self::Bitmap(text) => text.serialize(serializer),
        }
    }
}

impl Written {
    fn of(set: &IndexSet) -> Self {
        let (mut runs, mut bitmap, mut end) = (Vec::new(), Vec::new(), 0);
        for number in set.iter() {
            match runs.last_mut() {
                Some(taken) if number == end => *taken += 1,
                _ => runs.extend([number - end, 1]),
            }
            end = number + 1;
            bitmap.resize(number / 8 + 1, 0_u8);
            if let Some(byte) = bitmap.last_mut() {
                *byte |= 1 << (number % 8);
            }
        }
        // A number of a run takes about four characters with its comma, three bytes of a bitmap as many.
        if runs.len() * 3 <= bitmap.len() { Self::Runs(runs) } else { Self::Bitmap(base64(&bitmap)) }
    }
}

/// Base64 with padding, as RFC 4648 has it.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            if digit <= chunk.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{IndexSet, Sets, Written, base64};

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn equal_sets_are_written_once_and_in_the_shorter_way() {
        let (all, odd) = (IndexSet::below(1000), (0..1000).filter(|number| number % 2 == 1).collect());
        let mut sets = Sets::default();
        assert_eq!([sets.number(&all), sets.number(&odd), sets.number(&all.clone())], [0, 1, 0]);
        let written = sets.into_written();
        assert_eq!(written[0], Written::Runs(vec![0, 1000]));
        assert!(matches!(&written[1], Written::Bitmap(text) if text.len() == 168), "{written:?}");
    }
}
