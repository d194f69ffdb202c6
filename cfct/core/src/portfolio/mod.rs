//! Portfolios of Service Catalog: `portfolios/<name>.yaml`, one file for each.
//!
//! ```yaml
//! name: Backup
//! provider: Backup team
//! products:
//!   - name: Vault
//!     owner: Backup team
//!     versions:
//!       - name: v1.0.0
//!         template: portfolios/backup/vault/v1.0.0.yaml
//!         sha256: 6f1a…
//!     launch:
//!       local_role_name: OrgBackupLaunchVault
//! principals:
//!   - role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BackupOperator_*
//! shares:
//!   organizational_units: ["Workloads:Prod"]
//! ```
//!
//! [`read`] is lenient: it takes what has the right shape ([`shape`] says what that is) and leaves the verdict
//! to the checks. Every value keeps the node it was read from.

pub mod codes;
pub mod lock;
mod read;
pub mod rule;
pub mod shape;
pub(crate) mod sharing;

use std::collections::BTreeMap;

use crate::configuration::{Configuration, Content, Role};
use crate::digest::sha256;
use crate::document::{Document, NodeRef};
use crate::manifest::Text;
use crate::source::PackagePath;
use crate::template::{ParameterType, Template};

pub use read::read;

/// The folder of the portfolios. A file directly inside is a portfolio; what lies deeper belongs to products.
pub const FOLDER: &str = "portfolios";

/// A portfolio.
#[derive(Clone, Debug)]
pub struct Portfolio<'d> {
    /// The document it was read from.
    pub document: &'d Document,
    /// `name`, which users see.
    pub name: Option<Text<'d>>,
    /// `provider`: who offers it.
    pub provider: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `tags`
    pub tags: Vec<Tag<'d>>,
    /// `lock`: the lock of the vaults that the products write to.
    pub lock: Option<Lock<'d>>,
    /// `products`, in order.
    pub products: Vec<Product<'d>>,
    /// `tag_options`, each with one value.
    pub tag_options: Vec<Tag<'d>>,
    /// `principals`: IAM patterns without the part of the ARN that each account has its own of.
    pub principals: Vec<Text<'d>>,
    /// `shares`
    pub shares: Option<Shares<'d>>,
}

/// A key and a value, of a tag or a tag option.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'d> {
    /// The key.
    pub key: Text<'d>,
    /// The value.
    pub value: Text<'d>,
}

/// What the retention in a product has to keep to.
#[derive(Clone, Copy, Debug)]
pub struct Lock<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `stack_set`: the resource of the manifest that deploys the locked vault.
    pub stack_set: Option<Text<'d>>,
    /// `min_days`
    pub min_days: Option<Days<'d>>,
    /// `max_days`
    pub max_days: Option<Days<'d>>,
}

/// A number of days, and where it is written.
#[derive(Clone, Copy, Debug)]
pub struct Days<'d> {
    /// How many.
    pub value: u64,
    /// The node.
    pub node: NodeRef<'d>,
}

/// A product.
#[derive(Clone, Debug)]
pub struct Product<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `owner`
    pub owner: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `distributor`
    pub distributor: Option<Text<'d>>,
    /// `support`
    pub support: Support<'d>,
    /// `tags`
    pub tags: Vec<Tag<'d>>,
    /// The node of `versions`, where there is one.
    pub versions_node: Option<NodeRef<'d>>,
    /// `versions`: the provisioning artifacts, the newest last.
    pub versions: Vec<Version<'d>>,
    /// `launch`: the launch role constraint.
    pub launch: Option<Launch<'d>>,
    /// `stack_set`: the stack set constraint.
    pub stack_set: Option<StackSet<'d>>,
    /// `template_constraints`
    pub template_constraints: Vec<TemplateConstraint<'d>>,
    /// `tag_updates`: the resource update constraint.
    pub tag_updates: Option<Text<'d>>,
    /// `notifications`: ARNs of topics that hear of stack events.
    pub notifications: Vec<Text<'d>>,
    /// `tag_options`, each with one value.
    pub tag_options: Vec<Tag<'d>>,
}

/// Whom a user of a product turns to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Support<'d> {
    /// `description`
    pub description: Option<Text<'d>>,
    /// `email`
    pub email: Option<Text<'d>>,
    /// `url`
    pub url: Option<Text<'d>>,
}

/// A version of a product, called provisioning artifact by the API.
#[derive(Clone, Copy, Debug)]
pub struct Version<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `template`: a path in the package.
    pub template: Option<Text<'d>>,
    /// `sha256` of the template's bytes: what makes the version unchangeable.
    pub sha256: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `guidance`
    pub guidance: Option<Text<'d>>,
    /// `active`: whether it can be launched.
    pub active: bool,
}

