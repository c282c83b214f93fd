//! An answer as it is kept.

use super::Question;
use crate::edge::conditional::strong_tag;
use crate::graphql::tags::Tag;
use crate::platform::clock;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

/// How it is written for other instances; one of another number is not read.
const FORMAT: u32 = 1;

/// What an entry weighs beside its body and its tags, in bytes.
const REST: usize = 256;

/// An answer with what it was made of.
#[derive(Debug, PartialEq)]
pub struct Kept {
    /// The whole body.
    pub body: Bytes,
    /// Names the body, as `ETag` does.
    pub etag: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What it is made of, beside the shop.
    pub(super) tags: Vec<Tag>,
    /// Of which count the positions are.
    pub(super) epoch: Uuid,
    /// Where the log ended before it was made.
    pub(super) at: i64,
    /// Where the log ended before the facts of the shop were read that it was made with.
    pub(super) shop_at: i64,
}

/// What is written before the body, in one line.
#[derive(Serialize, Deserialize)]
struct Line {
    format: u32,
    epoch: Uuid,
    at: i64,
    shop_at: i64,
    made_at: i64,
    tags: Vec<String>,
}

impl Kept {
    /// The answer to a question, just made.
    pub(super) fn new(question: &Question, tags: Vec<Tag>, body: Bytes) -> Self {
        Self {
            etag: strong_tag(&Sha256::digest(&body)),
            body,
            made_at: clock::now(),
            tags,
            epoch: question.at.epoch,
            at: question.at.position,
            shop_at: question.shop_at,
        }
    }

    /// How old it is.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> Duration {
        // Another instance's clock may be ahead.
        (now - self.made_at).to_std().unwrap_or_default()
    }

    /// Whether it was begun with no less than was known when this was asked: then it is as good as what would be made for it.
    pub(super) fn is_as_new_as(&self, question: &Question) -> bool {
        self.epoch == question.at.epoch
            && self.at >= question.at.position
            && self.shop_at >= question.shop_at
    }

    /// What it takes in memory, about.
    pub(super) fn weight(&self) -> u32 {
        let tags = self.tags.len().saturating_mul(size_of::<Tag>());
        let all = self.body.len().saturating_add(tags).saturating_add(REST);
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    /// As other instances read it.
    pub(super) fn written(&self) -> Bytes {
        let line = Line {
            format: FORMAT,
            epoch: self.epoch,
            at: self.at,
            shop_at: self.shop_at,
            made_at: self.made_at.timestamp_millis(),
            tags: self.tags.iter().map(ToString::to_string).collect(),
        };
        let mut bytes = serde_json::to_vec(&line).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        bytes.into()
    }

    /// What another instance wrote; nothing when it is of another make.
    pub(super) fn read(written: &Bytes) -> Option<Self> {
        let end = written.iter().position(|byte| *byte == b'\n')?;
        let line: Line = serde_json::from_slice(written.get(..end)?).ok()?;
        if line.format != FORMAT {
            return None;
        }
        let body = written.slice(end.checked_add(1)?..);
        // One that is not known stands for rows that nobody here would hear of.
        let tags: Option<Vec<Tag>> = line.tags.iter().map(|tag| Tag::read(tag)).collect();
        Some(Self {
            etag: strong_tag(&Sha256::digest(&body)),
            body,
            made_at: DateTime::from_timestamp_millis(line.made_at)?,
            tags: tags?,
            epoch: line.epoch,
            at: line.at,
            shop_at: line.shop_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::tags::Kind;

    fn kept() -> Kept {
        let body = Bytes::from_static(b"{\"data\":{}}\n{}");
        Kept {
            etag: strong_tag(&Sha256::digest(&body)),
            body,
            made_at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            tags: vec![
                Tag::Row(Kind::Product, Uuid::from_u128(7)),
                Tag::All(Kind::Page),
                Tag::Each(Kind::Stock),
            ],
            epoch: Uuid::from_u128(1),
            at: 12,
            shop_at: 11,
        }
    }

    #[test]
    fn another_instance_reads_what_was_written() {
        assert_eq!(Kept::read(&kept().written()), Some(kept()));
    }

    #[test]
    fn what_is_of_another_make_is_not_read() {
        let written = String::from_utf8(kept().written().to_vec()).unwrap();
        for (from, to) in [
            ("\"format\":1", "\"format\":2"),
            ("\"pages\"", "\"orders\""),
            ("\"at\":12,", ""),
            ("\n", " "),
        ] {
            let other = written.replace(from, to);
            assert_ne!(other, written, "{from}");
            assert_eq!(Kept::read(&other.into()), None, "{from}");
        }
        assert_eq!(Kept::read(&Bytes::new()), None);
    }

    #[test]
    fn an_entry_is_as_old_as_it_is_and_never_younger_than_now() {
        let kept = kept();
        let later = kept.made_at + chrono::TimeDelta::seconds(9);
        assert_eq!(kept.age(later), Duration::from_secs(9));
        let earlier = kept.made_at - chrono::TimeDelta::seconds(9);
        assert_eq!(kept.age(earlier), Duration::ZERO);
    }
}
