//! Who asks, and whether the `Principal` of a policy names them.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::fmt;
use std::str::FromStr;

use crate::aws::AccountId;
use crate::iam::Principals;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    text: Box<str>,
    kind: Kind,
    /// `aws`, `aws-cn`, …; empty where there is no ARN.
    partition: Box<str>,
    account: Option<AccountId>,
}

/// What sort of principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The root user of an account.
    Root,
    /// An IAM user; its name without path.
    User(Box<str>),
    /// An IAM role, its path included; whoever asks does so in a session of it.
    Role(Box<str>),
    /// A session of a role: the role's name. The ARN of a session does not hold the role's path.
    Session(Box<str>),
    /// A federated user session (`sts:GetFederationToken`).
    FederatedUser,
    /// Whoever comes with an assertion of an identity provider, `arn:aws:iam::111122223333:saml-provider/acme`.
    Federation,
    /// An AWS service.
    Service,
    /// Somebody who signs nothing.
    Anonymous,
}

/// The text names no principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPrincipal;

impl fmt::Display for NotAPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a principal is the ARN of a role, a session, a user, an account's root or an identity provider, or a service such as `backup.amazonaws.com`")
    }
}

impl std::error::Error for NotAPrincipal {}

impl FromStr for Principal {
    type Err = NotAPrincipal;

    fn from_str(text: &str) -> Result<Self, NotAPrincipal> {
        let of = |kind, partition: &str, account| Self {
            text: text.into(),
            kind,
            partition: partition.into(),
            account,
        };
        if text == "*" {
            return Ok(of(Kind::Anonymous, "", None));
        }
        if let Ok(account) = text.parse() {
            return Ok(of(Kind::Root, "aws", Some(account)));
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, service, "", account, name] = parts.as_slice() else {
            let is_service = text.contains(".amazonaws.") || text.ends_with(".amazonaws.com");
            return if is_service && !text.contains([':', '/']) {
                Ok(of(Kind::Service, "", None))
            } else {
                Err(NotAPrincipal)
            };
        };
        let account = account.parse().map_err(|_| NotAPrincipal)?;
        let (sort, name) = name.split_once('/').unwrap_or((name, ""));
        let leaf = name.rsplit('/').next().unwrap_or(name);
        let kind = match (service, sort) {
            ("iam", "root") => Kind::Root,
            ("iam", "user") if !leaf.is_empty() => Kind::User(leaf.into()),
            ("iam", "role") if !leaf.is_empty() => Kind::Role(leaf.into()),
            ("sts", "assumed-role") if name.contains('/') => {
                Kind::Session(name.split('/').next().unwrap_or(name).into())
            }
            ("sts", "federated-user") if !leaf.is_empty() => Kind::FederatedUser,
            // They have no credentials of the account yet, so no policy of it is theirs.
            ("iam", "saml-provider" | "oidc-provider") if !leaf.is_empty() => {
                return Ok(of(Kind::Federation, partition, None));
            }
            _ => return Err(NotAPrincipal),
        };
        Ok(of(kind, partition, Some(account)))
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Principal {
    /// Its account; a service and an anonymous caller have none.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    pub(super) fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Whether it is a service-linked role, which neither SCPs nor RCPs bind.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        match &self.kind {
            Kind::Role(_) => self.text.contains(":role/aws-service-role/"),
            Kind::Session(role) => role.starts_with("AWSServiceRoleFor"),
            _ => false,
        }
    }

    /// The value of `aws:PrincipalArn`: of a session the ARN of its role. What Identity Center provisions
    /// lies under a path that the session's ARN does not show.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
    #[must_use]
    pub fn arn(&self) -> Option<String> {
        let account = self.account?;
        let partition = &self.partition;
        match &self.kind {
            Kind::Session(role) => {
                let path = match &**role {
                    name if name.starts_with("AWSReservedSSO_") => "aws-reserved/sso.amazonaws.com/",
                    name if name.starts_with("AWSServiceRoleFor") => "aws-service-role/",
                    _ => "",
                };
                Some(format!("arn:{partition}:iam::{account}:role/{path}{role}"))
            }
            Kind::Root => Some(format!("arn:{partition}:iam::{account}:root")),
            Kind::User(_) | Kind::Role(_) | Kind::FederatedUser => Some(self.text.to_string()),
            Kind::Federation | Kind::Service | Kind::Anonymous => None,
        }
    }
}

