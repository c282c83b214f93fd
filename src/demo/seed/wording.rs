//! The texts that products, shelves and pages have alike.

use crate::demo::content::{Seo, Text};

/// Languages as the database names them.
pub(super) const ENGLISH: &str = "EN";
/// The other language of the demo shop; what is in English stands in the rows themselves.
pub(super) const ARABIC: &str = "AR";

/// What is said of a thing in one language.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    /// The title.
    pub title: String,
    /// What it is, as HTML.
    pub body_html: String,
    /// The title for search engines, where it has one of its own.
    pub seo_title: Option<String>,
    /// The description for search engines, where it has one of its own.
    pub seo_description: Option<String>,
}

impl Wording {
    /// A wording without texts of its own for search engines.
    pub fn plain(title: String, body_html: String) -> Self {
        Self {
            title,
            body_html,
            seo_title: None,
            seo_description: None,
        }
    }

    /// The English and the Arabic wording of what has both; `html` makes HTML of the body.
    pub fn both(
        title: &Text,
        body: &Text,
        seo: Option<&Seo>,
        html: fn(&str) -> String,
    ) -> (Self, Self) {
        let mut english = Self::plain(title.en.clone(), html(&body.en));
        let mut arabic = Self::plain(title.ar.clone(), html(&body.ar));
        if let Some(seo) = seo {
            english.seo_title = Some(seo.title.en.clone());
            english.seo_description = Some(seo.description.en.clone());
            arabic.seo_title = Some(seo.title.ar.clone());
            arabic.seo_description = Some(seo.description.ar.clone());
        }
        (english, arabic)
    }
}
