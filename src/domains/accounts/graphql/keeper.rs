//! Tokens that are kept elsewhere than in the answer: the client does not want to hold them itself.

use crate::domains::accounts::Tokens;
use async_graphql::Context;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is kept after an operation.
#[derive(Clone, Default)]
pub enum Kept {
    /// What was kept before.
    #[default]
    AsItWas,
    /// These tokens.
    Tokens(Tokens),
    /// Nothing.
    Nothing,
}

/// Keeps the tokens of a request's client. It is there only where they are not to stand in the answer.
#[derive(Clone)]
pub struct Keeper(Arc<Inner>);

struct Inner {
    refresh: Option<String>,
    kept: Mutex<Kept>,
}

impl Keeper {
    /// For a client of whom this refresh token is kept.
    #[must_use]
    pub fn new(refresh: Option<String>) -> Self {
        let kept = Mutex::default();
        Self(Arc::new(Inner { refresh, kept }))
    }

    /// The one of a request, if there is one.
    pub(super) fn of<'a>(ctx: &Context<'a>) -> Option<&'a Self> {
        ctx.data_opt()
    }

    /// The refresh token that is kept.
    pub(super) fn refresh(&self) -> Option<&str> {
        self.0.refresh.as_deref()
    }

    pub(super) fn keep(&self, tokens: &Tokens) {
        *self.kept() = Kept::Tokens(tokens.clone());
    }

    pub(super) fn forget(&self) {
        *self.kept() = Kept::Nothing;
    }

    /// What is kept from now on.
    #[must_use]
    pub fn outcome(&self) -> Kept {
        self.kept().clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
