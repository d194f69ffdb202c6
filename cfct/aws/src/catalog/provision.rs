//! Products, from launch to termination. Whatever is started is started by a token that the same request makes
//! again, so that a run that is repeated follows what an earlier one started instead of starting it twice.

use std::sync::Arc;

use cfct_core::catalog::Values;
use cfct_core::diagnosis::{StackEvent, first_event};
use cfct_core::digest::sha256;
use cfct_core::document::{Document, NodeRef};
use cfct_core::source::SourceFile;
use cfct_core::template::Template;

use crate::error::{AwsError, ErrorKind};
use crate::operation::servicecatalog;
use crate::ports::{Launch, ProvisionedProduct, Provisioner, Record, StackResource, Stacks};

/// What a launch came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launched {
    /// It was started now, or by an earlier run, and this is its record.
    Started(Record),
    /// Something else has the name.
    Taken(ProvisionedProduct),
}

/// How often a product of one name can be launched by the very same request, after each was terminated.
const GENERATIONS: usize = 100;

/// Launches `launch` as `name`, unless an earlier run did. `place` is what tells accounts and Regions apart.
///
/// # Errors
/// Where AWS does not answer, or refuses.
pub async fn provision<P: Provisioner>(
    ports: &P,
    place: &str,
    name: &str,
    launch: &Launch,
) -> Result<Launched, AwsError> {
    let token = launch_token(place, name, launch);
    if let Some(there) = ports.provisioned_as(name).await? {
        let is_ours = there.token.as_ref().is_some_and(|of| of.starts_with(&token));
        return match there.last_record.as_ref().filter(|_| is_ours) {
            Some(record) => Ok(Launched::Started(ports.record(record).await?)),
            None => Ok(Launched::Taken(there)),
        };
    }
    for generation in 0..GENERATIONS {
        let request = Launch { token: format!("{token}-{generation}"), ..launch.clone() };
        let record = ports.provision(name, &request).await?;
        // What comes back may be the record of what was launched by the same request, and terminated since.
        if !record.is_over() || ports.provisioned_as(name).await?.is_some() {
            return Ok(Launched::Started(record));
        }
    }
    let error = AwsError::new(ErrorKind::Refused, servicecatalog::PROVISION_PRODUCT, name);
    Err(error.because("it was launched too often by the same request; give it another name"))
}

/// The token of a launch, without its generation.
fn launch_token(place: &str, name: &str, launch: &Launch) -> String {
    token(&format!("launch\n{place}\n{name}\n{}", essence(launch)))
}

/// Updates `there`, unless an earlier run did and nothing has come of it yet.
///
/// # Errors
/// Where AWS does not answer, or refuses.
pub async fn update<P: Provisioner>(
    ports: &P,
    there: &ProvisionedProduct,
    launch: &Launch,
) -> Result<Record, AwsError> {
    let since = there.last_success.as_deref().unwrap_or_default();
    let token = token(&format!("update\n{}\n{since}\n{}", there.id, essence(launch)));
    ports.update(&there.id, &Launch { token, ..launch.clone() }).await
}

/// Terminates `there`, unless that is being done already.
///
/// # Errors
/// Where AWS does not answer, or refuses.
pub async fn terminate<P: Provisioner>(ports: &P, there: &ProvisionedProduct) -> Result<Record, AwsError> {
    const TERMINATION: &str = "TERMINATE_PROVISIONED_PRODUCT";
    let last = there.last_record.as_deref().unwrap_or_default();
    if there.status == "UNDER_CHANGE" && !last.is_empty() {
        let record = ports.record(last).await?;
        if record.kind == TERMINATION && !record.is_over() {
            return Ok(record);
        }
    }
    ports.terminate(&there.id, &token(&format!("terminate\n{}\n{last}", there.id))).await
}

fn essence(launch: &Launch) -> String {
    let path = launch.path.as_deref().unwrap_or_default();
    // As JSON no value can be taken for two. Serializing plain data does not fail.
    let values =
        serde_json::to_string(&(&launch.parameters, &launch.unchanged, &launch.tags)).unwrap_or_default();
    format!("{}\n{}\n{path}\n{values}", launch.product, launch.version)
}

/// Of letters and digits, shorter than the 100 that Service Catalog takes.
fn token(text: &str) -> String {
    const DIGITS: usize = 48;
    format!("cfct-{}", &sha256(text)[..DIGITS])
}

/// The stack behind what was launched, where there is one.
///
/// # Errors
/// Where AWS does not answer.
pub async fn stack_of<P: Provisioner>(
    ports: &P,
    there: &ProvisionedProduct,
) -> Result<Option<String>, AwsError> {
    match there.last_success.as_ref().or(there.last_record.as_ref()) {
        Some(record) => Ok(ports.record(record).await?.stack().map(str::to_owned)),
        None => Ok(None),
    }
}

/// The first resource that failed.
///
/// # Errors
/// Where AWS does not answer, or the caller may not see the stack.
pub async fn cause<P: Stacks>(ports: &P, record: &Record) -> Result<Option<StackEvent>, AwsError> {
    let Some(stack) = record.stack() else { return Ok(None) };
    Ok(first_event(&ports.own_events(stack).await?).cloned())
}

/// What is worth a second look before a stack is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Vaults: with recovery points in them they cannot be deleted.
    pub vaults: Vec<StackResource>,
    /// What stays when the stack is deleted.
    pub retained: Vec<StackResource>,
}

/// Looks for vaults, and for what stays.
///
/// # Errors
/// Where AWS does not answer.
pub async fn kept<P: Stacks>(ports: &P, stack: &str) -> Result<Kept, AwsError> {
    const VAULTS: [&str; 2] = ["AWS::Backup::BackupVault", "AWS::Backup::LogicallyAirGappedBackupVault"];
    let resources = ports.resources(stack).await?;
    let source = Arc::new(SourceFile::new("template", ports.template(stack).await?));
    let reading = Document::read_template(&source);
    let template = reading.document.as_ref().map(Template::read);
    let stays = |resource: &&StackResource| {
        let own = template.iter().flat_map(|template| &template.resources);
        let mut own = own.filter(|own| own.name == resource.logical);
        let policy = own.next().and_then(|own| own.deletion_policy).and_then(NodeRef::scalar_text);
        policy.is_some_and(|policy| policy.starts_with("Retain"))
    };
    Ok(Kept {
        vaults: resources.iter().filter(|own| VAULTS.contains(&own.kind.as_str())).cloned().collect(),
        retained: resources.iter().filter(stays).cloned().collect(),
    })
}

/// Whether an update would change nothing: the same version, and each value that is given is there already.
#[must_use]
pub fn is_same(there: &ProvisionedProduct, version: &str, given: &Values, now: &Values) -> bool {
    there.version_id == version
        && there.status == "AVAILABLE"
        && given.iter().all(|(name, value)| now.get(name) == Some(value))
}
