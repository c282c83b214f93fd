-- The shop itself: what it is called, which markets it sells to, and the files its pictures come from.

CREATE TABLE files (
    id uuid PRIMARY KEY,
    storage_key text NOT NULL CONSTRAINT files_storage_key UNIQUE,
    content_type text NOT NULL,
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    byte_size bigint NOT NULL CHECK (byte_size > 0),
    sha256 char(64) NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE files IS 'Pictures as they were stored; smaller ones are made from them on demand. A file never changes.';
COMMENT ON COLUMN files.storage_key IS 'Where the original lies below the media folder.';
COMMENT ON COLUMN files.width IS 'Pixels.';
COMMENT ON COLUMN files.height IS 'Pixels.';
COMMENT ON COLUMN files.sha256 IS 'Hash of the original, lower-case hexadecimal.';

CREATE TABLE shop (
    id uuid PRIMARY KEY,
    singleton boolean NOT NULL DEFAULT true CONSTRAINT shop_is_one UNIQUE CHECK (singleton),
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL,
    slogan text NOT NULL,
    base_language text NOT NULL,
    logo_file_id uuid REFERENCES files,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE shop IS 'One deployment is one shop: one row.';
COMMENT ON COLUMN shop.base_language IS 'The language in which rows hold their own texts; the others stand in translations.';

CREATE TABLE shop_translations (
    language text PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    slogan text NOT NULL
);
COMMENT ON TABLE shop_translations IS 'The texts of the shop in other languages.';

CREATE TYPE policy_kind AS ENUM ('PRIVACY', 'REFUND', 'SHIPPING', 'TERMS');
CREATE TABLE shop_policies (
    id uuid PRIMARY KEY,
    kind policy_kind NOT NULL CONSTRAINT shop_policies_kind UNIQUE,
    handle text NOT NULL,
    title text NOT NULL,
    body_html text NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE shop_policies IS 'What the shop promises its customers, one of each kind.';

CREATE TABLE shop_policy_translations (
    policy_id uuid NOT NULL REFERENCES shop_policies ON DELETE CASCADE,
    language text NOT NULL,
    title text NOT NULL,
    body_html text NOT NULL,
    PRIMARY KEY (policy_id, language)
);
COMMENT ON TABLE shop_policy_translations IS 'The policies in other languages.';

CREATE TABLE price_lists (
    id uuid PRIMARY KEY,
    code text NOT NULL CONSTRAINT price_lists_code UNIQUE,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE price_lists IS 'A set of prices in one currency; who asks decides which one is used.';

CREATE TABLE markets (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT markets_handle UNIQUE,
    name text NOT NULL,
    price_list_id uuid NOT NULL REFERENCES price_lists,
    default_country char(2) NOT NULL,
    tax_included boolean NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX markets_one_default ON markets (is_default) WHERE is_default;
COMMENT ON TABLE markets IS 'Countries that are sold to alike: one price list, one set of languages.';
COMMENT ON COLUMN markets.is_default IS 'Serves every country that no market names.';
COMMENT ON COLUMN markets.tax_included IS 'Whether the prices of this market contain tax.';

CREATE TABLE market_countries (
    country char(2) PRIMARY KEY CHECK (country ~ '^[A-Z]{2}$'),
    market_id uuid NOT NULL REFERENCES markets ON DELETE CASCADE
);
CREATE INDEX market_countries_market ON market_countries (market_id);
COMMENT ON TABLE market_countries IS 'A country is in one market.';

CREATE TABLE market_languages (
    market_id uuid NOT NULL REFERENCES markets ON DELETE CASCADE,
    language text NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (market_id, language)
);
COMMENT ON TABLE market_languages IS 'Languages that a market is served in; the lowest position is its default.';
