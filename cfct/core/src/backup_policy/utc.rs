//! Minutes and days in UTC, in the proleptic Gregorian calendar. AWS Backup's schedules are no finer.

use std::fmt;
use std::str::FromStr;

/// Minutes in a day.
pub const MINUTES_PER_DAY: i64 = 24 * 60;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

/// A minute in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcMinute(i64);

impl Date {
    /// The day that many days after 1 January 1970.
    ///
    /// The usual arithmetic over 400-year eras that begin in March, so that the leap day comes last.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year: year as i32, month: month as u8, day: day as u8 }
    }

    /// Days since 1 January 1970.
    #[must_use]
    pub fn days(self) -> i64 {
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day of the week as AWS counts it: 1 is Sunday, 7 is Saturday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        // 1 January 1970 was a Thursday.
        ((self.days() + 4).rem_euclid(7) + 1) as u8
    }

    /// The last day of its month.
    #[must_use]
    pub fn last_of_month(self) -> u8 {
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl UtcMinute {
    /// A minute of a day, counted from its midnight.
    #[must_use]
    pub fn new(date: Date, minute_of_day: i64) -> Self {
        Self(date.days() * MINUTES_PER_DAY + minute_of_day)
    }

    /// The seconds from 1970 to the begin of it.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0 * 60
    }

    /// The minute that many seconds after 1 January 1970 fall in.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.div_euclid(60))
    }

    /// Its day.
    #[must_use]
    pub fn date(self) -> Date {
        Date::from_days(self.0.div_euclid(MINUTES_PER_DAY))
    }

    /// The minute of its day, from 0.
    #[must_use]
    pub fn minute_of_day(self) -> i64 {
        self.0.rem_euclid(MINUTES_PER_DAY)
    }

    /// That many minutes later.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes))
    }

    /// That many days later.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_minutes(days.saturating_mul(MINUTES_PER_DAY))
    }

    /// How many minutes it is later than `earlier`.
    #[must_use]
    pub fn minutes_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for UtcMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = self.minute_of_day();
        write!(f, "{}T{:02}:{:02}Z", self.date(), minute / 60, minute % 60)
    }
}

/// The text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATime;

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time is written 2026-11-30 or 2026-11-30T05:00Z")
    }
}

impl std::error::Error for NotATime {}

impl FromStr for UtcMinute {
    type Err = NotATime;

    /// `YYYY-MM-DD`, optionally with `THH:MM` or `THH:MM:SS` and `Z`.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let text = text.strip_suffix('Z').unwrap_or(text);
        let (date, time) = text.split_once('T').unwrap_or((text, "00:00"));
        let date = numbers(date, '-').filter(|parts| parts.len() == 3).ok_or(NotATime)?;
        let time = numbers(time, ':').filter(|parts| matches!(parts.len(), 2 | 3)).ok_or(NotATime)?;
        let date = Date {
            year: i32::try_from(date[0]).map_err(|_| NotATime)?,
            month: u8::try_from(date[1]).map_err(|_| NotATime)?,
            day: u8::try_from(date[2]).map_err(|_| NotATime)?,
        };
        let is_date = (1..=9999).contains(&date.year)
            && (1..=12).contains(&date.month)
            && (1..=date.last_of_month()).contains(&date.day);
        let is_time = time[0] < 24 && time[1] < 60 && time.get(2).is_none_or(|second| *second < 60);
        if !is_date || !is_time {
            return Err(NotATime);
        }
        Ok(Self::new(date, i64::from(time[0] * 60 + time[1])))
    }
}

fn numbers(text: &str, separator: char) -> Option<Vec<u32>> {
    text.split(separator)
        .map(|part| part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Date, UtcMinute};
    use proptest::prelude::*;

    #[test]
    fn known_days_have_their_weekday() {
        for (text, weekday) in [("1970-01-01", 5), ("2024-02-29", 5), ("2026-11-23", 2), ("2199-12-31", 3)] {
            let time: UtcMinute = text.parse().unwrap();
            assert_eq!(time.date().weekday(), weekday, "{text}");
            assert_eq!(time.to_string(), format!("{text}T00:00Z"));
        }
    }

    #[test]
    fn only_times_are_times() {
        for wrong in ["", "2026-02-29", "2026-13-01", "2026-1-1-1", "2026-01-01T24:00", "+2026-01-01", "now"]
        {
            assert!(wrong.parse::<UtcMinute>().is_err(), "{wrong:?}");
        }
        assert_eq!("2026-01-01T05:07:09Z".parse::<UtcMinute>().unwrap().to_string(), "2026-01-01T05:07Z");
    }

    proptest! {
        #[test]
        fn days_and_dates_are_inverse(days in -800_000_i64..800_000) {
            let date = Date::from_days(days);
            prop_assert_eq!(date.days(), days);
            prop_assert!(date.day >= 1 && date.day <= date.last_of_month());
            prop_assert_eq!(Date::from_days(days + 7).weekday(), date.weekday());
        }

        #[test]
        fn times_are_read_as_they_are_written(minute in 0_i64..4_000_000_000) {
            let time = UtcMinute::from_unix_seconds(minute * 60);
            prop_assume!(time.date().year <= 9999);
            prop_assert_eq!(time.to_string().parse::<UtcMinute>(), Ok(time));
        }
    }
}