/// How closely a policy names a principal; decides which other policies must allow too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// By its account, which leaves the choice to the account's own policies.
    Account,
    /// By its role, or as anyone: bounded by the role's boundary and by session policies.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    Role,
    /// Itself: its session, its user.
    Exact,
}

/// The `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug)]
pub(super) struct PrincipalMatcher {
    negated: bool,
    names: Box<[Name]>,
}

#[derive(Clone, Debug)]
enum Name {
    Everyone,
    Account(AccountId),
    Arn { text: Box<str>, role: Option<Role> },
    Other(Box<str>),
}

/// The role that an ARN names.
#[derive(Clone, Debug)]
struct Role {
    partition: Box<str>,
    account: AccountId,
    /// Without its path: names are unique in an account.
    name: Box<str>,
}

impl PrincipalMatcher {
    pub(super) fn compile(principals: &Principals<'_>) -> Self {
        let everyone = principals.everyone.then_some(Name::Everyone);
        let named = principals.named.iter().map(|(kind, value)| Name::read(kind.text, value.text));
        Self { negated: principals.negated, names: everyone.into_iter().chain(named).collect() }
    }

    /// How closely the element names a principal; `None` where it does not.
    pub(super) fn naming(&self, principal: &Principal) -> Option<Naming> {
        let naming = self.names.iter().filter_map(|name| name.naming(principal)).max();
        match (self.negated, naming) {
            (false, naming) => naming,
            (true, None) => Some(Naming::Exact),
            (true, Some(_)) => None,
        }
    }
}

impl Name {
    fn read(kind: &str, value: &str) -> Self {
        if kind != "AWS" {
            return Self::Other(value.into());
        }
        if value == "*" {
            return Self::Everyone;
        }
        let account = value.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next()).unwrap_or(value);
        let arn = |_| Self::Arn { text: value.into(), role: Role::read(value) };
        account.parse().map_or_else(arn, Self::Account)
    }

    fn naming(&self, principal: &Principal) -> Option<Naming> {
        match self {
            // A session is directly granted what names the session itself; a wildcard names its role as well.
            Self::Everyone => {
                let in_session = matches!(principal.kind, Kind::Role(_) | Kind::Session(_));
                Some(if in_session { Naming::Role } else { Naming::Exact })
            }
            Self::Account(account) => {
                let naming = if principal.kind == Kind::Root { Naming::Exact } else { Naming::Account };
                (principal.account == Some(*account)).then_some(naming)
            }
            Self::Arn { text, .. } if **text == *principal.text => {
                let is_role = matches!(principal.kind, Kind::Role(_));
                Some(if is_role { Naming::Role } else { Naming::Exact })
            }
            Self::Arn { role, .. } => {
                role.as_ref().is_some_and(|role| role.is_of_session(principal)).then_some(Naming::Role)
            }
            Self::Other(name) => {
                (principal.account.is_none() && **name == *principal.text).then_some(Naming::Exact)
            }
        }
    }
}

impl Role {
    fn read(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let &["arn", partition, "iam", "", account, name] = parts.as_slice() else { return None };
        let name = name.strip_prefix("role/")?.rsplit('/').next()?;
        Some(Self { partition: partition.into(), account: account.parse().ok()?, name: name.into() })
    }

    fn is_of_session(&self, principal: &Principal) -> bool {
        let Kind::Session(role) = &principal.kind else { return false };
        *role == self.name && principal.account == Some(self.account) && principal.partition == self.partition
    }
}
