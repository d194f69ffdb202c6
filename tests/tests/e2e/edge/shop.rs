//! Service Catalog behind a server on 127.0.0.1 that answers the real SDK, in the wire format that AWS documents
//! (JSON 1.1, `AWS242ServiceCatalogService`): what no emulator has. It keeps what is changed, refuses what AWS
//! refuses, and lets records take their time. The organization beside it is [`acme`](super::acme)'s.

mod offering;
mod provisioning;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::edge::acme::{World, scope};
use crate::edge::loopback::{Loopback, Reply, Request};

pub use provisioning::{Fate, Launched};

/// The bucket of the configuration.
pub const BUCKET: &str = "artifacts";

/// A portfolio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portfolio {
    pub name: String,
    pub provider: String,
    pub description: String,
    pub tags: BTreeMap<String, String>,
    pub tag_options: BTreeSet<String>,
    pub principals: BTreeMap<String, String>,
    /// Whether principals and tag options are shared, by type and id.
    pub shares: BTreeMap<(String, String), (bool, bool)>,
    pub products: BTreeSet<String>,
}

/// A product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// What it says of itself, by the API's names.
    pub says: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    pub tag_options: BTreeSet<String>,
    pub versions: Vec<Version>,
}

/// A version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    pub id: String,
    pub name: String,
    pub description: String,
    pub address: String,
    pub guidance: String,
    pub active: bool,
}

/// A constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraint {
    pub portfolio: String,
    pub product: String,
    pub kind: String,
    pub parameters: String,
}

/// All there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shop {
    pub organization: World,
    pub portfolios: BTreeMap<String, Portfolio>,
    pub products: BTreeMap<String, Product>,
    pub constraints: BTreeMap<String, Constraint>,
    pub tag_options: BTreeMap<String, (String, String)>,
    pub access: bool,
    /// The stack that a stack set made of a portfolio: stack set, and the portfolio's id.
    pub stack_set: Option<(String, String)>,
    pub objects: BTreeSet<String>,
    pub launched: BTreeMap<String, Launched>,
    pub records: BTreeMap<String, provisioning::Record>,
    /// Records by the token that made them.
    pub tokens: BTreeMap<String, String>,
    /// Answers by the token of what was made.
    pub answers: BTreeMap<String, Value>,
    /// What becomes of the next launch.
    pub fate: Fate,
    /// How often a record is looked at before it is over.
    pub looks: usize,
    pub made: usize,
    /// Changes that were made.
    pub changes: usize,
}

impl Shop {
    /// An organization in which nothing is offered yet.
    pub fn new() -> Self {
        Self { organization: World::new(), looks: 2, ..Self::default() }
    }

    /// What matters of it: names in place of ids, which are given anew whenever something is made.
    pub fn essence(&self) -> Value {
        let option = |id: &String| format!("{:?}", self.tag_options[id]);
        let product = |product: &Product| {
            let versions = product.versions.iter().map(|version| {
                json!([version.name, version.description, version.address, version.guidance, version.active])
            });
            json!([
                product.says,
                product.tags,
                product.tag_options.iter().map(option).collect::<Vec<_>>(),
                versions.collect::<Vec<_>>(),
            ])
        };
        let name = |id: &String| self.products[id].says["Name"].clone();
        let mut portfolios: Vec<Value> = Vec::new();
        for (id, portfolio) in &self.portfolios {
            let own = self.constraints.values().filter(|constraint| constraint.portfolio == *id);
            let mut constraints: Vec<Value> = own
                .map(|constraint| {
                    let parameters: Value = serde_json::from_str(&constraint.parameters).expect("JSON");
                    json!([name(&constraint.product), constraint.kind, parameters])
                })
                .collect();
            constraints.sort_by_key(Value::to_string);
            let mut products: Vec<String> = portfolio.products.iter().map(name).collect();
            products.sort();
            let shares = portfolio.shares.iter().map(|(with, how)| json!([with, how]));
            portfolios.push(json!([
                portfolio.name,
                portfolio.provider,
                portfolio.description,
                portfolio.tags,
                portfolio.tag_options.iter().map(option).collect::<Vec<_>>(),
                portfolio.principals,
                shares.collect::<Vec<_>>(),
                products,
                constraints,
            ]));
        }
        let mut products: Vec<Value> = self.products.values().map(product).collect();
        let mut options: Vec<&(String, String)> = self.tag_options.values().collect();
        portfolios.sort_by_key(Value::to_string);
        products.sort_by_key(Value::to_string);
        options.sort();
        let launched = self.launched.values().map(Launched::essence);
        json!([portfolios, products, options, self.access, self.objects, launched.collect::<Vec<_>>()])
    }

