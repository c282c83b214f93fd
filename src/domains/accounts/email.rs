//! Addresses that accounts go by.

/// The longest address, in characters.
const LONGEST: usize = 254;

/// An address as it is kept, when it is one: something before one @, a name with a dot behind it, nothing that cannot be seen. Whether
/// mail arrives there is another question, which only mail can answer.
#[must_use]
pub fn clean(text: &str) -> Option<String> {
    // Longer texts are not looked at: spaces around an address are few.
    let text = (text.len() <= 4 * LONGEST).then(|| text.trim())?;
    let (name, domain) = text.split_once('@')?;
    let visible = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '@';
    let labels = domain.split('.').all(|label| !label.is_empty());
    let fits = !name.is_empty()
        && name.chars().count() <= 64
        && domain.contains('.')
        && labels
        && text.chars().count() <= LONGEST
        && name.chars().all(visible)
        && domain.chars().all(visible);
    fits.then(|| text.to_owned())
}

/// The form under which an address is counted and compared outside the database.
#[must_use]
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
