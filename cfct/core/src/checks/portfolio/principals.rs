//! Who may use a portfolio.

use crate::document::NodeRef;
use crate::finding::Finding;
use crate::manifest::Text;
use crate::portfolio::Portfolio;
use crate::portfolio::codes::package::{PRINCIPAL, PRINCIPAL_ACCOUNTS, PRINCIPAL_SHARING, WITHOUT_USERS};
use crate::source::Location;
use crate::words::{excerpt, head, quoted};

/// What a principal is.
const KINDS: [&str; 3] = ["role/", "user/", "group/"];

pub(super) fn check(portfolio: &Portfolio<'_>, findings: &mut Vec<Finding>) {
    findings.extend(portfolio.principals.iter().filter_map(|principal| no_pattern(*principal)));
    let sharing = portfolio.shares.as_ref().and_then(|shares| Some((shares, shares.share_principals?)));
    if let Some((shares, switch)) = sharing {
        if portfolio.principals.is_empty() {
            findings.push(
                Finding::new(&PRINCIPAL_SHARING, &switch, "there are no principals to share")
                    .help("add `principals:`, patterns of the roles that may use the portfolio"),
            );
        }
        if let Some(account) = shares.accounts.first() {
            let message = format!("`{}` does not get the principals", excerpt(account.value));
            findings.push(
                Finding::new(&PRINCIPAL_ACCOUNTS, &account.node, message)
                    .related(&switch, "they are shared with units only")
                    .help("share with the account's unit, or associate principals in the account itself"),
            );
        }
    } else if portfolio.principals.is_empty() {
        let at = portfolio.document.root().map_or_else(|| Location::file(portfolio.document.source()), head);
        let message = format!("portfolio `{}` has no principals", excerpt(portfolio.display_name()));
        findings.push(
            Finding::new(&WITHOUT_USERS, &at, message)
                .help("add `principals:`, patterns of the roles that may use the portfolio"),
        );
    }
}

/// A pattern is an ARN without an account; the part before `role/` is the same for all of them, but for the
/// partition, which is computed.
/// <https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html>
fn no_pattern(principal: Text<'_>) -> Option<Finding> {
    let shown = excerpt(principal.value);
    let finding = |message: String| Finding::new(&PRINCIPAL, &principal.node, message);
    if let Some(rest) = principal.value.strip_prefix("arn:") {
        let (account, pattern) = match rest.splitn(5, ':').collect::<Vec<_>>()[..] {
            [_, "iam", "", account, pattern] => (account, pattern),
            _ => ("", ""),
        };
        if !is_pattern(pattern) {
            return Some(finding(format!("`{shown}` is no ARN of a role, user or group")).help(help()));
        }
        if account.is_empty() {
            return Some(strip(
                finding(format!("`{shown}` has a partition of its own")),
                principal.node,
                pattern,
            ));
        }
        let message = format!("`{shown}` is of the account {} alone", excerpt(account));
        return Some(strip(finding(message), principal.node, pattern));
    }
    (!is_pattern(principal.value)).then(|| finding(format!("`{shown}` is no IAM pattern")).help(help()))
}

fn strip(finding: Finding, node: NodeRef<'_>, pattern: &str) -> Finding {
    finding.help(format!("write `{}`, which holds in every account", excerpt(pattern))).fix(
        format!("write `{pattern}`"),
        node.span(),
        quoted(pattern),
    )
}

fn help() -> &'static str {
    "write role/, user/ or group/ and a path with a name; `*` and `?` may stand for any part of these"
}

fn is_pattern(text: &str) -> bool {
    const LONGEST: usize = 900;
    let Some(rest) = KINDS.iter().find_map(|kind| text.strip_prefix(kind)) else { return false };
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-/*?".contains(&byte);
    let is_open = rest.split('/').all(|part| matches!(part, "*" | "**"));
    !is_open
        && rest.len() <= LONGEST
        && rest.bytes().all(is_taken)
        && !rest.starts_with('/')
        && !rest.ends_with('/')
}
