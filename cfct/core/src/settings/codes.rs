//! Codes of `cfct.toml`.

crate::codes! {
    /// Not TOML.
    SYNTAX = "settings-syntax", Error, Advice,
        "cfct.toml is not TOML",
        "settings that cannot be read are not applied, waivers included";
    /// A key that means nothing.
    UNKNOWN_KEY = "settings-unknown-key", Error, Advice,
        "cfct.toml has a key that means nothing",
        "a misspelt setting has no effect, and nobody would notice";
    /// A value of the wrong type, or a word that is not among the allowed ones.
    WRONG_VALUE = "settings-wrong-value", Error, Advice,
        "a value in cfct.toml is not one that the key takes",
        "a setting with a value that cannot be used has no effect";
    /// A code that no check raises.
    UNKNOWN_CODE = "settings-unknown-code", Error, Advice,
        "cfct.toml names a finding code that does not exist",
        "a level or a waiver for a code that does not exist has no effect";
    /// A limit that no check compares with.
    UNKNOWN_LIMIT = "settings-unknown-limit", Error, Advice,
        "cfct.toml sets a limit that does not exist",
        "a limit under a name that no check knows has no effect, and the published one stays in force";
    /// A waiver that says nothing of why.
    WAIVER_WITHOUT_REASON = "waiver-without-reason", Error, Advice,
        "a waiver has no reason",
        "the next reader has to know why a finding was accepted, to know when it no longer is";
    /// A waiver for something that is not found any more.
    UNUSED_WAIVER = "waiver-unused", Warning, Advice,
        "a waiver waives nothing",
        "it would hide the next finding of its kind, which nobody has looked at";
}
