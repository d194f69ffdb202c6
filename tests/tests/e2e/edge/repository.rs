//! `publish --source git`, over repositories on this disk: their own, the user's, and the remote's.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::json;

use crate::edge::loopback::Reply;
use crate::edge::pipeline::{Ending, Played, play};
use crate::edge::runs;
use crate::plan;
use crate::sandbox::{Run, Sandbox};

const PUBLISH: &str = "publish --source git --organization snapshot.json";

/// A configuration in a repository of its own, whose remote is an empty one beside it.
struct Scene {
    sandbox: Sandbox,
    remote: PathBuf,
}

impl Scene {
    fn of(sandbox: Sandbox) -> Self {
        let organization: serde_json::Value =
            serde_json::from_str(&sandbox.read("organization.json")).expect("JSON");
        let deployed: serde_json::Value = serde_json::from_str(&sandbox.read("deployed.json")).expect("JSON");
        let organization = organization.get("organization").unwrap_or(&organization);
        let snapshot = json!({ "organization": organization, "deployed": deployed });
        sandbox.write("snapshot.json", snapshot.to_string());
        let remote = sandbox.file("remotes/acme/configuration.git");
        fs::create_dir_all(&remote).expect("a folder");
        git(&remote, "init --quiet --bare --initial-branch main .");
        git(sandbox.path(), "init --quiet --initial-branch work .");
        git(sandbox.path(), "config user.name Ada");
        git(sandbox.path(), "config user.email ada@example.com");
        git(sandbox.path(), &format!("remote add origin {}", remote.display()));
        Self { sandbox, remote }
    }

    /// One whose plan changes nothing that is destroyed.
    fn new() -> Self {
        let sandbox = plan::removing();
        sandbox.write("deployed.json", r#"{"stack_sets":[]}"#);
        Self::of(sandbox)
    }

    fn command(&self, url: &str, arguments: &str) -> Command {
        let mut command = runs::command(&self.sandbox, url, arguments);
        command.env("PATH", std::env::var_os("PATH").expect("a path"));
        command
    }

    fn run(&self, url: &str, arguments: &str) -> Run {
        runs::finish(&mut self.command(url, arguments), arguments, self.sandbox.path())
    }

    /// Puts a commit with one file on a branch of the remote, as somebody else would.
    fn others_push(&self, file: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        git(folder.path(), &format!("clone --quiet {} .", self.remote.display()));
        fs::write(folder.path().join(file), "theirs").expect("written");
        git(folder.path(), &format!("add {file}"));
        git(folder.path(), "-c user.name=B -c user.email=b@example.com commit --quiet -m theirs");
        git(folder.path(), "push --quiet origin HEAD:refs/heads/main");
        self.at_remote("rev-parse main")
    }

    fn at_remote(&self, arguments: &str) -> String {
        git(&self.remote, arguments)
    }
}

/// git on its own, which has to succeed.
fn git(folder: &Path, arguments: &str) -> String {
    let mut command = Command::new("git");
    command.args(arguments.split(' ')).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").expect("a path")).env("HOME", folder);
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "git {arguments}: {output:?}");
    String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
}

