//! Words for what the operating system refuses.

use std::io;

/// Why an operation failed, as a lower-case fragment: `permission denied`, without the error's number.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    match characters.next() {
        // "I/O error" and its like stay as they are.
        Some(first) if characters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::reason;
    use std::io;

    #[test]
    fn a_reason_is_a_fragment_without_a_number() {
        assert_eq!(reason(&io::Error::from_raw_os_error(13)), "permission denied");
        assert_eq!(reason(&io::Error::from_raw_os_error(28)), "no space left on device");
    }
}
