//! The lines of a build log that tell of failures.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::{LONGEST, clean, cut};

/// How many are kept.
const MOST: usize = 8;

static TELLING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b[A-Za-z]*(Error|Exception)\b | \b(ERROR|FATAL|FAIL)\b | (?i:\bfailed\b) | \bDenied\b | (?i:\binvalid\b)
        | (?i:no\ such\ file) | (?i:not\ found) | (?i:does\ not\ exist) | (?i:could\ not) | (?i:cannot)
        | Rate\ exceeded | Throttling | TIMED_OUT",
    )
    .ok()
});

/// What CodeBuild and package managers say in every build, or only because of an earlier line.
static CHATTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        Phase\ complete: | Phase\ context\ status\ code: | Running\ command | Entering\ phase
        | pip's\ dependency\ resolver | dpkg-preconfigure | ^Traceback
        | COMMAND_EXECUTION_ERROR:\ Error\ while\ executing\ command | Failures\ count:\ 0",
    )
    .ok()
});

/// The first lines that tell of a failure, cleaned: what came later follows from them.
pub(super) fn telling(lines: &[String]) -> Vec<String> {
    let is = |pattern: &LazyLock<Option<Regex>>, line: &str| {
        pattern.as_ref().is_some_and(|pattern| pattern.is_match(line))
    };
    let begins = lines.iter().map(|line| (line, cut(line, LONGEST).0));
    let telling = begins.filter(|(_, begin)| is(&TELLING, begin) && !is(&CHATTER, begin));
    telling.take(MOST).map(|(line, _)| clean(line)).collect()
}
