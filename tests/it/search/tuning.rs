//! How administrators tune the search, and who may not.

mod effect;
mod refused;
mod rights;
mod said;

use super::people::staff;
use crate::support::Shop;
use lilium::domains::accounts::Role;
use serde_json::{Value, json};

const SHOWN: &str =
    "searchTuning { version synonyms { id language word terms } stopWords { language words }
    rules { id phrase match pinnedIds hiddenIds pinned { id } hidden { id } }
    blockedTerms ranking { title properties description popularity inStockFirst typingErrors }
    changes { version action userId userName details happenedAt } }";

const CHANGES: [(&str, &str); 7] = [
    ("searchSynonymSet", "SearchSynonymSetInput"),
    ("searchSynonymDelete", "SearchTuningDeleteInput"),
    ("searchStopWordsSet", "SearchStopWordsSetInput"),
    ("searchRuleSet", "SearchRuleSetInput"),
    ("searchRuleDelete", "SearchTuningDeleteInput"),
    ("searchRankingSet", "SearchRankingSetInput"),
    ("searchBlockedTermsSet", "SearchBlockedTermsSetInput"),
];

/// A shop and whoever runs it.
struct Run {
    shop: Shop,
    admin: String,
}

impl Run {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let admin = staff(&shop, Role::Admin).await;
        Self { shop, admin }
    }

    /// The payload of a change by whoever has this token.
    async fn change(&self, token: &str, field: &str, input: Value) -> Value {
        let body = self.send(Some(token), field, input).await;
        assert_eq!(body.get("errors"), None, "{body:#}");
        body["data"]["done"].clone()
    }

    async fn send(&self, token: Option<&str>, field: &str, input: Value) -> Value {
        let kind = CHANGES.iter().find(|(name, _)| *name == field).unwrap().1;
        let query = format!(
            "mutation($input: {kind}!) {{ done: {field}(input: $input) {{ {SHOWN} userErrors {{ code field message }} }} }}"
        );
        let variables = json!({ "input": input });
        match token {
            Some(token) => self.shop.ask_as(token, &query, variables).await.body,
            None => self.shop.ask(&query, variables).await.body,
        }
    }

    /// The tuning after a change that must succeed.
    async fn said(&self, field: &str, input: Value) -> Value {
        let done = self.change(&self.admin, field, input).await;
        assert_eq!(done["userErrors"], json!([]), "{field}");
        done["searchTuning"].clone()
    }

    /// Code and field of a change that is refused and changes nothing.
    async fn refused(&self, field: &str, input: Value) -> (String, String) {
        let before = self.tuning().await;
        let done = self.change(&self.admin, field, input.clone()).await;
        assert_eq!(done["searchTuning"], Value::Null, "{field} {input}");
        assert_eq!(self.tuning().await, before, "{field} {input}");
        let error = &done["userErrors"][0];
        let path = error["field"].as_array().cloned().unwrap_or_default();
        let path: Vec<_> = path.iter().map(|part| part.as_str().unwrap()).collect();
        (error["code"].as_str().unwrap().to_owned(), path.join("."))
    }

    async fn tuning(&self) -> Value {
        let query = format!("{{ {SHOWN} }}");
        let answer = self.shop.ask_as(&self.admin, &query, json!({})).await;
        assert_eq!(answer.body.get("errors"), None, "{:#}", answer.body);
        answer.body["data"]["searchTuning"].clone()
    }

    /// Global ids of products that a search finds, in order.
    async fn found(&self, query: &str) -> Vec<String> {
        let of = "query($query: String!) { search(query: $query, first: 50, types: [PRODUCT]) { nodes { ... on Product { id } } } }";
        let data = self.shop.data(of, json!({ "query": query })).await;
        let nodes = data["search"]["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    }
}
