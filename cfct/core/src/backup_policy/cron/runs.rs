//! When a schedule runs.

use super::{Days, LAST_YEAR, Schedule};
use crate::backup_policy::utc::{Date, MINUTES_PER_DAY, UtcMinute};

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

    /// The least time between two runs, in minutes. `None` where it runs once or never.
    #[must_use]
    pub fn least_gap(&self, from: Date, days: i64) -> Option<i64> {
        let minutes: Vec<i64> = self.minutes_of_day().collect();
        let (first, last) = (minutes.first()?, minutes.last()?);
        let within = minutes.windows(2).map(|pair| pair[1] - pair[0]).min();
        let start = from.days();
        let mut previous: Option<i64> = None;
        let mut least = None;
        for day in (start..start + days).filter(|day| self.has_day(Date::from_days(*day))) {
            let over_night = previous.map(|previous| (day - previous) * MINUTES_PER_DAY - last + first);
            least = [least, within, over_night].into_iter().flatten().min();
            previous = Some(day);
        }
        least
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

fn first_of_next_month(date: Date) -> Date {
    match date.month {
        12 => Date { year: date.year + 1, month: 1, day: 1 },
        month => Date { month: month + 1, day: 1, ..date },
    }
}
