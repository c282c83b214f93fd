//! Documents that are made to be expensive, or to be understood wrongly.

mod expensive;
mod odd;

use super::besieged::Besieged;
use expensive::refused;
use odd::bodies;
use serde_json::{Value, json};

const LARGE: &str = "DOCUMENT_TOO_LARGE";
const DEEP: &str = "DOCUMENT_TOO_DEEP";
const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
const UNPARSED: &str = "GRAPHQL_PARSE_FAILED";
const INPUT: &str = "BAD_USER_INPUT";
const COST: &str = "MAX_COST_EXCEEDED";

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_are_made_to_be_expensive_are_refused_at_once() {
    let besieged = Besieged::start(&[]).await;
    let attack = async {
        for (attack, document, codes) in refused() {
            // In the log and the error a name may stand; the document itself must not come back.
            let reply = besieged.ask(&document, json!({})).await;
            reply.is_bounded(attack);
            let code = reply.codes().into_iter().next().unwrap_or_default();
            assert!(codes.contains(&&*code), "{attack}: {}", reply.text);
            assert_eq!(reply.json()["data"], Value::Null, "{attack}");
        }
    };
    besieged.stands(attack).await;
    assert!(
        besieged.peak_memory() < 600,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

/// What is within all limits and costs as much as it can.
fn dearest() -> Vec<(&'static str, String)> {
    let wide = "id title handle descriptionHtml featuredImage { url } priceRange { minVariantPrice { amount } } ";
    vec![
        ("60 aliases", format!("{{ {} }}", many(60, |it| format!("a{it}: products(first: 80) {{ nodes {{ id }} }} ")))),
        ("wide pages", format!("{{ {} }}", many(10, |it| format!("a{it}: products(first: 250) {{ nodes {{ {wide} }} }} ")))),
        ("1,900 names", format!("{{ shop {{ {} }} }}", "name ".repeat(1_900))),
        ("1,900 __typename", format!("{{ {} }}", "__typename ".repeat(1_900))),
        ("pages in pages in pages", "{ collections(first: 250) { nodes { products(first: 250) { nodes { variants(first: 250) { nodes { id product { variants(first: 250) { nodes { id } } } } } } } } } }".into()),
        ("searches", format!("{{ {} }}", many(60, |it| format!("a{it}: products(first: 50, query: \"a* OR b* OR c{it}\") {{ nodes {{ id }} }} ")))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_within_all_limits_ends_in_bounded_time_and_size() {
    let besieged = Besieged::start(&[]).await;
    for (attack, document) in dearest() {
        let reply = besieged.stands(besieged.ask(&document, json!({}))).await;
        println!(
            "{attack}: {:?}, {} bytes, {}",
            reply.took,
            reply.text.len(),
            reply.status
        );
        // An execution has thirty seconds.
        assert!(reply.took.as_secs() < 35, "{attack}: {:?}", reply.took);
        assert!(reply.text.len() <= 16 * 1024 * 1024, "{attack}");
        assert!(
            !reply.codes().contains(&"INTERNAL_SERVER_ERROR".to_owned()),
            "{attack}"
        );
    }
    assert!(
        besieged.peak_memory() < 900,
        "{} MB",
        besieged.peak_memory()
    );
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_odd_are_refused_at_once() {
    let besieged = Besieged::start(&[]).await;
    let attack = async {
        for (attack, body, codes) in bodies() {
            let reply = besieged.send_body(body).await;
            reply.is_bounded(attack);
            let code = reply.codes().into_iter().next().unwrap_or_default();
            assert!(
                codes.contains(&&*code),
                "{attack}: {} {}",
                reply.status,
                reply.text
            );
        }
    };
    besieged.stands(attack).await;
    besieged.is_whole();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_twice_means_the_same_to_everybody_here() {
    let besieged = Besieged::start(&[]).await;
    // Whoever looks at requests before us may see the first: so it must not be another one that is executed unseen.
    for body in [
        r#"{"query":"{ shop { name } }","query":"{ viewer { email } }"}"#,
        r#"{"query":"{ viewer { email } }","query":"{ shop { name } }"}"#,
        r#"{"query":"query($v: ID!) { node(id: $v) { id } }","variables":{"v":"a"},"variables":{"v":"b"}}"#,
        r#"{"query":"query a { shop { name } } query b { viewer { email } }","operationName":"a","operationName":"b"}"#,
    ] {
        let reply = besieged.send_body(body).await;
        reply.is_bounded(body);
        assert_eq!(reply.codes(), ["BAD_REQUEST"], "{body}: {}", reply.text);
    }
    let twice = format!(
        "{}/graphql?query=%7Bshop%7Bname%7D%7D&query=%7Bviewer%7Bemail%7D%7D",
        besieged.address()
    );
    let reply = besieged.send(besieged.http().get(twice)).await;
    assert_eq!(reply.codes(), ["BAD_REQUEST"], "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_do_not_repeat_what_was_sent() {
    let besieged = Besieged::start(&[]).await;
    // As many faults as there is room for, each with as long a name as may be.
    let long = "x".repeat(110);
    let fields = many(500, |it| format!("{long}{it} "));
    for document in [
        format!("{{ {fields} }}"),
        format!("{{ shop {{ {fields} }} }}"),
        format!(
            "{{ shop {{ {} }} }}",
            many(300, |it| format!("...{long}{it} "))
        ),
        format!(
            "query({}) {{ shop {{ name }} }}",
            many(400, |it| format!("$a{it}: {long} "))
        ),
        format!(
            "{{ products({}) {{ nodes {{ id }} }} }}",
            many(300, |it| format!("{long}{it}: 1 "))
        ),
    ] {
        let reply = besieged.ask(&document, json!({})).await;
        reply.is_bounded(&document[..60]);
        let errors = reply.json()["errors"].as_array().map_or(0, Vec::len);
        assert!((1..=20).contains(&errors), "{errors}");
        assert!(
            reply.text.len() < 20_000,
            "{} bytes of {}",
            reply.text.len(),
            document.len()
        );
        assert_eq!(reply.json()["data"], Value::Null);
    }
}
