-- What products can be narrowed down by: types with typed attributes, ratings, and the dictionary of facet values.

CREATE TABLE product_types (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT product_types_handle UNIQUE CHECK (handle ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL CHECK (name <> ''),
    position integer NOT NULL
);
COMMENT ON TABLE product_types IS 'What kind of thing a product is, and by that which attributes it can have.';

CREATE TABLE product_type_translations (
    type_id uuid NOT NULL REFERENCES product_types ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    PRIMARY KEY (type_id, language)
);
COMMENT ON TABLE product_type_translations IS 'Names of types in other languages.';

CREATE TYPE attribute_kind AS ENUM ('TEXT', 'NUMBER', 'BOOLEAN', 'CHOICE', 'COLOR');
CREATE TABLE attributes (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT attributes_handle UNIQUE CHECK (handle ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text NOT NULL CHECK (name <> ''),
    kind attribute_kind NOT NULL,
    unit text CONSTRAINT attributes_unit_of_numbers CHECK (unit IS NULL OR kind = 'NUMBER'),
    filterable boolean NOT NULL,
    position integer NOT NULL
);
COMMENT ON TABLE attributes IS 'A property that products of some types have, such as a material or a volume.';
COMMENT ON COLUMN attributes.unit IS 'What a number counts, such as ml.';
COMMENT ON COLUMN attributes.filterable IS 'Whether lists can be narrowed down by it.';
COMMENT ON COLUMN attributes.position IS 'Order among all attributes, which is that of the filters, too.';

CREATE TABLE attribute_translations (
    attribute_id uuid NOT NULL REFERENCES attributes ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    unit text,
    PRIMARY KEY (attribute_id, language)
);
COMMENT ON TABLE attribute_translations IS 'Names and units of attributes in other languages.';

CREATE TABLE attribute_choices (
    id uuid PRIMARY KEY,
    attribute_id uuid NOT NULL REFERENCES attributes ON DELETE CASCADE,
    handle text NOT NULL CHECK (handle ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text NOT NULL CHECK (name <> ''),
    swatch char(7) CHECK (swatch ~ '^#[0-9a-f]{6}$'),
    position integer NOT NULL,
    CONSTRAINT attribute_choices_handle UNIQUE (attribute_id, handle)
);
COMMENT ON TABLE attribute_choices IS 'What an attribute of kind CHOICE or COLOR can be.';
COMMENT ON COLUMN attribute_choices.swatch IS 'Colour to show beside the name, as #rrggbb.';

CREATE TABLE attribute_choice_translations (
    choice_id uuid NOT NULL REFERENCES attribute_choices ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    PRIMARY KEY (choice_id, language)
);
COMMENT ON TABLE attribute_choice_translations IS 'Names of choices in other languages.';

CREATE TABLE product_type_attributes (
    type_id uuid NOT NULL REFERENCES product_types ON DELETE CASCADE,
    attribute_id uuid NOT NULL REFERENCES attributes ON DELETE CASCADE,
    position integer NOT NULL,
    PRIMARY KEY (type_id, attribute_id)
);
COMMENT ON TABLE product_type_attributes IS 'Which attributes the products of a type have, in the order in which they are shown.';

ALTER TABLE products ADD COLUMN type_id uuid REFERENCES product_types;
CREATE INDEX products_type ON products (type_id);
COMMENT ON COLUMN products.type_id IS 'What it is, for its attributes; product_type is what the storefront calls it.';

CREATE TABLE product_attributes (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    attribute_id uuid NOT NULL REFERENCES attributes ON DELETE CASCADE,
    choice_id uuid REFERENCES attribute_choices ON DELETE CASCADE,
    text text CHECK (text <> ''),
    number numeric(18, 6),
    yes boolean,
    CONSTRAINT product_attributes_one_value CHECK (num_nonnulls(choice_id, text, number, yes) = 1),
    CONSTRAINT product_attributes_once UNIQUE NULLS NOT DISTINCT (product_id, attribute_id, choice_id)
);
CREATE INDEX product_attributes_attribute ON product_attributes (attribute_id);
COMMENT ON TABLE product_attributes IS 'What an attribute of a product is; an attribute of choices can be several.';

CREATE TABLE product_attribute_translations (
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    attribute_id uuid NOT NULL REFERENCES attributes ON DELETE CASCADE,
    language text NOT NULL,
    text text NOT NULL CHECK (text <> ''),
    PRIMARY KEY (product_id, attribute_id, language)
);
COMMENT ON TABLE product_attribute_translations IS 'Attributes of kind TEXT in other languages.';

CREATE TABLE product_ratings (
    product_id uuid PRIMARY KEY REFERENCES products ON DELETE CASCADE,
    reviews integer NOT NULL CHECK (reviews > 0),
    stars integer NOT NULL,
    CONSTRAINT product_ratings_of_one_to_five CHECK (stars BETWEEN reviews AND 5 * reviews)
);
COMMENT ON TABLE product_ratings IS 'How a product was rated: so many reviews, and the sum of their stars, one to five each.';

CREATE TYPE facet_kind AS ENUM ('CATEGORY', 'VENDOR', 'TYPE', 'TAG', 'OPTION', 'ATTRIBUTE', 'RATING');
CREATE TABLE facet_values (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind facet_kind NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    field_name text,
    value_name text,
    swatch char(7) CHECK (swatch ~ '^#[0-9a-f]{6}$'),
    CONSTRAINT facet_values_meaning UNIQUE (kind, field, value)
);
COMMENT ON TABLE facet_values IS 'The dictionary of what products can be narrowed down by: a number for each value that any product has. Numbers are never given twice.';
COMMENT ON COLUMN facet_values.field IS 'Lower-case name of an OPTION, handle of an ATTRIBUTE; empty for the other kinds.';
COMMENT ON COLUMN facet_values.value IS 'Id of a CATEGORY or VENDOR; lower-case name of a TYPE, TAG or OPTION; handle of a choice, number, true, false or lower-case text of an ATTRIBUTE; 1 to 5 of a RATING, which is at least so many stars.';
COMMENT ON COLUMN facet_values.field_name IS 'What an OPTION is called in the base language; what other kinds are called stands in their own tables.';
COMMENT ON COLUMN facet_values.value_name IS 'What a TYPE, TAG or value of an OPTION is called in the base language.';

CREATE TABLE facet_value_translations (
    facet_id integer NOT NULL REFERENCES facet_values ON DELETE CASCADE,
    language text NOT NULL,
    field_name text,
    value_name text NOT NULL,
    PRIMARY KEY (facet_id, language)
);
CREATE INDEX facet_value_translations_names ON facet_value_translations (lower(value_name), lower(field_name));
COMMENT ON TABLE facet_value_translations IS 'What an OPTION with its value, or a TYPE, is called in other languages: the reader may filter by these names, too.';

CREATE VIEW product_facets_due AS
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
       coalesce(c.handle, trim_scale(pa.number)::text, pa.yes::text, left(lower(pa.text), 200)), NULL, NULL, NULL
FROM product_attributes pa
JOIN attributes a ON a.id = pa.attribute_id AND a.filterable
LEFT JOIN attribute_choices c ON c.id = pa.choice_id
UNION ALL
SELECT r.product_id, 'RATING', '', reached.least::text, NULL, NULL, NULL
FROM product_ratings r CROSS JOIN LATERAL generate_series(1, r.stars / r.reviews) reached(least);
COMMENT ON VIEW product_facets_due IS 'What products can be narrowed down by: the values of the dictionary that each has.';

ALTER TABLE listings ADD COLUMN facets integer[] NOT NULL DEFAULT '{}';
CREATE INDEX listings_facets ON listings USING gin (facets);
COMMENT ON COLUMN listings.facets IS 'The numbers of the product''s values in facet_values, ascending.';

CREATE OR REPLACE VIEW listings_due AS
SELECT m.id AS market_id, p.id AS product_id, p.vendor_id, p.published_at AS visible_from, p.visible_until,
       EXISTS (
           SELECT 1 FROM variants va
           JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id
           JOIN stock_levels s ON s.variant_id = va.id
           WHERE va.product_id = p.id AND s.on_hand > s.reserved
       ) AS in_stock,
       left(lower(p.title), 200) AS title_key, left(lower(p.product_type), 200) AS type_key, left(lower(v.name), 200) AS vendor_key,
       p.sold, p.created_at, p.updated_at,
       coalesce((
           SELECT array_agg(f.id ORDER BY f.id) FROM product_facets_due d
           JOIN facet_values f ON f.kind = d.kind AND f.field = d.field AND f.value = d.value
           WHERE d.product_id = p.id
       ), '{}'::integer[]) AS facets
FROM products p
JOIN vendors v ON v.id = p.vendor_id
JOIN listing_prices lp ON lp.product_id = p.id
JOIN markets m ON m.price_list_id = lp.price_list_id
WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED';

-- Products that are there already get their values.
INSERT INTO facet_values (kind, field, value, field_name, value_name, swatch)
SELECT kind, field, value, min(field_name), min(value_name), min(swatch) FROM product_facets_due
GROUP BY kind, field, value ORDER BY kind, field, value;
UPDATE listings l SET facets = due.facets FROM listings_due due
WHERE due.market_id = l.market_id AND due.product_id = l.product_id AND l.facets <> due.facets;
INSERT INTO facet_value_translations (facet_id, language, field_name, value_name)
SELECT f.id, ot.language, min(ot.name), min(xt.name)
FROM facet_values f
JOIN product_options o ON left(lower(o.name), 200) = f.field
JOIN option_values x ON x.option_id = o.id AND left(lower(x.name), 200) = f.value
JOIN product_option_translations ot ON ot.option_id = o.id
JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = ot.language
WHERE f.kind = 'OPTION'
GROUP BY f.id, ot.language;
