//! The rules of accounts by example.

use super::email::clean;
use super::{CustomerId, SessionId, UserId};
use super::{Grant, Password, Permission, Role, Viewer};
use uuid::Uuid;

#[test]
fn an_address_is_kept_as_it_was_written_without_the_spaces_around() {
    for (text, kept) in [
        ("ada@example.com", "ada@example.com"),
        (
            "  Ada.Lovelace+shop@Mail.Example.com\n",
            "Ada.Lovelace+shop@Mail.Example.com",
        ),
        ("用户@例子.公司", "用户@例子.公司"),
    ] {
        assert_eq!(clean(text).as_deref(), Some(kept));
    }
    let long = format!("{}@example.com", "a".repeat(65));
    let longer = format!("a@{}com", "label.".repeat(50));
    for text in [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "a b@example.com",
        "ada@exa mple.com",
        "ada@@example.com",
        "ada@example.com@example.com",
        "ada@.com",
        "ada@example.",
        "ada@exa..mple",
        "a\0da@example.com",
        "ada\u{7f}@example.com",
        &long,
        &longer,
        &"a".repeat(1_000_000),
    ] {
        assert_eq!(clean(text), None, "{text:.80}");
    }
}

#[test]
fn a_password_has_bounds_and_is_not_the_address() {
    let check = |text: &str| Password::new(text.to_owned()).check("ada@example.com");
    for good in [
        "12345678",
        "a good password",
        &"a".repeat(128),
        &"字".repeat(128),
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "1234567",
        "        ",
        "ada@example.com",
        "ADA@example.com ",
        &"a".repeat(129),
        &"字".repeat(129),
        &"a".repeat(1_000_000),
    ] {
        assert!(check(bad).is_err(), "{bad:.80}");
    }
    assert_eq!(
        format!("{:?}", Password::new("hunter2!".to_owned())),
        "Password(..)"
    );
}

#[test]
fn nobody_grants_what_is_not_below_them() {
    use Role::{
        Admin, Customer, Driver, SuperAdmin, Support, VendorManager, VendorOwner, VendorStaff,
    };
    let may = |role: Role| {
        Role::ALL
            .into_iter()
            .filter(|other| role.may_grant(*other))
            .collect::<Vec<_>>()
    };
    assert_eq!(may(SuperAdmin), Role::ALL);
    assert_eq!(
        may(Admin),
        [
            Customer,
            VendorOwner,
            VendorManager,
            VendorStaff,
            Driver,
            Support
        ]
    );
    assert_eq!(may(VendorOwner), [VendorManager, VendorStaff]);
    for role in [Customer, VendorManager, VendorStaff, Driver, Support] {
        assert_eq!(may(role), []);
    }
}

fn viewer(grants: Vec<Grant>) -> Viewer {
    Viewer {
        user_id: UserId::new(),
        session_id: SessionId::new(),
        customer_id: CustomerId::new(),
        email: "ada@example.com".to_owned(),
        grants,
    }
}

#[test]
fn a_role_of_a_vendor_holds_there_and_nowhere_else() {
    let (own, other) = (Uuid::now_v7(), Uuid::now_v7());
    let owner = viewer(vec![
        Grant {
            role: Role::Customer,
            vendor_id: None,
        },
        Grant {
            role: Role::VendorOwner,
            vendor_id: Some(own),
        },
    ]);
    assert!(owner.may_at(Permission::VendorOrdersWork, own));
    assert!(!owner.may_at(Permission::VendorOrdersWork, other));
    assert!(!owner.may(Permission::VendorOrdersWork));
    assert!(owner.may_grant(Role::VendorStaff, Some(own)));
    assert!(!owner.may_grant(Role::VendorStaff, Some(other)));
    assert!(!owner.may_grant(Role::VendorOwner, Some(own)));
    assert_eq!(owner.permissions(), []);

    let admin = viewer(vec![Grant {
        role: Role::Admin,
        vendor_id: None,
    }]);
    assert!(admin.may_at(Permission::VendorOrdersWork, other));
    assert!(admin.may_grant(Role::VendorOwner, Some(other)) && !admin.may_grant(Role::Admin, None));
    assert_eq!(admin.permissions(), Permission::ALL);
    assert!(!viewer(Vec::new()).may(Permission::OrdersRead));
}

#[test]
fn a_viewer_is_not_printed() {
    let viewer = Viewer {
        user_id: UserId::new(),
        session_id: SessionId::new(),
        customer_id: CustomerId::new(),
        email: "ada@example.com".to_owned(),
        grants: Vec::new(),
    };
    assert_eq!(format!("{:?}", Some(viewer)), "Some(Viewer(..))");
}
