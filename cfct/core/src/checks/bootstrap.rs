//! Whether the companion and a stack set would make the same thing in the same account.

use std::collections::BTreeMap;

use super::Context;
use crate::bootstrap::configuration::{Configuration, Delivery, make};
use crate::bootstrap::{Kind, Place, wanted};
use crate::finding::Finding;
use crate::words::excerpt;

crate::codes! {
    /// The same thing twice.
    TWICE = "bootstrap-made-twice", Error, Deploy,
        "the companion is to make what a stack set makes in the same account",
        "whoever comes first makes it, and the stack of the other fails: CloudFormation does not take over what is there";
}

pub(crate) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(organization), Some(settings)) = (context.organization, &context.settings.bootstrap) else {
        return;
    };
    if settings.delivery.0 != Delivery::Direct {
        return;
    }
    let Some(configuration) = make(context.configuration, organization, None) else { return };
    let mut twice: BTreeMap<(String, Kind, String), Vec<String>> = BTreeMap::new();
    for (_, account) in organization.accounts().filter(|(_, account)| account.is_active()) {
        let Some(unit) = account.parent else { continue };
        let place = Place {
            account: account.id,
            name: account.name.to_string(),
            status: account.status,
            unit: organization.path(unit),
            id_path: String::new(),
        };
        for (stack_set, kind, name) in made_twice(&configuration, &place) {
            let accounts = twice.entry((stack_set, kind, name)).or_default();
            accounts.push(account.display());
        }
    }
    for ((stack_set, kind, name), accounts) in twice {
        let others = accounts.len() - 1;
        let more = if others == 0 { String::new() } else { format!(" and {others} more") };
        let message = format!(
            "the companion is to make the {} {}, which the stack set {stack_set} makes in {}{more}",
            kind.words(),
            excerpt(&name),
            excerpt(&accounts[0]),
        );
        let help =
            "write `delivery = \"stack-sets\"`, or take the units out of the stack set or of `units` here";
        findings.push(Finding::new(&TWICE, &settings.delivery.1, message).help(help));
    }
}

/// What is wanted of the companion in an account and made there by a stack set.
fn made_twice<'c>(
    configuration: &'c Configuration,
    place: &Place,
) -> impl Iterator<Item = (String, Kind, String)> + use<'c> {
    let made = wanted(configuration, place).into_iter();
    let made = made.filter(|wanted| matches!(wanted.thing.kind, Kind::Vault | Kind::Role));
    made.filter_map(|wanted| Some((wanted.made_by?, wanted.thing.kind, wanted.thing.name)))
}
