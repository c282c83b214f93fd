-- What a buyer has chosen and not bought yet.

CREATE TYPE cart_state AS ENUM ('OPEN', 'PAYING', 'BOUGHT');
CREATE TABLE carts (
    id uuid PRIMARY KEY,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    state cart_state NOT NULL DEFAULT 'OPEN',
    market_id uuid NOT NULL REFERENCES markets,
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    user_id uuid REFERENCES users ON DELETE SET NULL,
    email text CHECK (char_length(email) BETWEEN 3 AND 254),
    phone text CHECK (char_length(phone) BETWEEN 3 AND 32),
    note text NOT NULL DEFAULT '' CHECK (char_length(note) <= 5000),
    attributes jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    last_edit uuid
);
CREATE INDEX carts_user ON carts (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX carts_updated ON carts (updated_at) WHERE state = 'OPEN';
COMMENT ON TABLE carts IS 'A cart. Whoever knows its secret may read and change it while it is OPEN.';
COMMENT ON COLUMN carts.secret_hash IS 'SHA-256 of the secret in the cart''s id.';
COMMENT ON COLUMN carts.state IS 'PAYING: an order was made of it and waits for its payment. BOUGHT: for good.';
COMMENT ON COLUMN carts.country IS 'The buyer''s country: decides the market and with it the prices.';
COMMENT ON COLUMN carts.user_id IS 'The signed-in buyer.';
COMMENT ON COLUMN carts.last_edit IS 'The change that was made last: tried again after its answer was lost, it finds itself here.';
COMMENT ON COLUMN carts.attributes IS 'What the storefront wants to remember: a list of {"key", "value"}.';

CREATE TABLE cart_lines (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    variant_id uuid NOT NULL REFERENCES variants,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
    attributes jsonb NOT NULL DEFAULT '[]',
    attributes_key text NOT NULL GENERATED ALWAYS AS (md5(attributes::text)) STORED,
    created_at timestamptz NOT NULL,
    CONSTRAINT cart_lines_once UNIQUE (cart_id, variant_id, attributes_key)
);
CREATE INDEX cart_lines_variant ON cart_lines (variant_id);
COMMENT ON TABLE cart_lines IS 'One variant in a cart. The same variant with other attributes is another line.';
COMMENT ON COLUMN cart_lines.attributes_key IS 'Tells lines of one variant apart.';
