//! `tests/promises.yaml`: what the templates of this repository must come to, whoever edits them.
//!
//! Policies have tests of their own. A promise is about everything else that protects: how long a lock keeps, that a
//! vault stays, how long a session lasts. It speaks of what a template comes to, with its defaults and with the
//! parameters of each stack set, so a parameter, a bound or a condition can break it as well as a property. The
//! table of `docs/backup-tiers.md` is a promise too, about the backup policies.

mod hold;
mod read;
mod tiers;

use cfct_core::checks::Context;
use cfct_core::document::Document;
use cfct_core::source::SourceFile;

use crate::failure::Failure;
use crate::repository::Repository;

/// The file, by its path from the root.
pub const FILE: &str = "tests/promises.yaml";

/// What is promised.
#[derive(Debug, Default)]
pub struct Promises {
    /// Of resources.
    resources: Vec<OfResources>,
    /// Of parameters, by name, or by template and name.
    parameters: Vec<(String, Vec<Has>)>,
    /// Parameters that a template must not be given together.
    refusals: Vec<Texts>,
    /// Of stack sets.
    deployed: Vec<Deployed>,
    /// The tiers of backups, which have a page of their own.
    tiers: Vec<tiers::Tier>,
}

/// Names with their values.
type Texts = Vec<(String, String)>;

/// A promise of some resources.
#[derive(Debug)]
struct OfResources {
    /// A type, or one resource as `templates/backup-role.yaml#BackupRole`.
    of: String,
    /// Resources of the type that it is not made for.
    except: Vec<String>,
    /// Parameters that the template is given; without any it has its defaults, and what each stack set gives it.
    with: Texts,
    has: Vec<Has>,
}

/// Where stack sets go at least, and what they are given.
#[derive(Debug, Default)]
struct Deployed {
    stack_sets: Vec<String>,
    organizational_units: Vec<String>,
    accounts: Vec<String>,
    regions: Vec<String>,
    /// Parameters that the manifest gives.
    given: Vec<String>,
}

/// What is at a path.
#[derive(Debug)]
struct Has {
    /// An attribute such as `DeletionPolicy`, or a property with those below it: `Tags.backup-guardrail`.
    path: String,
    expected: Expected,
}

/// What a promise expects.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// Anything, known or not.
    Given,
    /// Nothing.
    Absent,
    /// One of these.
    OneOf(Vec<String>),
}

impl Promises {
    /// Reads the file.
    pub fn open(repository: &Repository) -> Result<Self, Failure> {
        let source = SourceFile::new(FILE, repository.read(FILE)?);
        let reading = Document::read_yaml(&source);
        let document = reading.document.filter(|_| reading.findings.is_empty());
        let document = document.ok_or_else(|| Failure::new(format!("{FILE} is not clean YAML")))?;
        Ok(Self { tiers: tiers::read(&repository.read(tiers::PAGE)?)?, ..read::read(&document)? })
    }

    /// What does not hold, each in a line; a promise about nothing does not hold either.
    pub fn broken(&self, context: &Context<'_>) -> Vec<String> {
        let mut broken = hold::broken(self, context);
        if let Some(organization) = context.organization {
            broken.extend(tiers::broken(&self.tiers, context, organization));
        }
        broken
    }
}
