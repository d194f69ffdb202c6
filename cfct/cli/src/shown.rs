//! Text from files, made safe to show: a control character in a file never reaches the terminal.

use std::borrow::Cow;

/// Whether `character` could move the cursor, change colours, hide text or turn its direction.
pub(crate) fn is_unsafe(character: char) -> bool {
    matches!(character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// `text` with what a terminal would obey written as its escape: `\u{1b}`. Line breaks and tabs stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unsafe(character) {
            cleaned.extend(character.escape_default());
        } else {
            cleaned.push(character);
        }
    }
    Cow::Owned(cleaned)
}

/// [`clean`] on a single line: line breaks are escaped too.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match clean(text) {
        cleaned if cleaned.contains('\n') => Cow::Owned(cleaned.replace('\n', "\\n")),
        cleaned => cleaned,
    }
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_line};

    #[test]
    fn what_a_terminal_would_obey_is_written_as_an_escape() {
        let cases = [
            ("plain ä → 漢", "plain ä → 漢"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\rb\tc\u{7f}", "a\\rb\tc\\u{7f}"),
            ("\u{202e}desrever", "\\u{202e}desrever"),
            ("\u{feff}bom", "\\u{feff}bom"),
        ];
        for (text, expected) in cases {
            assert_eq!(clean(text), expected);
        }
    }

    #[test]
    fn line_breaks_stay_unless_one_line_is_wanted() {
        assert_eq!(clean("a\nb"), "a\nb");
        assert_eq!(clean_line("a\nb"), "a\\nb");
    }
}
