//! Rows on their way into a table by binary COPY.

use std::pin::Pin;

use tokio_postgres::Transaction;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{Kind, ToSql, Type};

use super::SeedError;

/// Rows that are being copied into one table. Unless it is closed, none of them is there.
pub(super) struct Sheet {
    rows: Pin<Box<BinaryCopyInWriter>>,
}

impl Sheet {
    /// Begins to copy into these columns of `table`, whose types the database is asked for.
    ///
    /// # Errors
    /// [`SeedError::Database`] when there is no such table or column.
    pub async fn open(
        tx: &Transaction<'_>,
        table: &str,
        columns: &[&str],
    ) -> Result<Self, SeedError> {
        let columns = columns.join(", ");
        let asked = tx
            .prepare(&format!("SELECT {columns} FROM {table}"))
            .await?;
        let types: Vec<Type> = asked
            .columns()
            .iter()
            .map(|column| sent_as(column.type_()))
            .collect();
        let copy = format!("COPY {table} ({columns}) FROM STDIN (FORMAT binary)");
        let sink = tx.copy_in(&copy).await?;
        Ok(Self {
            rows: Box::pin(BinaryCopyInWriter::new(sink, &types)),
        })
    }

    /// Adds a row: a cell for each column, in their order.
    ///
    /// # Errors
    /// [`SeedError::Database`] when a cell is not of its column's type, or the copy has failed.
    pub async fn row(&mut self, cells: &[&(dyn ToSql + Sync)]) -> Result<(), SeedError> {
        Ok(self.rows.as_mut().write(cells).await?)
    }

    /// Ends the copy and tells how many rows it added.
    ///
    /// # Errors
    /// [`SeedError::Database`] when a row broke a rule of the table.
    pub async fn close(mut self) -> Result<u64, SeedError> {
        Ok(self.rows.as_mut().finish().await?)
    }
}

/// A value of an enumeration is sent by its name.
fn sent_as(of_column: &Type) -> Type {
    match of_column.kind() {
        Kind::Enum(_) => Type::TEXT,
        _ => of_column.clone(),
    }
}
