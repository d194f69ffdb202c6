//! What who uses products asks for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::offering::{artifact, page};
use super::{Answered, Refused, Shop, not_found, text};
use crate::edge::loopback::{Reply, Request};

/// What becomes of a launch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It goes well.
    #[default]
    Succeeds,
    /// A resource of it cannot be made.
    Fails,
}

/// What was launched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launched {
    pub id: String,
    pub name: String,
    pub product: String,
    pub version: String,
    pub parameters: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    pub token: String,
    pub status: String,
    pub last_record: String,
    pub last_success: Option<String>,
}

impl Launched {
    pub(super) fn essence(&self) -> Value {
        json!([self.name, self.version, self.parameters, self.tags, self.status])
    }
}

/// What is done to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub kind: &'static str,
    pub of: String,
    pub status: &'static str,
    pub looks_left: usize,
    pub fate: Fate,
}

/// The parameters of each version.
pub fn parameters() -> Value {
    json!([
        {
            "ParameterKey": "RetentionDays", "ParameterType": "Number", "DefaultValue": "35", "IsNoEcho": false,
            "Description": "How long backups are kept", "ParameterConstraints": { "AllowedValues": ["7", "35", "365"] },
        },
        {
            "ParameterKey": "VaultName", "ParameterType": "String", "IsNoEcho": false,
            "ParameterConstraints": { "AllowedPattern": "[a-z-]{2,20}", "ConstraintDescription": "letters and hyphens" },
        },
        { "ParameterKey": "Tier", "ParameterType": "String", "DefaultValue": "bronze", "IsNoEcho": false },
        { "ParameterKey": "CopyTo", "ParameterType": "String", "DefaultValue": "", "IsNoEcho": false },
    ])
}

/// A rule on two of them.
const RULES: &str = r#"{"GoldIsCopied":{"RuleCondition":{"Fn::Equals":[{"Ref":"Tier"},"gold"]},"Assertions":[{"Assert":{"Fn::Not":[{"Fn::Equals":[{"Ref":"CopyTo"},""]}]},"AssertDescription":"gold is copied"}]}}"#;

const TEMPLATE: &str = "Resources:\n  Vault:\n    Type: AWS::Backup::BackupVault\n    DeletionPolicy: Retain\n    \
                        Properties: {BackupVaultName: orders}\n  Topic:\n    Type: AWS::SNS::Topic\n";

impl Shop {
    pub(super) fn provisioning(&mut self, operation: &str, body: &Value) -> Answered {
        match operation {
            "SearchProducts" => {
                let all = self.products.keys().map(|id| self.summary(id)).collect();
                Ok(page(body, "ProductViewSummaries", all))
            }
            "DescribeProduct" => {
                let id = text(body, "Id");
                let product = self.products.get(&id).ok_or_else(|| not_found("Product"))?;
                let active = product.versions.iter().filter(|version| version.active);
                Ok(json!({
                    "ProductViewSummary": self.summary(&id),
                    "ProvisioningArtifacts": active.map(artifact).collect::<Vec<_>>(),
                }))
            }
            "ListLaunchPaths" => {
                let id = text(body, "ProductId");
                let placed = self.portfolios.iter().filter(|(_, own)| own.products.contains(&id));
                let all = placed.map(|(port, own)| json!({ "Id": format!("path-{port}"), "Name": own.name }));
                Ok(page(body, "LaunchPathSummaries", all.collect()))
            }
            "DescribeProvisioningParameters" => {
                self.version(body, "ProvisioningArtifactId")?;
                Ok(json!({
                    "ProvisioningArtifactParameters": parameters(),
                    "ConstraintSummaries": [{ "Type": "LAUNCH" }],
                    "UsageInstructions": [{ "Type": "version", "Value": "1" }, { "Type": "rules", "Value": RULES }],
                    "TagOptions": [{ "Key": "environment", "Values": ["prod", "test"] }],
                    "ProvisioningArtifactOutputKeys": [{ "Key": "VaultArn" }],
                }))
            }
            "SearchProvisionedProducts" => {
                let all = self.launched.values().map(|own| self.launched_detail(own)).collect();
                Ok(page(body, "ProvisionedProducts", all))
            }
            "DescribeProvisionedProduct" => {
                let own =
                    self.launched.get(&text(body, "Name")).ok_or_else(|| not_found("ProvisionedProduct"))?;
                Ok(json!({ "ProvisionedProductDetail": self.launched_detail(own) }))
            }
            "ProvisionProduct" => self.provision(body),
            "UpdateProvisionedProduct" => self.update(body),
            "TerminateProvisionedProduct" => self.terminate(body),
            "DescribeRecord" => self.look(&text(body, "Id")),
            other => panic!("nobody answers servicecatalog:{other}"),
        }
    }

