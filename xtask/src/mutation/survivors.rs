//! `tests/mutations.yaml`: mutants that nothing notices, each with the reason why it changes nothing.

use cfct_core::document::{Document, NodeRef};
use cfct_core::source::SourceFile;

use super::mutant::Mutant;
use crate::failure::Failure;
use crate::repository::Repository;

const FILE: &str = "tests/mutations.yaml";

/// A mutant that may survive.
#[derive(Debug)]
pub struct Survivor {
    /// The file that is changed.
    pub file: String,
    /// What is changed, as the report has it.
    pub mutant: String,
    /// Why that changes nothing.
    pub because: String,
}

impl Survivor {
    /// Whether it is this mutant.
    pub fn is(&self, mutant: &Mutant) -> bool {
        self.file == mutant.path.as_str() && self.mutant == mutant.what
    }
}

/// Reads the file.
pub fn read(repository: &Repository) -> Result<Vec<Survivor>, Failure> {
    let document = Document::read_yaml(&SourceFile::new(FILE, repository.read(FILE)?)).document;
    let list = document.as_ref().and_then(Document::root).and_then(NodeRef::as_mapping);
    let list = list.and_then(|map| map.get("survivors")).and_then(NodeRef::as_sequence);
    let list = list.ok_or_else(|| Failure::new(format!("{FILE} has no list `survivors`")))?;
    list.items()
        .map(|item| {
            let text = |key: &str| {
                let node = item.as_mapping().and_then(|map| map.get(key));
                let text = node.and_then(NodeRef::scalar_text).filter(|text| !text.is_empty());
                text.map(str::to_owned)
                    .ok_or_else(|| Failure::new(format!("{FILE}: a survivor has no `{key}`")))
            };
            Ok(Survivor { file: text("file")?, mutant: text("mutant")?, because: text("because")? })
        })
        .collect()
}
