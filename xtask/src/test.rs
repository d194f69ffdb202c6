//! `cargo xtask test`: every test there is, with its own set-up.

use std::fs::File;
use std::process::Command;
use std::time::Instant;

use cfct_core::portfolio;
use cfct_core::source::PackagePath;

use crate::chromium;
use crate::failure::Failure;
use crate::mutation::{self, Mutate};
use crate::report;
use crate::repository::Repository;
use crate::tools::{self, BOTO3, CFN_LINT, FAKECLOUD, IAM_SIMULATE, MOTO, Unavailable};

enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

type Step = fn(&Repository) -> Outcome;

const STEPS: &[(&str, Step)] = &[
    ("tests of the workspace", cargo_tests),
    ("examples in the documentation", doc_tests),
    ("plan in a browser", plan_in_a_browser),
    ("commands at the AWS edge, over moto", edge_over_moto),
    ("ports to AWS, over fakecloud", edge_over_fakecloud),
    ("cfn-lint on every template", cfn_lint),
    ("IAM decisions beside iam-simulate", iam_simulate),
    ("this repository's own configuration", own_configuration),
    ("mutants of the configuration", mutants),
    ("the package on an emulated organization", emulated),
];

/// Runs every step, and says at the end how each went.
pub fn run() -> Result<(), Failure> {
    let repository = Repository::open()?;
    let mut rows = Vec::new();
    for (name, step) in STEPS {
        report::heading(name);
        let start = Instant::now();
        let outcome = step(&repository);
        rows.push((*name, outcome, start.elapsed().as_secs_f64()));
    }
    report::heading("summary");
    let (mut failed, mut missed) = (0, 0);
    for (name, outcome, seconds) in &rows {
        let (word, detail) = match outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Failed(detail) => ("FAILED", detail.as_str()),
            Outcome::NotRun(detail) => ("NOT RUN", detail.as_str()),
        };
        failed += usize::from(matches!(outcome, Outcome::Failed(_)));
        missed += usize::from(matches!(outcome, Outcome::NotRun(_)));
        report::say(&format!(
            "{word:>8}  {name} ({seconds:.1} s){}{detail}",
            if detail.is_empty() { "" } else { ": " }
        ));
    }
    if failed > 0 {
        return Err(Failure::new(format!("{failed} of {} steps failed", rows.len())));
    }
    if missed > 0 && tools::in_ci() {
        let hint = "with CI=true every step must run";
        return Err(Failure::new(format!("{missed} of {} steps were not run", rows.len())).hint(hint));
    }
    Ok(())
}

