-- How far the indexes of a Meilisearch server have come, and what it would not take.

CREATE TABLE search_indexes (
    name text PRIMARY KEY,
    format integer NOT NULL,
    settings text NOT NULL,
    built_at timestamptz NOT NULL
);
COMMENT ON TABLE search_indexes IS 'The indexes on the Meilisearch server that were filled with all products at one time, and are fed with what changes since.';
COMMENT ON COLUMN search_indexes.format IS 'Of which make its documents are: a program of another make fills it anew.';
COMMENT ON COLUMN search_indexes.settings IS 'Hash of the settings that it was given.';

CREATE TABLE search_dead_letters (
    index_name text NOT NULL,
    product_id uuid NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL CHECK (attempts > 0),
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    PRIMARY KEY (index_name, product_id)
);
CREATE INDEX search_dead_letters_next ON search_dead_letters (next_at);
COMMENT ON TABLE search_dead_letters IS 'Products whose documents the search engine refused. They are tried again now and then; the row is gone when it takes them.';
COMMENT ON COLUMN search_dead_letters.next_at IS 'Not tried again before.';
