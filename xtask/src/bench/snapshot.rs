//! `snapshot` of a whole organization over an emulator, beside the rate that the emulator has by itself.

use std::path::Path;

use crate::failure::Failure;
use crate::report;
use crate::tools::{MOTO, Unavailable};

const SCRIPT: &str = include_str!("snapshot.py");

/// Measures it. The script prints its own lines: they come from several processes turn about.
pub fn run(cfct: &Path) -> Result<(), Failure> {
    let missing = |Unavailable(because)| Failure::new(format!("moto cannot be had: {because}"));
    let (folder, mut python) = (MOTO.folder().map_err(missing)?, MOTO.python().map_err(missing)?);
    report::say(
        "-- an organization over moto: 20 stack sets with 50 instances each; seconds and MB are of cfct",
    );
    match python.args(["-c", SCRIPT]).arg(cfct).arg(folder).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("the snapshot was not measured: {status}"))),
        Err(error) => Err(Failure::new(format!("python3 cannot be started: {error}"))),
    }
}
