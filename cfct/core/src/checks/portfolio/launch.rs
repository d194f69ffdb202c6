//! How products are launched, and whether the role for it is there.

use std::collections::{BTreeSet, HashMap};

use crate::checks::{Context, settings_of};
use crate::finding::Finding;
use crate::generated::account;
use crate::manifest::Text;
use crate::organization::targets::Holder;
use crate::organization::{AccountIndex, Organization};
use crate::portfolio::codes::organization::ROLE_ELSEWHERE;
use crate::portfolio::codes::package::{LAUNCH_CONFLICT, LAUNCH_MISSING, LAUNCH_ROLE, WRONG_VALUE};
use crate::portfolio::{Launch, Portfolio, Product, sharing};
use crate::source::PackagePath;
use crate::stack_set_definition::StackSetDefinition;
use crate::template::{Template, text_of};
use crate::words::{excerpt, head};

/// The roles that the templates of a package make, by their names.
pub(super) struct Roles<'c> {
    /// The stack sets that make each.
    deployed: HashMap<String, Vec<&'c StackSetDefinition<'c>>>,
    /// The templates that would make each by the defaults of their parameters.
    written: HashMap<String, &'c PackagePath>,
}

impl<'c> Roles<'c> {
    pub(super) fn of(context: &Context<'c>) -> Self {
        let mut roles = Self { deployed: HashMap::new(), written: HashMap::new() };
        for set in context.stack_sets {
            let values = set.known_values();
            for name in
                set.template.iter().flat_map(|template| names_in(template, &|name| values.get(name).cloned()))
            {
                roles.deployed.entry(name).or_default().push(set);
            }
        }
        for (path, template) in context.templates {
            let default = |name: &str| template.parameter(name)?.default?.scalar_text().map(str::to_owned);
            for name in names_in(template, &default) {
                roles.written.entry(name).or_insert(path);
            }
        }
        roles
    }
}

fn names_in(template: &Template<'_>, known: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let roles = template.resources.iter().filter(|resource| resource.type_name == Some("AWS::IAM::Role"));
    roles.filter_map(|role| text_of(role.property("RoleName")?, known)).collect()
}

pub(super) fn check(
    context: &Context<'_>,
    portfolio: &Portfolio<'_>,
    roles: &Roles<'_>,
    findings: &mut Vec<Finding>,
) {
    let launching = context.organization.map(|organization| holding(context, organization, portfolio));
    for product in &portfolio.products {
        let Some(launch) = product.launch else {
            findings.extend(missing(product));
            continue;
        };
        findings.extend(conflict(product, launch));
        findings.extend(launch.role_arn.and_then(role_arn));
        if let Some(role) = launch.local_role_name.filter(|_| launch.role_arn.is_none()) {
            match role_name(role) {
                Some(finding) => findings.push(finding),
                None => deployed(context, product, role, roles, launching.as_ref(), findings),
            }
        }
    }
}

fn missing(product: &Product<'_>) -> Option<Finding> {
    product.stack_set.is_none().then(|| {
        let message = format!("`{}` has no `launch`", excerpt(product.display_name()));
        Finding::new(&LAUNCH_MISSING, &head(product.node), message)
            .help("add `launch:` with `local_role_name:`, and deploy that role by a stack set")
    })
}

fn conflict(product: &Product<'_>, launch: Launch<'_>) -> Option<Finding> {
    let finding = |message: String| Finding::new(&LAUNCH_CONFLICT, &head(launch.node), message);
    let name = excerpt(product.display_name());
    if let Some(set) = &product.stack_set {
        let finding = finding(format!("`{name}` has a launch role and is launched as a stack set"));
        return Some(
            finding
                .related(&head(set.node), "the stack set")
                .help("take one of them out: a stack set has roles of its own"),
        );
    }
    match (launch.local_role_name, launch.role_arn) {
        (Some(local), Some(arn)) => {
            let finding = Finding::new(&LAUNCH_CONFLICT, &arn.node, format!("`{name}` has two launch roles"));
            Some(
                finding.related(&local.node, "the other one").help(
                    "keep `local_role_name`: it holds in every account that the portfolio is shared with",
                ),
            )
        }
        (None, None) => {
            Some(finding(format!("`launch` of `{name}` names no role")).help("add `local_role_name:`"))
        }
        _ => None,
    }
}

