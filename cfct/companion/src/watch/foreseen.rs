//! What a plan says of the run that is watched.

use std::path::Path;
use std::sync::Arc;

use cfct_cli::CommandError;
use cfct_cli::commands::{organization_of, read_deployed, with_sources};
use cfct_cli::console::{Console, Look};
use cfct_cli::faces::plan_text;
use cfct_core::pipeline_run::Estimate;
use cfct_core::plan::{self, Plan, Sources};
use cfct_core::source::SourceFile;
use cfct_package::ConfigurationFolder;

/// What a plan says, without what it was made from.
pub(crate) struct Foreseen {
    /// Its id.
    pub(crate) id: String,
    /// What it destroys, in words; `None` where that is nothing.
    pub(crate) destroys: Option<String>,
    /// How long its stack sets take.
    pub(crate) estimates: Vec<Estimate>,
    page: Vec<u8>,
}

impl Foreseen {
    /// Makes the plan and keeps what a run is watched with.
    pub(crate) fn of(
        folder: &ConfigurationFolder,
        organization: &Arc<SourceFile>,
        deployed: Option<&Path>,
    ) -> Result<Self, CommandError> {
        let organization = organization_of(organization)?;
        let deployed = read_deployed(deployed, &organization)?;
        with_sources(folder, &organization, deployed.as_ref(), |sources| {
            Self::of_plan(&plan::make(sources), sources)
        })
    }

    /// What this plan says.
    pub(crate) fn of_plan(plan: &Plan<'_>, sources: &Sources<'_>) -> Result<Self, CommandError> {
        let mut page = Vec::new();
        let look = Look { styled: false, width: 100 };
        plan_text::write(plan, sources, &mut page, look)
            .map_err(|error| CommandError::unreadable(cfct_package::reason(&error)))?;
        Ok(Self {
            id: plan.id.clone(),
            destroys: plan.destroys().then(|| plan_text::destroyed(plan)),
            estimates: Estimate::of(plan),
            page,
        })
    }

    /// Shows the plan to a person.
    pub(crate) fn show(&self, console: &mut Console) {
        if !console.is_quiet() {
            console.show(|out, _| out.write_all(&self.page));
        }
    }
}