/// CfCT's pipeline, whose source is this repository, in the example's organization. It starts with the second
/// look at its executions.
fn pipeline(provider: &str, repository: &str, branch: &str) -> Played {
    let name = if provider == "CodeCommit" { "RepositoryName" } else { "FullRepositoryId" };
    let configuration = match provider {
        "S3" => json!({ "S3Bucket": "b", "S3ObjectKey": "custom-control-tower-configuration.zip" }),
        _ => json!({ name: repository, "BranchName": branch }),
    };
    let action = |name: &str, category: &str, provider: &str, configuration: serde_json::Value| {
        json!({ "name": name, "actions": [{ "name": name, "configuration": configuration, "actionTypeId":
            { "category": category, "owner": "AWS", "provider": provider, "version": "1" } }] })
    };
    let pipeline = json!({ "pipeline": {
        "name": "Custom-Control-Tower-CodePipeline",
        "roleArn": "arn:aws:iam::100000000001:role/x",
        "stages": [action("Source", "Source", provider, configuration), action("Build", "Build", "CodeBuild", json!({}))],
    }});
    let pipeline = pipeline.to_string();
    play(
        Ending::Succeeded,
        false,
        false,
        Box::new(move |operation, before| match operation {
            "GetCallerIdentity" => Some(Reply::xml(
                200,
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::100000000001:user/x</Arn>\
                 <UserId>x</UserId><Account>100000000001</Account></GetCallerIdentityResult>\
                 </GetCallerIdentityResponse>",
            )),
            "DescribeOrganization" => Some(Reply::json(
                200,
                r#"{"Organization":{"Id":"o-1234567890","MasterAccountId":"100000000001"}}"#,
            )),
            "GetPipeline" => Some(Reply::json(200, &pipeline)),
            "ListPipelineExecutions" if before == 0 => {
                Some(Reply::json(200, r#"{"pipelineExecutionSummaries":[]}"#))
            }
            _ => None,
        }),
    )
}

fn of_codecommit() -> Played {
    pipeline("CodeCommit", "configuration", "main")
}

#[test]
fn a_package_arrives_as_one_commit_with_the_bytes_that_the_zip_has() {
    let (scene, aws) = (Scene::new(), of_codecommit());
    let sandbox = &scene.sandbox;
    // What would make git write other bytes.
    git(sandbox.path(), "config core.autocrlf true");
    sandbox.write("scripts/.gitattributes", "* text=auto eol=crlf\n*.txt ident\n");
    sandbox.write("scripts/odd name\u{e4}.txt", "$Id$\r\nlines\n");
    sandbox.write(".gitignore", "scripts\n");
    sandbox.write("cfct.toml", "[package]\ninclude = [\"scripts/**\"]\n");
    let before = (git(sandbox.path(), "for-each-ref"), git(sandbox.path(), "status --porcelain"));
    let run = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    let said = &run.exits(0).stdout;
    assert!(said.starts_with("add manifest.yaml\n") && said.ends_with("configuration.git main\n"), "{said}");
    let record = sandbox.names().into_iter().find(|name| name.contains("releases/")).expect("a record");
    let digest = record.rsplit('/').next().and_then(|name| name.strip_suffix(".json")).expect("a digest");
    let message = scene.at_remote("log --format=%an%n%ae%n%B main");
    assert!(message.starts_with(&format!("Ada\nada@example.com\nPublish release {}\n", &digest[..12])));
    assert!(message.contains(&format!("Cfct-Release: {digest}\nCfct-Plan: ")), "{message}");
    let files = git(&scene.remote, "ls-tree -r --name-only -z main");
    let record: serde_json::Value = serde_json::from_str(&sandbox.read(&record)).expect("JSON");
    let packaged = record["files"].as_array().expect("files").iter();
    let packaged: Vec<(&str, &str)> = packaged
        .map(|file| (file["path"].as_str().expect("a path"), file["sha256"].as_str().expect("a digest")))
        .collect();
    let mut names: Vec<&str> = packaged.iter().map(|(path, _)| *path).collect();
    names.sort_unstable();
    assert_eq!(files.split_terminator('\0').collect::<Vec<_>>(), names);
    for (path, sha256) in packaged {
        let mut show = Command::new("git");
        let output = show.args(["show", &format!("main:{path}")]).current_dir(&scene.remote).output();
        assert_eq!(digest_of(&output.expect("git runs").stdout), sha256, "{path}");
    }
    let after = (git(sandbox.path(), "for-each-ref"), git(sandbox.path(), "status --porcelain"));
    assert_eq!(before.0, after.0, "the user's branches");
    assert_eq!(
        before.1.replace("?? target/\n", ""),
        after.1.replace("?? target/\n", "").replace("?? target/", "")
    );
    let tip = scene.at_remote("rev-parse main");
    let again = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    assert!(again.exits(0).stderr.contains("the same was published before: nothing starts"), "{again:#?}");
    assert_eq!((again.stdout.as_str(), scene.at_remote("rev-parse main")), ("", tip.clone()));
    sandbox.edit("templates/backup-role.yaml", "A topic", "Another topic");
    let second = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    assert!(second.exits(0).stdout.starts_with("change templates/backup-role.yaml\npush "), "{second:#?}");
    assert_eq!(scene.at_remote("rev-parse main~1"), tip, "it follows on what was there");
}

fn digest_of(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_run_that_a_push_starts_is_followed_to_its_end() {
    for (provider, name) in
        [("CodeCommit", "configuration"), ("CodeStarSourceConnection", "acme/configuration")]
    {
        let (scene, aws) = (Scene::new(), pipeline(provider, name, "deployed"));
        let run = scene.run(&aws.server.url, &format!("{PUBLISH} --interval 0.01"));
        let last = run.exits(0).stdout.lines().last().expect("a line");
        assert!(last.ends_with(": Succeeded"), "{run:#?}");
        assert_eq!(scene.at_remote("log --format=%an deployed"), "Ada", "the branch that the pipeline takes");
    }
}

#[test]
fn a_dry_run_says_what_it_would_do_and_pushes_nothing() {
    let (scene, aws) = (Scene::new(), of_codecommit());
    let dry = scene.run(&aws.server.url, &format!("{PUBLISH} --dry-run"));
    assert_eq!(scene.at_remote("for-each-ref"), "");
    let wet = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    let would: String = wet.exits(0).stdout.lines().map(|line| format!("would {line}\n")).collect();
    assert_eq!(dry.exits(0).stdout, would);
}

#[test]
fn what_destroys_something_is_pushed_with_its_plan_s_id_only() {
    let (scene, aws) = (Scene::of(plan::removing()), of_codecommit());
    let refused = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    refused.exits(5);
    scene.run(&aws.server.url, &format!("{PUBLISH} --dry-run")).exits(5);
    assert_eq!(scene.at_remote("for-each-ref"), "");
    let id = refused.stderr.rsplit("--confirm ").next().expect("an id").trim().to_owned();
    scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch --confirm {id}")).exits(0);
    assert!(scene.at_remote("log --format=%B main").contains(&format!("Cfct-Plan: {id}")));
}

#[test]
fn what_publishing_did_not_put_on_the_branch_goes_only_when_asked() {
    let (scene, aws) = (Scene::new(), of_codecommit());
    let theirs = scene.others_push("README.md");
    let refused = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    assert!(refused.exits(5).stderr.contains("did not put there: README.md"), "{refused:#?}");
    assert_eq!(scene.at_remote("rev-parse main"), theirs);
    scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch --replace")).exits(0);
    assert_eq!(scene.at_remote("rev-parse main~1"), theirs);
    assert!(!scene.at_remote("ls-tree -r --name-only main").contains("README.md"));
}

/// A hook at the remote lets somebody else be faster, on a branch that is there and on one that is not.
#[test]
fn who_was_overtaken_is_told_and_what_was_there_stays() {
    for is_there in [true, false] {
        let (scene, aws) = (Scene::new(), of_codecommit());
        scene.others_push("manifest.yaml");
        let faster = scene.others_push("templates.txt");
        git(&scene.remote, &format!("update-ref refs/heads/theirs {faster}"));
        match is_there {
            true => git(&scene.remote, "update-ref refs/heads/main main~1"),
            false => git(&scene.remote, "update-ref -d refs/heads/main"),
        };
        let hook = scene.remote.join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().expect("a parent")).expect("a folder");
        let script =
            format!("#!/bin/sh\nenv -u GIT_QUARANTINE_PATH git update-ref refs/heads/main {faster}\n");
        fs::write(&hook, script).expect("a hook");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
        let run = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch --replace"));
        let words = "error: somebody else pushed to main since the plan was made (commit ";
        assert!(
            run.exits(4).stderr.contains(words) && run.stderr.contains("hint: publish again"),
            "{run:#?}"
        );
        assert_eq!(scene.at_remote("rev-parse main"), faster);
    }
}

#[test]
fn of_two_at_once_one_is_told_or_both_agree() {
    let (scene, aws) = (Scene::new(), of_codecommit());
    let other = Scene::new();
    git(other.sandbox.path(), &format!("remote set-url origin {}", scene.remote.display()));
    let mut told = 0;
    for round in 0..4 {
        for (number, scene) in [&scene, &other].into_iter().enumerate() {
            let text = scene.sandbox.read("templates/backup-role.yaml");
            let line = text.lines().nth(1).expect("a description").to_owned();
            scene.sandbox.edit(
                "templates/backup-role.yaml",
                &line,
                &format!("Description: {round} of {number}"),
            );
        }
        let runs: Vec<Run> = thread::scope(|scope| {
            let publish = |scene: &Scene| scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
            let started = [&scene, &other].map(|scene| scope.spawn(move || publish(scene)));
            started.map(|run| run.join().expect("it ends")).into()
        });
        let done = runs.iter().filter(|run| run.exit == Some(0)).count();
        for run in runs.iter().filter(|run| run.exit != Some(0)) {
            told += 1;
            assert!(run.exits(4).stderr.contains("somebody else pushed to main since"), "{run:#?}");
        }
        assert!(done > 0, "{runs:#?}");
    }
    let commits = scene.at_remote("rev-list --count main").parse::<usize>().expect("a number");
    assert_eq!(commits + told, 8, "each run is on the branch, or was told that it is not");
    scene.at_remote("fsck --strict");
}

/// kill -9 at every start and end of git, by a git that does that to whoever started it.
#[test]
fn a_killed_run_ends_the_same_when_it_is_run_again() {
    let aws = of_codecommit();
    let run = |scene: &Scene, at: Option<(usize, &str)>| {
        let folder = scene.sandbox.file("bin");
        fs::create_dir_all(&folder).expect("a folder");
        let count = scene.sandbox.file("bin/count");
        fs::write(&count, "0").expect("a count");
        let script = "#!/bin/sh\nn=$(cat \"$COUNT\")\necho $((n + 1)) > \"$COUNT\"\n\
                      [ \"$n $MOMENT\" = \"$AT before\" ] && kill -9 $PPID && exit 1\n\
                      PATH=$REAL git \"$@\"\nstatus=$?\n\
                      [ \"$n $MOMENT\" = \"$AT after\" ] && kill -9 $PPID\nexit $status\n";
        fs::write(folder.join("git"), script).expect("a script");
        fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).expect("executable");
        let path = std::env::var("PATH").expect("a path");
        let mut command = scene.command(&aws.server.url, &format!("{PUBLISH} --no-watch"));
        command.env("PATH", format!("{}:{path}", folder.display())).env("REAL", &path).env("COUNT", &count);
        let (at, moment) = at.map_or((String::new(), ""), |(at, moment)| (at.to_string(), moment));
        command.env("AT", at).env("MOMENT", moment);
        let run = runs::finish(&mut command, PUBLISH, scene.sandbox.path());
        let calls: usize = fs::read_to_string(&count).expect("a count").trim().parse().expect("a number");
        (run, calls)
    };
    let undisturbed = Scene::new();
    let (whole, calls) = run(&undisturbed, None);
    whole.exits(0);
    let tree = undisturbed.at_remote("rev-parse main^{tree}");
    for at in 0..calls {
        for moment in ["before", "after"] {
            let scene = Scene::new();
            assert_eq!(run(&scene, Some((at, moment))).0.exit, None, "it is killed {moment} {at}");
            run(&scene, None).0.exits(0);
            assert_eq!(scene.at_remote("rev-parse main^{tree}"), tree, "killed {moment} {at}");
            assert_eq!(scene.at_remote("rev-list --count main"), "1", "killed {moment} {at}");
            scene.at_remote("fsck --strict");
        }
    }
    println!("publish --source git: {} boundaries of {calls} runs of git", calls * 2);
    assert!(calls >= 7, "{calls}");
}

#[test]
fn without_git_that_is_one_sentence() {
    let (scene, aws) = (Scene::new(), of_codecommit());
    let mut command = scene.command(&aws.server.url, PUBLISH);
    let run = runs::finish(command.env("PATH", scene.sandbox.path()), PUBLISH, scene.sandbox.path());
    run.exits(3).complains("error: git is not installed\nhint: install git");
}

#[test]
fn what_is_wrong_with_the_place_is_said_and_nothing_is_pushed() {
    let cases: [(&str, Played, &str, i32, &str); 8] = [
        ("", pipeline("S3", "", ""), "", 4, "takes its source from S3\nhint: leave out --source git"),
        ("", pipeline("CodeCommit", "other", "main"), "", 4, "takes its source from other, not from "),
        ("", of_codecommit(), "[source]\nbranch = \"work\"\n", 4, "takes the branch main, not work"),
        ("", of_codecommit(), "[source]\nremote = \"upstream\"\n", 3, "there is no remote `upstream` around"),
        ("", of_codecommit(), "[source]\nremote = \"--upload-pack=x\"\n", 1, "names no remote of git"),
        (
            "",
            of_codecommit(),
            "[source]\nremote = \"https://me:hunter2@127.0.0.1:9/acme/configuration.git\"\n",
            4,
            "git ls-remote failed: unable to access 'https://127.0.0.1:9/acme/configuration.git/'",
        ),
        ("", of_codecommit(), "[source]\nremote = \"nowhere/configuration\"\n", 4, "git ls-remote failed: "),
        ("--rollback 0123", of_codecommit(), "", 2, "a repository keeps its own history\nhint: check out"),
    ];
    for (arguments, aws, settings, exit, words) in cases {
        let scene = Scene::new();
        scene.sandbox.write("cfct.toml", settings);
        let run = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch {arguments}"));
        run.exits(exit);
        assert!(run.stderr.contains(words) || run.stdout.contains(words), "{words}: {run:#?}");
        assert!(!run.stderr.contains("hunter2"), "{run:#?}");
        assert_eq!(scene.at_remote("for-each-ref"), "", "{words}");
    }
}

#[test]
fn what_the_remote_refuses_is_said_in_its_words() {
    let (scene, aws) = (Scene::new(), of_codecommit());
    let hook = scene.remote.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().expect("a parent")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\nexit 1\n").expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
    let run = scene.run(&aws.server.url, &format!("{PUBLISH} --no-watch"));
    assert!(run.exits(4).stderr.contains("error: git push failed: [remote rejected]"), "{run:#?}");
    assert!(run.stderr.contains("pre-receive hook declined"), "{run:#?}");
}
