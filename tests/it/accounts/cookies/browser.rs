//! A browser with a jar of cookies.

use super::{WANTED, WHO, sign_in};
use crate::support::Shop;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A browser with a jar.
pub struct Browser<'a> {
    pub shop: &'a Shop,
    pub jar: RefCell<BTreeMap<String, String>>,
}

pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn code(&self) -> Option<&str> {
        self.body["errors"][0]["extensions"]["code"].as_str()
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all("set-cookie").iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }

    /// Fails the test unless nobody may keep it.
    pub fn is_kept_by_nobody(&self) {
        assert_eq!(self.headers["cache-control"], "no-store");
    }

    /// Whether its tokens are there to read; all of them or none.
    pub fn tells_tokens(&self) -> bool {
        let tokens = &self.body["data"]["done"]["tokens"];
        assert!(tokens["refreshTokenExpiresAt"].is_string(), "{}", self.body);
        let told =
            ["accessToken", "refreshToken"].map(|name| !tokens[name].as_str().unwrap().is_empty());
        assert_eq!(told[0], told[1]);
        told[0]
    }
}

impl<'a> Browser<'a> {
    pub fn at(shop: &'a Shop) -> Self {
        Self {
            shop,
            jar: RefCell::default(),
        }
    }

    /// Somebody who signed in.
    pub async fn of(shop: &'a Shop, email: &str) -> Self {
        let browser = Self::at(shop);
        let reply = browser.ask(&sign_in(email), &[WANTED]).await;
        assert!(!reply.tells_tokens());
        browser
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(name).cloned()
    }

    pub fn put(&self, name: &str, value: &str) {
        self.jar
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
    }

    pub fn lose(&self, name: &str) {
        self.jar.borrow_mut().remove(name);
    }

    pub fn line(&self) -> String {
        let jar = self.jar.borrow();
        let pairs = jar.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub async fn ask(&self, query: &str, headers: &[(&str, &str)]) -> Reply {
        self.ask_with(query, json!({}), headers).await
    }

    pub async fn ask_with(&self, query: &str, variables: Value, headers: &[(&str, &str)]) -> Reply {
        let request = self
            .shop
            .http()
            .post(format!("{}/graphql", self.shop.address));
        let body = json!({ "query": query, "variables": variables });
        self.send(request.json(&body), headers).await
    }

    pub async fn send(
        &self,
        mut request: reqwest::RequestBuilder,
        headers: &[(&str, &str)],
    ) -> Reply {
        if !self.jar.borrow().is_empty() {
            request = request.header("cookie", self.line());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.json().await.unwrap();
        let reply = Reply {
            status,
            headers,
            body,
        };
        self.keep(&reply);
        reply
    }

    /// Does as the answer says.
    pub fn keep(&self, reply: &Reply) {
        for line in reply.set_cookies() {
            let (pair, attributes) = line.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.lose(name);
            } else {
                self.put(name, value);
            }
        }
    }

    /// Who it is taken for.
    pub async fn who(&self, headers: &[(&str, &str)]) -> Value {
        let reply = self.ask(WHO, headers).await;
        assert_eq!(reply.code(), None, "{}", reply.body);
        reply.body["data"]["viewer"]["user"].clone()
    }
}
