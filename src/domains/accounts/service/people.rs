//! What whoever runs the marketplace does with accounts, from the command line.

use super::Accounts;
use crate::domains::accounts::email;
use crate::domains::accounts::error::AccountError;
use crate::domains::accounts::events::access_changed;
use crate::domains::accounts::model::{PersonListed, UserId, UserState};
use crate::domains::accounts::password::Password;
use crate::domains::accounts::role::Role;
use crate::domains::accounts::store::sessions::{self, EndReason};
use crate::domains::accounts::store::users::{self, Head, NewUser};
use crate::platform::clock;
use crate::platform::db::{Change, Conn};
use crate::platform::outbox::tell;
use crate::platform::secret::unprinted;
use uuid::Uuid;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// Somebody to have an account.
#[derive(Clone)]
pub struct NewPerson {
    /// The address.
    pub email: String,
    /// The password.
    pub password: Password,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
}

impl NewPerson {
    /// The user that they will be.
    pub(super) fn with_hash(self, password_hash: String) -> NewUser {
        NewUser {
            id: UserId::new(),
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            password_hash,
            now: clock::now(),
        }
    }
}

/// Somebody to have an account, with what they are besides a customer.
#[derive(Clone)]
pub struct Newcomer {
    /// The address.
    pub email: String,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
    /// The role.
    pub role: Role,
    /// Handle of the vendor that the role holds at.
    pub vendor: Option<String>,
}

unprinted!(NewPerson, Newcomer);

/// The same, with the address and the names as they are kept.
pub(super) fn checked(person: NewPerson) -> Result<NewPerson, AccountError> {
    let email = email::clean(&person.email).ok_or(AccountError::BadEmail)?;
    let first_name = name("firstName", &person.first_name)?;
    let last_name = name("lastName", &person.last_name)?;
    person
        .password
        .check(&email)
        .map_err(AccountError::BadPassword)?;
    Ok(NewPerson {
        email,
        first_name,
        last_name,
        ..person
    })
}

fn name(field: &'static str, text: &str) -> Result<String, AccountError> {
    let bad = || AccountError::BadText {
        field,
        most: LONGEST_NAME,
    };
    let text = text.trim();
    let fits = text.len() <= 4 * LONGEST_NAME
        && text.chars().count() <= LONGEST_NAME
        && !text.contains(char::is_control);
    fits.then(|| text.to_owned()).ok_or_else(bad)
}

/// An account to be made, with what it is besides a customer's.
struct Creation {
    user: NewUser,
    role: Role,
    vendor: Option<Uuid>,
}

/// All of them, or none.
struct Creating(Vec<Creation>);

impl Change for Creating {
    type Done = ();
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<(), AccountError> {
        for Creation { user, role, vendor } in &self.0 {
            if !users::insert(conn, user).await? {
                // An earlier try whose commit was made, and whose answer was lost, made them all.
                let before = users::is_there(conn, user.id).await?;
                return before.then_some(()).ok_or(AccountError::Taken);
            }
            users::grant(conn, user.id, Role::Customer, None, user.now).await?;
            users::grant(conn, user.id, *role, *vendor, user.now).await?;
        }
        Ok(())
    }
}

struct Disabling(UserId);

impl Change for Disabling {
    type Done = bool;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<bool, AccountError> {
        let (Self(user), now) = (self, clock::now());
        users::lock_takings(conn).await?;
        if let Some(role) = last_of(&users::heads(conn).await?, *user) {
            return Err(AccountError::LastOne { role: role.name() });
        }
        let changed = users::set_state(conn, *user, UserState::Disabled, now).await?;
        sessions::end_all(conn, *user, EndReason::Disabled, now).await?;
        tell(conn, access_changed(*user)).await?;
        Ok(changed)
    }
}

struct Revoking {
    user: UserId,
    role: Role,
    vendor: Option<Uuid>,
}

impl Change for Revoking {
    type Done = bool;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<bool, AccountError> {
        users::lock_takings(conn).await?;
        if last_of(&users::heads(conn).await?, self.user) == Some(self.role) {
            let role = self.role.name();
            return Err(AccountError::LastOne { role });
        }
        let gone = users::revoke(conn, self.user, self.role, self.vendor).await?;
        if gone {
            tell(conn, access_changed(self.user)).await?;
        }
        Ok(gone)
    }
}

struct Granting {
    user: UserId,
    role: Role,
    vendor: Option<Uuid>,
}

impl Change for Granting {
    type Done = bool;
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<bool, AccountError> {
        let given = users::grant(conn, self.user, self.role, self.vendor, clock::now()).await?;
        if given {
            tell(conn, access_changed(self.user)).await?;
        }
        Ok(given)
    }
}

/// The role whose last holder `user` is, of those that run the marketplace: SUPER_ADMIN, or ADMIN where nobody is that. `heads` are two
/// of them, whoever may do most first.
fn last_of(heads: &[Head], user: UserId) -> Option<Role> {
    let last = match heads {
        [one] => one,
        [one, other, ..] if one.role != other.role => one,
        _ => return None,
    };
    (last.user_id == user).then_some(last.role)
}

impl Accounts {
    /// Makes an account without signing it in. Everybody is a customer; `role` is what they are besides.
    ///
    /// # Errors
    /// As for [`Accounts::sign_up`]; [`AccountError::NoSuchVendor`], [`AccountError::WrongPlace`].
    pub async fn create(
        &self,
        person: NewPerson,
        role: Role,
        vendor: Option<&str>,
    ) -> Result<(), AccountError> {
        let person = checked(person)?;
        let vendor = self.place_of(role, vendor).await?;
        let user = self.new_user(person).await?;
        self.make(Creating(vec![Creation { user, role, vendor }]))
            .await
    }

