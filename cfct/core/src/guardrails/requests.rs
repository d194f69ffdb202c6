//! The requests of `guardrails evaluate`, as JSON.

use crate::document::{Document, MappingRef, NodeRef, Shape, Value};
use crate::iam::Policy;
use crate::iam::evaluate::{CompiledPolicy, Context, NotAPrincipal, Request};
use crate::source::{Located, Location};
use crate::words::kind_of;

use super::OwnPolicies;

/// A request and the policies that come with it.
#[derive(Debug)]
pub struct Asked {
    /// What the answer is called.
    pub id: Box<str>,
    /// The request.
    pub request: Request,
    /// Its own policies.
    pub policies: OwnPolicies,
}

/// Why a file of requests cannot be read.
#[derive(Debug)]
pub struct Malformed {
    /// Where.
    pub at: Location,
    /// A fragment that names what is wrong.
    pub message: String,
}

/// Reads a list of requests, each a map with `id`, `principal`, `action`, `resource`, and where wanted
/// `context`, `identity_policies`, `resource_policy`, `session_policies`, `permissions_boundary`.
///
/// # Errors
/// At the first thing that is not of this form.
pub fn read(document: &Document) -> Result<Vec<Asked>, Malformed> {
    let empty = || Malformed {
        at: Location::file(document.source()),
        message: "the file holds no requests".to_owned(),
    };
    let root = document.root().ok_or_else(empty)?;
    let list = root.as_sequence().ok_or_else(|| wrong(root, "the requests", "a list"))?;
    list.items().map(asked).collect()
}

fn asked(node: NodeRef<'_>) -> Result<Asked, Malformed> {
    let map = node.as_mapping().ok_or_else(|| wrong(node, "a request", "a map"))?;
    let principal = text(map, "principal")?;
    let at = field(map, "principal")?.location();
    let principal = principal.parse().map_err(|error: NotAPrincipal| Malformed {
        at,
        message: format!("`{principal}` names no principal: {error}"),
    })?;
    let mut context = Context::default();
    if let Some(keys) = map.get("context") {
        read_context(keys, &mut context)?;
    }
    Ok(Asked {
        id: text(map, "id")?.into(),
        request: Request::new(principal, text(map, "action")?, text(map, "resource")?, context),
        policies: own_policies(map)?,
    })
}

/// The policies that a map with a request or a test brings along.
pub(super) fn own_policies(map: MappingRef<'_>) -> Result<OwnPolicies, Malformed> {
    Ok(OwnPolicies {
        identity: policies(map, "identity_policies")?,
        resource: policy(map, "resource_policy")?,
        boundary: policy(map, "permissions_boundary")?,
        session: policies(map, "session_policies")?,
    })
}

/// Condition keys, each with a scalar or a list of them.
pub(super) fn read_context(node: NodeRef<'_>, context: &mut Context) -> Result<(), Malformed> {
    let map = node.as_mapping().ok_or_else(|| wrong(node, "`context`", "a map"))?;
    for entry in map.entries() {
        let key = entry.key.scalar_text().ok_or_else(|| wrong(entry.key, "a condition key", "a text"))?;
        let values = match entry.value.shape() {
            Shape::Sequence(list) => list.items().collect(),
            _ => vec![entry.value],
        };
        let texts = values.into_iter().map(|value| {
            value.scalar_text().ok_or_else(|| wrong(value, &format!("a value of `{key}`"), "a text"))
        });
        context.set(key, texts.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(())
}

pub(super) fn policies(map: MappingRef<'_>, key: &str) -> Result<Vec<CompiledPolicy>, Malformed> {
    let Some(node) = present(map, key) else { return Ok(Vec::new()) };
    let list = node.as_sequence().ok_or_else(|| wrong(node, &format!("`{key}`"), "a list of policies"))?;
    let items = list.items().enumerate();
    items.map(|(index, node)| compiled(&format!("{key}[{index}]"), node)).collect()
}

pub(super) fn policy(map: MappingRef<'_>, key: &str) -> Result<Option<CompiledPolicy>, Malformed> {
    present(map, key).map(|node| compiled(key, node)).transpose()
}

fn compiled(name: &str, node: NodeRef<'_>) -> Result<CompiledPolicy, Malformed> {
    let map = node.as_mapping().ok_or_else(|| wrong(node, &format!("`{name}`"), "a policy document"))?;
    Ok(CompiledPolicy::compile(name, &Policy::from_mapping(map)))
}

/// The value under a key, unless it is `null`.
fn present<'d>(map: MappingRef<'d>, key: &str) -> Option<NodeRef<'d>> {
    map.get(key).filter(|node| !matches!(node.value(), Some(Value::Null)))
}

fn field<'d>(map: MappingRef<'d>, key: &str) -> Result<NodeRef<'d>, Malformed> {
    let missing = || Malformed { at: map.node().location(), message: format!("the request has no `{key}`") };
    map.get(key).ok_or_else(missing)
}

fn text<'d>(map: MappingRef<'d>, key: &str) -> Result<&'d str, Malformed> {
    let node = field(map, key)?;
    node.scalar_text().ok_or_else(|| wrong(node, &format!("`{key}`"), "a text"))
}

pub(super) fn wrong(node: NodeRef<'_>, what: &str, expected: &str) -> Malformed {
    Malformed { at: node.location(), message: format!("{what} is {}, not {expected}", kind_of(node)) }
}
