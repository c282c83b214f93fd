//! What an operation says over time: the one answer of a query or a mutation, the events of a subscription.

use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll, ready},
};

use async_graphql::parser::types::OperationType;
use axum::http::StatusCode;
use futures_util::{
    FutureExt, Stream, StreamExt,
    future::BoxFuture,
    stream::{BoxStream, CatchUnwind},
};

use super::{
    Engine, Happening, Happenings,
    execution::{self, panicked},
    field_order, nulls,
    persisted::Brought,
    prepare::Prepared,
    response::{Answer, Told},
};
use crate::edge::{request_id::RequestId, request_log::RequestLog};
use crate::platform::telemetry::{Open, metrics};

/// Something that an operation says.
#[derive(Debug)]
pub(super) enum Said {
    /// An answer or an event, and where to go on after it. Without data it is the last.
    Told(Told, Option<String>),
    /// It has said everything.
    Done,
    /// It cannot go on for now: whoever follows comes again, and goes on from the last cursor.
    BrokenOff,
}

/// What an operation says, and where to go on after it.
type Saying = (Told, Option<String>);

/// An operation that runs. It lives as long as it is polled: dropped, it ends.
pub(super) struct Running {
    work: Work,
    /// What it said while nobody could hear it. More than this one it does not say then, so that a slow reader costs
    /// neither memory nor what an operation holds while it is half done.
    ahead: Option<Box<Said>>,
    /// Whether it has said anything.
    has_spoken: bool,
}

enum Work {
    Executing(BoxFuture<'static, Told>),
    Beginning(BoxFuture<'static, Result<BoxStream<'static, Saying>, Told>>),
    Happening(BoxStream<'static, Saying>),
    Over,
}

impl Running {
    /// Starts an operation, which goes on from `resume` when it is a subscription.
    pub fn start<E: Engine>(
        engine: E,
        prepared: Prepared,
        resume: Option<String>,
        log: RequestLog,
    ) -> Self {
        let work = match prepared.facts.operation_type {
            OperationType::Subscription => {
                Work::Beginning(begin(engine, prepared, resume, log).boxed())
            }
            _ => Work::Executing(execute(engine, prepared, log).boxed()),
        };
        Self {
            work,
            ahead: None,
            has_spoken: false,
        }
    }

    /// Whether it is a query or a mutation that is not done, or whose answer was not heard.
    pub fn is_execution(&self) -> bool {
        match self.work {
            Work::Executing(_) => true,
            Work::Over => self.ahead.is_some(),
            Work::Beginning(_) | Work::Happening(_) => false,
        }
    }

    /// Whether something may be done for it at this moment that is better not cut off: it executes, or has said nothing yet.
    pub fn is_at_work(&self) -> bool {
        match self.work {
            Work::Executing(_) => true,
            Work::Beginning(_) | Work::Happening(_) => !self.has_spoken,
            Work::Over => false,
        }
    }

    /// Bytes that it has said and nobody has heard.
    pub fn ahead(&self) -> usize {
        match self.ahead.as_deref() {
            Some(Said::Told(told, _)) => told.json.len(),
            Some(Said::Done | Said::BrokenOff) | None => 0,
        }
    }

    /// What it says next.
    pub fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        let said = match self.ahead.take() {
            Some(said) => Poll::Ready(*said),
            None => self.work.poll_said(cx),
        };
        self.has_spoken |= said.is_ready();
        said
    }

    /// Goes on until there is something to say.
    pub fn get_ahead(&mut self, cx: &mut Context<'_>) {
        if self.ahead.is_none()
            && let Poll::Ready(said) = self.work.poll_said(cx)
        {
            self.ahead = Some(Box::new(said));
        }
    }
}

impl Work {
    fn poll_said(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        loop {
            let follows = !matches!(self, Self::Executing(_));
            let (told, cursor) = match self {
                Self::Executing(work) => {
                    let told = ready!(work.poll_unpin(cx));
                    *self = Self::Over;
                    (told, None)
                }
                Self::Beginning(work) => match ready!(work.poll_unpin(cx)) {
                    Ok(happenings) => {
                        *self = Self::Happening(happenings);
                        continue;
                    }
                    Err(told) => (told, None),
                },
                Self::Happening(happenings) => match ready!(happenings.poll_next_unpin(cx)) {
                    Some(said) => said,
                    None => {
                        *self = Self::Over;
                        return Poll::Ready(Said::Done);
                    }
                },
                Self::Over => return Poll::Ready(Said::Done),
            };
            if !told.has_data {
                *self = Self::Over;
            }
            // Not even with what could be read: what is missing would be taken for what is not there.
            if follows && told.passes {
                *self = Self::Over;
                return Poll::Ready(Said::BrokenOff);
            }
            return Poll::Ready(Said::Told(told, cursor));
        }
    }
}

/// Executes a query or a mutation, and writes its line in the log.
async fn execute<E: Engine>(engine: E, prepared: Prepared, log: RequestLog) -> Told {
    let Prepared {
        operation,
        facts,
        query: _,
        named: _,
        brought,
    } = prepared;
    let mut response = execution::run(&engine, operation, &facts, brought).await;
    let (document, name) = (facts.validity.document(), facts.operation_name.as_deref());
    nulls::restore(&mut response, document, name, engine.output_types());
    field_order::arrange(&mut response, document, name);
    let told = Answer::executed(
        response,
        &facts,
        &engine.settings().limits,
        super::negotiation::MediaType::GraphqlResponse,
    )
    .told(&facts.request_id);
    log.finish(told.status, told.errors, facts.statement_count());
    told
}

/// Begins a subscription.
async fn begin<E: Engine>(
    engine: E,
    prepared: Prepared,
    resume: Option<String>,
    log: RequestLog,
) -> Result<BoxStream<'static, Saying>, Told> {
    let Prepared {
        operation,
        facts,
        query,
        named: _,
        brought,
    } = prepared;
    let mut line = Line {
        statements: Arc::clone(&facts.statements),
        log: Some(log),
        errors: 0,
        status: StatusCode::OK,
    };
    let (name, request_id) = (facts.operation_name.clone(), facts.request_id.clone());
    let cost = facts.measure.cost;
    let may_bring = brought.is_some() && execution::may_bring(&engine, &facts);
    match execution::begin(&engine, operation, facts, resume).await {
        Ok(happenings) => Ok(Events {
            happenings: AssertUnwindSafe(happenings).catch_unwind(),
            engine,
            query,
            name: name.map(Into::into),
            request_id,
            cost,
            brought: brought.filter(|_| may_bring),
            line,
            _open: Open::one(&metrics().subscriptions),
        }
        .boxed()),
        Err(error) => {
            let told = Answer::error(error).named(&request_id).told(&request_id);
            line.note(&told);
            Err(told)
        }
    }
}

