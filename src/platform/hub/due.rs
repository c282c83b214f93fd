//! What the reader of the log was woken for since it last began to read.

use crate::platform::outbox::log::Head;

/// What is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Due {
    /// Nobody woke it.
    #[default]
    Nothing,
    /// The log has come to this place.
    UpTo(Head),
    /// Something may have come.
    Anything,
}

impl Due {
    /// What is to be read when it is woken once more: for this place, when whoever wakes it knows where the log ends.
    pub(super) fn and(self, place: Option<Head>) -> Self {
        match (self, place) {
            (Self::Nothing, Some(head)) => Self::UpTo(head),
            (Self::UpTo(one), Some(two)) if one.epoch == two.epoch => Self::UpTo(Head {
                position: one.position.max(two.position),
                ..one
            }),
            _ => Self::Anything,
        }
    }

    /// Whether something of it may not have been read yet, when it was read as far as this. A place that was read before says nothing new:
    /// the same event wakes the reader from this process, by NOTIFY and by Redis.
    pub(super) fn is_beyond(self, known: Option<Head>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Anything => true,
            Self::UpTo(head) => !known
                .is_some_and(|known| known.epoch == head.epoch && known.position >= head.position),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn head(epoch: u128, position: i64) -> Head {
        Head {
            epoch: Uuid::from_u128(epoch),
            position,
        }
    }

    #[test]
    fn what_was_read_needs_no_reading_and_all_else_does() {
        let woken = |places: &[Option<Head>]| {
            let places = places.iter();
            places.fold(Due::default(), |due, place| due.and(*place))
        };
        let (read, later) = (Some(head(1, 7)), Some(head(1, 8)));
        let other = Some(head(2, 3));
        for (places, beyond) in [
            (vec![], false),
            (vec![read], false),
            (vec![Some(head(1, 6)), read], false),
            (vec![later], true),
            (vec![later, read], true),
            (vec![other], true),
            (vec![read, other], true),
            (vec![None], true),
            (vec![None, read], true),
            (vec![read, None], true),
        ] {
            assert_eq!(woken(&places).is_beyond(read), beyond, "{places:?}");
            // Who has read nothing reads, whatever it is woken for.
            assert_eq!(woken(&places).is_beyond(None), !places.is_empty());
        }
    }
}
