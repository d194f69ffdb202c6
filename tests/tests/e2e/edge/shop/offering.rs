//! What who offers products asks for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answered, Constraint, Portfolio, Product, Refused, Shop, Version, not_found, text};

/// The least pages that are worth turning.
const PAGE: usize = 2;

impl Shop {
    /// `None` where it is nothing of an offerer.
    pub(super) fn offering(&mut self, operation: &str, body: &Value) -> Option<Answered> {
        const READS: [&str; 4] = ["List", "Describe", "Search", "Get"];
        if READS.iter().any(|prefix| operation.starts_with(prefix)) {
            return self.offered(operation, body);
        }
        let token = text(body, "IdempotencyToken");
        if let Some(earlier) = self.answers.get(&token).filter(|_| !token.is_empty()) {
            return Some(Ok(earlier.clone()));
        }
        let answer = self.change(operation, body)?;
        if let Ok(answer) = &answer {
            self.changes += 1;
            self.answers.insert(token, answer.clone());
        }
        Some(answer)
    }

    fn offered(&self, operation: &str, body: &Value) -> Option<Answered> {
        let portfolio =
            || self.portfolios.get(&text(body, "PortfolioId")).ok_or_else(|| not_found("Portfolio"));
        Some(match operation {
            "GetAWSOrganizationsAccessStatus" => {
                Ok(json!({ "AccessStatus": if self.access { "ENABLED" } else { "DISABLED" } }))
            }
            "ListPortfolios" => {
                let all = self.portfolios.iter().map(|(id, own)| detail(id, own)).collect();
                Ok(page(body, "PortfolioDetails", all))
            }
            "DescribePortfolio" => self
                .portfolios
                .get(&text(body, "Id"))
                .map(|own| {
                    json!({
                        "PortfolioDetail": detail(&text(body, "Id"), own),
                        "Tags": tags(&own.tags),
                        "TagOptions": self.options(own.tag_options.iter()),
                    })
                })
                .ok_or_else(|| not_found("Portfolio")),
            "SearchProductsAsAdmin" => {
                let placed = body["PortfolioId"].as_str().map(|id| self.portfolios.get(id));
                let is_there = |id: &&String| match placed {
                    None => true,
                    Some(portfolio) => portfolio.is_some_and(|portfolio| portfolio.products.contains(*id)),
                };
                let ids = self.products.keys().filter(is_there);
                let all = ids.map(|id| json!({ "ProductViewSummary": self.summary(id) })).collect();
                Ok(page(body, "ProductViewDetails", all))
            }
            "DescribeProductAsAdmin" => {
                let id = text(body, "Id");
                self.products.get(&id).ok_or_else(|| not_found("Product")).map(|own| {
                    json!({
                        "ProductViewDetail": { "ProductViewSummary": self.summary(&id) },
                        "Tags": tags(&own.tags),
                        "TagOptions": self.options(own.tag_options.iter()),
                    })
                })
            }
            "ListProvisioningArtifacts" => {
                let product = self.products.get(&text(body, "ProductId"));
                product.ok_or_else(|| not_found("Product")).map(|own| {
                    json!({ "ProvisioningArtifactDetails": own.versions.iter().map(artifact).collect::<Vec<_>>() })
                })
            }
            "DescribeProvisioningArtifact" => self.version(body, "ProvisioningArtifactId").map(|version| {
                json!({
                    "ProvisioningArtifactDetail": artifact(version),
                    "Info": { "TemplateUrl": version.address },
                    "Status": "AVAILABLE",
                })
            }),
            "ListConstraintsForPortfolio" => {
                let id = text(body, "PortfolioId");
                let own = self.constraints.iter().filter(|(_, constraint)| constraint.portfolio == id);
                Ok(page(body, "ConstraintDetails", own.map(|(id, own)| constraint(id, own)).collect()))
            }
            "DescribeConstraint" => {
                let id = text(body, "Id");
                self.constraints.get(&id).ok_or_else(|| not_found("Constraint")).map(|own| {
                    json!({ "ConstraintDetail": constraint(&id, own), "ConstraintParameters": own.parameters })
                })
            }
            "ListPrincipalsForPortfolio" => portfolio().map(|own| {
                let all = own.principals.iter();
                let all = all.map(|(arn, kind)| json!({ "PrincipalARN": arn, "PrincipalType": kind }));
                page(body, "Principals", all.collect())
            }),
            "DescribePortfolioShares" => portfolio().map(|own| {
                let kind = text(body, "Type");
                let all = own.shares.iter().filter(|((of, _), _)| *of == kind);
                let all = all.map(|((kind, id), (principals, options))| {
                    json!({
                        "Type": kind, "PrincipalId": id, "Accepted": true,
                        "SharePrincipals": principals, "ShareTagOptions": options,
                    })
                });
                page(body, "PortfolioShareDetails", all.collect())
            }),
            "DescribePortfolioShareStatus" => Ok(json!({ "Status": "COMPLETED" })),
            "ListTagOptions" => {
                let wanted = (text(&body["Filters"], "Key"), text(&body["Filters"], "Value"));
                let found = self.tag_options.iter().filter(|(_, option)| **option == wanted);
                let ids: Vec<String> = found.map(|(id, _)| id.clone()).collect();
                Ok(json!({ "TagOptionDetails": self.options(ids.iter()) }))
            }
            _ => return None,
        })
    }

