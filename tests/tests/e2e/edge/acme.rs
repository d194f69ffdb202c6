//! An organization behind a server on 127.0.0.1 that answers the real SDK: what no emulator has of Organizations
//! and AWS Backup, in the wire format that AWS documents. It keeps what is changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::edge::loopback::{Loopback, Reply, Request};

/// The management account.
pub const MANAGEMENT: &str = "111122223333";
/// A member, in the unit `Workloads`.
pub const MEMBER: &str = "222233334444";
/// The root.
const ROOT: &str = "r-acme";
/// The unit `Workloads`.
const WORKLOADS: &str = "ou-acme-workload";

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Policy {
    pub kind: String,
    pub name: String,
    pub id: String,
    pub description: String,
    pub content: String,
    pub tags: BTreeMap<String, String>,
    pub targets: BTreeSet<String>,
}

/// All there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    pub policies: Vec<Policy>,
    pub policy_types: BTreeSet<String>,
    pub trusted: BTreeSet<String>,
    pub administrators: BTreeSet<(String, String)>,
    pub stack_sets_have_access: bool,
    pub global: BTreeMap<String, String>,
    /// Resource types, by account and Region.
    pub resource_types: BTreeMap<(String, String), BTreeMap<String, bool>>,
    /// Effective backup policies, by account.
    pub effective: BTreeMap<String, String>,
    pub vaults: Vec<Value>,
    pub jobs: Vec<Value>,
    /// Accounts that do not let the caller in.
    pub closed: BTreeSet<String>,
    /// Changes that were made.
    pub changes: usize,
}

impl World {
    /// An organization as it is when nobody has done anything yet, but for FullAWSAccess and one SCP of ours that
    /// is to go.
    pub fn new() -> Self {
        let policy = |id: &str, name: &str, tags: &[(&str, &str)], targets: &[&str]| Policy {
            kind: "SERVICE_CONTROL_POLICY".to_owned(),
            name: name.to_owned(),
            id: id.to_owned(),
            description: String::new(),
            content: "{}".to_owned(),
            tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
        };
        let types = || [("EBS", false), ("EFS", true)].map(|(kind, is_on)| (kind.to_owned(), is_on)).into();
        let place = |account: &str| (account.to_owned(), "eu-central-1".to_owned());
        Self {
            policies: vec![
                policy("p-FullAWSAccess", "FullAWSAccess", &[], &[ROOT, WORKLOADS, MEMBER]),
                policy("p-11111111", "old", &[("managed-by", "cfct-apply")], &[WORKLOADS]),
                policy("p-22222222", "foreign", &[], &[WORKLOADS]),
            ],
            policy_types: ["SERVICE_CONTROL_POLICY".to_owned()].into(),
            global: [("isCrossAccountBackupEnabled".to_owned(), "false".to_owned())].into(),
            resource_types: [(place(MANAGEMENT), types()), (place(MEMBER), types())].into(),
            ..Self::default()
        }
    }

    /// What matters of it: ids are given anew whenever a policy is made.
    pub fn essence(&self) -> Self {
        let mut world = Self { changes: 0, ..self.clone() };
        for policy in &mut world.policies {
            policy.id.clear();
        }
        world.policies.sort();
        world
    }

