//! From YAML to promises; what has another form is refused, since a promise that is not read is not kept.

use cfct_core::document::{Document, Entry, MappingRef, NodeRef, Shape};

use super::{Deployed, Expected, FILE, Has, OfResources, Promises, Texts};
use crate::failure::Failure;

pub(super) fn read(document: &Document) -> Result<Promises, Failure> {
    let mut promises = Promises::default();
    for entry in entries(document.root().ok_or_else(|| Failure::new(format!("{FILE} is empty")))?)? {
        match text(entry.key)? {
            "resources" => {
                promises.resources = items(entry.value)?.map(of_resources).collect::<Result<_, _>>()?;
            }
            "parameters" => {
                let parameters = entries(entry.value)?.into_iter();
                promises.parameters = parameters
                    .map(|entry| Ok((text(entry.key)?.to_owned(), has(entry.value)?)))
                    .collect::<Result<_, Failure>>()?;
            }
            "refusals" => promises.refusals = items(entry.value)?.map(texts).collect::<Result<_, _>>()?,
            "deployed" => promises.deployed = items(entry.value)?.map(deployed).collect::<Result<_, _>>()?,
            _ => return Err(wrong(entry.key, "no promise of resources, parameters, refusals or stack sets")),
        }
    }
    Ok(promises)
}

fn of_resources(node: NodeRef<'_>) -> Result<OfResources, Failure> {
    let mut promise =
        OfResources { of: String::new(), except: Vec::new(), with: Vec::new(), has: Vec::new() };
    for entry in entries(node)? {
        match text(entry.key)? {
            "of" => promise.of = text(entry.value)?.to_owned(),
            "except" => promise.except = list(entry.value)?,
            "with" => promise.with = texts(entry.value)?,
            "has" => promise.has = has(entry.value)?,
            _ => return Err(wrong(entry.key, "neither `of`, `except`, `with` nor `has`")),
        }
    }
    match promise.of.is_empty() || promise.has.is_empty() {
        true => Err(wrong(node, "without `of` or `has`")),
        false => Ok(promise),
    }
}

fn deployed(node: NodeRef<'_>) -> Result<Deployed, Failure> {
    let mut promise = Deployed::default();
    for entry in entries(node)? {
        let into = match text(entry.key)? {
            "stack_sets" => &mut promise.stack_sets,
            "organizational_units" => &mut promise.organizational_units,
            "accounts" => &mut promise.accounts,
            "regions" => &mut promise.regions,
            "given" => &mut promise.given,
            _ => return Err(wrong(entry.key, "no stack sets and nowhere that they go")),
        };
        *into = list(entry.value)?;
    }
    Ok(promise)
}

fn has(node: NodeRef<'_>) -> Result<Vec<Has>, Failure> {
    let one = |entry: Entry<'_>| {
        let expected = match entry.value.shape() {
            Shape::Sequence(_) => Expected::OneOf(list(entry.value)?),
            _ => match text(entry.value)? {
                "given" => Expected::Given,
                "absent" => Expected::Absent,
                text => Expected::OneOf(vec![text.to_owned()]),
            },
        };
        Ok(Has { path: text(entry.key)?.to_owned(), expected })
    };
    entries(node)?.into_iter().map(one).collect()
}

fn list(node: NodeRef<'_>) -> Result<Vec<String>, Failure> {
    items(node)?.map(|item| text(item).map(str::to_owned)).collect()
}

fn texts(node: NodeRef<'_>) -> Result<Texts, Failure> {
    let pairs = entries(node)?.into_iter();
    pairs.map(|entry| Ok((text(entry.key)?.to_owned(), text(entry.value)?.to_owned()))).collect()
}

fn entries(node: NodeRef<'_>) -> Result<Vec<Entry<'_>>, Failure> {
    node.as_mapping().map(MappingRef::entries).ok_or_else(|| wrong(node, "no map"))
}

fn items(node: NodeRef<'_>) -> Result<impl Iterator<Item = NodeRef<'_>>, Failure> {
    Ok(node.as_sequence().ok_or_else(|| wrong(node, "no list"))?.items())
}

fn text(node: NodeRef<'_>) -> Result<&str, Failure> {
    node.scalar_text().ok_or_else(|| wrong(node, "no text"))
}

fn wrong(node: NodeRef<'_>, what: &str) -> Failure {
    let line = node.document().source().position(node.span().start).line;
    Failure::new(format!("{FILE}:{line}: this is {what}"))
}
