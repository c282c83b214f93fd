//! A card, as far as it is ever known here: what the gateway gave for its number.

/// A card that the gateway knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Card {
    /// The gateway's word for it.
    pub instrument: &'static str,
    /// Such as `Visa`.
    pub brand: &'static str,
    /// The last four digits.
    pub last_digits: String,
}

/// Why a text is no card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not 12 to 19 digits with the right check digit.
    #[error("this is no card number")]
    NoNumber,
    /// A number that the gateway does not know.
    #[error("the gateway does not know this card")]
    Unknown,
}

/// What the TEST gateway does with its cards; `docs/PAYMENTS.md` shows the same table.
const CARDS: [(&str, &str, &str); 8] = [
    ("4242424242424242", "Visa", "approve"),
    ("5555555555554444", "Mastercard", "approve"),
    ("4000000000000002", "Visa", "decline"),
    ("4000000000009995", "Visa", "decline_funds"),
    ("4000000000000077", "Visa", "delay"),
    ("4000000000000119", "Visa", "lose_answer"),
    ("4000000000000127", "Visa", "lose_request"),
    ("4000000000000341", "Visa", "go_away"),
];

impl Card {
    /// The card of a number, which may be written with spaces. The number itself is kept nowhere.
    ///
    /// # Errors
    /// See [`CardError`].
    pub fn of_number(number: &str) -> Result<Self, CardError> {
        if number.len() > 40 {
            return Err(CardError::NoNumber);
        }
        let digits: String = number.chars().filter(|sign| *sign != ' ').collect();
        if !is_card_number(&digits) {
            return Err(CardError::NoNumber);
        }
        let (_, brand, instrument) = CARDS
            .into_iter()
            .find(|(known, _, _)| *known == digits)
            .ok_or(CardError::Unknown)?;
        let last_digits = digits.chars().skip(digits.len() - 4).collect();
        Ok(Self {
            instrument,
            brand,
            last_digits,
        })
    }
}

/// Whether the digits are right by Luhn's rule (ISO/IEC 7812-1).
fn is_card_number(digits: &str) -> bool {
    let values: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(10)).collect();
    let Some(values) = values.filter(|values| (12..=19).contains(&values.len())) else {
        return false;
    };
    let doubled = |value: u32| if value > 4 { value * 2 - 9 } else { value * 2 };
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(at, value)| if at % 2 == 1 { doubled(*value) } else { *value })
        .sum();
    sum.is_multiple_of(10)
}
