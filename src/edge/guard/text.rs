//! The text before it is parsed: one pass, no recursion, nothing kept.

use super::{Limits, Violation};

/// Checks the length of `text`, its tokens, and its brackets, opened or not closed.
///
/// This is no parser: what is not GraphQL passes, and is told so by the parser, which is safe to call after this.
///
/// # Errors
/// The first limit that the text is over.
pub fn check_text(text: &str, limits: &Limits) -> Result<(), Violation> {
    if text.len() > limits.document_bytes {
        return Err(Violation::Bytes(limits.document_bytes));
    }
    let mut scanner = Scanner {
        rest: text.as_bytes(),
    };
    let (mut tokens, mut open) = (0_usize, 0_usize);
    while let Some(token) = scanner.next_token() {
        tokens += 1;
        match token {
            Token::Open => open += 1,
            Token::Close => open = open.saturating_sub(1),
            Token::Name(bytes) if bytes > limits.name_bytes => {
                return Err(Violation::Name(limits.name_bytes));
            }
            Token::Name(_) | Token::Other => {}
        }
        if tokens > limits.tokens {
            return Err(Violation::Tokens(limits.tokens));
        }
        if open > limits.brackets {
            return Err(Violation::Brackets(limits.brackets));
        }
    }
    Ok(())
}

/// What matters of a token here.
enum Token {
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// A name, with its length in bytes.
    Name(usize),
    /// A value or other punctuation.
    Other,
}

/// Cuts tokens off the front of a text.
struct Scanner<'a> {
    rest: &'a [u8],
}

impl Scanner<'_> {
    fn next_token(&mut self) -> Option<Token> {
        self.skip_ignored();
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(match first {
            b'(' | b'[' | b'{' => Token::Open,
            b')' | b']' | b'}' => Token::Close,
            b'"' => self.finish_string(),
            b'.' => {
                self.skip_while(|byte| byte == b'.');
                Token::Other
            }
            b'-' | b'0'..=b'9' => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte));
                Token::Other
            }
            byte if is_name(byte) => Token::Name(1 + self.skip_while(is_name)),
            _ => Token::Other,
        })
    }

    /// White space, commas, byte order marks and comments.
    fn skip_ignored(&mut self) {
        loop {
            let blank = self.skip_while(|byte| b" \t\r\n,\xef\xbb\xbf".contains(&byte));
            let comment = self.rest.first() == Some(&b'#');
            if comment {
                self.skip_while(|byte| !is_line_end(byte));
            }
            if blank == 0 && !comment {
                return;
            }
        }
    }

    /// The rest of a string whose first quote is read. One that does not end is cut where its line does.
    fn finish_string(&mut self) -> Token {
        if let Some(rest) = self.rest.strip_prefix(b"\"\"") {
            self.rest = rest;
            self.finish_block_string();
            return Token::Other;
        }
        while let Some((&byte, rest)) = self.rest.split_first() {
            if is_line_end(byte) {
                break;
            }
            self.rest = rest;
            match byte {
                b'"' => break,
                b'\\' => self.rest = rest.split_first().map_or(rest, |(_, rest)| rest),
                _ => {}
            }
        }
        Token::Other
    }

    fn finish_block_string(&mut self) {
        while let Some((_, rest)) = self.rest.split_first() {
            if let Some(rest) = self.rest.strip_prefix(b"\\\"\"\"") {
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix(b"\"\"\"") {
                self.rest = rest;
                return;
            } else {
                self.rest = rest;
            }
        }
    }

    /// Skips bytes that are `wanted`, and says how many they were.
    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let length = self.rest.iter().take_while(|&&byte| wanted(byte)).count();
        self.rest = self.rest.get(length..).unwrap_or_default();
        length
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
