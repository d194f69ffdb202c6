//! Why AWS did not do what it was asked: which operation, where, on what, and what to do about it.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;

use crate::operation::Operation;

/// What kind of failure it is: what a caller decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There are none to be found.
    NoCredentials,
    /// They were good once.
    ExpiredCredentials,
    /// AWS does not know them.
    WrongCredentials,
    /// The caller may not.
    AccessDenied,
    /// The caller's account is a member of the organization, not its management account.
    MemberAccount,
    /// The caller's account is in no organization.
    NoOrganization,
    /// What was named does not exist.
    NotFound,
    /// A precondition did not hold: somebody else was faster.
    Precondition,
    /// It is in another Region.
    OtherRegion,
    /// Somebody else is at it right now.
    Conflict,
    /// Too many calls, even after all tries.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// No connection, or it broke.
    Unreachable,
    /// AWS failed.
    Server,
    /// AWS refused for a reason of its own.
    Refused,
    /// The answer is none that AWS gives.
    BadAnswer,
    /// The run was asked to end.
    Interrupted,
}

/// Why AWS did not do what it was asked. `Display` names the operation, the account, the Region and the thing;
/// [`AwsError::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// What was asked for.
    pub operation: Operation,
    /// The account that was asked, where it is known.
    pub account: Option<String>,
    /// The Region.
    pub region: Option<String>,
    /// What the operation was about: an id, a name, a key. May be empty.
    pub subject: String,
    /// AWS's own code.
    pub code: Option<String>,
    /// AWS's own words, or the transport's.
    pub message: Option<String>,
    /// The id to give to AWS's support.
    pub request_id: Option<String>,
}

