//! Template parameters: their types and constraints.

use crate::document::NodeRef;

/// A parameter of a template.
#[derive(Clone, Debug)]
pub struct Parameter<'d> {
    /// The name.
    pub name: &'d str,
    /// The node of the name.
    pub key: NodeRef<'d>,
    /// What stands under it.
    pub node: NodeRef<'d>,
    /// `Type`; `None` where there is none or it is no text.
    pub type_of: Option<ParameterType<'d>>,
    /// The node of `Type`.
    pub type_node: Option<NodeRef<'d>>,
    /// `Default`
    pub default: Option<NodeRef<'d>>,
    /// `AllowedValues`; empty where there are none.
    pub allowed_values: Vec<NodeRef<'d>>,
    /// `AllowedPattern`: a Java regular expression that the whole value must match.
    pub allowed_pattern: Option<NodeRef<'d>>,
    /// `MinLength`, in characters.
    pub min_length: Option<Bound<'d>>,
    /// `MaxLength`, in characters.
    pub max_length: Option<Bound<'d>>,
    /// `MinValue`
    pub min_value: Option<Bound<'d>>,
    /// `MaxValue`
    pub max_value: Option<Bound<'d>>,
    /// `NoEcho`: the value is masked wherever CloudFormation shows it.
    pub no_echo: bool,
    /// `Description`
    pub description: Option<NodeRef<'d>>,
    /// `ConstraintDescription`
    pub constraint_description: Option<NodeRef<'d>>,
}

/// A limit on a length or a number, and where it is written.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'d> {
    /// The limit.
    pub value: f64,
    /// The node.
    pub node: NodeRef<'d>,
}

/// What a parameter takes (AWS CloudFormation User Guide, "Parameters section", "Supplied types").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType<'d> {
    /// `String`
    String,
    /// `Number`: an integer or a float, given as text.
    Number,
    /// `List<Number>`
    NumberList,
    /// `CommaDelimitedList`: texts, each trimmed.
    TextList,
    /// `AWS::SSM::Parameter::Name`: the name of an SSM parameter.
    SsmName,
    /// `AWS::SSM::Parameter::Value<…>`: the name of an SSM parameter whose value is used; what is between
    /// the angle brackets.
    SsmValue(&'d str),
    /// A resource that must exist in the target account, such as `AWS::EC2::VPC::Id`.
    Aws(&'d str),
    /// `List<…>` of those.
    AwsList(&'d str),
    /// None that CloudFormation knows.
    Unknown(&'d str),
}

/// The AWS-specific types, also allowed as `List<…>` but for the key pair's name.
const AWS_TYPES: [&str; 10] = [
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
];

/// Every spelling that [`ParameterType::of`] takes for a type without a parameter of its own; for
/// suggestions.
pub fn known_types() -> impl Iterator<Item = &'static str> {
    ["String", "Number", "List<Number>", "CommaDelimitedList", "AWS::SSM::Parameter::Name"]
        .into_iter()
        .chain(AWS_TYPES)
}

impl<'d> ParameterType<'d> {
    /// The type that `text` names.
    #[must_use]
    pub fn of(text: &'d str) -> Self {
        let inside = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
        match text {
            "String" => return Self::String,
            "Number" => return Self::Number,
            "CommaDelimitedList" => return Self::TextList,
            "AWS::SSM::Parameter::Name" => return Self::SsmName,
            _ => {}
        }
        if let Some(inner) = inside("AWS::SSM::Parameter::Value<") {
            return Self::SsmValue(inner);
        }
        match inside("List<") {
            Some("Number") => Self::NumberList,
            Some(inner) if AWS_TYPES.contains(&inner) => Self::AwsList(inner),
            None if AWS_TYPES.contains(&text) => Self::Aws(text),
            _ => Self::Unknown(text),
        }
    }

    /// Whether a value is a list, its parts separated by commas.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self, Self::NumberList | Self::TextList | Self::AwsList(_))
    }

    /// Whether the constraints apply to the value itself, and not to what a service holds under it.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(self, Self::String | Self::Number | Self::NumberList | Self::TextList)
    }
}

#[cfg(test)]
mod tests {
    use super::ParameterType;

    #[test]
    fn types_are_told_apart() {
        for (text, expected) in [
            ("String", ParameterType::String),
            ("List<Number>", ParameterType::NumberList),
            ("CommaDelimitedList", ParameterType::TextList),
            ("AWS::EC2::VPC::Id", ParameterType::Aws("AWS::EC2::VPC::Id")),
            ("List<AWS::EC2::Subnet::Id>", ParameterType::AwsList("AWS::EC2::Subnet::Id")),
            ("AWS::SSM::Parameter::Value<String>", ParameterType::SsmValue("String")),
            ("List<String>", ParameterType::Unknown("List<String>")),
            ("string", ParameterType::Unknown("string")),
        ] {
            assert_eq!(ParameterType::of(text), expected, "{text}");
        }
    }
}
