//! A plan as one HTML file that needs nothing else: the organization as a tree, tables, what is lost first.
//!
//! The page is the same for every plan (`page.html`, the styles and the scripts beside it); the plan is data
//! inside it, as sets and not as instances ([`data`]). Texts of users reach the page only as that data, and
//! the scripts put them into it only as text. Its Content-Security-Policy admits its own style and scripts,
//! by their digests, and no request of any kind.

mod data;
mod sets;

use std::io::{self, Write};

use cfct_core::plan::{Plan, Sources};
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("page.html");
const STYLE: &[&str] =
    &[include_str!("page.css"), include_str!("organization.css"), include_str!("media.css")];
/// One script: the plan and what follows from it, then the parts of the page.
const SCRIPT: &[&str] = &[
    include_str!("model.js"),
    include_str!("dom.js"),
    include_str!("summary.js"),
    include_str!("details.js"),
    include_str!("tree.js"),
    include_str!("tables.js"),
    include_str!("page.js"),
];

/// Writes the page, with the sequences of pushes that do safely what one push does not, where they were looked for.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write(plan: &Plan<'_>, sources: &Sources<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (style, script) = (STYLE.concat(), SCRIPT.concat());
    let mut rest = PAGE;
    while let Some((before, (slot, after))) =
        rest.split_once("{{").and_then(|(before, after)| Some((before, after.split_once("}}")?)))
    {
        out.write_all(before.as_bytes())?;
        match slot {
            "id" => out.write_all(plan.id.as_bytes())?,
            "policy" => out.write_all(content_security_policy(&style, &script).as_bytes())?,
            "style" => out.write_all(style.as_bytes())?,
            "script" => out.write_all(script.as_bytes())?,
            "data" => serde_json::to_writer(Escaping(&mut *out), &data::Data::of(plan, sources))?,
            _ => {}
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// Nothing may be fetched, sent or run but what is in the file as written.
///
/// <https://www.w3.org/TR/CSP3/>
fn content_security_policy(style: &str, script: &str) -> String {
    let digest = |text: &str| sets::base64(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(script),
        digest(style)
    )
}

/// Writes JSON so that HTML sees nothing of its own in it: `<`, `>` and `&` stand in JSON only inside texts,
/// where `\u003c` means the same.
struct Escaping<'o>(&'o mut dyn Write);

impl Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&')) {
            let (plain, special) = rest.split_at(at);
            self.0.write_all(plain)?;
            let (special, after) = special.split_at(1);
            for byte in special {
                write!(self.0, "\\u{byte:04x}")?;
            }
            rest = after;
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Escaping;

    #[test]
    fn no_text_of_a_plan_ends_the_script_that_it_stands_in() {
        let text = "a</script><!--&b";
        let mut written = Vec::new();
        serde_json::to_writer(Escaping(&mut written), text).unwrap();
        assert_eq!(written, br#""a\u003c/script\u003e\u003c!--\u0026b""#);
        assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text);
    }
}
