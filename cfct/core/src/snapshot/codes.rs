//! Codes of any snapshot file.

crate::codes! {
    /// A field that must be there is not.
    MISSING_FIELD = "snapshot-missing-field", Error, Silent,
        "a snapshot lacks a field",
        "what depends on the field cannot be known, so neither checks nor plans would be true";
    /// A value has the wrong kind.
    WRONG_TYPE = "snapshot-wrong-type", Error, Silent,
        "a value in a snapshot has the wrong kind",
        "the value is left out, so neither checks nor plans would be true";
}
