//! The errors that a client sees: a stable code, and a sentence.
//!
//! What the client did wrong is made by [`client_error`]; what we did wrong by [`internal`], which writes the
//! cause to the log and tells the client nothing of it. What a person did wrong (sold out, a wrong coupon) is no
//! error at all: it is data, in the payload's `userErrors`.

use std::fmt::Display;

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions, ServerError, Value};

/// Declares the codes: what each means, its name, and its text.
macro_rules! codes {
    ($($(#[doc = $about:literal])+ $name:ident = $text:literal;)*) => {
        /// What a client may rely on in `extensions.code`. A code is never renamed. `docs/ERRORS.md` tells clients what each means and
        /// what to do; a test fails for one that does not stand there.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[doc = $about])+ $name,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it stands in `extensions.code`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The HTTP request or one of its parameters is malformed.
    BadRequest = "BAD_REQUEST";
    /// A POST whose body is not declared as `application/json`.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    /// The client accepts none of the media types that are served.
    NotAcceptable = "NOT_ACCEPTABLE";
    /// The HTTP method is not served, or must not run this kind of operation.
    MethodNotAllowed = "METHOD_NOT_ALLOWED";
    /// The body is longer than is read.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE";
    /// The body did not arrive in time.
    RequestTimeout = "REQUEST_TIMEOUT";
    /// The document is not GraphQL.
    ParseFailed = "GRAPHQL_PARSE_FAILED";
    /// The document does not fit the schema.
    ValidationFailed = "GRAPHQL_VALIDATION_FAILED";
    /// No document is known by the hash or the id that names it: send its text beside the hash.
    PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND";
    /// Only documents that the shop knows are executed, and this is none of them.
    DocumentNotTrusted = "DOCUMENT_NOT_TRUSTED";
    /// The document has no operation of the given name, or several and no name is given.
    OperationResolutionFailure = "OPERATION_RESOLUTION_FAILURE";
    /// A variable or an argument has a value that the schema does not allow.
    BadUserInput = "BAD_USER_INPUT";
    /// The document asks for the schema, which this server does not tell.
    IntrospectionDisabled = "INTROSPECTION_DISABLED";
    /// The document or its variables are longer or wider than is served.
    DocumentTooLarge = "DOCUMENT_TOO_LARGE";
    /// The document or its variables are nested deeper than is served.
    DocumentTooDeep = "DOCUMENT_TOO_DEEP";
    /// The document asks for more rows than one request may.
    MaxCostExceeded = "MAX_COST_EXCEEDED";
    /// Nobody is signed in, or the token is none of this shop's or no longer valid.
    Unauthenticated = "UNAUTHENTICATED";
    /// Whoever is signed in may not do this.
    Forbidden = "FORBIDDEN";
    /// Tried too often: wait, and try again.
    TooManyRequests = "TOO_MANY_REQUESTS";
    /// The idempotency key was used for another input.
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED";
    /// The same request is being done at this moment.
    RequestInProgress = "REQUEST_IN_PROGRESS";
    /// There is no such thing, or whoever asks may not see it.
    NotFound = "NOT_FOUND";
    /// One connection follows more than it may at a time.
    TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS";
    /// A text that is no global id of this shop, or one of another type.
    InvalidId = "INVALID_ID";
    /// A cursor that is none of the list it is used in.
    InvalidCursor = "INVALID_CURSOR";
    /// An answer that would hold more than one answer may.
    AnswerTooLarge = "ANSWER_TOO_LARGE";
    /// The database holds no shop yet.
    ShopNotReady = "SHOP_NOT_READY";
    /// The database cannot be reached, or is too busy.
    ServiceUnavailable = "SERVICE_UNAVAILABLE";
    /// The operation took longer than one request may.
    Timeout = "TIMEOUT";
    /// The fault is ours.
    InternalServerError = "INTERNAL_SERVER_ERROR";
}

impl ErrorCode {
    /// The code that `error` carries.
    #[must_use]
    pub fn of(error: &ServerError) -> Option<Self> {
        let code = error.extensions.as_ref().and_then(|it| it.get("code"));
        let Some(Value::String(code)) = code else {
            return None;
        };
        Self::ALL.iter().copied().find(|it| it.as_str() == code)
    }

    /// Whether `error` carries this code.
    #[must_use]
    pub fn is_of(self, error: &ServerError) -> bool {
        let code = error.extensions.as_ref().and_then(|it| it.get("code"));
        matches!(code, Some(Value::String(code)) if code == self.as_str())
    }
}

/// What a client reads when something cannot be reached for the moment.
pub const BUSY: &str = "The shop is busy or its database cannot be reached: try again in a moment.";

/// An error of a resolver: something cannot be reached for the moment.
#[must_use]
pub fn busy() -> Error {
    client_error(ErrorCode::ServiceUnavailable, BUSY)
}

/// What a client reads when the fault is ours.
const MASKED: &str =
    "Something went wrong on our side. Please quote the request id when you report it.";

/// An error of a resolver: the client's fault, told in a sentence that says what to do.
#[must_use]
pub fn client_error(code: ErrorCode, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code.as_str()))
}

/// An error of a resolver: our fault. The cause goes to the log, the client gets a masked error.
#[must_use]
pub fn internal(cause: impl Display) -> Error {
    tracing::error!(%cause, "internal error");
    client_error(ErrorCode::InternalServerError, MASKED)
}

/// An error of a request as a whole, for an answer without data.
#[must_use]
pub fn request_error(code: ErrorCode, message: impl Into<String>) -> ServerError {
    with_code(ServerError::new(message, None), code)
}

/// The masked error of a request as a whole. Who calls it has logged the cause.
#[must_use]
pub fn internal_request_error() -> ServerError {
    request_error(ErrorCode::InternalServerError, MASKED)
}

/// `error` with its code set.
#[must_use]
pub fn with_code(mut error: ServerError, code: ErrorCode) -> ServerError {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("code", code.as_str());
    error
}
