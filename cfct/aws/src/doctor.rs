//! `doctor`: looks at the ground. What cannot be read is a line of its own, and the others go on.

use cfct_core::doctor::{Answered, Facts};

use crate::error::AwsError;
use crate::home::Home;
use crate::ports::{
    OrganizationReader, OrganizationSettings, Pipeline, RoleReader, StackSetReader, Surroundings,
};

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The management account.
    pub home: &'s Home,
    /// The Region to look in.
    pub region: &'s str,
    /// The Region that the manifest names.
    pub manifest_region: Option<&'s str>,
    /// CfCT's pipeline.
    pub pipeline: &'s str,
    /// The execution role.
    pub execution_role: &'s str,
}

/// Looks at everything.
///
/// # Errors
/// Where the run is to end.
pub async fn look<P>(ports: &P, subject: &Subject<'_>) -> Result<Facts, AwsError>
where
    P: OrganizationReader + OrganizationSettings + Pipeline + RoleReader + StackSetReader + Surroundings,
{
    let Subject { home, region, .. } = *subject;
    let (stacks, pipeline, rules, trusted, root, role, stack_sets) = tokio::join!(
        ports.stacks(),
        ports.pipeline(subject.pipeline),
        ports.rules(),
        ports.trusted_services(),
        ports.root(),
        ports.has_role(home.account, region, subject.execution_role),
        ports.stack_sets(),
    );
    Ok(Facts {
        account: home.account.to_string(),
        region: region.to_owned(),
        manifest_region: subject.manifest_region.map(str::to_owned),
        stacks: answered(stacks)?,
        source: answered(pipeline)?.map(|pipeline| pipeline.map(|pipeline| pipeline.source_provider)),
        rules: answered(rules)?,
        trusted: answered(trusted)?,
        policy_types: answered(root)?.map(|root| root.policy_types),
        execution_role: (subject.execution_role.to_owned(), answered(role)?),
        stack_sets: answered(stack_sets)?,
    })
}

fn answered<T>(answer: Result<T, AwsError>) -> Result<Answered<T>, AwsError> {
    match answer {
        Err(error) if error.ends_the_run() => Err(error),
        answer => Ok(answer.map_err(|error| error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use cfct_core::doctor::{Level, judge};

    use super::{Subject, look};
    use crate::error::ErrorKind;
    use crate::home::Home;
    use crate::memory::{Cloud, State};
    use crate::operation::events;
    use crate::ports::OrganizationFacts;

    fn home() -> Home {
        Home {
            account: "111122223333".parse().unwrap(),
            partition: "aws".to_owned(),
            organization: OrganizationFacts {
                id: "o-1".to_owned(),
                management_account: "111122223333".to_owned(),
            },
        }
    }

    #[tokio::test]
    async fn what_may_not_be_read_is_one_failed_line() {
        let home = home();
        let subject = Subject {
            home: &home,
            region: "eu-central-1",
            manifest_region: None,
            pipeline: "p",
            execution_role: "r",
        };
        let cloud = Cloud::new(State { denied: [events::LIST_RULES].into(), ..State::default() });
        let lines = judge(&look(&cloud, &subject).await.unwrap());
        let rules: Vec<_> = lines.iter().filter(|line| line.subject == "lifecycle events").collect();
        assert_eq!((rules[0].level, rules.len()), (Level::Failed, 1));
        assert!(rules[0].found.contains("access denied: events:ListRules"), "{rules:?}");
        cloud.state().denied.clear();
        let calls = cloud.state().calls.len();
        cloud.state().faults.insert(calls, ErrorKind::ExpiredCredentials);
        look(&cloud, &subject).await.unwrap_err();
    }
}
