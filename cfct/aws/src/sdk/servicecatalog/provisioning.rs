//! Products, launched.

use aws_sdk_servicecatalog::types::{
    AccessLevelFilter, AccessLevelFilterKey, LaunchPathSummary, ProductViewSummary,
    ProvisionedProductAttribute, ProvisionedProductDetail, ProvisionedProductStatus,
    ProvisioningArtifactGuidance, ProvisioningArtifactParameter, ProvisioningParameter, RecordDetail,
    RecordError, RecordOutput, RecordStatus, UpdateProvisioningParameter,
};
use cfct_core::catalog::{OfferedParameter, Provisioning};
use serde_json::Value;

use super::{PAGE, several, tag};
use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::servicecatalog as operation;
use crate::ports::{
    Launch, LaunchPath, OfferedProduct, OfferedVersion, ProvisionedProduct, Provisioner, Record,
};
use crate::sdk::text;

impl Provisioner for Aws {
    async fn offered(&self) -> Result<Vec<OfferedProduct>, AwsError> {
        self.pages(operation::SEARCH_PRODUCTS, "", async |token| {
            let request = self.servicecatalog().search_products().page_size(PAGE).set_page_token(token);
            let page = self.call(operation::SEARCH_PRODUCTS, "", request.send()).await?;
            let products = page.product_view_summaries().iter().map(product);
            Ok((products.collect(), page.next_page_token))
        })
        .await
    }

    async fn offer(&self, product: &str) -> Result<(Vec<OfferedVersion>, Vec<LaunchPath>), AwsError> {
        let request = self.servicecatalog().describe_product().id(product).send();
        let answer = self.call(operation::DESCRIBE_PRODUCT, product, request).await?;
        let versions = answer.provisioning_artifacts().iter().map(|artifact| OfferedVersion {
            id: text(artifact.id()),
            name: text(artifact.name()),
            description: text(artifact.description()),
            deprecated: artifact.guidance() == Some(&ProvisioningArtifactGuidance::Deprecated),
            created: artifact.created_time().map_or(0, aws_smithy_types::DateTime::secs),
        });
        let mut versions: Vec<_> = versions.collect();
        versions.sort_by_key(|version| version.created);
        let paths = self
            .pages(operation::LIST_LAUNCH_PATHS, product, async |token| {
                let request = self.servicecatalog().list_launch_paths().product_id(product);
                let request = request.page_size(PAGE).set_page_token(token).send();
                let page = self.call(operation::LIST_LAUNCH_PATHS, product, request).await?;
                let paths = page.launch_path_summaries().iter().map(path);
                Ok((paths.collect(), page.next_page_token))
            })
            .await?;
        Ok((versions, paths))
    }

