//! Pieces of SQL that filters and searches are made of.

use crate::platform::db::Statement;

/// `(a <word> b <word> c)`; the neutral truth for none.
pub(super) fn joined(
    conditions: Vec<Statement>,
    word: &'static str,
    neutral: &'static str,
) -> Statement {
    let mut all = Statement::new("(");
    let empty = conditions.is_empty();
    for (index, condition) in conditions.into_iter().enumerate() {
        all = if index == 0 { all } else { all.sql(word) };
        all = all.append(condition);
    }
    if empty {
        Statement::new(neutral)
    } else {
        all.sql(")")
    }
}

/// All of them.
pub(super) fn all(conditions: Vec<Statement>) -> Statement {
    joined(conditions, " AND ", "true")
}

/// Any of them.
pub(super) fn any(conditions: Vec<Statement>) -> Statement {
    joined(conditions, " OR ", "false")
}

/// What the reader calls the product's type, in the base language or their own, is this.
pub(super) fn product_type(name: &str) -> Statement {
    Statement::new("(lower(p.product_type) = ")
        .text(name.to_lowercase())
        .sql(" OR lower(t.product_type) = ")
        .text(name.to_lowercase())
        .sql(")")
}

/// What the reader calls the vendor, in the base language or their own, is this.
pub(super) fn vendor(name: &str) -> Statement {
    Statement::new("(lower(v.name) = ")
        .text(name.to_lowercase())
        .sql(" OR lower(vt.name) = ")
        .text(name.to_lowercase())
        .sql(")")
}

/// The product has this tag.
pub(super) fn tag(tag: &str) -> Statement {
    Statement::new("p.tags @> ARRAY[")
        .text(tag.to_lowercase())
        .sql("]")
}

/// The product can be bought, or cannot.
pub(super) fn available(available: bool) -> Statement {
    Statement::new("l.in_stock = ").bool(available)
}
