//! What the filters that every shop has are called.

use crate::graphql::codes::LanguageCode;

/// Texts of one language.
#[derive(Debug)]
pub(super) struct Phrases {
    pub category: &'static str,
    pub price: &'static str,
    pub availability: &'static str,
    pub in_stock: &'static str,
    pub out_of_stock: &'static str,
    pub rating: &'static str,
    /// At least one to five stars.
    pub stars: [&'static str; 5],
    pub kind: &'static str,
    pub vendor: &'static str,
    pub tag: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
}

const ENGLISH: Phrases = Phrases {
    category: "Category",
    price: "Price",
    availability: "Availability",
    in_stock: "In stock",
    out_of_stock: "Out of stock",
    rating: "Rating",
    stars: [
        "1 star and up",
        "2 stars and up",
        "3 stars and up",
        "4 stars and up",
        "5 stars",
    ],
    kind: "Product type",
    vendor: "Vendor",
    tag: "Tag",
    yes: "Yes",
    no: "No",
};

const ARABIC: Phrases = Phrases {
    category: "الفئة",
    price: "السعر",
    availability: "التوفر",
    in_stock: "متوفر",
    out_of_stock: "غير متوفر",
    rating: "التقييم",
    stars: [
        "نجمة واحدة فأكثر",
        "نجمتان فأكثر",
        "3 نجوم فأكثر",
        "4 نجوم فأكثر",
        "5 نجوم",
    ],
    kind: "نوع المنتج",
    vendor: "البائع",
    tag: "الوسم",
    yes: "نعم",
    no: "لا",
};

/// The texts of a language; English for those that have none here.
pub(super) const fn phrases(language: LanguageCode) -> &'static Phrases {
    match language {
        LanguageCode::Ar => &ARABIC,
        _ => &ENGLISH,
    }
}
