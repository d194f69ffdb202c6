//! Packing: shorter, fewer, and no request decided otherwise.

use cfct_core::document::Document;
use cfct_core::guardrails::packing::{Combined, Counted, Options, Packed, combine};
use cfct_core::iam::evaluate::{CompiledPolicy, Request};
use cfct_core::iam::{Effect, Policy};
use cfct_core::source::SourceFile;
use proptest::prelude::*;

use crate::policies::{policy, request};

fn combined(texts: &[String], quota: usize, options: Options) -> Result<Combined, String> {
    let names: Vec<(String, String)> =
        (0..texts.len()).map(|index| (format!("p{index}"), format!("policies/p{index}.json"))).collect();
    let documents: Vec<Document> = texts
        .iter()
        .map(|text| Document::read_json(&SourceFile::new("policy.json", text.as_str())).document.unwrap())
        .collect();
    let packed: Vec<Packed<'_>> = names
        .iter()
        .zip(&documents)
        .map(|((name, file), document)| Packed { name, file, document })
        .collect();
    combine(&packed, quota, options)
}

fn pack(texts: &[&str]) -> Combined {
    let texts: Vec<String> =
        texts.iter().map(|text| format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#)).collect();
    combined(&texts, 10_240, Options::default()).unwrap()
}

/// Whether any policy allows and whether any denies.
fn says<'t>(texts: impl IntoIterator<Item = &'t str>, request: &Request) -> (bool, bool) {
    let mut says = (false, false);
    for text in texts {
        let document = Document::read_json(&SourceFile::new("policy.json", text)).document.unwrap();
        let compiled = CompiledPolicy::compile("p", &Policy::read(&document).unwrap());
        for (effect, _) in compiled.statements_on(request) {
            says.0 |= effect == Effect::Allow;
            says.1 |= effect == Effect::Deny;
        }
    }
    says
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn packed_policies_fit_the_quota_and_say_the_same(
        texts in prop::collection::vec(policy(), 1..5),
        quota in 700_usize..4_000,
        as_sent in any::<bool>(),
        shorten_sids in any::<bool>(),
        requests in prop::collection::vec(request(), 16),
    ) {
        let counted = if as_sent { Counted::AsSent } else { Counted::Minified };
        let packed = combined(&texts, quota, Options { counted, shorten_sids }).unwrap();
        for proposal in &packed.policies {
            let size = if as_sent { proposal.size.as_sent } else { proposal.size.minified };
            prop_assert!(size <= quota, "{} has {size} of {quota}", proposal.name);
        }
        for request in &requests {
            let before = says(texts.iter().map(String::as_str), request);
            let after = says(packed.policies.iter().map(|proposal| proposal.text.as_str()), request);
            prop_assert_eq!(before, after, "{:?} by {:?}", request, packed.changes);
        }
    }
}

#[test]
fn statements_that_differ_in_one_element_become_one() {
    for (statements, expected) in [
        (
            [
                r#"{"Sid":"A","Effect":"Deny","Action":["kms:Decrypt","a:X"],"Resource":"*"}"#,
                r#"{"Sid":"B","Effect":"Deny","Action":["s3:GetObject","KMS:decrypt"],"Resource":"*","Condition":{}}"#,
            ],
            r#"{"Sid":"A","Effect":"Deny","Action":["a:X","s3:GetObject","KMS:decrypt"],"Resource":"*"}"#,
        ),
        (
            [
                r#"{"Effect":"Deny","Action":["a:X","a:Y"],"Resource":"arn:aws:s3:::a"}"#,
                r#"{"Effect":"Deny","Action":["a:y","a:x"],"Resource":"arn:aws:s3:::b"}"#,
            ],
            r#"{"Effect":"Deny","Action":["a:X","a:Y"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}"#,
        ),
        (
            [
                r#"{"Effect":"Deny","Action":"backup:Delete*","Resource":"*"}"#,
                r#"{"Effect":"Deny","Action":["backup:DeleteBackupVault","backup:StartCopyJob"],"Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
            ],
            r#"{"Effect":"Deny","Action":"backup:Delete*","Resource":"*"},{"Effect":"Deny","Action":"backup:StartCopyJob","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        ),
        (
            [
                r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#,
                r#"{"Effect":"Deny","Action":["s3:GetObject","kms:*"],"Resource":"arn:aws:s3:::a"}"#,
            ],
            r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#,
        ),
    ] {
        let packed = pack(&statements);
        let [proposal] = packed.policies.as_slice() else { panic!("{:?}", packed.policies) };
        let minified = cfct_core::policy::minify(&proposal.text).unwrap();
        assert_eq!(minified, format!(r#"{{"Version":"2012-10-17","Statement":[{expected}]}}"#));
        assert!(!packed.changes.is_empty() && packed.compared > 1_000);
    }
}

#[test]
fn what_only_looks_alike_stays_apart() {
    for statements in [
        [
            r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#,
            r#"{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#,
        ],
        [
            r#"{"Effect":"Deny","Action":"a:X","Resource":"arn:aws:s3:::${aws:username}"}"#,
            r#"{"Effect":"Deny","Action":"a:Y","Resource":"arn:aws:s3:::*"}"#,
        ],
        [
            r#"{"Effect":"Deny","Action":"a:X","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
            r#"{"Effect":"Deny","Action":"a:X","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        ],
        [
            r#"{"Effect":"Allow","Action":"a:X","Resource":"*"}"#,
            r#"{"Effect":"Deny","Action":"a:X","Resource":"*"}"#,
        ],
    ] {
        let packed = pack(&statements);
        assert_eq!(packed.policies.iter().map(|proposal| proposal.size.statements).sum::<usize>(), 2);
        assert_eq!(packed.changes, [""; 0]);
    }
}

#[test]
fn a_statement_beyond_the_quota_is_split_and_one_that_cannot_be_is_named() {
    let actions: Vec<String> = (0..60).map(|index| format!("\"ec2:SomeLongActionName{index}\"")).collect();
    let large = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Big","Effect":"Deny","Action":[{}],"Resource":"*"}}]}}"#,
        actions.join(",")
    );
    let packed = combined(std::slice::from_ref(&large), 1_000, Options::default()).unwrap();
    assert_eq!(packed.policies.len(), 2);
    assert_eq!(packed.policies[0].name, "p0");
    assert_eq!((&*packed.policies[1].name, &*packed.policies[1].file), ("p0-2", "policies/p0-2.json"));
    let error = combined(&[large.replace("\"Action\"", "\"NotAction\"")], 1_000, Options::default());
    assert_eq!(error.unwrap_err(), "`Big` of `p0` is larger than the quota of 1000 characters");
}

#[test]
fn policies_that_are_not_understood_are_left_alone() {
    for (text, reason) in [
        (r#"{"Statement":[]}"#, "`policies/p0.json` has another `Version` than 2012-10-17"),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*"}]}"#,
            "statement 1 of `p0` has no readable `Resource`",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"deny","Action":"*","Resource":"*"}]}"#,
            "`A` of `p0` has no readable `Effect`",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"a  b","Resource":"*"}]}"#,
            "`policies/p0.json` has two spaces in a row in a text",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":["x"]}"#,
            "`policies/p0.json` has a statement that is no map",
        ),
    ] {
        let outcome = combined(&[text.to_owned()], 10_240, Options::default());
        assert_eq!(outcome.unwrap_err(), reason, "{text}");
    }
}
