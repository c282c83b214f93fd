//! What a password may be.

/// The shortest password, in characters.
pub const SHORTEST: usize = 8;
/// The longest password, in characters.
pub const LONGEST: usize = 128;
/// No character takes more bytes.
const MOST_BYTES: usize = 4 * LONGEST;

/// A password as somebody typed it. It is not printed by `Debug`.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Password(..)")
    }
}

impl Password {
    /// As it was typed.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// What is hashed of it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it can be anybody's password at all. What cannot is never hashed.
    #[must_use]
    pub fn is_hashable(&self) -> bool {
        self.0.len() <= MOST_BYTES && self.0.chars().count() <= LONGEST
    }

    /// Why it must not be chosen for the account of `email`, as a sentence that says what to do.
    ///
    /// # Errors
    /// The sentence.
    pub fn check(&self, email: &str) -> Result<(), &'static str> {
        if !self.is_hashable() {
            return Err("A password has at most 128 characters: choose a shorter one.");
        }
        if self.0.chars().count() < SHORTEST {
            return Err("A password has at least 8 characters: choose a longer one.");
        }
        if self.0.trim().is_empty() {
            return Err("A password is more than spaces: choose another one.");
        }
        if self.0.trim().to_lowercase() == email.to_lowercase() {
            return Err("The password must not be the e-mail address: choose another one.");
        }
        Ok(())
    }
}
