//! Backup policies as a stack set.

mod template;

use super::stack_set::{StackSet, place_of};
use super::{Rendered, Source};
use crate::backup_policy::attachments::{self, Attachments};
use crate::backup_policy::placement;
use crate::configuration::{ATTACHMENTS, Configuration, Role};
use crate::organization::Organization;
use crate::settings::Settings;
use crate::source::PackagePath;

use template::PolicyResource;

/// The name of the resource of the backup policies in the packaged manifest.
pub const RESOURCE: &str = "org-backup-policies";
/// The path of their template in the package.
pub const TEMPLATE: &str = "templates/generated/backup-policies.json";

/// The attached policies of a package.
pub(super) struct BackupPolicies<'g> {
    configuration: &'g Configuration,
    attachments: Attachments<'g>,
    set: StackSet,
}

impl<'g> BackupPolicies<'g> {
    /// `None` where no policy is attached.
    pub fn of(configuration: &'g Configuration, settings: &Settings) -> Option<Self> {
        let document =
            configuration.of_role(Role::Attachments).find_map(|(_, file)| file.document.as_ref())?;
        let attachments = attachments::read(document).0;
        let set = StackSet {
            resource: RESOURCE.to_owned(),
            template: TEMPLATE.to_owned(),
            description: "Backup policies of the organization and what they are attached to",
            origin: ATTACHMENTS.to_owned(),
            subject: "backup policies".to_owned(),
            place: place_of(document),
            table: "backup-policies",
            account: settings.backup_policies_account.clone(),
            if_too_large: "merge policies that have the same targets",
        };
        (!attachments.policies.is_empty()).then_some(Self { configuration, attachments, set })
    }

    /// The policies to render; `None` where one is unusable, which its own check says.
    fn policies(&self, organization: &Organization) -> Option<Vec<PolicyResource<'g>>> {
        let targets = placement::target_ids(&self.attachments, organization);
        let policies = self.attachments.policies.iter().zip(targets);
        policies
            .map(|(attached, mut target_ids)| {
                let path = PackagePath::new(attached.file?.value)?;
                let document = self.configuration.document(&path)?;
                let content = crate::policy::minify(document.source().text()).ok()?;
                target_ids.sort();
                let description = attached.description.map(|description| description.value);
                Some(PolicyResource { name: attached.name?.value, description, content, target_ids })
            })
            .collect()
    }
}

impl Source for BackupPolicies<'_> {
    fn stack_set(&self) -> &StackSet {
        &self.set
    }

    fn count(&self) -> String {
        let count = self.attachments.policies.len();
        format!("{count} backup {}", if count == 1 { "policy is" } else { "policies are" })
    }

    fn render(&self, organization: &Organization) -> Option<Rendered> {
        let policies = self.policies(organization)?;
        Some(Rendered { text: template::render(&policies), resources: policies.len() })
    }
}