    async fn provisioning(
        &self,
        product: &str,
        version: &str,
        path: Option<&str>,
    ) -> Result<Provisioning, AwsError> {
        let request = self.servicecatalog().describe_provisioning_parameters().product_id(product);
        let request = request.provisioning_artifact_id(version).set_path_id(path.map(str::to_owned));
        let answer = self.call(operation::DESCRIBE_PROVISIONING_PARAMETERS, product, request.send()).await?;
        let rules = answer
            .usage_instructions()
            .iter()
            .filter(|instruction| instruction.r#type() == Some("rules"))
            .filter_map(|instruction| serde_json::from_str(instruction.value()?).ok())
            .find_map(|rules: Value| rules.as_object().cloned());
        let constraints = answer.constraint_summaries().iter();
        let outputs = answer.provisioning_artifact_output_keys().iter();
        Ok(Provisioning {
            parameters: answer.provisioning_artifact_parameters().iter().map(parameter).collect(),
            rules: rules.unwrap_or_default(),
            constraints: constraints
                .map(|constraint| (text(constraint.r#type()), text(constraint.description())))
                .collect(),
            tag_options: answer
                .tag_options()
                .iter()
                .map(|option| (text(option.key()), option.values().to_vec()))
                .collect(),
            outputs: outputs.map(|output| (text(output.key()), text(output.description()))).collect(),
        })
    }

    async fn provisioned(&self) -> Result<Vec<ProvisionedProduct>, AwsError> {
        self.pages(operation::SEARCH_PROVISIONED_PRODUCTS, "", async |token| {
            // What others of the account launched is there, too, as far as the caller may see it.
            let own = AccessLevelFilter::builder().key(AccessLevelFilterKey::Account).value("self").build();
            let request = self.servicecatalog().search_provisioned_products().access_level_filter(own);
            let request = request.page_size(PAGE).set_page_token(token).send();
            let page = self.call(operation::SEARCH_PROVISIONED_PRODUCTS, "", request).await?;
            Ok((page.provisioned_products().iter().map(attributes).collect(), page.next_page_token))
        })
        .await
    }

    async fn provisioned_as(&self, name: &str) -> Result<Option<ProvisionedProduct>, AwsError> {
        let request = self.servicecatalog().describe_provisioned_product().name(name).send();
        match self.call(operation::DESCRIBE_PROVISIONED_PRODUCT, name, request).await {
            Ok(answer) => Ok(answer.provisioned_product_detail().map(detail)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn provision(&self, name: &str, launch: &Launch) -> Result<Record, AwsError> {
        let parameters = launch
            .parameters
            .iter()
            .map(|(key, value)| ProvisioningParameter::builder().key(key).value(value).build());
        let request = self.servicecatalog().provision_product().provisioned_product_name(name);
        let request = request
            .product_id(&launch.product)
            .provisioning_artifact_id(&launch.version)
            .set_path_id(launch.path.clone())
            .set_provisioning_parameters(Some(parameters.collect()))
            .set_tags(several(launch.tags.iter().filter_map(|(key, value)| tag(key, value)).collect()))
            .provision_token(&launch.token)
            .send();
        let answer = self.call(operation::PROVISION_PRODUCT, name, request).await?;
        self.recorded(answer.record_detail(), operation::PROVISION_PRODUCT, name)
    }

    async fn update(&self, id: &str, launch: &Launch) -> Result<Record, AwsError> {
        let given = launch
            .parameters
            .iter()
            .map(|(key, value)| UpdateProvisioningParameter::builder().key(key).value(value).build());
        let unchanged = launch
            .unchanged
            .iter()
            .map(|key| UpdateProvisioningParameter::builder().key(key).use_previous_value(true).build());
        let request = self.servicecatalog().update_provisioned_product().provisioned_product_id(id);
        let request = request
            .product_id(&launch.product)
            .provisioning_artifact_id(&launch.version)
            .set_path_id(launch.path.clone())
            .set_provisioning_parameters(Some(given.chain(unchanged).collect()))
            .update_token(&launch.token)
            .send();
        let answer = self.call(operation::UPDATE_PROVISIONED_PRODUCT, id, request).await?;
        self.recorded(answer.record_detail(), operation::UPDATE_PROVISIONED_PRODUCT, id)
    }

    async fn terminate(&self, id: &str, token: &str) -> Result<Record, AwsError> {
        let request = self.servicecatalog().terminate_provisioned_product().provisioned_product_id(id);
        let request = request.terminate_token(token).send();
        let answer = self.call(operation::TERMINATE_PROVISIONED_PRODUCT, id, request).await?;
        self.recorded(answer.record_detail(), operation::TERMINATE_PROVISIONED_PRODUCT, id)
    }

    async fn record(&self, id: &str) -> Result<Record, AwsError> {
        let pages = self
            .pages(operation::DESCRIBE_RECORD, id, async |token| {
                let request = self.servicecatalog().describe_record().id(id).page_size(PAGE);
                let request = request.set_page_token(token).send();
                let page = self.call(operation::DESCRIBE_RECORD, id, request).await?;
                let outputs: Vec<_> = page.record_outputs().iter().map(output).collect();
                Ok((vec![(page.record_detail, outputs)], page.next_page_token))
            })
            .await?;
        let (mut record, mut all) = (None, Vec::new());
        for (detail, outputs) in pages {
            record = record.or(detail);
            all.extend(outputs);
        }
        let record = self.recorded(record.as_ref(), operation::DESCRIBE_RECORD, id)?;
        Ok(Record { outputs: all, ..record })
    }
}

impl Aws {
    fn recorded(
        &self,
        detail: Option<&RecordDetail>,
        operation: crate::operation::Operation,
        subject: &str,
    ) -> Result<Record, AwsError> {
        let Some(detail) = detail else {
            let error = AwsError::new(ErrorKind::BadAnswer, operation, subject);
            return Err(self.place(error.because("the answer has no record")));
        };
        let error = |error: &RecordError| (text(error.code()), text(error.description()));
        Ok(Record {
            id: text(detail.record_id()),
            kind: text(detail.record_type()),
            status: text(detail.status().map(RecordStatus::as_str)),
            provisioned_product: text(detail.provisioned_product_id()),
            errors: detail.record_errors().iter().map(error).collect(),
            outputs: Vec::new(),
        })
    }
}

fn product(summary: &ProductViewSummary) -> OfferedProduct {
    let support = [summary.support_description(), summary.support_email(), summary.support_url()];
    OfferedProduct {
        id: text(summary.product_id()),
        name: text(summary.name()),
        owner: text(summary.owner()),
        description: text(summary.short_description()),
        support: support.into_iter().flatten().map(str::to_owned).collect(),
    }
}

fn path(summary: &LaunchPathSummary) -> LaunchPath {
    LaunchPath { id: text(summary.id()), name: text(summary.name()) }
}

fn parameter(parameter: &ProvisioningArtifactParameter) -> OfferedParameter {
    let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let constraints = parameter.parameter_constraints();
    OfferedParameter {
        name: text(parameter.parameter_key()),
        kind: text(parameter.parameter_type()),
        description: given(parameter.description()),
        // An empty default is one.
        default: parameter.default_value().map(str::to_owned),
        no_echo: parameter.is_no_echo(),
        allowed_values: constraints.map(|own| own.allowed_values().to_vec()).unwrap_or_default(),
        allowed_pattern: given(constraints.and_then(|own| own.allowed_pattern())),
        constraint_description: given(constraints.and_then(|own| own.constraint_description())),
        min_length: given(constraints.and_then(|own| own.min_length())),
        max_length: given(constraints.and_then(|own| own.max_length())),
        min_value: given(constraints.and_then(|own| own.min_value())),
        max_value: given(constraints.and_then(|own| own.max_value())),
    }
}

fn attributes(own: &ProvisionedProductAttribute) -> ProvisionedProduct {
    ProvisionedProduct {
        id: text(own.id()),
        name: text(own.name()),
        status: text(own.status().map(ProvisionedProductStatus::as_str)),
        says: own.status_message().filter(|says| !says.is_empty()).map(str::to_owned),
        product_id: text(own.product_id()),
        version_id: text(own.provisioning_artifact_id()),
        product: own.product_name().map(str::to_owned),
        version: own.provisioning_artifact_name().map(str::to_owned),
        token: own.idempotency_token().map(str::to_owned),
        last_record: own.last_record_id().map(str::to_owned),
        last_success: own.last_successful_provisioning_record_id().map(str::to_owned),
    }
}

fn detail(own: &ProvisionedProductDetail) -> ProvisionedProduct {
    ProvisionedProduct {
        id: text(own.id()),
        name: text(own.name()),
        status: text(own.status().map(ProvisionedProductStatus::as_str)),
        says: own.status_message().filter(|says| !says.is_empty()).map(str::to_owned),
        product_id: text(own.product_id()),
        version_id: text(own.provisioning_artifact_id()),
        product: None,
        version: None,
        token: own.idempotency_token().map(str::to_owned),
        last_record: own.last_record_id().map(str::to_owned),
        last_success: own.last_successful_provisioning_record_id().map(str::to_owned),
    }
}

fn output(output: &RecordOutput) -> (String, String) {
    (text(output.output_key()), text(output.output_value()))
}
