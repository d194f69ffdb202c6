//! CfCT's pipeline as a loopback server plays it: one step further with each look at it, down to the stack
//! that fails in another account. In the wire formats that AWS documents.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::edge::loopback::{Loopback, Reply, Request};

/// The run.
pub const RUN: &str = "11111111-2222-3333-4444-555555555555";

const ARN: &str = "arn:aws:states:eu-central-1:111122223333:execution:CustomControlTowerStackSetStateMachine:\
                   Create-CustomControlTower-vault-2026-11-24T10-05-00";

/// 2026-11-24T10:00:00Z
const START: u64 = 1_795_514_400;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Well.
    Succeeded,
    /// In the build.
    BuildFailed,
    /// In a stack of an account.
    StackFailed,
}

/// Where a run is: what each look sees.
const BUILDING: usize = 1;
const APPROVING: usize = 2;
const DEPLOYING: usize = 3;
const LAST: usize = 5;

/// A played pipeline.
pub struct Played {
    /// The server.
    pub server: Loopback,
    /// How approvals were answered: status and comment.
    pub answers: Arc<Mutex<Vec<String>>>,
}

/// What goes wrong at a request, by the operation and how often it was asked for before.
pub type Fault = dyn Fn(&str, usize) -> Option<Reply> + Send + Sync;

/// Plays a run that ends so; with an approval, it waits for the answer. `over` begins with its end.
pub fn play(ending: Ending, approval: bool, over: bool, fault: Box<Fault>) -> Played {
    let answers: Arc<Mutex<Vec<String>>> = Arc::default();
    let (answered, step) = (AtomicBool::new(!approval), AtomicUsize::new(if over { LAST } else { 0 }));
    let (asked, given) =
        (Mutex::new(std::collections::BTreeMap::<String, usize>::new()), Arc::clone(&answers));
    let server = Loopback::start(move |request, _| {
        let operation = request.operation();
        let before = {
            let mut asked = asked.lock().expect("a lock");
            let count = asked.entry(operation.clone()).or_default();
            *count += 1;
            *count - 1
        };
        if let Some(fault) = fault(&operation, before) {
            return fault;
        }
        match operation.as_str() {
            "GetPipelineExecution" => {
                let waits = step.load(Ordering::SeqCst) == APPROVING && !answered.load(Ordering::SeqCst);
                // The first one only asks whether there is such a run.
                if before > 0 && !waits && step.load(Ordering::SeqCst) < LAST {
                    step.fetch_add(1, Ordering::SeqCst);
                }
            }
            "PutApprovalResult" => {
                given.lock().expect("a lock").push(String::from_utf8_lossy(&request.body).into_owned());
                answered.store(true, Ordering::SeqCst);
            }
            _ => {}
        }
        let scene = Scene { ending, approval, step: step.load(Ordering::SeqCst) };
        scene.answer(request, &operation)
    });
    Played { server, answers }
}

struct Scene {
    ending: Ending,
    approval: bool,
    step: usize,
}

