//! Reading a schedule's text.

use std::fmt;
use std::ops::Range;

use super::{Days, FIRST_YEAR, LAST_YEAR, MonthDays, Remark, RemarkKind, Schedule, WeekDays, Years};

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A text that is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The bytes that are wrong.
    pub range: Range<usize>,
    /// What is wrong with them, as a fragment.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The whole text mended, where there is no doubt what was meant.
    pub mended: Option<String>,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Malformed {}

const FORM: &str = "write cron(minutes hours day-of-month month day-of-week year), for example \
                    cron(0 5 ? * * *) for every day at 05:00 UTC";

/// What a field takes.
struct Field {
    name: &'static str,
    first: u32,
    last: u32,
    names: &'static [&'static str],
}

const MINUTES: Field = Field { name: "minutes", first: 0, last: 59, names: &[] };
const HOURS: Field = Field { name: "hours", first: 0, last: 23, names: &[] };
const DAY_OF_MONTH: Field = Field { name: "day of month", first: 1, last: 31, names: &[] };
const MONTH: Field = Field { name: "month", first: 1, last: 12, names: &MONTHS };
const DAY_OF_WEEK: Field = Field { name: "day of week", first: 1, last: 7, names: &WEEKDAYS };
const YEAR: Field = Field { name: "year", first: FIRST_YEAR as u32, last: LAST_YEAR as u32, names: &[] };

/// A piece of the text with its place.
#[derive(Clone, Copy)]
struct Piece<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Piece<'t> {
    fn range(self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    fn wrong(self, message: impl Into<String>, help: impl Into<String>) -> Malformed {
        Malformed { range: self.range(), message: message.into(), help: help.into(), mended: None }
    }

    fn split(self, separator: char) -> impl Iterator<Item = Piece<'t>> {
        let mut at = self.at;
        self.text.split(separator).map(move |text| {
            let piece = Piece { text, at };
            at += text.len() + separator.len_utf8();
            piece
        })
    }

    fn split_once(self, separator: char) -> Option<(Piece<'t>, Piece<'t>)> {
        let (before, after) = self.text.split_once(separator)?;
        let at = self.at + before.len() + separator.len_utf8();
        Some((Piece { text: before, at: self.at }, Piece { text: after, at }))
    }

    fn strip_suffix(self, suffix: char) -> Option<Piece<'t>> {
        self.text.strip_suffix(suffix).map(|text| Piece { text, at: self.at })
    }
}

impl Schedule {
    /// Reads `cron(…)`.
    ///
    /// # Errors
    /// The first thing in the text that AWS's dialect does not have.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let [minutes, hours, day_of_month, month, day_of_week, year] = fields(text)?;
        let mut remarks = Vec::new();
        let days = days(day_of_month, day_of_week, &mut remarks)?;
        let mut years = Years::default();
        values(year, &YEAR, &mut remarks, |value| years.add(value))?;
        Ok(Self {
            minutes: bits(minutes, &MINUTES, &mut remarks)?,
            hours: bits(hours, &HOURS, &mut remarks)? as u32,
            months: bits(month, &MONTH, &mut remarks)? as u16,
            days,
            years,
            remarks,
        })
    }
}

/// The six fields between the parentheses.
fn fields(text: &str) -> Result<[Piece<'_>; 6], Malformed> {
    let whole = Piece { text, at: 0 };
    if text.starts_with("rate(") {
        return Err(whole.wrong("rate(…) is not a schedule that AWS Backup takes", FORM));
    }
    let Some(inside) = text.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')')) else {
        let mut error = whole.wrong("not of the form cron(…)", FORM);
        let bare = text.split_whitespace().count() == 6 && !text.contains(['(', ')']);
        error.mended =
            bare.then(|| format!("cron({})", text.trim())).filter(|mended| Schedule::parse(mended).is_ok());
        return Err(error);
    };
    let fields: Vec<Piece<'_>> =
        Piece { text: inside, at: "cron(".len() }.split(' ').filter(|piece| !piece.text.is_empty()).collect();
    <[Piece<'_>; 6]>::try_from(fields).map_err(|fields| {
        let help = match fields.len() {
            5 => format!("AWS's dialect has a sixth field for the year: add ` *` at the end; {FORM}"),
            _ => FORM.to_owned(),
        };
        whole.wrong(format!("{} fields where a schedule has 6", fields.len()), help)
    })
}

/// Exactly one of the two fields says which days; the other is `?`.
fn days(of_month: Piece<'_>, of_week: Piece<'_>, remarks: &mut Vec<Remark>) -> Result<Days, Malformed> {
    match (of_month.text, of_week.text) {
        ("?", "?") => Err(of_week.wrong(
            "day of month and day of week are both ?",
            "write * in one of them for every day, or name the days there",
        )),
        (_, "?") => month_days(of_month, remarks).map(Days::OfMonth),
        ("?", _) => week_days(of_week, remarks).map(Days::OfWeek),
        (month, week) => {
            let spare = if month == "*" { of_month } else { of_week };
            let message = "day of month and day of week are both given";
            let mut error = spare.wrong(message, "write ? in the one that should not count");
            error.help.push_str(if month == "*" || week == "*" { ", here the *" } else { "" });
            Err(error)
        }
    }
}

