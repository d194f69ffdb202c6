//! What is not even JSON reaches the handler all the same, as the reason why: so it is logged and counted like
//! everything else.

use lambda_runtime::LambdaInvocation;
use lambda_runtime::tower::util::MapRequestLayer;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The largest invocation that is looked at, in bytes: Lambda's own limit for what is invoked asynchronously, and
/// the limit of a message in SQS, are 1 MiB.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) const LARGEST: usize = 1 << 20;

/// A batch is ten messages, each in an envelope, and Lambda hands over at most 6 MB.
const LARGEST_BATCH: usize = 6 << 20;

/// Puts the reason in the place of what cannot be read: a JSON text, which no invocation is.
pub(super) fn layer() -> MapRequestLayer<fn(LambdaInvocation) -> LambdaInvocation> {
    MapRequestLayer::new(|mut invocation: LambdaInvocation| {
        if let Some(reason) = refusal(&invocation.body) {
            invocation.body = Value::String(reason).to_string().into();
        }
        invocation
    })
}

fn refusal(body: &[u8]) -> Option<String> {
    if body.len() > LARGEST_BATCH {
        return Some(format!("it has {} bytes, and {LARGEST_BATCH} are the most", body.len()));
    }
    match serde_json::from_slice::<IgnoredAny>(body) {
        Err(error) => Some(format!("it is no JSON: {error}")),
        Ok(_) if !body.trim_ascii_start().starts_with(b"{") => Some("it is no JSON object".to_owned()),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_BATCH, refusal};

    #[test]
    fn nothing_but_a_json_object_of_a_bounded_size_is_readable() {
        let cases: [(&[u8], Option<&str>); 5] = [
            (b" {\"a\": 1}", None),
            (b"{\"a\": ", Some("it is no JSON: EOF while parsing a value at line 1 column 6")),
            (b"", Some("it is no JSON: EOF while parsing a value at line 1 column 0")),
            (b"[1]", Some("it is no JSON object")),
            (b"null", Some("it is no JSON object")),
        ];
        for (body, expected) in cases {
            assert_eq!(refusal(body).as_deref(), expected, "{}", String::from_utf8_lossy(body));
        }
        let large = format!("{{\"a\": \"{}\"}}", "x".repeat(LARGEST_BATCH));
        assert_eq!(
            refusal(large.as_bytes()),
            Some("it has 6291465 bytes, and 6291456 are the most".to_owned())
        );
    }
}
