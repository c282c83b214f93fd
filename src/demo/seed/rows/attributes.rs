//! Types of products, their attributes, and what those are of each product.

use bytes::{BufMut, BytesMut};
use tokio_postgres::Transaction;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::demo::content::{Attribute, AttributeChoice, Content, ProductType};
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::OPENING;
use crate::demo::seed::directory::Directory;
use crate::demo::seed::goods::{Is, Item, Value};
use crate::demo::seed::identity::Name;
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::ARABIC;

fn type_id(own: &ProductType) -> Uuid {
    Name::of("product_types").and(&own.handle).id(OPENING)
}

fn attribute_id(attribute: &Attribute) -> Uuid {
    Name::of("attributes").and(&attribute.handle).id(OPENING)
}

fn choice_id(attribute: &Attribute, choice: &AttributeChoice) -> Uuid {
    let name = Name::of("attribute_choices").and(&attribute.handle);
    name.and(&choice.handle).id(OPENING)
}

/// Enters types, attributes and choices, so that they are found by their handles.
pub(in crate::demo::seed) fn enter(content: &Content, directory: &mut Directory) {
    for own in &content.types {
        directory.enter_type(&own.handle, type_id(own));
    }
    for attribute in &content.attributes {
        directory.enter_attribute(&attribute.handle, attribute_id(attribute));
        for choice in &attribute.choices {
            let id = choice_id(attribute, choice);
            directory.enter_choice(&attribute.handle, &choice.handle, id);
        }
    }
}

/// Writes types, attributes and choices with their translations.
///
/// # Errors
/// [`SeedError::Missing`] when a type names an attribute that is not there; [`SeedError::Database`].
pub(in crate::demo::seed) async fn attributes(
    tx: &Transaction<'_>,
    content: &Content,
    directory: &Directory,
) -> Result<(), SeedError> {
    themselves(tx, &content.attributes).await?;
    choices(tx, &content.attributes).await?;
    types(tx, &content.types, directory).await
}

async fn themselves(tx: &Transaction<'_>, attributes: &[Attribute]) -> Result<(), SeedError> {
    let columns = [
        "id",
        "handle",
        "name",
        "kind",
        "unit",
        "filterable",
        "position",
    ];
    let mut sheet = Sheet::open(tx, "attributes", &columns).await?;
    for (position, attribute) in (1_i32..).zip(attributes) {
        let Attribute {
            handle,
            name,
            kind,
            unit,
            filterable,
            ..
        } = attribute;
        let (id, unit) = (attribute_id(attribute), unit.as_ref().map(|unit| &unit.en));
        sheet
            .row(&[
                &id,
                handle,
                &name.en,
                &kind.code(),
                &unit,
                filterable,
                &position,
            ])
            .await?;
    }
    sheet.close().await?;
    let columns = ["attribute_id", "language", "name", "unit"];
    let mut sheet = Sheet::open(tx, "attribute_translations", &columns).await?;
    for attribute in attributes {
        let unit = attribute.unit.as_ref().map(|unit| &unit.ar);
        sheet
            .row(&[&attribute_id(attribute), &ARABIC, &attribute.name.ar, &unit])
            .await?;
    }
    sheet.close().await?;
    Ok(())
}

async fn choices(tx: &Transaction<'_>, attributes: &[Attribute]) -> Result<(), SeedError> {
    // Gathered first: an iterator with closures in it cannot be held while rows are sent.
    let each: Vec<(&Attribute, i32, &AttributeChoice)> = attributes
        .iter()
        .flat_map(|attribute| {
            (1_i32..)
                .zip(&attribute.choices)
                .map(move |(position, choice)| (attribute, position, choice))
        })
        .collect();
    let columns = ["id", "attribute_id", "handle", "name", "swatch", "position"];
    let mut sheet = Sheet::open(tx, "attribute_choices", &columns).await?;
    for (attribute, position, choice) in &each {
        let (id, of) = (choice_id(attribute, choice), attribute_id(attribute));
        sheet
            .row(&[
                &id,
                &of,
                &choice.handle,
                &choice.name.en,
                &choice.swatch,
                &position,
            ])
            .await?;
    }
    sheet.close().await?;
    let columns = ["choice_id", "language", "name"];
    let mut sheet = Sheet::open(tx, "attribute_choice_translations", &columns).await?;
    for (attribute, _, choice) in &each {
        sheet
            .row(&[&choice_id(attribute, choice), &ARABIC, &choice.name.ar])
            .await?;
    }
    sheet.close().await?;
    Ok(())
}

