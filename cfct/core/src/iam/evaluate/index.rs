//! Which statements of a policy can speak of an action, found without a look at the others.

use std::collections::BTreeMap;

/// The number of a statement in its policy.
type Number = u32;

/// Statements by the actions that they name.
#[derive(Clone, Debug)]
pub(super) struct ActionIndex {
    /// By prefix.
    services: Box<[Service]>,
    /// What can speak of an action of any other service.
    open: Box<[Number]>,
}

/// The statements that can speak of the actions of one service.
#[derive(Clone, Debug)]
struct Service {
    prefix: Box<str>,
    /// Those that name an action without a wildcard, by that action.
    named: Box<[Named]>,
    /// Those whose patterns have to be tried: wildcards, `NotAction`.
    open: Box<[Number]>,
}

/// An action and the statements that name it.
#[derive(Clone, Debug)]
struct Named {
    action: Box<str>,
    statements: Box<[Number]>,
}

/// What of a statement's patterns an index needs, in lower case.
pub(super) struct Indexed<'p> {
    pub(super) number: Number,
    /// It speaks of everything but what it names.
    pub(super) negated: bool,
    pub(super) plain: &'p [Box<str>],
    pub(super) wild: &'p [Box<str>],
}

/// A statement that may speak of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) number: Number,
    /// It names the action, so its patterns need not be tried.
    pub(super) named: bool,
}

/// The service that an action is of, or that a pattern names.
pub(super) fn service_of(action: &str) -> &str {
    action.split(':').next().unwrap_or(action)
}

#[derive(Default)]
struct Building<'p> {
    named: BTreeMap<&'p str, Vec<Number>>,
    open: Vec<Number>,
}

impl ActionIndex {
    /// The index of statements, which come in the order of their numbers.
    pub(super) fn of<'p>(statements: impl IntoIterator<Item = Indexed<'p>>) -> Self {
        let mut services: BTreeMap<&str, Building<'_>> = BTreeMap::new();
        let mut open = Vec::new();
        for statement in statements {
            let wild_service = |pattern: &str| service_of(pattern).contains(['*', '?']);
            if statement.negated || statement.wild.iter().any(|pattern| wild_service(pattern)) {
                open.push(statement.number);
                continue;
            }
            for action in statement.plain {
                let service = services.entry(service_of(action)).or_default();
                add(service.named.entry(action).or_default(), statement.number);
            }
            for pattern in statement.wild {
                add(&mut services.entry(service_of(pattern)).or_default().open, statement.number);
            }
        }
        let services = services.into_iter().map(|(prefix, building)| building.finish(prefix, &open));
        Self { services: services.collect(), open: open.as_slice().into() }
    }

    /// The statements that may speak of an action (in lower case) of a service, in the order of their numbers.
    pub(super) fn candidates<'i>(&'i self, service: &str, action: &str) -> Candidates<'i> {
        let found = self.services.binary_search_by(|known| (*known.prefix).cmp(service)).ok();
        let Some(service) = found.and_then(|at| self.services.get(at)) else {
            return Candidates { named: &[], open: &self.open };
        };
        let named = service.named.binary_search_by(|named| (*named.action).cmp(action)).ok();
        let named = named.and_then(|at| service.named.get(at));
        Candidates { named: named.map_or(&[], |named| &named.statements), open: &service.open }
    }
}

impl Building<'_> {
    fn finish(self, prefix: &str, open_to_all: &[Number]) -> Service {
        let mut open = [self.open.as_slice(), open_to_all].concat();
        open.sort_unstable();
        let named = self
            .named
            .into_iter()
            .map(|(action, statements)| Named { action: action.into(), statements: statements.into() });
        Service { prefix: prefix.into(), named: named.collect(), open: open.into() }
    }
}

fn add(numbers: &mut Vec<Number>, number: Number) {
    if numbers.last() != Some(&number) {
        numbers.push(number);
    }
}

/// Two sorted lists, walked as one.
pub(super) struct Candidates<'i> {
    named: &'i [Number],
    open: &'i [Number],
}

impl Iterator for Candidates<'_> {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        match (self.named.split_first(), self.open.split_first()) {
            (Some((named, rest)), open) if open.is_none_or(|(open, _)| named <= open) => {
                self.named = rest;
                if let Some((open, rest)) = open
                    && open == named
                {
                    self.open = rest;
                }
                Some(Candidate { number: *named, named: true })
            }
            (_, Some((open, rest))) => {
                self.open = rest;
                Some(Candidate { number: *open, named: false })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ActionIndex, Candidate, Indexed};

    #[test]
    fn only_statements_that_can_speak_of_an_action_are_candidates_in_their_order() {
        let texts = |list: &[&str]| list.iter().map(|text| Box::from(*text)).collect::<Vec<Box<str>>>();
        let statements = [
            (false, texts(&["backup:a", "kms:a"]), texts(&[])),
            (false, texts(&["backup:a"]), texts(&["backup:b*"])),
            (true, texts(&["backup:a"]), texts(&[])),
            (false, texts(&[]), texts(&["back*"])),
            (false, texts(&["backup:b", "backup:b"]), texts(&[])),
            (false, texts(&["a"]), texts(&[])),
        ];
        let index =
            ActionIndex::of(statements.iter().zip(0..).map(|((negated, plain, wild), number)| Indexed {
                number,
                negated: *negated,
                plain,
                wild,
            }));
        for (service, action, expected) in [
            ("backup", "backup:a", vec![(0, true), (1, true), (2, false), (3, false)]),
            ("backup", "backup:b", vec![(1, false), (2, false), (3, false), (4, true)]),
            ("kms", "kms:a", vec![(0, true), (2, false), (3, false)]),
            ("kms", "kms:b", vec![(2, false), (3, false)]),
            ("s3", "s3:x", vec![(2, false), (3, false)]),
            ("a", "a", vec![(2, false), (3, false), (5, true)]),
        ] {
            let found: Vec<Candidate> = index.candidates(service, action).collect();
            let expected: Vec<Candidate> =
                expected.into_iter().map(|(number, named)| Candidate { number, named }).collect();
            assert_eq!(found, expected, "{action}");
        }
    }
}
