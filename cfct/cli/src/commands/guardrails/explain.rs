//! `guardrails explain`: one request, and what each level says to it.

use std::io::{self, Write};

use cfct_core::guardrails::{Guardrails, OwnPolicies, principal_of};
use cfct_core::iam::Effect;
use cfct_core::iam::evaluate::{Context, Decision, Level, PolicyKind, Request, Verdict};
use clap::Args;

use super::Place;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::program::Session;
use crate::shown::clean_line;

/// The arguments of `guardrails explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Who asks: an ARN, a service, or "role/App in Workloads:Prod"
    #[arg(long, value_name = "WHO")]
    principal: String,
    /// What for: backup:DeleteRecoveryPoint
    #[arg(long, value_name = "ACTION")]
    action: String,
    /// On what: an ARN, in which $account stands for the principal's account
    #[arg(long, value_name = "ARN", default_value = "*")]
    resource: String,
    /// A condition key and its value; again for more, and for a key of many values
    #[arg(long, value_name = "KEY=VALUE")]
    context: Vec<String>,
    #[command(flatten)]
    place: Place,
}

impl Explain {
    pub(super) fn run(self, session: &mut Session) -> Result<Exit, CommandError> {
        let context = self.context()?;
        self.place.with(session, |_, guardrails, session| {
            let principal = principal_of(&self.principal, guardrails.organization()).map_err(|reason| {
                CommandError::usage(reason)
                    .hint("name an ARN, or a role and where it is: \"role/App in Workloads:Prod\"".to_owned())
            })?;
            let account = principal.account().map(|account| account.to_string()).unwrap_or_default();
            let resource = self.resource.replace("$account", &account);
            let mut request = Request::new(principal, &self.action, &resource, context);
            guardrails.complete(&mut request);
            let own = OwnPolicies::permissive();
            let verdict = guardrails.decide(&request, &own);
            session.console.data(|out, _| write(out, guardrails, &request, &verdict))?;
            Ok(Exit::Clean)
        })
    }

    fn context(&self) -> Result<Context, CommandError> {
        let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
        for pair in &self.context {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                CommandError::usage(format!("`{pair}` is no condition key with a value"))
                    .hint("write --context aws:MultiFactorAuthPresent=true".to_owned())
            })?;
            match keys.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
                Some((_, values)) => values.push(value),
                None => keys.push((key, vec![value])),
            }
        }
        let mut context = Context::default();
        for (key, values) in keys {
            context.set(key, values);
        }
        Ok(context)
    }
}

fn write(
    out: &mut dyn Write,
    guardrails: &Guardrails<'_>,
    request: &Request,
    verdict: &Verdict<'_>,
) -> io::Result<()> {
    let what = format!("{} on {}", request.action, request.resource);
    let who = request.principal.to_string();
    let outcome = match verdict.decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "denied",
        Decision::ImplicitDeny => "denied, since something that must allow does not",
    };
    writeln!(out, "{outcome}: {} to {}", clean_line(&who), clean_line(&what))?;
    for (kind, levels) in [
        (PolicyKind::Scp, guardrails.service_control(request)),
        (PolicyKind::Rcp, guardrails.resource_control(request)),
    ] {
        if levels.is_empty() {
            writeln!(out, "  no {} binds it", kind.as_str())?;
        }
        for level in levels {
            write_level(out, kind, level, request)?;
        }
    }
    writeln!(out, "  policies of principal and resource are taken to allow everything")
}

fn write_level(out: &mut dyn Write, kind: PolicyKind, level: &Level, request: &Request) -> io::Result<()> {
    let mut allowed = kind == PolicyKind::Rcp;
    let mut lines = Vec::new();
    for policy in level.policies.iter() {
        for (effect, statement) in policy.statements_on(request) {
            allowed |= effect == Effect::Allow;
            let says = if effect == Effect::Allow { "allows" } else { "denies" };
            lines.push(format!("{} {says} by {statement}", policy.name));
        }
    }
    if !allowed {
        lines.push("nothing allows it".to_owned());
    }
    if lines.is_empty() {
        return Ok(());
    }
    let says = lines.join("; ");
    writeln!(out, "  {} {}: {}", kind.as_str(), clean_line(&level.name), clean_line(&says))
}
