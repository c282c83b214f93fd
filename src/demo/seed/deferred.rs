//! What is done once for all rows instead of once for each, where there are many.
//!
//! Foreign keys and indexes that only readers need are taken away before the rows come and put back when all are there, in the same
//! transaction. Nothing is lost by it: a foreign key that is put back checks every row, and a shop that breaks one is not committed.
//! What they are, the database says: no definition is repeated here.

use tokio_postgres::Transaction;

use super::{Progress, SeedError};

/// How to take each away and how to put it back, indexes first. Left alone are indexes that hold a constraint, and those by product,
/// which the statements that fill the listing tables look by.
const DEFERRABLE: &str = "
    SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = current_schema()::regnamespace
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE NOT i.indisunique AND a.attname <> 'product_id'
      AND NOT EXISTS (SELECT FROM pg_constraint held WHERE held.conindid = i.indexrelid)
    UNION ALL
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', f.conrelid::regclass, f.conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', f.conrelid::regclass, f.conname, pg_get_constraintdef(f.oid))
    FROM pg_constraint f
    WHERE f.contype = 'f' AND f.conparentid = 0 AND f.connamespace = current_schema()::regnamespace";

/// What was taken away, as the statements that put it back.
#[derive(Debug, Default)]
pub(super) struct Deferred(Vec<String>);

impl Deferred {
    /// Takes foreign keys and secondary indexes away. Until the transaction ends, other sessions wait for the tables.
    ///
    /// # Errors
    /// [`SeedError::Database`].
    pub async fn take(tx: &Transaction<'_>) -> Result<Self, SeedError> {
        let mut restoring = Vec::new();
        for row in tx.query(DEFERRABLE, &[]).await? {
            let (take, restore): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            tx.batch_execute(&take).await?;
            restoring.push(restore);
        }
        Ok(Self(restoring))
    }

    /// Puts them back.
    ///
    /// # Errors
    /// [`SeedError::Database`], also when a row refers to what is not there.
    pub async fn restore(
        self,
        tx: &Transaction<'_>,
        progress: &dyn Progress,
    ) -> Result<(), SeedError> {
        if self.0.is_empty() {
            return Ok(());
        }
        progress.stage(
            "indexes and foreign keys",
            u64::try_from(self.0.len()).unwrap_or_default(),
        );
        for statement in self.0 {
            tx.batch_execute(&statement).await?;
            progress.advance(1);
        }
        Ok(())
    }
}