/// The role that Service Catalog takes to launch a product.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `local_role_name`: a role of this name in the account of each user.
    pub local_role_name: Option<Text<'d>>,
    /// `role_arn`: one role in one account.
    pub role_arn: Option<Text<'d>>,
}

/// A product that is launched as a stack set.
#[derive(Clone, Debug)]
pub struct StackSet<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `accounts`: their ids.
    pub accounts: Vec<Text<'d>>,
    /// `regions`
    pub regions: Vec<Text<'d>>,
    /// `administration_role_arn`
    pub administration_role_arn: Option<Text<'d>>,
    /// `execution_role_name`
    pub execution_role_name: Option<Text<'d>>,
    /// `instance_control`: whether users may create, change and delete instances.
    pub instance_control: Option<Text<'d>>,
}

/// A rule on the parameters of a product: either `parameter` with `allowed_values`, or `rule`.
#[derive(Clone, Debug)]
pub struct TemplateConstraint<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `name` of the rule.
    pub name: Option<Text<'d>>,
    /// `description`, which users see where a value breaks the rule.
    pub description: Option<Text<'d>>,
    /// `parameter`
    pub parameter: Option<Text<'d>>,
    /// `allowed_values`
    pub allowed_values: Vec<Text<'d>>,
    /// `within_lock`: whether the values are retention in days.
    pub within_lock: bool,
    /// `rule` as Service Catalog has it.
    pub rule: Option<NodeRef<'d>>,
}

/// Whom a portfolio is shared with.
#[derive(Clone, Debug)]
pub struct Shares<'d> {
    /// The whole entry.
    pub node: NodeRef<'d>,
    /// `organizational_units`: paths with colons, or `Root`.
    pub organizational_units: Vec<Text<'d>>,
    /// `accounts`: ids or names.
    pub accounts: Vec<Text<'d>>,
    /// `share_principals`, where it is true.
    pub share_principals: Option<NodeRef<'d>>,
    /// `share_tag_options`
    pub share_tag_options: bool,
}

impl<'d> Portfolio<'d> {
    /// The name for a message: what is written, or a stand-in.
    #[must_use]
    pub fn display_name(&self) -> &'d str {
        self.name.map_or("(unnamed)", |name| name.value)
    }
}

impl<'d> Product<'d> {
    /// The name for a message: what is written, or a stand-in.
    #[must_use]
    pub fn display_name(&self) -> &'d str {
        self.name.map_or("(unnamed)", |name| name.value)
    }

    /// Whether a parameter of the newest version takes a list.
    #[must_use]
    pub fn takes_list(&self, configuration: &Configuration, parameter: &str) -> bool {
        let newest = self.versions.last();
        let document = newest.and_then(|version| configuration.document(&version.template_path()?));
        let template = document.map(Template::read);
        let type_of = template.as_ref().and_then(|template| template.parameter(parameter)?.type_of);
        type_of.is_some_and(ParameterType::is_list)
    }
}

impl<'d> Version<'d> {
    /// The name for a message: what is written, or a stand-in.
    #[must_use]
    pub fn display_name(&self) -> &'d str {
        self.name.map_or("(unnamed)", |name| name.value)
    }

    /// The path of the template, where one is written that can be one.
    #[must_use]
    pub fn template_path(&self) -> Option<PackagePath> {
        self.template.and_then(|template| PackagePath::new(template.value))
    }
}

/// Every portfolio of a package, in the order of their paths.
#[must_use]
pub fn of_package(configuration: &Configuration) -> Vec<(&PackagePath, Portfolio<'_>)> {
    let files = configuration.of_role(Role::Portfolio);
    files.filter_map(|(path, file)| Some((path, read(file.document.as_ref()?)))).collect()
}

/// The digest of each product template of a package, used or not.
#[must_use]
pub fn digests(configuration: &Configuration) -> BTreeMap<&PackagePath, String> {
    let files = configuration.of_role(Role::Template).filter(|(path, _)| is_product_template(path));
    files
        .filter_map(|(path, file)| match &file.content {
            Content::Text(source) => Some((path, sha256(source.text()))),
            _ => None,
        })
        .collect()
}

/// The portfolio's name in paths and resources: `backup` of `portfolios/backup.yaml`.
#[must_use]
pub fn slug(path: &PackagePath) -> &str {
    let name = path.file_name();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a file of this name is a portfolio: YAML directly inside of [`FOLDER`].
#[must_use]
pub fn is_portfolio(path: &PackagePath) -> bool {
    let inside = path.as_str().strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|name| !name.contains('/')) && matches!(path.extension(), "yaml" | "yml")
}

/// Whether a file of this name is a product's template, used or not: YAML, or `.template`, in a folder inside
/// of [`FOLDER`].
#[must_use]
pub fn is_product_template(path: &PackagePath) -> bool {
    let inside = path.as_str().strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|name| name.contains('/')) && matches!(path.extension(), "yaml" | "yml" | "template")
}
