//! Which of the hits are wanted: the server has them in portions.

use super::MOST_HITS;
use crate::domains::search::ask::{Ask, Mark};
use crate::domains::search::engine::EngineError;
use crate::domains::search::found::Hit;
use crate::domains::search::meilisearch::query::{Answer, Questions};
use crate::domains::search::meilisearch::{meaning, words};
use std::ops::Range;

/// Which hits are wanted, as the index counts them; none when that takes their number, which is not known.
fn window(ask: &Ask, total: Option<usize>) -> Option<Range<usize>> {
    let limit = if ask.hits { ask.page.limit } else { 0 };
    let place = ask.page.from.as_ref();
    let place = place.map(|mark| usize::try_from(mark.offset).unwrap_or(usize::MAX));
    let (start, end) = if ask.page.backwards {
        let end = place.or(total)?;
        (end.saturating_sub(limit), end)
    } else {
        let start = place.map_or(0, |place| place.saturating_add(1));
        (start, start.saturating_add(limit))
    };
    Some(start..end)
}

/// The smallest portions of which one holds the whole window: which one it is, counted from 1, and how large they are.
fn portion(window: &Range<usize>) -> (usize, usize) {
    let least = window.len().max(1);
    let holds = |size: &usize| window.start / size == window.end.saturating_sub(1) / size;
    let size = (least..=window.end.max(least)).find(holds);
    let size = size.unwrap_or(least);
    (window.start / size + 1, size)
}

/// What the server answers, and which hits these are.
pub(super) async fn answers(
    questions: &Questions<'_>,
    ask: &Ask,
) -> Result<(Range<usize>, Vec<Answer>), EngineError> {
    let mut answers = None;
    // The page is known at once, unless it is counted from the end.
    if let Some(window) = window(ask, None) {
        let asked = put(questions, ask, window.clone()).await?;
        answers = Some((window, asked));
    }
    let total = match &answers {
        Some((_, asked)) => questions.total(asked),
        None => questions.total(&questions.put(1, 0).await.map_err(meaning)?),
    };
    if let Some(answers) = answers {
        return Ok(answers);
    }
    let whole = usize::try_from(total).unwrap_or(usize::MAX);
    let window = window(ask, Some(whole)).unwrap_or_default();
    let asked = put(questions, ask, window.clone()).await?;
    Ok((window, asked))
}

async fn put(
    questions: &Questions<'_>,
    ask: &Ask,
    window: Range<usize>,
) -> Result<Vec<Answer>, EngineError> {
    if window.end > MOST_HITS {
        return Err(EngineError::NotMine);
    }
    let (page, size) = portion(&window);
    let size = if ask.hits && !window.is_empty() {
        size
    } else {
        0
    };
    questions.put(page, size).await.map_err(meaning)
}

/// The hits of the window in the order in which they were asked for, and whether there are more in that direction.
pub(super) fn hits(ask: &Ask, main: Answer, window: &Range<usize>, total: u64) -> (Vec<Hit>, bool) {
    let whole = usize::try_from(total).unwrap_or(usize::MAX);
    let (page, size) = portion(window);
    let first = (page - 1) * size;
    let hits = main
        .hits
        .into_iter()
        .enumerate()
        .filter_map(|(place, hit)| {
            let at = first + place;
            // What is no product's is passed by as one that is gone.
            let id = hit.result.product();
            window.contains(&at).then(|| Hit {
                id,
                mark: Mark {
                    offset: u32::try_from(at).unwrap_or(u32::MAX),
                    key: None,
                    id,
                },
                words: hit
                    .formatted_result
                    .as_ref()
                    .map(words::marked)
                    .unwrap_or_default(),
            })
        });
    let mut hits: Vec<Hit> = hits.collect();
    if ask.page.backwards {
        hits.reverse();
    }
    let more = if ask.page.backwards {
        window.start > 0
    } else {
        window.end < whole
    };
    (hits, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_portion_holds_the_whole_window() {
        for (window, expected) in [
            (0..10, (1, 10)),
            (10..20, (2, 10)),
            (37..47, (4, 12)),
            (1..2, (2, 1)),
        ] {
            assert_eq!(portion(&window), expected, "{window:?}");
            let (page, size) = portion(&window);
            assert!((page - 1) * size <= window.start && window.end <= page * size);
        }
    }
}
