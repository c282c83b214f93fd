//! What people do with their accounts: one function for each.

mod attempts;
mod people;
mod refreshing;
mod signing_in;
mod signing_up;

pub use people::{NewPerson, Newcomer};
pub use signing_up::SignUpInput;

use super::error::AccountError;
use super::events::access_changed;
use super::hashing::Hashing;
use super::keys::{AccessKeys, LazyKeys, Verified};
use super::model::{Person, SessionId, Tokens, UserId, Viewer};
use super::store::sessions::{self, EndReason};
use super::store::users;
use crate::config::{Config, SignUp};
use crate::platform::clock;
use crate::platform::db::{Change, Conn, Database};
use crate::platform::outbox::{Wake, tell};
use crate::platform::tasks::Tasks;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// How long a session lives after its tokens were changed last.
const SLIDING: TimeDelta = TimeDelta::days(30);
/// How long it lives at most, in days.
const LONGEST_SESSION: i32 = 180;

/// What the service keeps for as long as the program runs.
#[derive(Debug, Clone)]
pub struct Access {
    keys: LazyKeys,
    hashing: Hashing,
    sign_up: SignUp,
    tasks: Tasks,
    wake: Wake,
}

impl Access {
    /// From the settings; `tasks` finishes what was begun.
    #[must_use]
    pub fn of(config: &Config, tasks: Tasks) -> Self {
        Self {
            tasks,
            wake: Wake::default(),
            keys: LazyKeys::of(config),
            hashing: Hashing::default(),
            sign_up: config.sign_up,
        }
    }

    /// The same, waking the relay of this process by `wake` when something was told.
    #[must_use]
    pub fn waking(self, wake: Wake) -> Self {
        Self { wake, ..self }
    }

    /// The keys of access tokens, read or made when they were not yet. Whoever serves asks for them before it begins.
    ///
    /// # Errors
    /// When there is no key to sign tokens with.
    pub fn keys(&self) -> Result<&AccessKeys, super::KeyError> {
        self.keys.get()
    }
}

/// People, their sessions, and what they may do.
#[derive(Clone)]
pub struct Accounts {
    database: Database,
    access: Access,
}

/// A session that began or goes on.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What holds it.
    pub tokens: Tokens,
    /// Whose it is.
    pub viewer: Viewer,
}

impl Accounts {
    /// On this database.
    #[must_use]
    pub const fn new(database: Database, access: Access) -> Self {
        Self { database, access }
    }

    /// Whoever an access token belongs to: nobody unless it is one of ours, its session alive and its user active.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Viewer>, AccountError> {
        match self.verify(token)? {
            Some(verified) => self.standing(verified.user, verified.session).await,
            None => Ok(None),
        }
    }

    /// Whose an access token is and until when it is good, if it is one of ours. Whether its session is alive is not asked.
    ///
    /// # Errors
    /// When there are no keys.
    pub fn verify(&self, token: &str) -> Result<Option<Verified>, AccountError> {
        Ok(self.access.keys()?.verify(token, clock::now()))
    }

    /// How somebody stands at this moment who was signed in: nobody when the session was ended or the account closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(
        &self,
        user: UserId,
        session: SessionId,
    ) -> Result<Option<Viewer>, AccountError> {
        let mut conn = self.database.get().await?;
        Ok(sessions::viewer(&mut conn, user, session, clock::now()).await?)
    }

    /// Ends the viewer's session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, viewer: &Viewer) -> Result<(), AccountError> {
        let (user, session) = (viewer.user_id, Some(viewer.session_id));
        self.make(SigningOut { user, session }).await
    }

    /// Ends the session that a refresh token was given out for, if it is one of ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out_by(&self, token: &str) -> Result<(), AccountError> {
        match RefreshToken::read(token) {
            Some(token) => self.make(SigningOutBy { hash: token.hash() }).await,
            None => Ok(()),
        }
    }

    /// Ends all sessions of the viewer, this one too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out_everywhere(&self, viewer: &Viewer) -> Result<(), AccountError> {
        let (user, session) = (viewer.user_id, None);
        self.make(SigningOut { user, session }).await
    }

    /// The viewer as they see themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person(&self, user: UserId) -> Result<Option<Person>, AccountError> {
        let mut conn = self.database.get().await?;
        Ok(users::person(&mut conn, user).await?)
    }

    /// Makes a change on a task of its own, so that it is finished though the client went away.
    async fn make<C>(&self, change: C) -> Result<C::Done, AccountError>
    where
        C: Change<Refusal = AccountError> + 'static,
        C::Done: 'static,
    {
        let (database, wake) = (self.database.clone(), self.access.wake.clone());
        let work = async move {
            let outcome = database.make(&change).await;
            wake.wake();
            outcome
        };
        self.access.tasks.run(work).await?
    }

    /// The tokens that a change has given out, and whose they are.
    async fn signed_in(&self, given: Given) -> Result<SignedIn, AccountError> {
        let now = clock::now();
        let (access, access_expires_at) =
            self.access.keys()?.sign(given.user, given.session, now)?;
        let mut conn = self.database.get().await?;
        let viewer = sessions::viewer(&mut conn, given.user, given.session, now)
            .await?
            .ok_or(AccountError::SessionOver)?;
        Ok(SignedIn {
            tokens: Tokens {
                access,
                access_expires_at,
                refresh: given.refresh.text(),
                refresh_expires_at: given.until,
            },
            viewer,
        })
    }
}

