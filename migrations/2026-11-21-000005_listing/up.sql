-- What the public reads and sorts by. Written by one function (`listing::refresh`) from the catalogue; can be rebuilt at any time.

CREATE TABLE listings (
    market_id uuid NOT NULL REFERENCES markets ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    vendor_id uuid NOT NULL REFERENCES vendors,
    visible_from timestamptz NOT NULL,
    visible_until timestamptz,
    in_stock boolean NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    type_key text COLLATE "C" NOT NULL,
    vendor_key text COLLATE "C" NOT NULL,
    sold bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (market_id, product_id)
);
CREATE INDEX listings_product ON listings (product_id);
CREATE INDEX listings_by_title ON listings (market_id, title_key, product_id);
CREATE INDEX listings_by_type ON listings (market_id, type_key, product_id);
CREATE INDEX listings_by_vendor ON listings (market_id, vendor_key, product_id);
CREATE INDEX listings_by_sold ON listings (market_id, sold, product_id);
CREATE INDEX listings_by_creation ON listings (market_id, created_at, product_id);
CREATE INDEX listings_by_update ON listings (market_id, updated_at, product_id);
CREATE INDEX listings_of_vendor ON listings (vendor_id, market_id, product_id);
CREATE INDEX listings_of_vendor_by_title ON listings (vendor_id, market_id, title_key, product_id);
CREATE INDEX listings_of_vendor_by_sold ON listings (vendor_id, market_id, sold, product_id);
CREATE INDEX listings_of_vendor_by_creation ON listings (vendor_id, market_id, created_at, product_id);
COMMENT ON TABLE listings IS 'A product that a market can see: one row for each market with a price for it.';
COMMENT ON COLUMN listings.in_stock IS 'Whether any variant can be bought; flips only at zero.';
COMMENT ON COLUMN listings.title_key IS 'Base-language title in lower case: the order by title is the same in every language.';

CREATE TABLE listing_prices (
    price_list_id uuid NOT NULL REFERENCES price_lists ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    min_amount bigint NOT NULL,
    max_amount bigint NOT NULL,
    min_compare_at bigint,
    max_compare_at bigint,
    PRIMARY KEY (price_list_id, product_id)
);
CREATE INDEX listing_prices_product ON listing_prices (product_id);
CREATE INDEX listing_prices_by_amount ON listing_prices (price_list_id, min_amount, product_id);
COMMENT ON TABLE listing_prices IS 'From and up to which price a product is sold in a price list, minor units.';

CREATE TABLE placements (
    collection_id uuid NOT NULL REFERENCES collections ON DELETE CASCADE,
    market_id uuid NOT NULL REFERENCES markets ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    position bigint NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    min_amount bigint NOT NULL,
    sold bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (collection_id, market_id, product_id)
);
CREATE INDEX placements_product ON placements (product_id);
CREATE INDEX placements_by_position ON placements (collection_id, market_id, position, product_id);
CREATE INDEX placements_by_title ON placements (collection_id, market_id, title_key, product_id);
CREATE INDEX placements_by_amount ON placements (collection_id, market_id, min_amount, product_id);
CREATE INDEX placements_by_sold ON placements (collection_id, market_id, sold, product_id);
CREATE INDEX placements_by_creation ON placements (collection_id, market_id, created_at, product_id);
COMMENT ON TABLE placements IS 'A listed product on a shelf, with the keys that the shelf is sorted by.';
COMMENT ON COLUMN placements.position IS 'Place given by hand; in a category, best sold first.';

CREATE TABLE product_texts (
    product_id uuid PRIMARY KEY REFERENCES products ON DELETE CASCADE,
    document tsvector NOT NULL
);
CREATE INDEX product_texts_document ON product_texts USING gin (document);
COMMENT ON TABLE product_texts IS 'The words of a product in all its languages, for text search.';

-- What the tables above ought to hold. `listing::refresh` copies it for the products that changed; `lilium doctor` compares.

CREATE VIEW listing_prices_due AS
SELECT vp.price_list_id, va.product_id, min(vp.amount) AS min_amount, max(vp.amount) AS max_amount,
       min(vp.compare_at) AS min_compare_at, max(vp.compare_at) AS max_compare_at
FROM variants va
JOIN variant_prices vp ON vp.variant_id = va.id
GROUP BY vp.price_list_id, va.product_id;
COMMENT ON VIEW listing_prices_due IS 'What listing_prices ought to hold.';

CREATE VIEW listings_due AS
SELECT m.id AS market_id, p.id AS product_id, p.vendor_id, p.published_at AS visible_from, p.visible_until,
       EXISTS (
           SELECT 1 FROM variants va
           JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id
           JOIN stock_levels s ON s.variant_id = va.id
           WHERE va.product_id = p.id AND s.on_hand > s.reserved
       ) AS in_stock,
       left(lower(p.title), 200) AS title_key, left(lower(p.product_type), 200) AS type_key, left(lower(v.name), 200) AS vendor_key,
       p.sold, p.created_at, p.updated_at
