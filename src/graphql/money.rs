//! Money as the schema shows it: a decimal string and its currency.

use super::codes::CurrencyCode;
use super::ready::{Holds, Table, text, value};
use super::scalars::Decimal;
use async_graphql::SimpleObject;

/// An amount of money with its currency.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct MoneyV2 {
    /// The amount in units of the currency, such as `"29.99"`.
    pub amount: Decimal,
    /// The currency.
    pub currency_code: CurrencyCode,
}

impl Holds for MoneyV2 {
    const FIELDS: Table<Self> = &[
        ("amount", |money, _| text(money.amount.0.as_str())),
        ("currencyCode", |money, _| value(&money.currency_code)),
    ];
}

impl MoneyV2 {
    /// Shows an amount in minor units.
    #[must_use]
    pub fn from_minor(minor: i64, currency: CurrencyCode) -> Self {
        Self {
            amount: Decimal(decimal(minor, currency.digits())),
            currency_code: currency,
        }
    }
}

/// Writes minor units as a decimal with all digits of the currency. A currency without digits gets one zero, as storefronts
/// are used to (`"700.0"`).
fn decimal(minor: i64, digits: u32) -> String {
    let scale = 10_u64.pow(digits);
    let sign = if minor < 0 { "-" } else { "" };
    let units = minor.unsigned_abs() / scale;
    let rest = minor.unsigned_abs() % scale;
    match usize::try_from(digits) {
        Ok(width) if width > 0 => format!("{sign}{units}.{rest:0width$}"),
        _ => format!("{sign}{units}.0"),
    }
}

/// Reads an amount as clients write it, such as `"29.99"`, as minor units; `None` when it is none, is out of range, or has more
/// digits than the currency (zeros at the end do not count).
#[must_use]
pub fn minor_from_text(text: &str, currency: CurrencyCode) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| {
        !part.is_empty() && part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let width = usize::try_from(currency.digits()).ok()?;
    if fraction.len() > width {
        return None;
    }
    format!("{whole}{fraction:0<width$}").parse().ok()
}

