//! A statement written as text, with bound values, whose plan PostgreSQL keeps.
//!
//! Diesel's own `sql_query` prepares anew at each call. This one is cached by its text, so a text must come from a small
//! set: what varies is bound, never written into it.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{
    Array, BigInt, Bool, Bytea, Float, Integer, Jsonb, Nullable, Text, Timestamptz, Untyped,
    Uuid as UuidSql,
};

/// Text and bound values in the order in which they stand in the statement.
///
/// ```ignore
/// Statement::new("SELECT title FROM products WHERE id = ").uuid(id)
/// ```
#[derive(Debug, Clone, Default)]
pub struct Statement {
    parts: Vec<Part>,
    /// Whether its text is one of many.
    once: bool,
}

#[derive(Debug, Clone)]
enum Part {
    Sql(&'static str),
    Number(i64),
    Uuid(uuid::Uuid),
    Uuids(Vec<uuid::Uuid>),
    Text(String),
    Texts(Vec<String>),
    Integer(i32),
    Integers(Vec<i32>),
    BigInt(i64),
    BigInts(Vec<i64>),
    Bytes(Vec<u8>),
    Json(serde_json::Value),
    OptionalText(Option<String>),
    OptionalUuid(Option<uuid::Uuid>),
    Float(f32),
    Bool(bool),
    Time(chrono::DateTime<chrono::Utc>),
}

impl Statement {
    /// Begins with `sql`.
    #[must_use]
    pub fn new(sql: &'static str) -> Self {
        Self {
            parts: vec![Part::Sql(sql)],
            once: false,
        }
    }

    /// Prepares it anew each time: for a text that a reader composes, of which there are too many to keep. Neither this program
    /// nor PostgreSQL ever forgets a statement that was kept.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Goes on with `sql`.
    #[must_use]
    pub fn sql(self, sql: &'static str) -> Self {
        self.with(Part::Sql(sql))
    }

    /// Writes a number into the text itself: for a page size, which must not be bound (a bound `LIMIT` keeps PostgreSQL
    /// from reusing its plan). The caller keeps the set of numbers small.
    #[must_use]
    pub fn literal(self, number: i64) -> Self {
        self.with(Part::Number(number))
    }

    /// Binds an id.
    #[must_use]
    pub fn uuid(self, value: uuid::Uuid) -> Self {
        self.with(Part::Uuid(value))
    }

    /// Binds a list of ids, for `= ANY(...)`.
    #[must_use]
    pub fn uuids(self, values: Vec<uuid::Uuid>) -> Self {
        self.with(Part::Uuids(values))
    }

    /// Binds a text.
    #[must_use]
    pub fn text(self, value: impl Into<String>) -> Self {
        self.with(Part::Text(value.into()))
    }

    /// Binds a list of texts, for `= ANY(...)`.
    #[must_use]
    pub fn texts(self, values: Vec<String>) -> Self {
        self.with(Part::Texts(values))
    }

    /// Binds a whole number.
    #[must_use]
    pub fn bigint(self, value: i64) -> Self {
        self.with(Part::BigInt(value))
    }

    /// Binds a text or NULL.
    #[must_use]
    pub fn optional_text(self, value: Option<impl Into<String>>) -> Self {
        self.with(Part::OptionalText(value.map(Into::into)))
    }

    /// Binds an id or NULL.
    #[must_use]
    pub fn optional_uuid(self, value: Option<uuid::Uuid>) -> Self {
        self.with(Part::OptionalUuid(value))
    }

    /// Binds a whole number of four bytes.
    #[must_use]
    pub fn integer(self, value: i32) -> Self {
        self.with(Part::Integer(value))
    }

    /// Binds a list of whole numbers of four bytes, for `unnest(...)`.
    #[must_use]
    pub fn integers(self, values: Vec<i32>) -> Self {
        self.with(Part::Integers(values))
    }

    /// Binds a list of whole numbers, for `unnest(...)`.
    #[must_use]
    pub fn bigints(self, values: Vec<i64>) -> Self {
        self.with(Part::BigInts(values))
    }

    /// Binds bytes, such as a hash.
    #[must_use]
    pub fn bytes(self, value: impl Into<Vec<u8>>) -> Self {
        self.with(Part::Bytes(value.into()))
    }

    /// Binds a JSON value.
    #[must_use]
    pub fn json(self, value: serde_json::Value) -> Self {
        self.with(Part::Json(value))
    }

    /// Binds a number of single precision, such as a rank of the text search.
    #[must_use]
    pub fn float(self, value: f32) -> Self {
        self.with(Part::Float(value))
    }

    /// Binds a truth value.
    #[must_use]
    pub fn bool(self, value: bool) -> Self {
        self.with(Part::Bool(value))
    }

    /// Binds a moment.
    #[must_use]
    pub fn time(self, value: chrono::DateTime<chrono::Utc>) -> Self {
        self.with(Part::Time(value))
    }

    /// Appends all of another statement.
    #[must_use]
    pub fn append(mut self, other: Statement) -> Self {
        self.parts.extend(other.parts);
        self.once |= other.once;
        self
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

impl QueryFragment<Pg> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.once {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Number(number) => out.push_sql(&number.to_string()),
                Part::Uuid(value) => bind::<UuidSql, _>(&mut out, value)?,
                Part::Uuids(value) => bind::<Array<UuidSql>, _>(&mut out, value)?,
                Part::Text(value) => bind::<Text, _>(&mut out, value)?,
                Part::Texts(value) => bind::<Array<Text>, _>(&mut out, value)?,
                Part::OptionalText(value) => bind::<Nullable<Text>, _>(&mut out, value)?,
                Part::OptionalUuid(value) => bind::<Nullable<UuidSql>, _>(&mut out, value)?,
                Part::Integer(value) => bind::<Integer, _>(&mut out, value)?,
                Part::Integers(value) => bind::<Array<Integer>, _>(&mut out, value)?,
                Part::BigInt(value) => bind::<BigInt, _>(&mut out, value)?,
                Part::BigInts(value) => bind::<Array<BigInt>, _>(&mut out, value)?,
                Part::Bytes(value) => bind::<Bytea, _>(&mut out, value)?,
                Part::Json(value) => bind::<Jsonb, _>(&mut out, value)?,
                Part::Float(value) => bind::<Float, _>(&mut out, value)?,
                Part::Bool(value) => bind::<Bool, _>(&mut out, value)?,
                Part::Time(value) => bind::<Timestamptz, _>(&mut out, value)?,
            }
        }
        Ok(())
    }
}

fn bind<'b, ST, T>(out: &mut AstPass<'_, 'b, Pg>, value: &'b T) -> QueryResult<()>
where
    Pg: diesel::sql_types::HasSqlType<ST>,
    T: ToSql<ST, Pg>,
{
    out.push_bind_param::<ST, T>(value)
}

impl QueryId for Statement {
    type QueryId = ();
    // The text is known only at run time, so the cache of prepared statements goes by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}
