//! The page of the reference architectures: every row is there, and what it names exists.

use crate::drawings::{PAGE, rows};
use crate::failure::Failure;
use crate::repository::Repository;

/// How many rows each of AWS's four reference architectures has.
const ROWS: [usize; 4] = [9, 10, 12, 9];

pub fn rows_and_files(repository: &Repository) -> Result<Vec<String>, Failure> {
    let text = repository.read(PAGE)?;
    let rows = rows(&text);
    let ids = ROWS
        .iter()
        .zip(1..)
        .flat_map(|(count, major)| (1..=*count).map(move |minor| format!("{major}.{minor}")));
    let mut complaints = Vec::new();
    for id in ids {
        let found: Vec<_> = rows.iter().filter(|row| row.id == id).collect();
        let [row] = found[..] else {
            complaints.push(format!("{PAGE}: row {id} stands {} times", found.len()));
            continue;
        };
        if row.files.is_empty() || row.shown_by.is_empty() {
            complaints.push(format!("{PAGE}: row {id} does not say what implements it, or how to see it"));
        }
        let missing = row.files.iter().filter(|file| !repository.has(file));
        complaints.extend(missing.map(|file| format!("{PAGE}: row {id} names {file}, which is not there")));
    }
    Ok(complaints)
}
