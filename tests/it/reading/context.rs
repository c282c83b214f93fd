//! For whom an operation is answered: the market with its prices, the language of the texts.

use super::{change, count, field, gid, product};
use crate::support::Shop;
use serde_json::{Value, json};

const IN_KUWAIT: &str = "query Kuwait @inContext(country: KW, language: AR)";
const MUG: &str = "morning-person-mug";
const MUG_IN_ARABIC: &str = "كوب-الصباح-الباكر";

/// What a query says in the context of its head.
async fn asked(shop: &Shop, head: &str, body: &str) -> Value {
    shop.data(&format!("{head} {body}"), json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn kuwait_reads_arabic_and_pays_dinars() {
    let shop = Shop::open().await;
    let body = format!(
        r#"{{ product(handle: "{MUG}") {{ title handle productType description vendor options {{ name }}
            variants(first: 1) {{ nodes {{ price {{ amount currencyCode }} selectedOptions {{ name }} }} }}
            priceRange {{ minVariantPrice {{ amount currencyCode }} }} }} }}"#
    );
    let data = asked(&shop, IN_KUWAIT, &body).await;
    let mug = &data["product"];
    assert_eq!(mug["title"], "كوب الصباح الباكر");
    assert_eq!(mug["handle"], MUG_IN_ARABIC);
    assert_eq!(mug["productType"], "كوب");
    let sql = "SELECT min(vp.amount) FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id JOIN products p ON p.id = v.product_id \
         JOIN price_lists l ON l.id = vp.price_list_id WHERE p.handle = 'morning-person-mug' AND l.code = 'kwd'";
    let fils: i64 = shop.sql().await.query_one(sql, &[]).await.unwrap().get(0);
    let price = &mug["priceRange"]["minVariantPrice"];
    assert_eq!(
        *price,
        json!({ "amount": format!("{}.{:03}", fils / 1000, fils % 1000), "currencyCode": "KWD" })
    );
    assert_eq!(mug["variants"]["nodes"][0]["price"]["currencyCode"], "KWD");
    for text in [
        &mug["description"],
        &mug["vendor"],
        &mug["options"][0]["name"],
        &mug["variants"]["nodes"][0]["selectedOptions"][0]["name"],
    ] {
        let letters = text.as_str().unwrap();
        assert!(
            letters
                .chars()
                .any(|letter| ('\u{600}'..'\u{700}').contains(&letter)),
            "{letters}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_with_words_comes_in_arabic() {
    let shop = Shop::open().await;
    let body = r#"{ shop { name description } collection(handle: "gifts") { title handle description }
        menu(handle: "main-menu") { title items { title url } } page(handle: "about") { title body }
        vendor(handle: "tuesday-kiln") { name city } categories { title } }"#;
    let data = asked(&shop, IN_KUWAIT, body).await;
    let mut texts = vec![
        &data["shop"]["name"],
        &data["collection"]["title"],
        &data["page"]["body"],
        &data["vendor"]["city"],
    ];
    texts.extend(
        data["menu"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["title"]),
    );
    texts.extend(
        data["categories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|category| &category["title"]),
    );
    for text in texts {
        let text = text.as_str().unwrap();
        assert!(
            text.chars()
                .any(|letter| ('\u{600}'..'\u{700}').contains(&letter)),
            "{text}"
        );
    }
    assert_eq!(data["collection"]["handle"], "هدايا-مميزة");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_translated_handle_finds_what_it_names_in_its_language_only() {
    let shop = Shop::open().await;
    let names = |handle: &str| {
        format!(
            r#"{{ product(handle: "{handle}") {{ id }} collection(handle: "هدايا-مميزة") {{ id }} }}"#
        )
    };
    let arabic = asked(&shop, IN_KUWAIT, &names(MUG_IN_ARABIC)).await;
    let base = asked(&shop, IN_KUWAIT, &names(MUG)).await;
    assert_eq!(arabic["product"], base["product"]);
    assert!(arabic["product"]["id"].is_string() && arabic["collection"]["id"].is_string());
    let english = asked(&shop, "query", &names(MUG_IN_ARABIC)).await;
    assert_eq!(english, json!({ "product": null, "collection": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_no_market_names_gets_the_default_one() {
    let shop = Shop::open().await;
    let body = "{ localization { market { handle } country { isoCode } language { isoCode } }
        products(first: 1) { nodes { title priceRange { minVariantPrice { currencyCode } } } } }";
    for (head, market, country, language, currency) in [
        ("query", "international", "US", "EN", "USD"),
        ("query Q @inContext", "international", "US", "EN", "USD"),
        (
            "query Q @inContext(country: JP)",
            "international",
            "US",
            "EN",
            "USD",
        ),
        (
            "query Q @inContext(country: DE)",
            "international",
            "DE",
            "EN",
            "USD",
        ),
        (
            "query Q @inContext(language: AR)",
            "international",
            "US",
            "AR",
            "USD",
        ),
        (
            "query Q @inContext(country: KW)",
            "kuwait",
            "KW",
            "AR",
            "KWD",
        ),
        (
            "query Q @inContext(country: KW, language: EN)",
            "kuwait",
            "KW",
            "EN",
            "KWD",
        ),
        (
            "query Q @inContext(country: KW, language: JA)",
            "kuwait",
            "KW",
            "AR",
            "KWD",
        ),
        (
            "query Q @inContext(country: US, language: JA)",
            "international",
            "US",
            "EN",
            "USD",
        ),
        (
            "query Q @inContext(country: null, language: null)",
            "international",
            "US",
            "EN",
            "USD",
        ),
    ] {
        let data = asked(&shop, head, body).await;
        let place = &data["localization"];
        let found = [
            &place["market"]["handle"],
            &place["country"]["isoCode"],
            &place["language"]["isoCode"],
        ];
        assert_eq!(found, [market, country, language], "{head}");
        let price = &data["products"]["nodes"][0]["priceRange"]["minVariantPrice"];
        assert_eq!(price["currencyCode"], currency, "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_say_it_as_well() {
    let shop = Shop::open().await;
    let document = "query Q($country: CountryCode, $language: LanguageCode = EN) @inContext(country: $country, language: $language) \
         { localization { country { isoCode } language { isoCode } } }";
    for (variables, country, language) in [
        (json!({ "country": "KW", "language": "AR" }), "KW", "AR"),
        (json!({ "country": "KW" }), "KW", "EN"),
        (json!({ "country": null }), "US", "EN"),
        (json!({}), "US", "EN"),
    ] {
        let data = shop.data(document, variables.clone()).await;
        assert_eq!(
            data["localization"]["country"]["isoCode"], country,
            "{variables}"
        );
        assert_eq!(
            data["localization"]["language"]["isoCode"], language,
            "{variables}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_country_or_language_is_refused() {
    let shop = Shop::open().await;
    for head in [
        "query Q @inContext(country: XX)",
        "query Q @inContext(country: kw)",
        "query Q @inContext(language: ELVISH)",
        "query Q @inContext(country: 7)",
        "query Q @inContext(planet: MARS)",
    ] {
        let (code, message) = shop
            .refusal(&format!("{head} {{ shop {{ name }} }}"), json!({}))
            .await;
        assert!(
            ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()),
            "{head}: {code}"
        );
        assert!(!message.is_empty(), "{head}");
    }
    let document = "query Q($country: CountryCode) @inContext(country: $country) { shop { name } }";
    for country in [
        json!("XX"),
        json!(7),
        json!("kw"),
        json!(["KW", "US"]),
        json!({ "code": "KW" }),
    ] {
        let (code, message) = shop.refusal(document, json!({ "country": country })).await;
        assert!(
            ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()),
            "{country}: {code} {message}"
        );
    }
}

/// Takes the dinar prices of the mug away.
async fn unprice(shop: &Shop) -> uuid::Uuid {
    let client = shop.sql().await;
    let mug = product(&client, MUG).await;
    let sql = "DELETE FROM variant_prices vp USING variants v, price_lists l WHERE v.id = vp.variant_id AND l.id = vp.price_list_id \
         AND l.code = 'kwd' AND v.product_id = ANY($1)";
    assert!(change(&client, sql, &[mug]).await > 0);
    mug
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_price_in_a_market_is_not_there() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let menu = "INSERT INTO menu_items (id, menu_id, position, title, kind, product_id) SELECT gen_random_uuid(), m.id, 99, 'The mug', \
         'PRODUCT', p.id FROM menus m, products p WHERE m.handle = 'main-menu' AND p.handle = 'morning-person-mug'";
    client.batch_execute(menu).await.unwrap();
    let mug = unprice(&shop).await;
    let variant: uuid::Uuid = client
        .query_one(
            "SELECT id FROM variants WHERE product_id = $1 LIMIT 1",
            &[&mug],
        )
        .await
        .unwrap()
        .get(0);
    let body = format!(
        r#"{{ byHandle: product(handle: "{MUG}") {{ id }} byId: product(id: "{0}") {{ id }} node(id: "{0}") {{ id }}
            variant: node(id: "{1}") {{ id }} recommendations: productRecommendations(productId: "{0}") {{ id }}
            products(first: 250) {{ nodes {{ id }} }} search: products(first: 250, query: "mug") {{ nodes {{ id }} }}
            collection(handle: "bestsellers") {{ products(first: 250) {{ nodes {{ id }} }} }}
            vendor(handle: "tuesday-kiln") {{ products(first: 250) {{ nodes {{ id }} }} }}
            menu(handle: "main-menu") {{ items {{ resource {{ __typename }} type }} }} }}"#,
        gid("Product", mug),
        gid("ProductVariant", variant)
    );
    let here = asked(&shop, "query Q", &body).await;
    let there = asked(&shop, "query Q @inContext(country: KW)", &body).await;
    for name in ["byHandle", "byId", "node", "variant", "recommendations"] {
        assert!(!here[name].is_null() && there[name].is_null(), "{name}");
    }
    let id = gid("Product", mug);
    for list in [
        "/products/nodes",
        "/search/nodes",
        "/collection/products/nodes",
        "/vendor/products/nodes",
    ] {
        assert!(
            field(here.pointer(list).unwrap(), "id").contains(&id),
            "{list}"
        );
        assert!(
            !field(there.pointer(list).unwrap(), "id").contains(&id),
            "{list}"
        );
    }
    let leads = |data: &Value| {
        data["menu"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["resource"]["__typename"] == "Product")
    };
    assert!(leads(&here) && !leads(&there));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_without_a_price_is_not_among_its_product_s() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let mug = product(&client, MUG).await;
    let sql = "DELETE FROM variant_prices vp USING variants v, price_lists l WHERE v.id = vp.variant_id AND l.id = vp.price_list_id \
         AND l.code = 'kwd' AND v.position = 1 AND v.product_id = ANY($1)";
    assert_eq!(change(&client, sql, &[mug]).await, 1);
    let all = count(&client, "SELECT count(*) FROM variants v JOIN products p ON p.id = v.product_id WHERE p.handle = 'morning-person-mug'").await;
    let body = format!(
        r#"{{ product(handle: "{MUG}") {{ variantsCount {{ count }} variants(first: 250) {{ nodes {{ id }} }} }} }}"#
    );
    for (head, expected) in [("query", all), ("query Q @inContext(country: KW)", all - 1)] {
        let data = asked(&shop, head, &body).await;
        assert_eq!(
            data["product"]["variantsCount"]["count"], expected,
            "{head}"
        );
        assert_eq!(
            data["product"]["variants"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            expected,
            "{head}"
        );
    }
}
