//! Findings: what is wrong, where, what CfCT or AWS would have done with it, and what to do.
//!
//! Every code is a static declared with [`codes!`](crate::codes) in the module that raises it, and listed
//! in [`registry`](crate::registry).

use crate::source::{Located, Location, Span};

/// How serious a finding is. Errors make `check` exit with 1 and `package` refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Must be mended before a push.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Level {
    /// The word in JSON and in `cfct.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where CfCT or AWS would have noticed, had the package been pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// PyYAML cannot read the manifest: the Build stage fails.
    BuildYaml,
    /// CfCT's schema checker rejects the manifest: the Build stage fails.
    BuildSchema,
    /// The Build stage's file checks fail.
    BuildFiles,
    /// `validate-template` or cfn_nag rejects a template: the Build stage fails.
    BuildTemplates,
    /// The SCP or RCP stage fails.
    Policy,
    /// The stack set stage fails.
    StackSet,
    /// Stacks fail in the target accounts.
    Deploy,
    /// Nobody would have noticed: the value is dropped, changed or ignored without a word.
    Silent,
    /// It would have worked; there is a better way.
    Advice,
}

impl Stage {
    /// Every stage, in the order of the pipeline.
    pub const ALL: [Self; 9] = [
        Self::BuildYaml,
        Self::BuildSchema,
        Self::BuildFiles,
        Self::BuildTemplates,
        Self::Policy,
        Self::StackSet,
        Self::Deploy,
        Self::Silent,
        Self::Advice,
    ];

    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BuildYaml => "build-yaml",
            Self::BuildSchema => "build-schema",
            Self::BuildFiles => "build-files",
            Self::BuildTemplates => "build-templates",
            Self::Policy => "policy",
            Self::StackSet => "stack-set",
            Self::Deploy => "deploy",
            Self::Silent => "silent",
            Self::Advice => "advice",
        }
    }

    /// What would have happened, as a clause for a person.
    #[must_use]
    pub fn consequence(self) -> &'static str {
        match self {
            Self::BuildYaml => "CfCT fails in Build: the manifest cannot be read",
            Self::BuildSchema => "CfCT fails in Build: the manifest's schema is violated",
            Self::BuildFiles => "CfCT fails in Build: its file check",
            Self::BuildTemplates => "CfCT fails in Build: template validation",
            Self::Policy => "CfCT fails in the SCP or RCP stage",
            Self::StackSet => "CfCT fails in the stack set stage",
            Self::Deploy => "stacks fail in the target accounts",
            Self::Silent => "CfCT says nothing",
            Self::Advice => "CfCT accepts this",
        }
    }
}

/// A kind of finding: a stable name with the level, stage and reason it has unless a finding says otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, kebab-case; also the name of its page under `docs/findings/`.
    pub name: &'static str,
    /// Default level; `cfct.toml` can set another.
    pub level: Level,
    /// Default stage.
    pub stage: Stage,
    /// One line for the index of codes.
    pub summary: &'static str,
    /// Why it matters, in a sentence that is printed with each finding.
    pub why: &'static str,
}

impl Code {
    /// The documentation page, relative to the repository's root.
    #[must_use]
    pub fn docs(&self) -> String {
        format!("docs/findings/{}.md", self.name)
    }
}

/// Declares finding codes and the list of them that [`registry`](crate::registry) collects.
///
/// ```
/// cfct_core::codes! {
///     /// Shown in the API documentation.
///     EXAMPLE = "example-code", Warning, Silent,
///         "one line for the index",
///         "why it matters";
/// }
/// assert_eq!(CODES[0].name, "example-code");
/// ```
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $ident:ident = $name:literal, $level:ident, $stage:ident, $summary:literal, $why:literal;)+) => {
        $($(#[$doc])* pub static $ident: $crate::finding::Code = $crate::finding::Code {
            name: $name,
            level: $crate::finding::Level::$level,
            stage: $crate::finding::Stage::$stage,
            summary: $summary,
            why: $why,
        };)+
        /// Every code declared here.
        pub static CODES: &[&$crate::finding::Code] = &[$(&$ident),+];
    };
}

/// A second place that a finding needs to be understood.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What it has to do with the finding.
    pub label: String,
}

/// A replacement of bytes in the finding's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace; empty for an insertion.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
}

/// A machine-applicable mend: all edits or none, in the file of the primary location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative: "quote the account id".
    pub title: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// One thing found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind.
    pub code: &'static Code,
    /// The level, after settings.
    pub level: Level,
    /// What CfCT or AWS would have done.
    pub stage: Stage,
    /// A lower-case fragment that names the thing.
    pub message: String,
    /// Where.
    pub primary: Location,
    /// A few words under the underline; may be empty.
    pub label: String,
    /// Other places to look at.
    pub related: Vec<Related>,
    /// What to do.
    pub help: Option<String>,
    /// The mend, where a machine can apply it.
    pub fix: Option<Fix>,
    /// Places whose bytes no face may show, for this or any other finding: secrets. See [`crate::hidden`].
    pub hidden: Vec<Location>,
}

impl Finding {
    /// A finding of `code` at a place, with the code's own level and stage.
    #[must_use]
    pub fn new(code: &'static Code, at: &impl Located, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level,
            stage: code.stage,
            message: message.into(),
            primary: at.location(),
            label: String::new(),
            related: Vec::new(),
            help: None,
            fix: None,
            hidden: Vec::new(),
        }
    }

    /// Sets the words under the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Overrides the stage, where the same mistake ends differently in another place.
    #[must_use]
    pub fn stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// Overrides the level.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, at: &impl Located, label: impl Into<String>) -> Self {
        self.related.push(Related { location: at.location(), label: label.into() });
        self
    }

    /// Keeps the bytes of a place from being shown.
    #[must_use]
    pub fn hide(mut self, at: &impl Located) -> Self {
        self.hidden.push(at.location());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a mend of one edit in the primary location's file.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.fix_all(title, vec![Edit { span, replacement: replacement.into() }])
    }

    /// Offers a mend of several edits in the primary location's file.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }
}
