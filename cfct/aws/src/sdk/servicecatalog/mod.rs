//! Service Catalog.

mod editing;
mod provisioning;
mod reading;

use std::collections::BTreeMap;

use aws_sdk_servicecatalog::Client;
use aws_sdk_servicecatalog::types::Tag;

use crate::aws::Aws;

impl Aws {
    fn servicecatalog(&self) -> &Client {
        self.clients.servicecatalog.get_or_init(|| Client::new(&self.sdk))
    }
}

/// The most a page may hold.
///
/// <https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProducts.html>
const PAGE: i32 = 20;

fn tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| tag(key, value)).collect()
}

fn tag(key: &str, value: &str) -> Option<Tag> {
    Tag::builder().key(key).value(value).build().ok()
}

/// A list, where there is something in it.
fn several<T>(items: Vec<T>) -> Option<Vec<T>> {
    Some(items).filter(|items| !items.is_empty())
}
