//! What a person did wrong: data in the payload, with the input field it is about and a sentence that says what to do.
//!
//! Each room has an enum of codes and a type of its own, made by `user_errors!`, as storefronts know it.

/// Declares the type of a room's user errors and its enum of codes: `user_errors! { /// ... CartUserError, CartErrorCode }`.
macro_rules! user_errors {
    ($(#[doc = $about:literal])+ $name:ident, $code:ty) => {
        $(#[doc = $about])+
        #[derive(async_graphql::SimpleObject, Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            /// What went wrong, for programs.
            pub code: Option<$code>,
            /// The path of the input field that is at fault.
            pub field: Option<Vec<String>>,
            /// What went wrong and what to do about it, for people.
            pub message: String,
        }

        impl $name {
            /// About the input field at `path`; about the whole input when it is empty.
            #[must_use]
            pub fn new(code: $code, path: &[&str], message: impl Into<String>) -> Self {
                Self {
                    code: Some(code),
                    field: (!path.is_empty()).then(|| path.iter().map(|part| (*part).to_owned()).collect()),
                    message: message.into(),
                }
            }
        }
    };
}
pub(crate) use user_errors;
