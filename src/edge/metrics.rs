//! `/metrics`: what Prometheus reads. And the counting of every HTTP answer.

use super::router::nothing;
use crate::platform::db::{Database, DbError, Statement};
use crate::platform::telemetry::{Backlog, metrics};
use axum::Router;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Double, Text};
use diesel_async::RunQueryDsl;
use std::sync::Arc;
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;

/// How long the database may take to say how many events wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// Who may read the numbers.
#[derive(Clone)]
pub enum Readers {
    /// Everybody.
    All,
    /// Who knows this token.
    Knowing(Arc<str>),
    /// Nobody.
    None,
}

impl Readers {
    /// Whether a request with these headers is one of them. A wrong token takes as long as any other of its length.
    fn admit(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Knowing(token) => {
                let header = headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok());
                let given = header.and_then(|it| it.split_once(' '));
                given.is_some_and(|(scheme, given)| {
                    scheme.eq_ignore_ascii_case("bearer")
                        && bool::from(given.trim().as_bytes().ct_eq(token.as_bytes()))
                })
            }
        }
    }
}

/// The numbers at `/metrics`. Whoever may not read them finds nothing there.
pub fn routes(database: &Database, readers: Readers) -> Router {
    // Its questions are no client's, and must not wait behind theirs for long.
    let database = database.apart(1).used_for("metrics");
    let tell = move |headers: HeaderMap| async move {
        if readers.admit(&headers) {
            tell(&database).await
        } else {
            nothing().await
        }
    };
    Router::new().route("/metrics", get(tell))
}

async fn tell(database: &Database) -> Response {
    metrics().pool(database.in_use());
    let backlog = tokio::time::timeout(PATIENCE, backlog(database)).await;
    metrics().events(backlog.ok().and_then(Result::ok).as_ref());
    let headers = [
        (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::OK, headers, metrics().render()).into_response()
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = Double)]
    oldest: f64,
    #[diesel(sql_type = BigInt)]
    position: i64,
}

#[derive(QueryableByName)]
struct Consumer {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    behind: i64,
}

async fn backlog(database: &Database) -> Result<Backlog, DbError> {
    let mut conn = database.get().await?;
    // Ids are in the order of time, so that the first is the oldest.
    let waiting: Waiting = Statement::new(
        "SELECT (SELECT count(*) FROM (SELECT FROM outbox_new LIMIT 10001) n) AS waiting, \
         coalesce((SELECT greatest(extract(epoch FROM clock_timestamp() - o.told_at), 0)::double precision FROM outbox_new o ORDER BY o.id LIMIT 1), 0) AS oldest, \
         (SELECT h.position FROM relay_head h) AS position",
    )
    .get_result(&mut *conn)
    .await?;
    let consumers: Vec<Consumer> = Statement::new(
        "SELECT c.name, CASE WHEN c.epoch = h.epoch THEN h.position - c.position ELSE h.position END AS behind \
         FROM event_consumers c, relay_head h ORDER BY c.name LIMIT 100",
    )
    .load(&mut *conn)
    .await?;
    Ok(Backlog {
        waiting: number(waiting.waiting),
        oldest_seconds: waiting.oldest,
        position: number(waiting.position),
        consumers: consumers
            .into_iter()
            .map(|it| (it.name, number(it.behind)))
            .collect(),
    })
}

/// Exact as far as a count of rows goes.
fn number(count: i64) -> f64 {
    count.to_string().parse().unwrap_or(f64::NAN)
}

/// Counts an answer, whatever is answered.
pub(super) async fn count(request: Request, next: Next) -> Response {
    let (path, began) = (path(request.uri().path()), Instant::now());
    let response = next.run(request).await;
    metrics().http(path, response.status().as_u16(), began.elapsed());
    response
}

/// The path of a request as far as it is the program's own.
fn path(path: &str) -> &'static str {
    match path {
        "/graphql" => "/graphql",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        "/checkout" => "/checkout",
        _ if path.starts_with("/api/") && path.ends_with("/graphql.json") => "/graphql",
        _ if path.starts_with("/media/") => "/media",
        _ if path.starts_with("/graphiql") => "/graphiql",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_knows_the_token_is_a_reader() {
        let readers = Readers::Knowing("a-token-of-the-operator".into());
        let with = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            headers
        };
        for (text, admitted) in [
            ("Bearer a-token-of-the-operator", true),
            ("bearer a-token-of-the-operator", true),
            ("Bearer a-token-of-the-operato", false),
            ("Bearer a-token-of-the-operators", false),
            ("Basic a-token-of-the-operator", false),
            ("a-token-of-the-operator", false),
            ("Bearer ", false),
        ] {
            assert_eq!(readers.admit(&with(text)), admitted, "{text}");
        }
        assert!(!readers.admit(&HeaderMap::new()));
        assert!(Readers::All.admit(&HeaderMap::new()));
        assert!(!Readers::None.admit(&with("Bearer a-token-of-the-operator")));
    }

    #[test]
    fn paths_of_strangers_are_one() {
        assert_eq!(path("/api/2026-04/graphql.json"), "/graphql");
        assert_eq!(path("/media/7/800.jpg"), "/media");
        assert_eq!(path("/.env"), "other");
    }
}
