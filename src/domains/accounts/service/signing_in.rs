//! Signing in, and another password.

use super::attempts::Attempt;
use super::{Accounts, Given, NewSession, SignedIn};
use crate::domains::accounts::email;
use crate::domains::accounts::error::AccountError;
use crate::domains::accounts::events::access_changed;
use crate::domains::accounts::hashing::Checked;
use crate::domains::accounts::model::{ClientAddress, UserId, UserState, Viewer};
use crate::domains::accounts::password::Password;
use crate::domains::accounts::store::sessions::{self, EndReason};
use crate::domains::accounts::store::users::{self, Account};
use crate::platform::clock;
use crate::platform::db::{Change, Conn};
use crate::platform::outbox::tell;

/// Begins a session of whoever has shown the password.
struct SigningIn {
    user: UserId,
    /// The hash that the password was found to fit.
    seen: String,
    /// Written instead: the same password hashed as it is done now, or another one.
    hash: Option<String>,
    /// Whether all other sessions end.
    alone: bool,
    session: NewSession,
}

impl Change for SigningIn {
    type Done = Given;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<Given, AccountError> {
        let (user, now) = (self.user, clock::now());
        // Hashing takes its time: meanwhile the password may have been changed, or the account closed.
        let as_seen = users::lock_as_seen(conn, user, &self.seen).await?;
        // An earlier try may have changed the password itself, and is at its end now that the account is free.
        if let Some(given) = self.session.begun_before(conn).await? {
            return Ok(given);
        }
        if !as_seen {
            return Err(AccountError::Unidentified);
        }
        if let Some(hash) = &self.hash {
            users::set_password(conn, user, hash, now).await?;
        }
        if self.alone {
            sessions::end_all(conn, user, EndReason::PasswordChanged, now).await?;
            tell(conn, access_changed(user)).await?;
        }
        self.session.begin(conn, user, now).await
    }
}

/// Somebody who has shown the password of an account.
struct Identified {
    account: Account,
    attempt: Attempt,
    /// The hash that it fits.
    seen: String,
    /// The same password as it is hashed now, where that was done another way.
    rehash: Option<String>,
}

impl Accounts {
    /// Begins a session. An address without an account takes as long as a wrong password, and is answered alike.
    ///
    /// # Errors
    /// [`AccountError::Unidentified`], [`AccountError::Disabled`] (only to whoever knows the password),
    /// [`AccountError::Throttled`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: Password,
        address: ClientAddress,
    ) -> Result<SignedIn, AccountError> {
        if !password.is_hashable() {
            return Err(AccountError::Unidentified);
        }
        let account = match email::clean(email) {
            Some(email) => {
                let mut conn = self.database.get().await?;
                users::by_email(&mut conn, &email).await?
            }
            None => None,
        };
        let Identified {
            account,
            attempt,
            seen,
            rehash,
        } = self.identified(email, account, password, address).await?;
        if account.state == UserState::Disabled {
            return Err(AccountError::Disabled);
        }
        let user = account.id;
        self.went_well(&attempt, user).await?;
        let change = SigningIn {
            user,
            seen,
            hash: rehash,
            alone: false,
            session: NewSession::new()?,
        };
        self.signed_in(self.make(change).await?).await
    }

    /// Changes the viewer's password, ends all sessions, and begins a new one for whoever asked.
    ///
    /// # Errors
    /// [`AccountError::Unidentified`] for another present password, [`AccountError::BadPassword`], [`AccountError::Throttled`].
    pub async fn change_password(
        &self,
        viewer: &Viewer,
        current: Password,
        new: Password,
        address: ClientAddress,
    ) -> Result<SignedIn, AccountError> {
        new.check(&viewer.email)
            .map_err(AccountError::BadPassword)?;
        if !current.is_hashable() {
            return Err(AccountError::Unidentified);
        }
        let account = {
            let mut conn = self.database.get().await?;
            users::account(&mut conn, viewer.user_id).await?
        };
        let email = &viewer.email;
        let known = self.identified(email, account, current, address).await?;
        self.went_well(&known.attempt, viewer.user_id).await?;
        let change = SigningIn {
            user: viewer.user_id,
            seen: known.seen,
            hash: Some(self.access.hashing.hash(new).await?),
            alone: true,
            session: NewSession::new()?,
        };
        self.signed_in(self.make(change).await?).await
    }

    /// Checks a password, and counts the attempt when it is wrong.
    async fn identified(
        &self,
        email: &str,
        account: Option<Account>,
        password: Password,
        address: ClientAddress,
    ) -> Result<Identified, AccountError> {
        let user = account.as_ref().map(|account| account.id);
        let attempt = self.attempt(email, user, address).await?;
        let kept = account.as_ref().and_then(|it| it.password_hash.clone());
        let hashing = &self.access.hashing;
        let checked = match hashing.check(password.clone(), kept.clone()).await {
            Ok(checked) => checked,
            Err(error) => {
                self.never_mind(&attempt).await?;
                return Err(error.into());
            }
        };
        let (Some(account), Some(seen)) = (account, kept) else {
            return Err(AccountError::Unidentified);
        };
        let rehash = match checked {
            Checked::Wrong => return Err(AccountError::Unidentified),
            Checked::Right => None,
            Checked::RightButOld => Some(hashing.hash(password).await?),
        };
        Ok(Identified {
            account,
            attempt,
            seen,
            rehash,
        })
    }
}