impl AwsError {
    /// A failure that the toolkit itself sees.
    #[must_use]
    pub fn new(kind: ErrorKind, operation: Operation, subject: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            account: None,
            region: None,
            subject: subject.into(),
            code: None,
            message: None,
            request_id: None,
        }
    }

    /// With an explanation.
    #[must_use]
    pub fn because(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    pub(crate) fn of_sdk<E>(operation: Operation, subject: String, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let code = error.code().map(str::to_owned);
        let status = error.raw_response().map(|response| response.status().as_u16());
        let kind = kind_of(error, code.as_deref(), status);
        let said = match kind {
            ErrorKind::AccessDenied | ErrorKind::Precondition => error.message().map(str::to_owned),
            // The last place that was looked at says nothing about the others.
            ErrorKind::NoCredentials => None,
            _ => error.message().map(str::to_owned).or_else(|| innermost(error)),
        };
        Self {
            kind,
            message: said.map(|said| one_line(&said)).filter(|said| !said.is_empty()),
            code: code.or_else(|| status.map(|status| format!("HTTP {status}"))),
            request_id: error.raw_response().and_then(|response| response.request_id()).map(str::to_owned),
            ..Self::new(kind, operation, subject)
        }
    }

    /// Whether no other account or Region would answer either.
    #[must_use]
    pub fn ends_the_run(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Interrupted
                | ErrorKind::NoCredentials
                | ErrorKind::ExpiredCredentials
                | ErrorKind::WrongCredentials
        )
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self.kind {
            ErrorKind::NoCredentials => {
                "sign in (`aws sso login`), name a profile with --profile, or set AWS_PROFILE".to_owned()
            }
            ErrorKind::ExpiredCredentials => {
                "sign in again (`aws sso login`), then run the same command: it goes on where it stopped".to_owned()
            }
            ErrorKind::WrongCredentials => {
                "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or name a profile with \
                 --profile"
                    .to_owned()
            }
            ErrorKind::AccessDenied => match self.operation.actions {
                [] => return None,
                actions => format!(
                    "the caller needs {}; see docs/permissions.md, and look for an SCP that denies it",
                    actions.join(", ")
                ),
            },
            ErrorKind::MemberAccount => {
                "use credentials of the management account: CfCT and its stack sets live there".to_owned()
            }
            ErrorKind::NoOrganization => "use credentials of the organization's management account".to_owned(),
            ErrorKind::NotFound => "check the name and the Region (--region): it is Control Tower's home Region \
                                    that counts"
                .to_owned(),
            ErrorKind::OtherRegion => "name its Region with --region".to_owned(),
            ErrorKind::Precondition | ErrorKind::Conflict => {
                "see what is there now, then run the command again".to_owned()
            }
            ErrorKind::Throttled => "wait a minute, then run the command again: it goes on where it stopped".to_owned(),
            ErrorKind::TimedOut | ErrorKind::Unreachable => match &self.region {
                Some(region) => format!(
                    "check the network, the proxy, --endpoint-url, and that the Region {region} is meant"
                ),
                None => "check the network, the proxy and --endpoint-url".to_owned(),
            },
            ErrorKind::Server => "AWS's own trouble as a rule: run the command again in a while".to_owned(),
            ErrorKind::BadAnswer => {
                "check --endpoint-url and AWS_ENDPOINT_URL: what answers there does not speak AWS's protocol".to_owned()
            }
            ErrorKind::Refused | ErrorKind::Interrupted => return None,
        };
        Some(hint)
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ErrorKind::NoCredentials => write!(f, "no AWS credentials for {}", self.operation)?,
            ErrorKind::ExpiredCredentials => {
                write!(f, "the AWS credentials have expired ({})", self.operation)?;
            }
            ErrorKind::WrongCredentials => {
                write!(f, "AWS does not take the credentials ({})", self.operation)?;
            }
            ErrorKind::Interrupted => write!(f, "interrupted before {}", self.operation)?,
            ErrorKind::AccessDenied => write!(f, "access denied: {}", self.operation)?,
            _ => write!(f, "{} failed", self.operation)?,
        }
        if !self.subject.is_empty() {
            write!(f, " for {}", self.subject)?;
        }
        match (&self.account, &self.region) {
            (Some(account), Some(region)) => write!(f, " in {account}, {region}")?,
            (Some(place), None) | (None, Some(place)) => write!(f, " in {place}")?,
            (None, None) => {}
        }
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, ": {message} ({code})"),
            (Some(reason), None) | (None, Some(reason)) => write!(f, ": {reason}"),
            (None, None) => match self.kind {
                ErrorKind::TimedOut => f.write_str(": no answer in time"),
                _ => Ok(()),
            },
        }
    }
}

impl Error for AwsError {}

fn kind_of<E: Error + 'static>(
    error: &SdkError<E, HttpResponse>,
    code: Option<&str>,
    status: Option<u16>,
) -> ErrorKind {
    match error {
        SdkError::TimeoutError(_) => ErrorKind::TimedOut,
        SdkError::ServiceError(_) | SdkError::ResponseError(_) => {
            code.and_then(kind_of_code).unwrap_or_else(|| kind_of_status(status))
        }
        _ => of_credentials(error).unwrap_or(ErrorKind::Unreachable),
    }
}

/// Codes of several services and protocols for the same thing.
fn kind_of_code(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            ErrorKind::ExpiredCredentials
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "InvalidToken"
        | "AuthFailure" => ErrorKind::WrongCredentials,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "AllAccessDisabled" => {
            ErrorKind::AccessDenied
        }
        "PermanentRedirect" | "AuthorizationHeaderMalformed" => ErrorKind::OtherRegion,
        "AWSOrganizationsNotInUseException" => ErrorKind::NoOrganization,
        "PreconditionFailed" => ErrorKind::Precondition,
        "ConditionalRequestConflict"
        | "OperationAborted"
        | "ConcurrentModificationException"
        | "OperationInProgressException" => ErrorKind::Conflict,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "RequestThrottled"
        | "RequestThrottledException" => ErrorKind::Throttled,
        "RequestTimeout" | "RequestTimeoutException" => ErrorKind::TimedOut,
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "ServiceException" => ErrorKind::Server,
        code if code.starts_with("NoSuch") || code.contains("NotFound") || code.contains("DoesNotExist") => {
            ErrorKind::NotFound
        }
        _ => return None,
    })
}

