//! Who an order goes to, as it is said and as it is checked.

use super::error::{Fault, FaultKind};
use crate::domains::orders::Contact;
use crate::domains::reach::{is_email, is_phone};
use crate::graphql::codes::CountryCode;
use crate::platform::idempotency::Key;

/// An address as a buyer says it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// Floor, door.
    pub address2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Code of the province or state.
    pub province_code: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// Country.
    pub country: Option<CountryCode>,
    /// Phone number.
    pub phone: Option<String>,
}

/// Characters of a line of an address.
const LONGEST_LINE: usize = 255;
/// Characters of a code: of a province, a postal code.
const LONGEST_CODE: usize = 32;

/// Checks an address and tells everything that is wrong with it.
///
/// # Errors
/// A fault for each field.
pub(super) fn contact(email: Option<&str>, address: &Address) -> Result<Contact, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut line = |field: &'static str, text: &Option<String>, most: usize, needed: bool| {
        let text = text.as_deref().unwrap_or_default().trim().to_owned();
        let path = ["shippingAddress", field];
        if needed && text.is_empty() {
            faults.push(Fault::new(FaultKind::Blank, &path, needed_for(field)));
        } else if text.chars().count() > most {
            let message = format!("`{field}` is longer than {most} characters.");
            faults.push(Fault::new(FaultKind::TooLong, &path, message));
        } else if text.chars().any(char::is_control) {
            let message = format!("`{field}` contains a control character: leave it out.");
            faults.push(Fault::new(FaultKind::Invalid, &path, message));
        }
        text
    };
    let contact = Contact {
        email: String::new(),
        first_name: line("firstName", &address.first_name, LONGEST_LINE, false),
        last_name: line("lastName", &address.last_name, LONGEST_LINE, true),
        company: line("company", &address.company, LONGEST_LINE, false),
        address1: line("address1", &address.address1, LONGEST_LINE, true),
        address2: line("address2", &address.address2, LONGEST_LINE, false),
        city: line("city", &address.city, LONGEST_LINE, true),
        province: line("provinceCode", &address.province_code, LONGEST_CODE, false),
        zip: line("zip", &address.zip, LONGEST_CODE, false),
        country: address
            .country
            .map_or_else(String::new, |country| country.code().to_owned()),
        phone: line("phone", &address.phone, LONGEST_CODE, false),
    };
    if address.country.is_none() {
        let path = ["shippingAddress", "countryCode"];
        let message = "Say which country it goes to.";
        faults.push(Fault::new(FaultKind::Blank, &path, message));
    }
    if !contact.phone.is_empty() && !is_phone(&contact.phone) {
        let path = ["shippingAddress", "phone"];
        let message = "This is no phone number: digits, spaces and + - ( ) are understood.";
        faults.push(Fault::new(FaultKind::Invalid, &path, message));
    }
    let email = match checked_email(email) {
        Ok(email) => email,
        Err(fault) => {
            faults.push(fault);
            String::new()
        }
    };
    if faults.is_empty() {
        Ok(Contact { email, ..contact })
    } else {
        Err(faults)
    }
}

fn needed_for(field: &str) -> String {
    match field {
        "lastName" => "Say who it goes to.".to_owned(),
        "address1" => "Say which street and number it goes to.".to_owned(),
        _ => format!("`{field}` is needed to bring the order."),
    }
}

fn checked_email(email: Option<&str>) -> Result<String, Fault> {
    let email = email.unwrap_or_default().trim();
    if email.is_empty() {
        let message = "Say where the confirmation goes.";
        return Err(Fault::new(FaultKind::Blank, &["email"], message));
    }
    if !is_email(email) {
        let message = "This is no e-mail address.";
        return Err(Fault::new(FaultKind::Invalid, &["email"], message));
    }
    Ok(email.to_owned())
}

/// What tells two addresses apart, without saying either.
pub(super) fn digest(address: &Address) -> [u8; 32] {
    let lines = [
        &address.first_name,
        &address.last_name,
        &address.company,
        &address.address1,
        &address.address2,
        &address.city,
        &address.province_code,
        &address.zip,
        &address.phone,
    ];
    Key::hash_of(&(lines, address.country))
}

impl std::fmt::Debug for Address {
    /// Without a word about the person.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Address")
    }
}
