//! Which media type a request has, and which its answer gets.

#[cfg(test)]
mod tests;

use axum::http::{
    HeaderMap,
    header::{ACCEPT, CONTENT_TYPE},
};

/// The media types that answers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`, whose statuses tell what became of the request.
    GraphqlResponse,
    /// `application/json`, which is 200 for every GraphQL request that could be read.
    Json,
}

impl MediaType {
    /// The type and subtype.
    const fn essence(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }

    /// The answer's `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// The media type that the client likes best, or none when it accepts neither. A client that does not say gets JSON.
pub(super) fn choose(headers: &HeaderMap) -> Option<MediaType> {
    let accept = accepted(headers);
    if accept.trim().is_empty() {
        return Some(MediaType::Json);
    }
    let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::parse).collect();
    let json = preference(&ranges, MediaType::Json.essence());
    let graphql = preference(&ranges, MediaType::GraphqlResponse.essence());
    match graphql.zip(json) {
        Some((graphql, json)) if graphql.is_over(json) => Some(MediaType::GraphqlResponse),
        Some(_) => Some(MediaType::Json),
        None => graphql
            .map(|_| MediaType::GraphqlResponse)
            .or(json.map(|_| MediaType::Json)),
    }
}

/// Whether the client names events, and likes them better than one answer.
pub(super) fn wants_events(headers: &HeaderMap) -> bool {
    let accept = accepted(headers);
    let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::parse).collect();
    let quality = |essence| preference(&ranges, essence).map_or(0, |it| it.quality);
    let one = [MediaType::Json, MediaType::GraphqlResponse].map(|it| quality(it.essence()));
    preference(&ranges, EVENTS)
        .filter(|it| it.closeness == Range::EXACT)
        .is_some_and(|events| one.iter().all(|quality| events.quality > *quality))
}

/// The media type of server-sent events.
const EVENTS: &str = "text/event-stream";

fn accepted(headers: &HeaderMap) -> String {
    let accept = headers.get_all(ACCEPT).iter();
    let accept: Vec<&str> = accept.filter_map(|it| it.to_str().ok()).collect();
    accept.join(",")
}

/// Whether the body is declared as JSON in UTF-8, which is the only encoding that JSON has.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let declared = headers
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let mut parts = declared.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case(MediaType::Json.essence()) && parts.all(is_utf8_or_no_charset)
}

fn is_utf8_or_no_charset(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    !name.trim().eq_ignore_ascii_case("charset")
        || ["utf-8", "utf8"]
            .iter()
            .any(|it| value.trim().trim_matches('"').eq_ignore_ascii_case(it))
}

/// How much a client likes a media type: thousandths of its `q`, and how closely it named the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Preference {
    quality: u16,
    closeness: u8,
}

impl Preference {
    /// Between two that are liked the same, the newer type is taken where it is named, JSON where a wildcard is.
    fn is_over(self, json: Self) -> bool {
        if self.quality != json.quality {
            return self.quality > json.quality;
        }
        self.closeness >= json.closeness && self.closeness == Range::EXACT
    }
}

/// The closest range decides, even when a wider one is liked better; `q=0` is a refusal.
fn preference(ranges: &[Range<'_>], essence: &str) -> Option<Preference> {
    ranges
        .iter()
        .filter_map(|range| {
            let closeness = range.closeness_to(essence)?;
            Some(Preference {
                quality: range.quality,
                closeness,
            })
        })
        .max_by_key(|it| (it.closeness, it.quality))
        .filter(|it| it.quality > 0)
}

/// One entry of an `Accept` header.
struct Range<'a> {
    essence: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    /// The closeness of a range that names a type in full.
    const EXACT: u8 = 2;

    /// An entry that makes no sense is passed over.
    fn parse(entry: &'a str) -> Option<Self> {
        let mut parts = entry.split(';').map(str::trim);
        let essence = parts.next().filter(|it| it.contains('/'))?;
        let mut quality = 1_000;
        for parameter in parts {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if name.trim().eq_ignore_ascii_case("q") {
                quality = thousandths(value.trim())?;
            } else if !is_utf8_or_no_charset(parameter) {
                return None;
            }
        }
        Some(Self { essence, quality })
    }

    fn closeness_to(&self, essence: &str) -> Option<u8> {
        match self.essence {
            "*/*" => Some(0),
            // Whoever wants events names them: no wildcard asks for them.
            it if it.eq_ignore_ascii_case("application/*") => Some(1),
            it if it.eq_ignore_ascii_case(essence) => Some(Self::EXACT),
            _ => None,
        }
    }
}

/// `0.85` as 850. More than three decimals are cut; what is no number from 0 to 1 is none.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    if !decimals.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let decimals: String = decimals.chars().chain("000".chars()).take(3).collect();
    match whole {
        "0" => decimals.parse().ok(),
        "1" => Some(1_000),
        _ => None,
    }
}
