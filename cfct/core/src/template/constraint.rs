//! Whether a value is one that a parameter takes.

use std::collections::HashMap;

use super::pattern::Pattern;
use super::{Bound, Parameter, ParameterType};
use crate::document::NodeRef;

/// What a value violates.
#[derive(Clone, Debug)]
pub enum Violation<'d> {
    /// It, or this part of a list, is none of `AllowedValues`.
    NotAllowed(String),
    /// It, or this part of a list, does not match `AllowedPattern`, which is here.
    Pattern(String, NodeRef<'d>),
    /// It, or this part of a list, is no number.
    NoNumber(String),
    /// It, or this part of a list, cannot be the id of such a resource: it would begin with the prefix.
    NoId(String, &'static str),
    /// It is this many characters long, fewer than `MinLength`.
    TooShort(usize, Bound<'d>),
    /// It is this many characters long, more than `MaxLength`.
    TooLong(usize, Bound<'d>),
    /// It is below `MinValue`.
    TooSmall(Bound<'d>),
    /// It is above `MaxValue`.
    TooLarge(Bound<'d>),
}

/// Compiled patterns by their text, so that a template used a hundred times compiles its patterns once.
#[derive(Debug, Default)]
pub struct Patterns<'d>(HashMap<&'d str, Option<Pattern>>);

impl<'d> Patterns<'d> {
    /// Whether `value` matches `pattern`; `None` where the pattern is Java's alone.
    fn matches(&mut self, pattern: &'d str, value: &str) -> Option<bool> {
        let compiled = self.0.entry(pattern).or_insert_with(|| Pattern::of(pattern));
        compiled.as_ref().map(|pattern| pattern.matches(value))
    }
}

impl<'d> Parameter<'d> {
    /// What the text `value`, as it arrives at CloudFormation, violates. Only what is certain: nothing is
    /// said of types that look a value up in the account.
    #[must_use]
    pub fn violations(&self, value: &str, patterns: &mut Patterns<'d>) -> Vec<Violation<'d>> {
        let Some(type_of) = self.type_of else { return Vec::new() };
        let parts: Vec<&str> =
            if type_of.is_list() { value.split(',').map(str::trim).collect() } else { vec![value] };
        let mut violations = Vec::new();
        for part in parts {
            violations.extend(shape(type_of, part));
            if type_of.is_plain() {
                violations.extend(self.choice(type_of, part));
                violations.extend(self.pattern(type_of, part, patterns));
            }
        }
        violations.extend(self.bounds(type_of, value));
        violations
    }

    fn choice(&self, type_of: ParameterType<'d>, part: &str) -> Option<Violation<'d>> {
        // An allowed value written without quotes may be a boolean or a number to CloudFormation: both its
        // spellings count, so that nothing right is reported.
        let is_same = |node: &NodeRef<'d>| {
            node.scalar_text() == Some(part)
                || node.python_text().as_deref() == Some(part)
                || (type_of == ParameterType::Number
                    && number(part).is_some_and(|value| {
                        node.scalar_text().and_then(number).is_some_and(|allowed| allowed == value)
                    }))
        };
        (!self.allowed_values.is_empty() && !self.allowed_values.iter().any(is_same))
            .then(|| Violation::NotAllowed(part.to_owned()))
    }

    fn pattern(
        &self,
        type_of: ParameterType<'d>,
        part: &str,
        patterns: &mut Patterns<'d>,
    ) -> Option<Violation<'d>> {
        if !matches!(type_of, ParameterType::String | ParameterType::TextList) {
            return None;
        }
        // Whether an empty list is one empty value is not documented.
        let node = self.allowed_pattern.filter(|_| type_of == ParameterType::String || !part.is_empty())?;
        let fails = patterns.matches(node.scalar_text()?, part) == Some(false);
        fails.then(|| Violation::Pattern(part.to_owned(), node))
    }

    fn bounds(&self, type_of: ParameterType<'d>, value: &str) -> Option<Violation<'d>> {
        match type_of {
            ParameterType::String => {
                let length = value.chars().count();
                let short = self.min_length.filter(|least| (length as f64) < least.value);
                let long = self.max_length.filter(|most| length as f64 > most.value);
                let short = short.map(|least| Violation::TooShort(length, least));
                short.or_else(|| long.map(|most| Violation::TooLong(length, most)))
            }
            ParameterType::Number => {
                let value = number(value)?;
                let small = self.min_value.filter(|least| value < least.value).map(Violation::TooSmall);
                small.or_else(|| self.max_value.filter(|most| value > most.value).map(Violation::TooLarge))
            }
            _ => None,
        }
    }
}

/// What cannot be a value of the type, whatever the account holds.
fn shape<'d>(type_of: ParameterType<'_>, part: &str) -> Option<Violation<'d>> {
    match type_of {
        ParameterType::Number | ParameterType::NumberList => {
            number(part).is_none().then(|| Violation::NoNumber(part.to_owned()))
        }
        ParameterType::Aws(name) | ParameterType::AwsList(name) => {
            let prefix = match name {
                "AWS::EC2::Image::Id" => "ami-",
                "AWS::EC2::Instance::Id" => "i-",
                "AWS::EC2::SecurityGroup::Id" => "sg-",
                "AWS::EC2::Subnet::Id" => "subnet-",
                "AWS::EC2::VPC::Id" => "vpc-",
                "AWS::EC2::Volume::Id" => "vol-",
                _ => return None,
            };
            (!part.starts_with(prefix)).then(|| Violation::NoId(part.to_owned(), prefix))
        }
        _ => None,
    }
}

/// A number as CloudFormation takes it: digits, a point, an exponent; not Rust's `inf` and `nan`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{Patterns, Violation};
    use crate::document::Document;
    use crate::source::SourceFile;
    use crate::template::Template;

    fn violation(parameter: &str, value: &str) -> String {
        let text = format!("Parameters:\n  P: {{{parameter}}}\n");
        let document = Document::read_yaml(&SourceFile::new("t", text)).document.unwrap();
        let template = Template::read(&document);
        let found = template.parameters[0].violations(value, &mut Patterns::default());
        let names = found.iter().map(|violation| match violation {
            Violation::NotAllowed(part) => format!("allowed {part}"),
            Violation::Pattern(part, _) => format!("pattern {part}"),
            Violation::NoNumber(part) => format!("number {part}"),
            Violation::NoId(part, prefix) => format!("{prefix} {part}"),
            Violation::TooShort(length, _) => format!("short {length}"),
            Violation::TooLong(length, _) => format!("long {length}"),
            Violation::TooSmall(_) => "small".to_owned(),
            Violation::TooLarge(_) => "large".to_owned(),
        });
        names.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn values_are_held_against_every_constraint() {
        for (parameter, value, expected) in [
            ("Type: String, AllowedValues: [dev, prod]", "prod", ""),
            ("Type: String, AllowedValues: [dev, prod]", "Prod", "allowed Prod"),
            ("Type: String, AllowedValues: [true, no]", "true", ""),
            ("Type: String, AllowedValues: [true, no]", "false", ""),
            ("Type: CommaDelimitedList, AllowedValues: [a, b]", "a, c", "allowed c"),
            ("Type: Number, AllowedValues: [1, 2.0]", "2", ""),
            ("Type: String, AllowedPattern: '[a-z]*'", "A", "pattern A"),
            ("Type: String, AllowedPattern: '(?=x)[a-z]*'", "A", ""),
            ("Type: CommaDelimitedList, AllowedPattern: '[a-z]*'", "a,B", "pattern B"),
            ("Type: Number", "seven", "number seven"),
            ("Type: Number", "", "number "),
            ("Type: Number", "-1.5e3", ""),
            ("Type: Number", "inf", "number inf"),
            ("Type: List<Number>", "1, x", "number x"),
            ("Type: Number, MinValue: 7, MaxValue: 35", "6", "small"),
            ("Type: Number, MinValue: '7', MaxValue: 35", "36", "large"),
            ("Type: String, MinLength: 2, MaxLength: 3", "a", "short 1"),
            ("Type: String, MinLength: 2, MaxLength: 3", "abcd", "long 4"),
            ("Type: 'AWS::EC2::VPC::Id'", "subnet-1", "vpc- subnet-1"),
            ("Type: 'List<AWS::EC2::Subnet::Id>'", "subnet-1,subnet-2", ""),
            ("Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: [/a]", "/b", ""),
            ("Type: Nonsense, AllowedValues: [a]", "b", ""),
        ] {
            assert_eq!(violation(parameter, value), expected, "{parameter}: {value}");
        }
    }
}