/// `arn:(aws|aws-cn|aws-us-gov):iam::[0-9]*:(role)\/.*`, as the schema of the constraint has it.
fn role_arn(arn: Text<'_>) -> Option<Finding> {
    let is_role = match arn.value.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", partition, "iam", "", account, role] => {
            let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
            partition.starts_with("aws") && is_account && role.starts_with("role/")
        }
        _ => false,
    };
    (!is_role).then(|| {
        let message = format!("`{}` is no ARN of a role", excerpt(arn.value));
        Finding::new(&WRONG_VALUE, &arn.node, message)
            .help("write `local_role_name` instead, with the role's name")
    })
}

/// IAM: 1 to 64 of `[\w+=,.@-]`.
fn role_name(role: Text<'_>) -> Option<Finding> {
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    let fits = (1..=64).contains(&role.value.len()) && role.value.bytes().all(is_taken);
    (!fits).then(|| {
        let message = format!("`{}` is no name of a role", excerpt(role.value));
        Finding::new(&WRONG_VALUE, &role.node, message)
            .help("write the name without a path, 64 characters at most")
    })
}

fn deployed(
    context: &Context<'_>,
    product: &Product<'_>,
    role: Text<'_>,
    roles: &Roles<'_>,
    launching: Option<&BTreeSet<AccountIndex>>,
    findings: &mut Vec<Finding>,
) {
    let Some(manifest) = context.manifest else { return };
    let Some(sets) = roles.deployed.get(role.value) else {
        let message = format!("no stack set creates the role `{}`", excerpt(role.value));
        let finding = Finding::new(&LAUNCH_ROLE, &role.node, message);
        findings.push(match roles.written.get(role.value) {
            Some(path) => finding.help(format!("{path} has it: deploy that by a stack set in the manifest")),
            None => finding.help("add it to a template that a stack set of the manifest deploys"),
        });
        return;
    };
    let (Some(organization), Some(resolution), Some(launching)) =
        (context.organization, context.resolution, launching)
    else {
        return;
    };
    let resolved = resolution.resources.iter().filter(|resolved| {
        let resource = &manifest.resources[resolved.resource];
        sets.iter().any(|set| set.resource.node.id() == resource.node.id())
    });
    let holding: Vec<_> = resolved.map(|resolved| &resolved.accounts).collect();
    let without: Vec<AccountIndex> = launching
        .iter()
        .copied()
        .filter(|account| !holding.iter().any(|set| set.contains(*account)))
        .collect();
    findings.extend(elsewhere(organization, product, role, &without));
}

fn elsewhere(
    organization: &Organization,
    product: &Product<'_>,
    role: Text<'_>,
    without: &[AccountIndex],
) -> Option<Finding> {
    let first = organization.account(*without.first()?).display();
    let message = match without.len() {
        1 => format!("{first} does not get the role `{}`", excerpt(role.value)),
        count => format!("{count} accounts such as {first} do not get the role `{}`", excerpt(role.value)),
    };
    let product = excerpt(product.display_name());
    Some(Finding::new(&ROLE_ELSEWHERE, &role.node, message).help(format!(
        "aim the role's stack set at every account that launches `{product}`, nested units one by one"
    )))
}

/// The active accounts that see the portfolio by its shares, and the one that it is offered from: a local role
/// has to exist where the constraint is made, too
/// (<https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateConstraint.html>).
fn holding(
    context: &Context<'_>,
    organization: &Organization,
    portfolio: &Portfolio<'_>,
) -> BTreeSet<AccountIndex> {
    let setting = settings_of(context.configuration).0.service_catalog_account;
    let offering = account::chosen(setting.as_ref(), organization);
    let mut accounts: BTreeSet<AccountIndex> =
        offering.and_then(|account| organization.account_by_id(account.id)).into_iter().collect();
    for holder in sharing::holders(organization, portfolio).0 {
        match holder {
            Holder::Account(account) => accounts.extend([account]),
            Holder::Unit(unit) => {
                let units = std::iter::once(unit).chain(organization.descendants(unit));
                accounts.extend(units.flat_map(|unit| organization.active_in(unit)));
            }
        }
    }
    accounts.retain(|account| organization.account(*account).is_active());
    accounts
}
