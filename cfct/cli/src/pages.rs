//! The pages under `docs/findings/`, built in, so that `explain` needs neither network nor repository.

use cfct_core::finding::Code;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of `code`.
pub(crate) fn of(code: &Code) -> Option<&'static str> {
    let index = PAGES.binary_search_by_key(&code.name, |(name, _)| name).ok()?;
    PAGES.get(index).map(|(_, page)| *page)
}
