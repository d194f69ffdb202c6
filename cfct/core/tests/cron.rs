//! Schedules: what AWS's dialect has and has not, and when they run, cross-checked against `croner`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cfct_core::backup_policy::cron::{RemarkKind, Schedule};
use cfct_core::backup_policy::utc::UtcMinute;
use chrono::{DateTime, NaiveDateTime};
use croner::parser::CronParser;
use proptest::prelude::*;

/// With twenty-five dates for each: 100,000 expressions and dates.
const EXPRESSIONS: u32 = 4_000;

fn runs(expression: &str, from: &str, count: usize) -> Vec<String> {
    let schedule = Schedule::parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    schedule.runs_after(from.parse().unwrap()).take(count).map(|run| run.to_string()).collect()
}

#[test]
fn schedules_run_when_aws_says() {
    let cases: [(&str, &str, &[&str]); 22] = [
        ("cron(0 5 ? * * *)", "2026-11-23T05:00", &["2026-11-24T05:00Z", "2026-11-25T05:00Z"]),
        ("cron(0 5 * * ? *)", "2026-11-23T04:59", &["2026-11-23T05:00Z"]),
        ("cron(0 0/12 ? * * *)", "2026-01-01", &["2026-01-01T12:00Z", "2026-01-02T00:00Z"]),
        ("cron(0 5/1 ? * * *)", "2026-01-01T22:30", &["2026-01-01T23:00Z", "2026-01-02T05:00Z"]),
        ("cron(0 13/12 ? * * *)", "2026-01-01", &["2026-01-01T13:00Z", "2026-01-02T13:00Z"]),
        ("cron(0 1-5/2 ? * * *)", "2026-01-01", &["2026-01-01T01:00Z", "2026-01-01T03:00Z"]),
        ("cron(15 10 ? * MON-FRI *)", "2026-11-27T11:00", &["2026-11-30T10:15Z"]),
        ("cron(0 18 ? * 2-6 *)", "2026-11-27T18:00", &["2026-11-30T18:00Z"]),
        ("cron(0 8 1 * ? *)", "2026-11-23", &["2026-12-01T08:00Z", "2027-01-01T08:00Z"]),
        ("cron(0 5 L * ? *)", "2028-01-31T05:00", &["2028-02-29T05:00Z", "2028-03-31T05:00Z"]),
        ("cron(0 5 L-3 * ? *)", "2026-02-01", &["2026-02-25T05:00Z", "2026-03-28T05:00Z"]),
        ("cron(0 5 LW * ? *)", "2026-05-01", &["2026-05-29T05:00Z", "2026-06-30T05:00Z"]),
        ("cron(0 5 3W * ? *)", "2026-10-01", &["2026-10-02T05:00Z", "2026-11-03T05:00Z"]),
        ("cron(0 5 1W 8 ? *)", "2026-01-01", &["2026-08-03T05:00Z"]),
        ("cron(0 5 31W * ? *)", "2026-04-01", &["2026-05-29T05:00Z"]),
        ("cron(0 9 ? * 2#1 *)", "2026-11-23", &["2026-12-07T09:00Z", "2027-01-04T09:00Z"]),
        ("cron(0 9 ? * TUE#5 *)", "2026-01-01", &["2026-03-31T09:00Z", "2026-06-30T09:00Z"]),
        ("cron(0 9 ? * 6L *)", "2026-11-01", &["2026-11-27T09:00Z", "2026-12-25T09:00Z"]),
        ("cron(0 9 ? * L *)", "2026-11-23", &["2026-11-28T09:00Z"]),
        ("cron(0 9 1 jan,JUL ? 2027-2028)", "2026-11-23", &["2027-01-01T09:00Z", "2027-07-01T09:00Z"]),
        ("cron(0 9 ? * FRI-MON *)", "2026-11-23T10:00", &["2026-11-27T09:00Z", "2026-11-28T09:00Z"]),
        ("cron(0 5 29 2 ? 2096/4)", "2026-11-23", &["2096-02-29T05:00Z", "2104-02-29T05:00Z"]),
    ];
    for (expression, from, expected) in cases {
        assert_eq!(runs(expression, from, expected.len()), expected, "{expression}");
    }
}

#[test]
fn schedules_that_are_over_or_never_come_have_no_next_run() {
    for expression in ["cron(0 5 30 2 ? *)", "cron(0 5 ? * * 2020)", "cron(0 5 31 4,6,9,11 ? *)"] {
        assert!(runs(expression, "2026-11-23", 1).is_empty(), "{expression}");
    }
    assert!(runs("cron(0 5 ? * * *)", "2199-12-31T05:00", 1).is_empty());
}

