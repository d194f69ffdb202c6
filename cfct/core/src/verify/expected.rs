//! What the effective backup policy of an account needs to be there: vaults and roles.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Item, State};
use crate::apply::settings::Place;
use crate::aws::AccountId;

/// The placeholder of an account's own id.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html>
const ACCOUNT: &str = "$account";

/// How long something is kept; `None` for ever.
pub type Retention = Option<i64>;

/// The name of a role, without its path.
pub type RoleName = String;

/// Vaults and roles that effective policies name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The vaults of each place, with the retentions of what goes into them, and the rules that say so.
    pub vaults: BTreeMap<Place, BTreeMap<String, BTreeSet<(Retention, String)>>>,
    /// The roles of each account.
    pub roles: BTreeMap<AccountId, BTreeSet<RoleName>>,
}

/// A vault as it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vault {
    /// Whether it is locked.
    pub is_locked: bool,
    /// The shortest retention that its lock takes, in days.
    pub fewest_days: Option<i64>,
    /// The longest retention that its lock takes, in days.
    pub most_days: Option<i64>,
    /// The ARN of its key.
    pub key: Option<String>,
}

impl Expected {
    /// Adds what the effective policy of an account names. `content` is as AWS prints it.
    pub fn add(&mut self, account: AccountId, content: &Value) {
        let plans = content.get("plans").and_then(Value::as_object);
        for (name, plan) in plans.into_iter().flatten() {
            self.rules(account, name, plan);
            let selections = plan.get("selections").and_then(Value::as_object).into_iter().flatten();
            for (_, selection) in selections.flat_map(|(_, kind)| kind.as_object().into_iter().flatten()) {
                let role = selection.get("iam_role_arn").and_then(Value::as_str);
                if let Some((_, name)) = role.and_then(|role| role.rsplit_once('/')) {
                    self.roles.entry(account).or_default().insert(name.to_owned());
                }
            }
        }
    }

    fn rules(&mut self, account: AccountId, plan: &str, content: &Value) {
        let regions: Vec<&str> = content.get("regions").map(texts).unwrap_or_default();
        let rules = content.get("rules").and_then(Value::as_object).into_iter().flatten();
        for (name, rule) in rules {
            let label = format!("{plan}.{name}");
            let vault = rule.get("target_backup_vault_name").and_then(Value::as_str);
            for region in vault.iter().flat_map(|_| &regions) {
                let place = Place { account, region: (*region).to_owned() };
                self.vault(place, vault.unwrap_or_default(), retention(rule), label.clone());
            }
            let copies = rule.get("copy_actions").and_then(Value::as_object).into_iter().flatten();
            for (_, copy) in copies {
                let arn = copy.get("target_backup_vault_arn").and_then(Value::as_str).unwrap_or_default();
                // A copy that says nothing is kept as long as its source.
                // https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
                let kept = copy.get("lifecycle").map_or_else(|| retention(rule), |_| retention(copy));
                if let Some((place, vault)) = of_arn(arn, account) {
                    self.vault(place, &vault, kept, format!("{label} (copy)"));
                }
            }
        }
    }

    fn vault(&mut self, place: Place, name: &str, kept: Retention, rule: String) {
        let vaults = self.vaults.entry(place).or_default();
        vaults.entry(name.to_owned()).or_default().insert((kept, rule));
    }
}

/// `arn:aws:backup:eu-west-1:$account:backup-vault:name`
fn of_arn(arn: &str, own: AccountId) -> Option<(Place, String)> {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let [_, _, _, region, account, _, vault] = parts[..] else { return None };
    let account = if account == ACCOUNT { own } else { account.parse().ok()? };
    Some((Place { account, region: region.to_owned() }, vault.to_owned()))
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => vec![text],
        _ => Vec::new(),
    }
}

fn retention(of: &Value) -> Retention {
    let days = of.get("lifecycle")?.get("delete_after_days")?;
    days.as_i64().or_else(|| days.as_str()?.parse().ok())
}

/// Whether a vault is there and takes what is to go into it: a lock refuses backups and copies that are kept
/// shorter or longer than it says.
///
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html>
#[must_use]
pub fn vault(place: &Place, name: &str, kept: &BTreeSet<(Retention, String)>, there: Option<&Vault>) -> Item {
    let item = |state| Item::new(state, "vault", name).at(place);
    let Some(there) = there else {
        let rules: Vec<&str> = kept.iter().map(|(_, rule)| rule.as_str()).collect();
        return item(State::Missing).because(format!("needed by {}", rules.join(", ")));
    };
    let refused: Vec<String> = kept
        .iter()
        .filter(|_| there.is_locked)
        .filter_map(|(kept, rule)| {
            let days = kept.map_or_else(|| "for ever".to_owned(), |days| format!("{days} days"));
            let is_short = kept.zip(there.fewest_days).is_some_and(|(kept, fewest)| kept < fewest);
            let is_long = there.most_days.is_some_and(|most| kept.is_none_or(|kept| kept > most));
            (is_short || is_long).then(|| format!("{rule} keeps {days}, which its lock refuses"))
        })
        .collect();
    let lock = match (there.is_locked, there.fewest_days, there.most_days) {
        (false, ..) => "no lock".to_owned(),
        (true, fewest, most) => {
            let days =
                |days: Option<i64>, none: &str| days.map_or_else(|| none.to_owned(), |days| days.to_string());
            format!("locked, {} to {} days", days(fewest, "0"), days(most, "any"))
        }
    };
    let key = there.key.as_deref().unwrap_or("AWS's own");
    if refused.is_empty() {
        item(State::Correct).because(format!("{lock}, key {key}"))
    } else {
        item(State::Incorrect).because(format!("{} ({lock})", refused.join("; ")))
    }
}