    /// Answers one request.
    pub fn answer(&mut self, request: &Request) -> Reply {
        let (account, region, service) = scope(request);
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let operation = request.operation();
        match service.as_str() {
            "sts" => self.sts(request),
            "organizations" => self.organizations(&operation, &body),
            "backup" => self.backup(request, &body, (account, region)),
            "cloudformation" => self.cloudformation(&operation),
            "iam" => {
                Reply::xml(404, "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>")
            }
            "events" => Reply::json(200, r#"{"Rules":[{"Name":"AWSAccelerator-x","State":"ENABLED"}]}"#),
            "codepipeline" => Reply::json(400, r#"{"__type":"PipelineNotFoundException"}"#),
            other => panic!("nobody answers {other}: {}", request.line),
        }
    }

    fn sts(&self, request: &Request) -> Reply {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        if request.operation() == "GetCallerIdentity" {
            return Reply::xml(
                200,
                &format!(
                    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{MANAGEMENT}:user/x</Arn>\
                     <UserId>x</UserId><Account>{MANAGEMENT}</Account></GetCallerIdentityResult>\
                     </GetCallerIdentityResponse>"
                ),
            );
        }
        let account = body.split("iam%3A%3A").nth(1).and_then(|rest| rest.get(..12)).expect("a role's ARN");
        if self.closed.contains(account) {
            return Reply::xml(
                403,
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
            );
        }
        Reply::xml(
            200,
            &format!(
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA{account}</AccessKeyId>\
                 <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            ),
        )
    }

    fn organizations(&mut self, operation: &str, body: &Value) -> Reply {
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let answer = match operation {
            "DescribeOrganization" => {
                json!({ "Organization": { "Id": "o-1234567890", "MasterAccountId": MANAGEMENT } })
            }
            "ListRoots" => {
                let types = self.policy_types.iter().map(|kind| json!({ "Type": kind, "Status": "ENABLED" }));
                json!({ "Roots": [{ "Id": ROOT, "Name": "Root", "PolicyTypes": types.collect::<Vec<_>>() }] })
            }
            "ListOrganizationalUnitsForParent" if text("ParentId") == ROOT => {
                json!({ "OrganizationalUnits": [{ "Id": WORKLOADS, "Name": "Workloads" }] })
            }
            "ListOrganizationalUnitsForParent" => json!({ "OrganizationalUnits": [] }),
            "ListAccountsForParent" => {
                let (id, name) =
                    if text("ParentId") == ROOT { (MANAGEMENT, "management") } else { (MEMBER, "team") };
                json!({ "Accounts": [{ "Id": id, "Name": name, "Status": "ACTIVE", "State": "ACTIVE" }] })
            }
            "ListPolicies" => {
                let kind = text("Filter");
                let policies = self.policies.iter().filter(|policy| policy.kind == kind);
                let policies = policies.map(|policy| {
                    json!({ "Id": policy.id, "Name": policy.name, "Description": policy.description, "Type": kind })
                });
                json!({ "Policies": policies.collect::<Vec<_>>() })
            }
            "ListAWSServiceAccessForOrganization" => {
                let services = self.trusted.iter().map(|service| json!({ "ServicePrincipal": service }));
                json!({ "EnabledServicePrincipals": services.collect::<Vec<_>>() })
            }
            "ListDelegatedAdministrators" => {
                let service = text("ServicePrincipal");
                let accounts = self.administrators.iter().filter(|(of, _)| *of == service);
                let accounts = accounts.map(|(_, account)| json!({ "Id": account }));
                json!({ "DelegatedAdministrators": accounts.collect::<Vec<_>>() })
            }
            "DescribeEffectivePolicy" => match self.effective.get(&text("TargetId")) {
                Some(policy) => json!({ "EffectivePolicy": { "PolicyContent": policy } }),
                None => return Reply::json(400, r#"{"__type":"EffectivePolicyNotFoundException"}"#),
            },
            "ListAccountsWithInvalidEffectivePolicy" => json!({ "Accounts": [] }),
            "EnableAWSServiceAccess" => {
                self.changes += 1;
                self.trusted.insert(text("ServicePrincipal"));
                json!({})
            }
            "EnablePolicyType" => {
                self.changes += 1;
                if text("PolicyType") == "BACKUP_POLICY" && !self.trusted.contains("backup.amazonaws.com") {
                    return Reply::json(400, r#"{"__type":"AccessDeniedForDependencyException"}"#);
                }
                self.policy_types.insert(text("PolicyType"));
                json!({})
            }
            "RegisterDelegatedAdministrator" => {
                self.changes += 1;
                self.administrators.insert((text("ServicePrincipal"), text("AccountId")));
                json!({})
            }
            _ => return self.policy(operation, body),
        };
        Reply::json(200, &answer.to_string())
    }

    fn policy(&mut self, operation: &str, body: &Value) -> Reply {
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let is_read = operation.starts_with("List") || operation.starts_with("Describe");
        self.changes += usize::from(!is_read);
        if operation == "CreatePolicy" {
            let tags = body["Tags"].as_array().into_iter().flatten();
            let tags = tags.map(|tag| {
                (tag["Key"].as_str().unwrap_or_default(), tag["Value"].as_str().unwrap_or_default())
            });
            let policy = Policy {
                kind: text("Type"),
                name: text("Name"),
                id: format!("p-{:08}", self.changes),
                description: text("Description"),
                content: text("Content"),
                tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
                targets: BTreeSet::new(),
            };
            if self.policies.iter().any(|known| (&known.kind, &known.name) == (&policy.kind, &policy.name)) {
                return Reply::json(400, r#"{"__type":"DuplicatePolicyException","Message":"it is there"}"#);
            }
            let answer = json!({ "Policy": { "PolicySummary": { "Id": policy.id } } });
            self.policies.push(policy);
            return Reply::json(200, &answer.to_string());
        }
        let id = if operation.ends_with("Resource") { text("ResourceId") } else { text("PolicyId") };
        let place = self.policies.iter().position(|policy| policy.id == id);
        let Some(place) = place else { return Reply::json(400, r#"{"__type":"PolicyNotFoundException"}"#) };
        let is_enabled = self.policy_types.contains(&self.policies[place].kind);
        let policy = &mut self.policies[place];
        let answer = match operation {
            "DescribePolicy" => json!({ "Policy": { "Content": policy.content } }),
            "ListTargetsForPolicy" => {
                let targets = policy.targets.iter().map(|target| json!({ "TargetId": target }));
                json!({ "Targets": targets.collect::<Vec<_>>() })
            }
            "ListTagsForResource" => {
                let tags = policy.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
                json!({ "Tags": tags.collect::<Vec<_>>() })
            }
            "TagResource" => {
                policy.tags.insert("managed-by".to_owned(), "cfct-apply".to_owned());
                json!({})
            }
            "UpdatePolicy" => {
                (policy.description, policy.content) = (text("Description"), text("Content"));
                json!({})
            }
            "AttachPolicy" if !is_enabled => {
                return Reply::json(400, r#"{"__type":"PolicyTypeNotEnabledException"}"#);
            }
            "AttachPolicy" if !policy.targets.insert(text("TargetId")) => {
                return Reply::json(400, r#"{"__type":"DuplicatePolicyAttachmentException"}"#);
            }
            "DetachPolicy" if !policy.targets.remove(&text("TargetId")) => {
                return Reply::json(400, r#"{"__type":"PolicyNotAttachedException"}"#);
            }
            "AttachPolicy" | "DetachPolicy" => json!({}),
            "DeletePolicy" if !policy.targets.is_empty() => {
                return Reply::json(400, r#"{"__type":"PolicyInUseException"}"#);
            }
            "DeletePolicy" => {
                self.policies.remove(place);
                json!({})
            }
            other => panic!("nobody answers organizations:{other}"),
        };
        Reply::json(200, &answer.to_string())
    }

    fn backup(&mut self, request: &Request, body: &Value, place: (String, String)) -> Reply {
        let line = request.line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let (method, path) = line.split_once(' ').expect("a request line");
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let answer = match (method, path) {
            ("GET", "/global-settings") => json!({ "GlobalSettings": self.global }),
            ("PUT", "/global-settings") => {
                self.changes += 1;
                for (name, value) in body["GlobalSettings"].as_object().into_iter().flatten() {
                    self.global.insert(name.clone(), value.as_str().unwrap_or_default().to_owned());
                }
                json!({})
            }
            ("GET", "/account-settings") => {
                json!({ "ResourceTypeOptInPreference": self.resource_types.get(&place) })
            }
            ("PUT", "/account-settings") => {
                self.changes += 1;
                let types = self.resource_types.entry(place).or_default();
                for (kind, is_on) in body["ResourceTypeOptInPreference"].as_object().into_iter().flatten() {
                    types.insert(kind.clone(), is_on.as_bool().unwrap_or_default());
                }
                json!({})
            }
            ("GET", "/backup-vaults") => json!({ "BackupVaultList": self.vaults }),
            ("GET", "/backup-jobs") => json!({ "BackupJobs": self.jobs }),
            other => panic!("nobody answers backup: {other:?}"),
        };
        Reply::json(200, &answer.to_string())
    }

    fn cloudformation(&mut self, operation: &str) -> Reply {
        let result = match operation {
            "DescribeOrganizationsAccess" => {
                let status = if self.stack_sets_have_access { "ENABLED" } else { "DISABLED" };
                format!("<Status>{status}</Status>")
            }
            "ActivateOrganizationsAccess" => {
                self.changes += 1;
                self.stack_sets_have_access = true;
                String::new()
            }
            "DescribeStacks" => "<Stacks></Stacks>".to_owned(),
            "ListStackSets" => "<Summaries></Summaries>".to_owned(),
            other => panic!("nobody answers cloudformation:{other}"),
        };
        Reply::xml(
            200,
            &format!(
                "<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
            ),
        )
    }
}

/// The account, the Region and the service that a request is signed for. The key of a role taken in an account
/// has the account's id in it.
pub fn scope(request: &Request) -> (String, String, String) {
    let signed = request.header.get("authorization").expect("a signature");
    let scope = signed.split("Credential=").nth(1).and_then(|rest| rest.split(',').next()).expect("a scope");
    let parts: Vec<&str> = scope.split('/').collect();
    let account = parts[0].strip_prefix("ASIA").unwrap_or(MANAGEMENT);
    (account.to_owned(), parts[2].to_owned(), parts[3].to_owned())
}

/// The organization behind its server.
pub struct Acme {
    world: Arc<Mutex<World>>,
    server: Loopback,
}

impl Acme {
    /// Starts one.
    pub fn start(world: World) -> Self {
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        let server = Loopback::start(move |request, _| shared.lock().expect("a lock").answer(request));
        Self { world, server }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.server.operations().len()
    }

    /// What is in it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("a lock")
    }
}
