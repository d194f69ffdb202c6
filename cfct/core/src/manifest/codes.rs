//! Codes of the manifest's schema. All of them fail CfCT's Build stage, and nothing else does at that stage.

crate::codes! {
    /// No version, or one that CfCT does not know.
    VERSION = "manifest-version", Error, BuildSchema,
        "the manifest's version is missing, unknown or quoted",
        "the version selects the schema; with another one CfCT processes nothing";
    /// A key that the schema does not define.
    UNKNOWN_KEY = "manifest-unknown-key", Error, BuildSchema,
        "a key that CfCT's schema does not define",
        "CfCT's schema rejects unknown keys, wherever they stand";
    /// A required key is absent or empty.
    MISSING_KEY = "manifest-missing-key", Error, BuildSchema,
        "a required key is absent or empty",
        "CfCT's schema rejects a manifest without it";
    /// A list where a text belongs, a number where a name belongs.
    WRONG_TYPE = "manifest-wrong-type", Error, BuildSchema,
        "a value has another type than CfCT's schema asks for",
        "CfCT's schema checks types after PyYAML has turned unquoted words into numbers, dates and booleans";
    /// A word that is none of the allowed ones.
    NOT_ALLOWED = "manifest-value-not-allowed", Error, BuildSchema,
        "a value is none of those that CfCT's schema allows",
        "CfCT's schema compares the word exactly, case included";
    /// A Region that stands twice in `regions`.
    REPEATED_ITEM = "manifest-repeated-item", Error, BuildSchema,
        "a Region stands twice in a list",
        "CfCT's schema wants every Region of the list once";
}
