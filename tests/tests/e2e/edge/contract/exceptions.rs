//! Where an emulator is not as AWS documents, or has nothing of a capability. An exception that has become untrue
//! is a failure, so this table cannot outlive its reasons.

/// The backend, the contract, and what it does.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("moto", "runs::actions", "ListActionExecutions is not implemented"),
    ("moto", "runs::approvals", "GetPipelineState is not implemented"),
    ("moto", "runs::answers", "PutApprovalResult is not implemented"),
    ("moto", "runs::state_machines", "no execution ever runs: each stays RUNNING"),
    ("moto", "runs::failures", "the history of every execution is the same invented one"),
    ("moto", "runs::operations_that_are_not_there", "an operation that is not there is a ValidationError"),
    ("moto", "runs::stacks_of_instances", "an instance that is not there is an error of the server"),
    ("moto", "runs::stack_events", "the stack behind an instance has another id than the instance says"),
    ("moto", "operators::global_settings", "settings of AWS Backup are not implemented"),
    ("moto", "operators::resource_types", "settings of AWS Backup are not implemented"),
    ("moto", "operators::failed_jobs", "ListBackupJobs is not implemented"),
    ("moto", "operators::effective_policies", "effective backup policies are not implemented"),
    ("moto", "operators::stack_sets_access", "DescribeOrganizationsAccess is not implemented"),
    ("fakecloud", "catalog", "it has no Service Catalog"),
    ("fakecloud", "runs::actions", "ListActionExecutions never lists anything"),
    ("fakecloud", "runs::approvals", "an approval passes by itself"),
    ("fakecloud", "operators::effective_policies", "an effective backup policy is an empty SCP"),
];

/// What is wrong with how a contract came out.
pub fn judge(backend: &str, contract: &str, holds: bool) -> Option<String> {
    let exception = EXCEPTIONS.iter().find(|(of, to, _)| (*of, *to) == (backend, contract));
    match (exception, holds) {
        (None, false) => Some(format!("{contract} does not hold")),
        (Some((_, _, why)), true) => Some(format!("{contract} holds, so this is no longer so: {why}")),
        (Some(_), false) | (None, true) => None,
    }
}
