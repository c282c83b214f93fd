//! The client that asks over HTTP.

use lilium::platform::tls;

/// A client that follows redirects and keeps connections.
pub fn client() -> reqwest::Client {
    tls::ready();
    reqwest::Client::new()
}

/// A client that is shown where it is sent.
pub fn client_that_stays() -> reqwest::Client {
    tls::ready();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}
