//! The effective policy of an account: what the merge gives, what had no effect, and what AWS leaves open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::merge::{Ignored, Level, Merge};
use super::questions::Question;
use super::tree::{Node, Origin, Setting, Sourced};

/// An effective policy.
#[derive(Clone, Debug)]
pub struct Effective<'p> {
    /// What `DescribeEffectivePolicy` returns, with origins, and with emptied settings still in it.
    pub root: Node<'p>,
    /// What in the policies has no effect.
    pub ignored: Vec<Arc<Ignored<'p>>>,
    /// Where the outcome depends on something that AWS does not specify.
    pub ambiguous: Vec<Ambiguity<'p>>,
}

/// A part of an effective policy that could come out in two ways.
#[derive(Clone, Debug)]
pub struct Ambiguity<'p> {
    /// The setting or container, as `plans/daily/regions`.
    pub path: String,
    /// What AWS does not specify; each of these alone leads to the other outcome.
    pub questions: Vec<Question>,
    /// What [`Effective::root`] has there, as JSON; `None` where it has nothing.
    pub chosen: Option<Value>,
    /// What the other answer leads to.
    pub otherwise: Option<Value>,
    /// Where the values come from that only one of the outcomes has, or (where they differ in nothing but
    /// their absence) the values that both have.
    pub origins: Vec<Origin<'p>>,
}

/// The policies on the way down from the root so far, merged by every reading that makes a difference.
///
/// Going on from what is above is all that a node costs, whatever stands above it.
#[derive(Clone, Debug)]
pub struct Inheritance<'p> {
    usual: Merge<'p>,
    others: Vec<(Question, Merge<'p>)>,
}

impl Default for Inheritance<'_> {
    /// Above the root nothing is inherited.
    fn default() -> Self {
        Self { usual: Merge::new(None), others: Vec::new() }
    }
}

impl<'p> Inheritance<'p> {
    /// One node further down.
    #[must_use]
    pub fn below(&self, level: &Level<'p>) -> Self {
        let mut usual = self.usual.clone();
        usual.descend(level);
        let others = usual.questions.iter().map(|question| {
            let so_far = self.others.iter().find(|(asked, _)| *asked == question);
            // Until a question matters, its readings are one.
            let mut other = so_far.map_or_else(|| self.usual.reading(question), |(_, merge)| merge.clone());
            other.descend(level);
            (question, other)
        });
        Self { others: others.collect(), usual }
    }

    /// The effective policy of an account here.
    #[must_use]
    pub fn effective(&self) -> Effective<'p> {
        let Merge { root, ignored, .. } = &self.usual;
        let mut ambiguous = Notes::new();
        for (question, other) in &self.others {
            compare(&mut Vec::new(), [Some(root), Some(&other.root)], *question, &mut ambiguous);
        }
        Effective {
            root: root.clone(),
            ignored: ignored.clone(),
            ambiguous: ambiguous.into_values().flatten().collect(),
        }
    }
}

