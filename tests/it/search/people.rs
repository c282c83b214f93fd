//! Those who run the marketplace.

use crate::support::Shop;
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::service::Newcomer;
use lilium::domains::accounts::{Password, Role};

/// The access token of somebody new with this role.
pub async fn staff(shop: &Shop, role: Role) -> String {
    let email = format!("{}@staff.example", role.name().to_lowercase());
    let newcomer = Newcomer {
        email: email.clone(),
        first_name: "Mira".to_owned(),
        last_name: "Saleh".to_owned(),
        role,
        vendor: None,
    };
    let password = Password::new(PASSWORD.to_owned());
    let accounts = shop.accounts();
    accounts
        .create_together(vec![newcomer], password)
        .await
        .unwrap();
    shop.sign_in(&email, PASSWORD).await
}
