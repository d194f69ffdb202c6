//! Changing the policies of an organization. Each call may come twice: the second changes nothing.

use super::Answer;

/// Changes the policies of an organization.
pub trait PolicyEditor {
    /// The tags of a policy.
    fn tags(&self, policy: &str) -> impl Answer<Vec<(String, String)>>;

    /// Makes a policy with a tag on it. Its id.
    fn create(
        &self,
        kind: &str,
        name: &str,
        description: &str,
        content: &str,
        tag: (&str, &str),
    ) -> impl Answer<String>;

    /// Puts a tag on a policy.
    fn tag(&self, policy: &str, tag: (&str, &str)) -> impl Answer<()>;

    /// Replaces description and content of a policy.
    fn update(&self, policy: &str, description: &str, content: &str) -> impl Answer<()>;

    /// Attaches a policy to a root, unit or account.
    fn attach(&self, policy: &str, target: &str) -> impl Answer<()>;

    /// Detaches a policy.
    fn detach(&self, policy: &str, target: &str) -> impl Answer<()>;

    /// Deletes a policy that is attached nowhere.
    fn delete(&self, policy: &str) -> impl Answer<()>;
}
