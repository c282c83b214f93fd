//! From markup to plain text.

/// The text of `html` without tags, with the commonest entities read and white space folded.
#[must_use]
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let read = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let text = read.iter().fold(text, |text, (entity, letter)| {
        if text.contains('&') {
            text.replace(entity, letter)
        } else {
            text
        }
    });
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `most` characters of a text, with an ellipsis when it goes on.
#[must_use]
pub fn truncated(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default().trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(plain("<p>A &amp; B</p>\n<p>c &lt;d&gt;</p>"), "A & B c <d>");
        assert_eq!(plain("1 < 2 <b"), "1");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(
            truncated("\u{645}\u{631}\u{62d}\u{628}\u{627}", 3),
            "\u{645}\u{631}\u{62d}..."
        );
        assert_eq!(truncated("abc", 3), "abc");
    }
}
