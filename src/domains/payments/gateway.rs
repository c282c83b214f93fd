//! The built-in TEST gateway: a payment company that moves no money, with the faults of real ones.
//!
//! It stands for something across the network: what it remembers is in a table of its own, which it writes at once and outside
//! of our transactions, and nobody else reads. It can be asked twice with one key and does it once.

use super::model::{Operation, OperationKind};
use crate::platform::clock;
use crate::platform::db::{Database, DbError, Statement};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{Nullable, Text, Timestamptz};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;
use std::time::Duration;

/// How long the slow card takes.
const DELAY: Duration = Duration::from_secs(3);

/// How long the gateway answers nothing after the card that makes it go away.
const AWAY: TimeDelta = TimeDelta::seconds(3);

/// How long an answer is waited for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway did it.
    Approved,
    /// The gateway will not do it, for this reason.
    Declined(String),
    /// Nothing, and nothing ever will: it was called off.
    Voided,
}

/// The gateway did not answer; what became of the operation has to be asked.
#[derive(Debug, thiserror::Error)]
pub enum GatewayFault {
    /// The connection broke, or the answer took too long.
    #[error("the gateway does not answer")]
    NoAnswer,
    /// Its memory failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for GatewayFault {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The gateway.
#[derive(Clone)]
pub struct TestGateway {
    memory: Database,
}

#[derive(QueryableByName)]
struct Remembered {
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

impl TestGateway {
    /// With its memory in this database.
    #[must_use]
    pub const fn new(memory: Database) -> Self {
        Self { memory }
    }

    /// Charges, or gives back.
    ///
    /// # Errors
    /// [`GatewayFault::NoAnswer`] when it is not known whether it was done.
    pub async fn ask(&self, operation: &Operation) -> Result<Outcome, GatewayFault> {
        tokio::time::timeout(PATIENCE, self.answer(operation))
            .await
            .unwrap_or(Err(GatewayFault::NoAnswer))
    }

    async fn answer(&self, operation: &Operation) -> Result<Outcome, GatewayFault> {
        let (outcome, reason) = match (operation.kind, operation.instrument.as_str()) {
            (OperationKind::Charge, "decline") => ("DECLINED", Some("card_declined")),
            (OperationKind::Charge, "decline_funds") => ("DECLINED", Some("insufficient_funds")),
            (OperationKind::Charge, "lose_request") => return Err(GatewayFault::NoAnswer),
            (OperationKind::Charge, "delay") => {
                tokio::time::sleep(DELAY).await;
                ("APPROVED", None)
            }
            _ => ("APPROVED", None),
        };
        let remembered = self.remember(operation, outcome, reason).await?;
        let lost = matches!(operation.instrument.as_str(), "lose_answer" | "go_away");
        if operation.kind == OperationKind::Charge && lost {
            return Err(GatewayFault::NoAnswer);
        }
        Ok(outcome_of(remembered))
    }

    /// Says what became of an operation, and sees to it that nothing ever will when nothing has.
    ///
    /// # Errors
    /// As [`TestGateway::ask`].
    pub async fn settle(&self, operation: &Operation) -> Result<Outcome, GatewayFault> {
        if operation.kind == OperationKind::Refund {
            return self.ask(operation).await;
        }
        let remembered = self.remember(operation, "VOIDED", None).await?;
        let away = operation.instrument == "go_away" && clock::now() - remembered.created_at < AWAY;
        if away {
            return Err(GatewayFault::NoAnswer);
        }
        Ok(outcome_of(remembered))
    }

    /// Keeps the outcome, unless there is one: that one stands.
    async fn remember(
        &self,
        operation: &Operation,
        outcome: &'static str,
        reason: Option<&'static str>,
    ) -> Result<Remembered, GatewayFault> {
        let mut conn = self.memory.get().await?;
        let kind = match operation.kind {
            OperationKind::Charge => "CHARGE",
            OperationKind::Refund => "REFUND",
        };
        Statement::new("INSERT INTO test_gateway_charges (operation_id, kind, amount, currency, outcome, reason, created_at) VALUES (")
            .uuid(operation.id.0)
            .sql(", ")
            .text(kind)
            .sql("::operation_kind, ")
            .bigint(operation.amount)
            .sql(", ")
            .text(&operation.currency)
            .sql(", ")
            .text(outcome)
            .sql(", ")
            .optional_text(reason)
            .sql(", ")
            .time(clock::now())
            .sql(") ON CONFLICT (operation_id) DO NOTHING")
            .execute(&mut *conn)
            .await?;
        let kept: Option<Remembered> = Statement::new(
            "SELECT outcome, reason, created_at FROM test_gateway_charges WHERE operation_id = ",
        )
        .uuid(operation.id.0)
        .get_result(&mut *conn)
        .await
        .optional()?;
        kept.ok_or(GatewayFault::NoAnswer)
    }
}

fn outcome_of(remembered: Remembered) -> Outcome {
    match remembered.outcome.as_str() {
        "APPROVED" => Outcome::Approved,
        "DECLINED" => Outcome::Declined(remembered.reason.unwrap_or_else(|| "declined".to_owned())),
        _ => Outcome::Voided,
    }
}
