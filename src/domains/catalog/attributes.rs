//! What is told of products: the values of their attributes, and how they were rated.

use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::graphql::tags::Kind;
use crate::platform::db::{Conn, Statement, tables};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use diesel_derive_enum::DbEnum;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What values an attribute has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "tables::sql_types::AttributeKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum AttributeKind {
    /// Words.
    Text,
    /// A number, of some unit perhaps.
    Number,
    /// Yes or no.
    Boolean,
    /// Some of a list.
    Choice,
    /// Some of a list of colours.
    Color,
}

/// An attribute of a product.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The attribute's handle.
    pub handle: String,
    /// What the reader calls it.
    pub name: String,
    /// What values it has.
    pub kind: AttributeKind,
    /// What a number counts, as the reader writes it.
    pub unit: Option<String>,
    /// What it is.
    pub value: AttributeValue,
}

/// What an attribute is.
#[derive(Debug, Clone)]
pub enum AttributeValue {
    /// Words, in the reader's language or the base language.
    Text(String),
    /// A number in decimal digits.
    Number(String),
    /// Yes or no.
    Boolean(bool),
    /// One or several of its choices, in order.
    Choices(Vec<Choice>),
}

/// One of the things that an attribute can be.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its handle, unique within the attribute.
    pub handle: String,
    /// What the reader calls it.
    pub name: String,
    /// The colour, as `#rrggbb`.
    pub swatch: Option<String>,
}

/// The attributes of a product, in the order of its type.
pub struct AttributesOf(pub InContext);

impl Batch for AttributesOf {
    type Key = Uuid;
    type Value = Arc<Vec<Attribute>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let mut found: HashMap<Uuid, Vec<Attribute>> = HashMap::new();
        for row in rows(conn, self.0.language_code(), keys).await? {
            row.add_to(found.entry(row.product_id).or_default());
        }
        Ok(found
            .into_iter()
            .map(|(product, attributes)| (product, Arc::new(attributes)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
    }
}

#[derive(QueryableByName)]
struct AttributeRow {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
    #[diesel(sql_type = Text)]
    handle: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = tables::sql_types::AttributeKind)]
    kind: AttributeKind,
    #[diesel(sql_type = Nullable<Text>)]
    unit: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    number: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    yes: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    choice_handle: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    choice_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    swatch: Option<String>,
}

impl AttributeRow {
    /// Adds the value, or to the attribute before it another choice.
    fn add_to(&self, attributes: &mut Vec<Attribute>) {
        let last = attributes
            .last_mut()
            .filter(|last| last.handle == self.handle);
        let choice = self.choice();
        if let (Some(last), Some(choice)) = (last, choice.clone()) {
            if let AttributeValue::Choices(choices) = &mut last.value {
                choices.push(choice);
            }
            return;
        }
        let value = match (choice, &self.number, self.yes) {
            (Some(choice), _, _) => AttributeValue::Choices(vec![choice]),
            (None, Some(number), _) => AttributeValue::Number(number.clone()),
            (None, None, Some(yes)) => AttributeValue::Boolean(yes),
            (None, None, None) => AttributeValue::Text(self.text.clone().unwrap_or_default()),
        };
        attributes.push(Attribute {
            handle: self.handle.clone(),
            name: self.name.clone(),
            kind: self.kind,
            unit: self.unit.clone(),
            value,
        });
    }

    fn choice(&self) -> Option<Choice> {
        Some(Choice {
            handle: self.choice_handle.clone()?,
            name: self.choice_name.clone()?,
            swatch: self.swatch.clone(),
        })
    }
}

async fn rows(
    conn: &mut Conn,
    language: &str,
    products: Vec<Uuid>,
) -> QueryResult<Vec<AttributeRow>> {
    Statement::new(
        "SELECT pa.product_id, a.handle, coalesce(at.name, a.name) AS name, a.kind, coalesce(at.unit, a.unit) AS unit, \
         coalesce(pt.text, pa.text) AS text, trim_scale(pa.number)::text AS number, pa.yes, \
         c.handle AS choice_handle, coalesce(ct.name, c.name) AS choice_name, c.swatch::text AS swatch \
         FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id JOIN products p ON p.id = pa.product_id \
         LEFT JOIN product_type_attributes o ON o.type_id = p.type_id AND o.attribute_id = a.id \
         LEFT JOIN attribute_choices c ON c.id = pa.choice_id \
         LEFT JOIN attribute_translations at ON at.attribute_id = a.id AND at.language = ",
    )
    .text(language)
    .sql(" LEFT JOIN attribute_choice_translations ct ON ct.choice_id = c.id AND ct.language = ")
    .text(language)
    .sql(" LEFT JOIN product_attribute_translations pt ON pt.product_id = pa.product_id AND pt.attribute_id = a.id AND pt.language = ")
    .text(language)
    .sql(" WHERE pa.product_id = ANY(")
    .uuids(products)
    .sql(") ORDER BY pa.product_id, o.position, a.position, a.id, c.position, c.id")
    .load(conn)
    .await
}
