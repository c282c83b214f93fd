//! New tokens for an old one, once.

use super::{Accounts, Given, LONGEST_SESSION, RefreshToken, SLIDING, SignedIn, given_before};
use crate::domains::accounts::error::AccountError;
use crate::domains::accounts::events::access_changed;
use crate::domains::accounts::store::sessions::{self, EndReason};
use crate::platform::clock;
use crate::platform::db::{Change, Conn};
use crate::platform::outbox::tell;

/// New tokens for the one of this hash. They are made before: a try after a lost answer finds that they were given out, and must not
/// take the first try for a thief.
struct Refreshing {
    hash: [u8; 32],
    new: RefreshToken,
}

/// What came of it.
enum Refreshed {
    GoesOn(Given),
    /// The token was used before: its session is ended.
    Reused,
}

impl Change for Refreshing {
    type Done = Refreshed;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<Refreshed, AccountError> {
        let (Self { hash, new }, now) = (self, clock::now());
        let Some(session) = sessions::use_up(conn, hash, now).await? else {
            // Only now: the first try may have been at its commit until the row was free.
            if let Some(given) = given_before(conn, new).await? {
                return Ok(Refreshed::GoesOn(given));
            }
            return match sessions::of_token(conn, hash).await? {
                None => Err(AccountError::SessionOver),
                Some(session) => {
                    if let Some(user) =
                        sessions::end(conn, session, EndReason::TokenReused, now).await?
                    {
                        tell(conn, access_changed(user)).await?;
                    }
                    Ok(Refreshed::Reused)
                }
            };
        };
        let until = now + SLIDING;
        let extended = sessions::extend(conn, session, now, until, LONGEST_SESSION).await?;
        // A refusal uses no token up: an account that is opened again goes on.
        let extended = extended.ok_or(AccountError::SessionOver)?;
        sessions::keep_token(conn, &new.hash(), session, now).await?;
        Ok(Refreshed::GoesOn(Given {
            user: extended.user_id,
            session,
            refresh: new.clone(),
            until: extended.expires_at,
        }))
    }
}

impl Accounts {
    /// Changes a refresh token for new tokens. One that is used a second time ends its session: either it or its successor is in
    /// foreign hands.
    ///
    /// # Errors
    /// [`AccountError::SessionOver`].
    pub async fn refresh(&self, token: &str) -> Result<SignedIn, AccountError> {
        let token = RefreshToken::read(token).ok_or(AccountError::SessionOver)?;
        let change = Refreshing {
            hash: token.hash(),
            new: RefreshToken::new()?,
        };
        match self.make(change).await? {
            Refreshed::GoesOn(given) => self.signed_in(given).await,
            Refreshed::Reused => {
                tracing::warn!("a refresh token was used twice: its session is ended");
                Err(AccountError::SessionOver)
            }
        }
    }
}
