//! Partitions and URL suffixes that are written out where CloudFormation knows them.

use super::Context;
use crate::document::{Format, NodeRef, Shape, Style};
use crate::finding::{Edit, Finding};
use crate::source::{Location, Span};
use crate::template::Template;
use crate::template::intrinsic::{Intrinsic, Substitution};
use crate::words::excerpt;

crate::codes! {
    /// `arn:aws:` in a template.
    PARTITION = "template-literal-partition", Warning, Advice,
        "a template writes out the partition of an ARN",
        "the template works in that partition only: not in China, GovCloud or a sovereign cloud";
    /// `https://….amazonaws.com` in a template.
    URL_SUFFIX = "template-literal-url-suffix", Note, Advice,
        "a template writes out the domain of an AWS endpoint",
        "the endpoint has another domain in other partitions, such as amazonaws.com.cn";
}

/// Resources whose content is a document of its own, where the partition belongs: policies of the
/// organization are bound to it.
const OWN_DOCUMENTS: [&str; 1] = ["AWS::Organizations::Policy"];

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for template in context.templates.values() {
        // Nearly all templates are done with here: one look at the text instead of one at each node.
        let text = template.document.source().text();
        if text.contains("arn:aws") || text.contains(".amazonaws.com") {
            of_template(template, findings);
        }
    }
}

fn of_template(template: &Template<'_>, findings: &mut Vec<Finding>) {
    let mut literals = Literals { findings };
    // Defaults and mappings take no functions, so there is nothing that a fix could write.
    let defaults = template.parameters.iter().filter_map(|parameter| parameter.default);
    for node in defaults.chain(template.mappings.iter().map(|mapping| mapping.node)) {
        literals.visit(node, Place { takes_functions: false, in_flow: false });
    }
    let resources = template
        .resources
        .iter()
        .filter(|resource| !resource.type_name.is_some_and(|name| OWN_DOCUMENTS.contains(&name)));
    let outputs = template.outputs.iter().filter_map(|output| output.value);
    for node in resources.filter_map(|resource| resource.properties).chain(outputs) {
        literals.visit(node, Place { takes_functions: true, in_flow: false });
    }
}

/// What is known of the place of a node.
#[derive(Clone, Copy)]
struct Place {
    /// Whether a call of a function may stand here.
    takes_functions: bool,
    /// Whether it is inside `[…]` or `{…}`, where plain text may not have braces.
    in_flow: bool,
}

struct Literals<'f> {
    findings: &'f mut Vec<Finding>,
}