fn month_days(field: Piece<'_>, remarks: &mut Vec<Remark>) -> Result<MonthDays, Malformed> {
    let mut days = MonthDays::default();
    let is_list = field.text.contains(',');
    for item in field.split(',') {
        let mut undocumented = is_list;
        if item.text == "L" {
            days.before_last |= 1;
        } else if item.text == "LW" {
            days.last_weekday = true;
            undocumented = true;
        } else if let Some(back) = item.text.strip_prefix("L-") {
            let before = Piece { text: back, at: item.at + 2 };
            days.before_last |= 1 << within(before, &Field { first: 1, last: 30, ..DAY_OF_MONTH })?;
            undocumented = true;
        } else if let Some(day) = item.strip_suffix('W') {
            days.nearest_weekday |= 1 << within(day, &DAY_OF_MONTH)?;
        } else {
            days.plain |= bits(item, &DAY_OF_MONTH, remarks)? as u32;
            continue;
        }
        if undocumented {
            remarks.push(Remark { range: item.range(), kind: RemarkKind::Undocumented });
        }
    }
    Ok(days)
}

fn week_days(field: Piece<'_>, remarks: &mut Vec<Remark>) -> Result<WeekDays, Malformed> {
    const SATURDAY: u8 = 7;
    let mut days = WeekDays::default();
    let is_list = field.text.contains(',');
    for item in field.split(',') {
        if let Some((day, nth)) = item.split_once('#') {
            if is_list {
                return Err(item.wrong(
                    "a day with # beside other days",
                    "one # is all that a day of week takes: give the other day a rule of its own",
                ));
            }
            let day = within(day, &DAY_OF_WEEK)? as u8;
            let nth = within(nth, &Field { name: "number after #", first: 1, last: 5, names: &[] })?;
            days.nth = Some((day, nth as u8));
            continue;
        }
        if item.text == "L" {
            days.plain |= 1 << SATURDAY;
        } else if let Some(day) = item.strip_suffix('L') {
            days.last |= 1 << within(day, &DAY_OF_WEEK)?;
        } else {
            days.plain |= bits(item, &DAY_OF_WEEK, remarks)? as u8;
            continue;
        }
        if is_list {
            remarks.push(Remark { range: item.range(), kind: RemarkKind::Undocumented });
        }
    }
    Ok(days)
}

fn bits(field: Piece<'_>, of: &Field, remarks: &mut Vec<Remark>) -> Result<u64, Malformed> {
    let mut bits = 0;
    values(field, of, remarks, |value| bits |= 1 << value)?;
    Ok(bits)
}

/// Hands every value of a comma-separated field to `take`.
fn values(
    field: Piece<'_>,
    of: &Field,
    remarks: &mut Vec<Remark>,
    mut take: impl FnMut(u32),
) -> Result<(), Malformed> {
    for item in field.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(within(step, &step_of(of))?)),
            None => (item, None),
        };
        let (first, last) = bounds(range, of, step.is_some())?;
        if last >= first {
            (first..=last).step_by(step.unwrap_or(1) as usize).for_each(&mut take);
            if step.is_some_and(|step| first + step > last) {
                remarks.push(Remark { range: item.range(), kind: RemarkKind::StepUnused });
            }
        } else {
            // FRI-MON: other dialects go over the end of the field.
            let count = of.last - of.first + 1;
            let around = (first..=last + count).map(|value| (value - of.first) % count + of.first);
            around.step_by(step.unwrap_or(1) as usize).for_each(&mut take);
            remarks.push(Remark { range: item.range(), kind: RemarkKind::Undocumented });
        }
    }
    Ok(())
}

fn step_of(of: &Field) -> Field {
    Field { name: "step", first: 1, last: of.last, names: &[] }
}

fn bounds(range: Piece<'_>, of: &Field, has_step: bool) -> Result<(u32, u32), Malformed> {
    if range.text == "*" {
        return Ok((of.first, of.last));
    }
    if let Some((first, last)) = range.split_once('-') {
        return Ok((within(first, of)?, within(last, of)?));
    }
    let first = within(range, of)?;
    Ok((first, if has_step { of.last } else { first }))
}

/// A number or a name that the field takes.
fn within(piece: Piece<'_>, of: &Field) -> Result<u32, Malformed> {
    let named = of.names.iter().position(|name| name.eq_ignore_ascii_case(piece.text));
    if let Some(index) = named {
        return Ok(of.first + index as u32);
    }
    let takes = match of.names {
        [first, .., last] => format!("{} takes {} to {} or {first} to {last}", of.name, of.first, of.last),
        _ => format!("{} takes {} to {}", of.name, of.first, of.last),
    };
    let is_number = !piece.text.is_empty() && piece.text.bytes().all(|byte| byte.is_ascii_digit());
    match piece.text.parse::<u32>() {
        Ok(number) if is_number && (of.first..=of.last).contains(&number) => Ok(number),
        _ if piece.text.is_empty() => Err(piece.wrong(format!("nothing where {} is due", of.name), takes)),
        _ => Err(piece.wrong(format!("`{}` is no {}", crate::words::excerpt(piece.text), of.name), takes)),
    }
}
