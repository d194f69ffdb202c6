//! Python's exceptions, as far as a configuration can raise them in CfCT's parser.

use std::fmt;

/// The class of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception {
    /// An OU that is not found, a number that is none.
    ValueError,
    /// A file that is not in the package.
    FileNotFoundError,
    /// A folder where a file belongs.
    IsADirectoryError,
    /// A helper without a name.
    KeyError,
    /// The first of an empty list.
    IndexError,
    /// A value of a type that has no such operation.
    TypeError,
    /// A value of a type that has no such method.
    AttributeError,
    /// A file that is not JSON.
    JSONDecodeError,
    /// A file that is not UTF-8.
    UnicodeDecodeError,
    /// Not CfCT's: what CfCT would find out at run time, and nobody can know offline.
    Unknowable,
}

impl Exception {
    /// The class's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValueError => "ValueError",
            Self::FileNotFoundError => "FileNotFoundError",
            Self::IsADirectoryError => "IsADirectoryError",
            Self::KeyError => "KeyError",
            Self::IndexError => "IndexError",
            Self::TypeError => "TypeError",
            Self::AttributeError => "AttributeError",
            Self::JSONDecodeError => "JSONDecodeError",
            Self::UnicodeDecodeError => "UnicodeDecodeError",
            Self::Unknowable => "Unknowable",
        }
    }
}

/// An exception that ends a stage of the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its class.
    pub exception: Exception,
    /// Its text.
    pub message: String,
}

impl Failure {
    /// An exception of a class with a text.
    #[must_use]
    pub fn new(exception: Exception, message: impl Into<String>) -> Self {
        Self { exception, message: message.into() }
    }

    /// `list[0]` of an empty list.
    pub(super) fn empty_list() -> Self {
        Self::new(Exception::IndexError, "list index out of range")
    }
}

impl fmt::Display for Failure {
    /// As Python's traceback ends: class, colon, text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.exception.as_str(), self.message)
    }
}

/// A text as Python's `repr` shows it.
pub(super) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for character in text.chars() {
        match character {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            _ if character == quote => shown.extend(['\\', quote]),
            _ => shown.push(character),
        }
    }
    shown.push(quote);
    shown
}

#[cfg(test)]
mod tests {
    use super::{Exception, Failure, repr};

    #[test]
    fn a_failure_reads_like_the_last_line_of_a_traceback() {
        let failure = Failure::new(Exception::KeyError, repr("it's gone"));
        assert_eq!(failure.to_string(), "KeyError: \"it's gone\"");
        assert_eq!(repr("a'b\"c\\\n"), r#"'a\'b"c\\\n'"#);
    }
}