impl Literals<'_> {
    /// Bounded by the nesting that the reader allows. Aliases are not entered: what they stand for is
    /// visited where it is written.
    fn visit(&mut self, node: NodeRef<'_>, place: Place) {
        if node.is_alias() {
            return;
        }
        if let Some(call) = Intrinsic::of(node) {
            return self.call(call, place);
        }
        let inside = Place { in_flow: place.in_flow || node.is_flow(), ..place };
        match node.shape() {
            Shape::Scalar(_) => self.literal(node, place),
            Shape::Sequence(list) => list.items().for_each(|item| self.visit(item, inside)),
            Shape::Mapping(map) => map.written().for_each(|entry| self.visit(entry.value, inside)),
        }
    }

    fn call(&mut self, call: Intrinsic<'_>, place: Place) {
        let in_flow = place.in_flow || call.node.is_flow() || call.argument.is_flow();
        if let Some(sub) = Substitution::of(call) {
            self.substituted(sub, Place { in_flow, ..place });
            if let Some(variables) = sub.variables {
                self.visit(variables, place);
            }
            return;
        }
        if let Some(inner) = call.inner().filter(|inner| inner.node.id() == call.node.id()) {
            return self.call(inner, Place { in_flow: true, ..place });
        }
        // The arguments of these are names; of the others, values that may be calls.
        let takes_functions = place.takes_functions
            && !matches!(call.name, "Ref" | "GetAtt" | "GetAZs" | "FindInMap" | "Condition" | "Transform");
        for argument in call.arguments() {
            if argument.id() != call.node.id() {
                self.visit(argument, Place { takes_functions, in_flow });
            } else if argument.scalar_text().is_some() {
                // The text of a short call carries the call's tag, which a fix would have to keep.
                self.literal(argument, Place { takes_functions: false, in_flow });
            }
        }
    }

    /// A text that `Fn::Sub` already reads: the variable goes right in.
    fn substituted(&mut self, sub: Substitution<'_>, place: Place) {
        let (node, source) = (sub.node, sub.node.source_text());
        for kind in KINDS {
            let found = kind.find(sub.text);
            let Some(first) = found.first() else { continue };
            let written = kind.find(source);
            // Escapes and folding hide some; braces would end a plain text in a flow collection.
            let is_plain = node.style() == Some(Style::Plain);
            let can_fix = written.len() == found.len() && !(place.in_flow && is_plain);
            let start = node.span().start as usize;
            let edits = written.iter().map(|found| Edit {
                span: Span::new(start + found.start, start + found.end),
                replacement: kind.variable().to_owned(),
            });
            let finding = kind.finding(node, &first.text, true);
            self.findings.push(if can_fix {
                finding.fix_all(format!("write {}", kind.variable()), edits.collect())
            } else {
                finding
            });
        }
    }

    fn literal(&mut self, node: NodeRef<'_>, place: Place) {
        let Some(text) = node.scalar_text() else { return };
        for kind in KINDS {
            let Some(first) = kind.find(text).into_iter().next() else { continue };
            let finding = kind.finding(node, &first.text, place.takes_functions);
            self.findings.push(match substitution(node, text).filter(|_| place.takes_functions) {
                Some(call) => finding.fix("use Fn::Sub", node.span(), call),
                None => finding,
            });
        }
    }
}

/// The call of `Fn::Sub` that comes to the same text with the partition's variables in it.
fn substitution(node: NodeRef<'_>, text: &str) -> Option<String> {
    let is_one_line = matches!(node.style(), Some(Style::Plain | Style::SingleQuoted | Style::DoubleQuoted))
        && !node.source_text().contains('\n');
    if !is_one_line || node.tag().is_some() || text.contains("${") || text.chars().any(char::is_control) {
        return None;
    }
    let text = KINDS.into_iter().fold(text.to_owned(), |text, kind| kind.replace(&text));
    Some(match node.document().format() {
        Format::Yaml => format!("!Sub '{}'", text.replace('\'', "''")),
        Format::Json => format!("{{\"Fn::Sub\": {}}}", serde_json::Value::from(text)),
    })
}

#[derive(Clone, Copy)]
enum Kind {
    Partition,
    UrlSuffix,
}

const KINDS: [Kind; 2] = [Kind::Partition, Kind::UrlSuffix];

/// The bytes to replace, and the text around them to show.
struct Found {
    start: usize,
    end: usize,
    text: String,
}

impl Kind {
    fn variable(self) -> &'static str {
        match self {
            Self::Partition => "${AWS::Partition}",
            Self::UrlSuffix => "${AWS::URLSuffix}",
        }
    }

    fn find(self, text: &str) -> Vec<Found> {
        match self {
            Self::Partition => partitions(text),
            Self::UrlSuffix => url_suffixes(text),
        }
    }

    fn replace(self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        for found in self.find(text) {
            replaced.push_str(&text[done..found.start]);
            replaced.push_str(self.variable());
            done = found.end;
        }
        replaced.push_str(&text[done..]);
        replaced
    }

    fn finding(self, node: NodeRef<'_>, found: &str, takes_functions: bool) -> Finding {
        let (code, what) = match self {
            Self::Partition => (&PARTITION, "partition"),
            Self::UrlSuffix => (&URL_SUFFIX, "domain"),
        };
        Finding::new(
            code,
            &place_of(node, found),
            format!("the {what} in `{}` is written out", excerpt(found)),
        )
        .help(if takes_functions {
            format!("write `{}` inside Fn::Sub", self.variable())
        } else {
            format!("keep only what differs here, and join it to `{}` where it is used", self.variable())
        })
    }
}

