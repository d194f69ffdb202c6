//! When a schedule runs.

use super::{Days, FIRST_YEAR, LAST_YEAR, Schedule};
use crate::backup_policy::utc::{Date, MINUTES_PER_DAY, UtcMinute};

/// How far apart the runs of a schedule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The least time between two runs, in minutes.
    pub least: i64,
    /// The most time between two runs, in minutes.
    pub most: i64,
}

impl Rhythm {
    fn with(rhythm: Option<Self>, gap: i64) -> Option<Self> {
        let rhythm = rhythm.unwrap_or(Self { least: gap, most: gap });
        Some(Self { least: rhythm.least.min(gap), most: rhythm.most.max(gap) })
    }
}

impl Schedule {
    /// Whether it runs on that day.
    #[must_use]
    pub fn has_day(&self, date: Date) -> bool {
        self.years.has(date.year)
            && self.months & (1 << date.month) != 0
            && match &self.days {
                Days::OfMonth(days) => days.has(date),
                Days::OfWeek(days) => days.has(date),
            }
    }

    /// The minutes of the day at which it runs on the days on which it does, in order.
    pub fn minutes_of_day(&self) -> impl Iterator<Item = i64> + '_ {
        let hours = (0..24_i64).filter(|hour| self.hours & (1 << hour) != 0);
        hours.flat_map(|hour| {
            (0..60).filter(|minute| self.minutes & (1 << minute) != 0).map(move |minute| hour * 60 + minute)
        })
    }

    /// How often it runs on the days on which it does.
    #[must_use]
    pub fn runs_per_day(&self) -> u64 {
        u64::from(self.hours.count_ones()) * u64::from(self.minutes.count_ones())
    }

    /// The next run after `time`, not at it. `None` where there is none to the end of the last year.
    #[must_use]
    pub fn next_after(&self, time: UtcMinute) -> Option<UtcMinute> {
        let time = time.max(UtcMinute::new(BEFORE_ALL, MINUTES_PER_DAY - 1));
        let today = time.date();
        if self.has_day(today) {
            let later = self.minutes_of_day().find(|minute| *minute > time.minute_of_day());
            if let Some(minute) = later {
                return Some(UtcMinute::new(today, minute));
            }
        }
        let day = self.next_day_after(today)?;
        self.minutes_of_day().next().map(|minute| UtcMinute::new(day, minute))
    }

    /// The runs after `time`, in order.
    pub fn runs_after(&self, time: UtcMinute) -> impl Iterator<Item = UtcMinute> + '_ {
        std::iter::successors(self.next_after(time), |run| self.next_after(*run))
    }

    /// Whether it runs at all, in whatever year.
    #[must_use]
    pub fn ever_runs(&self) -> bool {
        self.next_day_after(BEFORE_ALL).is_some()
    }

    /// How far apart its runs are; `None` where it runs once or never.
    ///
    /// Looks at eight years from its first day after 2023, or from its very first day where there is none, so
    /// that leap days are seen.
    #[must_use]
    pub fn rhythm(&self) -> Option<Rhythm> {
        const SAMPLE: Date = Date { year: 2023, month: 12, day: 31 };
        const SAMPLE_DAYS: i64 = 8 * 366;
        let minutes: Vec<i64> = self.minutes_of_day().collect();
        let (first, last) = (minutes.first()?, minutes.last()?);
        let start = self.next_day_after(SAMPLE).or_else(|| self.next_day_after(BEFORE_ALL))?.days();
        let within = minutes.windows(2).map(|pair| pair[1] - pair[0]);
        let mut rhythm = within.fold(None, Rhythm::with);
        let mut previous = start;
        for day in (start + 1..start + SAMPLE_DAYS).filter(|day| self.has_day(Date::from_days(*day))) {
            rhythm = Rhythm::with(rhythm, (day - previous) * MINUTES_PER_DAY - last + first);
            previous = day;
            if self.is_daily() {
                break;
            }
        }
        rhythm
    }

    /// Whether it runs on every day of every year.
    #[must_use]
    pub fn is_daily(&self) -> bool {
        let every_day = match &self.days {
            Days::OfMonth(days) => days.plain == u32::MAX << 1,
            Days::OfWeek(days) => days.plain == u8::MAX << 1,
        };
        every_day
            && self.months == 0b1_1111_1111_1110
            && (FIRST_YEAR..=LAST_YEAR).all(|year| self.years.has(year))
    }

    fn next_day_after(&self, date: Date) -> Option<Date> {
        let mut day = Date::from_days(date.days() + 1);
        while day.year <= LAST_YEAR {
            if !self.years.has(day.year) {
                day = Date { year: day.year + 1, month: 1, day: 1 };
            } else if self.months & (1 << day.month) == 0 {
                day = first_of_next_month(day);
            } else if self.has_day(day) {
                return Some(day);
            } else {
                day = Date::from_days(day.days() + 1);
            }
        }
        None
    }
}

/// The day before the first that a schedule can name.
const BEFORE_ALL: Date = Date { year: FIRST_YEAR - 1, month: 12, day: 31 };

fn first_of_next_month(date: Date) -> Date {
    match date.month {
        12 => Date { year: date.year + 1, month: 1, day: 1 },
        month => Date { month: month + 1, day: 1, ..date },
    }
}
