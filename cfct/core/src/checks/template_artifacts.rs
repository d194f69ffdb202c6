//! Paths in a template that only `aws cloudformation package` would turn into addresses.

use super::Context;
use crate::document::NodeRef;
use crate::finding::Finding;
use crate::template::intrinsic::Intrinsic;
use crate::words::excerpt;

crate::codes! {
    /// A local path where CloudFormation needs an address.
    LOCAL_ARTIFACT = "template-local-artifact", Error, Deploy,
        "a template names a local file where CloudFormation needs an address",
        "CfCT does not package templates: it uploads the resource files as they are, and nothing that they name";
}

/// Properties that `aws cloudformation package` fills in, with the schemes that CloudFormation takes there.
const ARTIFACTS: [(&str, &str, &[&str]); 6] = [
    ("AWS::CloudFormation::Stack", "TemplateURL", &["https://", "http://"]),
    ("AWS::Lambda::Function", "Code", &[]),
    ("AWS::Lambda::LayerVersion", "Content", &[]),
    ("AWS::Serverless::Application", "Location", &["https://", "http://"]),
    ("AWS::Serverless::Function", "CodeUri", &["s3://"]),
    ("AWS::Serverless::LayerVersion", "ContentUri", &["s3://"]),
];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for template in context.templates.values() {
        for resource in &template.resources {
            let artifacts = ARTIFACTS.iter().filter(|(type_name, ..)| Some(*type_name) == resource.type_name);
            for (_, property, schemes) in artifacts {
                let value = resource.property(property).and_then(|node| local(node, schemes));
                findings.extend(value.map(|(node, text)| finding(node, text, property)));
            }
        }
    }
}

/// The text of a literal that is no address.
fn local<'d>(node: NodeRef<'d>, schemes: &[&str]) -> Option<(NodeRef<'d>, &'d str)> {
    let text = node.scalar_text().filter(|_| Intrinsic::of(node).is_none())?;
    (!schemes.iter().any(|scheme| text.starts_with(scheme))).then_some((node, text))
}

fn finding(node: NodeRef<'_>, text: &str, property: &str) -> Finding {
    let help = match property {
        "TemplateURL" | "Location" => {
            "put the file into a bucket that every target account can read, and give its https:// address"
        }
        _ => "put the code into a bucket in the stack's Region and name it, or write it inline as `ZipFile`",
    };
    Finding::new(&LOCAL_ARTIFACT, &node, format!("`{property}` is `{}`, which is no address", excerpt(text)))
        .help(help)
}
