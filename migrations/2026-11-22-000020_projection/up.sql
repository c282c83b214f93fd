-- What is derived from products follows what is said elsewhere: words of what can be seen only, names as they are by now, and
-- changes of vendors and categories.

-- The readable time of a word is that of the first product that has it.
ALTER TABLE search_words ADD COLUMN visible_from timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON TABLE search_words IS 'Words that products which are seen have in their titles, types and properties: a word that is none of them may be one of them mistyped.';
COMMENT ON COLUMN search_words.visible_from IS 'When the first of the products that have it is seen: nobody is told of it before.';

DROP VIEW search_words_due;
-- Words are those that texts are made of: folded first, then split. They are shown as the product spells them, where that is one word.
CREATE VIEW search_words_due AS
SELECT said.product_id, words.word, words.spelled, p.published_at AS visible_from
FROM (
    SELECT p.id AS product_id, concat_ws(' ', p.title, p.product_type) AS words FROM products p
    UNION ALL
    SELECT t.product_id, concat_ws(' ', t.title, t.product_type) FROM product_translations t
    UNION ALL
    SELECT d.product_id, d.words FROM product_properties_due d
) said
JOIN products p ON p.id = said.product_id AND p.state = 'ACTIVE' AND p.moderation = 'APPROVED'
    AND (p.visible_until IS NULL OR p.visible_until > now())
JOIN vendors v ON v.id = p.vendor_id AND v.state = 'ACTIVE'
CROSS JOIN LATERAL (
    SELECT made.word, coalesce(min(shown.spelled), made.word) AS spelled
    FROM unnest(tsvector_to_array(to_tsvector('simple', search_fold(search_spaced(said.words))))) made(word)
    LEFT JOIN (
        SELECT search_fold(spelled) AS word, spelled
        FROM unnest(tsvector_to_array(to_tsvector('simple', search_spaced(lower(said.words))))) spelled OFFSET 0
    ) shown ON shown.word = made.word
    GROUP BY made.word
) words
WHERE char_length(words.word) BETWEEN 2 AND 40;
COMMENT ON VIEW search_words_due IS 'Which words a product that is seen, now or later, has in its titles, types and properties.';

-- A rare word would be looked for in all texts, one after the other, by a plan that does not know how rare it is.
CREATE FUNCTION search_word_is_said(word text) RETURNS boolean LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT (SELECT true FROM product_texts x
            JOIN products p ON p.id = x.product_id AND (p.visible_until IS NULL OR p.visible_until > now())
            JOIN vendors v ON v.id = p.vendor_id AND v.state = 'ACTIVE'
            WHERE x.document @@ ('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''')::tsquery LIMIT 1) IS NOT NULL
$$;
COMMENT ON FUNCTION search_word_is_said IS 'Whether any product that is seen, now or later, has a word.';

-- What is there already is told as before, until housekeeping has looked at it: that takes longer than searches may wait for a lock.

-- A value is called as a product that is listed calls it. What none of a hundred says any more is out of date.
CREATE FUNCTION facet_name_is_said(f facet_values) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (SELECT true FROM (SELECT l.product_id FROM listings l WHERE l.facets @> ARRAY[f.id] LIMIT 100) l CROSS JOIN LATERAL (
                SELECT 1 FROM product_facets_due d WHERE d.product_id = l.product_id AND d.kind = f.kind AND d.field = f.field AND d.value = f.value
                AND (d.field_name, d.value_name, d.swatch) IS NOT DISTINCT FROM (f.field_name, f.value_name, f.swatch) LIMIT 1) said LIMIT 1) IS NOT NULL
$$;
COMMENT ON FUNCTION facet_name_is_said IS 'Whether one of a hundred products that are listed calls a value of the dictionary so.';

CREATE FUNCTION facet_translation_is_said(t facet_value_translations) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (SELECT true FROM facet_values f CROSS JOIN LATERAL (SELECT l.product_id FROM listings l WHERE l.facets @> ARRAY[f.id] LIMIT 100) l CROSS JOIN LATERAL (
                SELECT 1 FROM product_facet_names_due d WHERE d.product_id = l.product_id AND d.kind = f.kind AND d.field = f.field
                AND d.value = f.value AND d.language = t.language
                AND (d.field_name, d.value_name) IS NOT DISTINCT FROM (t.field_name, t.value_name) LIMIT 1) said
            WHERE f.id = t.facet_id LIMIT 1) IS NOT NULL
$$;
COMMENT ON FUNCTION facet_translation_is_said IS 'Whether one of a hundred products that are listed calls a value of the dictionary so in another language.';

-- Products are listed, found and narrowed down by what their vendor and their category are, too: whoever changes these tells it,
-- in whichever way it is done.
CREATE FUNCTION tell_of_products() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject uuid := CASE WHEN TG_TABLE_NAME = 'vendor_translations' THEN
        CASE WHEN TG_OP = 'DELETE' THEN (to_jsonb(OLD) ->> 'vendor_id')::uuid ELSE (to_jsonb(NEW) ->> 'vendor_id')::uuid END
        ELSE (to_jsonb(NEW) ->> 'id')::uuid END;
    about text := CASE WHEN TG_TABLE_NAME = 'collections' THEN 'category.changed' ELSE 'vendor.changed' END;
BEGIN
    -- What has no products yet is told with them.
    IF about = 'category.changed' OR EXISTS (SELECT FROM products p WHERE p.vendor_id = subject) THEN
        INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
        VALUES (gen_random_uuid(), about, subject, '{}', '{}', clock_timestamp());
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_of_products IS 'Tells that the products of a vendor or a category are to be read anew.';

CREATE TRIGGER vendors_told AFTER UPDATE OF state, name ON vendors FOR EACH ROW
    WHEN ((OLD.state, OLD.name) IS DISTINCT FROM (NEW.state, NEW.name)) EXECUTE FUNCTION tell_of_products();
CREATE TRIGGER vendor_translations_told AFTER INSERT OR DELETE OR UPDATE OF name ON vendor_translations
    FOR EACH ROW EXECUTE FUNCTION tell_of_products();
CREATE TRIGGER collections_told AFTER UPDATE OF parent_id ON collections FOR EACH ROW
    WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION tell_of_products();
