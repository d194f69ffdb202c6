//! YAML 1.1 numbers: which texts look like one to PyYAML's resolver, and what its constructor makes of them.

/// Python's default limit on the digits of a decimal `int`; one more raises (`sys.int_info`, since 3.11).
const PYTHON_MAX_DIGITS: usize = 4300;

/// Whether PyYAML's resolver takes a plain `text` for an integer.
pub(super) fn looks_int(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(rest) = text.strip_prefix("0b") {
        return all_some(rest, |byte| matches!(byte, b'0' | b'1' | b'_'));
    }
    if let Some(rest) = text.strip_prefix("0x") {
        return all_some(rest, |byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    if let Some(rest) = text.strip_prefix('0') {
        return rest.bytes().all(|byte| matches!(byte, b'0'..=b'7' | b'_'));
    }
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or("");
    first.starts_with(|c: char| c.is_ascii_digit()) && digits(first) && parts.all(sixtieth)
}

/// Whether PyYAML's resolver takes a plain `text` for a floating-point number.
pub(super) fn looks_float(text: &str) -> bool {
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let Some((whole, fraction)) = number.split_once('.') else { return false };
    if whole.is_empty() {
        // A sign is not allowed before a bare point.
        return number.len() == text.len()
            && fraction.starts_with(|c: char| c.is_ascii_digit())
            && fraction_with_exponent(fraction);
    }
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !digits(first) {
        return false;
    }
    if first.len() == whole.len() {
        fraction_with_exponent(fraction)
    } else {
        parts.all(sixtieth) && digits(fraction)
    }
}

/// `SafeConstructor.construct_yaml_int`: `None` where it raises, `Some(None)` beyond 128 bits.
pub(super) fn int(text: &str) -> Option<Option<i128>> {
    let text = text.replace('_', "");
    let negative = text.starts_with('-');
    let number = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let magnitude = if let Some(rest) = number.strip_prefix("0b") {
        int_of_digits(rest, 2)
    } else if let Some(rest) = number.strip_prefix("0x") {
        int_of_digits(rest, 16)
    } else if number.starts_with('0') {
        int_of_digits(number, 8)
    } else if number.contains(':') {
        sexagesimal_int(number)
    } else {
        int_of_digits(number, 10)
    }?;
    Some(magnitude.and_then(|value| if negative { value.checked_neg() } else { Some(value) }))
}

/// Python's `int(text, radix)`: surrounding blanks, one sign and the radix's own prefix are allowed.
/// `None` where it raises, `Some(None)` beyond 128 bits. Digits of other scripts are not known here.
pub(super) fn int_of_digits(text: &str, radix: u32) -> Option<Option<i128>> {
    let text = text.trim();
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let prefix = match radix {
        2 => ["0b", "0B"],
        8 => ["0o", "0O"],
        16 => ["0x", "0X"],
        _ => ["", ""],
    };
    let digits = prefix.iter().find_map(|prefix| digits.strip_prefix(prefix)).unwrap_or(digits);
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    if radix == 10 && digits.len() > PYTHON_MAX_DIGITS {
        return None;
    }
    let value = i128::from_str_radix(digits, radix).ok();
    Some(value.and_then(|value| if negative { value.checked_neg() } else { Some(value) }))
}

/// `1:30:45`: base 60.
fn sexagesimal_int(text: &str) -> Option<Option<i128>> {
    let mut total = Some(0_i128);
    for part in text.split(':') {
        let digit = int_of_digits(part, 10)?;
        total = total.zip(digit).and_then(|(total, digit)| total.checked_mul(60)?.checked_add(digit));
    }
    Some(total)
}

/// `SafeConstructor.construct_yaml_float`: `None` where it raises.
pub(super) fn float(text: &str) -> Option<f64> {
    let text = text.replace('_', "").to_lowercase();
    let negative = text.starts_with('-');
    let number = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if text.is_empty() {
        return None;
    }
    let magnitude = match number {
        ".inf" => f64::INFINITY,
        ".nan" => return Some(f64::NAN),
        _ if number.contains(':') => sexagesimal_float(number)?,
        _ => python_float(number)?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Summed from the right, as PyYAML does, so that rounding is the same.
fn sexagesimal_float(text: &str) -> Option<f64> {
    let (mut total, mut base) = (0.0_f64, 1.0_f64);
    for part in text.rsplit(':') {
        if base.is_infinite() {
            return None;
        }
        total += python_float(part)? * base;
        base *= 60.0;
    }
    Some(total)
}

fn python_float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn all_some(text: &str, accepted: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(accepted)
}

/// `[0-5]?[0-9]`
fn sixtieth(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}

/// `[0-9_]*(?:[eE][-+][0-9]+)?`: the sign of the exponent is not optional, so `1.5e3` is a string.
fn fraction_with_exponent(text: &str) -> bool {
    match text.split_once(['e', 'E']) {
        None => digits(text),
        Some((fraction, exponent)) => {
            digits(fraction)
                && exponent
                    .strip_prefix(['-', '+'])
                    .is_some_and(|power| all_some(power, |byte| byte.is_ascii_digit()))
        }
    }
}
