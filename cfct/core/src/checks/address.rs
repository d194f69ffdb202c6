//! `s3://` and `https://` values of `resource_file` and `parameter_file`.
//!
//! CfCT turns `s3://bucket/key` into `https://bucket.s3.<home Region>.amazonaws.com/key`, and takes every
//! address apart again by counting dots (`url_conversion.py`): the host must be
//! `<bucket>.s3.<Region>.amazonaws.com` or `s3.<Region>.amazonaws.com`, and the bucket must have no dot.

use super::files::Use;
use crate::finding::{Finding, Stage};
use crate::manifest::Text;
use crate::words;

crate::codes! {
    /// An address that CfCT or CloudFormation cannot use.
    UNUSABLE = "file-address-unusable", Error, StackSet,
        "an address from which CfCT cannot get a file",
        "CfCT finds bucket and Region by counting the dots of the host, and CloudFormation takes S3 addresses only";
    /// An address that can be used, but not seen from here.
    REMOTE = "file-remote", Note, Advice,
        "a file is outside of the package, at an address",
        "what is at an address can change without a push, and no check before the push sees it";
}

/// What there is to say of `path`, if it is an address at all.
pub(super) fn check(path: Text<'_>, used: Use) -> Option<Vec<Finding>> {
    let (scheme, rest) = path.value.split_once("://")?;
    let problem = match scheme {
        "s3" => s3_problem(rest),
        "https" if used == Use::Parameters => {
            Some("CfCT opens it as a local path: parameter files come from the package or from `s3://`")
        }
        "https" => https_problem(rest),
        "http" => Some("CloudFormation takes templates by https only"),
        other if other.eq_ignore_ascii_case("s3") || other.eq_ignore_ascii_case("https") => {
            // The build compares in lower case, does not recognize the address and looks for a file.
            return Some(vec![
                unusable(path, "the build knows the scheme in lower case only").stage(Stage::BuildFiles),
            ]);
        }
        _ => return None,
    };
    Some(vec![match problem {
        Some(problem) => unusable(path, problem).stage(used.stage()),
        None => remote(path),
    }])
}

fn unusable(path: Text<'_>, problem: &str) -> Finding {
    let shown = words::excerpt(path.value);
    Finding::new(&UNUSABLE, &path.node, format!("CfCT cannot use the address `{shown}`"))
        .label(problem)
        .help("put the file into the package, or write `s3://bucket/key` with a bucket in the home Region")
}

fn remote(path: Text<'_>) -> Finding {
    let shown = words::excerpt(path.value);
    let finding = Finding::new(&REMOTE, &path.node, format!("`{shown}` cannot be checked before the push"));
    // `run-validation.sh` looks at the last letters of the address.
    if path.value.ends_with("template") || path.value.ends_with("json") {
        finding.help("the build downloads and validates it; a copy in the package could be checked here")
    } else {
        finding.help("not even the build validates it, since it ends in neither `template` nor `json`; a copy in the package could be checked here")
    }
}

fn s3_problem(rest: &str) -> Option<&'static str> {
    match rest.split_once('/') {
        Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
            bucket.contains('.').then_some("CfCT cannot tell the name of a bucket with dots from the Region")
        }
        _ => Some("an S3 address is `s3://bucket/key`"),
    }
}

fn https_problem(rest: &str) -> Option<&'static str> {
    let Some((host, path)) = rest.split_once('/') else { return Some("there is no path behind the host") };
    let labels: Vec<&str> = host.split('.').collect();
    let is_s3 = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    match labels.as_slice() {
        _ if !is_s3 => Some("CloudFormation takes templates from S3 only"),
        ["s3", region, "amazonaws", ..] if is_region(region) => {
            (path.split_once('/').is_none_or(|(bucket, key)| bucket.is_empty() || key.is_empty()))
                .then_some("there is no key behind the bucket")
        }
        [_, "s3", region, "amazonaws", ..] if is_region(region) => None,
        _ => Some("CfCT reads the Region from the host: `<bucket>.s3.<Region>.amazonaws.com`"),
    }
}

/// Enough to tell a Region from `amazonaws` or a part of a bucket's name.
fn is_region(label: &str) -> bool {
    label.matches('-').count() >= 2 && label.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::checks::files::check;
    use crate::checks::testing::{codes_of, findings, v2};
    use crate::finding::Stage;

    #[test]
    fn cfct_gets_templates_from_two_forms_of_s3_addresses() {
        for (address, code) in [
            ("s3://bucket/path/a.template", "file-remote"),
            ("https://bucket.s3.eu-west-1.amazonaws.com/a.template", "file-remote"),
            ("https://s3.eu-west-1.amazonaws.com/bucket/a.template", "file-remote"),
            ("https://bucket.s3.cn-north-1.amazonaws.com.cn/a.template", "file-remote"),
            ("s3://my.bucket/a.template", "file-address-unusable"),
            ("s3://bucket", "file-address-unusable"),
            ("s3:///a.template", "file-address-unusable"),
            ("https://bucket.s3.amazonaws.com/a.template", "file-address-unusable"),
            ("https://s3.amazonaws.com/bucket/a.template", "file-address-unusable"),
            ("https://my.bucket.s3.eu-west-1.amazonaws.com/a.template", "file-address-unusable"),
            ("https://s3.eu-west-1.amazonaws.com/a.template", "file-address-unusable"),
            ("https://raw.githubusercontent.com/a/b/main/c.yaml", "file-address-unusable"),
            ("http://bucket.s3.eu-west-1.amazonaws.com/a.template", "file-address-unusable"),
            ("S3://bucket/a.template", "file-address-unusable"),
        ] {
            let resource =
                format!("  - name: a\n    resource_file: {address}\n    deploy_method: stack_set\n");
            assert_eq!(codes_of(check, &resource), [code], "{address}");
        }
    }

    #[test]
    fn parameter_files_come_from_s3_but_not_from_https() {
        for (address, code, stage) in [
            ("s3://bucket/p.json", "file-remote", Stage::Advice),
            ("https://bucket.s3.eu-west-1.amazonaws.com/p.json", "file-address-unusable", Stage::StackSet),
            ("S3://bucket/p.json", "file-address-unusable", Stage::BuildFiles),
        ] {
            let manifest = v2(&format!("  - name: a\n    parameter_file: {address}\n"));
            let found = findings(check, &[("manifest.yaml", &manifest)]);
            assert_eq!((found[0].code.name, found[0].stage), (code, stage), "{address}");
        }
    }
}
