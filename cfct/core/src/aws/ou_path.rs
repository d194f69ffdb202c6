//! Paths of organizational units, as CfCT's manifest writes them.

use std::fmt;

/// The way from the root to an organizational unit: `Workloads:Prod`. The empty path is the root itself.
///
/// AWS Organizations has no such notation; it is CfCT's (`OUNameDelimiter`), which strips each part and
/// drops empty ones (`list_sanitizer`). A name that itself holds a colon cannot be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OuPath(Vec<Box<str>>);

impl OuPath {
    /// What stands between the names.
    pub const DELIMITER: char = ':';
    /// How CfCT's manifest names the root.
    pub const ROOT: &'static str = "Root";

    /// The parts of `text` as CfCT takes them: stripped, without empty ones.
    pub fn parts_of(text: &str) -> impl Iterator<Item = &str> {
        text.split(Self::DELIMITER).map(str::trim).filter(|part| !part.is_empty())
    }

    /// A path of the given names, root's child first.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self(names.into_iter().map(Box::from).collect())
    }

    /// The names, root's child first.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether it leads to a unit somewhere inside of `other`.
    #[must_use]
    pub fn is_below(&self, other: &Self) -> bool {
        self.0.len() > other.0.len() && self.0.starts_with(&other.0)
    }

    /// The paths of the units on the way, the top-level one first, itself last.
    pub fn downwards(&self) -> impl Iterator<Item = Self> {
        (1..=self.0.len()).map(|length| Self(self.0[..length].to_vec()))
    }

    /// The last name; `Root` for the empty path.
    #[must_use]
    pub fn leaf(&self) -> &str {
        self.0.last().map_or(Self::ROOT, AsRef::as_ref)
    }
}

impl fmt::Display for OuPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(Self::ROOT);
        }
        for (index, name) in self.names().enumerate() {
            if index > 0 {
                write!(f, "{}", Self::DELIMITER)?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::OuPath;

    #[test]
    fn parts_are_stripped_and_empty_ones_dropped() {
        assert_eq!(OuPath::parts_of(" Workloads : :Prod: ").collect::<Vec<_>>(), ["Workloads", "Prod"]);
        assert_eq!(OuPath::parts_of(":").count(), 0);
    }

    #[test]
    fn a_path_leads_through_units_to_the_last() {
        let path = OuPath::new(["Workloads", "Prod"]);
        let way: Vec<String> = path.downwards().map(|unit| unit.to_string()).collect();
        assert_eq!(way, ["Workloads", "Workloads:Prod"]);
        assert!(path.is_below(&OuPath::new(["Workloads"])) && path.is_below(&OuPath::default()));
        assert!(!path.is_below(&path) && !path.is_below(&OuPath::new(["Work"])));
    }

    #[test]
    fn a_path_is_written_with_colons_and_the_empty_one_is_the_root() {
        let path = OuPath::new(["Workloads", "Prod"]);
        assert_eq!((path.to_string().as_str(), path.leaf()), ("Workloads:Prod", "Prod"));
        assert_eq!(OuPath::default().to_string(), "Root");
    }
}
