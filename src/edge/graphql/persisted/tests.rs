use std::{io::Write, path::PathBuf};

use async_graphql::Extensions;
use tempfile::NamedTempFile;

use super::*;
use crate::edge::guard::Limits;

const TEXT: &str = "{ item { name } }";

fn manifest(json: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(json.as_bytes()).unwrap();
    file
}

fn trusting(json: &str, only: bool) -> Result<Documents, ManifestError> {
    let file = manifest(json);
    let trusted = Trusted::read(&[file.path().to_owned()], &Limits::default())?;
    Ok(Documents::new(trusted, only, None, 1))
}

fn named(id: &str) -> Wanted {
    Wanted::Named(id.to_owned())
}

fn hashed(hash: &str, text: Option<&str>) -> Wanted {
    Wanted::Hashed {
        hash: hash.to_owned(),
        text: text.map(str::to_owned),
    }
}

async fn text(documents: &Documents, wanted: Wanted) -> Result<String, String> {
    match documents.find(wanted).await {
        Ok(found) => Ok(found.text.to_string()),
        Err(refusal) => Err(refusal.error.message),
    }
}

#[tokio::test]
async fn every_manifest_that_build_tools_write_is_read() {
    let apollo = r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":
        [{"id":"one","name":"Item","type":"query","body":"{ item { name } }"}]}"#;
    for json in [apollo, r#"{"one":"{ item { name } }"}"#] {
        for only in [false, true] {
            let documents = trusting(json, only).unwrap();
            assert_eq!(documents.0.trusted.len(), 1);
            let hash = Hash::of(TEXT).to_string();
            for wanted in [
                named("one"),
                hashed("one", None),
                hashed(&hash, None),
                named(&hash),
                named(&format!("sha256:{hash}")),
                Wanted::Text(TEXT.to_owned()),
                hashed(&hash, Some(TEXT)),
            ] {
                let told = format!("{wanted:?}");
                assert_eq!(text(&documents, wanted).await.unwrap(), TEXT, "{told}");
            }
        }
    }
}

#[test]
fn a_manifest_that_is_none_stops_the_start() {
    for (json, why) in [
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "is no manifest"),
        (r#"{"one":1}"#, "is no manifest"),
        (
            r#"{"format":"another","version":1,"operations":[]}"#,
            "is no manifest",
        ),
        (
            r#"{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}"#,
            "is no manifest",
        ),
        (
            r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a"}]}"#,
            "is no manifest",
        ),
        (r#"{"one":"{"}"#, "would be refused"),
        (
            r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":
                [{"id":"a","body":"{ a }"},{"id":"a","body":"{ b }"}]}"#,
            "stands for two",
        ),
    ] {
        let error = trusting(json, false).unwrap_err().to_string();
        assert!(
            error.contains(why) && error.starts_with("LILIUM_DOCUMENTS: "),
            "{json}: {error}"
        );
    }
    let nowhere = [PathBuf::from("/nowhere/documents.json")];
    let error = Trusted::read(&nowhere, &Limits::default()).unwrap_err();
    assert!(
        error.to_string().contains("/nowhere/documents.json"),
        "{error}"
    );
}

#[tokio::test]
async fn what_a_client_brings_is_kept_for_all_instances_and_checked_when_it_is_read() {
    let shared = Cache::in_process();
    let one = Documents::new(Trusted::default(), false, Some(shared.clone()), 1);
    let other = Documents::new(Trusted::default(), false, Some(shared.clone()), 1);
    let hash = Hash::of(TEXT).to_string();
    assert_eq!(
        text(&one, hashed(&hash, None)).await,
        Err("PersistedQueryNotFound".to_owned())
    );

    // Found is not kept: that is said once it is known to be good.
    let found = one.find(hashed(&hash, Some(TEXT))).await.unwrap();
    assert!(text(&one, hashed(&hash, None)).await.is_err());
    one.brought_by(&found).await.unwrap().keep().await;
    assert!(one.brought_by(&found).await.is_none(), "it is kept already");
    for documents in [&one, &other] {
        assert_eq!(text(documents, hashed(&hash, None)).await.unwrap(), TEXT);
        assert_eq!(
            text(documents, named(&format!("sha256:{hash}")))
                .await
                .unwrap(),
            TEXT
        );
    }

    let forged = Hash::of("{ other }");
    shared
        .put(&key(&forged), Bytes::from_static(TEXT.as_bytes()), KEPT_FOR)
        .await;
    assert!(
        text(&other, hashed(&forged.to_string(), None))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_is_too_long_is_executed_and_not_kept() {
    let documents = Documents::new(Trusted::default(), false, None, 1);
    let long = format!("{{ item {{ name }} }}{}", " ".repeat(LONGEST_KEPT));
    let wanted = hashed(&Hash::of(&long).to_string(), Some(&long));
    let found = documents.find(wanted).await.unwrap();
    assert!(documents.brought_by(&found).await.is_none());
}

#[tokio::test]
async fn a_wrong_hash_is_refused_and_nothing_kept() {
    let documents = Documents::new(Trusted::default(), false, None, 1);
    let wrong = Hash::of("{ other }").to_string();
    for hash in [wrong.as_str(), "", "x", &"g".repeat(64)] {
        let refused = documents.find(hashed(hash, Some(TEXT))).await.unwrap_err();
        assert!(refused.error.message.contains("sha256Hash"), "{refused:?}");
        assert!(documents.find(hashed(hash, None)).await.is_err());
    }
}

#[tokio::test]
async fn where_only_trusted_documents_run_nothing_else_does() {
    let documents = trusting(r#"{"one":"{ item { name } }"}"#, true).unwrap();
    let other = "{ item { name  } }";
    let hash = Hash::of(other).to_string();
    for wanted in [
        Wanted::Text(other.to_owned()),
        hashed(&hash, Some(other)),
        hashed(&hash, None),
        named("two"),
        named(&format!("sha256:{hash}")),
    ] {
        let refusal = documents.find(wanted).await.unwrap_err();
        assert!(
            ErrorCode::DocumentNotTrusted.is_of(&refusal.error),
            "{refusal:?}"
        );
    }
}

#[test]
fn an_empty_text_beside_a_name_is_none() {
    let empty = || Some(String::new());
    let id = Wanted::of(empty(), Some("one".to_owned()), &Extensions::default());
    assert_eq!(id.ok(), Some(named("one")));
    let hash = async_graphql::value!({ "version": 1, "sha256Hash": "ab" });
    let extensions = Extensions(std::iter::once(("persistedQuery".to_owned(), hash)).collect());
    let hash = Wanted::of(empty(), None, &extensions);
    assert_eq!(hash.ok(), Some(hashed("ab", None)));
    // Alone it is a document like any other, and a wrong one.
    let alone = Wanted::of(empty(), None, &Extensions::default());
    assert_eq!(alone.ok(), Some(Wanted::Text(String::new())));
}
