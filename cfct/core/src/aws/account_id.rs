//! AWS account ids.

use std::fmt;
use std::str::FromStr;

/// An AWS account id: twelve decimal digits, leading zeros included.
///
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

/// The text is no account id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAccountId;

impl fmt::Display for NotAnAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account id has exactly twelve digits")
    }
}

impl std::error::Error for NotAnAccountId {}

impl AccountId {
    /// How many digits an id has.
    pub const DIGITS: usize = 12;

    /// Whether `text` has the form of an id.
    #[must_use]
    pub fn is_id(text: &str) -> bool {
        text.len() == Self::DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The digits in ASCII: lists of ids run into the millions, and this takes no allocation.
    fn digits(self) -> [u8; Self::DIGITS] {
        let mut digits = [b'0'; Self::DIGITS];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        digits
    }
}

impl FromStr for AccountId {
    type Err = NotAnAccountId;

    fn from_str(text: &str) -> Result<Self, NotAnAccountId> {
        if !Self::is_id(text) {
            return Err(NotAnAccountId);
        }
        text.parse().map(Self).map_err(|_| NotAnAccountId)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for AccountId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl<'de> serde::Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::AccountId;

    #[test]
    fn an_id_keeps_its_leading_zeros() {
        let id: AccountId = "012345670123".parse().unwrap();
        assert_eq!(id.to_string(), "012345670123");
        assert!(id < "100000000000".parse().unwrap());
    }

    #[test]
    fn only_twelve_digits_are_an_id() {
        for wrong in ["", "12345678901", "1234567890123", "12345678901x", "+12345678901", "１２３４"] {
            assert!(wrong.parse::<AccountId>().is_err(), "{wrong:?}");
        }
    }
}
