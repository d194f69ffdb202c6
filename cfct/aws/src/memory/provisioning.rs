//! Service Catalog, for who uses products. Records are over at the second look.

use cfct_core::catalog::{Provisioning, Values};
use cfct_core::diagnosis::StackEvent;

use super::{Cloud, Shelf, not_found};
use crate::error::AwsError;
use crate::operation::{Operation, cloudformation, servicecatalog as operation};
use crate::ports::{
    Launch, LaunchPath, OfferedProduct, OfferedVersion, ProvisionedProduct, Provisioner, Record,
    StackResource, Stacks,
};

impl Shelf {
    fn begin(&mut self, kind: &str, name: &str, token: &str, of: Operation) -> Result<Record, AwsError> {
        let id = self.id("rec");
        let own = self.launched.iter_mut().map(|(own, _)| own).find(|own| own.name == name);
        let own = own.ok_or_else(|| not_found(of, name))?;
        own.status = "UNDER_CHANGE".to_owned();
        own.last_record = Some(id.clone());
        let record = Record {
            id: id.clone(),
            kind: kind.to_owned(),
            status: "CREATED".to_owned(),
            provisioned_product: own.id.clone(),
            ..Record::default()
        };
        self.records.insert(id.clone(), record.clone());
        self.tokens.insert(token.to_owned(), id);
        Ok(record)
    }

    fn by_token(&self, token: &str) -> Option<Record> {
        self.tokens.get(token).and_then(|id| self.records.get(id)).cloned()
    }

    /// Whatever is looked at twice is over.
    fn look(&mut self, id: &str) -> Option<Record> {
        let record = self.records.get_mut(id)?;
        match record.status.as_str() {
            "CREATED" => record.status = "IN_PROGRESS".to_owned(),
            "IN_PROGRESS" => {
                record.status = "SUCCEEDED".to_owned();
                record.outputs = vec![("CloudformationStackARN".to_owned(), "arn:stack".to_owned())];
                let of = record.provisioned_product.clone();
                if record.kind.starts_with("TERMINATE") {
                    self.launched.retain(|(own, _)| own.id != of);
                } else if let Some((own, _)) = self.launched.iter_mut().find(|(own, _)| own.id == of) {
                    own.status = "AVAILABLE".to_owned();
                    own.last_success = Some(id.to_owned());
                }
            }
            _ => {}
        }
        self.records.get(id).cloned()
    }
}

impl Provisioner for Cloud {
    async fn offered(&self) -> Result<Vec<OfferedProduct>, AwsError> {
        let state = self.called(operation::SEARCH_PRODUCTS, "")?;
        let all = state.shelf.products.iter();
        Ok(all
            .map(|(id, own)| OfferedProduct {
                id: id.clone(),
                name: own.details.name.clone(),
                owner: own.details.owner.clone(),
                ..OfferedProduct::default()
            })
            .collect())
    }

    async fn offer(&self, product: &str) -> Result<(Vec<OfferedVersion>, Vec<LaunchPath>), AwsError> {
        let mut state = self.called(operation::DESCRIBE_PRODUCT, product)?;
        let versions = &state.shelf.product(product, operation::DESCRIBE_PRODUCT)?.versions;
        let versions = versions.iter().filter(|version| version.active);
        let versions = versions.map(|version| OfferedVersion {
            id: version.id.clone(),
            name: version.name.clone(),
            deprecated: version.guidance == "DEPRECATED",
            ..OfferedVersion::default()
        });
        let versions = versions.collect();
        let paths = state.shelf.placed.iter().filter(|(own, _)| own == product);
        let paths = paths.map(|(_, portfolio)| LaunchPath { id: portfolio.clone(), name: portfolio.clone() });
        Ok((versions, paths.collect()))
    }

    async fn provisioning(&self, product: &str, _: &str, _: Option<&str>) -> Result<Provisioning, AwsError> {
        Ok(self.called(operation::DESCRIBE_PROVISIONING_PARAMETERS, product)?.shelf.takes.clone())
    }

