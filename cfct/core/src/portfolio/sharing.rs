//! The units and accounts that a portfolio is shared with.

use super::Portfolio;
use super::codes::organization::{INACTIVE_ACCOUNT, UNKNOWN_ACCOUNT, UNKNOWN_UNIT};
use crate::finding::Finding;
use crate::organization::Organization;
use crate::organization::targets::{Holder, TargetCodes, Targets};

const CODES: TargetCodes = TargetCodes {
    unknown_unit: &UNKNOWN_UNIT,
    unknown_account: &UNKNOWN_ACCOUNT,
    inactive_account: &INACTIVE_ACCOUNT,
};

/// Whom the portfolio is shared with, each once, and what is wrong with the others.
pub(crate) fn holders(organization: &Organization, portfolio: &Portfolio<'_>) -> (Vec<Holder>, Vec<Finding>) {
    let mut targets = Targets::new(organization, CODES);
    let shares = portfolio.shares.iter();
    let holders =
        shares.flat_map(|shares| targets.of(&shares.organizational_units, &shares.accounts)).collect();
    (holders, targets.findings)
}
