//! The HTML face of a plan. What only a browser can tell is ignored here, and run by `cargo xtask test` in a
//! headless Chromium, which it finds or says it has not.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::chromium::Chromium;
use crate::sandbox::Sandbox;
use crate::snapshot;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plan-page");

/// A page in a folder of its own.
struct Page {
    sandbox: Sandbox,
}

impl Page {
    /// The plan of the fixture: removals, a rename, a hole, an orphan policy, and names that are HTML.
    fn of_fixture() -> Self {
        let sandbox = Sandbox::empty();
        copy(Path::new(FIXTURE), sandbox.path());
        Self::of(sandbox)
    }

    fn of(sandbox: Sandbox) -> Self {
        let run =
            sandbox.cfct("plan --organization organization.json --deployed deployed.json --format html");
        assert!(matches!(run.exit, Some(0 | 5)), "{}", run.stderr);
        sandbox.write("plan.html", &run.stdout);
        Self { sandbox }
    }

    fn path(&self) -> PathBuf {
        self.sandbox.file("plan.html")
    }

    fn text(&self) -> String {
        self.sandbox.read("plan.html")
    }

    fn open(&self, fragment: &str) -> Chromium {
        Chromium::open(&self.path(), fragment)
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
fn vast(stack_sets: usize) -> Sandbox {
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

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn the_page_shows_the_plan_and_complains_of_nothing() {
    let page = Page::of_fixture();
    let mut browser = page.open("");
    let outline = browser.texts("body").concat();
    snapshot::assert_text("plan/page", &outline.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"));
    assert_eq!(browser.complaints, <[String; 0]>::default());
    assert_eq!(browser.fetched.len(), 1, "more than the page itself: {:?}", browser.fetched);
    assert_eq!(browser.value("document.querySelectorAll('img').length"), 0, "a name became an element");
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn a_search_leaves_what_matches_and_the_way_to_it() {
    let page = Page::of_fixture();
    for (fragment, expected) in [
        ("#q=SHOP-prod", &["Root", "Workloads", "Prod", "shop-prod"][..]),
        ("#q=100000000006", &["Root", "Sandbox", "playground"]),
        ("#q=workloads:test", &["Root", "Workloads", "Test", "shop-test"]),
        ("#q=nobody", &[]),
        ("#show=removals&q=prod", &["Root", "Workloads", "Prod", "shop-prod", "payments-prod"]),
        (
            "#show=removals",
            &[
                "Root",
                "Sandbox",
                "playground",
                "Workloads",
                "Prod",
                "shop-prod",
                "payments-prod",
                "Not in the organization",
                "199999999999",
            ],
        ),
    ] {
        let mut browser = page.open(fragment);
        assert_eq!(browser.texts("#tree .name"), expected, "{fragment}");
        assert_eq!(browser.complaints, <[String; 0]>::default());
    }
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn an_account_shows_what_it_gets_and_why() {
    let mut browser = Page::of_fixture().open("#account=100000000002");
    let details = browser.texts("#details").concat();
    for expected in [
        "shop-prod",
        "CustomControlTower-legacy-keys",
        "because of Workloads:Prod manifest.yaml:9",
        "guard-backups",
    ] {
        assert!(details.contains(expected), "no {expected} in\n{details}");
    }
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn the_tree_is_walked_by_keys() {
    let mut browser = Page::of_fixture().open("");
    let focused = "document.activeElement.querySelector('.name')?.innerText ?? document.activeElement.id";
    browser.press(&["/"]);
    assert_eq!(browser.value(focused), "search");
    browser.press(&["p", "r", "o", "d", "ArrowDown"]);
    assert_eq!(browser.texts("#tree .name"), ["Root", "Workloads", "Prod", "shop-prod", "payments-prod"]);
    assert_eq!(browser.value(focused), "Root");
    for (keys, expected) in [
        (&["ArrowDown", "ArrowDown"][..], "Prod"),
        (&["ArrowRight"], "shop-prod"),
        (&["ArrowLeft"], "Prod"),
        (&["End"], "payments-prod"),
        (&["s"], "shop-prod"),
        (&["Home"], "Root"),
        (&["ArrowLeft"], "Root"),
    ] {
        browser.press(keys);
        assert_eq!(browser.value(focused), expected, "{keys:?}");
    }
    assert_eq!(browser.texts("#tree .name"), ["Root"], "ArrowLeft folds");
    browser.press(&["ArrowRight", "End", "Enter"]);
    assert_eq!(browser.texts("#details h3"), ["payments-prod"]);
    browser.press(&["Escape"]);
    assert_eq!(browser.value("document.getElementById('details').hidden"), true);
    assert_eq!(browser.complaints, <[String; 0]>::default());
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn a_table_sorts_by_the_column_that_is_pressed() {
    let mut browser = Page::of_fixture().open("");
    let names = "#stack-sets tbody th";
    assert_eq!(browser.texts(names)[0], "CustomControlTower-legacy-keys", "removals first");
    for (column, expected) in [(3, "backup-role"), (0, "alarm-topic"), (0, "uneven")] {
        browser.value(&format!("document.querySelectorAll('#stack-sets thead button')[{column}].click()"));
        assert_eq!(browser.texts(names)[0], expected, "column {column}");
    }
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn the_page_fits_a_phone_and_knows_the_dark() {
    let page = Page::of_fixture();
    let mut browser = page.open("#account=100000000007");
    let back = "getComputedStyle(document.documentElement).backgroundColor";
    let mut backs = Vec::new();
    for (name, width, height, scheme) in
        [("light", 1280, 1600, "light"), ("dark", 1280, 1600, "dark"), ("phone", 390, 844, "light")]
    {
        browser.look(width, height, scheme);
        backs.push(browser.value(back));
        let wide = browser.value("document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= width.into()), "{name} is {wide} wide");
        keep(name, &browser.screenshot());
    }
    assert_ne!(backs[0], backs[1]);
    assert_eq!(backs[0], backs[2]);
}

/// Fonts differ from machine to machine, so pixels are not compared, but where on the page there is something.
#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn the_page_looks_as_it_did() {
    for scheme in ["light", "dark"] {
        let mut browser = Page::of_fixture().open("#account=100000000007");
        browser.look(1280, 1600, scheme);
        let screenshot = browser.screenshot();
        let seen = browser.ink(&screenshot);
        let name = format!("plan/page-{scheme}");
        let kept = snapshot::read(&name);
        let differing = kept.chars().zip(seen.chars()).filter(|(kept, seen)| kept != seen).count();
        // A tenth of the squares: a line of text may come to stand in the next row of squares.
        if kept.len() != seen.len() || differing * 10 > seen.len() {
            snapshot::assert_text(&name, &seen);
        }
    }
}

/// Keeps a screenshot, as base64, in the folder that `CFCT_SCREENSHOTS` names.
fn keep(name: &str, screenshot: &str) {
    assert!(screenshot.len() > 10_000, "{name} is empty");
    if let Some(folder) = env::var_os("CFCT_SCREENSHOTS") {
        fs::write(PathBuf::from(folder).join(format!("plan-{name}.png.base64")), screenshot).expect("a file");
    }
}

#[test]
#[ignore = "needs Chromium: `cargo xtask test` runs it"]
fn ten_thousand_accounts_cost_little_until_they_are_looked_at() {
    let page = Page::of(vast(100));
    let mut browser = page.open("");
    let elements = "document.querySelectorAll('*').length";
    eprintln!(
        "{} bytes, first render after {} ms, {} elements",
        page.text().len(),
        browser.value("document.documentElement.dataset.rendered"),
        browser.value(elements)
    );
    assert!(browser.value(elements).as_u64().is_some_and(|count| count < 3_000));
    let took = browser.value(
        "(() => { const start = performance.now(); const search = document.getElementById('search');
           search.value = 'account-7'; search.dispatchEvent(new Event('input')); return Math.round(performance.now() - start); })()",
    );
    eprintln!("a search took {took} ms");
    assert_eq!(browser.texts("#matches"), ["1,111 accounts of 10,000 accounts"]);
    browser.value("document.getElementById('unfold').click()");
    assert!(browser.value(elements).as_u64().is_some_and(|count| count < 20_000));
    assert_eq!(browser.complaints, <[String; 0]>::default());
}
