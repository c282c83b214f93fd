//! What wakes the readers of the log in other processes: NOTIFY of the database, and Redis when there is one.
//!
//! A wake says where the log ends, so that who has read so far need not ask, or says nothing but that something may have come. Whatever is
//! lost of them, the readers look by themselves twice a second.

use super::{Cursor, Hub};
use crate::platform::background::Ending;
use crate::platform::db::Server;
use crate::platform::outbox::log::Head;
use crate::platform::redis;
use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use futures_util::StreamExt;
use std::time::Duration;
use tokio::sync::watch;

/// The channel on which the relay notifies.
pub const CHANNEL: &str = "lilium_events";

/// The channel in Redis. Others may use the same Redis: a wake that is not meant for us is soon slept off.
const REDIS_CHANNEL: &str = "lilium:events";

/// How long the connection that listens rests after it broke.
const REST: Duration = Duration::from_secs(1);

/// How long Redis may take to pass a wake on.
const SHORT: Duration = Duration::from_millis(500);

/// Wakes the hub when the database notifies, until it is asked to end.
pub async fn listen(hub: Hub, server: Server, mut ending: Ending) {
    loop {
        let listening = server.listen(CHANNEL, |said| hub.look(place(said)));
        tokio::select! {
            biased;
            () = ending.asked() => return,
            broken = listening => {
                tracing::debug!(?broken, "the connection that listens broke");
            }
        }
        if !ending.pause(REST).await {
            return;
        }
    }
}

/// Wakes the hub when another process says so by Redis, until it is asked to end.
pub async fn hear_redis(hub: Hub, client: ::redis::Client, mut ending: Ending) {
    loop {
        let hearing = hear(&hub, &client);
        tokio::select! {
            biased;
            () = ending.asked() => return,
            broken = hearing => {
                tracing::debug!(?broken, "Redis passes no wakes on for now");
            }
        }
        if !ending.pause(REST).await {
            return;
        }
    }
}

async fn hear(hub: &Hub, client: &::redis::Client) -> ::redis::RedisResult<()> {
    let mut channel = client.get_async_pubsub().await?;
    channel.subscribe(REDIS_CHANNEL).await?;
    // What was told before it listened.
    hub.look(None);
    let mut wakes = channel.on_message();
    while let Some(wake) = wakes.next().await {
        // A text of another make is no place.
        let said: String = wake.get_payload().unwrap_or_default();
        hub.look(place(&said));
    }
    Ok(())
}

/// The place that a wake names.
fn place(said: &str) -> Option<Head> {
    // Longer texts are not looked at.
    let short = Some(said).filter(|said| said.len() <= 64);
    let Cursor { epoch, position } = short.and_then(Cursor::read)?;
    Some(Head { epoch, position })
}

/// Says by Redis where the log ends whenever that is told to `moved`, until it is asked to end.
pub async fn tell_redis(
    mut moved: watch::Receiver<Option<Head>>,
    client: ::redis::Client,
    mut ending: Ending,
) {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(SHORT))
        .set_response_timeout(Some(SHORT))
        .set_number_of_retries(0);
    let Ok(connection) = ConnectionManager::new_lazy_with_config(client, config) else {
        return;
    };
    loop {
        tokio::select! {
            biased;
            () = ending.asked() => return,
            changed = moved.changed() => {
                // Nobody is there who could tell.
                if changed.is_err() {
                    return;
                }
            }
        }
        let head = *moved.borrow_and_update();
        let said = head.map_or_else(String::new, |head| Cursor::from(head).to_string());
        let mut connection = connection.clone();
        let command = redis::publish(REDIS_CHANNEL, &said);
        let told = command.query_async::<()>(&mut connection);
        if !matches!(tokio::time::timeout(SHORT, told).await, Ok(Ok(()))) {
            tracing::debug!("a wake was not passed on by Redis");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_wake_names_a_place_or_nothing() {
        let head = Head {
            epoch: Uuid::from_u128(7),
            position: 12,
        };
        assert_eq!(place(&Cursor::from(head).to_string()), Some(head));
        // As versions before said it, or somebody else.
        for said in [
            "",
            "12",
            "00000000-0000-0000-0000-000000000007.12",
            &"7".repeat(8_000),
        ] {
            assert_eq!(place(said), None);
        }
    }
}
