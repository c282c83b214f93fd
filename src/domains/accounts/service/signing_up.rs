//! Signing up.

use super::people::{NewPerson, checked};
use super::{Accounts, Given, NewSession, SignedIn};
use crate::config::SignUp;
use crate::domains::accounts::error::AccountError;
use crate::domains::accounts::model::ClientAddress;
use crate::domains::accounts::password::Password;
use crate::domains::accounts::role::Role;
use crate::domains::accounts::store::users::{self, NewUser};
use crate::platform::db::{Change, Conn};
use crate::platform::secret::unprinted;

/// What somebody who signs up says of themselves.
#[derive(Clone)]
pub struct SignUpInput {
    /// The address.
    pub email: String,
    /// The password.
    pub password: Password,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
}

unprinted!(SignUpInput);

struct SigningUp {
    user: NewUser,
    session: NewSession,
}

impl Change for SigningUp {
    type Done = Given;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<Given, AccountError> {
        let Self { user, session } = self;
        if !users::insert(conn, user).await? {
            // There is an account of this address: somebody's, or the one that an earlier try made.
            let before = session.begun_before(conn).await?;
            return before.ok_or(AccountError::Taken);
        }
        users::grant(conn, user.id, Role::Customer, None, user.now).await?;
        session.begin(conn, user.id, user.now).await
    }
}

impl Accounts {
    /// Makes an account with its customer, and signs it in.
    ///
    /// # Errors
    /// [`AccountError::SignUpClosed`], [`AccountError::BadEmail`], [`AccountError::BadText`], [`AccountError::BadPassword`],
    /// [`AccountError::Taken`], [`AccountError::Throttled`].
    pub async fn sign_up(
        &self,
        input: SignUpInput,
        address: ClientAddress,
    ) -> Result<SignedIn, AccountError> {
        if self.access.sign_up == SignUp::Invite {
            return Err(AccountError::SignUpClosed);
        }
        let SignUpInput {
            email,
            password,
            first_name,
            last_name,
        } = input;
        let person = checked(NewPerson {
            email,
            password,
            first_name,
            last_name,
        })?;
        self.count_sign_up(address).await?;
        let user = self.new_user(person).await?;
        let email = user.email.clone();
        let session = NewSession::new()?;
        let given = self.make(SigningUp { user, session }).await?;
        self.remember(given.user, &email, address).await?;
        self.signed_in(given).await
    }

    /// A user to be, with the password hashed.
    pub(super) async fn new_user(&self, person: NewPerson) -> Result<NewUser, AccountError> {
        let hash = self.access.hashing.hash(person.password.clone()).await?;
        Ok(person.with_hash(hash))
    }
}
