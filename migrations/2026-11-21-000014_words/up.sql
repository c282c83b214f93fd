-- Words as they are searched: folded, stemmed, and known by their spelling, so that mistyped ones can be taken for the nearest.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(words) = char_length(words) THEN lower(words)
        ELSE replace(replace(replace(replace(replace(replace(replace(replace(replace(
            regexp_replace(normalize(lower(words), NFKD), U&'[\0300-\036F\0640\064B-\065F\0670]+', '', 'g'),
            'ة', 'ه'), 'ى', 'ي'), 'ی', 'ي'), 'ک', 'ك'), 'ٱ', 'ا'), 'ß', 'ss'), 'ø', 'o'), 'ł', 'l'), 'ı', 'i')
    END
$$;
COMMENT ON FUNCTION search_fold IS 'Words without what is written differently by different people: case, accents, and in Arabic vowel signs, tatweel, the forms of alef and hamza, ta marbuta and alef maqsura.';

CREATE FUNCTION search_spaced(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(words, '[./@_+:~-]+', ' ', 'g')
$$;
COMMENT ON FUNCTION search_spaced IS 'Words without the signs by which the reader of texts would take several for one: a fraction, an address, a path.';

CREATE FUNCTION search_words_of(language text, words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', folded) || to_tsvector(text_config(language), folded) FROM search_fold(search_spaced(words)) folded
$$;
COMMENT ON FUNCTION search_words_of IS 'Words as they stand, for prefixes, and as a language stems them.';

CREATE OR REPLACE FUNCTION product_words(language text, title text, product_type text, description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(search_words_of(language, title), 'A') || setweight(search_words_of(language, product_type), 'B')
        || setweight(to_tsvector(text_config(language),
               search_fold(left(regexp_replace(description, '<[^>]*>|[./@_+:~-]+', ' ', 'g'), 20000))), 'C')
$$;
COMMENT ON FUNCTION product_words IS 'The words of a product in one language, folded: as stemmed by it, and those of the title and the type as they stand, too.';

CREATE VIEW product_properties_due AS
SELECT p.id AS product_id, shop.base_language AS language, concat_ws(' ', v.name, array_to_string(p.tags, ' ')) AS words
FROM products p JOIN vendors v ON v.id = p.vendor_id CROSS JOIN shop
UNION ALL
SELECT p.id, vt.language, vt.name FROM products p JOIN vendor_translations vt ON vt.vendor_id = p.vendor_id
UNION ALL
SELECT o.product_id, shop.base_language, string_agg(x.name, ' ' ORDER BY o.position, x.position)
FROM product_options o JOIN option_values x ON x.option_id = o.id CROSS JOIN shop
WHERE (o.name, x.name) <> ('Title', 'Default Title')
GROUP BY o.product_id, shop.base_language
UNION ALL
SELECT o.product_id, xt.language, string_agg(xt.name, ' ' ORDER BY o.position, x.position, xt.name)
FROM product_options o JOIN option_values x ON x.option_id = o.id JOIN option_value_translations xt ON xt.value_id = x.id
WHERE (o.name, x.name) <> ('Title', 'Default Title')
GROUP BY o.product_id, xt.language
UNION ALL
SELECT pa.product_id, shop.base_language, string_agg(coalesce(c.name, pa.text), ' ' ORDER BY a.position, c.position, c.name, pa.text)
FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id LEFT JOIN attribute_choices c ON c.id = pa.choice_id
CROSS JOIN shop
WHERE c.id IS NOT NULL OR pa.text IS NOT NULL
GROUP BY pa.product_id, shop.base_language
UNION ALL
SELECT pa.product_id, t.language, string_agg(t.name, ' ' ORDER BY c.position, t.name)
FROM product_attributes pa JOIN attribute_choices c ON c.id = pa.choice_id JOIN attribute_choice_translations t ON t.choice_id = c.id
GROUP BY pa.product_id, t.language
UNION ALL
SELECT t.product_id, t.language, string_agg(t.text, ' ' ORDER BY t.text) FROM product_attribute_translations t GROUP BY t.product_id, t.language
UNION ALL
SELECT pa.product_id, shop.base_language, string_agg(a.name, ' ' ORDER BY a.position, a.name)
FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id CROSS JOIN shop
WHERE pa.yes
GROUP BY pa.product_id, shop.base_language
UNION ALL
SELECT pa.product_id, t.language, string_agg(t.name, ' ' ORDER BY a.position, t.name)
FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id JOIN attribute_translations t ON t.attribute_id = a.id
WHERE pa.yes
GROUP BY pa.product_id, t.language;
COMMENT ON VIEW product_properties_due IS 'The words of what a product has: its vendor, tags, choices and attributes, in each language.';

CREATE OR REPLACE VIEW product_texts_due AS
SELECT p.id AS product_id,
       product_words(shop.base_language, p.title, p.product_type, p.description_html)
       || coalesce((
           SELECT tsvector_agg(product_words(t.language, t.title, t.product_type, t.description_html) ORDER BY t.language)
           FROM product_translations t WHERE t.product_id = p.id
       ), ''::tsvector)
       || coalesce((
           SELECT tsvector_agg(setweight(search_words_of(said.language, said.words), 'B') ORDER BY said.language)
           FROM (SELECT d.language, string_agg(d.words, ' ' ORDER BY d.words) AS words FROM product_properties_due d
                 WHERE d.product_id = p.id GROUP BY d.language) said
       ), ''::tsvector) AS document
FROM products p
CROSS JOIN shop
WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED';

CREATE TABLE search_words (
    word text COLLATE "C" PRIMARY KEY,
    spelled text NOT NULL
);
CREATE INDEX search_words_alike ON search_words USING gin (word gin_trgm_ops);
COMMENT ON TABLE search_words IS 'Words that products have in their titles, types and properties: a word that is none of them may be one of them mistyped.';
COMMENT ON COLUMN search_words.word IS 'Folded, see search_fold.';
COMMENT ON COLUMN search_words.spelled IS 'As it stands, in lower case.';

CREATE VIEW search_words_due AS
SELECT said.product_id, search_fold(spelled) AS word, spelled
FROM (
    SELECT p.id AS product_id, concat_ws(' ', p.title, p.product_type) AS words FROM products p
    UNION ALL
    SELECT t.product_id, concat_ws(' ', t.title, t.product_type) FROM product_translations t
    UNION ALL
    SELECT d.product_id, d.words FROM product_properties_due d
) said CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('simple', search_spaced(lower(said.words))))) spelled
WHERE char_length(spelled) BETWEEN 2 AND 40;
COMMENT ON VIEW search_words_due IS 'Which words a product has in its titles, types and properties.';

-- Some listings that stand for all: those of so many of the 256 buckets.
CREATE INDEX listings_sampled ON listings (market_id, (uuid_hash(product_id) & 255));
CREATE INDEX product_translations_by_title ON product_translations (language, left(lower(title), 200));

-- Products that are there already are read anew.
UPDATE product_texts x SET document = due.document FROM product_texts_due due
WHERE due.product_id = x.product_id AND x.document IS DISTINCT FROM due.document;
INSERT INTO search_words (word, spelled)
SELECT due.word, min(due.spelled) FROM search_words_due due WHERE due.word <> '' GROUP BY due.word ORDER BY due.word COLLATE "C";
ANALYZE product_texts, search_words;