fn cargo_tests(repository: &Repository) -> Outcome {
    let has_nextest = repository
        .cargo()
        .args(["nextest", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    let mut command = repository.cargo();
    if has_nextest {
        command.args([
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--status-level",
            "fail",
        ]);
    } else {
        command.args(["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    status_of(&mut command)
}

fn doc_tests(repository: &Repository) -> Outcome {
    status_of(repository.cargo().args(["test", "--workspace", "--locked", "--doc", "--quiet"]))
}

/// The tests that ordinary runs leave out because they need Chromium.
fn plan_in_a_browser(repository: &Repository) -> Outcome {
    let chromium = match chromium::path() {
        Ok(chromium) => chromium,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    let mut tests = repository.cargo();
    tests.args(["test", "--locked", "--package", "cfct-tests", "--features", "browser", "--test", "e2e"]);
    tests.args(["--", "plan_in_browser", "--test-threads", "2"]).env("CFCT_CHROMIUM", chromium);
    status_of(&mut tests)
}

/// The tests that ordinary runs leave out because they need an emulator of AWS.
fn edge_over_moto(repository: &Repository) -> Outcome {
    let moto = match MOTO.folder() {
        Ok(moto) => moto,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    status_of(edge_tests(repository, "over_moto").env("CFCT_MOTO", moto))
}

fn edge_over_fakecloud(repository: &Repository) -> Outcome {
    let fakecloud = match FAKECLOUD.binary() {
        Ok(fakecloud) => fakecloud,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    status_of(edge_tests(repository, "over_fakecloud").env("CFCT_FAKECLOUD", fakecloud))
}

fn edge_tests(repository: &Repository, name: &str) -> Command {
    let mut tests = repository.cargo();
    tests.args(["test", "--locked", "--package", "cfct-tests", "--features", "emulators", "--test", "e2e"]);
    tests.args(["--", name, "--test-threads", "2"]);
    tests
}

/// Every template the repository deploys or sells, without an error or a warning.
fn cfn_lint(repository: &Repository) -> Outcome {
    let deployed = ["yaml", "yml", "json", "template"]
        .into_iter()
        .flat_map(|ending| repository.files_under("templates", ending));
    let sold = ["yaml", "yml", "template"]
        .into_iter()
        .flat_map(|ending| repository.files_under(portfolio::FOLDER, ending))
        .filter(|path| PackagePath::new(path).is_some_and(|path| portfolio::is_product_template(&path)));
    let templates: Vec<String> = deployed.chain(sold).collect();
    if templates.is_empty() {
        return Outcome::Failed("there is no template to check".to_owned());
    }
    let folder = match CFN_LINT.folder() {
        Ok(folder) => folder,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    let mut command = match CFN_LINT.python() {
        Ok(command) => command,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    command.arg(folder.join("bin").join("cfn-lint")).arg("--non-zero-exit-code").arg("warning").arg("--");
    command.args(&templates).current_dir(repository.root());
    report::detail(&format!("{} templates", templates.len()));
    status_of(&mut command)
}

/// Requests that the oracle generates, the same ones every time, decided by it and by us.
fn iam_simulate(repository: &Repository) -> Outcome {
    const REQUESTS: &str = "20000";
    let script = repository.root().join("tests/oracles/iam_simulate.mjs");
    let mut oracle = match IAM_SIMULATE.node(&script) {
        Ok(command) => command,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    let cases = repository.root().join("target/iam-simulate-cases.json");
    let file = match File::create(&cases) {
        Ok(file) => file,
        Err(error) => return Outcome::NotRun(format!("{}: {error}", cases.display())),
    };
    match status_of(oracle.arg(REQUESTS).stdout(file)) {
        Outcome::Passed => {}
        other => return other,
    }
    let test = ["test", "--locked", "--quiet", "--package", "cfct-core", "--test", "iam_simulate"];
    status_of(repository.cargo().args(test).env("IAM_SIMULATE_CASES", &cases))
}

/// The configuration that we ship passes our own check, with nothing waived, and its policy tests, with nothing
/// left uncovered.
fn own_configuration(repository: &Repository) -> Outcome {
    let cfct = ["run", "--quiet", "--locked", "--package", "cfct", "--"];
    let organization = ["--organization", "examples/organization.json"];
    for command in [&["check"][..], &["guardrails", "test", "--require-coverage"]] {
        match status_of(repository.cargo().args(cfct).args(command).args(organization)) {
            Outcome::Passed => {}
            other => return other,
        }
    }
    Outcome::Passed
}

/// Whatever weakens the configuration is noticed.
fn mutants(_: &Repository) -> Outcome {
    match mutation::run(&Mutate::default()) {
        Ok(()) => Outcome::Passed,
        Err(failure) => Outcome::Failed(failure.to_string()),
    }
}

/// The package, deployed as CfCT would, and every resource read back through its service.
fn emulated(repository: &Repository) -> Outcome {
    let (fakecloud, mut python) = match FAKECLOUD.binary().and_then(|binary| Ok((binary, BOTO3.python()?))) {
        Ok(tools) => tools,
        Err(Unavailable(because)) => return Outcome::NotRun(because),
    };
    let built = status_of(repository.cargo().args(["build", "--quiet", "--locked", "--package", "cfct"]));
    let (Outcome::Passed, Some(cfct)) = (built, repository.binary("cfct")) else {
        return Outcome::Failed("cfct cannot be built".to_owned());
    };
    python.arg(repository.root().join("tests/emulators/deploy.py"));
    python.arg("--cfct").arg(cfct).arg("--fakecloud").arg(fakecloud).arg("--root").arg(repository.root());
    status_of(&mut python)
}

fn status_of(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(status) => Outcome::Failed(format!("{status}")),
        Err(error) => Outcome::NotRun(format!("it cannot be started: {error}")),
    }
}
