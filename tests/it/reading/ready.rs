//! Ready objects answer what ordinary ones answer: every document by chance is asked both ways.

mod generator;
mod orders;
mod roots;

use crate::support::{Contents, Shop, config};
use async_graphql::{Request, Variables};
use generator::{Document, Generator, Kinds};
use lilium::app::App;
use lilium::domains::accounts::Viewer;
use lilium::domains::carts::graphql::ready_types as of_carts;
use lilium::domains::catalog::graphql::{Product, ProductVariant, ready_types as of_products};
use lilium::domains::collections::graphql::{Collection, ready_types as of_shelves};
use lilium::domains::content::graphql::ready_types as of_pages;
use lilium::domains::media::graphql::Image;
use lilium::domains::orders::graphql::{Order, ready_types as of_orders};
use lilium::domains::search::Searched;
use lilium::domains::search::graphql::ready_types as of_searches;
use lilium::domains::shop::{Directory, InContext};
use lilium::domains::vendors::graphql::Vendor;
use lilium::graphql::budget::{Amounts, AnswerBudget};
use lilium::graphql::connection::{Connection, Edge};
use lilium::graphql::links::Links;
use lilium::graphql::made_of::MadeOf;
use lilium::graphql::ready::{self, Described, Ordinary, Ready};
use lilium::graphql::remembered::Remembered;
use lilium::platform::db::{Database, StatementCount};
use lilium::schema::{self, Beside, Schema};
use lilium::services::Services;
use orders::Customer;
use roots::roots;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every type with a table; of edges and connections, which share theirs, some.
fn types() -> Vec<Described> {
    let mut types = vec![
        Described::of::<Image>(),
        Described::of::<Vendor>(),
        Described::of::<Edge<Ready<Product>>>(),
        Described::of::<Connection<ProductVariant>>(),
        Described::of::<Connection<Image>>(),
        Described::of::<Connection<Ready<Collection>>>(),
        Described::of::<Connection<Ready<Order>>>(),
    ];
    types.extend(ready::ready_types());
    types.extend(of_products());
    types.extend(of_shelves());
    types.extend(of_pages());
    types.extend(of_searches());
    types.extend(of_carts());
    types.extend(of_orders());
    types
}

