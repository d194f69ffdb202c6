//! Questions to a person, for what no option says, with a default where there is a likely answer.

use std::collections::BTreeSet;
use std::io::BufRead;

use cfct_core::aws::OuPath;
use cfct_core::deployment::{AccountRole, Answers, Architecture, MfaEvidence, Tier, form};
use cfct_core::organization::{Organization, UnitIndex};
use cfct_core::words::nearest;

use super::answers;
use crate::console::Console;
use crate::error::CommandError;
use crate::shown::clean_line;

/// How often a question is put before nobody seems to know.
const TRIES: usize = 5;

/// Asks for everything that is open and that the wanted architectures need.
///
/// # Errors
/// Where the input ends, or no answer is one.
pub(super) fn ask(
    answers: &mut Answers,
    organization: Option<&Organization>,
    input: &mut dyn BufRead,
    console: &mut Console,
) -> Result<(), CommandError> {
    let mut questions = Questions { input, console };
    if answers.architectures.is_empty() {
        let default = [Architecture::Organization, Architecture::LandingZone, Architecture::Bunker];
        let default = default.map(Architecture::word).join(", ");
        let text = "Architectures, of single-account, organization, landing-zone and bunker";
        answers.architectures = questions.list(text, Some(&default), |word| {
            Architecture::find(word).ok_or_else(|| format!("`{word}` is no architecture"))
        })?;
    }
    if answers.home_region.is_none() {
        let default = organization.and_then(|organization| organization.home_region.as_ref());
        let default = default.map(|region| region.value.to_string());
        answers.home_region = Some(questions.one("Home Region", default.as_deref(), answers::region)?);
    }
    if answers.spans_the_organization() {
        ask_of_organization(answers, organization, &mut questions)?;
    } else if answers.backup_units.is_empty() {
        answers.backup_units = questions.list(BACKED_UP, None, answers::unit)?;
    }
    for tier in
        Tier::ALL.iter().filter(|tier| !answers.retention.contains_key(*tier)).copied().collect::<Vec<_>>()
    {
        let text = format!("Days to keep {} backups", tier.word());
        let default = tier.default_days().to_string();
        let days =
            questions.one(&text, Some(&default), |days| form::days(days).map_err(answers::in_one_line))?;
        answers.retention.insert(tier, days);
    }
    if answers.notification_email.is_none() {
        let text = "Mail address to tell of failures (none: subscribe by other means)";
        answers.notification_email = questions.optional(text, answers::email)?;
    }
    Ok(())
}

const BACKED_UP: &str = "Units whose accounts are backed up, nested ones too, with commas between";

fn ask_of_organization(
    answers: &mut Answers,
    organization: Option<&Organization>,
    questions: &mut Questions<'_>,
) -> Result<(), CommandError> {
    if answers.recovery_region.is_none() {
        let regions =
            organization.map(|organization| organization.baseline().regions.as_slice()).unwrap_or_default();
        let default =
            regions.iter().map(AsRef::as_ref).find(|region| Some(*region) != answers.home_region.as_deref());
        answers.recovery_region =
            Some(questions.one("Region that takes copies for recovery", default, answers::region)?);
    }
    if answers.vault_units.is_empty() {
        let text = "Units of the accounts that hold vaults, keys and logs, with commas between";
        let security = organization.and_then(|organization| organization.unit_at(["Security"]));
        answers.vault_units = questions.list(text, security.map(|_| "Security"), answers::unit)?;
    }
    if answers.backup_units.is_empty() {
        let default = organization.map(|organization| inhabited(organization, &answers.vault_units));
        answers.backup_units = questions.list(BACKED_UP, default.as_deref(), answers::unit)?;
    }
    for role in AccountRole::ALL {
        let is_needed = role.needed_from().is_some_and(|from| answers.includes(from));
        let is_known = *role == AccountRole::Management && organization.is_some();
        if is_needed && !is_known && !answers.accounts.contains_key(role) {
            let names = organization.into_iter().flat_map(Organization::accounts);
            let default = nearest(role.word(), names.map(|(_, account)| &*account.name));
            let account = questions.one(&format!("Account {}", role.word()), default, answers::account)?;
            answers.accounts.insert(*role, account);
        }
    }
    if answers.includes(Architecture::LandingZone) {
        if answers.identity_center.is_none() {
            let text = "ARN of the instance of IAM Identity Center";
            answers.identity_center = Some(questions.one(text, None, answers::instance)?);
        }
        if answers.mfa.is_none() {
            let text = "Where MFA shows, session or sign-in (docs/guardrails.md, MFA in break-glass)";
            answers.mfa = Some(questions.one(text, Some(MfaEvidence::Session.word()), |word| {
                MfaEvidence::find(word).ok_or_else(|| "write session or sign-in".to_owned())
            })?);
        }
    }
    Ok(())
}

/// The units with accounts in them, without those of vaults and what is inside of them.
fn inhabited(organization: &Organization, vaults: &BTreeSet<OuPath>) -> String {
    let units = organization.units().filter(|(unit, _)| *unit != UnitIndex::ROOT);
    let units = units.filter(|(unit, _)| organization.active_in(*unit).next().is_some());
    let paths = units.map(|(unit, _)| organization.path(unit));
    let paths = paths.filter(|path| !vaults.iter().any(|vault| path == vault || path.is_below(vault)));
    paths.map(|path| path.to_string()).collect::<Vec<_>>().join(", ")
}