/// Reads a number of units (a filter's bound) as minor units, rounded to the nearest; `None` when it is out of range.
#[must_use]
pub fn minor_from_units(units: f64, currency: CurrencyCode) -> Option<i64> {
    // Through its shortest decimal text, so that 19.99 is 1999 and not what a binary fraction makes of it.
    let text = format!("{units:.6}");
    let (whole, fraction) = text.split_once('.')?;
    let digits = usize::try_from(currency.digits()).ok()?;
    let kept: i64 = format!(
        "{}{}",
        whole.trim_start_matches('-'),
        fraction.get(..digits)?
    )
    .parse()
    .ok()?;
    let up = fraction
        .as_bytes()
        .get(digits)
        .is_some_and(|digit| *digit >= b'5');
    let minor = kept.checked_add(i64::from(up))?;
    Some(if whole.starts_with('-') {
        minor.checked_neg()?
    } else {
        minor
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::resolver_utils::EnumType;
    use proptest::prelude::*;

    /// Every currency there is.
    fn currency() -> impl Strategy<Value = CurrencyCode> {
        let all: Vec<CurrencyCode> = CurrencyCode::items()
            .iter()
            .map(|item| item.value)
            .collect();
        prop::sample::select(all)
    }

    proptest! {
        #[test]
        fn every_amount_of_every_currency_is_read_as_it_is_shown(minor in 0..1_000_000_000_000_000_000_i64, currency in currency()) {
            let shown = MoneyV2::from_minor(minor, currency).amount.0;
            prop_assert_eq!(minor_from_text(&shown, currency), Some(minor));
            let digits = shown.split_once('.').unwrap().1.len();
            prop_assert_eq!(digits, usize::try_from(currency.digits()).unwrap().max(1));
            // What is taken off is shown with a sign, and is never read.
            let below = MoneyV2::from_minor(-minor, currency).amount.0;
            prop_assert_eq!(below, if minor == 0 { shown } else { format!("-{shown}") });
            prop_assert_eq!(minor_from_text(&format!("-{minor}"), currency), None);
        }

        #[test]
        fn any_number_of_minor_units_is_shown(minor: i64, currency in currency()) {
            let shown = MoneyV2::from_minor(minor, currency).amount.0;
            let digits = shown.replace(['-', '.'], "");
            let kept = if currency.digits() == 0 { digits.strip_suffix('0').unwrap() } else { &digits };
            prop_assert_eq!(kept.parse::<u64>().unwrap(), minor.unsigned_abs());
        }

        #[test]
        fn no_text_is_an_amount_but_digits_and_a_point(text in prop_oneof![".{0,30}", "[0-9.eE+_ ,-]{0,24}"], currency in currency()) {
            if let Some(minor) = minor_from_text(&text, currency) {
                prop_assert!(minor >= 0 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{}", text);
                let units: f64 = text.parse().unwrap();
                let wanted = units * 10_f64.powi(i32::try_from(currency.digits()).unwrap());
                let minor: f64 = minor.to_string().parse().unwrap();
                prop_assert!((wanted - minor).abs() <= 1.0 + wanted * 1e-9, "{} {}", text, minor);
            }
        }

        #[test]
        fn units_are_rounded_to_the_nearest(minor in 0..1_000_000_000_i64, currency in currency(), any: f64) {
            let shown = MoneyV2::from_minor(minor, currency).amount.0;
            prop_assert_eq!(minor_from_units(shown.parse().unwrap(), currency), Some(minor));
            prop_assert_eq!(minor_from_units(-shown.parse::<f64>().unwrap(), currency), Some(-minor));
            // Whatever a client sends as a float is answered.
            if let (Some(minor), true) = (minor_from_units(any, currency), any.abs() < 1e9) {
                let wanted = any * 10_f64.powi(i32::try_from(currency.digits()).unwrap());
                let minor: f64 = minor.to_string().parse().unwrap();
                prop_assert!((wanted - minor).abs() <= 0.5 + 1e-3, "{} {}", any, minor);
            }
        }
    }

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        assert_eq!(decimal(2999, 2), "29.99");
        assert_eq!(decimal(5, 2), "0.05");
        assert_eq!(decimal(-1250, 3), "-1.250");
        assert_eq!(decimal(700, 0), "700.0");
        assert_eq!(decimal(i64::MIN, 2), "-92233720368547758.08");
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for (minor, currency) in [
            (2999, CurrencyCode::Usd),
            (5, CurrencyCode::Kwd),
            (700, CurrencyCode::Jpy),
            (0, CurrencyCode::Usd),
        ] {
            let shown = decimal(minor, currency.digits());
            assert_eq!(minor_from_text(&shown, currency), Some(minor), "{shown}");
        }
        assert_eq!(minor_from_text("29.9", CurrencyCode::Usd), Some(2990));
        assert_eq!(minor_from_text("29", CurrencyCode::Usd), Some(2900));
        for none in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1.001",
            "1,0",
            "9999999999999999999",
            "٣",
        ] {
            assert_eq!(minor_from_text(none, CurrencyCode::Usd), None, "{none}");
        }
    }

    #[test]
    fn units_become_minor_units_without_a_binary_fraction() {
        assert_eq!(minor_from_units(19.99, CurrencyCode::Usd), Some(1999));
        assert_eq!(minor_from_units(0.29, CurrencyCode::Usd), Some(29));
        assert_eq!(minor_from_units(1.0055, CurrencyCode::Kwd), Some(1006));
        assert_eq!(minor_from_units(500.0, CurrencyCode::Jpy), Some(500));
        assert_eq!(minor_from_units(1e300, CurrencyCode::Usd), None);
        assert_eq!(minor_from_units(f64::NAN, CurrencyCode::Usd), None);
    }
}
