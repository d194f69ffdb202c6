//! Codes of the selection.

crate::codes! {
    /// A key or credentials among the files that CfCT reads.
    SECRET_FILE = "package-secret-file", Warning, Silent,
        "a file that looks like a secret lies among those that CfCT reads",
        "a repository travels through the pipeline whole, secrets included; `package` leaves them out";
    /// Not UTF-8, or with a backslash.
    FILE_NAME = "package-file-name", Warning, Silent,
        "a file's name cannot be carried by a package",
        "names in a package are UTF-8 with forward slashes; the file is left out";
}
