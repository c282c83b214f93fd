-- Who sells.

CREATE TYPE vendor_state AS ENUM ('PENDING', 'ACTIVE', 'PAUSED', 'CLOSED');
CREATE TABLE vendors (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT vendors_handle UNIQUE CHECK (handle ~ '^[a-z0-9-]{1,100}$'),
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL,
    city text NOT NULL,
    state vendor_state NOT NULL,
    logo_file_id uuid REFERENCES files,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE vendors IS 'Whoever sells on the marketplace. Only an ACTIVE vendor''s products are seen.';

CREATE TABLE vendor_translations (
    vendor_id uuid NOT NULL REFERENCES vendors ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    city text NOT NULL,
    PRIMARY KEY (vendor_id, language)
);
COMMENT ON TABLE vendor_translations IS 'The texts of vendors in other languages.';

CREATE TABLE locations (
    id uuid PRIMARY KEY,
    vendor_id uuid NOT NULL REFERENCES vendors,
    name text NOT NULL,
    country char(2) NOT NULL,
    city text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX locations_vendor ON locations (vendor_id);
COMMENT ON TABLE locations IS 'Where a vendor keeps stock.';
