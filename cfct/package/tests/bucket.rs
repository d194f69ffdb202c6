//! The bucket is whole at every moment, whatever happens to the process or to the disk.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use support::{ZIP, assert_whole, configuration, objects, partial, run};
use tempfile::TempDir;

const CHILD_FOLDER: &str = "CFCT_TEST_CHILD_FOLDER";
const CHILD_OUT: &str = "CFCT_TEST_CHILD_OUT";

/// What [`spawn`] runs in a process of its own: packages again and again, each time something else.
#[test]
fn child_packages_until_it_is_killed() {
    let (Some(folder), Some(out)) = (std::env::var_os(CHILD_FOLDER), std::env::var_os(CHILD_OUT)) else {
        return;
    };
    let (folder, out) = (Path::new(&folder), Path::new(&out));
    for round in 0.. {
        let process = std::process::id();
        let template = format!("Resources: {{}}\n# {process} {round}\n");
        fs::write(folder.join("templates/role.yaml"), template).expect("template");
        run(folder, out).expect("packaged");
    }
}

fn spawn(folder: &Path, out: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "child_packages_until_it_is_killed"])
        .env(CHILD_FOLDER, folder)
        .env(CHILD_OUT, out)
        .stdout(Stdio::null())
        .spawn()
        .expect("a process")
}

#[test]
fn a_kill_at_any_moment_leaves_the_bucket_whole() {
    const ROUNDS: u64 = 40;
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    run(folder.path(), bucket.path()).expect("packaged");
    let mut midway = 0;
    for round in 0..ROUNDS {
        let before = fs::read(bucket.path().join(ZIP)).expect("a zip");
        let mut child = spawn(folder.path(), bucket.path());
        // Once it is at work, it is killed at moments spread over several packages.
        while fs::read(bucket.path().join(ZIP)).expect("a zip") == before {
            assert!(child.try_wait().expect("a child").is_none(), "the child ended by itself");
            thread::sleep(Duration::from_micros(500));
        }
        thread::sleep(Duration::from_micros(round * 7_919 % 9_000));
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert_whole(bucket.path());
        midway += usize::from(!partial(bucket.path()).is_empty());
    }
    assert!(midway > 0, "no kill out of {ROUNDS} came in the middle");
    run(folder.path(), bucket.path()).expect("packaged");
    assert!(partial(bucket.path()).is_empty(), "the next run removes what is left");
    assert_whole(bucket.path());
}

#[test]
fn two_at_once_both_end_well() {
    let (one, other, bucket) = (configuration(), configuration(), TempDir::new().expect("folder"));
    fs::write(other.path().join("templates/role.yaml"), "Resources: {A: {}}\n").expect("edit");
    thread::scope(|scope| {
        let packagers: Vec<_> = [&one, &other, &one, &other]
            .into_iter()
            .map(|folder| scope.spawn(|| run(folder.path(), bucket.path())))
            .collect();
        for packager in packagers {
            packager.join().expect("no panic").expect("packaged");
        }
    });
    assert_whole(bucket.path());
    assert_eq!(objects(bucket.path()).len(), 3);
    assert!(partial(bucket.path()).is_empty());
}

#[test]
fn leftovers_are_removed_and_other_files_stay() {
    let (folder, bucket) = (configuration(), TempDir::new().expect("folder"));
    let left = format!("{}abc", cfct_package::PARTIAL_PREFIX);
    fs::create_dir(bucket.path().join("releases")).expect("folder");
    for name in [left.as_str(), &format!("releases/{left}"), "notes.txt"] {
        fs::write(bucket.path().join(name), "x").expect("file");
    }
    run(folder.path(), bucket.path()).expect("packaged");
    assert!(partial(bucket.path()).is_empty());
    assert!(bucket.path().join("notes.txt").exists());
}

#[test]
fn what_stands_in_the_way_is_named() {
    type Spoil = fn(&Path);
    let cases: [(&str, Spoil, &str); 3] = [
        ("file", |out| fs::write(out, "").expect("file"), "cannot create the folder OUT"),
        (
            "folder in place of the zip",
            |out| fs::create_dir_all(out.join(ZIP).join("x")).expect("folder"),
            "cannot write OUT/custom-control-tower-configuration.zip: ",
        ),
        (
            "file in place of the releases",
            |out| {
                fs::create_dir_all(out).expect("folder");
                fs::write(out.join("releases"), "").expect("file");
            },
            "cannot create the folder OUT/releases: ",
        ),
    ];
    let folder = configuration();
    for (case, spoil, expected) in cases {
        let place = TempDir::new().expect("folder");
        let out = place.path().join("bucket");
        spoil(&out);
        let error = run(folder.path(), &out).expect_err(case);
        let message = error.to_string().replace(&out.display().to_string(), "OUT");
        assert!(message.starts_with(expected), "{case}: {message}");
        assert!(error.hint().expect("a hint").contains("--out"), "{case}");
    }
}

#[test]
fn a_bucket_among_the_packaged_files_is_refused() {
    let folder = configuration();
    for inside in ["templates", "templates/deep/bucket", "parameters/../add-on/x"] {
        let error = run(folder.path(), &folder.path().join(inside)).expect_err(inside);
        assert!(error.to_string().ends_with("lies among the files that are packaged"), "{error}");
    }
    run(folder.path(), &folder.path().join("target/cfct/artifact-bucket")).expect("beside them is fine");
}

/// Needs the right to mount; where that is missing, a limit on the size of files does in the end-to-end tests
/// what a full disk does here.
#[test]
fn a_full_disk_leaves_the_bucket_as_it_was() {
    let (folder, disk) = (configuration(), TempDir::new().expect("folder"));
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=32k", "none"])
        .arg(disk.path())
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|status| status.success()) {
        eprintln!("not run: no right to mount a small disk");
        return;
    }
    let bucket = disk.path().join("bucket");
    run(folder.path(), &bucket).expect("packaged");
    let before = objects(&bucket);
    // Does not compress.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(64 << 10)
    .collect();
    fs::write(folder.path().join("templates/noise.bin"), noise).expect("file");
    let error = run(folder.path(), &bucket).expect_err("full");
    let after = objects(&bucket);
    let unmount = Command::new("umount").arg(disk.path()).status().expect("umount");
    assert!(unmount.success());
    assert!(error.to_string().ends_with("no space left on device"), "{error}");
    assert!(error.to_string().contains(ZIP), "{error}");
    assert!(error.hint().expect("a hint").contains("untouched"));
    assert_eq!(before, after);
}
