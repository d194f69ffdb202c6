//! From the example's deployment to the wanted one: which words become which, and which have no counterpart.

use std::collections::BTreeSet;

use super::architectures::OF_BUNKER;
use super::edits::Edits;
use super::prune::Pruned;
use super::units;
use crate::deployment::{AccountAnswer, AccountRole, Architecture, Deployment, Group, MfaEvidence};
use crate::document::{Document, NodeId, NodeRef, Style, Value, resolve_1_2};
use crate::source::SourceFile;
use crate::words::quoted;

/// What the statement is called that asks sessions for MFA, which not every identity provider can vouch for.
const MFA_STATEMENT: &str = "BreakGlassWithMfa";

/// What is replaced, and what goes.
pub(super) struct Change<'d> {
    pub(super) example: &'d Deployment,
    pub(super) wanted: &'d Deployment,
    /// Longest first, so that a path of units goes before the ids in it.
    words: Vec<(String, String)>,
    /// Words of what is not there.
    gone: Vec<String>,
}

impl<'d> Change<'d> {
    pub(super) fn new(example: &'d Deployment, wanted: &'d Deployment) -> Self {
        let mut change = Self { example, wanted, words: Vec::new(), gone: Vec::new() };
        let (from, to) = (example.answers(), wanted.answers());
        change.word(from.organization_id.as_deref(), to.organization_id.as_deref());
        change.word(from.home_region.as_deref(), to.home_region.as_deref());
        change.word(from.recovery_region.as_deref(), to.recovery_region.as_deref());
        change.word(from.identity_center.as_deref(), to.identity_center.as_deref());
        change.word(from.notification_email.as_deref(), to.notification_email.as_deref());
        for role in AccountRole::ALL {
            let id = |deployment: &'d Deployment| deployment.account(*role).and_then(|one| one.id.as_deref());
            change.word(id(example), id(wanted));
        }
        for group in Group::ALL {
            change.word(from.groups.get(group).map(String::as_str), to.groups.get(group).map(String::as_str));
        }
        for (unit, counterpart) in units::pairs(example, wanted) {
            // Ids are known of the topmost units; those inside of one are known by its path.
            let to = counterpart.downwards().filter_map(|unit| wanted.id_path(&unit)).last();
            change.words.extend(example.id_path(unit).zip(to));
        }
        let host = |deployment: &Deployment, suffix: &str| format!("{}.{suffix}", deployment.home_region());
        change.word(Some(&host(example, example.url_suffix())), Some(&host(wanted, wanted.url_suffix())));
        change.word(Some(example.organizations_region()), Some(wanted.organizations_region()));
        let arn = |deployment: &Deployment| format!("arn:{}:", deployment.partition());
        change.word(Some(&arn(example)), Some(&arn(wanted)));
        if !to.includes(Architecture::Bunker) {
            change.gone.extend(OF_BUNKER.iter().map(|word| (*word).to_owned()));
        }
        if to.mfa == Some(MfaEvidence::SignIn) {
            change.gone.push(MFA_STATEMENT.to_owned());
        }
        change.words.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        change
    }

    fn word(&mut self, from: Option<&str>, to: Option<&str>) {
        match (from, to) {
            (Some(from), Some(to)) => self.words.push((from.to_owned(), to.to_owned())),
            (Some(from), None) => self.gone.push(from.to_owned()),
            (None, _) => {}
        }
    }

    /// A text with every word replaced, all at once: one that is put in is not replaced again.
    pub(super) fn applied(&self, text: &str) -> String {
        let mut applied = String::with_capacity(text.len());
        let mut rest = 0;
        while let Some(character) = text[rest..].chars().next() {
            match self.words.iter().find(|(from, _)| is_word_at(text, rest, from)) {
                Some((from, to)) => {
                    applied.push_str(to);
                    rest += from.len();
                }
                None => {
                    applied.push(character);
                    rest += character.len_utf8();
                }
            }
        }
        applied
    }

    /// Whether a text names something that is not there.
    pub(super) fn is_gone(&self, text: &str) -> bool {
        self.gone
            .iter()
            .any(|word| text.match_indices(word.as_str()).any(|(at, _)| is_word_at(text, at, word)))
    }

    /// The account that an account of the example stands for, as a manifest names it; `None` where there is none.
    pub(super) fn account(&self, name: &str) -> Option<&'d str> {
        let role = AccountRole::ALL
            .iter()
            .find(|role| self.example.account(**role).is_some_and(|account| account.reference() == name))?;
        self.wanted.account(*role).map(AccountAnswer::reference)
    }

    /// Replaces the words in every scalar that is still there and is not in `done`.
    pub(super) fn replace_words(
        &self,
        document: &Document,
        pruned: &Pruned,
        done: &BTreeSet<NodeId>,
        edits: &mut Edits<'_>,
    ) {
        for node in document.nodes() {
            let is_scalar = !node.is_alias() && node.style().is_some();
            if is_scalar && !pruned.is_gone(node) && !done.contains(&node.id()) {
                edits.replace(node.span(), self.applied(node.source_text()));
            }
        }
    }
}

/// Whether `word` stands at a byte of `text`, and is not a part of a longer one.
fn is_word_at(text: &str, at: usize, word: &str) -> bool {
    let Some(after) = text.get(at..).and_then(|rest| rest.strip_prefix(word)) else { return false };
    let joins = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let starts_inside = joins(word.chars().next()) && joins(text[..at].chars().next_back());
    let ends_inside = joins(word.chars().next_back()) && joins(after.chars().next());
    !starts_inside && !ends_inside
}

/// A text as a scalar of YAML or JSON that reads the same, in the quotes of `like` where there are any.
pub(super) fn spelled(like: NodeRef<'_>, text: &str) -> String {
    match like.style() {
        Some(Style::DoubleQuoted) => serde_json::Value::from(text).to_string(),
        _ => plain(text),
    }
}

/// A text as a plain scalar of YAML where every reader takes it for that text, or else in quotes.
pub(super) fn plain(text: &str) -> String {
    let read = Document::read_yaml(&SourceFile::new("", text));
    let node = read.document.as_ref().and_then(Document::root);
    let is_plain = node.is_some_and(|node| {
        node.style() == Some(Style::Plain)
            && node.value() == Some(Value::Str(text))
            && resolve_1_2(text) == Value::Str(text)
    });
    // What would end it in a list in flow style.
    let ends = text.contains([',', '[', ']', '{', '}']);
    if is_plain && !ends && read.findings.is_empty() { text.to_owned() } else { quoted(text) }
}
