//! Who signs in at the demo shop: customers, the people of its vendors, and an administrator, all with one known password. That is
//! why none of them is ever made in production.

use super::content::{self, Vendor};
use crate::domains::accounts::service::{Accounts, Newcomer};
use crate::domains::accounts::{AccountError, Password, Role};

/// The password of everybody at the demo shop.
pub const PASSWORD: &str = "lilium-demo";

/// The customers, by address and name.
const CUSTOMERS: [(&str, &str, &str); 3] = [
    ("ada@example.com", "Ada", "Marlowe"),
    ("bilal@example.com", "Bilal", "Haddad"),
    ("chen@example.com", "Chen", "Wei"),
];

/// Who runs the marketplace.
pub const ADMIN: &str = "admin@example.com";

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The demo shop's files are not what the program expects: a mistake in the program.
    #[error("the content of the demo shop cannot be read: {0}")]
    Content(#[from] serde_json::Error),
    /// An account could not be made.
    #[error("the accounts of the demo shop could not be made: {0}")]
    Account(#[from] AccountError),
}

/// Adds the people of the demo shop; nobody where anybody has an account already, for the shop may be in earnest use.
///
/// # Errors
/// See [`PeopleError`].
pub async fn add(accounts: &Accounts) -> Result<(), PeopleError> {
    if accounts.anybody().await? {
        return Ok(());
    }
    let people = everybody(&content::load()?.vendors);
    match accounts
        .create_together(people, Password::new(PASSWORD.to_owned()))
        .await
    {
        // Another instance was faster.
        Err(AccountError::Taken) => Ok(()),
        other => Ok(other?),
    }
}

/// A few of them, as a person is told who starts the demo: a customer, somebody of a vendor, the administrator.
///
/// # Errors
/// See [`PeopleError`].
pub fn some() -> Result<[String; 3], PeopleError> {
    let vendors = content::load()?.vendors;
    let owner = vendors.first().map(|vendor| owner(&vendor.handle));
    let owner = owner.unwrap_or_default();
    Ok([CUSTOMERS[0].0.to_owned(), owner, ADMIN.to_owned()])
}

/// The address of the owner of the vendor with this handle.
pub(super) fn owner(vendor: &str) -> String {
    format!("owner@{vendor}.example")
}

fn everybody(vendors: &[Vendor]) -> Vec<Newcomer> {
    let customers = CUSTOMERS.map(|(email, first, last)| {
        newcomer(email.to_owned(), (first, last), Role::Customer, None)
    });
    let staff = vendors.iter().flat_map(|vendor| {
        let name = vendor.name.en.as_str();
        let at = |email, first, role| newcomer(email, (first, name), role, Some(&vendor.handle));
        [
            at(owner(&vendor.handle), "Owner of", Role::VendorOwner),
            at(
                format!("clerk@{}.example", vendor.handle),
                "Clerk at",
                Role::VendorStaff,
            ),
        ]
    });
    let admin = newcomer(
        ADMIN.to_owned(),
        ("The", "Administrator"),
        Role::Admin,
        None,
    );
    customers.into_iter().chain(staff).chain([admin]).collect()
}

fn newcomer(email: String, name: (&str, &str), role: Role, vendor: Option<&str>) -> Newcomer {
    Newcomer {
        email,
        first_name: name.0.to_owned(),
        last_name: name.1.to_owned(),
        role,
        vendor: vendor.map(str::to_owned),
    }
}
