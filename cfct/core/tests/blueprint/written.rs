//! What is written for another organization is a configuration that works there.

use std::collections::BTreeMap;

use cfct_core::checks::{self, Context};
use cfct_core::configuration::{Configuration, Content, Kind, Listed};
use cfct_core::deployment::Architecture::{self, Bunker, LandingZone, Organization, SingleAccount};
use cfct_core::finding::Level;
use cfct_core::guardrails::{Guardrails, policy_tests};
use cfct_core::organization::Reading;
use cfct_core::source::{PackagePath, SourceFile};

use crate::organizations::{Case, agency, example, startup};
use crate::root::blueprint;

const ARCHITECTURES: [&[Architecture]; 5] = [
    &[SingleAccount],
    &[Organization],
    &[LandingZone],
    &[Bunker],
    &[SingleAccount, Organization, LandingZone, Bunker],
];

const CASES: [fn() -> Case; 3] = [example, agency, startup];

fn cases() -> impl Iterator<Item = Case> {
    ARCHITECTURES.into_iter().flat_map(|wanted| CASES.map(|case| case().with(wanted)))
}

fn render(case: &Case) -> BTreeMap<PackagePath, String> {
    let deployment = case.answers.clone().resolve(Some(&case.organization));
    let deployment = deployment.unwrap_or_else(|error| panic!("{}: {error:#?}", case.name));
    blueprint().render(&deployment)
}

fn configuration(files: &BTreeMap<PackagePath, String>) -> Configuration {
    let listed = |text: &String| Listed { kind: Kind::File, bytes: text.len() as u64 };
    let listing = files.iter().map(|(path, text)| (path.clone(), listed(text))).collect();
    Configuration::load(listing, |path| Content::Text(SourceFile::new(path.as_str(), files[path].as_str())))
}

#[test]
fn it_passes_every_check_without_error_or_warning() {
    for case in cases() {
        let configuration = configuration(&render(&case));
        let reading = Reading { organization: Some(case.organization.clone()), findings: Vec::new() };
        let findings = checks::run_to_package(&configuration, Some(&reading));
        let serious: Vec<String> = findings
            .iter()
            .filter(|finding| finding.level <= Level::Warning)
            .map(|finding| {
                let place = &finding.primary;
                let line = place.source.position(place.span.start).line;
                format!("{}:{line}: {} [{}]", place.source.name(), finding.message, finding.code.name)
            })
            .collect();
        assert!(serious.is_empty(), "{} {:?}: {serious:#?}", case.name, case.answers.architectures);
    }
}

#[test]
fn its_policy_tests_pass_and_cover_its_policies() {
    for case in cases() {
        let configuration = configuration(&render(&case));
        let guardrails = Guardrails::of(&configuration, &case.organization, None);
        let run = Context::with(&configuration, Some(&case.organization), |context| {
            policy_tests::run(context, &guardrails)
        });
        let what = format!("{} {:?}", case.name, case.answers.architectures);
        let malformed: Vec<&str> = run.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert!(malformed.is_empty(), "{what}: {malformed:#?}");
        let failed: Vec<_> = run.outcomes.iter().filter(|outcome| !outcome.passed()).collect();
        assert!(failed.is_empty(), "{what}: {failed:#?}");
        assert_eq!(run.outcomes.is_empty(), case.answers.architectures == [SingleAccount].into(), "{what}");
        let uncovered: Vec<String> =
            run.coverage.findings().into_iter().map(|finding| finding.message).collect();
        assert!(uncovered.is_empty(), "{what}: {uncovered:#?}");
    }
}

/// Nothing of the example may stay behind in another organization.
#[test]
fn nothing_of_the_example_is_left() {
    let example = blueprint();
    let answers = example.example().answers();
    let accounts = answers.accounts.values().filter_map(|account| account.id.clone());
    let mut words: Vec<String> = answers.unit_ids.values().cloned().chain(accounts).collect();
    words.extend(answers.organization_id.clone().into_iter().chain(answers.root_id.clone()));
    words.extend(
        ["Workloads", "Infrastructure", "ssoins-0123456789abcdef", "11111111-aaaa"].map(str::to_owned),
    );
    for case in cases().filter(|case| case.name != "example") {
        for (path, text) in render(&case) {
            for word in &words {
                assert!(!text.contains(word.as_str()), "{}: {path} has {word}", case.name);
            }
            let foreign = case.name == "agency" && !path.is_under("templates");
            for word in ["eu-central-1", "eu-west-1", "arn:aws:"] {
                assert!(!foreign || !text.contains(word), "{}: {path} has {word}", case.name);
            }
        }
    }
}

#[test]
fn without_a_bunker_nothing_names_it() {
    for case in CASES.map(|case| case().with(&[LandingZone])) {
        for (path, text) in render(&case).iter().filter(|(path, _)| {
            // The settings keep answers for later.
            !path.is_under("templates") && path.as_str() != "cfct.toml"
        }) {
            for word in [
                "BackupBunkerBreakGlass",
                "bunker-vault",
                "air-gapped-vault",
                "BunkerAccountId",
                "data-bunker",
            ] {
                assert!(!text.contains(word), "{}: {path} has {word}", case.name);
            }
        }
    }
}

/// Bringing a folder up to date starts from what was written there.
#[test]
fn what_is_written_reads_as_the_deployment_that_it_was_written_for() {
    for case in cases() {
        let deployment = case.answers.clone().resolve(Some(&case.organization)).expect("a deployment");
        let files = blueprint().render(&deployment);
        let settings = &files[&PackagePath::new("cfct.toml").expect("a path")];
        let (settings, findings) =
            cfct_core::settings::read(&SourceFile::new("cfct.toml", settings.as_str()));
        assert!(findings.is_empty(), "{findings:#?}");
        let again = settings.deployment.expect("a deployment").resolve(None);
        assert_eq!(again.as_ref(), Ok(&deployment), "{}", case.name);
    }
}
