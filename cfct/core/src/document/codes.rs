//! Codes of the document readers.

crate::codes! {
    /// The text is not YAML that PyYAML reads.
    YAML_SYNTAX = "yaml-syntax", Error, BuildYaml,
        "the text is not YAML that PyYAML can read",
        "nothing of a file that cannot be read is deployed";

    /// The file holds nothing but blanks and comments.
    FILE_EMPTY = "file-empty", Error, BuildYaml,
        "the file holds no document",
        "whoever reads the file finds nothing in it and stops";

    /// A key twice in one map.
    DUPLICATE_KEY = "duplicate-key", Error, Silent,
        "a key is given twice in one map",
        "the last one wins without a word, so a setting that is plainly in the file has no effect";

    /// Collections inside collections beyond any reader.
    NESTING_TOO_DEEP = "nesting-too-deep", Error, BuildYaml,
        "the document is nested too deeply",
        "Python's reader runs out of stack on it";

    /// U+FEFF at the start of the file.
    BYTE_ORDER_MARK = "byte-order-mark", Warning, Advice,
        "the file starts with a byte order mark",
        "some readers take the invisible character for a part of the text; Python's json refuses it";

    /// Half of a UTF-16 pair in an escape.
    LONE_SURROGATE = "lone-surrogate", Error, Policy,
        "an escape names half a character",
        "Python reads it, but the text cannot be sent to AWS, which takes UTF-8 only";

    /// The text is not JSON.
    JSON_SYNTAX = "json-syntax", Error, Policy,
        "the text is not JSON",
        "a policy is first parsed in the SCP or RCP stage, long after Build has passed it";

    /// A comment in JSON.
    JSON_COMMENT = "json-comment", Error, Policy,
        "a comment stands in a JSON file",
        "JSON has no comments; a policy with one passes Build and fails in the SCP or RCP stage";

    /// A comma with nothing behind or before it.
    JSON_TRAILING_COMMA = "json-trailing-comma", Error, Policy,
        "a comma in a JSON file has no entry on one of its sides",
        "JSON readers refuse it; a policy with one passes Build and fails in the SCP or RCP stage";

    /// A bad escape or a bare control character.
    JSON_STRING = "json-string", Error, Policy,
        "a JSON text holds an unknown escape or a bare control character",
        "JSON readers refuse it";

    /// A number that JSON does not write so.
    JSON_NUMBER = "json-number", Error, Policy,
        "a number is not written as JSON writes numbers",
        "JSON readers refuse it; an identifier with leading zeros must be a text";

    /// `NaN`, `Infinity`
    JSON_NOT_FINITE = "json-not-finite", Error, Policy,
        "NaN or Infinity stands in a JSON file",
        "Python reads it, AWS does not";
}
