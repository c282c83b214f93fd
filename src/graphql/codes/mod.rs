//! The codes of countries, languages and currencies that the schema knows.

mod country;
mod currency;
mod language;

pub use country::CountryCode;
pub use currency::CurrencyCode;
pub use language::LanguageCode;

/// Declares an enum of codes: `Variant "CODE" "English name" ["native name or sign"]`.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$about:meta])* $variant:ident $code:literal $english:literal $($native:literal)?,)* }
    ) => {
        $(#[$meta])*
        #[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = $english] #[graphql(name = $code)] $(#[$about])* $variant,)*
        }

        impl $name {
            /// The code itself.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The name in English.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $english,)* }
            }

            /// The one of this code, which is written as in the schema.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// A language's name in itself, a currency's sign; the code where there is none.
            #[must_use]
            pub fn native(self) -> &'static str {
                match self { $(Self::$variant => super::codes!(@native $code $($native)?),)* }
            }
        }
    };
    (@native $code:literal $native:literal) => { $native };
    (@native $code:literal) => { $code };
}
use codes;
