//! Who makes an answer, who waits for it, and for how long: without a database.

use super::*;
use crate::domains::touching;
use crate::platform::hub::Watch;
use crate::platform::outbox::log::LoggedEvent;
use serde_json::json;
use uuid::Uuid;

const EPOCH: Uuid = Uuid::from_u128(1);

fn head(position: i64) -> Head {
    Head {
        epoch: EPOCH,
        position,
    }
}

/// What is asked when the log ends here.
fn asked_at(position: i64) -> Question {
    Question {
        key: Key([7; 32]),
        at: head(position),
        shop_at: position,
        tells_tags: false,
    }
}

/// Answers that have heard from a log which ends here.
fn heard_from(position: i64) -> Answers {
    let touched = Arc::new(Touched::new(touching::touched));
    touched.begins(head(position), &[]);
    touched.heard(Instant::now());
    let lasts = Duration::from_secs(60);
    Answers::on(touched, near(1, lasts), None, lasts)
}

impl Answers {
    /// Hears that pages were touched.
    fn hears(&self, position: i64) {
        self.0.touched.happens(&LoggedEvent {
            position,
            id: Uuid::nil(),
            kind: "rows.changed".to_owned(),
            subject_id: Uuid::nil(),
            audiences: Vec::new(),
            facts: json!({ "tags": ["pages", "page:*"] }),
            told_at: chrono::DateTime::UNIX_EPOCH,
        });
        self.0.touched.heard(Instant::now());
    }

    /// Asks in a task of its own, which has come to wait when this ends.
    async fn asks(&self, position: i64) -> tokio::task::JoinHandle<(Asked, Question)> {
        let answers = self.clone();
        let asking = tokio::spawn(async move {
            let mut question = asked_at(position);
            (answers.ask(&mut question).await, question)
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        asking
    }

    /// Asks, and is the one who makes it.
    async fn leads(&self, position: i64) -> Lead {
        match self.ask(&mut asked_at(position)).await {
            Asked::Make(Some(lead)) => lead,
            _ => panic!("it is not to be made by whoever asks"),
        }
    }

    /// Keeps an answer that is made of pages.
    async fn keeps(&self, question: &Question, lead: Lead) -> bool {
        let body = Bytes::from_static(b"{\"data\":{}}");
        let kept = self.keep(question, vec![Tag::All(Kind::Page)], body, Some(lead));
        kept.await.is_some()
    }
}

#[tokio::test]
async fn when_an_answer_holds_no_more_one_of_those_who_waited_makes_it_anew() {
    let answers = heard_from(10);
    let lead = answers.leads(10).await;
    answers.hears(11);
    let waiting = [answers.asks(11).await, answers.asks(11).await];
    answers.hears(12);
    assert!(!answers.keeps(&asked_at(10), lead).await);
    let (mut leads, mut follows) = (None, None);
    tokio::time::sleep(Duration::from_millis(50)).await;
    for one in waiting {
        match one.is_finished() {
            true => leads = Some(one.await.unwrap()),
            false => follows = Some(one),
        }
    }
    let (Asked::Make(Some(lead)), question) = leads.expect("nobody leads anew") else {
        panic!("nobody leads anew");
    };
    // As of now: else it would hold no more, either.
    assert_eq!(question.at, head(12));
    let question = Question {
        shop_at: 12,
        ..question
    };
    assert!(answers.keeps(&question, lead).await);
    let (given, _) = follows.expect("both make it").await.unwrap();
    assert!(matches!(given, Asked::Kept(_)));
}

#[tokio::test]
async fn when_whoever_leads_goes_away_another_one_leads() {
    let answers = heard_from(10);
    let lead = answers.leads(10).await;
    let waiting = answers.asks(10).await;
    drop(lead);
    let (asked, _) = waiting.await.unwrap();
    assert!(matches!(asked, Asked::Make(Some(_))));
}

#[tokio::test]
async fn nobody_waits_for_what_went_wrong_or_cannot_be_kept() {
    for went_wrong in [true, false] {
        let answers = heard_from(10);
        let lead = answers.leads(10).await;
        let waiting = [answers.asks(10).await, answers.asks(10).await];
        match went_wrong {
            true => answers.failed(&asked_at(10)).await,
            false => answers.cannot_keep(&asked_at(10)).await,
        }
        drop(lead);
        for one in waiting {
            assert!(matches!(one.await.unwrap().0, Asked::Make(None)));
        }
        // Nor does whoever comes next lead or wait.
        for _ in 0..2 {
            let asked = answers.ask(&mut asked_at(10)).await;
            assert!(matches!(asked, Asked::Make(None)));
        }
    }
}

#[tokio::test]
async fn what_went_wrong_once_is_waited_for_again_when_it_went_well_or_a_moment_is_over() {
    let answers = heard_from(10);
    answers.failed(&asked_at(10)).await;
    assert!(answers.is_barren(&asked_at(10).key).await);
    tokio::time::sleep(FAILED + Duration::from_millis(10)).await;
    assert!(!answers.is_barren(&asked_at(10).key).await);

    answers.0.touched.heard(Instant::now());
    let lead = answers.leads(10).await;
    answers.failed(&asked_at(10)).await;
    assert!(answers.keeps(&asked_at(10), lead).await);
    assert!(!answers.is_barren(&asked_at(10).key).await);
}

#[tokio::test]
async fn whoever_waits_for_one_who_hangs_goes_on_by_themselves() {
    let answers = heard_from(10);
    let _hangs = answers.leads(10).await;
    let begin = Instant::now();
    let asked = answers.ask(&mut asked_at(10)).await;
    assert!(matches!(asked, Asked::Make(None)));
    assert!(begin.elapsed() >= PATIENCE);
    assert!(begin.elapsed() < 2 * PATIENCE, "{:?}", begin.elapsed());
}
