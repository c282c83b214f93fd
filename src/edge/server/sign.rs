//! The sign at the door: whether the program is open.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether the program is open, in the order in which it closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hours {
    /// Everybody may come.
    Open,
    /// `/readyz` says no, so that nobody is sent here any more; who comes all the same is answered, and asked to come by another
    /// connection the next time.
    LastCall,
    /// Nobody is let in. What runs is finished.
    Closed,
}

/// The sign at the door. Copies are the same sign.
#[derive(Debug, Clone)]
pub struct Sign(Arc<watch::Sender<Hours>>);

impl Default for Sign {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Hours::Open)))
    }
}

impl Sign {
    /// Turns the sign; never back.
    pub fn turn(&self, hours: Hours) {
        self.0.send_if_modified(|shown| {
            let later = *shown < hours;
            *shown = hours.max(*shown);
            later
        });
    }

    /// What it says.
    #[must_use]
    pub fn shows(&self) -> Hours {
        *self.0.borrow()
    }

    /// Waits until it says `hours`, or what comes after.
    pub async fn says(&self, hours: Hours) {
        let mut shown = self.0.subscribe();
        // The sign itself keeps the sender.
        let _ = shown.wait_for(|shown| *shown >= hours).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sign_is_turned_one_way_only() {
        let sign = Sign::default();
        assert_eq!(sign.shows(), Hours::Open);
        let hears = tokio::spawn({
            let sign = sign.clone();
            async move { sign.says(Hours::LastCall).await }
        });
        sign.turn(Hours::Closed);
        hears.await.unwrap();
        sign.turn(Hours::Open);
        assert_eq!(sign.shows(), Hours::Closed);
    }
}
