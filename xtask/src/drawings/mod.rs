//! Drawings of the reference architectures, made from the manifest, the templates and the policies.
//!
//! `docs/reference-architectures.md` names the files that implement an architecture, row by row. A drawing
//! shows those files: what they create, in which accounts and Regions, and what connects them.

mod connections;
mod mermaid;
mod page;
mod scene;
mod single_template;

use cfct_core::checks::Context;

use crate::configuration;
use crate::failure::Failure;
use crate::repository::Repository;

pub use page::{PAGE, rows};

/// The page with its drawings made anew.
pub fn page(repository: &Repository) -> Result<String, Failure> {
    let text = repository.read(PAGE)?;
    let configuration = configuration::read(repository)?;
    Context::with(&configuration, None, |context| {
        page::redrawn(&text, |architecture, files| draw(context, architecture, files))
    })
}

/// The drawing of one architecture from the files that implement it. Where no stack set deploys the first of
/// them, it is a template that stands alone, and drawn from the inside.
fn draw(context: &Context<'_>, architecture: &str, files: &[&str]) -> Result<String, Failure> {
    let scene = single_template::scene(context, files).or_else(|| scene::deployed(context, files));
    let nothing = || {
        Failure::new(format!("nothing of architecture {architecture} can be drawn"))
            .hint(format!("name the files that implement it in {PAGE}"))
    };
    Ok(mermaid::write(&scene.ok_or_else(nothing)?))
}