    fn launched_detail(&self, own: &Launched) -> Value {
        let product = self.products.get(&own.product);
        let version =
            product.and_then(|product| product.versions.iter().find(|version| version.id == own.version));
        json!({
            "Id": own.id,
            "Name": own.name,
            "Type": "CFN_STACK",
            "Status": own.status,
            "IdempotencyToken": own.token,
            "LastRecordId": own.last_record,
            "LastSuccessfulProvisioningRecordId": own.last_success,
            "ProductId": own.product,
            "ProductName": product.map(|product| product.says["Name"].clone()),
            "ProvisioningArtifactId": own.version,
            "ProvisioningArtifactName": version.map(|version| version.name.clone()),
        })
    }

    fn provision(&mut self, body: &Value) -> Answered {
        let token = text(body, "ProvisionToken");
        if let Some(record) = self.tokens.get(&token) {
            return Ok(json!({ "RecordDetail": self.record(record) }));
        }
        self.version(body, "ProvisioningArtifactId")?;
        let name = text(body, "ProvisionedProductName");
        if self.launched.contains_key(&name) {
            return Err(("InvalidParametersException", format!("{name} exists")));
        }
        let given = |key: &str, of: &str| -> BTreeMap<String, String> {
            let pairs = body[of].as_array().into_iter().flatten();
            pairs.map(|pair| (text(pair, key), text(pair, "Value"))).collect()
        };
        let own = Launched {
            id: self.id("pp"),
            name: name.clone(),
            product: text(body, "ProductId"),
            version: text(body, "ProvisioningArtifactId"),
            parameters: given("Key", "ProvisioningParameters"),
            tags: given("Key", "Tags"),
            token: token.clone(),
            ..Launched::default()
        };
        self.launched.insert(name.clone(), own);
        Ok(self.begin("PROVISION_PRODUCT", &name, token))
    }

    fn changing(&self, body: &Value) -> Result<String, Refused> {
        let id = text(body, "ProvisionedProductId");
        let own = self.launched.values().find(|own| own.id == id);
        let own = own.ok_or_else(|| not_found("ProvisionedProduct"))?;
        if own.status == "UNDER_CHANGE" {
            return Err(("InvalidParametersException", format!("{} is under change", own.name)));
        }
        Ok(own.name.clone())
    }

    fn update(&mut self, body: &Value) -> Answered {
        let token = text(body, "UpdateToken");
        if let Some(record) = self.tokens.get(&token) {
            return Ok(json!({ "RecordDetail": self.record(record) }));
        }
        let name = self.changing(body)?;
        let own = self.launched.get_mut(&name).expect("it is there");
        let before = std::mem::take(&mut own.parameters);
        for parameter in body["ProvisioningParameters"].as_array().into_iter().flatten() {
            let key = text(parameter, "Key");
            let value = match parameter["UsePreviousValue"].as_bool() {
                Some(true) => before[&key].clone(),
                _ => text(parameter, "Value"),
            };
            own.parameters.insert(key, value);
        }
        own.version = text(body, "ProvisioningArtifactId");
        Ok(self.begin("UPDATE_PROVISIONED_PRODUCT", &name, token))
    }

    fn terminate(&mut self, body: &Value) -> Answered {
        let token = text(body, "TerminateToken");
        let name = self.changing(body)?;
        Ok(self.begin("TERMINATE_PROVISIONED_PRODUCT", &name, token))
    }

    fn begin(&mut self, kind: &'static str, name: &str, token: String) -> Value {
        self.changes += 1;
        let id = self.id("rec");
        let record = Record {
            kind,
            of: name.to_owned(),
            status: "CREATED",
            looks_left: self.looks,
            fate: std::mem::take(&mut self.fate),
        };
        self.records.insert(id.clone(), record);
        self.tokens.insert(token, id.clone());
        let own = self.launched.get_mut(name).expect("it is there");
        own.status = "UNDER_CHANGE".to_owned();
        own.last_record.clone_from(&id);
        json!({ "RecordDetail": self.record(&id) })
    }

    fn record(&self, id: &str) -> Value {
        let record = &self.records[id];
        let errors = match record.status {
            "FAILED" => {
                json!([{ "Code": "CreateFailed", "Description": "Resource handler returned an error" }])
            }
            _ => json!([]),
        };
        json!({
            "RecordId": id,
            "RecordType": record.kind,
            "Status": record.status,
            "ProvisionedProductName": record.of,
            "ProvisionedProductId": self.launched.get(&record.of).map(|own| own.id.clone()),
            "RecordErrors": errors,
        })
    }