struct Questions<'q> {
    input: &'q mut dyn BufRead,
    console: &'q mut Console,
}

impl Questions<'_> {
    fn one<T>(
        &mut self,
        question: &str,
        default: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, CommandError> {
        for _ in 0..TRIES {
            let line = self.line(question, default)?;
            let answer = if line.is_empty() { default.unwrap_or_default() } else { &line };
            if answer.is_empty() {
                continue;
            }
            match read(answer) {
                Ok(answer) => return Ok(answer),
                Err(reason) => self.console.warning(&reason),
            }
        }
        Err(CommandError::usage(format!("no answer to: {question}")))
    }

    fn optional(
        &mut self,
        question: &str,
        read: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Option<String>, CommandError> {
        self.one(question, Some("none"), |answer| match answer {
            "none" => Ok(None),
            answer => read(answer).map(Some),
        })
    }

    fn list<T: Ord>(
        &mut self,
        question: &str,
        default: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<BTreeSet<T>, CommandError> {
        self.one(question, default.filter(|default| !default.is_empty()), |answer| {
            answer.split(',').map(str::trim).filter(|item| !item.is_empty()).map(&read).collect()
        })
    }

    fn line(&mut self, question: &str, default: Option<&str>) -> Result<String, CommandError> {
        let default = default.map(|default| format!(" [{}]", clean_line(default))).unwrap_or_default();
        self.console.show(|out, _| write!(out, "{question}{default}: "));
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) => Err(CommandError::usage(format!("the input ended before an answer to: {question}"))),
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => {
                let reason = cfct_package::reason(&error);
                Err(CommandError::unreadable(format!("cannot read the answer: {reason}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ask;
    use crate::console::{ColorWhen, Console, LogFormat};
    use crate::program::Global;
    use cfct_core::deployment::{AccountRole, Answers, Architecture, MfaEvidence, Tier};
    use cfct_core::organization::{self, Organization};
    use cfct_core::source::SourceFile;

    fn organization() -> Organization {
        let text = include_str!("../../../../../examples/organization.json");
        organization::read(&SourceFile::new("organization.json", text)).organization.unwrap()
    }

    fn asked(
        mut answers: Answers,
        organization: Option<&Organization>,
        typed: &str,
    ) -> Result<Answers, String> {
        let mut console = Console::of_process(&Global {
            color: ColorWhen::Never,
            quiet: true,
            verbose: false,
            log_format: LogFormat::default(),
        });
        ask(&mut answers, organization, &mut typed.as_bytes(), &mut console)
            .map(|()| answers)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_line_takes_the_default_that_the_organization_suggests() {
        let instance = "arn:aws:sso:::instance/ssoins-0123456789abcdef";
        // Everything else is left at its default; the instance has none.
        let typed = format!("{}{instance}\n{}", "\n".repeat(10), "\n".repeat(7));
        let answers = asked(Answers::default(), Some(&organization()), &typed).unwrap();
        assert!(answers.includes(Architecture::Bunker));
        assert_eq!(answers.home_region.as_deref(), Some("eu-central-1"));
        assert_eq!(answers.recovery_region.as_deref(), Some("eu-west-1"));
        assert_eq!(answers.accounts[&AccountRole::DataBunker].name.as_deref(), Some("data-bunker"));
        assert!(answers.backup_units.iter().any(|unit| unit.to_string() == "Workloads:Prod:Payments"));
        assert!(!answers.backup_units.iter().any(|unit| unit.to_string() == "Security"));
        assert_eq!((answers.retention[&Tier::Daily], answers.mfa), (35, Some(MfaEvidence::Session)));
        assert_eq!(answers.notification_email, None);
    }

    #[test]
    fn what_is_no_answer_is_asked_again() {
        let typed =
            "single-acount\nsingle-account\neu-wset-1\neu-west-1\nProd, Test\n0\n14\n\n\n\n\nnobody\nnone\n";
        let answers = asked(Answers::default(), None, typed).unwrap();
        assert_eq!(answers.architectures, [Architecture::SingleAccount].into());
        assert_eq!(answers.home_region.as_deref(), Some("eu-west-1"));
        assert_eq!((answers.backup_units.len(), answers.retention[&Tier::Hourly]), (2, 14));
    }

    #[test]
    fn what_is_answered_is_not_asked() {
        let known = Answers {
            architectures: [Architecture::SingleAccount].into(),
            home_region: Some("eu-west-1".to_owned()),
            retention: Tier::ALL.iter().map(|tier| (*tier, 400)).collect(),
            notification_email: Some("a@example.com".to_owned()),
            ..Answers::default()
        };
        assert_eq!(asked(known, None, "Prod\n").unwrap().backup_units.len(), 1);
    }

    #[test]
    fn an_end_of_the_input_is_an_error() {
        let error = asked(Answers::default(), None, "").unwrap_err();
        assert!(error.starts_with("the input ended before an answer to: Architectures"), "{error}");
        let error = asked(Answers::default(), None, "x\nx\nx\nx\nx\nx\n").unwrap_err();
        assert!(error.starts_with("no answer to: Architectures"), "{error}");
    }
}