    /// Makes accounts that have one password, all of them or none.
    ///
    /// # Errors
    /// As for [`Accounts::create`].
    pub async fn create_together(
        &self,
        people: Vec<Newcomer>,
        password: Password,
    ) -> Result<(), AccountError> {
        let password_hash = self.access.hashing.hash(password.clone()).await?;
        let mut creations = Vec::with_capacity(people.len());
        for newcomer in people {
            let vendor = self
                .place_of(newcomer.role, newcomer.vendor.as_deref())
                .await?;
            let person = checked(NewPerson {
                email: newcomer.email,
                password: password.clone(),
                first_name: newcomer.first_name,
                last_name: newcomer.last_name,
            })?;
            creations.push(Creation {
                user: person.with_hash(password_hash.clone()),
                role: newcomer.role,
                vendor,
            });
        }
        self.make(Creating(creations)).await
    }

    /// Whether anybody has an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn anybody(&self) -> Result<bool, AccountError> {
        let mut conn = self.database.get().await?;
        Ok(users::any(&mut conn).await?)
    }

    /// Gives a role, at a vendor for the roles of vendors; whether the user did not have it.
    ///
    /// # Errors
    /// [`AccountError::NoSuchUser`], [`AccountError::NoSuchVendor`], [`AccountError::WrongPlace`].
    pub async fn grant(
        &self,
        email: &str,
        role: Role,
        vendor: Option<&str>,
    ) -> Result<bool, AccountError> {
        let vendor = self.place_of(role, vendor).await?;
        let user = self.user_of(email).await?;
        self.make(Granting { user, role, vendor }).await
    }

    /// Takes a role away; whether the user had it.
    ///
    /// # Errors
    /// [`AccountError::NoSuchUser`], [`AccountError::NoSuchVendor`], [`AccountError::WrongPlace`], [`AccountError::LastOne`].
    pub async fn revoke(
        &self,
        email: &str,
        role: Role,
        vendor: Option<&str>,
    ) -> Result<bool, AccountError> {
        let vendor = self.place_of(role, vendor).await?;
        let user = self.user_of(email).await?;
        self.make(Revoking { user, role, vendor }).await
    }

    /// Closes an account and ends all its sessions; whether it was open.
    ///
    /// # Errors
    /// [`AccountError::NoSuchUser`], [`AccountError::LastOne`].
    pub async fn disable(&self, email: &str) -> Result<bool, AccountError> {
        let user = self.user_of(email).await?;
        self.make(Disabling(user)).await
    }

    /// Opens an account that was closed; whether it was.
    ///
    /// # Errors
    /// [`AccountError::NoSuchUser`].
    pub async fn enable(&self, email: &str) -> Result<bool, AccountError> {
        let user = self.user_of(email).await?;
        let mut conn = self.database.get().await?;
        Ok(users::set_state(&mut conn, user, UserState::Active, clock::now()).await?)
    }

    /// Accounts by address, at most a thousand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<PersonListed>, AccountError> {
        let mut conn = self.database.get().await?;
        Ok(users::list(&mut conn).await?)
    }

    async fn user_of(&self, email: &str) -> Result<UserId, AccountError> {
        let clean = email::clean(email).ok_or(AccountError::BadEmail)?;
        let mut conn = self.database.get().await?;
        let account = users::by_email(&mut conn, &clean).await?;
        account
            .map(|account| account.id)
            .ok_or(AccountError::NoSuchUser(clean))
    }

    /// The vendor that a role is to hold at.
    async fn place_of(
        &self,
        role: Role,
        vendor: Option<&str>,
    ) -> Result<Option<Uuid>, AccountError> {
        let name = role.name();
        match (role.is_of_vendor(), vendor) {
            (false, None) => Ok(None),
            (true, None) => Err(AccountError::WrongPlace(format!(
                "{name} is held at a vendor: name it with --vendor and its handle"
            ))),
            (false, Some(_)) => Err(AccountError::WrongPlace(format!(
                "{name} is not held at a vendor: leave --vendor out"
            ))),
            (true, Some(handle)) => {
                let mut conn = self.database.get().await?;
                let vendor = users::vendor(&mut conn, handle).await?;
                let missing = || AccountError::NoSuchVendor(handle.to_owned());
                vendor.ok_or_else(missing).map(Some)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Role, UserId, last_of};

    #[test]
    fn the_last_who_runs_the_marketplace_is_known() {
        let (ada, ben) = (UserId::new(), UserId::new());
        let head = |user_id, role| Head { user_id, role };
        let (top, admin) = (Role::SuperAdmin, Role::Admin);
        for (heads, last) in [
            (vec![], None),
            (vec![head(ada, admin)], Some(admin)),
            (vec![head(ben, admin)], None),
            (vec![head(ada, admin), head(ben, admin)], None),
            (vec![head(ada, top), head(ada, admin)], Some(top)),
            (vec![head(ada, top), head(ben, admin)], Some(top)),
            (vec![head(ben, top), head(ada, admin)], None),
            (vec![head(ada, top), head(ben, top)], None),
        ] {
            assert_eq!(last_of(&heads, ada), last, "{heads:?}");
        }
    }
}
