//! Who may do what with an order, and what they are told.

use super::errors::{OrderErrorCode, OrderUserError, illegal};
use crate::domains::accounts::{CustomerId, Grant, Permission, Role, SessionId, UserId, Viewer};
use crate::domains::orders::access::as_whom;
use crate::domains::orders::desk_filter::Wanted;
use crate::domains::orders::rows::OrderRow;
use crate::domains::orders::{ActorKind, OrderError, OrderId, OrderState, PaymentMethod, Step};
use crate::platform::clock;
use crate::platform::secret::Secret;
use uuid::Uuid;

fn order(secret: &Secret) -> OrderRow {
    OrderRow {
        id: OrderId::new(),
        number: 1001,
        customer_id: CustomerId::new(),
        secret_hash: secret.hash().to_vec(),
        currency: "USD".to_owned(),
        language: "EN".to_owned(),
        state: OrderState::Pending,
        payment_method: PaymentMethod::Test,
        subtotal: 0,
        delivery: 0,
        tax: 0,
        discount: 0,
        total: 0,
        note: String::new(),
        attributes: serde_json::json!([]),
        cancel_reason: None,
        placed_at: clock::now(),
        cancelled_at: None,
    }
}

fn viewer(customer_id: CustomerId, roles: &[Role]) -> Viewer {
    Viewer {
        user_id: UserId::new(),
        session_id: SessionId::new(),
        customer_id,
        email: "somebody@example.com".to_owned(),
        grants: roles
            .iter()
            .map(|role| Grant {
                role: *role,
                vendor_id: role.is_of_vendor().then(Uuid::now_v7),
            })
            .collect(),
    }
}

#[test]
fn an_order_is_for_its_customer_for_who_has_its_secret_and_for_staff() {
    let (secret, wrong) = (Secret::new().unwrap(), Secret::new().unwrap());
    let order = order(&secret);
    let owner = viewer(order.customer_id, &[Role::Customer]);
    let stranger = viewer(CustomerId::new(), &[Role::Customer, Role::VendorOwner]);
    let support = viewer(CustomerId::new(), &[Role::Support]);
    let admin = viewer(CustomerId::new(), &[Role::Admin]);
    let kind = |viewer: Option<&Viewer>, secret: Option<&Secret>, permission| {
        let whose = (order.secret_hash.as_slice(), order.customer_id);
        as_whom(viewer, secret, whose, permission).map(|actor| {
            assert_eq!(actor.user_id, viewer.map(|viewer| viewer.user_id));
            actor.kind
        })
    };
    let read = Permission::OrdersRead;
    let cancel = Permission::OrdersCancel;
    for permission in [read, cancel] {
        assert_eq!(kind(None, None, permission), None);
        assert_eq!(kind(Some(&stranger), None, permission), None);
        let customer = Some(ActorKind::Customer);
        assert_eq!(kind(None, Some(&secret), permission), customer);
        assert_eq!(kind(Some(&stranger), Some(&secret), permission), customer);
        assert_eq!(kind(Some(&owner), None, permission), customer);
        assert_eq!(kind(Some(&owner), Some(&secret), permission), customer);
        assert_eq!(kind(Some(&admin), None, permission), Some(ActorKind::Staff));
        for viewer in [
            None,
            Some(&stranger),
            Some(&owner),
            Some(&support),
            Some(&admin),
        ] {
            assert_eq!(kind(viewer, Some(&wrong), permission), None);
        }
    }
    assert_eq!(kind(Some(&support), None, read), Some(ActorKind::Staff));
    assert_eq!(kind(Some(&support), None, cancel), None);
}

#[test]
fn an_illegal_step_names_the_legal_ones() {
    for (state, step, says) in [
        (
            OrderState::Shipped,
            Step::Accept,
            "This order is SHIPPED: from here it can be DELIVERED.",
        ),
        (
            OrderState::Preparing,
            Step::Deliver,
            "This order is PREPARING: from here it can be SHIPPED or REJECTED.",
        ),
        (
            OrderState::Pending,
            Step::Ship,
            "This order is PENDING: from here it can be ACCEPTED or REJECTED.",
        ),
        (
            OrderState::Delivered,
            Step::Deliver,
            "This order is DELIVERED: nothing more can be done with it.",
        ),
        (
            OrderState::Shipped,
            Step::Cancel,
            "This order is SHIPPED: only one that is PENDING or ACCEPTED can be cancelled.",
        ),
    ] {
        assert_eq!(illegal(state, step), says);
    }
}

#[test]
fn what_a_person_did_wrong_is_told_with_its_field() {
    let told = |error| {
        let error = OrderUserError::told(error, "vendorOrderId").unwrap();
        (error.code.unwrap(), error.field.unwrap().join("."))
    };
    assert_eq!(
        told(OrderError::NotFound),
        (OrderErrorCode::NotFound, "input.vendorOrderId".to_owned())
    );
    assert_eq!(
        told(OrderError::StaleVersion { present: 3 }),
        (OrderErrorCode::StaleVersion, "input.version".to_owned())
    );
    let long = OrderError::TooLong {
        field: "note",
        most: 500,
    };
    assert_eq!(
        told(long),
        (OrderErrorCode::TooLong, "input.note".to_owned())
    );
    for (error, code) in [
        (OrderError::KeyReused, "IDEMPOTENCY_KEY_REUSED"),
        (OrderError::Running, "REQUEST_IN_PROGRESS"),
    ] {
        let error = OrderUserError::told(error, "vendorOrderId").unwrap_err();
        let extensions = error.extensions.unwrap();
        assert_eq!(extensions.get("code"), Some(&code.into()));
    }
}

#[test]
fn what_is_typed_to_look_for_an_order_is_a_number_or_a_name() {
    for (typed, wanted) in [
        ("1001", Some(Wanted::Number(1001))),
        (" #1001 ", Some(Wanted::Number(1001))),
        ("#1001-2", Some(Wanted::Number(1001))),
        ("", None),
        ("  ", None),
        ("+1", Some(Wanted::Buyer("+1".to_owned()))),
        ("Anne-Marie", Some(Wanted::Buyer("Anne-Marie".to_owned()))),
        ("#", Some(Wanted::Buyer("#".to_owned()))),
        (
            "99999999999999999999",
            Some(Wanted::Buyer("99999999999999999999".to_owned())),
        ),
    ] {
        assert_eq!(Wanted::read(typed), wanted, "{typed}");
    }
}
