//! The names that AWS gives to things, as types that cannot hold anything else.

mod account_id;
mod organizations_id;
mod ou_path;
mod region;

pub use account_id::AccountId;
pub use organizations_id::{is_organization_id, is_ou_id, is_root_id};
pub use ou_path::OuPath;
pub use region::Region;
