//! The URLs that CfCT makes of file names (`url_conversion.py`).

/// `https://<bucket>.s3.<Region>.amazonaws.com/<key>`; CfCT knows no other partition's suffix.
pub(super) fn http_url(bucket: &str, region: &str, key: &str) -> String {
    format!("https://{bucket}.s3.{region}.amazonaws.com/{key}")
}

/// The bucket and the key that Python's `urlparse` finds in an S3 address.
///
/// CfCT takes anything that starts with `s3` for such an address, so a file `s3stuff/a` has an empty bucket
/// and the key `3stuff/a`.
pub(super) fn bucket_and_key(address: &str) -> (&str, &str) {
    let (has_scheme, rest) = match address.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (true, rest),
        _ => (false, address),
    };
    let (bucket, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())),
        None => ("", rest),
    };
    let mut path = path.split(['?', '#']).next().unwrap_or_default();
    // Parameters of the last part are split off for schemes that have them, the empty one included.
    if !has_scheme {
        let last = path.rfind('/').unwrap_or(0);
        path = path.get(last..).and_then(|part| part.find(';')).map_or(path, |at| &path[..last + at]);
    }
    let mut key = path.chars();
    key.next();
    (bucket, key.as_str())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::bucket_and_key;

    #[test]
    fn addresses_are_split_as_urlparse_does() {
        let cases = [
            ("s3://some-bucket/path/a.template", ("some-bucket", "path/a.template")),
            ("S3://Some-Bucket/a", ("Some-Bucket", "a")),
            ("s3://bucket", ("bucket", "")),
            ("s3stuff/a.template", ("", "3stuff/a.template")),
            ("s3:/x/y", ("", "x/y")),
            ("s3://b/a?x=1#y", ("b", "a")),
            ("s3://b/a;v=1", ("b", "a;v=1")),
            ("s3/a;v=1", ("", "3/a")),
            ("s3", ("", "3")),
        ];
        for (address, expected) in cases {
            assert_eq!(bucket_and_key(address), expected, "{address}");
        }
    }
}