/// Where there is no code, as in the answer to a HEAD request, the status has to do.
fn kind_of_status(status: Option<u16>) -> ErrorKind {
    match status {
        Some(301) => ErrorKind::OtherRegion,
        Some(401 | 403) => ErrorKind::AccessDenied,
        Some(404) => ErrorKind::NotFound,
        Some(409) => ErrorKind::Conflict,
        Some(412) => ErrorKind::Precondition,
        Some(429) => ErrorKind::Throttled,
        Some(500..) => ErrorKind::Server,
        Some(200..=299) | None => ErrorKind::BadAnswer,
        Some(_) => ErrorKind::Refused,
    }
}

fn of_credentials(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(credentials) = current.downcast_ref::<CredentialsError>() {
            return Some(match credentials {
                CredentialsError::InvalidConfiguration(_) => ErrorKind::WrongCredentials,
                _ if chain(error).contains("expired") => ErrorKind::ExpiredCredentials,
                _ => ErrorKind::NoCredentials,
            });
        }
        cause = current.source();
    }
    None
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(current) = cause {
        text.push_str(": ");
        text.push_str(&current.to_string());
        cause = current.source();
    }
    text
}

/// The cause of all causes says the most: `connection refused`, not `dispatch failure`.
fn innermost(error: &(dyn Error + 'static)) -> Option<String> {
    let mut current = error.source()?;
    while let Some(deeper) = current.source() {
        current = deeper;
    }
    let text = current.to_string();
    Some(text.split(" (os error").next().unwrap_or_default().to_owned())
}

/// What AWS says may be long, and hold line breaks.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 400;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_end_matches('.');
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{AwsError, ErrorKind, kind_of_code, kind_of_status, one_line};
    use crate::operation::{organizations, s3};

    #[test]
    fn an_error_names_operation_thing_account_and_region() {
        let error = AwsError {
            account: Some("111122223333".to_owned()),
            region: Some("eu-central-1".to_owned()),
            code: Some("AccessDenied".to_owned()),
            ..AwsError::new(ErrorKind::AccessDenied, s3::HEAD_OBJECT, "releases/1.json")
        };
        assert_eq!(
            error.to_string(),
            "access denied: s3:HeadObject for releases/1.json in 111122223333, eu-central-1: AccessDenied"
        );
        assert!(error.hint().unwrap().contains("s3:GetObject, kms:Decrypt"));
    }

    #[test]
    fn codes_of_every_protocol_have_their_kind() {
        for (code, kind) in [
            ("ExpiredTokenException", ErrorKind::ExpiredCredentials),
            ("TooManyRequestsException", ErrorKind::Throttled),
            ("NoSuchBucket", ErrorKind::NotFound),
            ("StackSetNotFoundException", ErrorKind::NotFound),
            ("StateMachineDoesNotExist", ErrorKind::NotFound),
            ("PreconditionFailed", ErrorKind::Precondition),
        ] {
            assert_eq!(kind_of_code(code), Some(kind), "{code}");
        }
        assert_eq!(kind_of_code("SomethingNew"), None);
        assert_eq!(kind_of_status(Some(412)), ErrorKind::Precondition);
        assert_eq!(kind_of_status(Some(503)), ErrorKind::Server);
    }

    #[test]
    fn what_the_run_can_go_on_after_says_so() {
        let error = AwsError::new(ErrorKind::Throttled, organizations::LIST_ROOTS, "");
        assert!(error.hint().unwrap().contains("goes on where it stopped"));
    }

    #[test]
    fn words_of_aws_are_one_line_of_bounded_length() {
        assert_eq!(one_line("You may\n  not.\n"), "You may not");
        assert_eq!(one_line(&"é".repeat(1000)).chars().count(), 401);
    }
}