async fn types(
    tx: &Transaction<'_>,
    types: &[ProductType],
    directory: &Directory,
) -> Result<(), SeedError> {
    let columns = ["id", "handle", "name", "position"];
    let mut sheet = Sheet::open(tx, "product_types", &columns).await?;
    for (position, own) in (1_i32..).zip(types) {
        sheet
            .row(&[&type_id(own), &own.handle, &own.name.en, &position])
            .await?;
    }
    sheet.close().await?;
    let columns = ["type_id", "language", "name"];
    let mut sheet = Sheet::open(tx, "product_type_translations", &columns).await?;
    for own in types {
        sheet.row(&[&type_id(own), &ARABIC, &own.name.ar]).await?;
    }
    sheet.close().await?;
    let columns = ["type_id", "attribute_id", "position"];
    let mut sheet = Sheet::open(tx, "product_type_attributes", &columns).await?;
    for own in types {
        for (position, handle) in (1_i32..).zip(&own.attributes) {
            let attribute = directory.attribute(handle)?;
            sheet.row(&[&type_id(own), &attribute, &position]).await?;
        }
    }
    sheet.close().await?;
    Ok(())
}

/// Writes what is told of these products, and how they were rated.
///
/// # Errors
/// [`SeedError::Database`].
pub(super) async fn values(tx: &Transaction<'_>, items: &[Item]) -> Result<(), SeedError> {
    let columns = [
        "id",
        "product_id",
        "attribute_id",
        "choice_id",
        "text",
        "number",
        "yes",
    ];
    let mut sheet = Sheet::open(tx, "product_attributes", &columns).await?;
    for item in items {
        for (place, Value { attribute, is }) in (1..).zip(&item.values) {
            let (id, product) = (item.attribute_id(place), item.id());
            let (mut choice, mut text, mut number, mut yes) = (None, None, None, None);
            match is {
                Is::Choice(id) => choice = Some(*id),
                Is::Text(words) => text = Some(&words.en),
                Is::Number(whole) => number = Some(Whole(*whole)),
                Is::Yes(is) => yes = Some(*is),
            }
            sheet
                .row(&[&id, &product, attribute, &choice, &text, &number, &yes])
                .await?;
        }
    }
    sheet.close().await?;
    translations(tx, items).await?;
    ratings(tx, items).await
}

async fn translations(tx: &Transaction<'_>, items: &[Item]) -> Result<(), SeedError> {
    let columns = ["product_id", "attribute_id", "language", "text"];
    let mut sheet = Sheet::open(tx, "product_attribute_translations", &columns).await?;
    for item in items {
        for value in &item.values {
            if let Is::Text(text) = &value.is {
                sheet
                    .row(&[&item.id(), &value.attribute, &ARABIC, &text.ar])
                    .await?;
            }
        }
    }
    sheet.close().await?;
    Ok(())
}

async fn ratings(tx: &Transaction<'_>, items: &[Item]) -> Result<(), SeedError> {
    let columns = ["product_id", "reviews", "stars"];
    let mut sheet = Sheet::open(tx, "product_ratings", &columns).await?;
    for item in items {
        if let Some(rating) = item.rating {
            sheet
                .row(&[&item.id(), &rating.reviews, &rating.stars])
                .await?;
        }
    }
    sheet.close().await?;
    Ok(())
}

/// A whole number on its way into a column of type `numeric`.
#[derive(Debug)]
struct Whole(i64);

impl ToSql for Whole {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let (mut rest, mut digits) = (self.0.unsigned_abs(), Vec::new());
        while rest > 0 {
            digits.push(i16::try_from(rest % 10_000)?);
            rest /= 10_000;
        }
        let count = i16::try_from(digits.len())?;
        // How many digits, what the first is worth, the sign, and that there are none behind the point.
        out.put_i16(count);
        out.put_i16((count - 1).max(0));
        out.put_u16(if self.0 < 0 { 0x4000 } else { 0 });
        out.put_i16(0);
        for digit in digits.into_iter().rev() {
            out.put_i16(digit);
        }
        Ok(IsNull::No)
    }

    fn accepts(column: &Type) -> bool {
        *column == Type::NUMERIC
    }

    to_sql_checked!();
}
