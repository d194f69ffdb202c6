//! `package`: what is written, when nothing is.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::binaries::Binary;
use crate::sandbox::{Run, Sandbox};
use crate::snapshot;

const BUCKET: &str = "target/cfct/artifact-bucket";
const ZIP: &str = "target/cfct/artifact-bucket/custom-control-tower-configuration.zip";

/// Bytes that do not compress, so that packing them takes time and space.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

/// The files in the bucket.
fn objects(sandbox: &Sandbox) -> Vec<String> {
    let names = sandbox.names().into_iter().filter(|name| sandbox.file(name).is_file());
    names.filter_map(|name| Some(name.strip_prefix(BUCKET)?.trim_start_matches('/').to_owned())).collect()
}

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
    assert!(second.stderr.contains(", the same as before\n"), "{second:#?}");
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

#[test]
fn both_binaries_write_the_same_bytes() {
    let [cfct, xtask] = Binary::ALL.map(|binary| {
        let sandbox = Sandbox::clean();
        let run = sandbox.run(binary, "package");
        run.exits(0);
        (run.stdout, fs::read(sandbox.file(ZIP)).expect("a zip"))
    });
    assert_eq!(cfct, xtask);
}

#[test]
fn settings_decide_what_is_an_error_and_what_is_included() {
    let sandbox = Sandbox::clean();
    sandbox.write("scripts/run.sh", "echo\n");
    sandbox.write("templates/server.pem", "not a key\n");
    sandbox.write(
        "cfct.toml",
        "bucket = \"my-bucket\"\n[package]\ninclude = [\"scripts/**\", \"nothing/**\"]\n\
         [levels]\npackage-secret-file = \"error\"\n",
    );
    sandbox.cfct("package").exits(1);
    sandbox.edit("cfct.toml", "\"error\"", "\"note\"");
    let run = sandbox.cfct("package --out bucket");
    run.exits(0);
    for said in [
        "warning: `include` of cfct.toml has `nothing/**`, which matches no file\n",
        "left out templates/server.pem: looks like a secret\n",
        "packaged 3 files, ",
        "next: `publish` puts it where the pipeline takes it from\n",
    ] {
        assert!(run.stderr.contains(said), "{said:?} {run:#?}");
    }
}

/// A limit on the size of files stands for a disk that fills up in the middle.
#[test]
fn a_write_that_fails_midway_leaves_the_old_package() {
    let sandbox = Sandbox::clean();
    sandbox.cfct("package").exits(0);
    let before = (objects(&sandbox), fs::read(sandbox.file(ZIP)).expect("a zip"));
    sandbox.write("templates/noise.bin", noise(256 << 10));
    let cfct = Binary::Cfct.path();
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" package"])
        .arg(cfct)
        .current_dir(sandbox.path())
        .output()
        .expect("sh runs");
    let run = Run::new("package".to_owned(), &output, sandbox.path());
    run.exits(3);
    assert_eq!(run.stderr, format!("error: cannot write {ZIP}: file too large\n"));
    assert_eq!((objects(&sandbox), fs::read(sandbox.file(ZIP)).expect("a zip")), before);
}

#[test]
fn this_repository_packages_its_own_configuration() {
    let sandbox = Sandbox::empty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let arguments = ["package", "--config", root.to_str().expect("UTF-8"), "--out", "bucket"];
    let output = sandbox.command(Binary::Cfct, &arguments).output().expect("cfct runs");
    Run::new("package".to_owned(), &output, sandbox.path()).exits(0);
}

#[test]
fn backup_policies_travel_where_an_organization_is_given() {
    let sandbox = Sandbox::empty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let package = |more: &[&str]| {
        let root = root.to_str().expect("UTF-8");
        let arguments = [&["package", "--config", root, "--out", "bucket"], more].concat();
        let output = sandbox.command(Binary::Cfct, &arguments).output().expect("cfct runs");
        Run::new("package".to_owned(), &output, sandbox.path())
    };
    let without = package(&[]);
    without.exits(0);
    assert!(without.stderr.contains("warning[generated-without-organization]"), "{without:#?}");

    sandbox.write("organization.json", include_str!("../../../examples/organization.json"));
    let with = package(&["--organization", "organization.json"]);
    with.exits(0);
    assert!(!with.stderr.contains("generated-without-organization"), "{with:#?}");
    let said = "generated templates/generated/backup-policies.json, and a resource for it in the manifest\n";
    assert!(with.stderr.contains(said), "{with:#?}");
    let record = with.stdout.lines().next().expect("a record");
    assert!(sandbox.read(record).contains("\"generated\": true"), "{with:#?}");
}
