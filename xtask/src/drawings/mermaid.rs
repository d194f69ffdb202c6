//! A scene as a Mermaid flowchart (<https://mermaid.js.org/syntax/flowchart.html>).

use std::collections::BTreeMap;
use std::fmt::Write;

use super::scene::Scene;

/// The text of the flowchart. The same scene gives the same text.
pub fn write(scene: &Scene) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    let mut blocks = 0;
    for (number, place) in scene.places.iter().enumerate() {
        // Names of units side by side would make the place as wide as all of them.
        let title = escaped(&place.title).replace(", ", ",<br/>");
        let _ = writeln!(text, "  subgraph p{number}[\"{title}\"]");
        ids.insert(&place.title, format!("p{number}"));
        for block in &place.boxes {
            let id = format!("b{blocks}");
            blocks += 1;
            let lines: String = block.lines.iter().map(|line| format!("<br/>{}", escaped(line))).collect();
            let _ = writeln!(text, "    {id}[\"<b>{}</b>{lines}\"]", escaped(&block.name));
            ids.insert(&block.name, id);
        }
        text.push_str("  end\n");
    }
    for arrow in &scene.arrows {
        let (Some(from), Some(to)) = (ids.get(arrow.from.as_str()), ids.get(arrow.to.as_str())) else {
            continue;
        };
        let line = if arrow.is_rule { "-.->" } else { "-->" };
        let label =
            if arrow.label.is_empty() { String::new() } else { format!("|\"{}\"|", escaped(&arrow.label)) };
        let _ = writeln!(text, "  {from} {line}{label} {to}");
    }
    text
}

/// Mermaid reads quotes and angle brackets in a label as its own.
fn escaped(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Arrow, Block};
    use super::*;

    #[test]
    fn a_scene_is_places_boxes_and_arrows() {
        let mut scene = Scene::default();
        for (place, name) in [("account a", "key"), ("account \"b\"", "vault")] {
            scene.place(place).boxes.push(Block { name: name.to_owned(), lines: vec!["KMS Key".to_owned()] });
        }
        scene.arrows.insert(Arrow {
            from: "key".to_owned(),
            to: "vault".to_owned(),
            label: "/key-arn".to_owned(),
            is_rule: false,
        });
        let expected = "flowchart LR\n  subgraph p0[\"account a\"]\n    b0[\"<b>key</b><br/>KMS Key\"]\n  end\n  \
                        subgraph p1[\"account #quot;b#quot;\"]\n    b1[\"<b>vault</b><br/>KMS Key\"]\n  end\n  \
                        b0 -->|\"/key-arn\"| b1\n";
        assert_eq!(write(&scene), expected);
    }
}
