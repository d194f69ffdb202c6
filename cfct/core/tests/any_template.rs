//! Whatever stands in a template or a parameter file, checking it ends, and points into the file.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use cfct_core::document::Document;
use cfct_core::fix::is_sound;
use cfct_core::source::{Location, SourceFile};
use cfct_core::template::Template;
use cfct_core::template::stack::{ACCOUNT, Place, Stack};
use proptest::prelude::*;
use support::all_findings;

/// Pieces that templates are made of, in no order that makes sense.
const PIECES: &[&str] = &[
    "Resources:\n",
    "Parameters:\n",
    "Outputs:\n",
    "Conditions:\n",
    "  A:\n",
    "  B:\n",
    "    Type: ",
    "AWS::S3::Bucket\n",
    "AWS::CloudFormation::Stack\n",
    "    Properties:\n",
    "      P: ",
    "      TemplateURL: ",
    "    Default: ",
    "    DependsOn: ",
    "    AllowedValues: ",
    "    AllowedPattern: ",
    "    NoEcho: true\n",
    "    Value: ",
    "    Export: {Name: ",
    "!Ref ",
    "!Sub ",
    "!GetAtt ",
    "!ImportValue ",
    "!If ",
    "!Join ",
    "{'Fn::Sub': ",
    "{Ref: ",
    "A\n",
    "B\n",
    "'${A}'",
    "'${A.B}é'",
    "\"arn:aws:x\"",
    "https://x.amazonaws.com/",
    "arn:aws:",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "- ",
    "\n",
    "  ",
    "|\n      x\n",
    "&a ",
    "*a",
    "'",
    "\"",
    "AKIAFAKEFAKEFAKEFAKE",
    "é",
    "\u{feff}",
    "\t",
    "#",
    "nested.yaml",
    "12",
    "true",
    "~",
];

const VALUES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "\"ParameterKey\"",
    "\"ParameterValue\"",
    "\"A\"",
    "\"B\"",
    "\"x, y\"",
    "7",
    "null",
    "\"$[alfred_ssm_/a]\"",
    "\"AKIAFAKEFAKEFAKEFAKE\"",
    "\"é\"",
    "\n",
    "//",
    "\"",
];

fn text(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..most).prop_map(|pieces| pieces.concat())
}

fn is_inside(place: &Location) -> bool {
    place.source.text().get(place.span.range()).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_point_into_their_files(template in text(PIECES, 60), file in text(VALUES, 30)) {
        let manifest = "region: eu-central-1\nversion: 2021-03-15\nresources:\n  - name: a\n    \
                        resource_file: templates/a.yaml\n    parameter_file: parameters/a.json\n    \
                        deploy_method: stack_set\n    deployment_targets: {organizational_units: [Security]}\n    \
                        export_outputs: [{name: /a, value: '$[output_A]'}]\n";
        let files =
            [("manifest.yaml", manifest), ("templates/a.yaml", template.as_str()), ("parameters/a.json", file.as_str())];
        let source = SourceFile::new("t", template.as_str());
        if let Some(document) = Document::read_template(&source).document {
            let read = Template::read(&document);
            let parameters = BTreeMap::new();
            let place = Place { account: Some(ACCOUNT), region: "eu-central-1", partition: None, name: "a" };
            let stack = Stack::new(&read, &parameters, place);
            let json = document.root().and_then(|root| stack.value(root).json("111122223333"));
            prop_assert!(json.is_none_or(|json| !json.to_string().contains(ACCOUNT)));
        }
        for finding in all_findings(&files) {
            prop_assert!(is_inside(&finding.primary), "{}", finding.message);
            prop_assert!(finding.related.iter().all(|related| is_inside(&related.location)), "{}", finding.message);
            prop_assert!(finding.hidden.iter().all(is_inside), "{}", finding.message);
            if let Some(fix) = &finding.fix {
                prop_assert!(is_sound(finding.primary.source.text(), fix), "{}", finding.message);
            }
        }
    }
}
