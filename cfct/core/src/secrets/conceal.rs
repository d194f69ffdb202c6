//! Secrets in text that somebody else wrote: logs, causes, reasons.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use super::{can_be_a_secret, evidence, names_a_secret};

/// What stands in place of a secret.
pub const CONCEALED: &str = "[concealed]";

/// `name=value`, `"name": "value"`, `'name': 'value'`
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"([A-Za-z][A-Za-z0-9_-]*)(\\?["']?\s*[:=]\s*\\?["']?)([^\s"'\\,;}&)\]]+)"#).ok()
});

/// A parameter as CloudFormation and CfCT write it, its name and its value apart.
static PARAMETER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(ParameterKey\\?["']?: ?\\?["']?)([A-Za-z0-9]+)(\\?["']?, ?\\?["']?ParameterValue\\?["']?: ?\\?["']?)([^"'\\}]+)"#).ok()
});

/// Runs of what tokens are made of, addresses with a password included.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"[^\s"'(){}\[\],;<>|=]{8,}"#).ok());

/// `text` with every secret replaced by [`CONCEALED`]: what looks like one, and what goes under the name of one.
#[must_use]
pub fn conceal(text: &str) -> String {
    if text.contains("PRIVATE KEY-----") {
        return CONCEALED.to_owned();
    }
    let text = replaced(&PARAMETER, text, |found| {
        let (name, value) = (&found[2], &found[4]);
        is_secret(name, value).then(|| format!("{}{name}{}{CONCEALED}", &found[1], &found[3]))
    });
    let text = replaced(&NAMED, &text, |found| {
        let (name, value) = (&found[1], &found[3]);
        is_secret(name, value).then(|| format!("{name}{}{CONCEALED}", &found[2]))
    });
    replaced(&WORD, &text, |found| evidence(&found[0]).map(|_| CONCEALED.to_owned())).into_owned()
}

fn is_secret(name: &str, value: &str) -> bool {
    names_a_secret(name) && can_be_a_secret(value)
}

fn replaced<'t>(
    pattern: &LazyLock<Option<Regex>>,
    text: &'t str,
    by: impl Fn(&Captures<'_>) -> Option<String>,
) -> Cow<'t, str> {
    match &**pattern {
        Some(pattern) => {
            pattern.replace_all(text, |found: &Captures<'_>| by(found).unwrap_or_else(|| found[0].to_owned()))
        }
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::conceal;

    #[test]
    fn secrets_in_text_are_concealed_and_the_rest_stays() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        for (text, expected) in [
            ("key AKIAFAKEFAKEFAKEFAKE is old", "key [concealed] is old".to_owned()),
            ("DbPassword=hunter2x, Name=topic", "DbPassword=[concealed], Name=topic".to_owned()),
            (
                r#"{"Password": "hunter2x", "Name": "a"}"#,
                r#"{"Password": "[concealed]", "Name": "a"}"#.to_owned(),
            ),
            (
                "{'ParameterKey': 'DbPassword', 'ParameterValue': 'correct horse'}",
                "{'ParameterKey': 'DbPassword', 'ParameterValue': '[concealed]'}".to_owned(),
            ),
            (
                "{'ParameterKey': 'VaultName', 'ParameterValue': 'org-vault'}",
                "{'ParameterKey': 'VaultName', 'ParameterValue': 'org-vault'}".to_owned(),
            ),
            (&format!("clone with {token}."), "clone with [concealed]".to_owned()),
            ("get https://user:hunter2@example.com/x", "get [concealed]".to_owned()),
            ("-----BEGIN RSA PRIVATE KEY-----MIIE", "[concealed]".to_owned()),
            (
                "Vault arn:aws:backup:eu-central-1:111122223333:backup-vault:x (RequestToken: 1234abcd-12ab-34cd-56ef-1234567890ab)",
                "Vault arn:aws:backup:eu-central-1:111122223333:backup-vault:x (RequestToken: [concealed])"
                    .to_owned(),
            ),
        ] {
            assert_eq!(conceal(text), expected);
        }
    }
}
