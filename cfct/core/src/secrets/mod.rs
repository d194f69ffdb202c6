//! Telling secrets from ordinary values, by their form and by the names they go under.
//!
//! Nothing here, and nothing that uses it, may put a secret into a message.

mod conceal;
mod entropy;
mod names;

pub use conceal::{CONCEALED, conceal};
pub use names::names_a_secret;

/// What a text gives away by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// `AKIA…`, `ASIA…`
    AwsAccessKey,
    /// `-----BEGIN … PRIVATE KEY-----`
    PrivateKey,
    /// `eyJ….eyJ….…`
    JsonWebToken,
    /// A token with its issuer's prefix.
    IssuedToken(&'static str),
    /// `https://user:password@host`
    UrlPassword,
    /// Letters and digits without order, as a generator makes them.
    Random,
}

impl Evidence {
    /// What it is, with its article.
    #[must_use]
    pub fn what(self) -> String {
        match self {
            Self::AwsAccessKey => "an AWS access key".to_owned(),
            Self::PrivateKey => "a private key".to_owned(),
            Self::JsonWebToken => "a JSON Web Token".to_owned(),
            Self::IssuedToken(issuer) => format!("a token of {issuer}"),
            Self::UrlPassword => "a URL with a password in it".to_owned(),
            Self::Random => "a generated token or key".to_owned(),
        }
    }

    /// Whether the form alone settles it.
    #[must_use]
    pub fn is_certain(self) -> bool {
        self != Self::Random
    }
}

/// Prefixes that issuers give their tokens so that they can be found, with the least length of the rest.
const ISSUERS: [(&str, usize, &str); 13] = [
    ("ghp_", 30, "GitHub"),
    ("gho_", 30, "GitHub"),
    ("ghu_", 30, "GitHub"),
    ("ghs_", 30, "GitHub"),
    ("ghr_", 30, "GitHub"),
    ("github_pat_", 30, "GitHub"),
    ("glpat-", 16, "GitLab"),
    ("xoxb-", 16, "Slack"),
    ("xoxp-", 16, "Slack"),
    ("sk_live_", 16, "Stripe"),
    ("rk_live_", 16, "Stripe"),
    ("AIza", 30, "Google"),
    ("npm_", 30, "npm"),
];

/// What `value` gives away, if it is no reference to a secret but one itself.
#[must_use]
pub fn evidence(value: &str) -> Option<Evidence> {
    if is_reference(value) {
        return None;
    }
    if value.contains("-----BEGIN") && value.contains("PRIVATE KEY") {
        return Some(Evidence::PrivateKey);
    }
    words(value).find_map(of_word).or_else(|| has_url_password(value).then_some(Evidence::UrlPassword))
}

/// Whether a value only says where a secret is: a helper of CfCT, a dynamic reference, an ARN, an address.
#[must_use]
pub fn is_reference(value: &str) -> bool {
    let value = value.trim();
    value.starts_with("$[")
        || value.contains("{{resolve:")
        || value.starts_with("arn:")
        || value.starts_with("s3://")
        || (value.starts_with("https://") && !has_url_password(value) && !value.contains("hooks.slack.com/"))
}

/// Whether a value that goes under the name of a secret can be the secret itself: a switch, a small number
/// or the path of a parameter cannot.
#[must_use]
pub fn can_be_a_secret(value: &str) -> bool {
    let value = value.trim();
    let is_number = value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_switch = ["true", "false", "yes", "no", "none", "null", "enabled", "disabled", "changeme"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word));
    let is_place = value.starts_with('/') || value.starts_with("alias/") || value.starts_with("${");
    !(is_number || is_switch || is_place || is_reference(value))
}

/// Runs of the letters that tokens are made of.
fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-' | '.')))
}

fn of_word(word: &str) -> Option<Evidence> {
    if is_access_key(word) {
        return Some(Evidence::AwsAccessKey);
    }
    if is_json_web_token(word) {
        return Some(Evidence::JsonWebToken);
    }
    let issuer = ISSUERS.into_iter().find(|(prefix, least, _)| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= *least && !rest.contains('/'))
    });
    if let Some((_, _, issuer)) = issuer {
        return Some(Evidence::IssuedToken(issuer));
    }
    entropy::is_random(word).then_some(Evidence::Random)
}

/// AWS IAM User Guide, "Understanding unique ID prefixes": long-term and temporary keys, 20 characters of
/// base 32. Keys of AWS's own examples end in EXAMPLE.
fn is_access_key(word: &str) -> bool {
    word.len() == 20
        && (word.starts_with("AKIA") || word.starts_with("ASIA"))
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && !word.ends_with("EXAMPLE")
}

/// Three parts of base64url, the first two of them JSON objects (`{"` is `eyJ`).
fn is_json_web_token(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3
        && parts[..2].iter().all(|part| part.starts_with("eyJ") && part.len() >= 10)
        && parts[2].len() >= 20
}

fn has_url_password(value: &str) -> bool {
    value.match_indices("://").any(|(at, _)| {
        let authority = value[at + 3..].split(['/', '?', '#', ' ', '"', '\'']).next().unwrap_or("");
        authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, password)| !password.is_empty() && !password.starts_with(['$', '{', '<', '*']))
    })
}

#[cfg(test)]
mod tests {
    use super::{Evidence, evidence};

    #[test]
    fn secrets_are_told_by_their_form() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        for (value, expected) in [
            ("AKIAFAKEFAKEFAKEFAKE", Evidence::AwsAccessKey),
            ("key=ASIAFAKEFAKEFAKEFAKE;", Evidence::AwsAccessKey),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", Evidence::PrivateKey),
            ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJmYWtlIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ", Evidence::JsonWebToken),
            (&token, Evidence::IssuedToken("GitHub")),
            ("https://user:hunter2@example.com/x", Evidence::UrlPassword),
            ("q8Zt3LrX0vN5bYw7Kc2Jd9Fh4Gs6Pm1T", Evidence::Random),
            ("Zk3/9fQ+XbT7vLw2RyN8cJ5hMdA0sGpE4uHq1KiO", Evidence::Random),
        ] {
            assert_eq!(evidence(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn names_ids_and_references_are_no_secrets() {
        for value in [
            "",
            "org-backup-vault",
            "OrgBackupRole",
            "AWSControlTowerExecution",
            "AWSBackupServiceRolePolicyForRestores2024",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "111122223333",
            "vpc-0a1b2c3d4e5f67890",
            "ami-0abcdef1234567890",
            "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
            "$[alfred_ssm_/org/secret/DbPasswordQ8Zt3LrX0vN5bYw7]",
            "{{resolve:secretsmanager:MySecret:SecretString:password}}",
            "https://sqs.eu-central-1.amazonaws.com/111122223333/MyQueue",
            "cron(0 5 ? * MON-FRI *)",
            "10.0.0.0/16",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "AKIAIOSFODNN7EXAMPLE",
            "AROAJ2UCCR6DPCEXAMPLE",
            "team@example.com",
            "2021-03-15T12:00:00Z",
            "custom-control-tower-configuration-111122223333-eu-central-1",
            "StackSet-CustomControlTower-BackupVault-Prod01",
            "AmazonSSMManagedEC2InstanceDefaultPolicy",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        ] {
            assert_eq!(evidence(value), None, "{value}");
        }
    }
}