#[test]
fn what_the_dialect_has_not_is_pointed_at() {
    let cases = [
        ("rate(1 day)", "rate(1 day)"),
        ("0 5 ? * * *", "0 5 ? * * *"),
        ("cron(0 5 * * *)", "cron(0 5 * * *)"),
        ("cron(0 5 * * * *)", "*"),
        ("cron(0 5 ? * ? *)", "?"),
        ("cron(0 5 1 * MON *)", "MON"),
        ("cron(60 5 ? * * *)", "60"),
        ("cron(0 5 ? 13 * *)", "13"),
        ("cron(0 5 ? * 0 *)", "0"),
        ("cron(0 5 ? * 8 *)", "8"),
        ("cron(0 5 ? * MON#6 *)", "6"),
        ("cron(0 5 ? * MON#1,TUE *)", "MON#1"),
        ("cron(0 5 ? * MONDAY *)", "MONDAY"),
        ("cron(0 0/0 ? * * *)", "0"),
        ("cron(0 5 ? * * 1969)", "1969"),
        ("cron(0 5, ? * * *)", ""),
        ("cron(+1 5 ? * * *)", "+1"),
        ("cron(0 5 32W * ? *)", "32"),
        ("cron(0 ? ? * * *)", "?"),
    ];
    for (expression, wrong) in cases {
        let error = Schedule::parse(expression).expect_err(expression);
        assert_eq!(&expression[error.range.clone()], wrong, "{expression}: {error}");
        assert!(!error.help.is_empty(), "{expression}");
    }
}

#[test]
fn a_bare_schedule_is_mended_by_its_parentheses() {
    let error = Schedule::parse("0 5 ? * * *").expect_err("bare");
    assert_eq!(error.mended.as_deref(), Some("cron(0 5 ? * * *)"));
    assert_eq!(Schedule::parse("0 5 * * * *").expect_err("bare and wrong").mended, None);
}

#[test]
fn forms_that_aws_does_not_document_and_steps_without_effect_are_remarked() {
    let cases = [
        ("cron(0 5 ? * * *)", None),
        ("cron(0 0/12 ? * * *)", None),
        ("cron(0 13/12 ? * * *)", Some((RemarkKind::StepUnused, "13/12"))),
        ("cron(0 5 LW * ? *)", Some((RemarkKind::Undocumented, "LW"))),
        ("cron(0 5 L-1 * ? *)", Some((RemarkKind::Undocumented, "L-1"))),
        ("cron(0 5 1W,15 * ? *)", Some((RemarkKind::Undocumented, "1W"))),
        ("cron(0 22-2 ? * * *)", Some((RemarkKind::Undocumented, "22-2"))),
    ];
    for (expression, expected) in cases {
        let schedule = Schedule::parse(expression).unwrap();
        let found = schedule.remarks.first().map(|remark| (remark.kind, &expression[remark.range.clone()]));
        assert_eq!(found, expected, "{expression}");
    }
}

#[test]
fn the_rhythm_is_seen_within_the_day_over_midnight_and_over_leap_years() {
    const DAY: i64 = 24 * 60;
    let cases = [
        ("cron(0 5 ? * * *)", Some((DAY, DAY))),
        ("cron(0 * ? * * *)", Some((60, 60))),
        ("cron(0/30 * ? * * *)", Some((30, 30))),
        ("cron(0 0,23 ? * * *)", Some((60, 23 * 60))),
        ("cron(30 0,23 ? * MON *)", Some((23 * 60, 6 * DAY + 60))),
        ("cron(0 5 1 * ? *)", Some((28 * DAY, 31 * DAY))),
        ("cron(0 5 29 2 ? *)", Some((1_461 * DAY, 1_461 * DAY))),
        ("cron(0 5 ? * 2#1 *)", Some((28 * DAY, 35 * DAY))),
        ("cron(0 5 ? * * 2001)", Some((DAY, DAY))),
        ("cron(0 5 1 1 ? 2030)", None),
        ("cron(0 5 30 2 ? *)", None),
    ];
    for (expression, expected) in cases {
        let rhythm = Schedule::parse(expression).unwrap().rhythm();
        assert_eq!(rhythm.map(|rhythm| (rhythm.least, rhythm.most)), expected, "{expression}");
    }
}

