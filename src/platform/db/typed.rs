//! A statement whose columns are read by their places.

use super::Statement;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use std::marker::PhantomData;

/// A statement that says the SQL types of its columns, `ST`, in their order.
///
/// To find columns by their names is a third of what it takes to read a row of many: where lists are long, they are read by place.
/// Nobody checks names then, so the columns of the text, the SQL types and the fields of the row stand side by side.
#[derive(Debug, Clone)]
pub struct Typed<ST> {
    statement: Statement,
    columns: PhantomData<fn() -> ST>,
}

impl Statement {
    /// Has its columns read by their places.
    ///
    /// ```ignore
    /// Statement::new("SELECT id, title FROM products").typed::<(Uuid, Text)>()
    /// ```
    #[must_use]
    pub const fn typed<ST>(self) -> Typed<ST> {
        Typed {
            statement: self,
            columns: PhantomData,
        }
    }
}

impl<ST> QueryFragment<Pg> for Typed<ST> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }
}

impl<ST> QueryId for Typed<ST> {
    type QueryId = ();
    // As that of the statement: kept by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Typed<ST> {
    type SqlType = ST;
}