FROM products p
JOIN vendors v ON v.id = p.vendor_id
JOIN listing_prices lp ON lp.product_id = p.id
JOIN markets m ON m.price_list_id = lp.price_list_id
WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED';
COMMENT ON VIEW listings_due IS 'What listings ought to hold, given listing_prices.';

CREATE VIEW placements_due AS
WITH RECURSIVE shelf AS (
    SELECT id AS category_id, id AS collection_id, parent_id FROM collections WHERE kind = 'CATEGORY'
    UNION
    SELECT shelf.category_id, c.id, c.parent_id FROM shelf JOIN collections c ON c.id = shelf.parent_id
), standing AS (
    SELECT shelf.collection_id, p.id AS product_id, -p.sold AS position
    FROM products p JOIN shelf ON shelf.category_id = p.category_id
    UNION ALL
    SELECT cp.collection_id, cp.product_id, cp.position::bigint FROM collection_products cp
), placed AS (
    SELECT collection_id, product_id, min(position) AS position FROM standing GROUP BY product_id, collection_id
)
SELECT placed.collection_id, l.market_id, placed.product_id, placed.position, l.title_key, lp.min_amount, l.sold, l.created_at
FROM placed
JOIN collections c ON c.id = placed.collection_id AND c.published
JOIN listings l ON l.product_id = placed.product_id
JOIN markets m ON m.id = l.market_id
JOIN listing_prices lp ON lp.price_list_id = m.price_list_id AND lp.product_id = l.product_id;
COMMENT ON VIEW placements_due IS 'What placements ought to hold, given listings: a category holds the products of its branches too.';

CREATE FUNCTION text_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE language
        WHEN 'AR' THEN 'pg_catalog.arabic'::regconfig
        WHEN 'DE' THEN 'pg_catalog.german'::regconfig
        WHEN 'EN' THEN 'pg_catalog.english'::regconfig
        WHEN 'ES' THEN 'pg_catalog.spanish'::regconfig
        WHEN 'FR' THEN 'pg_catalog.french'::regconfig
        WHEN 'IT' THEN 'pg_catalog.italian'::regconfig
        WHEN 'NL' THEN 'pg_catalog.dutch'::regconfig
        WHEN 'PT_BR' THEN 'pg_catalog.portuguese'::regconfig
        WHEN 'PT_PT' THEN 'pg_catalog.portuguese'::regconfig
        WHEN 'RU' THEN 'pg_catalog.russian'::regconfig
        WHEN 'SV' THEN 'pg_catalog.swedish'::regconfig
        WHEN 'TR' THEN 'pg_catalog.turkish'::regconfig
        ELSE 'pg_catalog.simple'::regconfig
    END
$$;
COMMENT ON FUNCTION text_config IS 'How words of a language are stemmed.';

CREATE FUNCTION product_words(language text, title text, product_type text, description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector(text_config(language), title), 'A') || setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', product_type), 'B')
        || setweight(to_tsvector(text_config(language), left(regexp_replace(description, '<[^>]*>', ' ', 'g'), 20000)), 'C')
$$;
COMMENT ON FUNCTION product_words IS 'The words of a product in one language: as stemmed by it, and the title and type as they stand, for prefixes.';

CREATE AGGREGATE tsvector_agg (tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');
COMMENT ON AGGREGATE tsvector_agg (tsvector) IS 'All words of several documents.';

CREATE VIEW product_texts_due AS
SELECT p.id AS product_id,
       product_words(shop.base_language, p.title, p.product_type, p.description_html)
       || setweight(to_tsvector('simple', v.name || ' ' || array_to_string(p.tags, ' ')), 'B')
       || coalesce((
           SELECT tsvector_agg(product_words(t.language, t.title, t.product_type, t.description_html))
           FROM product_translations t WHERE t.product_id = p.id
       ), ''::tsvector)
       || coalesce((
           SELECT tsvector_agg(setweight(to_tsvector('simple', concat_ws(' ', x.name, xt.name)), 'C'))
           FROM product_options o
           JOIN option_values x ON x.option_id = o.id
           LEFT JOIN option_value_translations xt ON xt.value_id = x.id
           WHERE o.product_id = p.id AND (o.name, x.name) <> ('Title', 'Default Title')
       ), ''::tsvector) AS document
FROM products p
JOIN vendors v ON v.id = p.vendor_id
CROSS JOIN shop
WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED';
COMMENT ON VIEW product_texts_due IS 'What product_texts ought to hold.';
