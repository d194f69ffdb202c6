//! The page of a plan in a headless Chromium. Only with the feature `browser`, which `cargo xtask test` turns on
//! where it finds Chromium, and says so where it finds none.

use std::path::PathBuf;
use std::{env, fs};

use crate::chromium::Chromium;
use crate::plan_html::{Page, vast};
use crate::snapshot;

fn open(page: &Page, fragment: &str) -> Chromium {
    Chromium::open(&page.sandbox.file("plan.html"), fragment)
}

#[test]
fn the_page_shows_the_plan_and_complains_of_nothing() {
    let page = Page::of_fixture();
    let mut browser = open(&page, "");
    let outline = browser.texts("body").concat();
    snapshot::assert_text("plan/page", &outline.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"));
    assert_eq!(browser.complaints, <[String; 0]>::default());
    assert_eq!(browser.fetched.len(), 1, "more than the page itself: {:?}", browser.fetched);
    assert_eq!(browser.value("document.querySelectorAll('img').length"), 0, "a name became an element");
}

#[test]
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
        let mut browser = open(&page, fragment);
        assert_eq!(browser.texts("#tree .name"), expected, "{fragment}");
        assert_eq!(browser.complaints, <[String; 0]>::default());
    }
}

#[test]
fn an_account_shows_what_it_gets_and_why() {
    let mut browser = open(&Page::of_fixture(), "#account=100000000002");
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
fn the_tree_is_walked_by_keys() {
    let mut browser = open(&Page::of_fixture(), "");
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
fn a_table_sorts_by_the_column_that_is_pressed() {
    let mut browser = open(&Page::of_fixture(), "");
    let names = "#stack-sets tbody th";
    assert_eq!(browser.texts(names)[0], "CustomControlTower-legacy-keys", "removals first");
    for (column, expected) in [(3, "backup-role"), (0, "alarm-topic"), (0, "uneven")] {
        browser.value(&format!("document.querySelectorAll('#stack-sets thead button')[{column}].click()"));
        assert_eq!(browser.texts(names)[0], expected, "column {column}");
    }
}

#[test]
fn the_page_fits_a_phone_and_knows_the_dark() {
    let page = Page::of_fixture();
    let mut browser = open(&page, "#account=100000000007");
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
fn the_page_looks_as_it_did() {
    for scheme in ["light", "dark"] {
        let mut browser = open(&Page::of_fixture(), "#account=100000000007");
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
fn ten_thousand_accounts_cost_little_until_they_are_looked_at() {
    let page = Page::of(vast(100));
    let mut browser = open(&page, "");
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
