//! The HTML face of a plan, as far as it can be told without a browser.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::sandbox::Sandbox;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plan-page");

/// A page in a folder of its own.
pub struct Page {
    pub sandbox: Sandbox,
}

impl Page {
    /// The plan of the fixture: removals, a rename, a hole, an orphan policy, and names that are HTML.
    pub fn of_fixture() -> Self {
        let sandbox = Sandbox::empty();
        copy(Path::new(FIXTURE), sandbox.path());
        Self::of(sandbox)
    }

    /// The page of the plan in a folder.
    pub fn of(sandbox: Sandbox) -> Self {
        let run =
            sandbox.cfct("plan --organization organization.json --deployed deployed.json --format html");
        assert!(matches!(run.exit, Some(0 | 5)), "{}", run.stderr);
        sandbox.write("plan.html", &run.stdout);
        Self { sandbox }
    }

    /// The page.
    pub fn text(&self) -> String {
        self.sandbox.read("plan.html")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// Ten thousand accounts in a thousand units, and stack sets in five Regions that each reach a part of them.
pub fn vast(stack_sets: usize) -> Sandbox {
    const ACCOUNTS: usize = 10_000;
    const UNITS: usize = 1_000;
    let unit = |number: usize| format!("ou-acme-{number:08}");
    let id = |number: usize| format!("{}", 100_000_000_000_usize + number);
    let join = |texts: Vec<String>| texts.join(",\n");
    let units = (0..UNITS).map(|number| {
        let parent = if number < 20 { "r-acme".to_owned() } else { unit(number % 20) };
        format!(r#"{{"id":"{}","name":"unit-{number}","parent":"{parent}"}}"#, unit(number))
    });
    let accounts = (0..ACCOUNTS).map(|number| {
        let parent = if number == 0 { "r-acme".to_owned() } else { unit(number % UNITS) };
        format!(
            r#"{{"id":"{}","name":"account-{number}","status":"ACTIVE","parent":"{parent}"}}"#,
            id(number)
        )
    });
    let enrolled = (1..ACCOUNTS).map(|number| format!("\"{}\"", id(number)));
    let organization = format!(
        r#"{{"management_account_id":"{}","root_id":"r-acme","organizational_units":[{}],"accounts":[{}],
            "baseline_stack_set":{{"name":"AWSControlTowerBP-BASELINE-CONFIG","accounts":[{}]}},"home_region":"eu-central-1"}}"#,
        id(0),
        join(units.collect()),
        join(accounts.collect()),
        join(enrolled.collect()),
    );
    let mut manifest = "region: eu-central-1\nversion: 2021-03-15\nresources:\n".to_owned();
    let mut deployed = Vec::new();
    for number in 0..stack_sets {
        let targets = (0..20).map(|at| format!("unit-{}", (number + at) % 20));
        let _ = write!(
            manifest,
            "- name: resource-{number}\n  resource_file: templates/topic.yaml\n  deploy_method: stack_set\n  \
             deployment_targets:\n    organizational_units: [{}]\n  \
             regions: [eu-central-1, eu-west-1, us-east-1, us-west-2, ap-southeast-2]\n",
            targets.collect::<Vec<_>>().join(", ")
        );
        let held = (1..ACCOUNTS).filter(|account| (account * 7 + number) % 3 == 0);
        let held: Vec<String> = held.map(|account| format!("\"{}\"", id(account))).collect();
        deployed.push(format!(
            r#"{{"name":"CustomControlTower-resource-{number}","tags":{{"AWS_Solutions":"CustomControlTowerStackSet"}},
                "last_operation":"SUCCEEDED","instances":[{{"accounts":[{}],"regions":["eu-central-1","eu-west-1"]}}]}}"#,
            held.join(",")
        ));
    }
    let sandbox = Sandbox::empty();
    sandbox.write("manifest.yaml", manifest);
    sandbox.write("templates/topic.yaml", "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n");
    sandbox.write("organization.json", organization);
    sandbox.write("deployed.json", format!(r#"{{"stack_sets":[{}]}}"#, join(deployed)));
    sandbox
}

#[test]
fn the_page_names_no_address_and_forbids_every_request() {
    let page = Page::of_fixture().text();
    assert!(page.contains(r#"content="default-src 'none'; script-src 'sha256-"#), "no policy");
    for forbidden in ["http:", "https:", "src=", "url(", "@import", "innerHTML", "eval(", "fetch("] {
        // The name of an account holds an image; as data.
        let found = page.replace("\\u003cimg src=x", "").contains(forbidden);
        assert!(!found, "the page has {forbidden}");
    }
}

#[test]
fn names_that_are_html_reach_the_page_as_escaped_data() {
    let page = Page::of_fixture().text();
    assert!(page.contains(r"\u003c/script\u003e\u003cimg src=x onerror=alert(2)\u003e"));
    assert_eq!(page.matches("</script>").count(), 2, "the data's and the script's own");
}

#[test]
fn the_page_carries_sets_and_not_instances() {
    let size = |stack_sets| Page::of(vast(stack_sets)).text().len();
    let (few, many) = (size(10), size(40));
    // Each further stack set is ten thousand instances or so: even one byte for each would be more than this.
    assert!((many - few) / 30 < 6_000, "{few} bytes for 10 stack sets, {many} for 40");
}
