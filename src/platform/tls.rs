//! TLS for what this program asks of others: one implementation, ring's.

/// Makes ring the one that does it, unless that was said before. Whoever makes a client for HTTP says it first: a client that
/// could speak TLS cannot be made without.
pub fn ready() {
    // Somebody was faster, and said the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
