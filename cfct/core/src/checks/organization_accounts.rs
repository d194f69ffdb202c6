//! Accounts that targets name, against the accounts that there are.

use std::collections::{HashMap, HashSet};

use super::{Context, target_names};
use crate::aws::AccountId;
use crate::document::Value;
use crate::finding::{Finding, Stage};
use crate::manifest::{Text, Version};
use crate::organization::{AccountIndex, AccountStatus, Organization, UnitIndex};
use crate::resolution::{Meaning, NamedAccount, PipelineStage, Resolved, Target};
use crate::words;

crate::codes! {
    /// No account of this id or name.
    UNKNOWN = "account-unknown", Error, Silent,
        "an account is not in the organization",
        "CfCT drops an account that it does not find without a word";
    /// An account that is not active.
    INACTIVE = "account-inactive", Warning, Silent,
        "an account is not active",
        "CfCT finds active accounts only by name, and by id those that Control Tower still lists";
    /// An account that Control Tower does not manage.
    UNENROLLED = "account-unenrolled", Error, Silent,
        "an account is not enrolled in Control Tower",
        "CfCT keeps of the named accounts those of the baseline stack set and the management account, and drops all others without a word";
    /// v1 and an account in a nested unit.
    NOT_TOP_LEVEL = "account-not-top-level", Error, Silent,
        "an account of a v1 manifest is not directly inside a top-level unit",
        "for a v1 manifest CfCT keeps of the named accounts those directly inside the root's children, and drops all others without a word";
    /// A name that several accounts share.
    AMBIGUOUS = "account-ambiguous", Warning, Silent,
        "several accounts have the name",
        "CfCT compares names without upper and lower case and takes every account that matches";
    /// An account that another target gives already.
    REPEATED = "account-repeated", Note, Advice,
        "an account is targeted twice",
        "CfCT takes it once; when one of the two goes, the account stays";
}

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(manifest), Some(organization), Some(resolution)) =
        (context.manifest, context.organization, context.resolution)
    else {
        return;
    };
    let mut accounts = Accounts { organization, version: manifest.version, nearest: HashMap::new() };
    for resolved in resolution.resources.iter().filter(|resolved| resolved.stage == PipelineStage::StackSet) {
        for target in &resolved.targets {
            let Meaning::Accounts(named) = &target.meaning else { continue };
            findings.extend(accounts.target(target, named));
        }
        accounts.repeated(resolved, findings);
    }
}

struct Accounts<'o> {
    organization: &'o Organization,
    version: Version,
    /// The nearest name of each text that matches none; manifests repeat themselves.
    nearest: HashMap<String, Option<&'o str>>,
}

