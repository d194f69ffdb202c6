//! `package`: what is written, when nothing is.

use crate::sandbox::Sandbox;
use crate::snapshot;

const BUCKET: &str = "target/cfct/artifact-bucket";

#[test]
fn the_bucket_s_objects_are_listed_and_the_zip_is_the_last() {
    let sandbox = Sandbox::clean();
    let run = sandbox.cfct("package");
    run.exits(0);
    let objects: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(objects.len(), 2, "{run:#?}");
    assert!(objects[0].starts_with(&format!("{BUCKET}/releases/")) && objects[0].ends_with(".json"));
    assert_eq!(objects[1], format!("{BUCKET}/custom-control-tower-configuration.zip"));
    assert!(objects.iter().all(|object| sandbox.file(object).is_file()), "{run:#?}");
}

#[test]
fn talk_is_for_a_person_and_quiet_leaves_it_out() {
    let sandbox = Sandbox::clean();
    sandbox.write("templates/.backup-role.yaml.swp", "an editor's");
    let stderr = sandbox.cfct("package").stderr;
    snapshot::assert_text("package/talk", &stderr);
    let quiet = sandbox.cfct("package --quiet");
    quiet.exits(0);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn the_same_configuration_gives_the_same_bucket() {
    let sandbox = Sandbox::clean();
    let first = sandbox.cfct("package");
    let second = sandbox.cfct("package");
    assert_eq!(first.stdout, second.stdout);
    assert!(second.stderr.ends_with(", the same as before\n"), "{second:#?}");
}

#[test]
fn errors_are_shown_and_nothing_is_written() {
    let sandbox = Sandbox::faulty();
    let before = sandbox.names();
    let run = sandbox.cfct("package");
    run.exits(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("error[manifest-unknown-key]"), "{run:#?}");
    assert!(run.stderr.ends_with("error: nothing is packaged: 2 errors\n"), "{run:#?}");
    assert_eq!(sandbox.names(), before);
}

#[test]
fn another_folder_can_be_the_bucket() {
    let sandbox = Sandbox::clean();
    sandbox.cfct("package --out build/bucket").exits(0);
    assert!(sandbox.file("build/bucket/custom-control-tower-configuration.zip").is_file());
}

#[test]
fn a_file_in_the_place_of_the_bucket_is_an_error() {
    let sandbox = Sandbox::clean();
    sandbox.write("bucket", "");
    sandbox
        .cfct("package --out bucket")
        .exits(3)
        .complains("error: cannot create the folder bucket/releases: ");
}

#[test]
fn a_missing_configuration_is_an_error() {
    Sandbox::empty().cfct("package --config absent").exits(3).complains("error: no such folder: absent\n");
}
