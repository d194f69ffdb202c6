//! Times in events: `2026-05-04T12:09:32+0000` in one kind, `2026-05-04T12:09:32Z` in another.

use crate::backup_policy::utc::Date;

/// Seconds since 1970; `None` where the text is in another form.
pub(super) fn read(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once('T')?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (clock, zone) = rest.split_at_checked(8)?;
    let mut parts = clock.splitn(3, ':');
    let (hour, minute, second) =
        (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let zone = match zone.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => zone,
    };
    let offset = offset(zone)?;
    let date = Date {
        year: i32::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
    };
    let is_day = (1..=12).contains(&month) && date.day >= 1 && date.day <= date.last_of_month();
    (is_day && hour < 24 && minute < 60 && second <= 60)
        .then(|| date.days() * 86_400 + hour * 3_600 + minute * 60 + second - offset)
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let rest = rest.replacen(':', "", 1);
    let (hours, minutes) = rest.split_at_checked(2)?;
    Some(sign * (digits(hours, 2)? * 3_600 + digits(minutes, 2)? * 60))
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn both_forms_of_a_time_are_the_same_time() {
        let noon = 1_777_896_572;
        for text in [
            "2026-05-04T12:09:32Z",
            "2026-05-04T12:09:32+0000",
            "2026-05-04T12:09:32.123Z",
            "2026-05-04T14:09:32+0200",
            "2026-05-04T14:09:32+02:00",
            "2026-05-04T11:39:32-0030",
        ] {
            assert_eq!(read(text), Some(noon), "{text}");
        }
    }

    #[test]
    fn any_other_form_is_no_time() {
        for text in [
            "",
            "T",
            "2026-05-04",
            "2026-05-04T12:09Z",
            "2026-13-04T12:09:32Z",
            "2026-02-30T12:09:32Z",
            "2026-05-04T12:09:32",
            "2026-05-04T12:09:32UTC",
            "May 4, 2026, 12:00:00 PM",
            "2026-05-04T12:09:3äZ",
            "2026-05-04T12:09:32+ä000",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
