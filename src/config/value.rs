//! What settings can be.

use crate::graphql::links::CART;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashSet;
use std::net::IpAddr;
use std::path::PathBuf;

/// Something that a setting's text can be read as.
pub trait Value: Sized {
    /// What the text may be, as it follows "it must be".
    const MAY_BE: &'static str;
    /// Whether the text must not be shown.
    const SECRET: bool = false;

    /// Reads the text.
    fn read(text: &str) -> Option<Self>;
}

impl<T: Value> Value for Option<T> {
    const MAY_BE: &'static str = T::MAY_BE;
    const SECRET: bool = T::SECRET;

    fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            Some(None)
        } else {
            T::read(text).map(Some)
        }
    }
}

impl Value for String {
    const MAY_BE: &'static str = "a text";

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Value for PathBuf {
    const MAY_BE: &'static str = "a path";

    fn read(text: &str) -> Option<Self> {
        Some(Self::from(text)).filter(|path| !path.as_os_str().is_empty())
    }
}

impl Value for u16 {
    const MAY_BE: &'static str = "a port from 0 to 65535";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for IpAddr {
    const MAY_BE: &'static str = "an IP address such as 127.0.0.1 or 0.0.0.0";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A whole number between two others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within<const MIN: u32, const MAX: u32>(pub u32);

impl<const MIN: u32, const MAX: u32> Value for Within<MIN, MAX> {
    const MAY_BE: &'static str = match MAX {
        86_400 => "a whole number from 0 to 86400",
        65_536 => "a whole number from 0 to 65536",
        3_600 => "a whole number from 1 to 3600",
        600 if MIN == 0 => "a whole number from 0 to 600",
        600 => "a whole number from 1 to 600",
        10_000 => "a whole number from 10 to 10000",
        1_000_000 => "a whole number from 1 to 1000000",
        _ => "a whole number from 1 to 1000",
    };

    fn read(text: &str) -> Option<Self> {
        text.parse()
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
    }
}

/// A bound that may be off, which is 0 here. Nobody may write that: who does means that nothing is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpTo(pub u32);

impl UpTo {
    /// The largest.
    const MOST: u32 = 10_000_000;
}

impl Value for UpTo {
    const MAY_BE: &'static str = "a whole number from 1 to 10000000, or off";

    fn read(text: &str) -> Option<Self> {
        match text {
            "off" => Some(Self(0)),
            _ => text
                .parse()
                .ok()
                .filter(|number| (1..=Self::MOST).contains(number))
                .map(Self),
        }
    }
}

/// How strict the program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Shows everything.
    Development,
    /// Refuses what a stranger must not find.
    Production,
}

impl Value for Profile {
    const MAY_BE: &'static str = "development or production";

    fn read(text: &str) -> Option<Self> {
        match text {
            "development" => Some(Self::Development),
            "production" => Some(Self::Production),
            _ => None,
        }
    }
}

/// How lines are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Value for LogFormat {
    const MAY_BE: &'static str = "text or json";

    fn read(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Value for Flag {
    const MAY_BE: &'static str = "on or off";

    fn read(text: &str) -> Option<Self> {
        match text {
            "on" | "true" | "1" => Some(Self(true)),
            "off" | "false" | "0" => Some(Self(false)),
            _ => None,
        }
    }
}

/// An address of the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpUrl(pub String);

impl Value for HttpUrl {
    const MAY_BE: &'static str = "an address that begins with http:// or https://";

    fn read(text: &str) -> Option<Self> {
        let uri: axum::http::Uri = text.parse().ok()?;
        let fits = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none();
        fits.then(|| Self(text.trim_end_matches('/').to_owned()))
    }
}

/// The address of a collector of traces. It stands beside the program or in its network: it is reached without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorUrl(pub String);

impl Value for CollectorUrl {
    const MAY_BE: &'static str = "an address that begins with http://";

    fn read(text: &str) -> Option<Self> {
        HttpUrl::read(text)
            .filter(|url| url.0.starts_with("http://") && !url.0.contains('@'))
            .map(|url| Self(url.0))
    }
}

/// The address of a checkout, with a place for the cart's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutUrl(pub String);

impl Value for CheckoutUrl {
    const MAY_BE: &'static str = "an address that begins with http:// or https:// and has {cart} where the cart's id is to stand";

    fn read(text: &str) -> Option<Self> {
        let uri: axum::http::Uri = text.replace(CART, "cart").parse().ok()?;
        let fits = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && text.contains(CART);
        fits.then(|| Self(text.to_owned()))
    }
}

/// An address of a PostgreSQL server; never shown, since it has a password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(pub String);

impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("PostgresUrl(..)")
    }
}