    /// Answers one request.
    pub fn answer(&mut self, request: &Request) -> Reply {
        let service = scope(request).2;
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let operation = request.operation();
        match service.as_str() {
            "servicecatalog" => {
                let target = request.header.get("x-amz-target").map(String::as_str);
                assert_eq!(target, Some(format!("AWS242ServiceCatalogService.{operation}").as_str()));
                let answer = self.offering(&operation, &body);
                match answer.unwrap_or_else(|| self.provisioning(&operation, &body)) {
                    Ok(answer) => Reply::json(200, &answer.to_string()),
                    Err((code, says)) => {
                        Reply::json(400, &json!({ "__type": code, "Message": says }).to_string())
                    }
                }
            }
            "cloudformation" => self.stacks(&operation, request),
            "s3" => self.bucket(request),
            _ => self.organization.answer(request),
        }
    }

    /// An id of a new thing.
    fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}-{:013}", self.made)
    }

    fn bucket(&mut self, request: &Request) -> Reply {
        let line = request.line.split(' ').collect::<Vec<_>>();
        let (method, path) = (line[0], line[1].trim_start_matches('/'));
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let key = key.split('?').next().unwrap_or_default().to_owned();
        if bucket.split('?').next() != Some(BUCKET) {
            return Reply::xml(404, "<Error><Code>NoSuchBucket</Code></Error>");
        }
        match (method, key.is_empty()) {
            ("PUT", false) => {
                self.changes += 1;
                self.objects.insert(key);
                Reply::xml(200, "")
            }
            ("HEAD", false) if !self.objects.contains(&key) => Reply::xml(404, ""),
            ("HEAD", _) => Reply::xml(200, ""),
            _ => {
                Reply::xml(404, "<Error><Code>ServerSideEncryptionConfigurationNotFoundError</Code></Error>")
            }
        }
    }
}

/// What is refused: the code, and AWS's words.
pub type Refused = (&'static str, String);

/// What an operation answers.
pub type Answered = Result<Value, Refused>;

/// The text under a key.
pub fn text(body: &Value, key: &str) -> String {
    body[key].as_str().unwrap_or_default().to_owned()
}

fn not_found(what: &str) -> Refused {
    ("ResourceNotFoundException", format!("{what} not found"))
}

/// The shop behind its server.
pub struct Open {
    shop: Arc<Mutex<Shop>>,
    server: Loopback,
}

impl Open {
    /// Opens one.
    pub fn start(shop: Shop) -> Self {
        Self::over(&Arc::new(Mutex::new(shop)))
    }

    /// Opens one that is there.
    pub fn over(shop: &Arc<Mutex<Shop>>) -> Self {
        let shared = Arc::clone(shop);
        let server = Loopback::start(move |request, _| shared.lock().expect("a lock").answer(request));
        Self { shop: Arc::clone(shop), server }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// The operations that were asked for.
    pub fn operations(&self) -> Vec<String> {
        self.server.operations()
    }

    /// What is in it.
    pub fn shop(&self) -> MutexGuard<'_, Shop> {
        self.shop.lock().expect("a lock")
    }
}