#[test]
fn every_field_of_a_ready_type_is_held_or_left_to_its_resolver() {
    let kinds = Kinds::of(&schema::sdl(&schema::build(true)));
    let mut faults = Vec::new();
    for Described {
        name,
        held,
        ordinary,
    } in types()
    {
        let said: Vec<&str> = held.iter().chain(&ordinary).copied().collect();
        let told: BTreeSet<String> = said.iter().map(|it| (*it).to_owned()).collect();
        let there = kinds.fields(&name);
        for field in there.difference(&told) {
            faults.push(format!(
                "{name}.{field} is neither in the table nor in `ORDINARY`"
            ));
        }
        for field in told.difference(&there) {
            faults.push(format!("{name} has no field {field}"));
        }
        if said.len() != told.len() {
            faults.push(format!("{name} says something of a field twice"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What an operation was answered: its data and errors as text with sorted keys, and how many statements it took.
struct Answered {
    text: String,
    data: Value,
    failed: bool,
    /// It asked for more searches than one operation may.
    dear: bool,
    statements: u32,
    /// What it holds of what answers are bounded by.
    held: Amounts,
}

/// A schema that is asked without a server before it.
struct Asked {
    schema: Schema,
    database: Database,
    services: Services,
    context: InContext,
    links: Links,
    /// Whoever asks; a guest when there is none.
    viewer: Option<Viewer>,
}

impl Asked {
    async fn of(shop: &Shop) -> Self {
        let app = App::on(config(&[]), shop.server.clone()).unwrap();
        let database = Database::connect(&shop.server, 4).unwrap();
        let facts = Directory::new(database.clone()).facts().await.unwrap();
        Self {
            schema: schema::build(true),
            services: app.services.clone(),
            context: InContext::settle(&facts, None, None).unwrap(),
            links: Links::new("https://api.example.com", "https://shop.example.com"),
            database,
            viewer: None,
        }
    }

    /// The same, asked by somebody who is signed in.
    fn by(self, viewer: Viewer) -> Self {
        Self {
            viewer: Some(viewer),
            ..self
        }
    }

    async fn answer(&self, document: &Document, ordinary: bool) -> Answered {
        let answered = self.within(document, ordinary, Amounts::default()).await;
        answered.unwrap_or_else(|refusal| panic!("{refusal}\n{}", document.text))
    }

    /// What is answered when an answer may hold no more than this; why it is refused, when it would.
    async fn within(
        &self,
        document: &Document,
        ordinary: bool,
        most: Amounts,
    ) -> Result<Answered, String> {
        let budget = AnswerBudget::of(most);
        let (over, tally) = (budget.over(), budget.tally());
        let searched = Arc::new(Searched::default());
        let count = StatementCount::default();
        let database = self.database.counted(count.clone());
        let request = Request::new(document.text.clone())
            .variables(Variables::from_json(document.variables.clone()))
            .data(self.links.clone())
            .data(budget)
            .data(Arc::clone(&searched));
        let made_of = MadeOf::noted();
        let request = if ordinary {
            request.data(Ordinary)
        } else {
            request
        };
        let request = match &self.viewer {
            Some(viewer) => request.data(viewer.clone()),
            None => request,
        };
        let beside = Beside {
            made_of: &made_of,
            remembered: &Remembered::default(),
        };
        let request = schema::attach(request, &database, &self.context, &self.services, beside);
        let response = tokio::select! {
            response = self.schema.execute(request) => response,
            error = over.happens() => return Err(serde_json::to_string(&error).unwrap()),
        };
        let errors = response.errors.iter();
        let mut errors: Vec<String> = errors
            .map(|it| {
                let error = serde_json::to_value(it).unwrap();
                let code = error["extensions"]["code"].as_str();
                assert!(
                    matches!(
                        code,
                        Some("BAD_USER_INPUT" | "INVALID_CURSOR" | "MAX_COST_EXCEEDED")
                    ),
                    "{error:#}\n{}",
                    document.text
                );
                sorted(error).to_string()
            })
            .collect();
        errors.sort();
        // What an answer says beside its data, in its body and in its headers.
        let beside = (
            &response.extensions,
            &response.cache_control,
            &response.http_headers,
        );
        let beside = format!("{beside:?} {:?}", searched.extension());
        let data = sorted(response.data.into_json().unwrap());
        // What failed half way has not read all that it is made of.
        let tags = errors.is_empty().then(|| made_of.tags());
        Ok(Answered {
            text: format!("{data}\n{}\n{tags:?}\n{beside}", errors.join("\n")),
            data,
            failed: !errors.is_empty(),
            dear: errors.iter().any(|it| it.contains("MAX_COST_EXCEEDED")),
            statements: count.get(),
            held: tally.now(),
        })
    }

    /// Asks both ways with as much room as the answer needs, and with one less of each thing: the first is enough for both, and
    /// each of the others is too little for both, which say so in the same words.
    async fn bounded(&self, document: &Document, held: Amounts) {
        let text = &document.text;
        for ordinary in [true, false] {
            let whole = self.within(document, ordinary, held).await;
            assert!(
                whole.is_ok(),
                "ordinary {ordinary}: {:?}\n{text}",
                whole.err()
            );
        }
        for less in less_by_one(held) {
            let ordinary = self.within(document, true, less).await.err();
            let ready = self.within(document, false, less).await.err();
            assert!(ordinary.is_some(), "{less:?} is enough\n{text}");
            assert_eq!(ready, ordinary, "{less:?}\n{text}");
        }
    }

    /// Asks both ways; what is answered.
    async fn both(&self, document: &Document) -> Answered {
        let ordinary = self.answer(document, true).await;
        let mut ready = self.answer(document, false).await;
        let (text, variables) = (&document.text, &document.variables);
        // Which of too many searches is the one too many is chance.
        assert_eq!(ready.dear, ordinary.dear, "{text}\n{variables}");
        if ready.dear {
            return ready;
        }
        assert_eq!(ready.text, ordinary.text, "{text}\n{variables}");
        if !ready.failed {
            // What failed is given up half way.
            assert_eq!(ready.held, ordinary.held, "{text}\n{variables}");
        }
        // What the program keeps for seconds may have grown old in between.
        let most = ordinary.statements + (ordinary.statements / 4).max(2);
        if ready.statements > most {
            ready = self.answer(document, false).await;
        }
        // Where a walk and resolvers stand side by side, or two walks as of two lists of one customer's orders, one loader may be asked
        // in two steps. Real documents are held to their ceilings.
        assert!(
            ready.statements <= most,
            "{} statements, not {}: {text}\n{variables}",
            ready.statements,
            ordinary.statements
        );
        ready
    }
}

/// The same with one less of each thing of which there is any.
fn less_by_one(held: Amounts) -> Vec<Amounts> {
    let one = |amount: usize| amount.checked_sub(1);
    [
        one(held.rows).map(|rows| Amounts { rows, ..held }),
        one(held.items).map(|items| Amounts { items, ..held }),
        one(held.values).map(|values| Amounts { values, ..held }),
        one(held.text).map(|text| Amounts { text, ..held }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The same with the keys of all objects in order. Ready objects keep the order of the selection; the resolvers of the library put a
/// value where it stands when it is there, so that what was read stands behind what was not.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// Whether there is an order in it: every object by chance says what it is.
fn shows_orders(data: &Value) -> bool {
    data.to_string().contains(r#""__typename":"Order""#)
}

/// So many documents that each root field is asked thirty times, alone or with another.
const DOCUMENTS: usize = 450;

#[tokio::test(flavor = "multi_thread")]
async fn documents_by_chance_are_answered_alike() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let customer = Customer::of(&shop).await;
    let roots = roots(&shop, &customer).await;
    // Every fourth document has two root fields, and of every eighth the bounds are tried: of an odd number each has its turn.
    assert!(roots.len() % 2 == 1, "{} root fields", roots.len());
    let asked = Asked::of(&shop).await.by(customer.viewer);
    let kinds = Kinds::of(&schema::sdl(&asked.schema));
    let mut chance = Generator::new(&kinds, 20_261_122);
    let (mut failed, mut bounded, mut listed) = (0, 0, 0);
    for at in 0..DOCUMENTS {
        let first = &roots[at % roots.len()];
        let second = &roots[chance.below(roots.len())];
        let both = [(first.0.as_str(), first.1), (second.0.as_str(), second.1)];
        let taken = if at % 4 == 0 { 2 } else { 1 };
        let document = chance.document(&both[..taken]);
        let answered = asked.both(&document).await;
        if first.1 == "Viewer" && shows_orders(&answered.data["r0"]) {
            listed += 1;
        }
        if answered.failed {
            failed += 1;
        } else if at % 8 == 0 {
            // Some of them, for each is asked ten times more.
            asked.bounded(&document, answered.held).await;
            bounded += 1;
        }
    }
    // A good third of the viewer's documents ask for no orders, and some only for where a page of them stands.
    assert!(listed >= 5, "only {listed} show orders of the viewer");
    assert!(bounded > DOCUMENTS / 16, "{bounded}");
    // Three in four documents have good arguments alone. Of the others' arguments one in six is refused, where anything is asked with it.
    assert!(DOCUMENTS - failed > DOCUMENTS / 2, "{failed} failed");
    assert!(failed >= 20, "only {failed} failed");
    // Whatever stands in a table was asked for, but for what is as rare as the swatch of a choice of an attribute.
    let held: Vec<String> = types()
        .iter()
        .flat_map(|it| it.held.iter().map(|field| format!("{}.{field}", it.name)))
        .collect();
    let missed: Vec<&String> = held
        .iter()
        .filter(|field| !chance.selected.contains(*field))
        .collect();
    assert!(missed.len() < held.len() / 10, "{missed:?}");
}

/// What storefronts send, whole: these must not fall back, and be as much as they were.
const CARD: &str = "id handle title availableForSale vendor tags soldBy { name handle logo { url(transform: { maxWidth: 64 }) } }
    priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { ...sum } } compareAtPriceRange { maxVariantPrice { ...sum } }
    featuredImage { url(transform: { maxWidth: 600 }) altText width height } images(first: 20) { edges { node { url altText } } }
    rating { average count } options { id name optionValues { name swatch { color } } } category { name ancestors { name } }
    variants(first: 250) { nodes { id title price { ...sum } selectedOptions { name value } image { url } } } variantsCount { count }";

#[tokio::test(flavor = "multi_thread")]
async fn what_storefronts_send_is_answered_alike() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let asked = Asked::of(&shop).await;
    for list in [
        "products(first: 24) { edges { cursor node { ...card } } pageInfo { hasNextPage endCursor } }",
        "products(first: 24, sortKey: PRICE) { nodes { ...card } filters { id } }",
        "product(handle: \"morning-person-mug\") { ...card collections(first: 5) { nodes { title } } }",
        "collection(handle: \"bestsellers\") { title products(first: 12) { nodes { ...card } } }",
        "vendors(first: 3) { nodes { name products(first: 4) { nodes { ...card } } } }",
        "search(query: \"mug\", first: 12) { totalCount edges { highlights { field text } node { ... on Product { ...card } ... on Page { title } } } }",
        "productRecommendations(productHandle: \"morning-person-mug\") { ...card }",
    ] {
        let document = Document {
            text: format!(
                "{{ {list} }} fragment card on Product {{ {CARD} }} fragment sum on MoneyV2 {{ amount currencyCode }}"
            ),
            variables: json!({}),
        };
        let answered = asked.both(&document).await;
        assert!(!answered.failed, "{list}: {}", answered.text);
        let held = answered.held;
        assert!(held.items > 0 && held.values > 0, "{held:?}");
        asked.bounded(&document, held).await;
    }
}
