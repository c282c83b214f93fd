use super::*;
use crate::graphql::batch::Loaders;
use crate::graphql::tags::Kind;
use crate::platform::db::{Conn, Database, Server};
use crate::platform::hub::Watch;
use crate::platform::outbox::log::LoggedEvent;
use serde_json::json;
use std::collections::HashMap;
use std::time::Instant;

const EPOCH: Uuid = Uuid::from_u128(1);
const KEY: Uuid = Uuid::from_u128(7);
const OTHER: Uuid = Uuid::from_u128(8);
const LASTS: Duration = Duration::from_secs(60);

/// What vendors are called, in a language.
struct Called(&'static str);

impl Batch for Called {
    type Key = Uuid;
    type Value = Arc<str>;

    async fn load(
        &self,
        _: &mut Conn,
        _: Vec<Uuid>,
    ) -> diesel::QueryResult<HashMap<Uuid, Arc<str>>> {
        Ok(HashMap::new())
    }

    fn made_of(&self, key: &Uuid, value: Option<&Arc<str>>, made_of: &MadeOf) {
        made_of.row(Kind::Vendor, *key);
        if value.is_some_and(|name| &**name == "secret") {
            made_of.unkept();
        }
    }
}

impl Rarely for Called {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key).in_language(self.0)
    }

    fn weight(value: &Arc<str>) -> usize {
        value.len()
    }

    fn stays(value: Option<&Arc<str>>) -> bool {
        value.is_none_or(|name| &**name != "until noon")
    }
}

/// The same keys, and values of another kind.
struct Rated;

impl Batch for Rated {
    type Key = Uuid;
    type Value = u32;

    async fn load(&self, _: &mut Conn, _: Vec<Uuid>) -> diesel::QueryResult<HashMap<Uuid, u32>> {
        Ok(HashMap::new())
    }

    fn made_of(&self, key: &Uuid, _: Option<&u32>, made_of: &MadeOf) {
        made_of.row(Kind::Vendor, *key);
    }
}

impl Rarely for Rated {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key)
    }

    fn weight(_: &u32) -> usize {
        0
    }
}

/// A memory, and the log that it hears of.
struct Bench {
    touched: Arc<Touched<Tag>>,
    remembered: Remembered,
}

impl Bench {
    fn new() -> Self {
        let reads = |event: &LoggedEvent| {
            let row = Tag::Row(Kind::Vendor, event.subject_id);
            vec![row, Tag::All(Kind::Vendor)]
        };
        let touched = Arc::new(Touched::new(reads));
        touched.begins(head(10), &[]);
        touched.heard(Instant::now());
        let remembered = Remembered::of(1, LASTS, &touched);
        Self {
            touched,
            remembered,
        }
    }

    fn happens(&self, position: i64, row: Uuid) {
        self.touched.happens(&LoggedEvent {
            position,
            id: Uuid::nil(),
            kind: "vendor.changed".to_owned(),
            subject_id: row,
            audiences: Vec::new(),
            facts: json!({}),
            told_at: chrono::DateTime::UNIX_EPOCH,
        });
    }

    fn memory(&self) -> Arc<dyn Memory<Called>> {
        self.remembered.memory().unwrap()
    }

    fn keep(&self, name: Option<&str>, at: i64) {
        let name = name.map(Arc::from);
        let memory = self.memory();
        memory.keep(&Called("EN"), &KEY, name.as_ref(), head(at));
    }

    fn finds(&self) -> Known<Arc<str>> {
        self.memory().find(&Called("EN"), &KEY)
    }
}

fn head(position: i64) -> Head {
    Head {
        epoch: EPOCH,
        position,
    }
}

fn value(name: &str) -> Known<Arc<str>> {
    Known::Value(Some(name.into()))
}

#[test]
fn a_value_is_remembered_until_its_rows_are_touched() {
    let bench = Bench::new();
    assert_eq!(bench.finds(), Known::Nothing);
    bench.keep(Some("Mill"), 10);
    assert_eq!(bench.finds(), value("Mill"));
    bench.happens(11, OTHER);
    assert_eq!(bench.finds(), value("Mill"));
    bench.happens(12, KEY);
    assert_eq!(bench.finds(), Known::Nothing);
    bench.keep(Some("New Mill"), 12);
    assert_eq!(bench.finds(), value("New Mill"));
}

#[test]
fn that_there_is_none_is_remembered_until_there_may_be_one() {
    let bench = Bench::new();
    bench.keep(None, 10);
    assert_eq!(bench.finds(), Known::Value(None));
    bench.happens(11, KEY);
    assert_eq!(bench.finds(), Known::Nothing);
}

#[test]
fn what_was_read_while_it_changed_is_not_given() {
    let bench = Bench::new();
    let begun = bench.memory().now().unwrap();
    // Whoever reads now may see the row before or after the change; the log tells of it before the answer is there.
    bench.happens(11, KEY);
    bench.keep(Some("Mill"), begun.position);
    assert_eq!(bench.finds(), Known::Nothing);
    // A slow one does no harm to what was read afterwards, but that it is read once more.
    bench.keep(Some("New Mill"), 11);
    bench.keep(Some("Mill"), begun.position);
    assert_eq!(bench.finds(), Known::Nothing);
}

