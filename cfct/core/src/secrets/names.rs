//! Names under which secrets are kept.

/// Whether a value under `name` would be a secret: `DbPassword`, `api_key`, but not `PasswordLength` or
/// `SecretArn`, which are about one.
#[must_use]
pub fn names_a_secret(name: &str) -> bool {
    let words = words(name);
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found == word);
    let secret = (0..words.len()).any(|at| {
        SECRETS.contains(&words[at].as_str())
            || PAIRS.iter().any(|(first, second)| is(at, first) && is(at + 1, second))
    });
    secret && !words.iter().any(|word| ABOUT.contains(&word.as_str()))
}

const SECRETS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secrets",
    "token",
    "apikey",
    "credential",
    "credentials",
    "accesskey",
    "privatekey",
];

const PAIRS: [(&str, &str); 6] = [
    ("api", "key"),
    ("access", "key"),
    ("private", "key"),
    ("secret", "key"),
    ("auth", "key"),
    ("encryption", "passkey"),
];

/// Words that make a name one about a secret instead of the secret itself.
const ABOUT: [&str; 62] = [
    "age",
    "algorithm",
    "alias",
    "arn",
    "arns",
    "audience",
    "backend",
    "bucket",
    "check",
    "complexity",
    "count",
    "days",
    "description",
    "domain",
    "enable",
    "enabled",
    "endpoint",
    "expiration",
    "expiry",
    "file",
    "format",
    "history",
    "host",
    "hours",
    "id",
    "issuer",
    "kms",
    "lambda",
    "length",
    "limit",
    "location",
    "manager",
    "max",
    "maximum",
    "min",
    "minimum",
    "minutes",
    "mode",
    "name",
    "names",
    "parameter",
    "path",
    "period",
    "policy",
    "prefix",
    "provider",
    "region",
    "require",
    "required",
    "reuse",
    "rotate",
    "rotation",
    "scope",
    "store",
    "tag",
    "timeout",
    "ttl",
    "type",
    "uri",
    "url",
    "validity",
    "version",
];

/// The words of a name in any of the usual spellings, in lower case: `DBPassword`, `db_password`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().take(255).collect();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let after_lower = at > 0 && letters[at - 1].is_lowercase();
        let before_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts = letter.is_uppercase() && (after_lower || (before_lower && !word.is_empty()));
        if starts
            || (letter.is_ascii_digit() != word.ends_with(|last: char| last.is_ascii_digit())
                && !word.is_empty())
        {
            words.push(std::mem::take(&mut word));
        }
        word.extend(letter.to_lowercase());
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{names_a_secret, words};

    #[test]
    fn names_fall_into_words() {
        for (name, expected) in [
            ("DBPassword", vec!["db", "password"]),
            ("db_password2", vec!["db", "password", "2"]),
            ("api-key", vec!["api", "key"]),
            ("RDSMasterUserPassword", vec!["rds", "master", "user", "password"]),
            ("token", vec!["token"]),
            ("APIKey", vec!["api", "key"]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_secrets_are_told_from_names_about_secrets() {
        for name in
            ["DbPassword", "db_password", "ApiKey", "api-key", "GitHubToken", "ClientSecret", "APIKEY"]
        {
            assert!(names_a_secret(name), "{name}");
        }
        for name in [
            "PasswordLength",
            "MinimumPasswordLength",
            "MaxPasswordAge",
            "SecretArn",
            "SecretName",
            "TokenExpirationHours",
            "KeyName",
            "KeyAliasName",
            "AccessKeyRotationDays",
            "RequireUppercasePassword",
            "Secretary",
            "KmsKeyArn",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
    }
}
