//! What CfCT makes of a parameter's text (`cfn_params_handler.py`, `update_params`).

/// A value as CfCT sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The parts; one where it is no list.
    pub parts: Vec<Part>,
    /// Whether a comma made a list of it. CfCT joins the parts with `,` for CloudFormation, but compares the
    /// list with the deployed text, which are never equal.
    pub is_list: bool,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it arrives.
    Text(String),
    /// `$[alfred_…]` as written: CfCT puts the value in when it runs.
    Helper(String),
}

/// The keywords that CfCT replaces when it runs; any other `$[x]` becomes the bare `x`.
const HELPERS: [&str; 4] = ["alfred_ssm_", "alfred_genkeypair", "alfred_genpass_", "alfred_genaz_"];

impl Sent {
    /// What becomes of a text: split at commas and trimmed, helpers told apart.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.contains(',') {
            Self { parts: text.split(',').map(|part| Part::of(part.trim())).collect(), is_list: true }
        } else {
            Self { parts: vec![Part::of(text)], is_list: false }
        }
    }

    /// What becomes of a list in a parameter file: each item as it is.
    #[must_use]
    pub fn of_list(items: &[&str]) -> Self {
        Self { parts: items.iter().map(|item| Part::of(item)).collect(), is_list: true }
    }

    /// The text that CloudFormation gets; `None` where a helper puts in what is not known yet.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let parts: Option<Vec<&str>> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Helper(_) => None,
            })
            .collect();
        Some(parts?.join(","))
    }

    /// Whether a helper puts in a part of the value when CfCT runs.
    #[must_use]
    pub fn has_helper(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Helper(_)))
    }
}

impl Part {
    fn of(text: &str) -> Self {
        let Some(keyword) = text.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')) else {
            return Self::Text(text.to_owned());
        };
        if HELPERS.iter().any(|helper| keyword.starts_with(helper)) {
            Self::Helper(text.to_owned())
        } else {
            Self::Text(keyword.to_owned())
        }
    }
}
