//! Parameter Store.

use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::ParameterType;

use super::text;
use crate::aws::Aws;
use crate::error::AwsError;
use crate::operation::ssm;
use crate::ports::{ParameterFacts, ParameterReader};

/// How many a call may name.
///
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
const AT_ONCE: usize = 10;

impl ParameterReader for Aws {
    async fn parameters(&self, names: &[String]) -> Result<Vec<ParameterFacts>, AwsError> {
        let client = self.clients.ssm.get_or_init(|| Client::new(&self.sdk));
        let mut found = Vec::new();
        for names in names.chunks(AT_ONCE) {
            let request = client.get_parameters().set_names(Some(names.to_vec())).with_decryption(false);
            let answer = self.call(ssm::GET_PARAMETERS, &names.join(", "), request.send()).await?;
            found.extend(answer.parameters().iter().map(|parameter| ParameterFacts {
                name: text(parameter.name()),
                value: match parameter.r#type() {
                    Some(ParameterType::SecureString) => None,
                    _ => Some(text(parameter.value())),
                },
            }));
        }
        Ok(found)
    }
}