impl PostgresUrl {
    pub(super) fn password(&self) -> Option<String> {
        let config: tokio_postgres::Config = self.0.parse().ok()?;
        config
            .get_password()
            .map(|password| String::from_utf8_lossy(password).into_owned())
    }
}

impl Value for PostgresUrl {
    const MAY_BE: &'static str = "an address such as postgres://user:password@host:5432/database, without sslmode=require (put TLS in a \
         proxy beside this program)";
    const SECRET: bool = true;

    fn read(text: &str) -> Option<Self> {
        let config: tokio_postgres::Config = text.parse().ok()?;
        let plain = config.get_ssl_mode() != tokio_postgres::config::SslMode::Require;
        (plain && !config.get_hosts().is_empty() && config.get_dbname().is_some())
            .then(|| Self(text.to_owned()))
    }
}

/// An address of a Redis server; never shown, since it may have a password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(pub String);

impl std::fmt::Debug for RedisUrl {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("RedisUrl(..)")
    }
}

impl Value for RedisUrl {
    const MAY_BE: &'static str =
        "an address such as redis://host:6379 or redis+unix:///path/of/socket";
    const SECRET: bool = true;

    fn read(text: &str) -> Option<Self> {
        redis::Client::open(text)
            .ok()
            .map(|_| Self(text.to_owned()))
    }
}

/// Whether anybody may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody.
    Open,
    /// Nobody by themselves: accounts are made on the command line.
    Invite,
}

impl Value for SignUp {
    const MAY_BE: &'static str = "open or invite";

    fn read(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "invite" => Some(Self::Invite),
            _ => None,
        }
    }
}

/// One key that access tokens are signed with; its secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// Its name, which stands in each token that it signed.
    pub kid: String,
    /// At least [`TokenKey::LEAST`] bytes.
    pub secret: Vec<u8>,
}

impl TokenKey {
    /// Bytes of a secret at least: as many as the signature has.
    pub const LEAST: usize = 32;

    /// Reads `kid:secret`, the secret in base64url.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (kid, secret) = text.split_once(':')?;
        let plain = (1..=40).contains(&kid.len())
            && kid
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let secret = URL_SAFE_NO_PAD.decode(secret.trim_end_matches('=')).ok()?;
        (plain && secret.len() >= Self::LEAST).then(|| Self {
            kid: kid.to_owned(),
            secret,
        })
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "TokenKey({})", self.kid)
    }
}

/// The keys that access tokens are signed with: the first signs, all verify. There is one at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKeys(pub Vec<TokenKey>);

impl Value for TokenKeys {
    const MAY_BE: &'static str = "a list of kid:secret joined by commas, each kid another, each secret at least 32 bytes in base64url \
         (`openssl rand -base64 32 | tr +/ -_` makes one)";
    const SECRET: bool = true;

    fn read(text: &str) -> Option<Self> {
        let keys = text
            .split(',')
            .map(|key| TokenKey::read(key.trim()))
            .collect::<Option<Vec<_>>>()?;
        let kids: HashSet<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
        (kids.len() == keys.len()).then_some(())?;
        Some(Self(keys))
    }
}

/// The token of whoever reads the numbers; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct MetricsToken(pub String);

impl std::fmt::Debug for MetricsToken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("MetricsToken(..)")
    }
}

impl Value for MetricsToken {
    const MAY_BE: &'static str = "at least 16 printable ASCII characters without spaces";
    const SECRET: bool = true;

    fn read(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        (text.len() >= 16 && plain).then(|| Self(text.to_owned()))
    }
}

/// A secret; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(..)")
    }
}

impl Value for Secret {
    const MAY_BE: &'static str = "a secret text";
    const SECRET: bool = true;

    fn read(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }
}

/// What names of indexes begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPrefix(pub String);

impl Value for IndexPrefix {
    const MAY_BE: &'static str = "1 to 40 of the characters a-z, 0-9 and -";

    fn read(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(plain);
        fits.then(|| Self(text.to_owned()))
    }
}
