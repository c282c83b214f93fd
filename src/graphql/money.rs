//! Money as the schema shows it: a decimal string and its currency.

use super::codes::CurrencyCode;
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
