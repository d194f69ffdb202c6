//! Codes of the document readers.

crate::codes! {
    /// The text is not YAML that PyYAML reads.
    YAML_SYNTAX = "yaml-syntax", Error, BuildYaml,
        "the text is not YAML that PyYAML can read",
        "nothing of a file that cannot be read is deployed";
}
