//! Lines with an indent and a tone, and the names of accounts and Regions.

use std::collections::BTreeMap;
use std::io::{self, Write};

use cfct_core::plan::Table;
use cfct_core::stack_set_machine::{Cells, IndexSet, Names};

use crate::console::Look;
use crate::faces::counted;
use crate::shown::clean_line;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Heading,
    Gone,
    Trouble,
    New,
    Changed,
    Aside,
}

impl Tone {
    fn style(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Heading => "\x1b[1m",
            Self::Gone => "\x1b[1;31m",
            Self::Trouble => "\x1b[1;33m",
            Self::New => "\x1b[32m",
            Self::Changed => "\x1b[33m",
            Self::Aside => "\x1b[2m",
        }
    }
}

/// Where a plan is written.
pub(super) struct Page<'o> {
    out: &'o mut dyn Write,
    styled: bool,
    pub labels: Labels<'o>,
}

/// Accounts that are listed before the rest is counted.
const LISTED: usize = 10;

/// Accounts that are named in a line before the rest is counted.
const NAMED: usize = 3;

impl<'o> Page<'o> {
    pub fn new(table: &'o Table, out: &'o mut dyn Write, look: Look) -> Self {
        Self { out, styled: look.styled, labels: Labels::of(table) }
    }

    pub fn line(&mut self, level: usize, text: &str) -> io::Result<()> {
        self.toned(level, Tone::Plain, text)
    }

    /// A heading with an empty line before it.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.toned(0, Tone::Heading, text)
    }

    /// A line of one tone. Text from files cannot act on the terminal.
    pub fn toned(&mut self, level: usize, tone: Tone, text: &str) -> io::Result<()> {
        let (start, end) = match tone.style() {
            style if self.styled && !style.is_empty() => (style, "\x1b[0m"),
            _ => ("", ""),
        };
        writeln!(self.out, "{:indent$}{start}{}{end}", "", clean_line(text), indent = level * 2)
    }

    /// Every account on its own line with its Regions, as long as there are few.
    pub fn listing(&mut self, level: usize, cells: &[Cells]) -> io::Result<()> {
        let mut rows: Vec<(usize, String)> = Vec::new();
        let cells = merged(cells);
        for cells in &cells {
            let regions = self.labels.regions(&cells.regions);
            let room = LISTED - rows.len();
            rows.extend(cells.accounts.iter().take(room).map(|account| (account, regions.clone())));
        }
        let all = Table::accounts_of(&cells).len();
        let width = rows.iter().map(|(account, _)| self.labels.account(*account).chars().count()).max();
        for (account, regions) in &rows {
            let label = self.labels.account(*account).to_owned();
            self.line(level, &format!("{label:width$}  {regions}", width = width.unwrap_or(0)))?;
        }
        self.more(level, all.saturating_sub(rows.len()), "account")
    }

    /// What is folded away.
    pub fn more(&mut self, level: usize, count: usize, noun: &str) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        self.toned(level, Tone::Aside, &format!("and {} more; --format json has all", counted(count, noun)))
    }
}

/// Cells with equal Regions together, so that a set of accounts is named once.
pub(super) fn merged(cells: &[Cells]) -> Vec<Cells> {
    let mut regions_of: BTreeMap<usize, IndexSet> = BTreeMap::new();
    let mut by_regions: BTreeMap<IndexSet, IndexSet> = BTreeMap::new();
    let rows_overlap = {
        let mut seen = IndexSet::new();
        cells.iter().any(|cells| {
            let again = !seen.is_disjoint(&cells.accounts);
            seen.add(&cells.accounts);
            again
        })
    };
    if rows_overlap {
        for cells in cells {
            for account in cells.accounts.iter() {
                regions_of.entry(account).or_default().add(&cells.regions);
            }
        }
        for (account, regions) in regions_of {
            by_regions.entry(regions).or_default().insert(account);
        }
    } else {
        for cells in cells {
            by_regions.entry(cells.regions.clone()).or_default().add(&cells.accounts);
        }
    }
    by_regions.into_iter().map(|(regions, accounts)| Cells { accounts, regions }).collect()
}

/// The accounts and Regions of a plan by name.
pub(in crate::faces) struct Labels<'t> {
    table: &'t Table,
    accounts: Vec<String>,
}

impl<'t> Labels<'t> {
    pub fn of(table: &'t Table) -> Self {
        let label = |number: usize| match table.account_name(number) {
            "" => table.account(number).to_owned(),
            name => format!("{name} ({})", table.account(number)),
        };
        Self { table, accounts: (0..table.accounts.len()).map(label).collect() }
    }

    pub fn regions(&self, regions: &IndexSet) -> String {
        regions.iter().map(|region| self.table.region(region)).collect::<Vec<_>>().join(", ")
    }

    /// `38 accounts (network (120000000001), …) in eu-central-1`
    pub fn cells(&self, cells: &Cells) -> String {
        let count = cells.accounts.len();
        let named: Vec<&str> =
            cells.accounts.iter().take(NAMED).map(|account| self.account(account)).collect();
        let accounts = match count {
            0..=NAMED => named.join(", "),
            _ => format!("{count} accounts ({}, …)", named.join(", ")),
        };
        format!("{accounts} in {}", self.regions(&cells.regions))
    }
}

impl Names for Labels<'_> {
    fn account(&self, index: usize) -> &str {
        self.accounts.get(index).map_or("", String::as_str)
    }

    fn region(&self, index: usize) -> &str {
        self.table.region(index)
    }
}