    fn change(&mut self, operation: &str, body: &Value) -> Option<Answered> {
        Some(match operation {
            "EnableAWSOrganizationsAccess" => {
                self.access = true;
                Ok(json!({}))
            }
            "CreatePortfolio" | "UpdatePortfolio" | "DeletePortfolio" => self.portfolio(operation, body),
            "CreateProduct" | "UpdateProduct" | "DeleteProduct" => self.product(operation, body),
            "CreateProvisioningArtifact" | "UpdateProvisioningArtifact" | "DeleteProvisioningArtifact" => {
                self.versions(operation, body)
            }
            "CreateConstraint" | "UpdateConstraint" | "DeleteConstraint" => self.constraint(operation, body),
            "CreateTagOption" => {
                let option = (text(body, "Key"), text(body, "Value"));
                if self.tag_options.values().any(|known| *known == option) {
                    return Some(Err(("DuplicateResourceException", "it is there".to_owned())));
                }
                let id = self.id("tag");
                self.tag_options.insert(id.clone(), option);
                Ok(json!({ "TagOptionDetail": { "Id": id } }))
            }
            "AssociateTagOptionWithResource" | "DisassociateTagOptionFromResource" => {
                self.tag_option(operation.starts_with("Associate"), body)
            }
            _ if operation.contains("Portfolio") => self.in_portfolio(operation, body)?,
            _ => return None,
        })
    }

    fn portfolio(&mut self, operation: &str, body: &Value) -> Answered {
        if operation == "CreatePortfolio" {
            let id = self.id("port");
            let portfolio = Portfolio {
                name: text(body, "DisplayName"),
                provider: text(body, "ProviderName"),
                description: text(body, "Description"),
                tags: tags_of(&body["Tags"]),
                ..Portfolio::default()
            };
            let answer = json!({ "PortfolioDetail": detail(&id, &portfolio) });
            self.portfolios.insert(id, portfolio);
            return Ok(answer);
        }
        let id = text(body, "Id");
        let is_constrained = self.constraints.values().any(|constraint| constraint.portfolio == id);
        let portfolio = self.portfolios.get_mut(&id).ok_or_else(|| not_found("Portfolio"))?;
        if operation == "UpdatePortfolio" {
            portfolio.name = text(body, "DisplayName");
            portfolio.provider = text(body, "ProviderName");
            portfolio.description = text(body, "Description");
            retag(&mut portfolio.tags, body);
            return Ok(json!({}));
        }
        let is_used = is_constrained
            || !portfolio.products.is_empty()
            || !portfolio.principals.is_empty()
            || !portfolio.shares.is_empty()
            || !portfolio.tag_options.is_empty();
        if is_used {
            return Err(in_use("Portfolio"));
        }
        self.portfolios.remove(&id);
        Ok(json!({}))
    }

    fn product(&mut self, operation: &str, body: &Value) -> Answered {
        const KEYS: [&str; 7] = [
            "Name",
            "Owner",
            "Description",
            "Distributor",
            "SupportDescription",
            "SupportEmail",
            "SupportUrl",
        ];
        let says: BTreeMap<String, String> = KEYS
            .iter()
            .map(|key| ((*key).to_owned(), text(body, key)))
            .filter(|(_, says)| !says.is_empty())
            .collect();
        if operation == "CreateProduct" {
            let (id, version) = (self.id("prod"), self.id("pa"));
            let version = version_of(version, &body["ProvisioningArtifactParameters"]);
            let answer = artifact(&version);
            let product =
                Product { says, tags: tags_of(&body["Tags"]), versions: vec![version], ..Product::default() };
            self.products.insert(id.clone(), product);
            return Ok(json!({
                "ProductViewDetail": { "ProductViewSummary": self.summary(&id) },
                "ProvisioningArtifactDetail": answer,
            }));
        }
        let id = text(body, "Id");
        let is_placed = self.portfolios.values().any(|portfolio| portfolio.products.contains(&id));
        let product = self.products.get_mut(&id).ok_or_else(|| not_found("Product"))?;
        if operation == "UpdateProduct" {
            product.says = says;
            retag(&mut product.tags, body);
        } else if is_placed || !product.tag_options.is_empty() {
            return Err(in_use("Product"));
        } else {
            self.products.remove(&id);
        }
        Ok(json!({}))
    }

