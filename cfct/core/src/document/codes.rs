//! Codes of the document readers.

use crate::finding::Code;

crate::codes! {
    /// The text is not YAML that PyYAML reads.
    YAML_SYNTAX = "yaml-syntax", Error, BuildYaml,
        "the text is not YAML that PyYAML can read",
        "nothing of a file that cannot be read is deployed";

    /// A tab between tokens.
    YAML_TAB = "yaml-tab", Error, BuildYaml,
        "a tab stands where YAML takes spaces only",
        "PyYAML refuses tabs for indentation and around values, though editors hardly show them";

    /// A character that PyYAML's reader refuses.
    YAML_CONTROL_CHARACTER = "yaml-control-character", Error, BuildYaml,
        "the file holds a control character",
        "PyYAML refuses the whole file, and most editors do not show the character";

    /// `---` again.
    YAML_SEVERAL_DOCUMENTS = "yaml-several-documents", Error, BuildYaml,
        "the file holds several YAML documents",
        "CfCT reads exactly one";

    /// `*name` without `&name` above it.
    YAML_UNDEFINED_ALIAS = "yaml-undefined-alias", Error, BuildYaml,
        "an alias has no anchor",
        "a plain value that starts with an asterisk is an alias to YAML";

    /// `&name` twice.
    YAML_REPEATED_ANCHOR = "yaml-repeated-anchor", Error, BuildYaml,
        "an anchor is defined twice",
        "YAML allows it, PyYAML does not";

    /// `&name [*name]`
    YAML_RECURSIVE_ALIAS = "yaml-recursive-alias", Error, StackSet,
        "an alias stands inside what it stands for",
        "PyYAML reads it into a list or map that holds itself, which cannot be written out as JSON";

    /// A billion laughs.
    YAML_ALIAS_EXPANSION = "yaml-alias-expansion", Error, StackSet,
        "the aliases of the file unfold to an enormous document",
        "written out as JSON for the state machine it exhausts the memory";

    /// A tag that the safe loader does not know.
    YAML_UNKNOWN_TAG = "yaml-unknown-tag", Error, BuildYaml,
        "a tag means nothing to PyYAML's safe loader",
        "PyYAML raises an error on it";

    /// `2021-13-45`, `!!int ten`, a lone `=`.
    YAML_INVALID_VALUE = "yaml-invalid-value", Error, BuildYaml,
        "a value looks like a date or number, or is tagged as one, but is none",
        "PyYAML raises an error instead of reading a text";

    /// `[a, b]: c`
    YAML_COLLECTION_KEY = "yaml-collection-key", Error, BuildYaml,
        "a list or a map stands as a key",
        "Python cannot hold it as a key; a plain value that starts with a bracket is a list or map to YAML";

    /// `<<: text`
    YAML_INVALID_MERGE = "yaml-invalid-merge", Error, BuildYaml,
        "a merge key merges something that is no map",
        "PyYAML raises an error on it";

    /// An alias, a merge key or a tag in a template.
    TEMPLATE_YAML = "template-yaml-unsupported", Error, BuildTemplates,
        "a template uses a part of YAML that CloudFormation does not take",
        "CloudFormation refuses aliases, merge keys and some of YAML's own tags, though other readers take them";

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

/// Whether Python reads what `code` is about, and only AWS refuses it.
pub(crate) fn is_pythons(code: &Code) -> bool {
    [&LONE_SURROGATE, &JSON_NOT_FINITE].iter().any(|other| other.name == code.name)
}
