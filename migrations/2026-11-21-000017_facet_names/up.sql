-- What values are called in all languages: types and texts of attributes, too, and texts as they are written.

CREATE OR REPLACE VIEW product_facets_due AS
SELECT p.id AS product_id, 'CATEGORY'::facet_kind AS kind, '' AS field, branch.id::text AS value,
       NULL::text AS field_name, NULL::text AS value_name, NULL::char(7) AS swatch
FROM products p CROSS JOIN LATERAL (
    WITH RECURSIVE up (id, parent_id) AS (
        SELECT c.id, c.parent_id FROM collections c WHERE c.id = p.category_id
        UNION
        SELECT c.id, c.parent_id FROM up JOIN collections c ON c.id = up.parent_id
    )
    SELECT up.id FROM up
) branch
UNION ALL
SELECT p.id, 'VENDOR', '', p.vendor_id::text, NULL, NULL, NULL FROM products p
UNION ALL
SELECT p.id, 'TYPE', '', left(lower(p.product_type), 200), NULL, p.product_type, NULL FROM products p WHERE p.product_type <> ''
UNION ALL
SELECT p.id, 'TAG', '', left(lower(tag), 200), NULL, min(tag), NULL FROM products p CROSS JOIN unnest(p.tags) tag WHERE tag <> '' GROUP BY p.id, left(lower(tag), 200)
UNION ALL
SELECT o.product_id, 'OPTION', left(lower(o.name), 200), left(lower(x.name), 200), min(o.name), min(x.name), min(x.swatch)
FROM product_options o JOIN option_values x ON x.option_id = o.id
WHERE (o.name, x.name) <> ('Title', 'Default Title')
GROUP BY o.product_id, left(lower(o.name), 200), left(lower(x.name), 200)
UNION ALL
SELECT pa.product_id, 'ATTRIBUTE', a.handle,
       coalesce(c.handle, trim_scale(pa.number)::text, pa.yes::text, left(lower(pa.text), 200)), NULL, pa.text, NULL
FROM product_attributes pa
JOIN attributes a ON a.id = pa.attribute_id AND a.filterable
LEFT JOIN attribute_choices c ON c.id = pa.choice_id
UNION ALL
SELECT r.product_id, 'RATING', '', reached.least::text, NULL, NULL, NULL
FROM product_ratings r CROSS JOIN LATERAL generate_series(1, r.stars / r.reviews) reached(least);

CREATE VIEW product_facet_names_due AS
SELECT o.product_id, 'OPTION'::facet_kind AS kind, left(lower(o.name), 200) AS field, left(lower(x.name), 200) AS value,
       ot.language, ot.name AS field_name, xt.name AS value_name
FROM product_options o
JOIN option_values x ON x.option_id = o.id
JOIN product_option_translations ot ON ot.option_id = o.id
JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = ot.language
UNION ALL
SELECT p.id, 'TYPE', '', left(lower(p.product_type), 200), t.language, NULL, t.product_type
FROM products p JOIN product_translations t ON t.product_id = p.id WHERE p.product_type <> '' AND t.product_type <> ''
UNION ALL
SELECT pa.product_id, 'ATTRIBUTE', a.handle, left(lower(pa.text), 200), t.language, NULL, t.text
FROM product_attributes pa
JOIN attributes a ON a.id = pa.attribute_id AND a.filterable
JOIN product_attribute_translations t ON t.product_id = pa.product_id AND t.attribute_id = pa.attribute_id
WHERE pa.text IS NOT NULL;
COMMENT ON VIEW product_facet_names_due IS 'What the values of a product are called in other languages, as far as their own tables do not say it.';
COMMENT ON TABLE facet_value_translations IS 'What an OPTION with its value, a TYPE, or a text of an ATTRIBUTE is called in other languages: the reader may filter by these names, too.';
COMMENT ON COLUMN facet_values.value_name IS 'What a TYPE, TAG, value of an OPTION or text of an ATTRIBUTE is called in the base language.';

UPDATE facet_values f SET value_name = due.value_name
FROM (SELECT field, value, min(value_name) AS value_name FROM product_facets_due WHERE kind = 'ATTRIBUTE' GROUP BY field, value) due
WHERE f.kind = 'ATTRIBUTE' AND f.field = due.field AND f.value = due.value AND f.value_name IS DISTINCT FROM due.value_name;
INSERT INTO facet_value_translations (facet_id, language, field_name, value_name)
SELECT f.id, due.language, min(due.field_name), min(due.value_name)
FROM product_facet_names_due due JOIN facet_values f USING (kind, field, value)
WHERE NOT EXISTS (SELECT 1 FROM facet_value_translations have WHERE have.facet_id = f.id AND have.language = due.language)
GROUP BY f.id, due.language;