    async fn provisioned(&self) -> Result<Vec<ProvisionedProduct>, AwsError> {
        let state = self.called(operation::SEARCH_PROVISIONED_PRODUCTS, "")?;
        Ok(state.shelf.launched.iter().map(|(own, _)| own.clone()).collect())
    }

    async fn provisioned_as(&self, name: &str) -> Result<Option<ProvisionedProduct>, AwsError> {
        let state = self.called(operation::DESCRIBE_PROVISIONED_PRODUCT, name)?;
        Ok(state.shelf.launched.iter().map(|(own, _)| own).find(|own| own.name == name).cloned())
    }

    async fn provision(&self, name: &str, launch: &Launch) -> Result<Record, AwsError> {
        let mut state = self.changed(operation::PROVISION_PRODUCT, name)?;
        if let Some(record) = state.shelf.by_token(&launch.token) {
            return Ok(record);
        }
        let own = ProvisionedProduct {
            id: state.shelf.id("pp"),
            name: name.to_owned(),
            product_id: launch.product.clone(),
            version_id: launch.version.clone(),
            token: Some(launch.token.clone()),
            ..ProvisionedProduct::default()
        };
        state.shelf.launched.push((own, launch.parameters.iter().cloned().collect()));
        state.shelf.begin("PROVISION_PRODUCT", name, &launch.token, operation::PROVISION_PRODUCT)
    }

    async fn update(&self, id: &str, launch: &Launch) -> Result<Record, AwsError> {
        let of = operation::UPDATE_PROVISIONED_PRODUCT;
        let mut state = self.changed(of, id)?;
        if let Some(record) = state.shelf.by_token(&launch.token) {
            return Ok(record);
        }
        let own = state.shelf.launched.iter_mut().find(|(own, _)| own.id == id);
        let (own, values) = own.ok_or_else(|| not_found(of, id))?;
        values.extend(launch.parameters.iter().cloned());
        own.version_id.clone_from(&launch.version);
        let name = own.name.clone();
        state.shelf.begin("UPDATE_PROVISIONED_PRODUCT", &name, &launch.token, of)
    }

    async fn terminate(&self, id: &str, token: &str) -> Result<Record, AwsError> {
        let of = operation::TERMINATE_PROVISIONED_PRODUCT;
        let mut state = self.changed(of, id)?;
        let own = state.shelf.launched.iter().find(|(own, _)| own.id == id);
        let name = own.map(|(own, _)| own.name.clone()).ok_or_else(|| not_found(of, id))?;
        state.shelf.begin("TERMINATE_PROVISIONED_PRODUCT", &name, token, of)
    }

    async fn record(&self, id: &str) -> Result<Record, AwsError> {
        let mut state = self.called(operation::DESCRIBE_RECORD, id)?;
        state.shelf.look(id).ok_or_else(|| not_found(operation::DESCRIBE_RECORD, id))
    }
}

impl Stacks for Cloud {
    async fn parameters(&self, stack: &str) -> Result<Values, AwsError> {
        let state = self.called(cloudformation::DESCRIBE_STACKS, stack)?;
        Ok(state.shelf.launched.first().map(|(_, values)| values.clone()).unwrap_or_default())
    }

    async fn template(&self, stack: &str) -> Result<String, AwsError> {
        Ok(self.called(cloudformation::GET_TEMPLATE, stack)?.shelf.stack.0.clone())
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, AwsError> {
        Ok(self.called(cloudformation::LIST_STACK_RESOURCES, stack)?.shelf.stack.1.clone())
    }

    async fn own_events(&self, stack: &str) -> Result<Vec<StackEvent>, AwsError> {
        Ok(self.called(cloudformation::DESCRIBE_STACK_EVENTS, stack)?.shelf.stack.2.clone())
    }
}
