//! The database before anything is put into it.

use tokio_postgres::{GenericClient, Transaction};

use super::SeedError;

/// For the length of the transaction: one seeding at a time, no waiting for the disk but at the commit, memory for building indexes, no
/// time limit. Plans are made for the very rows they are about and not compiled, which takes longer than to run them; they look rows
/// up, for what was just written is in memory, and do not walk through tables that grow with every stretch of rows. Nobody is told of
/// rows that come: whatever was made of earlier ones is of another epoch.
const SETTINGS: &str = "
    SELECT pg_advisory_xact_lock(74101, 2);
    SET LOCAL synchronous_commit = off;
    SET LOCAL maintenance_work_mem = '256MB';
    SET LOCAL statement_timeout = 0;
    SET LOCAL plan_cache_mode = force_custom_plan;
    SET LOCAL jit = off;
    SET LOCAL lilium.quiet = 'on';
    SET LOCAL random_page_cost = 1.1;
    SET LOCAL enable_mergejoin = off;";

/// All tables of the schema but the list of migrations, partitions among them, quoted.
const TABLES: &str = "
    SELECT format('%I.%I', schemaname, tablename)
    FROM pg_tables
    WHERE schemaname = current_schema() AND tablename <> '__diesel_schema_migrations'";

/// What stands in the tables before anybody writes: events begin anew, in an epoch of their own, so that no cursor that was given
/// out is taken for one of now. Nobody has tuned the search.
const BEGINNING: &str = "
    INSERT INTO relay_head (position, epoch) VALUES (0, gen_random_uuid());
    INSERT INTO search_settings (version, title, properties, description, popularity, in_stock_first, typing_errors, changed_at)
        VALUES (1, 10, 5, 1, 3, false, true, now());
    SELECT event_partition(0), event_partition(1000000);";

/// Whether there is no shop yet.
///
/// # Errors
/// [`SeedError::Database`], also when the schema is not there.
pub(super) async fn is_empty(client: &impl GenericClient) -> Result<bool, SeedError> {
    let row = client
        .query_one("SELECT NOT EXISTS (SELECT FROM shop)", &[])
        .await?;
    Ok(row.try_get(0)?)
}

/// Makes the transaction fit for copying, with the shop empty: deletes what is there when `reset`, else refuses.
///
/// # Errors
/// [`SeedError::NotEmpty`] when there is a shop and `reset` is false; [`SeedError::Database`].
pub(super) async fn clear(tx: &Transaction<'_>, reset: bool) -> Result<(), SeedError> {
    tx.batch_execute(SETTINGS).await?;
    if reset {
        empty(tx).await?;
    }
    if is_empty(tx).await? {
        Ok(())
    } else {
        Err(SeedError::NotEmpty)
    }
}

/// Deletes everything, what is only ever added to among it: its triggers are off until it is done, for this transaction alone has
/// the tables.
async fn empty(tx: &Transaction<'_>) -> Result<(), SeedError> {
    let mut tables: Vec<String> = Vec::new();
    for row in tx.query(TABLES, &[]).await? {
        tables.push(row.try_get(0)?);
    }
    // All at once and before anything else: nobody who reads or writes meanwhile can come between two of them.
    let all = tables.join(", ");
    tx.batch_execute(&format!("LOCK TABLE {all} IN ACCESS EXCLUSIVE MODE"))
        .await?;
    switch(tx, &tables, "DISABLE").await?;
    tx.batch_execute(&format!("TRUNCATE {all} RESTART IDENTITY"))
        .await?;
    switch(tx, &tables, "ENABLE").await?;
    tx.batch_execute(BEGINNING).await?;
    Ok(())
}

/// Turns the triggers of tables on or off.
async fn switch(tx: &Transaction<'_>, tables: &[String], how: &str) -> Result<(), SeedError> {
    for table in tables {
        tx.batch_execute(&format!("ALTER TABLE {table} {how} TRIGGER USER"))
            .await?;
    }
    Ok(())
}