#[test]
fn nothing_is_given_or_taken_in_while_the_log_is_silent() {
    let bench = Bench::new();
    bench.keep(Some("Mill"), 10);
    let long_ago = Instant::now().checked_sub(Duration::from_secs(2)).unwrap();
    bench.touched.heard(long_ago);
    assert_eq!(bench.finds(), Known::Nothing);
    assert_eq!(bench.memory().now(), None);
    bench.touched.heard(Instant::now());
    assert_eq!(bench.finds(), value("Mill"));
    // The log began anew: what was remembered is of another count of positions.
    let anew = Head {
        epoch: Uuid::from_u128(2),
        position: 10,
    };
    bench.touched.begins(anew, &[]);
    bench.touched.heard(Instant::now());
    assert_eq!(bench.finds(), Known::Nothing);
}

#[test]
fn languages_markets_and_kinds_are_apart() {
    let bench = Bench::new();
    bench.keep(Some("Mill"), 10);
    assert_eq!(bench.memory().find(&Called("DE"), &KEY), Known::Nothing);
    let rated: Arc<dyn Memory<Rated>> = bench.remembered.memory().unwrap();
    assert_eq!(rated.find(&Rated, &KEY), Known::Nothing);
    rated.keep(&Rated, &KEY, Some(&5), head(10));
    assert_eq!(rated.find(&Rated, &KEY), Known::Value(Some(5)));
    assert_eq!(bench.finds(), value("Mill"));
    let place = || Place::id(KEY).in_language("EN");
    assert_ne!(place(), place().in_market(OTHER));
    assert_ne!(Place::handle("a"), Place::whole());
}

#[test]
fn what_ends_by_itself_or_is_somebodys_is_not_remembered() {
    let bench = Bench::new();
    for name in ["until noon", "secret"] {
        bench.keep(Some(name), 10);
        assert_eq!(bench.finds(), Known::Nothing, "{name}");
    }
}

#[test]
fn the_room_is_bounded_and_none_remembers_nothing() {
    let bench = Bench::new();
    // One that is larger than the room has no place in it.
    bench.keep(Some(&"m".repeat(2 * 1024 * 1024)), 10);
    let shelf = bench.remembered.0.as_ref().unwrap();
    shelf.held.run_pending_tasks();
    assert_eq!(bench.finds(), Known::Nothing);
    assert!(shelf.held.weighted_size() <= 1024 * 1024);
    let none = Remembered::of(0, LASTS, &bench.touched);
    assert!(none.memory::<Called>().is_none());
    assert!(Remembered::default().memory::<Called>().is_none());
}

/// An answer counts from the place where the log ended when it was asked, though a value in it was read before.
#[test]
fn an_answer_holds_no_longer_than_what_was_remembered_for_it() {
    let bench = Bench::new();
    bench.keep(Some("Mill"), 10);
    bench.happens(11, OTHER);
    let asked = bench.touched.now().unwrap();
    assert_eq!(asked, head(11));
    let made_of = MadeOf::noted();
    Called("EN").made_of(&KEY, None, &made_of);
    let tags = made_of.tags().unwrap();
    let holds = |at: Head| bench.touched.holds(at.epoch, at.position, tags.iter());

    // Given, so untouched up to what was heard: the answer is right at its own place.
    assert_eq!(bench.finds(), value("Mill"));
    assert!(holds(asked));
    // Whatever touches the value afterwards ends the answer, too.
    bench.happens(12, KEY);
    assert!(!holds(asked));

    // Touched after it was asked and before it was looked for: it is read anew, and the answer is not believed, as it was before.
    bench.keep(Some("New Mill"), 12);
    let asked = bench.touched.now().unwrap();
    bench.happens(13, KEY);
    assert_eq!(bench.finds(), Known::Nothing);
    assert!(!holds(asked));
}

#[tokio::test]
async fn a_loader_gives_what_is_remembered_without_asking_and_notes_it() {
    let bench = Bench::new();
    bench.keep(Some("Mill"), 10);
    // Nobody is there: whoever asks the database fails.
    let server = Server::at("postgres://nobody@127.0.0.1:1/nothing").unwrap();
    let database = Database::connect(&server, 1).unwrap();
    let made_of = MadeOf::noted();
    let loaders = Loaders::new(&database, &made_of);
    let loader = loaders.remembering(Called("EN"), &bench.remembered);
    assert_eq!(loader.known(&OTHER), Known::Nothing);
    assert_eq!(made_of.tags(), Some(Vec::new()));
    assert_eq!(loader.known(&KEY), value("Mill"));
    let noted = vec![Tag::Row(Kind::Vendor, KEY), Tag::Each(Kind::Vendor)];
    assert_eq!(made_of.tags(), Some(noted.clone()));
    // One request is told one thing, whatever happens meanwhile.
    bench.happens(11, KEY);
    assert_eq!(loader.load(KEY).await.unwrap().as_deref(), Some("Mill"));

    bench.keep(Some("New Mill"), 11);
    let (without, with) = (Loaders::new(&database, &made_of), MadeOf::noted());
    assert_eq!(without.of(Called("EN")).known(&KEY), Known::Nothing);
    let loaders = Loaders::new(&database, &with);
    let loader = loaders.remembering(Called("EN"), &bench.remembered);
    let told = loader.load(KEY).await.unwrap();
    assert_eq!(told.as_deref(), Some("New Mill"));
    assert_eq!(with.tags(), Some(noted));
}
