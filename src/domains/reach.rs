//! How people are reached: what is taken for an e-mail address, and what for a phone number.

/// Characters of an e-mail address (RFC 5321, 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;
/// Characters of a phone number.
const LONGEST_PHONE: usize = 32;

/// Whether `text` looks like an e-mail address: one that mail could be sent to, without quotes or comments.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let fits = text.chars().count() <= LONGEST_EMAIL && (1..=64).contains(&local.chars().count());
    let of_local =
        |letter: char| letter.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(letter);
    let dots = |text: &str| text.split('.').all(|part| !part.is_empty());
    let label = |label: &str| {
        label.chars().count() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    fits && local.chars().all(of_local)
        && dots(local)
        && domain.contains('.')
        && dots(domain)
        && domain.split('.').all(label)
}

/// Whether `text` looks like a phone number.
#[must_use]
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.chars().count() <= LONGEST_PHONE
        && digits >= 3
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || "+ ()-./".contains(letter))
}
