//! Reads a configuration folder, writes the artifact bucket: the only crate of the offline commands that
//! touches files.

mod archive;
mod bucket;
mod commit;
mod companion;
mod created;
mod deferred;
mod error;
pub mod folder;
mod input;
mod new_folder;
mod package;
mod progress;
mod release;
mod rewrite;
mod unpack;

pub use bucket::{BucketObject, PARTIAL_PREFIX};
pub use companion::{companions, put_companion};
pub use created::{CreateError, apply, create, read_record, read_texts};
pub use error::{PackageError, reason};
pub use folder::{ConfigurationFolder, ReadError, read_folder};
pub use input::{INPUT_BYTES, InputError, read_input};
pub use new_folder::write_new_folder;
pub use package::{Accepted, DEFAULT_OUT, Packaged, Refused, Request, ZIP, package};
pub use progress::Progress;
pub use release::{Release, ReleaseFile, Source, Tool};
pub use rewrite::{RewriteError, rewrite};
pub use unpack::unpack;

/// What AWS takes of a package, as data.
pub mod limits {
    /// Bytes of all files together. CodePipeline's quota on a source artifact is 1 GB from CodeCommit or
    /// GitHub, and more from S3 (<https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html>);
    /// the lowest counts, and uncompressed, since every stage of CfCT unpacks and copies the whole.
    pub const BYTES: u64 = 1_000_000_000;

    /// Files. A zip with more needs the ZIP64 directory, which not every reader has.
    pub const FILES: usize = 65_535;
}
