//! Reads a configuration folder, writes the artifact bucket: the only crate of the offline commands that
//! touches files.

mod error;
pub mod folder;

pub use error::reason;
pub use folder::{ConfigurationFolder, ReadError, read_folder};
