//! Texts that Service Catalog bounds, and words that it knows.

use crate::document::NodeRef;
use crate::finding::Finding;
use crate::manifest::Text;
use crate::portfolio::codes::package::{TEXT_LENGTH, WRONG_VALUE};
use crate::portfolio::shape::{GUIDANCE, PERMISSION};
use crate::portfolio::{Portfolio, Product, Tag};
use crate::words::{excerpt, nearest};

/// A text, what it is called, and the number of characters it may have, as the schemas of
/// `AWS::ServiceCatalog::Portfolio` and `AWS::ServiceCatalog::CloudFormationProduct` say.
type Bounded<'d> = (Option<Text<'d>>, &'static str, usize, usize);

pub(super) fn check(portfolio: &Portfolio<'_>, findings: &mut Vec<Finding>) {
    lengths(
        &[
            (portfolio.name, "name", 1, 100),
            (portfolio.provider, "provider", 1, 50),
            (portfolio.description, "description", 0, 2000),
        ],
        findings,
    );
    tags(&portfolio.tags, findings);
    tags(&portfolio.tag_options, findings);
    for product in &portfolio.products {
        check_product(product, findings);
    }
}

fn check_product(product: &Product<'_>, findings: &mut Vec<Finding>) {
    let support = &product.support;
    lengths(
        &[
            (product.name, "name", 1, 8191),
            (product.owner, "owner", 1, 8191),
            (product.description, "description", 0, 8191),
            (product.distributor, "distributor", 0, 8191),
            (support.description, "description of the support", 0, 8191),
            (support.email, "address of the support", 0, 254),
            (support.url, "URL of the support", 0, 2083),
        ],
        findings,
    );
    tags(&product.tags, findings);
    tags(&product.tag_options, findings);
    if let Some(url) =
        support.url.filter(|url| !["http://", "https://"].iter().any(|at| url.value.starts_with(at)))
    {
        wrong(url.node, "the URL of the support is none", "start it with https://", findings);
    }
    for topic in product.notifications.iter().filter(|topic| !is_topic(topic.value)) {
        let message = format!("`{}` is no ARN of an SNS topic", excerpt(topic.value));
        wrong(topic.node, &message, "write arn:PARTITION:sns:REGION:ACCOUNT:NAME", findings);
    }
    word(product.tag_updates, PERMISSION, findings);
    word(product.stack_set.as_ref().and_then(|set| set.instance_control), PERMISSION, findings);
    for version in &product.versions {
        lengths(&[(version.name, "name", 1, 8192), (version.description, "description", 0, 8192)], findings);
        word(version.guidance, GUIDANCE, findings);
    }
}

fn lengths(texts: &[Bounded<'_>], findings: &mut Vec<Finding>) {
    for (text, what, least, most) in texts {
        let Some(text) = text else { continue };
        let count = text.value.chars().count();
        if !(*least..=*most).contains(&count) {
            let message = format!("the {what} has {count} characters");
            findings.push(
                Finding::new(&TEXT_LENGTH, &text.node, message)
                    .help(format!("write {least} to {most} characters")),
            );
        }
    }
}

/// `^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`, which the schemas of tags and tag options share.
fn tags(tags: &[Tag<'_>], findings: &mut Vec<Finding>) {
    for tag in tags {
        lengths(&[(Some(tag.key), "key", 1, 128), (Some(tag.value), "value", 1, 256)], findings);
        for text in [tag.key, tag.value] {
            let is_taken = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
            if let Some(other) = text.value.chars().find(|c| !is_taken(*c)) {
                let message =
                    format!("`{}` has the character `{}`", excerpt(text.value), other.escape_default());
                wrong(text.node, &message, "tags take letters, digits, spaces and _.:/=+-@", findings);
            }
        }
        if tag.key.value.to_lowercase().starts_with("aws:") {
            wrong(tag.key.node, "keys that start with aws: are reserved", "give it another key", findings);
        }
    }
}

fn word(text: Option<Text<'_>>, words: &'static [&'static str], findings: &mut Vec<Finding>) {
    let Some(text) = text.filter(|text| !words.contains(&text.value)) else { return };
    let message = format!("`{}` is not one of {}", excerpt(text.value), words.join(", "));
    let finding = Finding::new(&WRONG_VALUE, &text.node, message);
    findings.push(match nearest(text.value, words.iter().copied()) {
        Some(near) => {
            let new = crate::words::respelled(text.node, near);
            finding.help(format!("did you mean `{near}`?")).fix(
                format!("write `{near}`"),
                text.node.span(),
                new,
            )
        }
        None => finding.help(format!("write {}", words.join(" or "))),
    });
}

fn wrong(node: NodeRef<'_>, message: &str, help: &str, findings: &mut Vec<Finding>) {
    findings.push(Finding::new(&WRONG_VALUE, &node, message).help(help));
}

fn is_topic(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let [arn, partition, service, region, account, name] = parts[..] else { return false };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    arn == "arn"
        && partition.starts_with("aws")
        && service == "sns"
        && !region.is_empty()
        && is_account
        && !name.is_empty()
}
