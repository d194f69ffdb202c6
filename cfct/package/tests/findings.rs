//! Every finding code has a folder that raises it and a folder that does not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cfct_core::{checks, registry};
use cfct_package::{ReadError, read_folder};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/findings")
}

fn codes_in(folder: &Path) -> Result<BTreeSet<&'static str>, ReadError> {
    let read = read_folder(folder)?;
    Ok(checks::run(&read.configuration).iter().map(|finding| finding.code.name).collect())
}

#[test]
fn each_failing_fixture_has_its_code_and_no_passing_one_does() {
    for code in registry::codes().filter(|code| !registry::needs_organization(code)) {
        let folder = fixtures().join(code.name);
        if !folder.exists() {
            continue;
        }
        let fails = codes_in(&folder.join("fails")).unwrap();
        assert!(fails.contains(code.name), "{}/fails raises {fails:?}", code.name);
        let passes = codes_in(&folder.join("passes")).unwrap();
        assert!(!passes.contains(code.name), "{}/passes raises it too", code.name);
    }
}
