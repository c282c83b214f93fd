//! Attempts to sign in are counted before the password is looked at, and given back when it was right: however many come at once,
//! no more than the buckets hold are ever tried.

use super::Accounts;
use crate::domains::accounts::error::AccountError;
use crate::domains::accounts::model::{ClientAddress, UserId};
use crate::domains::accounts::store::throttles;
use crate::domains::accounts::throttle::{Bucket, familiar_place};
use crate::platform::clock;
use crate::platform::db::Conn;

/// An attempt to sign in that is counted.
pub(super) struct Attempt {
    /// The account from this address.
    both: Bucket,
    /// The others that were filled.
    filled: Vec<Bucket>,
    place: [u8; 32],
}

impl Accounts {
    /// Counts an attempt, or refuses it. Who signed in from there before does not wait for what others try elsewhere.
    pub(super) async fn attempt(
        &self,
        account: &str,
        user: Option<UserId>,
        address: ClientAddress,
    ) -> Result<Attempt, AccountError> {
        let mut conn = self.database.get().await?;
        let place = familiar_place(account, address);
        let familiar = match user {
            Some(user) => throttles::is_familiar(&mut conn, user, &place).await?,
            // As long as for an account that is there.
            None => throttles::is_familiar(&mut conn, UserId(uuid::Uuid::nil()), &place).await?,
        };
        let both = Bucket::of_both(account, address);
        let mut wanted = vec![both];
        wanted.extend(Bucket::of_address(address));
        // Behind a proxy that nobody told us of, every place is the same and soon familiar: then the bucket of account and address, which
        // holds less and leaks more slowly, is the account's.
        if !familiar {
            wanted.push(Bucket::of_account(account));
        }
        let filled = fill(&mut conn, wanted).await?;
        Ok(Attempt {
            both,
            filled,
            place,
        })
    }

    /// Counts a sign-up, or refuses it.
    pub(super) async fn count_sign_up(&self, address: ClientAddress) -> Result<(), AccountError> {
        let wanted = Bucket::of_sign_ups(address).into_iter().collect();
        let mut conn = self.database.get().await?;
        fill(&mut conn, wanted).await?;
        Ok(())
    }

    /// The attempt went well: nothing of it counts, and the place is remembered.
    pub(super) async fn went_well(
        &self,
        attempt: &Attempt,
        user: UserId,
    ) -> Result<(), AccountError> {
        let mut conn = self.database.get().await?;
        for bucket in &attempt.filled {
            throttles::give_back(&mut conn, bucket).await?;
        }
        throttles::empty(&mut conn, &attempt.both).await?;
        throttles::remember_place(&mut conn, user, &attempt.place, clock::now()).await?;
        Ok(())
    }

    /// Somebody signed up there, which is a place of theirs from now on.
    pub(super) async fn remember(
        &self,
        user: UserId,
        account: &str,
        address: ClientAddress,
    ) -> Result<(), AccountError> {
        let mut conn = self.database.get().await?;
        let place = familiar_place(account, address);
        throttles::remember_place(&mut conn, user, &place, clock::now()).await?;
        Ok(())
    }

    /// The password was not looked at after all: nothing of it counts.
    pub(super) async fn never_mind(&self, attempt: &Attempt) -> Result<(), AccountError> {
        let mut conn = self.database.get().await?;
        for bucket in &attempt.filled {
            throttles::give_back(&mut conn, bucket).await?;
        }
        Ok(())
    }
}

/// Puts a drop into each, or into none.
async fn fill(conn: &mut Conn, wanted: Vec<Bucket>) -> Result<Vec<Bucket>, AccountError> {
    let mut filled = Vec::new();
    for bucket in wanted {
        match throttles::take(conn, &bucket, clock::now()).await? {
            Ok(()) => filled.push(bucket),
            Err(retry_after) => {
                for bucket in &filled {
                    throttles::give_back(conn, bucket).await?;
                }
                return Err(AccountError::Throttled { retry_after });
            }
        }
    }
    Ok(filled)
}
