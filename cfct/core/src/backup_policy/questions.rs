//! What AWS leaves open about inheritance.

/// Something that AWS does not specify, and that mattered in a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Whether a control on a container also binds the items in it that carry none of their own.
    ControlCascades,
    /// Whether a control binds another policy on the same node. It is defined for child policies.
    ControlBindsSiblings,
    /// In which order list operators of policies on one node apply.
    OrderOnNode,
    /// Whether an appended value that is there already is there twice.
    AppendRepeats,
    /// Whether a container that allows `@@assign` but not `@@append` admits new keys.
    AssignAddsKeys,
}

impl Question {
    /// Every question.
    pub const ALL: [Self; 5] = [
        Self::ControlCascades,
        Self::ControlBindsSiblings,
        Self::OrderOnNode,
        Self::AppendRepeats,
        Self::AssignAddsKeys,
    ];

    /// A stable name for JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ControlCascades => "control-cascades",
            Self::ControlBindsSiblings => "control-binds-siblings",
            Self::OrderOnNode => "order-on-node",
            Self::AppendRepeats => "append-repeats",
            Self::AssignAddsKeys => "assign-adds-keys",
        }
    }

    /// What AWS does not say, for a person.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::ControlCascades => {
                "whether a child control operator on a container also binds the settings in it that carry none"
            }
            Self::ControlBindsSiblings => {
                "whether a child control operator binds another policy on the same node"
            }
            Self::OrderOnNode => "in which order two policies on the same node change one list",
            Self::AppendRepeats => "whether appending a value that is already in the list repeats it",
            Self::AssignAddsKeys => "whether a container that allows @@assign alone admits new keys",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Questions(u8);

impl Questions {
    /// Whether `question` is among them.
    #[must_use]
    pub fn has(self, question: Question) -> bool {
        self.0 & question.bit() != 0
    }

    /// The questions in it.
    pub fn iter(self) -> impl Iterator<Item = Question> {
        Question::ALL.into_iter().filter(move |question| self.has(*question))
    }

    pub(super) fn add(&mut self, question: Question) {
        self.0 |= question.bit();
    }
}

/// The answers a merge goes by: the usual ones, or the other one to a single question.
///
/// The usual ones: controls bind the item that carries them and lower nodes only, list operators apply in
/// the order of attachment with the first `@@assign` kept (as AWS documents it for single values), a value
/// is in a list once, and `@@assign` may add a key.
pub type Reading = Option<Question>;
