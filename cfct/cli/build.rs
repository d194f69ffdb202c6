//! Lists what is built in: the pages under `docs/findings/` for `src/pages.rs`, and the configuration of this
//! repository for `src/blueprint.rs`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The files and folders of the configuration.
const CONFIGURATION: [&str; 6] =
    ["cfct.toml", "manifest.yaml", "parameters", "policies", "portfolios", "templates"];

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let mut pages = Vec::new();
    for (name, path) in files(&root.join("docs/findings"))? {
        if let Some(name) = name.strip_suffix(".md") {
            pages.push((name.to_owned(), path));
        }
    }
    write_table("pages.rs", "PAGES", pages)?;
    let mut configuration = Vec::new();
    for part in CONFIGURATION {
        let below = files(&root.join(part))?;
        configuration.extend(below.into_iter().map(|(name, path)| match name.as_str() {
            "" => (part.to_owned(), path),
            name => (format!("{part}/{name}"), path),
        }));
    }
    write_table("blueprint.rs", "FILES", configuration)
}

/// Every file below a folder, by its path from there; a file itself under an empty name.
fn files(top: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    println!("cargo::rerun-if-changed={}", top.display());
    let mut open = vec![(String::new(), top.to_owned())];
    let mut files = Vec::new();
    while let Some((name, path)) = open.pop() {
        if path.is_file() {
            files.push((name, path));
            continue;
        }
        for entry in fs::read_dir(&path)? {
            let path = entry?.path();
            if let Some(file) = path.file_name().and_then(|name| name.to_str()) {
                let separator = if name.is_empty() { "" } else { "/" };
                open.push((format!("{name}{separator}{file}"), path.clone()));
            }
        }
    }
    Ok(files)
}

fn write_table(file: &str, table: &str, mut entries: Vec<(String, PathBuf)>) -> io::Result<()> {
    entries.sort();
    let entries: String =
        entries.iter().map(|(name, path)| format!("    ({name:?}, include_str!({path:?})),\n")).collect();
    let text = format!("static {table}: &[(&str, &str)] = &[\n{entries}];\n");
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join(file), text)
}