impl<'p> Effective<'p> {
    /// Merges the policies on the way from the root to an account.
    #[must_use]
    pub fn of(path: &[Level<'p>]) -> Self {
        let top = Inheritance::default();
        path.iter().fold(top, |above, level| above.below(level)).effective()
    }

    /// What `DescribeEffectivePolicy` returns: operators gone, identifiers in lower case, values as text,
    /// lists in merge order, empty settings absent.
    #[must_use]
    pub fn content(&self) -> Value {
        self.root.content().unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// Every value that is set, with its path, in the order of the paths.
    #[must_use]
    pub fn sources(&self) -> Vec<(String, &[Sourced<'p>])> {
        let mut sources = Vec::new();
        collect(&mut Vec::new(), &self.root, &mut sources);
        sources
    }
}

impl Node<'_> {
    /// The node as JSON; `None` where nothing is set in it.
    #[must_use]
    pub fn content(&self) -> Option<Value> {
        match &self.setting {
            Some(Setting::One(value)) => Some(Value::from(value.text)),
            Some(Setting::Many(values)) if !values.is_empty() => {
                Some(values.iter().map(|value| Value::from(value.text)).collect())
            }
            _ => {
                let children = self.children.iter();
                let map: Map<String, Value> =
                    children.filter_map(|(key, child)| Some(((*key).to_owned(), child.content()?))).collect();
                (!map.is_empty()).then_some(Value::Object(map))
            }
        }
    }
}

fn collect<'n, 'p>(path: &mut Vec<&'p str>, node: &'n Node<'p>, into: &mut Vec<(String, &'n [Sourced<'p>])>) {
    if let Some(values) = node.setting.as_ref().map(Setting::as_slice).filter(|values| !values.is_empty()) {
        into.push((path.join("/"), values));
    }
    for (key, child) in &node.children {
        path.push(key);
        collect(path, child, into);
        path.pop();
    }
}

/// Two outcomes for one place, the chosen one first.
type Outcomes<'n, 'p> = [Option<&'n Node<'p>>; 2];

/// Ambiguities by path.
type Notes<'p> = BTreeMap<String, Vec<Ambiguity<'p>>>;

/// Notes where the outcomes differ, each at the highest place that only one of them has.
fn compare<'p>(
    path: &mut Vec<&'p str>,
    outcomes: Outcomes<'_, 'p>,
    question: Question,
    into: &mut Notes<'p>,
) {
    if let [Some(one), Some(other)] = outcomes
        && std::ptr::eq(one, other)
    {
        return;
    }
    let present = outcomes.map(|node| node.is_some_and(Node::has_content));
    let settles = outcomes.iter().flatten().any(|node| node.setting.is_some());
    if present[0] != present[1] || settles {
        if texts(outcomes[0]) != texts(outcomes[1]) {
            note(path.join("/"), outcomes, question, into);
        }
        return;
    }
    let keys: BTreeSet<&'p str> =
        outcomes.iter().flatten().flat_map(|node| node.children.keys().copied()).collect();
    for key in keys {
        path.push(key);
        compare(path, outcomes.map(|node| node.and_then(|node| node.get(key))), question, into);
        path.pop();
    }
}

fn note<'p>(path: String, outcomes: Outcomes<'_, 'p>, question: Question, into: &mut Notes<'p>) {
    let [chosen, otherwise] = outcomes.map(|node| node.and_then(Node::content));
    let known = into.entry(path.clone()).or_default();
    match known.iter_mut().find(|known| known.otherwise == otherwise) {
        Some(known) => known.questions.push(question),
        None => {
            let origins = differing(outcomes);
            known.push(Ambiguity { path, questions: vec![question], chosen, otherwise, origins });
        }
    }
}

/// The values without their order: AWS gives lists no meaning by order.
fn texts<'p>(node: Option<&Node<'p>>) -> Vec<&'p str> {
    let mut texts: Vec<_> = node.into_iter().flat_map(Node::values).map(|value| value.text).collect();
    texts.sort_unstable();
    texts
}

fn differing<'p>(outcomes: Outcomes<'_, 'p>) -> Vec<Origin<'p>> {
    let origins = |node: Option<&Node<'p>>| -> Vec<Origin<'p>> {
        node.into_iter().flat_map(Node::values).map(|value| value.origin).collect()
    };
    let place = |origin: &Origin<'p>| (origin.policy.source.name(), origin.span, origin.node);
    let [first, second] = outcomes.map(origins);
    let places = |of: &[Origin<'p>]| of.iter().map(place).collect::<BTreeSet<_>>();
    let (in_first, in_second) = (places(&first), places(&second));
    let lone = |origins: &[Origin<'p>], others: &BTreeSet<_>| -> Vec<Origin<'p>> {
        origins.iter().filter(|origin| !others.contains(&place(origin))).copied().collect()
    };
    let mut differing = lone(&first, &in_second);
    differing.extend(lone(&second, &in_first));
    if differing.is_empty() { first } else { differing }
}
