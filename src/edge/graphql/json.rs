//! JSON in which each name stands once. Of a name that stands twice others may believe the first: whoever looks at requests before
//! this program would see another one than is executed.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value as Json};

/// Reads JSON.
///
/// # Errors
/// Where it is none, or a name stands in it twice.
pub(super) fn read(text: &[u8]) -> serde_json::Result<Json> {
    serde_json::from_slice(text).map(|Once(json)| json)
}

/// A value in which each name stands once.
struct Once(Json);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Reader).map(Self)
    }
}

/// Reads as [`Json`] itself does, but for names.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(value)) = values.next_element()? {
            list.push(value);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some((name, Once(value))) = fields.next_entry::<String, Once>()? {
            if object.contains_key(&name) {
                let shown: String = name.chars().take(40).collect();
                return Err(A::Error::custom(format!("`{shown}` is given twice")));
            }
            object.insert(name, value);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_json_reads() {
        for text in [
            "null",
            "true",
            "-7",
            "18446744073709551615",
            "1.5e3",
            "\"\\u00e9\\ud83d\\ude00\"",
            "[1,[2,{\"a\":null}]]",
            "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"b\":\"\"}",
            "",
            "{",
            "[1,]",
            "{\"a\":1}x",
            "1e999",
            "\"\\ud800\"",
        ] {
            let (ours, theirs) = (read(text.as_bytes()), serde_json::from_str::<Json>(text));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{text}");
            assert_eq!(ours.ok(), theirs.ok(), "{text}");
        }
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(read(deep(100).as_bytes()).is_ok() && read(deep(100_000).as_bytes()).is_err());
    }

    #[test]
    fn a_name_twice_is_refused_however_it_is_written() {
        for text in [
            r#"{"query":1,"query":2}"#,
            r#"{"query":1,"qu\u0065ry":1}"#,
            r#"{"variables":{"a":1,"b":{"c":1,"c":1}}}"#,
            r#"[{"a":1,"a":1}]"#,
        ] {
            let said = read(text.as_bytes()).unwrap_err().to_string();
            assert!(said.contains("is given twice"), "{said}");
        }
    }
}
