//! What was found, as one HTML file without a script: nothing in it can run, and nothing is fetched.

use std::io::{self, Write};

use cfct_core::verify::{Item, State};

use super::table;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>Expected and actual</title>\n<style>\n\
    :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }\n\
    body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem }\n\
    table { border-collapse: collapse; width: 100% }\n\
    th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; \
    border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }\n\
    td:last-child { overflow-wrap: anywhere }\n\
    .incorrect, .missing, .unexpected { color: light-dark(#a40000, #ff8a80) }\n\
    .unreachable { color: light-dark(#7a5200, #ffcc66) }\n\
    .correct { color: light-dark(#0b6b2e, #7ddc9b) }\n\
    </style>\n<h1>Expected and actual</h1>\n";

pub(super) fn write(items: &[Item], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{HEAD}<p>{}</p>\n<table>\n<thead><tr>", table::summary(items))?;
    for head in ["State", "What", "Name", "Account", "Region", "Detail"] {
        write!(out, "<th scope=\"col\">{head}</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for item in items {
        let account = item.account.map(|account| account.to_string()).unwrap_or_default();
        let region = item.region.as_deref().unwrap_or_default();
        let state: State = item.state;
        write!(out, "<tr><td class=\"{state}\">{state}</td>")?;
        for cell in [item.kind, &item.subject, &account, region, &item.detail] {
            write!(out, "<td>{}</td>", escaped(cell))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</html>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use cfct_core::verify::{Item, State};

    use super::write;

    #[test]
    fn a_name_is_text_whatever_is_in_it() {
        let item = Item::new(State::Missing, "vault", "<script>&").because("\"x\"");
        let mut page = Vec::new();
        write(&[item], &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains("<td>&lt;script&gt;&amp;</td>") && page.contains("<td>&quot;x&quot;</td>"));
        assert!(!page.contains("<script"));
    }
}