impl Accounts<'_> {
    fn target(&mut self, target: &Target<'_>, named: &[NamedAccount]) -> Option<Finding> {
        if named.is_empty() {
            return self.unknown(target);
        }
        let kept: Vec<AccountIndex> =
            named.iter().filter(|named| named.kept).map(|named| named.account).collect();
        match kept.as_slice() {
            [] => Some(self.dropped(target, named)),
            [only] => self.inactive_by_id(target, *only),
            several => Some(self.ambiguous(target, several)),
        }
    }

    fn unknown(&mut self, target: &Target<'_>) -> Option<Finding> {
        if let Some(finding) = self.octal(target) {
            return Some(finding);
        }
        let text = Text { value: target.node.scalar_text().unwrap_or_default(), node: target.node };
        // What can be no account anywhere needs no second finding.
        if text.value.trim().is_empty() || target_names::account(text).is_some() {
            return None;
        }
        let shown = words::excerpt(&target.text);
        let finding = |message: String| Finding::new(&UNKNOWN, &target.node, message);
        if AccountId::is_id(&target.text) {
            return Some(
                finding(format!("the organization has no account {shown}"))
                    .help("correct the id, or take a fresh snapshot if the account is new"),
            );
        }
        let finding = finding(format!("the organization has no account called `{shown}`"));
        Some(match self.nearest(&target.text) {
            // A guess at an account is no mend: it would deploy somewhere else.
            Some(near) => finding.help(format!("the nearest name is `{near}`")),
            None => finding.help("write the account's id, in quotes, or its name"),
        })
    }

    /// An unquoted id that YAML 1.1 took for an octal number.
    fn octal(&self, target: &Target<'_>) -> Option<Finding> {
        let written = target.node.scalar_text()?;
        let is_number = matches!(target.node.value(), Some(Value::Int(_)));
        let id: AccountId = written.parse().ok()?;
        if !is_number || target.text == written {
            return None;
        }
        let message = format!("the id {id} is read as the octal number {}", target.text);
        let finding = Finding::new(&UNKNOWN, &target.node, message).help("put account ids in quotes").fix(
            "quote the id",
            target.node.span(),
            words::quoted(written),
        );
        Some(match self.organization.account_by_id(id) {
            Some(account) => {
                finding.label(format!("meant is {}", self.organization.account(account).display()))
            }
            None => finding,
        })
    }

    fn nearest(&mut self, name: &str) -> Option<&str> {
        if !self.nearest.contains_key(name) {
            let names = self.organization.accounts().map(|(_, account)| account.name.as_ref());
            let near = words::nearest(name, names.filter(|name| !name.is_empty()));
            self.nearest.insert(name.to_owned(), near);
        }
        self.nearest.get(name).copied().flatten()
    }

    /// Accounts that exist, none of which CfCT keeps.
    fn dropped(&self, target: &Target<'_>, named: &[NamedAccount]) -> Finding {
        let active = named.iter().map(|named| named.account).find(|account| self.is_active(*account));
        let Some(account) = active.or_else(|| named.first().map(|named| named.account)) else {
            return Finding::new(&UNKNOWN, &target.node, "the organization has no such account");
        };
        let shown = self.organization.account(account).display();
        if active.is_none() {
            let status = self.organization.account(account).status;
            return Finding::new(&INACTIVE, &target.node, format!("{shown} is {}", status.as_str()))
                .label("dropped")
                .help("remove it from the targets");
        }
        match self.version {
            Version::V1 => {
                let place = self.organization.account(account).parent;
                let place = place
                    .map_or_else(String::new, |unit| format!(" but in `{}`", self.organization.path(unit)));
                let message = format!("{shown} is not directly inside a top-level unit{place}");
                Finding::new(&NOT_TOP_LEVEL, &target.node, message).label("dropped").help(
                    "move to the manifest version 2021-03-15, which takes every enrolled account, or name \
                     the account's unit as a path",
                )
            }
            Version::V2 | Version::Unknown => {
                Finding::new(&UNENROLLED, &target.node, format!("{shown} is not enrolled in Control Tower"))
                    .label("dropped")
                    .help("enrol the account in Control Tower, or remove it from the targets")
            }
        }
    }

    /// By its id an account is kept as long as the baseline stack set holds it, whatever its state.
    fn inactive_by_id(&self, target: &Target<'_>, account: AccountIndex) -> Option<Finding> {
        let account = self.organization.account(account);
        if account.is_active() || account.status == AccountStatus::Unlisted {
            return None;
        }
        let message = format!("{} is {}", account.display(), account.status.as_str());
        Some(
            Finding::new(&INACTIVE, &target.node, message)
                .stage(Stage::Deploy)
                .label("kept, since the baseline stack set still holds it")
                .help("remove it from the targets: its stacks can neither be created nor updated"),
        )
    }

    fn ambiguous(&self, target: &Target<'_>, accounts: &[AccountIndex]) -> Finding {
        let ids: Vec<String> =
            accounts.iter().map(|account| self.organization.account(*account).display()).collect();
        let message =
            format!("`{}` is the name of {} accounts", words::excerpt(&target.text), accounts.len());
        Finding::new(&AMBIGUOUS, &target.node, message)
            .label("all of them")
            .help(format!("write the ids of those that are meant, of {}", ids.join(", ")))
    }

    /// Accounts that another entry of the same resource gives as well, under another name.
    fn repeated(&self, resolved: &Resolved<'_>, findings: &mut Vec<Finding>) {
        let everyone = resolved.targets.iter().find(|target| target.meaning == Meaning::EveryEnrolled);
        let units: HashMap<UnitIndex, &Target<'_>> = resolved
            .targets
            .iter()
            .filter_map(|target| match target.meaning {
                Meaning::Unit(unit) => Some((unit, target)),
                _ => None,
            })
            .collect();
        let mut by_account: HashMap<AccountIndex, &Target<'_>> = HashMap::new();
        let mut texts: HashSet<&str> = HashSet::new();
        for target in &resolved.targets {
            let Meaning::Accounts(named) = &target.meaning else { continue };
            // The same text twice is reported without an organization.
            if !texts.insert(target.text.trim()) {
                continue;
            }
            let [NamedAccount { account, kept: true }] = named.as_slice() else { continue };
            let unit = self.organization.account(*account).parent.and_then(|unit| units.get(&unit)).copied();
            let unit = unit.filter(|_| self.is_active(*account));
            let root = everyone.filter(|_| self.organization.baseline().accounts.contains(*account));
            if let Some(other) = by_account.insert(*account, target).or(unit).or(root) {
                findings.push(self.twice(target, other, *account));
            }
        }
    }

    fn twice(&self, target: &Target<'_>, other: &Target<'_>, account: AccountIndex) -> Finding {
        let shown = self.organization.account(account).display();
        Finding::new(&REPEATED, &target.node, format!("{shown} is targeted twice"))
            .related(&other.node, "this gives it already")
            .help("remove one of the two")
    }

    fn is_active(&self, account: AccountIndex) -> bool {
        self.organization.account(account).is_active()
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::testing::found_in_organization;
    use crate::finding::{Level, Stage};

    fn accounts(list: &str) -> String {
        format!(
            "region: us-east-1\nversion: 2021-03-15\nresources:\n  - name: a\n    deploy_method: stack_set\n    \
             deployment_targets: {{accounts: {list}}}\n"
        )
    }

    #[test]
    fn accounts_that_fall_out_or_fail_are_found() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("[app-1, CENTRAL Backup, '123456789012']", &[]),
            ("[nobody]", &[("account-unknown", "nobody")]),
            ("['999999999999']", &[("account-unknown", "'999999999999'")]),
            ("[012345670123]", &[("account-unknown", "012345670123")]),
            ("[closed-one]", &[("account-inactive", "closed-one")]),
            ("['346436350543']", &[("account-inactive", "'346436350543'")]),
            ("[not-enrolled]", &[("account-unenrolled", "not-enrolled")]),
            ("[app-1, APP-1]", &[("account-repeated", "APP-1")]),
            ("[app-1, app-1]", &[]),
            ("['806732047944', app-1]", &[("account-repeated", "app-1")]),
            ("[app-1], organizational_units: [Workloads]", &[("account-repeated", "app-1")]),
            ("[app-1], organizational_units: ['Workloads:Prod']", &[]),
            ("[app-1], organizational_units: [Root]", &[("account-repeated", "app-1")]),
            ("[master], organizational_units: [Root]", &[]),
            ("[ou-92bx-db958t3a, '']", &[]),
        ];
        for (list, expected) in cases {
            let found = found_in_organization(check, &accounts(list), |_| {});
            let found: Vec<_> =
                found.iter().map(|finding| (finding.code.name, finding.primary.text())).collect();
            assert_eq!(&found, expected, "{list}");
        }
    }

    #[test]
    fn a_suspended_account_that_the_baseline_holds_fails_in_deployment() {
        let found = found_in_organization(check, &accounts("['602633093211']"), |organization| {
            let enrolled = organization["baseline_stack_set"]["accounts"].as_array_mut().unwrap();
            enrolled.push("602633093211".into());
        });
        assert_eq!((found[0].code.name, found[0].stage), ("account-inactive", Stage::Deploy));
    }

    #[test]
    fn names_that_differ_in_case_only_are_ambiguous() {
        let found = found_in_organization(check, &accounts("[app-3]"), |organization| {
            organization["accounts"][7]["name"] = "App-3".into();
        });
        assert_eq!(found[0].code.name, "account-ambiguous");
        assert!(found[0].help.as_ref().unwrap().contains("App-3 (071848161749), app-3 (185047385854)"));
    }

    #[test]
    fn v1_keeps_accounts_directly_inside_a_top_level_unit() {
        let manifest = "region: us-east-1\nversion: 2020-01-01\ncloudformation_resources:\n  - name: a\n    \
                        deploy_method: stack_set\n    deploy_to_account: [app-1, app-2, not-enrolled]\n";
        let found = found_in_organization(check, manifest, |_| {});
        assert_eq!((found[0].code.name, found[0].primary.text()), ("account-not-top-level", "app-2"));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn an_octal_id_is_quoted_and_a_near_name_only_suggested() {
        let octal = found_in_organization(check, &accounts("[012345670123]"), |organization| {
            organization["accounts"][6]["id"] = "012345670123".into();
        });
        assert_eq!(octal[0].message, "the id 012345670123 is read as the octal number 1402433619");
        assert_eq!(octal[0].label, "meant is app-1 (012345670123)");
        assert_eq!(octal[0].fix.as_ref().unwrap().edits[0].replacement, "'012345670123'");
        let near = found_in_organization(check, &accounts("[log-archiv]"), |_| {});
        assert_eq!(near[0].help.as_deref(), Some("the nearest name is `log-archive`"));
        assert!(near[0].fix.is_none());
        assert_eq!(near[0].level, Level::Error);
    }
}
