//! `explain`: a code's page, and the index.

use crate::sandbox::Sandbox;

#[test]
fn a_code_is_explained_without_a_repository() {
    let run = Sandbox::empty().cfct("explain yaml-syntax");
    run.exits(0);
    assert!(run.stdout.starts_with("# yaml-syntax\n"), "{run:#?}");
    assert!(
        run.stdout.ends_with(
            "\nLevel: error\nStage: build-yaml (CfCT fails in Build: the manifest cannot be read)\n"
        )
    );
}

#[test]
fn the_index_has_a_line_a_code() {
    let run = Sandbox::empty().cfct("explain");
    run.exits(0);
    assert_eq!(run.stdout.lines().count(), cfct_core::registry::codes().count());
}

#[test]
fn an_unknown_code_gets_the_nearest_one() {
    Sandbox::empty()
        .cfct("explain yaml-sintax")
        .exits(2)
        .complains("error: no finding has the code `yaml-sintax`\nhint: did you mean `yaml-syntax`?\n");
}