impl Scene {
    fn answer(&self, request: &Request, operation: &str) -> Reply {
        let body = String::from_utf8_lossy(&request.body);
        match operation {
            "GetCallerIdentity" => Reply::xml(
                200,
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/x</Arn>\
                 <UserId>x</UserId><Account>111122223333</Account></GetCallerIdentityResult>\
                 </GetCallerIdentityResponse>",
            ),
            "DescribeOrganization" => {
                Reply::json(200, r#"{"Organization":{"Id":"o-1234567890","MasterAccountId":"111122223333"}}"#)
            }
            "GetPipeline" if body.contains("another") => {
                Reply::json(400, r#"{"__type":"PipelineNotFoundException","message":"no"}"#)
            }
            "GetPipeline" => Reply::json(200, &self.pipeline()),
            "ListPipelineExecutions" => Reply::json(
                200,
                &format!(
                    r#"{{"pipelineExecutionSummaries":[{{"pipelineExecutionId":"{RUN}","status":"{}"}}]}}"#,
                    self.status()
                ),
            ),
            "GetPipelineExecution" if !body.contains(RUN) => {
                Reply::json(400, r#"{"__type":"PipelineExecutionNotFoundException","message":"no"}"#)
            }
            "GetPipelineExecution" => Reply::json(
                200,
                &format!(
                    r#"{{"pipelineExecution":{{"pipelineExecutionId":"{RUN}","status":"{}"}}}}"#,
                    self.status()
                ),
            ),
            "ListActionExecutions" => Reply::json(200, &self.actions()),
            "GetPipelineState" => Reply::json(200, &self.waiting()),
            "PutApprovalResult" => Reply::json(200, r#"{"approvedAt":1}"#),
            "ListStateMachines" => Reply::json(
                200,
                r#"{"stateMachines":[{"stateMachineArn":"arn:stackset","name":"CustomControlTowerStackSetStateMachine","type":"STANDARD","creationDate":1},{"stateMachineArn":"arn:other","name":"SomebodysStackSetMachine","type":"STANDARD","creationDate":1}]}"#,
            ),
            "ListExecutions" if body.contains("arn:stackset") => Reply::json(200, &self.executions()),
            "DescribeExecution" => {
                let input = r#"{\"RequestType\":\"Create\",\"ResourceProperties\":{\"StackSetName\":\"CustomControlTower-vault\"}}"#;
                Reply::json(
                    200,
                    &format!(
                        r#"{{"executionArn":"{ARN}","stateMachineArn":"arn:stackset","status":"RUNNING","startDate":{START},"input":"{input}"}}"#
                    ),
                )
            }
            "GetExecutionHistory" => Reply::json(
                200,
                r#"{"events":[{"timestamp":1,"type":"ExecutionFailed","id":9,"previousEventId":8,"executionFailedEventDetails":{"error":"Failed","cause":"stack set operation failed"}}]}"#,
            ),
            "GetLogEvents" => Reply::json(200, &self.log()),
            "ListStackSetOperations" => Reply::xml(200, &self.operations()),
            "ListStackSetOperationResults" => Reply::xml(200, &self.results()),
            "DescribeStackInstance" => Reply::xml(
                200,
                "<DescribeStackInstanceResponse><DescribeStackInstanceResult><StackInstance>\
                 <StackId>arn:aws:cloudformation:eu-west-1:222233334444:stack/StackSet-vault/1</StackId>\
                 </StackInstance></DescribeStackInstanceResult></DescribeStackInstanceResponse>",
            ),
            "AssumeRole" if body.contains("222233334444") && body.contains("AWSControlTowerExecution") => {
                Reply::xml(
                    200,
                    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>there</AccessKeyId>\
                     <SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>\
                     <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
                     </AssumeRoleResponse>",
                )
            }
            "DescribeStackEvents" if request.header["authorization"].contains("Credential=there/") => {
                Reply::xml(200, &events())
            }
            _ => Reply::json(400, r#"{"__type":"AccessDeniedException","Message":"not here"}"#),
        }
    }

    fn is_over(&self) -> bool {
        self.step >= LAST || (self.ending == Ending::BuildFailed && self.step > BUILDING)
    }

    fn status(&self) -> &'static str {
        match (self.is_over(), self.ending) {
            (false, _) => "InProgress",
            (true, Ending::Succeeded) => "Succeeded",
            (true, _) => "Failed",
        }
    }

    fn pipeline(&self) -> String {
        let stage = |name: &str, category: &str, provider: &str| {
            format!(
                r#"{{"name":"{name}","actions":[{{"name":"{name}","actionTypeId":{{"category":"{category}","owner":"AWS","provider":"{provider}","version":"1"}},"configuration":{{"S3Bucket":"b","S3ObjectKey":"custom-control-tower-configuration.zip"}}}}]}}"#
            )
        };
        let mut stages = vec![stage("Source", "Source", "S3"), stage("Build", "Build", "CodeBuild")];
        if self.approval {
            stages.push(stage("ManualApproval", "Approval", "Manual"));
        }
        stages.push(stage("CloudformationResource", "Build", "CodeBuild"));
        format!(
            r#"{{"pipeline":{{"name":"Custom-Control-Tower-CodePipeline","roleArn":"arn:aws:iam::111122223333:role/x","stages":[{}]}}}}"#,
            stages.join(",")
        )
    }

    fn actions(&self) -> String {
        let mut actions = vec![action("Source", "S3", "Succeeded", 0, "")];
        if self.step >= BUILDING {
            let (state, says) = match (self.step > BUILDING, self.ending) {
                (false, _) => ("InProgress", ""),
                (true, Ending::BuildFailed) => ("Failed", "Build terminated with state: FAILED"),
                (true, _) => ("Succeeded", ""),
            };
            actions.push(action("Build", "CodeBuild", state, 60, says));
        }
        if self.approval && self.step >= APPROVING {
            let state = if self.step > APPROVING { "Succeeded" } else { "InProgress" };
            actions.push(action("ManualApproval", "Manual", state, 120, ""));
        }
        if self.step >= DEPLOYING && self.ending != Ending::BuildFailed {
            let (state, says) = match (self.is_over(), self.ending) {
                (false, _) => ("InProgress", ""),
                (true, Ending::Succeeded) => ("Succeeded", ""),
                (true, _) => ("Failed", "Build terminated with state: FAILED"),
            };
            actions.push(action("CloudformationResource", "CodeBuild", state, 180, says));
        }
        // The newest comes first.
        actions.reverse();
        format!(r#"{{"actionExecutionDetails":[{}]}}"#, actions.join(","))
    }

    fn waiting(&self) -> String {
        format!(
            r#"{{"stageStates":[{{"stageName":"ManualApproval","latestExecution":{{"pipelineExecutionId":"{RUN}","status":"InProgress"}},"actionStates":[{{"actionName":"ManualApproval","latestExecution":{{"status":"InProgress","token":"token-1"}}}}]}}]}}"#
        )
    }

    fn executions(&self) -> String {
        let (status, stop) = match (self.is_over(), self.ending) {
            (false, _) => ("RUNNING", String::new()),
            (true, Ending::Succeeded) => ("SUCCEEDED", format!(r#","stopDate":{}"#, START + 600)),
            (true, _) => ("FAILED", format!(r#","stopDate":{}"#, START + 600)),
        };
        let old = START - 86_400;
        format!(
            r#"{{"executions":[{{"executionArn":"{ARN}","stateMachineArn":"arn:stackset","name":"Create-CustomControlTower-vault-x","status":"{status}","startDate":{}{stop}}},{{"executionArn":"{ARN}-old","stateMachineArn":"arn:stackset","name":"old","status":"FAILED","startDate":{old},"stopDate":{old}}}]}}"#,
            START + 200
        )
    }

    fn operations(&self) -> String {
        let (status, end) = match (self.is_over(), self.ending) {
            (false, _) => ("RUNNING", ""),
            (true, Ending::Succeeded) => ("SUCCEEDED", "<EndTimestamp>2026-11-24T10:09:00Z</EndTimestamp>"),
            (true, _) => ("FAILED", "<EndTimestamp>2026-11-24T10:09:00Z</EndTimestamp>"),
        };
        format!(
            "<ListStackSetOperationsResponse><ListStackSetOperationsResult><Summaries>\
             <member><OperationId>op-1</OperationId><Action>CREATE</Action><Status>{status}</Status>\
             <CreationTimestamp>2026-11-24T10:04:00Z</CreationTimestamp>{end}</member>\
             <member><OperationId>op-0</OperationId><Action>CREATE</Action><Status>SUCCEEDED</Status>\
             <CreationTimestamp>2026-11-20T10:04:00Z</CreationTimestamp></member>\
             </Summaries></ListStackSetOperationsResult></ListStackSetOperationsResponse>"
        )
    }

    fn results(&self) -> String {
        let second = match (self.step > DEPLOYING, self.ending) {
            (false, _) => ("RUNNING", ""),
            (true, Ending::StackFailed) => (
                "FAILED",
                "ResourceLogicalId:Vault, ResourceType:AWS::Backup::BackupVault, ResourceStatusReason:refused Password=hunter2x",
            ),
            (true, _) => ("SUCCEEDED", ""),
        };
        let third = match (self.is_over(), self.ending) {
            (false, _) => ("PENDING", ""),
            (true, Ending::StackFailed) => ("CANCELLED", "Cancelled since failure tolerance has exceeded"),
            (true, _) => ("SUCCEEDED", ""),
        };
        let member = |region: &str, (status, reason): (&str, &str)| {
            format!(
                "<member><Account>222233334444</Account><Region>{region}</Region><Status>{status}</Status>\
                 <StatusReason>{reason}</StatusReason></member>"
            )
        };
        format!(
            "<ListStackSetOperationResultsResponse><ListStackSetOperationResultsResult><Summaries>{}{}{}\
             </Summaries></ListStackSetOperationResultsResult></ListStackSetOperationResultsResponse>",
            member("eu-central-1", ("SUCCEEDED", "")),
            member("eu-west-1", second),
            member("eu-north-1", third)
        )
    }

    fn log(&self) -> String {
        let lines = match self.ending {
            Ending::BuildFailed => vec![
                "Phase complete: INSTALL State: SUCCEEDED",
                "export Password=hunter2x AWS_KEY=AKIAFAKEFAKEFAKEFAKE",
                "ERROR: File not found: templates/vualt.yaml Password=hunter2x",
                "Phase complete: BUILD State: FAILED",
            ],
            _ => vec!["Launching", "ERROR State Machine Execution(s) Failed."],
        };
        let events: Vec<String> =
            lines.iter().map(|line| format!(r#"{{"timestamp":1,"message":"{line}\n"}}"#)).collect();
        format!(r#"{{"events":[{}]}}"#, events.join(","))
    }
}

fn action(name: &str, provider: &str, state: &str, start: u64, says: &str) -> String {
    let project = if name == "Build" {
        "Custom-Control-Tower-CodeBuild"
    } else {
        "Custom-Control-Tower-StackSet-CodeBuild"
    };
    let error = match says {
        "" => String::new(),
        says => format!(r#","errorDetails":{{"code":"JobFailed","message":"{says}"}}"#),
    };
    format!(
        r#"{{"pipelineExecutionId":"{RUN}","actionExecutionId":"{name}","stageName":"{name}","actionName":"{name}","startTime":{},"lastUpdateTime":{},"status":"{state}","input":{{"actionTypeId":{{"category":"Build","owner":"AWS","provider":"{provider}","version":"1"}}}},"output":{{"executionResult":{{"externalExecutionId":"{project}:0a1b"{error}}}}}}}"#,
        START + start,
        START + start + 500,
    )
}

fn events() -> String {
    let event = |resource: &str, kind: &str, status: &str, reason: &str, minute: u8| {
        format!(
            "<member><StackId>s</StackId><EventId>e{minute}</EventId><StackName>s</StackName>\
             <LogicalResourceId>{resource}</LogicalResourceId><ResourceType>{kind}</ResourceType>\
             <ResourceStatus>{status}</ResourceStatus><ResourceStatusReason>{reason}</ResourceStatusReason>\
             <Timestamp>2026-11-24T10:{minute:02}:00Z</Timestamp></member>"
        )
    };
    let stack = "AWS::CloudFormation::Stack";
    let events = [
        event(
            "s",
            stack,
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [Plan, Vault].",
            8,
        ),
        event("Plan", "AWS::Backup::BackupPlan", "CREATE_FAILED", "Resource creation cancelled", 7),
        event(
            "Vault",
            "AWS::Backup::BackupVault",
            "CREATE_FAILED",
            "User is not authorized to perform backup:CreateBackupVault with an explicit deny in a service control policy",
            6,
        ),
        event("s", stack, "CREATE_IN_PROGRESS", "User Initiated", 5),
    ];
    format!(
        "<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>{}</StackEvents>\
         </DescribeStackEventsResult></DescribeStackEventsResponse>",
        events.concat()
    )
}
