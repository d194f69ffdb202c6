//! Roles, seen from their account.

use std::collections::BTreeSet;

use aws_sdk_iam::types::Tag;
use cfct_core::bootstrap::{Change, Content, Present, State, Step};
use serde_json::Value;

use super::{owner_of, there};
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::iam as operation;

impl Aws {
    /// Service-linked roles have a path of their service's, and names that only the service knows.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
    pub(super) async fn observe_linked_role(&self, service: &str) -> Result<State, AwsError> {
        let path = format!("/aws-service-role/{service}/");
        let request = self.iam().list_roles().path_prefix(&path).send();
        let answer = self.call(operation::LIST_ROLES, &path, request).await?;
        Ok(there(!answer.roles().is_empty()))
    }

    pub(super) async fn create_linked_role(&self, service: &str) -> Result<(), AwsError> {
        let request = self.iam().create_service_linked_role().aws_service_name(service).send();
        self.call(operation::CREATE_SERVICE_LINKED_ROLE, service, request).await.map(drop)
    }

    pub(super) async fn observe_role(&self, name: &str) -> Result<State, AwsError> {
        let request = self.iam().get_role().role_name(name).send();
        let answer = match self.call(operation::GET_ROLE, name, request).await {
            Ok(answer) => answer,
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(State::Absent),
            Err(error) => return Err(error),
        };
        let Some(role) = answer.role() else { return Ok(State::Absent) };
        let attached = self
            .pages(operation::LIST_ATTACHED_ROLE_POLICIES, name, async |marker| {
                let request = self.iam().list_attached_role_policies().role_name(name).set_marker(marker);
                let page = self.call(operation::LIST_ATTACHED_ROLE_POLICIES, name, request.send()).await?;
                let arns = page.attached_policies().iter().filter_map(|policy| policy.policy_arn());
                Ok((arns.map(str::to_owned).collect(), page.marker))
            })
            .await?;
        let tags: Vec<(&str, &str)> = role.tags().iter().map(|tag| (tag.key(), tag.value())).collect();
        let trust = decoded(role.assume_role_policy_document().unwrap_or_default());
        let trust = serde_json::from_str(&trust).unwrap_or(Value::Null);
        Ok(State::Present(Present {
            owner: owner_of(name, &tags),
            content: Content::Role { trust, managed_policies: attached.into_iter().collect() },
            id: Some(role.arn().to_owned()),
            since: None,
        }))
    }

    /// Attaching what is attached has no effect, so all of it can be done again.
    pub(super) async fn put_role(
        &self,
        step: &Step,
        trust: &Value,
        managed_policies: &BTreeSet<String>,
    ) -> Result<(), AwsError> {
        let name = step.thing.name.as_str();
        let trust = trust.to_string();
        if step.change == Change::Create {
            let tags =
                step.tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok());
            let request = self.iam().create_role().role_name(name).assume_role_policy_document(trust);
            let request = request.set_tags(Some(tags.collect())).send();
            self.call(operation::CREATE_ROLE, name, request).await?;
        } else {
            let request =
                self.iam().update_assume_role_policy().role_name(name).policy_document(trust).send();
            self.call(operation::UPDATE_ASSUME_ROLE_POLICY, name, request).await?;
        }
        for arn in managed_policies {
            let request = self.iam().attach_role_policy().role_name(name).policy_arn(arn).send();
            self.call(operation::ATTACH_ROLE_POLICY, name, request).await?;
        }
        Ok(())
    }
}

/// IAM answers with documents in percent encoding.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html>
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn documents_are_decoded_and_broken_escapes_stay() {
        for (text, expected) in
            [("%7B%22a%22%3A1%7D", "{\"a\":1}"), ("100%", "100%"), ("%zz%4", "%zz%4"), ("", "")]
        {
            assert_eq!(decoded(text), expected);
        }
    }
}
