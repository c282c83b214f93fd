//! Where settings come from, and what is said when one is wrong.

use super::settings::SETTINGS;
use super::value::Value;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Write};
use std::path::Path;

/// One setting, as it is documented.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// Its value when nobody sets it; empty for none.
    pub default: &'static str,
    /// A value it could have.
    pub example: &'static str,
    /// What it is.
    pub about: &'static [&'static str],
    /// What it may be.
    pub may_be: &'static str,
}

/// Texts of settings by name.
#[derive(Debug, Default, Clone)]
pub struct Source(BTreeMap<String, String>);

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// A sentence for each.
    pub faults: Vec<String>,
}

impl Display for ConfigError {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str("the settings are wrong:")?;
        self.faults
            .iter()
            .try_for_each(|fault| write!(out, "\n  {fault}"))
    }
}

impl Source {
    /// From pairs of name and text.
    #[must_use]
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, text)| (name.into(), text.into()))
                .collect(),
        )
    }

    /// The environment, and below it the file `.env` in `folder` where there is one.
    ///
    /// # Errors
    /// When the file is there but cannot be read as settings.
    pub fn from_environment(folder: &Path) -> Result<Self, ConfigError> {
        let mut texts = BTreeMap::new();
        let file = folder.join(".env");
        if file.exists() {
            let unreadable = |error: dotenvy::Error| ConfigError {
                faults: vec![format!("{} cannot be read: {error}", file.display())],
            };
            for pair in dotenvy::from_path_iter(&file).map_err(unreadable)? {
                let (name, text) = pair.map_err(unreadable)?;
                texts.insert(name, text);
            }
        }
        texts.extend(
            std::env::vars_os().filter_map(|(name, text)| {
                Some((name.into_string().ok()?, text.into_string().ok()?))
            }),
        );
        Ok(Self(texts))
    }
}

/// Reads settings one by one and keeps what is wrong with them.
pub(super) struct Reader<'a> {
    source: &'a Source,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            faults: Vec::new(),
        }
    }

    pub(super) fn value<T: Value>(&mut self, name: &str, default: &str) -> Option<T> {
        // An empty text is none: compose files pass on what is not set that way.
        let given = self
            .source
            .0
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        let value = T::read(given.unwrap_or(default));
        if value.is_none() {
            let shown = if T::SECRET {
                "not usable"
            } else {
                given.unwrap_or("empty")
            };
            self.faults
                .push(format!("{name} is {shown}: it must be {}.", T::MAY_BE));
        }
        value
    }

    pub(super) fn into_faults(self) -> Vec<String> {
        self.faults
    }
}

/// The text of `.env.example`.
#[must_use]
pub fn example() -> String {
    let mut text = "# Settings of Lilium. Copy this file to .env and change what you need; the environment goes first.\n".to_owned();
    for setting in SETTINGS {
        let about = setting
            .about
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join("\n# ");
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n# {about}\n# May be {}.\n#{}={}\n",
            setting.may_be, setting.name, setting.example
        );
    }
    text
}
