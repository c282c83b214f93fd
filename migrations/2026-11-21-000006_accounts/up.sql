-- Who signs in, what they may do, and who buys.

CREATE TYPE user_state AS ENUM ('ACTIVE', 'DISABLED');
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    first_name text NOT NULL CHECK (char_length(first_name) <= 100),
    last_name text NOT NULL CHECK (char_length(last_name) <= 100),
    phone text CHECK (char_length(phone) BETWEEN 3 AND 32),
    state user_state NOT NULL DEFAULT 'ACTIVE',
    email_verified_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
COMMENT ON TABLE users IS 'Whoever signs in. An address is one account, however it is capitalised.';
COMMENT ON COLUMN users.email_verified_at IS 'When the user showed that the address is theirs; absent until then.';

CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE credentials IS 'How a user proves who they are.';
COMMENT ON COLUMN credentials.password_hash IS 'Argon2id in PHC string format.';

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CHECK (end_reason IN ('SIGNED_OUT', 'SIGNED_OUT_EVERYWHERE', 'PASSWORD_CHANGED', 'TOKEN_REUSED', 'DISABLED')),
    CONSTRAINT sessions_end CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX sessions_user ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_over ON sessions (least(ended_at, expires_at));
COMMENT ON TABLE sessions IS 'One sign-in on one device: the family of all refresh tokens that descend from it.';

CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
COMMENT ON TABLE refresh_tokens IS 'Every refresh token that was given out. One that is used a second time ends its session.';
COMMENT ON COLUMN refresh_tokens.hash IS 'SHA-256 of the token, which itself is kept nowhere.';

CREATE TYPE user_role AS ENUM ('CUSTOMER', 'VENDOR_OWNER', 'VENDOR_MANAGER', 'VENDOR_STAFF', 'DRIVER', 'SUPPORT', 'ADMIN', 'SUPER_ADMIN');
CREATE TABLE grants (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role user_role NOT NULL,
    vendor_id uuid REFERENCES vendors,
    granted_at timestamptz NOT NULL,
    granted_by uuid REFERENCES users,
    CONSTRAINT grants_once UNIQUE NULLS NOT DISTINCT (user_id, role, vendor_id),
    CONSTRAINT grants_where CHECK ((vendor_id IS NOT NULL) = (role IN ('VENDOR_OWNER', 'VENDOR_MANAGER', 'VENDOR_STAFF')))
);
CREATE INDEX grants_vendor ON grants (vendor_id) WHERE vendor_id IS NOT NULL;
COMMENT ON TABLE grants IS 'Which role a user has, and at which vendor it holds. Which permissions a role has stands in the program.';

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    user_id uuid CONSTRAINT customers_user UNIQUE REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE customers IS 'Whoever buys: a guest, or the person who signs in.';

CREATE TABLE throttles (
    subject bytea PRIMARY KEY CHECK (octet_length(subject) = 32),
    level double precision NOT NULL CHECK (level >= 0),
    updated_at timestamptz NOT NULL
);
CREATE INDEX throttles_updated ON throttles (updated_at);
COMMENT ON TABLE throttles IS 'Failed attempts, as buckets that leak: an account, an address, or an account from an address.';
COMMENT ON COLUMN throttles.subject IS 'SHA-256 of what is counted, so that no address of a person stands here.';
COMMENT ON COLUMN throttles.level IS 'Attempts in the bucket at updated_at; it leaks with time, and a full one makes wait.';

CREATE TABLE familiar_places (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    place bytea NOT NULL CHECK (octet_length(place) = 32),
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, place)
);
COMMENT ON TABLE familiar_places IS 'Where a user signed in from before: guesses made elsewhere do not make the owner wait there.';
COMMENT ON COLUMN familiar_places.place IS 'SHA-256 of the account and the address.';