/// The bytes of `text` in the node, where they are written as they are meant; else the node.
fn place_of(node: NodeRef<'_>, text: &str) -> Location {
    let span = node.span();
    let found = node.source_text().find(text).map(|at| {
        let start = span.start as usize + at;
        Span::new(start, start + text.len())
    });
    Location::new(node.document().source(), found.unwrap_or(span))
}

/// `aws`, `aws-cn` and the like in `arn:aws:`.
fn partitions(text: &str) -> Vec<Found> {
    let candidates = text.match_indices("arn:aws").filter_map(|(at, _)| {
        let starts = !text[..at].ends_with(|before: char| before.is_ascii_alphanumeric());
        let start = at + "arn:".len();
        let length = text[start..].find(|c: char| !(c.is_ascii_lowercase() || c == '-'))?;
        let end = start + length;
        (starts && text[end..].starts_with(':')).then(|| Found {
            start,
            end,
            text: text[at..=end].to_owned(),
        })
    });
    candidates.collect()
}

/// `amazonaws.com` in addresses of endpoints. Service principals (`backup.amazonaws.com`) are the same in all
/// partitions, so only what has a scheme or is the host of a bucket or a registry counts.
fn url_suffixes(text: &str) -> Vec<Found> {
    const SUFFIX: &str = "amazonaws.com";
    const LONGEST_HOST: usize = 512;
    let candidates = text.match_indices(SUFFIX).filter_map(|(at, _)| {
        let is_host =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '$' | '{' | '}' | ':');
        // No host is longer; the bound keeps a hostile text from costing more than its length.
        let before = text[..at].char_indices().rev().take(LONGEST_HOST);
        let host_start = before.take_while(|(_, c)| is_host(*c)).last().map_or(at, |(start, _)| start);
        let host = &text[host_start..at];
        let has_scheme = text[..host_start].ends_with("//");
        let is_endpoint =
            [".s3.", ".s3-", ".dkr.ecr.", ".execute-api."].iter().any(|part| host.contains(part));
        let mut end = at + SUFFIX.len();
        if text[end..].starts_with(".cn") {
            end += ".cn".len();
        }
        let ends = !text[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        (ends && host.ends_with('.') && (has_scheme || is_endpoint)).then(|| Found {
            start: at,
            end,
            text: text[host_start..end].to_owned(),
        })
    });
    candidates.collect()
}

#[cfg(test)]
mod tests {
    use super::{partitions, url_suffixes};

    #[test]
    fn partitions_are_found_in_arns_only() {
        for (text, expected) in [
            ("arn:aws:s3:::b", vec!["arn:aws:"]),
            ("[\"arn:aws:a\", \"arn:aws-us-gov:b\"]", vec!["arn:aws:", "arn:aws-us-gov:"]),
            ("arn:${AWS::Partition}:s3:::b", vec![]),
            ("^arn:aws[a-z-]*:iam::", vec![]),
            ("arn:(aws|aws-cn):x", vec![]),
            ("barn:aws:x", vec![]),
            ("arn:aws", vec![]),
        ] {
            let found: Vec<_> = partitions(text).into_iter().map(|found| found.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn endpoints_are_told_from_service_principals() {
        for (text, expected) in [
            ("https://s3.amazonaws.com/b/k", vec!["s3.amazonaws.com"]),
            ("https://b.s3.${AWS::Region}.amazonaws.com/k", vec!["b.s3.${AWS::Region}.amazonaws.com"]),
            ("b.s3.eu-central-1.amazonaws.com", vec!["b.s3.eu-central-1.amazonaws.com"]),
            ("1.dkr.ecr.cn-north-1.amazonaws.com.cn/x", vec!["1.dkr.ecr.cn-north-1.amazonaws.com.cn"]),
            ("backup.amazonaws.com", vec![]),
            ("logs.eu-central-1.amazonaws.com", vec![]),
            ("delivery.logs.amazonaws.com", vec![]),
            ("s3.eu-central-1.amazonaws.com", vec![]),
            ("https://x.${AWS::URLSuffix}", vec![]),
            ("https://amazonaws.com.example.org", vec![]),
        ] {
            let found: Vec<_> = url_suffixes(text).into_iter().map(|found| found.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
