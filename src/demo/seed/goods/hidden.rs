//! Products that are there and not to be seen, so that people and tests can see that they are not.

use super::{Arabic, Item, Standing};
use crate::demo::seed::calendar::FAR_AHEAD;
use crate::demo::seed::wording::Wording;

/// A product that the public does not see, and why.
#[derive(Debug, Clone, Copy)]
pub struct Hidden {
    /// Its handle.
    pub handle: &'static str,
    /// Its title in English.
    pub title: &'static str,
    /// Its title in Arabic.
    pub title_ar: &'static str,
    standing: Standing,
    sku_prefix: &'static str,
}

/// Every product that the public does not see: a draft, one that waits for moderation, one whose time has not come.
pub const HIDDEN: [Hidden; 3] = [
    Hidden {
        handle: "studio-sample-draft",
        title: "Studio Sample (draft)",
        title_ar: "عيّنة من المشغل (مسودة)",
        standing: Standing {
            state: "DRAFT",
            ..Standing::PUBLIC
        },
        sku_prefix: "SAMPLE-DRAFT",
    },
    Hidden {
        handle: "studio-sample-pending",
        title: "Studio Sample (awaiting approval)",
        title_ar: "عيّنة من المشغل (بانتظار الموافقة)",
        standing: Standing {
            moderation: "PENDING",
            ..Standing::PUBLIC
        },
        sku_prefix: "SAMPLE-PENDING",
    },
    Hidden {
        handle: "studio-sample-upcoming",
        title: "Studio Sample (not yet published)",
        title_ar: "عيّنة من المشغل (لم تُنشر بعد)",
        standing: Standing {
            published_at: Some(FAR_AHEAD),
            ..Standing::PUBLIC
        },
        sku_prefix: "SAMPLE-UPCOMING",
    },
];

impl Hidden {
    /// The product: `model` under another name, hidden.
    pub(super) fn item(&self, model: &Item) -> Item {
        let mut item = model.clone();
        item.handle = self.handle.to_owned();
        item.wording = Wording::plain(self.title.to_owned(), model.wording.body_html.clone());
        item.arabic = model.arabic.as_ref().map(|arabic| self.arabic(arabic));
        item.standing = self.standing;
        item.sold = 0;
        item.rating = None;
        for (number, variant) in (1..).zip(&mut item.variants) {
            variant.sku = format!("{}-{number}", self.sku_prefix);
        }
        item
    }

    fn arabic(&self, model: &Arabic) -> Arabic {
        let body = model.wording.body_html.clone();
        let wording = Wording::plain(self.title_ar.to_owned(), body);
        Arabic {
            handle: None,
            wording,
            product_type: model.product_type.clone(),
        }
    }
}
