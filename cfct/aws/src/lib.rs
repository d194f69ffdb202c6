//! The AWS edge: ports by capability, their adapters on the AWS SDK, and what is done through them.
//!
//! A **port** ([`ports`]) is a small trait of one capability, in types of our own. [`Aws`] implements all of
//! them on the SDK; [`memory::Cloud`] implements them without a network, for tests. What the commands do
//! ([`snapshot`], [`publish`], [`apply`], [`verify`], [`doctor`]) is written against ports only.
//!
//! There is **one way to call AWS**: `Aws::call`, in `call.rs`. It paces, bounds, times, cancels, records and
//! names every call, and turns the SDK's errors into [`AwsError`].

pub mod apply;
mod aws;
pub mod bootstrap;
mod call;
pub mod catalog;
pub mod diagnose;
mod digest;
pub mod doctor;
mod elsewhere;
mod error;
pub mod home;
#[cfg(feature = "memory")]
pub mod memory;
pub mod operation;
mod pace;
pub mod permissions;
pub mod ports;
pub mod publish;
pub mod rates;
mod sdk;
mod settings;
pub mod snapshot;
pub mod verify;
pub mod watch;

pub use aws::Aws;
pub use call::{Call, Observer, Silent};
pub use error::{AwsError, ErrorKind};
pub use operation::Operation;
pub use settings::Settings;