/// The events of a subscription, as they are told.
struct Events<E> {
    happenings: CatchUnwind<AssertUnwindSafe<Happenings>>,
    engine: E,
    query: Arc<str>,
    name: Option<Box<str>>,
    request_id: RequestId,
    /// What the operation asks for at each event, in rows.
    cost: usize,
    /// Its document, to be kept when there is a first event.
    brought: Option<Brought>,
    line: Line,
    _open: Open,
}

// Nothing in it is pinned where it lies.
impl<E> Unpin for Events<E> {}

impl<E: Engine> Stream for Events<E> {
    type Item = Saying;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = {
            ready!(this.happenings.poll_next_unpin(cx)).map(|it| it.map_err(|it| panicked(&*it)))
        };
        Poll::Ready(next.map(|next| this.told(next)))
    }
}

impl<E: Engine> Events<E> {
    fn told(&mut self, next: Result<Happening, async_graphql::ServerError>) -> Saying {
        let (answer, cursor) = match next {
            Ok(Happening {
                mut response,
                cursor,
            }) => {
                let types = self.engine.output_types();
                let name = self.name.as_deref();
                nulls::restore_by_text(&mut response, &self.query, name, types);
                let answer = Answer::happening(response, &self.request_id);
                let limits = &self.engine.settings().limits;
                (answer.costing(Some(self.cost), limits), cursor)
            }
            Err(error) => (Answer::error(error).named(&self.request_id), None),
        };
        let told = answer.told(&self.request_id);
        if let Some(brought) = self.brought.take().filter(|_| told.has_data) {
            tokio::spawn(brought.keep());
        }
        metrics().events_told.increment(1);
        self.line.note(&told);
        (told, cursor)
    }
}

/// The line in the log of a subscription, written when it ends, whoever ends it.
struct Line {
    statements: Arc<AtomicU32>,
    log: Option<RequestLog>,
    errors: usize,
    status: StatusCode,
}

impl Line {
    fn note(&mut self, told: &Told) {
        self.errors = self.errors.saturating_add(told.errors);
        self.status = told.status;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(log) = self.log.take() {
            log.finish(
                self.status,
                self.errors,
                self.statements.load(Ordering::Relaxed),
            );
        }
    }
}
