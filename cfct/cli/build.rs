//! Lists the pages under `docs/findings/` for `src/pages.rs`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/findings");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages: Vec<(String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path().canonicalize()?;
        if let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".md")) {
            pages.push((name.to_owned(), path));
        }
    }
    pages.sort();
    let entries: String =
        pages.iter().map(|(name, path)| format!("    ({name:?}, include_str!({path:?})),\n")).collect();
    let table = format!("static PAGES: &[(&str, &str)] = &[\n{entries}];\n");
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("pages.rs"), table)
}
