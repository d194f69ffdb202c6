//! Parameters of a product, checked before it is launched or updated: what Service Catalog would only say after
//! minutes, and one at a time.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::rules;
use crate::document::{Document, NodeRef};
use crate::secrets;
use crate::source::SourceFile;
use crate::template::constraint::{Patterns, Violation};
use crate::template::{Parameter, ParameterType, Template};
use crate::words::{excerpt, nearest};

/// What a version of a product takes, as `DescribeProvisioningParameters` tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Provisioning {
    /// Its parameters, in the order of the template.
    pub parameters: Vec<OfferedParameter>,
    /// The rules of its template constraints, by name.
    pub rules: Map<String, Value>,
    /// What constrains it, as type and description.
    pub constraints: Vec<(String, String)>,
    /// Tags that users choose a value of.
    pub tag_options: BTreeMap<String, Vec<String>>,
    /// Outputs with their descriptions.
    pub outputs: Vec<(String, String)>,
}

/// A parameter. What is absent is not constrained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OfferedParameter {
    /// Its name.
    pub name: String,
    /// Its type: `String`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its value where none is given; without one it has to be.
    pub default: Option<String>,
    /// Whether its value is masked.
    pub no_echo: bool,
    /// The values that it may have.
    pub allowed_values: Vec<String>,
    /// A regular expression that the whole value matches.
    pub allowed_pattern: Option<String>,
    /// What the author says about what it may be.
    pub constraint_description: Option<String>,
    /// The least length.
    pub min_length: Option<String>,
    /// The most length.
    pub max_length: Option<String>,
    /// The least number.
    pub min_value: Option<String>,
    /// The most.
    pub max_value: Option<String>,
}

/// What a launch is refused for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The parameter, or the rule.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Values by parameter.
pub type Values = BTreeMap<String, String>;

/// Everything that is wrong with `given`. `before` is what a product that is updated has now: what is not given
/// stays so, where it is known.
#[must_use]
pub fn check(offered: &Provisioning, given: &Values, before: Option<&Values>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let names = || offered.parameters.iter().map(|parameter| parameter.name.as_str());
    for name in given.keys().filter(|name| !names().any(|known| known == **name)) {
        let near = nearest(name, names());
        problems.push(Problem {
            subject: name.clone(),
            message: format!("there is no parameter `{}`", excerpt(name)),
            help: Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if offered.parameters.is_empty() => "the product takes none".to_owned(),
                None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
            }),
        });
    }
    let source = std::sync::Arc::new(SourceFile::new("parameters", template(offered).to_string()));
    let reading = Document::read_json(&source);
    let template = reading.document.as_ref().map(Template::read);
    let mut patterns = Patterns::default();
    for parameter in &offered.parameters {
        let own = template.as_ref().and_then(|template| template.parameter(&parameter.name));
        match given.get(&parameter.name) {
            Some(value) => problems.extend(own.into_iter().flat_map(|own| {
                let violations = own.violations(value, &mut patterns);
                violations.iter().map(|found| problem(own, value, found)).collect::<Vec<_>>()
            })),
            None if parameter.default.is_none()
                && before.is_none_or(|before| !before.contains_key(&parameter.name)) =>
            {
                problems.push(Problem {
                    subject: parameter.name.clone(),
                    message: format!("`{}` needs a value", parameter.name),
                    help: Some(format!("give --set {}=…", parameter.name)),
                });
            }
            None => {}
        }
    }
    problems.extend(broken_rules(offered, given, before));
    problems
}

fn broken_rules(offered: &Provisioning, given: &Values, before: Option<&Values>) -> Vec<Problem> {
    // A masked value is not what it is.
    let known = |parameter: &OfferedParameter| {
        before.filter(|_| !parameter.no_echo).map(|before| before.get(&parameter.name).map(String::as_str))
    };
    let values: BTreeMap<&str, &str> = offered
        .parameters
        .iter()
        .filter_map(|parameter| {
            let value = given.get(&parameter.name).map(String::as_str);
            let value = value.or_else(|| match before {
                Some(_) => known(parameter).flatten(),
                None => parameter.default.as_deref(),
            });
            Some((parameter.name.as_str(), value?))
        })
        .collect();
    let is_list = |name: &str| {
        let parameter = offered.parameters.iter().find(|parameter| parameter.name == name);
        parameter.is_some_and(|parameter| ParameterType::of(&parameter.kind).is_list())
    };
    let broken = rules::broken(&offered.rules, &values, &is_list).into_iter();
    broken
        .map(|broken| Problem {
            message: format!("rule {} is broken", broken.rule),
            help: broken.says.or_else(|| Some(format!("look at {}", broken.parameters.join(", ")))),
            subject: broken.rule,
        })
        .collect()
}

/// The parameters as a template has them, so that they are checked as templates are.
fn template(offered: &Provisioning) -> Value {
    let parameters = offered.parameters.iter().map(|parameter| {
        let mut own = json!({ "Type": parameter.kind, "NoEcho": parameter.no_echo });
        if !parameter.allowed_values.is_empty() {
            own["AllowedValues"] = parameter.allowed_values.clone().into();
        }
        for (key, text) in [
            ("AllowedPattern", &parameter.allowed_pattern),
            ("ConstraintDescription", &parameter.constraint_description),
            ("MinLength", &parameter.min_length),
            ("MaxLength", &parameter.max_length),
            ("MinValue", &parameter.min_value),
            ("MaxValue", &parameter.max_value),
        ] {
            if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
                own[key] = Value::from(text.as_str());
            }
        }
        (parameter.name.clone(), own)
    });
    json!({ "Parameters": parameters.collect::<Map<_, _>>() })
}

fn problem(parameter: &Parameter<'_>, value: &str, violation: &Violation<'_>) -> Problem {
    let name = parameter.name;
    let shown = |text: &str| {
        let is_secret =
            parameter.no_echo || secrets::names_a_secret(name) || secrets::evidence(text).is_some();
        if is_secret { "this value".to_owned() } else { format!("`{}`", excerpt(text)) }
    };
    let described = parameter.constraint_description.and_then(NodeRef::scalar_text).map(excerpt);
    let (message, help) = match violation {
        Violation::NotAllowed(part) => {
            let allowed: Vec<&str> =
                parameter.allowed_values.iter().filter_map(|node| node.scalar_text()).collect();
            let help = match nearest(part, allowed.iter().copied()) {
                Some(near) => format!("did you mean `{}`?", excerpt(near)),
                None => format!("it can be {}", excerpt(&allowed.join(", "))),
            };
            (format!("`{name}` cannot be {}", shown(part)), Some(help))
        }
        Violation::Pattern(part, pattern) => {
            let pattern = excerpt(pattern.scalar_text().unwrap_or_default());
            (format!("`{name}` cannot be {}: it must match `{pattern}`", shown(part)), described)
        }
        Violation::NoNumber(part) => {
            (format!("`{name}` is a number, and cannot be {}", shown(part)), described)
        }
        Violation::NoId(part, prefix) => {
            (format!("`{name}` cannot be {}: it begins with `{prefix}`", shown(part)), described)
        }
        Violation::TooShort(length, least) => {
            (format!("`{name}` has {length} characters, and needs {}", least.value), described)
        }
        Violation::TooLong(length, most) => {
            (format!("`{name}` has {length} characters, and may have {}", most.value), described)
        }
        Violation::TooSmall(least) => {
            (format!("`{name}` is {}, below {}", shown(value), least.value), described)
        }
        Violation::TooLarge(most) => {
            (format!("`{name}` is {}, above {}", shown(value), most.value), described)
        }
    };
    Problem { subject: name.to_owned(), message, help }
}
