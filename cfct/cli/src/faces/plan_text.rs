//! A plan for a person: the verdict in one line, then what goes, then what CfCT makes of it, then the rest.

mod behaviour;
mod changes;
mod explanation;
mod page;
mod policies;
mod remarks;
mod removals;
mod verdict;

use std::io::{self, Write};

use cfct_core::plan::{Plan, Sources};

use crate::console::Look;
use page::Page;

pub(crate) use explanation::write as explain;
pub(super) use page::Labels;
pub use verdict::destroyed;

/// Writes a plan, with the ways out where they were looked for.
pub fn write(plan: &Plan<'_>, sources: &Sources<'_>, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let mut page = Page::new(&plan.table, out, look);
    verdict::write(plan, &mut page)?;
    removals::write(plan, &mut page)?;
    behaviour::write(plan, &mut page)?;
    changes::write(plan, &mut page)?;
    policies::write(plan, sources, &mut page)?;
    remarks::write(plan, sources, &mut page)
}
