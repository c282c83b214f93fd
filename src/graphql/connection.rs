//! Relay connections: one implementation for every list that grows.

use super::budget::charge;
use super::page_args::{Order, cursor};
use super::ready::{Asked, Held, Holds, Shown, Table, text, text_or_null, value};
use crate::platform::db::{Key, Slice};
use async_graphql::{Context, Error, Object, OutputType, SimpleObject, TypeName};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::OnceLock;
use uuid::Uuid;

/// Where a page stands in its list.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct PageInfo {
    /// Whether more items follow this page.
    pub has_next_page: bool,
    /// Whether items come before this page.
    pub has_previous_page: bool,
    /// Cursor of the first item of this page.
    pub start_cursor: Option<String>,
    /// Cursor of the last item of this page.
    pub end_cursor: Option<String>,
}

/// An item of a page, with its place in the list. Its cursor is written when it is asked for: of most lists it never is.
pub struct Edge<T> {
    order: Order,
    key: Key,
    id: Uuid,
    node: T,
}

/// A page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    has_next: bool,
    has_previous: bool,
    info: OnceLock<PageInfo>,
}

impl<T> Edge<T> {
    fn marked(&self) -> String {
        cursor(self.order, &self.key, self.id)
    }
}

/// A row with its place in the list.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    /// What the list is sorted by.
    pub key: Key,
    /// What settles ties.
    pub id: Uuid,
    /// The row.
    pub item: T,
}

impl<T> Placed<T> {
    /// The same row, shared.
    #[must_use]
    pub fn shared(self) -> Placed<std::sync::Arc<T>> {
        Placed {
            key: self.key,
            id: self.id,
            item: std::sync::Arc::new(self.item),
        }
    }
}

impl<T> Connection<T> {
    /// Makes a page of the rows that the database gave for `slice`: at least one more than asked for when there are more.
    #[must_use]
    pub fn new(mut rows: Vec<Placed<T>>, slice: &Slice, order: Order) -> Self {
        let more = rows.len() > slice.limit;
        rows.truncate(slice.limit);
        if slice.from_end {
            rows.reverse();
        }
        let edges: Vec<Edge<T>> = rows
            .into_iter()
            .map(|row| Edge {
                order,
                key: row.key,
                id: row.id,
                node: row.item,
            })
            .collect();
        let (has_next, has_previous) = if slice.from_end {
            (slice.before.is_some(), more)
        } else {
            (more, slice.after.is_some())
        };
        Self {
            edges,
            has_next,
            has_previous,
            info: OnceLock::new(),
        }
    }

    /// Where this page stands in its list.
    #[must_use]
    pub fn info(&self) -> &PageInfo {
        self.info.get_or_init(|| PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().map(Edge::marked),
            end_cursor: self.edges.last().map(Edge::marked),
        })
    }

    /// Makes a page of a whole list that is at hand, such as the pictures of one product.
    #[must_use]
    pub fn of_all(mut rows: Vec<Placed<T>>, slice: &Slice, order: Order) -> Self {
        rows.sort_by(|a, b| compare((&a.key, a.id), (&b.key, b.id)));
        rows.retain(|row| {
            let place = (&row.key, row.id);
            let past = |bound: &Option<(Key, Uuid)>, wanted: Ordering| {
                bound
                    .as_ref()
                    .is_none_or(|(key, id)| compare(place, (key, *id)) == wanted)
            };
            let (up, down) = if slice.descending {
                (Ordering::Less, Ordering::Greater)
            } else {
                (Ordering::Greater, Ordering::Less)
            };
            past(&slice.after, up) && past(&slice.before, down)
        });
        if slice.descending != slice.from_end {
            rows.reverse();
        }
        Self::new(rows, slice, order)
    }
}

fn compare(a: (&Key, Uuid), b: (&Key, Uuid)) -> Ordering {
    let keys = match (a.0, b.0) {
        (Key::Text(a), Key::Text(b)) => a.cmp(b),
        (Key::Int(a), Key::Int(b)) => a.cmp(b),
        (Key::Time(a), Key::Time(b)) => a.cmp(b),
        (Key::Rank(a), Key::Rank(b)) => a.total_cmp(b),
        _ => Ordering::Equal,
    };
    keys.then(a.1.cmp(&b.1))
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// An item of a page, with its cursor.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// Marks this place in the list, for `after` and `before`.
    async fn cursor(&self) -> String {
        self.marked()
    }

    /// The item.
    async fn node(&self) -> &T {
        &self.node
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The items with their cursors.
    pub async fn edges(&self, ctx: &Context<'_>) -> Result<&[Edge<T>], Error> {
        charge(ctx, self.edges.len()).await;
        Ok(&self.edges)
    }

    /// The items.
    pub async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<&T>, Error> {
        charge(ctx, self.edges.len()).await;
        Ok(self.edges.iter().map(|edge| &edge.node).collect())
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        self.info()
    }
}

impl Holds for PageInfo {
    const FIELDS: Table<Self> = &[
        ("hasNextPage", |info, _| value(&info.has_next_page)),
        ("hasPreviousPage", |info, _| value(&info.has_previous_page)),
        ("startCursor", |info, _| {
            text_or_null(info.start_cursor.as_deref())
        }),
        ("endCursor", |info, _| {
            text_or_null(info.end_cursor.as_deref())
        }),
    ];
}

impl<T: Shown> Holds for Edge<T> {
    const FIELDS: Table<Self> = &[
        ("cursor", |edge, _| text(edge.marked())),
        ("node", |edge, asked| edge.node.shown(asked)),
    ];
}

impl<T: Shown> Connection<T> {
    /// The items with their cursors, as far as they hold what is selected of them.
    ///
    /// # Errors
    /// When they do not.
    pub fn shown_edges(&self, asked: &Asked<'_, '_>) -> Held {
        asked.charge(self.edges.len())?;
        asked.list(&self.edges)
    }

    /// The items, as far as they hold what is selected of them.
    ///
    /// # Errors
    /// When they do not.
    pub fn shown_nodes(&self, asked: &Asked<'_, '_>) -> Held {
        asked.charge(self.edges.len())?;
        asked.each(self.edges.iter().map(|edge| &edge.node))
    }
}

impl<T: Shown> Holds for Connection<T> {
    const FIELDS: Table<Self> = &[
        ("edges", |page, asked| page.shown_edges(asked)),
        ("nodes", |page, asked| page.shown_nodes(asked)),
        ("pageInfo", |page, asked| asked.object(page.info())),
    ];
}
