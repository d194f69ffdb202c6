//! How far a snapshot or a round over accounts is: bars on a terminal, now and then a line elsewhere.

use std::cell::Cell;
use std::time::{Duration, Instant};

use cfct_aws::snapshot::{Count, Counted, Progress};
use cfct_cli::console::{Console, LogFormat};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// How often a line says how far it is.
const PAUSE: Duration = Duration::from_secs(10);

/// How far a snapshot is.
pub(crate) struct Bars {
    count: Count,
    bars: Option<[ProgressBar; Counted::ALL.len()]>,
    lines: bool,
    told: Cell<Instant>,
}

impl Bars {
    /// As it fits the console.
    pub(crate) fn new(console: &Console) -> Self {
        let bars = console.draws().then(|| {
            let all = MultiProgress::new();
            Counted::ALL.map(|what| {
                let bar = all.add(ProgressBar::new(0)).with_prefix(what.name());
                bar.with_style(style(what))
            })
        });
        let lines = bars.is_none() && tells(console);
        Self { count: Count::default(), bars, lines, told: Cell::new(Instant::now()) }
    }

    /// What was counted.
    pub(crate) fn summary(&self) -> String {
        let counts = Counted::ALL.map(|what| format!("{} {}", self.count.of(what), what.name()));
        counts.join(", ")
    }

    fn tell(&self) {
        if self.lines && self.told.get().elapsed() >= PAUSE {
            self.told.set(Instant::now());
            cfct_cli::console::plain_line(&format!("so far: {}", self.summary()));
        }
    }
}

impl Progress for Bars {
    fn expected(&self, what: Counted, more: usize) {
        if let Some(bars) = &self.bars {
            bars[what as usize].inc_length(more as u64);
        }
    }

    fn done(&self, what: Counted, more: usize) {
        self.count.done(what, more);
        if let Some(bars) = &self.bars {
            bars[what as usize].inc(more as u64);
        }
        self.tell();
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        for bar in self.bars.iter().flatten() {
            bar.finish_and_clear();
        }
    }
}

/// Whether a line now and then is welcome where nothing is drawn.
fn tells(console: &Console) -> bool {
    !console.is_quiet() && !console.is_verbose() && console.log_format() == LogFormat::Text
}

/// Of accounts and instances nobody knows how many there are before the last is there.
fn style(what: Counted) -> ProgressStyle {
    let template = match what {
        Counted::Accounts | Counted::Instances => "{prefix:>20} {pos}",
        _ => "{prefix:>20} {pos}/{len} [{bar:30}] {elapsed}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ")
}

/// How many accounts of a round are done.
pub(crate) struct AccountBar {
    bar: Option<ProgressBar>,
    lines: bool,
    done: Cell<usize>,
    of: usize,
    told: Cell<Instant>,
}

impl AccountBar {
    /// As it fits the console; one account needs none.
    pub(crate) fn new(of: usize, console: &Console) -> Self {
        let bar = (of > 1 && console.draws())
            .then(|| ProgressBar::new(of as u64).with_prefix("accounts").with_style(style(Counted::Units)));
        let lines = bar.is_none() && tells(console);
        Self { bar, lines, done: Cell::new(0), of, told: Cell::new(Instant::now()) }
    }

    /// One more is done.
    pub(crate) fn done(&self) {
        self.done.set(self.done.get() + 1);
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        if self.lines && self.told.get().elapsed() >= PAUSE {
            self.told.set(Instant::now());
            cfct_cli::console::plain_line(&format!("so far: {} of {} accounts", self.done.get(), self.of));
        }
    }
}

impl Drop for AccountBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