    fn versions(&mut self, operation: &str, body: &Value) -> Answered {
        let id = self.id("pa");
        let product = self.products.get_mut(&text(body, "ProductId")).ok_or_else(|| not_found("Product"))?;
        if operation == "CreateProvisioningArtifact" {
            let version = version_of(id, &body["Parameters"]);
            let answer = json!({ "ProvisioningArtifactDetail": artifact(&version) });
            product.versions.push(version);
            return Ok(answer);
        }
        let id = text(body, "ProvisioningArtifactId");
        let place = product.versions.iter().position(|version| version.id == id);
        let place = place.ok_or_else(|| not_found("ProvisioningArtifact"))?;
        if operation == "DeleteProvisioningArtifact" {
            if product.versions.len() == 1 {
                return Err(("InvalidParametersException", "the last version stays".to_owned()));
            }
            product.versions.remove(place);
            return Ok(json!({}));
        }
        let version = &mut product.versions[place];
        version.description = text(body, "Description");
        version.guidance = text(body, "Guidance");
        version.active = body["Active"].as_bool().unwrap_or(version.active);
        Ok(json!({ "ProvisioningArtifactDetail": artifact(version) }))
    }

    fn constraint(&mut self, operation: &str, body: &Value) -> Answered {
        if operation == "CreateConstraint" {
            let own = Constraint {
                portfolio: text(body, "PortfolioId"),
                product: text(body, "ProductId"),
                kind: text(body, "Type"),
                parameters: text(body, "Parameters"),
            };
            let portfolio = self.portfolios.get(&own.portfolio).ok_or_else(|| not_found("Portfolio"))?;
            if !portfolio.products.contains(&own.product) {
                return Err(not_found("Product in portfolio"));
            }
            let same = |known: &&Constraint| {
                (&known.portfolio, &known.product, &known.kind) == (&own.portfolio, &own.product, &own.kind)
            };
            if self.constraints.values().any(|known| same(&known)) {
                return Err(("DuplicateResourceException", "it is there".to_owned()));
            }
            let id = self.id("cons");
            let answer = json!({ "ConstraintDetail": constraint(&id, &own) });
            self.constraints.insert(id, own);
            return Ok(answer);
        }
        let id = text(body, "Id");
        let own = self.constraints.get_mut(&id).ok_or_else(|| not_found("Constraint"))?;
        if operation == "UpdateConstraint" {
            own.parameters = text(body, "Parameters");
        } else {
            self.constraints.remove(&id);
        }
        Ok(json!({}))
    }

    fn tag_option(&mut self, is_added: bool, body: &Value) -> Answered {
        let (option, resource) = (text(body, "TagOptionId"), text(body, "ResourceId"));
        if !self.tag_options.contains_key(&option) {
            return Err(not_found("TagOption"));
        }
        let of_portfolio = self.portfolios.get_mut(&resource).map(|own| &mut own.tag_options);
        let of_product = self.products.get_mut(&resource).map(|own| &mut own.tag_options);
        let options = of_portfolio.or(of_product).ok_or_else(|| not_found("Resource"))?;
        let changed = if is_added { options.insert(option) } else { options.remove(&option) };
        if changed { Ok(json!({})) } else { Err(("DuplicateResourceException", "it is so".to_owned())) }
    }

