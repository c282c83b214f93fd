//! What the results of a search hold of the fields that are asked of them.

use super::facets::number;
use super::results::{
    SearchHighlight, SearchResultItem, SearchResultItemConnection, SearchResultItemEdge,
};
use crate::domains::catalog::graphql::texts_at_once;
use crate::domains::search::said::SaidOf;
use crate::graphql::ready::{Asked, Described, Held, Holds, Shown, Stop, Table, text, value};

impl Shown for SearchResultItem {
    fn shown(&self, asked: &Asked<'_, '_>) -> Held {
        match self {
            Self::Product(product) => asked.member("SearchResultItem", &product.0),
            Self::Page(page) => asked.member("SearchResultItem", page),
            Self::Article(_) => Err(Stop::Ordinary),
        }
    }
}

impl Holds for SearchResultItemConnection {
    const FIELDS: Table<Self> = &[
        ("edges", |found, asked| {
            let edges = found.placed();
            asked.charge(edges.len())?;
            asked.list(&edges)
        }),
        ("nodes", |found, asked| {
            let items = found.items();
            asked.charge(items.len())?;
            asked.list(&items)
        }),
        ("pageInfo", |found, asked| asked.object(&found.page_info)),
        ("totalCount", |found, _| {
            value(&number(found.results.total.count))
        }),
        ("totalCountIsExact", |found, _| {
            value(&found.results.total.exact)
        }),
    ];
    /// What is counted, and looked for once more.
    const ORDINARY: &'static [&'static str] = &["productFilters", "suggestions"];
}

impl Holds for SearchResultItemEdge {
    const FIELDS: Table<Self> = &[
        ("cursor", |edge, _| text(edge.place())),
        ("node", |edge, asked| edge.item().shown(asked)),
        ("highlights", |edge, asked| {
            let card = edge.card();
            let texts = card.map(|card| texts_at_once(asked, card)).transpose()?;
            let html = edge.html(texts.as_deref());
            asked.charge_bytes(html.len())?;
            let (shown, found) = edge.in_texts(html);
            let Some(card) = card.filter(|_| shown.is_empty() && !found.is_empty()) else {
                return asked.list(&shown);
            };
            let said = asked.loaded::<SaidOf>(card.id)?;
            asked.list(&SearchHighlight::of_properties(said, &found))
        }),
    ];
}

impl Holds for SearchHighlight {
    const FIELDS: Table<Self> = &[
        ("field", |highlight, _| text(highlight.field.as_str())),
        ("text", |highlight, _| text(highlight.text.as_str())),
    ];
}

/// The types whose tables stand here, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![
        Described::of::<SearchResultItemConnection>(),
        Described::of::<SearchResultItemEdge>(),
        Described::of::<SearchHighlight>(),
    ]
}
