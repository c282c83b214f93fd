//! Signing in, and another password.

use super::attempts::Attempt;
use super::{Accounts, Given, SignedIn, begin_session};
use crate::domains::accounts::email;
use crate::domains::accounts::error::AccountError;
use crate::domains::accounts::hashing::Checked;
use crate::domains::accounts::model::{ClientAddress, UserId, UserState, Viewer};
use crate::domains::accounts::password::Password;
use crate::domains::accounts::store::sessions::{self, EndReason};
use crate::domains::accounts::store::users::{self, Account};
use crate::platform::clock;
use crate::platform::db::{Change, Conn};

/// Another hash of the password, over the one that was seen.
struct NewHash {
    seen: String,
    hash: String,
}

struct SigningIn {
    user: UserId,
    /// The same password, hashed as it is done now.
    rehash: Option<NewHash>,
}

impl Change for SigningIn {
    type Done = Given;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<Given, AccountError> {
        let now = clock::now();
        if let Some(NewHash { seen, hash }) = &self.rehash {
            users::set_password(conn, self.user, Some(seen), hash, now).await?;
        }
        begin_session(conn, self.user, now).await
    }
}

struct ChangingPassword {
    user: UserId,
    new: NewHash,
}

impl Change for ChangingPassword {
    type Done = Given;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<Given, AccountError> {
        let now = clock::now();
        let NewHash { seen, hash } = &self.new;
        // Somebody changed it meanwhile: the password that was given is no longer the present one.
        if !users::set_password(conn, self.user, Some(seen), hash, now).await? {
            return Err(AccountError::Unidentified);
        }
        sessions::end_all(conn, self.user, EndReason::PasswordChanged, now).await?;
        begin_session(conn, self.user, now).await
    }
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
        let (account, attempt, rehash) = self.identified(email, account, password, address).await?;
        if account.state == UserState::Disabled {
            return Err(AccountError::Disabled);
        }
        let user = account.id;
        self.went_well(&attempt, user).await?;
        let given = self.make(SigningIn { user, rehash }).await?;
        self.signed_in(given).await
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
        let (account, attempt, _) = self
            .identified(&viewer.email, account, current, address)
            .await?;
        self.went_well(&attempt, account.id).await?;
        let new = NewHash {
            seen: account.password_hash.unwrap_or_default(),
            hash: self.access.hashing.hash(new).await?,
        };
        let user = account.id;
        let given = self.make(ChangingPassword { user, new }).await?;
        self.signed_in(given).await
    }

    /// Checks a password, and counts the attempt when it is wrong.
    async fn identified(
        &self,
        email: &str,
        account: Option<Account>,
        password: Password,
        address: ClientAddress,
    ) -> Result<(Account, Attempt, Option<NewHash>), AccountError> {
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
            Checked::RightButOld => Some(NewHash {
                seen,
                hash: hashing.hash(password).await?,
            }),
        };
        Ok((account, attempt, rehash))
    }
}