    fn in_portfolio(&mut self, operation: &str, body: &Value) -> Option<Answered> {
        let id = text(body, "PortfolioId");
        let product = text(body, "ProductId");
        let constrains =
            |constraint: &Constraint| constraint.portfolio == id && constraint.product == product;
        let is_constrained = self.constraints.values().any(constrains);
        let (access, is_product) = (self.access, self.products.contains_key(&product));
        let Some(portfolio) = self.portfolios.get_mut(&id) else { return Some(Err(not_found("Portfolio"))) };
        let principal = text(body, "PrincipalARN");
        let node = &body["OrganizationNode"];
        let with = match body["AccountId"].as_str() {
            Some(account) => ("ACCOUNT".to_owned(), account.to_owned()),
            None => (text(node, "Type"), text(node, "Value")),
        };
        let flag = |key: &str| body[key].as_bool().unwrap_or_default();
        let how = (flag("SharePrincipals"), flag("ShareTagOptions"));
        let token = if with.0 == "ACCOUNT" { json!({}) } else { json!({ "PortfolioShareToken": "share-1" }) };
        Some(match operation {
            "AssociateProductWithPortfolio" if !is_product => Err(not_found("Product")),
            "AssociateProductWithPortfolio" => {
                portfolio.products.insert(product);
                Ok(json!({}))
            }
            "DisassociateProductFromPortfolio" if is_constrained => Err(in_use("Product")),
            "DisassociateProductFromPortfolio" => {
                portfolio.products.remove(&product);
                Ok(json!({}))
            }
            "AssociatePrincipalWithPortfolio" => {
                portfolio.principals.insert(principal, text(body, "PrincipalType"));
                Ok(json!({}))
            }
            "DisassociatePrincipalFromPortfolio" => {
                portfolio.principals.remove(&principal);
                Ok(json!({}))
            }
            "CreatePortfolioShare" if with.0 != "ACCOUNT" && !access => {
                Err(("OperationNotSupportedException", "access to the organization is off".to_owned()))
            }
            "CreatePortfolioShare" => {
                portfolio.shares.insert(with, how);
                Ok(token)
            }
            "UpdatePortfolioShare" | "DeletePortfolioShare" if !portfolio.shares.contains_key(&with) => {
                Err(not_found("Share"))
            }
            "UpdatePortfolioShare" => {
                portfolio.shares.insert(with, how);
                Ok(token)
            }
            "DeletePortfolioShare" => {
                portfolio.shares.remove(&with);
                Ok(token)
            }
            _ => return None,
        })
    }

    pub(super) fn summary(&self, id: &str) -> Value {
        let says = |key: &str| self.products[id].says.get(key).cloned();
        json!({
            "Id": format!("prodview-{id}"),
            "ProductId": id,
            "Name": says("Name"),
            "Owner": says("Owner"),
            "ShortDescription": says("Description"),
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Distributor": says("Distributor"),
            "SupportDescription": says("SupportDescription"),
            "SupportEmail": says("SupportEmail"),
            "SupportUrl": says("SupportUrl"),
        })
    }

    pub(super) fn version(&self, body: &Value, key: &str) -> Result<&Version, Refused> {
        let product = self.products.get(&text(body, "ProductId")).ok_or_else(|| not_found("Product"))?;
        let id = text(body, key);
        product.versions.iter().find(|version| version.id == id).ok_or_else(|| not_found("Version"))
    }

    fn options<'i>(&self, ids: impl Iterator<Item = &'i String>) -> Vec<Value> {
        let option = |id: &String| {
            let (key, value) = &self.tag_options[id];
            json!({ "Id": id, "Key": key, "Value": value, "Active": true })
        };
        ids.map(option).collect()
    }
}

/// A page of a list, two entries long.
pub(super) fn page(body: &Value, key: &str, all: Vec<Value>) -> Value {
    let start: usize = text(body, "PageToken").parse().unwrap_or_default();
    let next = (start + PAGE < all.len()).then(|| (start + PAGE).to_string());
    let items: Vec<Value> = all.into_iter().skip(start).take(PAGE).collect();
    json!({ key: items, "NextPageToken": next })
}

pub(super) fn artifact(version: &Version) -> Value {
    json!({
        "Id": version.id,
        "Name": version.name,
        "Description": version.description,
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "CreatedTime": version.id.trim_start_matches("pa-").parse::<u64>().unwrap_or_default(),
        "Active": version.active,
        "Guidance": version.guidance,
    })
}

fn detail(id: &str, portfolio: &Portfolio) -> Value {
    json!({
        "Id": id,
        "DisplayName": portfolio.name,
        "ProviderName": portfolio.provider,
        "Description": portfolio.description,
    })
}

fn constraint(id: &str, own: &Constraint) -> Value {
    json!({ "ConstraintId": id, "Type": own.kind, "ProductId": own.product, "PortfolioId": own.portfolio })
}

fn version_of(id: String, parameters: &Value) -> Version {
    Version {
        id,
        name: text(parameters, "Name"),
        description: text(parameters, "Description"),
        address: text(&parameters["Info"], "LoadTemplateFromURL"),
        guidance: "DEFAULT".to_owned(),
        active: true,
    }
}

fn tags(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

fn tags_of(tags: &Value) -> BTreeMap<String, String> {
    let tags = tags.as_array().into_iter().flatten();
    tags.map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
}

fn retag(tags: &mut BTreeMap<String, String>, body: &Value) {
    tags.extend(tags_of(&body["AddTags"]));
    for key in body["RemoveTags"].as_array().into_iter().flatten() {
        tags.remove(key.as_str().unwrap_or_default());
    }
}

fn in_use(what: &str) -> Refused {
    ("ResourceInUseException", format!("{what} is in use"))
}
