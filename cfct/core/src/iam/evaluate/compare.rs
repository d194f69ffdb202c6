//! The comparisons behind the condition operators.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::backup_policy::utc::Date;
use crate::iam::pattern;

/// Whether an ARN matches a pattern of one. Each of the six parts between colons is compared alone, so a
/// wildcard never reaches over a colon but in the last part, which may hold some.
pub(super) fn arn_matches(pattern: &[u8], arn: &[u8]) -> bool {
    const PARTS: usize = 6;
    let mut patterns = pattern.splitn(PARTS, |byte| *byte == b':');
    let mut parts = arn.splitn(PARTS, |byte| *byte == b':');
    for _ in 0..PARTS {
        match (patterns.next(), parts.next()) {
            (Some(pattern), Some(part)) if pattern::matches(pattern, part) => {}
            _ => return false,
        }
    }
    true
}

/// The order of two numbers.
pub(super) fn numeric(value: &str, other: &str) -> Option<Ordering> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number(value)?.partial_cmp(&number(other)?)
}

/// The order of two times: ISO 8601, or seconds since 1970.
pub(super) fn date(value: &str, other: &str) -> Option<Ordering> {
    instant(value)?.partial_cmp(&instant(other)?)
}

/// Whether an address lies in a range (`203.0.113.0/24`), or is the one that is named.
pub(super) fn in_range(range: &str, address: &str) -> bool {
    let Some(address) = address.trim().parse::<IpAddr>().ok() else { return false };
    let (network, length) = match range.trim().split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (range.trim(), Some(128)),
    };
    let (Ok(network), Some(length)) = (network.parse::<IpAddr>(), length) else { return false };
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let shift = 32_u32.saturating_sub(length);
            let bits = |address: u32| address.checked_shr(shift).unwrap_or(0);
            bits(network.to_bits()) == bits(address.to_bits())
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128_u32.saturating_sub(length);
            let bits = |address: u128| address.checked_shr(shift).unwrap_or(0);
            bits(network.to_bits()) == bits(address.to_bits())
        }
        _ => false,
    }
}

/// Seconds since 1970 of a W3C profile of ISO 8601 (`2026-11-23T04:00:00Z`, `2026-11-23`), or of a number.
fn instant(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        // Four digits are a year in ISO 8601.
        return if text.len() == 4 { days(text, "01", "01") } else { Some(seconds) };
    }
    let (day, time) = text.split_once(['T', 't']).unwrap_or((text, "00:00:00Z"));
    let mut parts = day.splitn(3, '-');
    let (year, month, of_month) = (parts.next()?, parts.next()?, parts.next().unwrap_or("01"));
    Some(days(year, month, of_month)? + seconds(time)?)
}

fn days(year: &str, month: &str, day: &str) -> Option<f64> {
    let date = Date { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
    let exists = (1..=12).contains(&date.month) && (1..=date.last_of_month()).contains(&date.day);
    exists.then(|| date.days() as f64 * 86_400.0)
}

/// `04:00:00.5Z`, `04:00+01:00`
fn seconds(text: &str) -> Option<f64> {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, "Z"),
    };
    let offset = match offset.split_at_checked(1)? {
        ("+", ahead) => of_clock(ahead)?,
        ("-", behind) => -of_clock(behind)?,
        (_, "") => 0.0,
        _ => return None,
    };
    Some(of_clock(clock)? - offset)
}

fn of_clock(text: &str) -> Option<f64> {
    let mut parts = text.splitn(3, ':');
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next().unwrap_or("0").parse().ok()?;
    let is_clock = hours < 24 && minutes < 60 && (0.0..61.0).contains(&seconds);
    is_clock.then(|| f64::from(hours * 3_600 + minutes * 60) + seconds)
}
