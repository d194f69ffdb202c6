//! `watch` on a terminal, which util-linux's `script` plays: the tree, drawn anew, and the question of an approval.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::binaries::Binary;
use crate::edge::pipeline::{Ending, Played, play};
use crate::edge::runs;
use crate::sandbox::Sandbox;

/// What stands on the terminal in the end, escapes included, and the exit code; `typed` is typed ahead.
fn on_a_terminal(played: &Played, arguments: &str, typed: &str) -> (String, Option<i32>) {
    let sandbox = Sandbox::clean();
    let line = format!("{} {arguments}", Binary::Cfct.path().display());
    let prepared = runs::command(&sandbox, &played.server.url, "");
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command.current_dir(sandbox.path()).env_clear();
    command.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
        .env("PATH", std::env::var_os("PATH").expect("a path"))
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("script runs");
    let mut keyboard = child.stdin.take().expect("its input");
    keyboard.write_all(typed.as_bytes()).expect("typed");
    let output = child.wait_with_output().expect("it ends");
    drop(keyboard);
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

#[test]
fn a_run_is_a_tree_that_is_drawn_anew_until_it_ends() {
    let played = play(Ending::Succeeded, false, false, Box::new(|_, _| None));
    let (shown, exit) = on_a_terminal(&played, "watch --interval 0.3", "");
    assert_eq!(exit, Some(0), "{shown}");
    assert!(shown.matches("\u{1b}[2K").count() > 10, "lines are drawn over: {shown:?}");
    assert!(shown.contains("create 2 of 3 instances"), "what is at work is told: {shown}");
    assert!(!shown.contains("Source / Source: succeeded"), "no lines of events: {shown}");
    let last = shown.rsplit("\u{1b}[2K").next().expect("the end");
    for done in ["Custom-Control-Tower-CodePipeline", "Source", "Build", "CustomControlTower-vault"] {
        assert!(last.contains(&format!("\u{2713} {done}")), "{done} stays: {last}");
    }
}

#[test]
fn an_approval_is_asked_for_and_answered_on_the_spot() {
    for (typed, status, words) in [("yes\n", "Approved", "approved"), ("reject\n", "Rejected", "rejected")] {
        let played = play(Ending::Succeeded, true, false, Box::new(|_, _| None));
        let (shown, exit) = on_a_terminal(&played, "watch --interval 0.3", typed);
        assert_eq!(exit, Some(0), "{shown}");
        assert!(shown.contains("the run waits for an approval: `yes` approves"), "{shown}");
        assert!(shown.contains(&format!("ManualApproval: {words}")), "{shown}");
        let answers = played.answers.lock().expect("a lock").clone();
        assert!(answers.len() == 1 && answers[0].contains(status), "{answers:?}");
    }
}
