//! The cities that vendors are at home in.

/// A city and its country.
#[derive(Debug)]
pub(super) struct Place {
    /// Its English name.
    pub city: &'static str,
    /// Its Arabic name.
    pub city_ar: &'static str,
    /// Its country, two letters (ISO 3166).
    pub country: &'static str,
}

const fn place(city: &'static str, city_ar: &'static str, country: &'static str) -> Place {
    Place {
        city,
        city_ar,
        country,
    }
}

/// Every city that is known.
pub(super) const PLACES: [Place; 24] = [
    place("Lisbon", "لشبونة", "PT"),
    place("Copenhagen", "كوبنهاغن", "DK"),
    place("Mahdia", "المهدية", "TN"),
    place("Tripoli", "طرابلس", "LB"),
    place("Zahle", "زحلة", "LB"),
    place("Porto", "بورتو", "PT"),
    place("Fez", "فاس", "MA"),
    place("Elche", "إلتشي", "ES"),
    place("Cairo", "القاهرة", "EG"),
    place("Haarlem", "هارلم", "NL"),
    place("Ljubljana", "ليوبليانا", "SI"),
    place("Biel", "بييل", "CH"),
    place("Amman", "عمّان", "JO"),
    place("Kuwait City", "مدينة الكويت", "KW"),
    place("Izmir", "إزمير", "TR"),
    place("Bologna", "بولونيا", "IT"),
    place("Ghent", "غنت", "BE"),
    place("Leipzig", "لايبزيغ", "DE"),
    place("Lyon", "ليون", "FR"),
    place("Galway", "غالواي", "IE"),
    place("Bristol", "بريستول", "GB"),
    place("Malmö", "مالمو", "SE"),
    place("Montreal", "مونتريال", "CA"),
    place("Portland", "بورتلاند", "US"),
];

/// The place of this English name.
pub(super) fn find(city: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.city == city)
}
