//! YAML 1.1 timestamps, as PyYAML's resolver knows them and `datetime` checks them.

/// A YAML 1.1 timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp {
    /// Year, month, day.
    pub date: (u16, u8, u8),
    /// Whether a time of day follows; then PyYAML makes a `datetime`, not a `date`.
    pub has_time: bool,
    /// The time of day, where one is written.
    pub time: Option<TimeOfDay>,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeOfDay {
    /// Hour, minute, second.
    pub clock: (u8, u8, u8),
    /// Microseconds, cut and not rounded.
    pub micros: u32,
    /// Offset from UTC in minutes, where one is written (`Z` is 0).
    pub offset_minutes: Option<i16>,
}

/// The parts of a timestamp's text, not checked against the calendar.
struct Parts<'t> {
    year: &'t str,
    month: &'t str,
    day: &'t str,
    time: Option<TimeParts<'t>>,
}

struct TimeParts<'t> {
    hour: &'t str,
    minute: &'t str,
    second: &'t str,
    fraction: &'t str,
    zone: &'t str,
}

/// Whether PyYAML's resolver takes a plain `text` for a timestamp. A bare date needs two digits each, a
/// date with a time does not.
pub(super) fn looks_timestamp(text: &str) -> bool {
    parse(text).is_some_and(|parts| parts.time.is_some() || (parts.month.len() == 2 && parts.day.len() == 2))
}

/// `SafeConstructor.construct_yaml_timestamp`: `None` where it raises.
pub(super) fn construct(text: &str) -> Option<Timestamp> {
    let parts = parse(text.strip_suffix('\n').unwrap_or(text))?;
    let (year, month, day) = (parts.year.parse().ok()?, parts.month.parse().ok()?, parts.day.parse().ok()?);
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    let time = parts.time.as_ref().map(time_of_day);
    let time = match time {
        Some(time) => Some(time?),
        None => None,
    };
    Some(Timestamp { date: (year, month, day), has_time: time.is_some(), time })
}

fn time_of_day(parts: &TimeParts<'_>) -> Option<TimeOfDay> {
    let clock: (u8, u8, u8) =
        (parts.hour.parse().ok()?, parts.minute.parse().ok()?, parts.second.parse().ok()?);
    if clock.0 > 23 || clock.1 > 59 || clock.2 > 59 {
        return None;
    }
    let micros = parts.fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
    let micros = micros.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some(TimeOfDay { clock, micros, offset_minutes: offset(parts.zone)? })
}

/// `None` where `datetime.timezone` refuses: a day or more.
fn offset(zone: &str) -> Option<Option<i16>> {
    let (sign, rest) = match zone.split_at_checked(1) {
        None => return Some(None),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return Some(Some(0)),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let minutes = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?;
    (minutes < 24 * 60).then_some(Some(sign * minutes))
}

fn parse(text: &str) -> Option<Parts<'_>> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    if rest.is_empty() {
        return Some(Parts { year, month, day, time: None });
    }
    let blanks = rest.trim_start_matches([' ', '\t']);
    let rest = if blanks.len() < rest.len() { blanks } else { rest.strip_prefix(['T', 't'])? };
    let (hour, rest) = digits(rest, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len()),
        None => ("", rest),
    };
    let zone = rest.trim_start_matches([' ', '\t']);
    if (zone.is_empty() && !rest.is_empty()) || !is_zone(zone) {
        return None;
    }
    Some(Parts { year, month, day, time: Some(TimeParts { hour, minute, second, fraction, zone }) })
}

/// `Z|[-+][0-9][0-9]?(?::[0-9][0-9])?`, or nothing.
fn is_zone(text: &str) -> bool {
    if matches!(text, "" | "Z") {
        return true;
    }
    let Some((_, rest)) = text.strip_prefix(['+', '-']).and_then(|rest| digits(rest, 1, 2)) else {
        return false;
    };
    rest.is_empty()
        || rest.strip_prefix(':').and_then(|rest| digits(rest, 2, 2)).is_some_and(|(_, rest)| rest.is_empty())
}

/// The longest run of `least..=most` ASCII digits at the start, and what follows it.
fn digits(text: &str, least: usize, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (count >= least).then(|| text.split_at(count))
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}