/// A refresh token: 256 random bits, kept as a hash. Twice as long as a [`Secret`](crate::platform::secret::Secret), since it opens
/// a whole account for half a year, and not one cart.
#[derive(Clone)]
struct RefreshToken([u8; 32]);

impl RefreshToken {
    fn new() -> Result<Self, AccountError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| AccountError::Broken(error.to_string()))?;
        Ok(Self(bytes))
    }

    fn read(text: &str) -> Option<Self> {
        // 43 letters: longer texts are not decoded at all.
        let bytes = (text.len() == 43).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
        Some(Self(bytes.try_into().ok()?))
    }

    fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

/// What a change gave out.
struct Given {
    user: UserId,
    session: SessionId,
    refresh: RefreshToken,
    until: DateTime<Utc>,
}

/// A session to be, made before the transaction that begins it: a try after a lost answer finds it.
struct NewSession {
    id: SessionId,
    refresh: RefreshToken,
}

impl NewSession {
    fn new() -> Result<Self, AccountError> {
        Ok(Self {
            id: SessionId::new(),
            refresh: RefreshToken::new()?,
        })
    }

    /// What an earlier try gave out, if it was committed.
    async fn begun_before(&self, conn: &mut Conn) -> Result<Option<Given>, AccountError> {
        given_before(conn, &self.refresh).await
    }

    /// Begins it for `user`, with its first refresh token.
    async fn begin(
        &self,
        conn: &mut Conn,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<Given, AccountError> {
        let (session, until) = (self.id, now + SLIDING);
        sessions::begin(conn, session, user, now, until).await?;
        sessions::keep_token(conn, &self.refresh.hash(), session, now).await?;
        Ok(Given {
            user,
            session,
            refresh: self.refresh.clone(),
            until,
        })
    }
}

/// What was given out with `refresh`, when that was kept before: by a try whose commit was made and whose answer was lost. Nobody else
/// can have made the same token.
async fn given_before(
    conn: &mut Conn,
    refresh: &RefreshToken,
) -> Result<Option<Given>, AccountError> {
    let kept = sessions::kept(conn, &refresh.hash()).await?;
    Ok(kept.map(|kept| Given {
        user: kept.user_id,
        session: kept.id,
        refresh: refresh.clone(),
        until: kept.expires_at,
    }))
}

/// Ends sessions of a user: one, or all of them.
struct SigningOut {
    user: UserId,
    session: Option<SessionId>,
}

impl Change for SigningOut {
    type Done = ();
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<(), AccountError> {
        let now = clock::now();
        match self.session {
            Some(session) => {
                sessions::end(conn, session, EndReason::SignedOut, now).await?;
            }
            None => {
                sessions::end_all(conn, self.user, EndReason::SignedOutEverywhere, now).await?;
            }
        }
        Ok(tell(conn, access_changed(self.user)).await?)
    }
}

/// Ends the session of the refresh token with this hash.
struct SigningOutBy {
    hash: [u8; 32],
}

impl Change for SigningOutBy {
    type Done = ();
    type Refusal = AccountError;

    async fn run(&self, conn: &mut Conn) -> Result<(), AccountError> {
        let Some(session) = sessions::of_token(conn, &self.hash).await? else {
            return Ok(());
        };
        let ended = sessions::end(conn, session, EndReason::SignedOut, clock::now()).await?;
        if let Some(user) = ended {
            tell(conn, access_changed(user)).await?;
        }
        Ok(())
    }
}
