//! Bodies that are odd as JSON.

use super::{DEEP, INPUT, INVALID, LARGE, many};

/// Bodies that are odd as JSON.
pub fn bodies() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let with = |variables: &str| {
        format!(r#"{{"query":"query($v: String) {{ products(first: 1, query: $v) {{ nodes {{ id }} }} }}","variables":{variables}}}"#).into_bytes()
    };
    vec![
        (
            "lists in a variable",
            with(&format!(
                "{{\"v\":{}{}}}",
                "[".repeat(50_000),
                "]".repeat(50_000)
            )),
            &["BAD_REQUEST", DEEP],
        ),
        (
            "lists in a variable, 40 deep",
            with(&format!("{{\"v\":{}1{}}}", "[".repeat(40), "]".repeat(40))),
            &[DEEP],
        ),
        (
            "objects in a variable",
            with(&format!("{}1{}", "{\"v\":".repeat(40), "}".repeat(40))),
            &[DEEP],
        ),
        (
            "100,000 values",
            with(&format!("{{\"v\":[{}1]}}", "1,".repeat(100_000))),
            &[LARGE],
        ),
        (
            "100,000 variables",
            with(&format!(
                "{{{}\"v\":\"a\"}}",
                many(100_000, |it| format!("\"{it}\":1,"))
            )),
            &[LARGE, "PAYLOAD_TOO_LARGE"],
        ),
        (
            "a text of half a megabyte",
            with(&format!("{{\"v\":\"{}\"}}", "x".repeat(500_000))),
            &[LARGE],
        ),
        (
            "a number of 100 kB",
            with(&format!("{{\"v\":{}}}", "9".repeat(100_000))),
            &["BAD_REQUEST", LARGE, INPUT, INVALID],
        ),
        (
            "a number that is none",
            with("{\"v\":1e999999}"),
            &["BAD_REQUEST", INPUT, INVALID],
        ),
        (
            "half a character",
            with("{\"v\":\"\\ud800\"}"),
            &["BAD_REQUEST"],
        ),
        (
            "no UTF-8",
            [
                b"{\"query\":\"{ shop { name } }".as_slice(),
                &[0xff, 0xfe, 0x22, 0x7d],
            ]
            .concat(),
            &["BAD_REQUEST"],
        ),
        (
            "UTF-16",
            "{\"query\":\"{ shop { name } }\"}"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            &["BAD_REQUEST"],
        ),
        (
            "a mark of order",
            [
                &[0xef, 0xbb, 0xbf],
                b"{\"query\":\"{ shop { name } }\"}".as_slice(),
            ]
            .concat(),
            &["BAD_REQUEST"],
        ),
        (
            "a batch",
            b"[{\"query\":\"{ shop { name } }\"}]".to_vec(),
            &["BAD_REQUEST"],
        ),
        ("brackets", vec![b'['; 900_000], &["BAD_REQUEST"]),
        (
            "an operation name of 100 kB",
            format!(
                "{{\"query\":\"{{ shop {{ name }} }}\",\"operationName\":\"{}\"}}",
                "n".repeat(100_000)
            )
            .into_bytes(),
            &["OPERATION_RESOLUTION_FAILURE", LARGE, "BAD_REQUEST"],
        ),
        (
            "two documents",
            b"{\"query\":\"{ shop { name } }\"} {\"query\":\"{ shop { name } }\"}".to_vec(),
            &["BAD_REQUEST"],
        ),
        (
            "two megabytes",
            vec![b' '; 2_000_000],
            &["PAYLOAD_TOO_LARGE"],
        ),
    ]
}
