//! Schedules in AWS's cron dialect: `cron(minutes hours day-of-month month day-of-week year)`, in UTC.
//!
//! The dialect is that of EventBridge, which AWS Backup refers to:
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html>. Days of the week
//! count from 1, Sunday. Of day of month and day of week exactly one is `?`. `rate(…)` is not among the
//! forms that AWS Backup documents.

mod parse;
mod runs;

use super::utc::Date;

pub use parse::Malformed;
pub use runs::Rhythm;

/// The first year that a schedule can name.
pub const FIRST_YEAR: i32 = 1970;
/// The last year that a schedule can name.
pub const LAST_YEAR: i32 = 2199;

/// A schedule, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Bits 0 to 59.
    minutes: u64,
    /// Bits 0 to 23.
    hours: u32,
    days: Days,
    /// Bits 1 to 12.
    months: u16,
    years: Years,
    /// What is worth telling of a schedule that can be read.
    pub remarks: Vec<Remark>,
}

/// Something about a schedule that can be read, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The bytes in the text given to [`Schedule::parse`].
    pub range: std::ops::Range<usize>,
    /// What.
    pub kind: RemarkKind,
}

/// What is worth telling of a schedule that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// A form that other dialects know and AWS does not document: `LW`, `L-3`, `FRI-MON`.
    Undocumented,
    /// A step that never gets to its second value: `13/12` in hours is 13 alone.
    StepUnused,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    OfMonth(MonthDays),
    OfWeek(WeekDays),
}

/// Days of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MonthDays {
    /// Bits 1 to 31.
    plain: u32,
    /// `nW`: the weekday nearest to day n, in the same month. Bits 1 to 31.
    nearest_weekday: u32,
    /// `L` and `L-n`: that many days before the last one. Bits 0 to 30.
    before_last: u32,
    /// `LW`: the last weekday.
    last_weekday: bool,
}

/// Days of the week, 1 for Sunday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct WeekDays {
    /// Bits 1 to 7.
    plain: u8,
    /// `nL`: the last such day of the month. Bits 1 to 7.
    last: u8,
    /// `d#n`: the n-th such day of the month.
    nth: Option<(u8, u8)>,
}

/// Years from [`FIRST_YEAR`] to [`LAST_YEAR`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Years([u64; 4]);

impl Years {
    fn add(&mut self, year: u32) {
        let index = year.saturating_sub(FIRST_YEAR as u32) as usize;
        if let Some(word) = self.0.get_mut(index / 64) {
            *word |= 1 << (index % 64);
        }
    }

    fn has(self, year: i32) -> bool {
        let index = usize::try_from(year - FIRST_YEAR).unwrap_or(usize::MAX);
        self.0.get(index / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }
}

impl MonthDays {
    fn has(&self, date: Date) -> bool {
        let bit = |day: u8| 1_u32 << day;
        let last = date.last_of_month();
        self.plain & bit(date.day) != 0
            || self.before_last & bit(last - date.day) != 0
            || (self.last_weekday && date.day == nearest_weekday(date, last))
            || (1..=last)
                .any(|day| self.nearest_weekday & bit(day) != 0 && date.day == nearest_weekday(date, day))
    }
}

/// The weekday nearest to `day` in the month of `date`, never leaving the month.
fn nearest_weekday(date: Date, day: u8) -> u8 {
    const SUNDAY: u8 = 1;
    const SATURDAY: u8 = 7;
    let last = date.last_of_month();
    match (Date { day, ..date }).weekday() {
        SATURDAY if day == 1 => 3,
        SATURDAY => day - 1,
        SUNDAY if day == last => day - 2,
        SUNDAY => day + 1,
        _ => day,
    }
}

impl WeekDays {
    fn has(&self, date: Date) -> bool {
        let weekday = date.weekday();
        let bit = 1_u8 << weekday;
        self.plain & bit != 0
            || (self.last & bit != 0 && date.day + 7 > date.last_of_month())
            || self.nth.is_some_and(|(of, nth)| of == weekday && (date.day - 1) / 7 + 1 == nth)
    }
}