/// A field of values, ranges, steps and lists of them.
fn field(first: u32, last: u32, names: &'static [&'static str]) -> BoxedStrategy<String> {
    let value = move |number: u32| {
        let index = (number - first) as usize;
        names.get(index).map_or_else(|| number.to_string(), |name| (*name).to_owned())
    };
    let plain = (first..=last).prop_map(value);
    let range = (first..=last, first..=last)
        .prop_map(move |(a, b)| format!("{}-{}", value(a.min(b)), value(a.max(b))));
    let step = (first..=last, 1..=last.max(2) / 2).prop_map(|(from, step)| format!("{from}/{step}"));
    let star_step = (1..=last.max(2) / 2).prop_map(|step| format!("*/{step}"));
    let item = prop_oneof![4 => plain, 2 => range, 2 => step, 1 => star_step];
    prop_oneof![
        2 => Just("*".to_owned()),
        8 => proptest::collection::vec(item, 1..4).prop_map(|items| items.join(",")),
    ]
    .boxed()
}

fn days() -> BoxedStrategy<(String, String)> {
    const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let of_month = prop_oneof![
        6 => field(1, 31, &[]),
        1 => Just("L".to_owned()),
        // croner moves a `W` behind the end of a month into it; AWS does not say.
        2 => (1_u32..=28).prop_map(|day| format!("{day}W")),
    ];
    let of_week = prop_oneof![
        4 => field(1, 7, WEEKDAYS),
        4 => field(1, 7, &[]),
        2 => (1_u32..=7).prop_map(|day| format!("{day}L")),
        2 => (1_u32..=7, 1_u32..=5).prop_map(|(day, nth)| format!("{day}#{nth}")),
    ];
    prop_oneof![
        of_month.prop_map(|days| (days, "?".to_owned())),
        of_week.prop_map(|days| ("?".to_owned(), days)),
    ]
    .boxed()
}

prop_compose! {
    fn fields()(
        minutes in field(0, 59, &[]),
        hours in field(0, 23, &[]),
        (of_month, of_week) in days(),
        months in field(1, 12, &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        years in prop_oneof![4 => Just("*".to_owned()), 1 => (2020_u32..2040).prop_map(|year| format!("{year}-{}", year + 9))],
    ) -> String {
        format!("{minutes} {hours} {of_month} {months} {of_week} {years}")
    }
}

fn naive(time: UtcMinute) -> NaiveDateTime {
    let seconds = time.minutes_since(UtcMinute::from_unix_seconds(0)) * 60;
    DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: EXPRESSIONS, failure_persistence: None, ..ProptestConfig::default() })]

    /// Twenty-five dates for each expression.
    #[test]
    fn the_next_run_is_the_one_that_croner_finds(
        fields in fields(),
        starts in proptest::array::uniform25(25_000_000_i64..40_000_000),
    ) {
        let schedule = Schedule::parse(&format!("cron({fields})")).unwrap();
        let parser = CronParser::builder().alternative_weekdays(true).sloppy_ranges(true).build();
        let croner = parser.parse(&format!("0 {fields}")).unwrap();
        for start in starts {
            let start = UtcMinute::from_unix_seconds(start * 60);
            let ours = schedule.next_after(start).map(naive);
            let theirs = croner.find_next_occurrence(&naive(start), false).ok();
            // croner looks further than the dialect's last year.
            let theirs = theirs.filter(|time| time.and_utc().timestamp() < 7_258_118_400);
            prop_assert_eq!(ours, theirs, "cron({}) after {}", fields, start);
        }
    }
}

proptest! {
    #[test]
    fn runs_come_in_order_on_days_of_the_schedule(fields in fields(), start in 25_000_000_i64..40_000_000) {
        let schedule = Schedule::parse(&format!("cron({fields})")).unwrap();
        let mut previous = UtcMinute::from_unix_seconds(start * 60);
        for run in schedule.runs_after(previous).take(20) {
            prop_assert!(run > previous);
            prop_assert!(schedule.has_day(run.date()));
            prop_assert!(schedule.minutes_of_day().any(|minute| minute == run.minute_of_day()));
            previous = run;
        }
    }

    #[test]
    fn any_text_is_a_schedule_or_an_error_within_it(text in "(cron\\()?[ -~]{0,24}\\)?|\\PC{0,12}") {
        if let Err(error) = Schedule::parse(&text) {
            prop_assert!(text.get(error.range.clone()).is_some(), "{:?} in {text:?}", error.range);
        }
    }
}
