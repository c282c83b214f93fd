//! What happens, told to those who follow it: the way from the log of events to a subscription's answers.
//!
//! A room offers a subscription by [`follow`]: it names the audience, and says what becomes of each [`Step`]. Whoever follows is
//! asked again at each event who they are ([`Moment::viewer`]), and the room asks again whether they may see it.
//!
//! What an answer shows is read by the loaders of its event's [`Moment`], which all who are told of the event share: a thousand
//! who see one change cost a few statements. What depends on who reads is decided apart from the loaders, for each reader.

mod follow;
mod moment;
mod told;

pub use crate::platform::hub::Cursor;
pub use follow::{Live, Sources, Step, Teller, Thread, What, follow, gone};
pub use moment::{Make, Moment, Moments};
pub use told::Told;
