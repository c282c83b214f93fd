//! A client for server-sent events.

use super::client::PATIENCE;
use super::{Told, Watch};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// What comes on a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// An event, with the id to go on from.
    Next(Option<String>, Value),
    /// There will be no more.
    Complete,
    /// It broke off: whoever wants more comes again.
    Broken,
}

/// A stream of server-sent events.
pub struct Stream {
    response: reqwest::Response,
    kept: Vec<u8>,
}

impl Stream {
    /// Begins to watch, of whoever has this token, after `last` as a browser says it.
    pub async fn try_watch(
        address: &str,
        token: Option<&str>,
        watch: &Watch,
        after: Option<&str>,
        last: Option<&str>,
    ) -> reqwest::Result<reqwest::Response> {
        let mut request = crate::support::http::client()
            .post(format!("{address}/graphql"))
            .header("accept", "text/event-stream")
            .json(&watch.request(after));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.send().await
    }

    /// As [`Stream::try_watch`], and it must begin.
    pub async fn watch(
        address: &str,
        token: Option<&str>,
        watch: &Watch,
        last: Option<&str>,
    ) -> Self {
        let response = Self::try_watch(address, token, watch, None, last).await;
        Self::of(response.unwrap())
    }

    /// The stream that was answered.
    pub fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        Self {
            response,
            kept: Vec::new(),
        }
    }

    /// What comes next; nothing when nothing does within `patience`.
    pub async fn sent_within(&mut self, patience: Duration) -> Option<Sent> {
        timeout(patience, self.any()).await.ok()
    }

    /// What comes next, and must come in time.
    pub async fn sent(&mut self) -> Sent {
        self.sent_within(PATIENCE).await.expect("nothing comes")
    }

    /// The next event, whose id must be its cursor.
    pub async fn told(&mut self) -> Told {
        match self.sent().await {
            Sent::Next(id, payload) => {
                let told = Told::of(&payload);
                assert_eq!(id.as_ref(), Some(&told.cursor));
                told
            }
            other => panic!("{other:?}"),
        }
    }

    async fn any(&mut self) -> Sent {
        loop {
            if let Some(end) = self.kept.windows(2).position(|two| two == b"\n\n") {
                let rest = self.kept.split_off(end + 2);
                let text = String::from_utf8(std::mem::replace(&mut self.kept, rest)).unwrap();
                if let Some(sent) = read(&text) {
                    return sent;
                }
                continue;
            }
            match self.response.chunk().await {
                Ok(Some(chunk)) => self.kept.extend_from_slice(&chunk),
                Ok(None) | Err(_) => return Sent::Broken,
            }
        }
    }
}

/// One block; nothing when it is a comment.
fn read(block: &str) -> Option<Sent> {
    let field = |name: &str| {
        block.lines().find_map(|line| {
            let value = line.strip_prefix(name)?.strip_prefix(':')?;
            Some(value.strip_prefix(' ').unwrap_or(value))
        })
    };
    match field("event") {
        Some("next") => {
            let data = serde_json::from_str(field("data").unwrap()).unwrap();
            Some(Sent::Next(field("id").map(str::to_owned), data))
        }
        Some("complete") => Some(Sent::Complete),
        Some(other) => panic!("{other}"),
        None => {
            assert!(
                block.lines().all(|line| line.is_empty()
                    || line.starts_with(':')
                    || line.starts_with("retry:")),
                "{block}"
            );
            None
        }
    }
}
