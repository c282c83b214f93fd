//! What wakes the readers of the log in other processes: NOTIFY of the database, and Redis when there is one.
//!
//! A wake says nothing but that something may have come. Whatever is lost of them, the readers look by themselves twice a second.

use super::Hub;
use crate::platform::background::Ending;
use crate::platform::db::Server;
use crate::platform::outbox::Wake;
use crate::platform::redis;
use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use futures_util::StreamExt;
use std::time::Duration;

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
    let wake = hub.wake();
    loop {
        let listening = server.listen(CHANNEL, || wake.wake());
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
    let wake = hub.wake();
    // What was told before it listened.
    wake.wake();
    let mut wakes = channel.on_message();
    while wakes.next().await.is_some() {
        wake.wake();
    }
    Ok(())
}

/// Says by Redis that something has come whenever `moved` wakes it, until it is asked to end.
pub async fn tell_redis(moved: Wake, client: ::redis::Client, mut ending: Ending) {
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
            () = moved.woken() => {}
        }
        let mut connection = connection.clone();
        let command = redis::publish(REDIS_CHANNEL);
        let told = command.query_async::<()>(&mut connection);
        if !matches!(tokio::time::timeout(SHORT, told).await, Ok(Ok(()))) {
            tracing::debug!("a wake was not passed on by Redis");
        }
    }
}