    /// Each look brings a record further.
    fn look(&mut self, id: &str) -> Answered {
        let record = self.records.get_mut(id).ok_or_else(|| not_found("Record"))?;
        if record.looks_left > 0 {
            record.looks_left -= 1;
            record.status = "IN_PROGRESS";
        } else if !matches!(record.status, "SUCCEEDED" | "FAILED") {
            let record = record.clone();
            self.end(id, &record);
        }
        let stack = "arn:aws:cloudformation:eu-central-1:111122223333:stack/SC-111122223333-pp-1/1";
        let outputs = json!([
            { "OutputKey": "CloudformationStackARN", "OutputValue": stack },
            { "OutputKey": "VaultArn", "OutputValue": "arn:aws:backup:eu-central-1:111122223333:backup-vault:orders" },
        ]);
        Ok(json!({ "RecordDetail": self.record(id), "RecordOutputs": outputs }))
    }

    fn end(&mut self, id: &str, record: &Record) {
        let failed = record.fate == Fate::Fails;
        self.records.get_mut(id).expect("it is there").status = if failed { "FAILED" } else { "SUCCEEDED" };
        if record.kind == "TERMINATE_PROVISIONED_PRODUCT" && !failed {
            self.launched.remove(&record.of);
            return;
        }
        let own = self.launched.get_mut(&record.of).expect("it is there");
        own.status = match (failed, record.kind) {
            (false, _) => "AVAILABLE",
            (true, "PROVISION_PRODUCT") => "ERROR",
            (true, _) => "TAINTED",
        }
        .to_owned();
        if !failed {
            own.last_success = Some(id.to_owned());
        }
    }

    /// The stack behind what was launched, and that of a stack set.
    pub(super) fn stacks(&mut self, operation: &str, request: &Request) -> Reply {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let member = |inner: String| format!("<member>{inner}</member>");
        let resource = |logical: &str, physical: &str, kind: &str| {
            member(format!(
                "<LogicalResourceId>{logical}</LogicalResourceId><PhysicalResourceId>{physical}</PhysicalResourceId>\
                 <ResourceType>{kind}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>\
                 <LastUpdatedTimestamp>2026-11-24T10:00:00Z</LastUpdatedTimestamp>"
            ))
        };
        let result = match operation {
            "DescribeStackInstance" => match &self.stack_set {
                Some((name, _)) if body.contains(name.as_str()) => {
                    "<StackInstance><StackId>arn:aws:cloudformation:eu-central-1:111122223333:stack/StackSet-x/1\
                     </StackId></StackInstance>"
                        .to_owned()
                }
                _ => {
                    let code = "StackSetNotFoundException";
                    return Reply::xml(
                        404,
                        &format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"),
                    );
                }
            },
            "ListStackResources" => {
                let resources = match self.stack_set.as_ref().filter(|_| body.contains("StackSet-")) {
                    Some((_, portfolio)) => {
                        resource("Portfolio", portfolio, "AWS::ServiceCatalog::Portfolio")
                    }
                    None => {
                        let vault = resource("Vault", "orders", "AWS::Backup::BackupVault");
                        format!("{vault}{}", resource("Topic", "topic", "AWS::SNS::Topic"))
                    }
                };
                format!("<StackResourceSummaries>{resources}</StackResourceSummaries>")
            }
            "GetTemplate" => format!("<TemplateBody>{TEMPLATE}</TemplateBody>"),
            "DescribeStacks" => {
                let own = self.launched.values().next();
                let parameters = own.into_iter().flat_map(|own| &own.parameters).map(|(key, value)| {
                    member(format!("<ParameterKey>{key}</ParameterKey><ParameterValue>{value}</ParameterValue>"))
                });
                let parameters: String = parameters.collect();
                let stack = member(format!(
                    "<StackName>SC</StackName><StackStatus>CREATE_COMPLETE</StackStatus>\
                     <CreationTime>2026-11-24T10:00:00Z</CreationTime><Parameters>{parameters}</Parameters>"
                ));
                format!("<Stacks>{stack}</Stacks>")
            }
            "DescribeStackEvents" => {
                let event = |resource: &str, kind: &str, status: &str, says: &str| {
                    member(format!(
                        "<StackId>s</StackId><EventId>e</EventId><StackName>SC</StackName>\
                         <Timestamp>2026-11-24T10:00:00Z</Timestamp><LogicalResourceId>{resource}</LogicalResourceId>\
                         <ResourceType>{kind}</ResourceType><ResourceStatus>{status}</ResourceStatus>\
                         <ResourceStatusReason>{says}</ResourceStatusReason>"
                    ))
                };
                let events = [
                    event("Topic", "AWS::SNS::Topic", "CREATE_FAILED", "Resource creation cancelled"),
                    event("Vault", "AWS::Backup::BackupVault", "CREATE_FAILED", "the name is taken"),
                    event("SC", "AWS::CloudFormation::Stack", "CREATE_IN_PROGRESS", "User Initiated"),
                ];
                format!("<StackEvents>{}</StackEvents>", events.concat())
            }
            _ => return self.organization.answer(request),
        };
        Reply::xml(
            200,
            &format!(
                "<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
            ),
        )
    }
}
