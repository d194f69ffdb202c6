//! The table in the guide is what the model says.

use std::collections::BTreeMap;

use cfct_core::stack_set_machine::{Aim, Conditions, Deployed, Desired, IndexSet, Step, safe_steps};

const GUIDE: &str = include_str!("../../../../docs/stack-sets.md");

fn set(indices: &[usize]) -> IndexSet {
    indices.iter().copied().collect()
}

/// What to push first.
fn advice(accounts: &[usize], regions: &[usize]) -> &'static str {
    let even = set(&[0, 1, 2]);
    let deployed = Deployed {
        instances: BTreeMap::from([(0, even.clone()), (1, even.clone())]),
        template_matches: true,
        ..Deployed::default()
    };
    let desired = Desired { accounts: set(accounts), regions: regions.to_vec(), ..Desired::default() };
    let steps = safe_steps(&desired, Some(&deployed), &even, &Conditions::default()).unwrap();
    assert!(steps.route.remade.is_empty() && steps.route.steps.len() <= 2, "{steps:?}");
    match &steps.route.steps[0] {
        Step::Push(push) => match push.aim {
            Aim::AsDesired => "fine",
            Aim::RegionsReordered => "the deployed Regions first in the list",
            Aim::AccountsFirst => "the accounts first",
            Aim::RegionsFirst => "the Regions first",
            Aim::EvenAccountsOnly => "accounts that agree",
        },
        _ => "by hand",
    }
}

#[test]
fn the_table_of_the_guide_is_what_the_model_says() {
    let accounts = [
        ("same accounts", &[0, 1, 2][..]),
        ("accounts added", &[0, 1, 2, 3, 4]),
        ("accounts removed", &[1, 2]),
        ("accounts added and removed", &[1, 2, 3, 4]),
        ("all accounts replaced", &[3, 4]),
    ];
    let regions: [&[usize]; 6] = [&[0, 1], &[0, 1, 2], &[2, 0, 1], &[0], &[0, 2], &[2, 3]];
    for (name, accounts) in accounts {
        let cells: Vec<&str> = regions.iter().map(|regions| advice(accounts, regions)).collect();
        let row = format!("| {name} | {} |", cells.join(" | "));
        assert!(GUIDE.lines().any(|line| line == row), "the guide lacks the row\n{row}");
    }
}
