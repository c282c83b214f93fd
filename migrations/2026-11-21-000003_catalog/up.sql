-- What is sold: collections and categories, products, their options, variants, pictures, prices and stock.

CREATE TYPE collection_kind AS ENUM ('COLLECTION', 'CATEGORY');
CREATE TABLE collections (
    id uuid PRIMARY KEY,
    kind collection_kind NOT NULL,
    parent_id uuid REFERENCES collections,
    position integer NOT NULL,
    handle text NOT NULL CONSTRAINT collections_handle UNIQUE
        CHECK (char_length(handle) BETWEEN 1 AND 255 AND handle !~ '[\s/?#%]'),
    title text NOT NULL CHECK (title <> ''),
    description_html text NOT NULL,
    seo_title text,
    seo_description text,
    image_file_id uuid REFERENCES files,
    published boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT collections_only_categories_nest CHECK (kind = 'CATEGORY' OR parent_id IS NULL),
    CONSTRAINT collections_not_own_parent CHECK (parent_id <> id)
);
CREATE INDEX collections_parent ON collections (parent_id, position);
COMMENT ON TABLE collections IS 'A shelf of products. A CATEGORY is a shelf in the tree, filled by the products that name it (and by those of its branches); a COLLECTION is filled by hand.';
COMMENT ON COLUMN collections.position IS 'Order among its siblings.';

CREATE TABLE collection_translations (
    collection_id uuid NOT NULL REFERENCES collections ON DELETE CASCADE,
    language text NOT NULL,
    handle text CHECK (char_length(handle) BETWEEN 1 AND 255 AND handle !~ '[\s/?#%]'),
    title text NOT NULL,
    description_html text NOT NULL,
    seo_title text,
    seo_description text,
    PRIMARY KEY (collection_id, language),
    CONSTRAINT collection_translations_handle UNIQUE (language, handle)
);
COMMENT ON TABLE collection_translations IS 'The texts of collections in other languages; a handle that is absent is the one of the base language.';

CREATE TYPE product_state AS ENUM ('DRAFT', 'ACTIVE', 'ARCHIVED');
CREATE TYPE moderation_state AS ENUM ('PENDING', 'APPROVED', 'REJECTED');
CREATE TABLE products (
    id uuid PRIMARY KEY,
    vendor_id uuid NOT NULL REFERENCES vendors,
    category_id uuid REFERENCES collections,
    handle text NOT NULL CONSTRAINT products_handle UNIQUE
        CHECK (char_length(handle) BETWEEN 1 AND 255 AND handle !~ '[\s/?#%]'),
    title text NOT NULL CHECK (title <> ''),
    description_html text NOT NULL,
    product_type text NOT NULL,
    tags text[] NOT NULL,
    seo_title text,
    seo_description text,
    state product_state NOT NULL,
    moderation moderation_state NOT NULL,
    published_at timestamptz NOT NULL,
    visible_until timestamptz CHECK (visible_until > published_at),
    sold bigint NOT NULL DEFAULT 0 CHECK (sold >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX products_vendor ON products (vendor_id);
CREATE INDEX products_category ON products (category_id);
COMMENT ON TABLE products IS 'What a vendor offers. Seen when ACTIVE, APPROVED, within its window and priced in the reader''s market.';
COMMENT ON COLUMN products.category_id IS 'A collection of kind CATEGORY.';
COMMENT ON COLUMN products.published_at IS 'Seen from this time on.';
COMMENT ON COLUMN products.visible_until IS 'Seen until this time; absent means for good.';
COMMENT ON COLUMN products.sold IS 'Units sold, as last counted.';

CREATE TABLE product_translations (
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    language text NOT NULL,
    handle text CHECK (char_length(handle) BETWEEN 1 AND 255 AND handle !~ '[\s/?#%]'),
    title text NOT NULL,
    description_html text NOT NULL,
    product_type text NOT NULL,
    seo_title text,
    seo_description text,
    PRIMARY KEY (product_id, language),
    CONSTRAINT product_translations_handle UNIQUE (language, handle)
);
COMMENT ON TABLE product_translations IS 'The texts of products in other languages; a handle that is absent is the one of the base language.';

CREATE TABLE product_options (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 3),
    CONSTRAINT product_options_position UNIQUE (product_id, position)
);
COMMENT ON TABLE product_options IS 'What a buyer chooses, such as a colour: at most three for a product. One that offers no choice has the option Title with the value Default Title, as storefronts expect.';

CREATE TABLE product_option_translations (
    option_id uuid NOT NULL REFERENCES product_options ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (option_id, language)
);
COMMENT ON TABLE product_option_translations IS 'Names of options in other languages.';

CREATE TABLE option_values (
    id uuid PRIMARY KEY,
    option_id uuid NOT NULL REFERENCES product_options ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    swatch char(7) CHECK (swatch ~ '^#[0-9a-f]{6}$'),
    position smallint NOT NULL,
    CONSTRAINT option_values_position UNIQUE (option_id, position)
);
COMMENT ON TABLE option_values IS 'One choice of an option.';
COMMENT ON COLUMN option_values.swatch IS 'Colour to show beside the name, as #rrggbb.';

CREATE TABLE option_value_translations (
    value_id uuid NOT NULL REFERENCES option_values ON DELETE CASCADE,
    language text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (value_id, language)
);
COMMENT ON TABLE option_value_translations IS 'Names of option values in other languages.';

CREATE TABLE product_images (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    file_id uuid NOT NULL REFERENCES files,
    position smallint NOT NULL CHECK (position >= 1),
    alt_text text,
    created_at timestamptz NOT NULL,
    CONSTRAINT product_images_position UNIQUE (product_id, position)
);
COMMENT ON TABLE product_images IS 'The pictures of a product in order; the first is the featured one.';
COMMENT ON COLUMN product_images.alt_text IS 'What the picture shows; absent means the title of the product.';

CREATE TABLE variants (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    vendor_id uuid NOT NULL REFERENCES vendors,
    sku text CHECK (char_length(sku) BETWEEN 1 AND 64),
    barcode text,
    value1_id uuid NOT NULL REFERENCES option_values,
    value2_id uuid REFERENCES option_values,
    value3_id uuid REFERENCES option_values,
    image_id uuid REFERENCES product_images ON DELETE SET NULL,
    weight_grams integer NOT NULL CHECK (weight_grams >= 0),
    requires_shipping boolean NOT NULL,
    taxable boolean NOT NULL,
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 250),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT variants_sku UNIQUE (vendor_id, sku),
    CONSTRAINT variants_position UNIQUE (product_id, position),
    CONSTRAINT variants_choice UNIQUE NULLS NOT DISTINCT (product_id, value1_id, value2_id, value3_id)
);
COMMENT ON TABLE variants IS 'What is put in a cart: one choice of a product''s options, at most 250 for a product.';
COMMENT ON COLUMN variants.vendor_id IS 'The product''s vendor, so that a SKU can be unique for it.';
COMMENT ON COLUMN variants.value1_id IS 'Choice for the option at position 1.';
COMMENT ON COLUMN variants.value2_id IS 'Choice for the option at position 2.';
COMMENT ON COLUMN variants.value3_id IS 'Choice for the option at position 3.';

CREATE TABLE variant_prices (
    variant_id uuid NOT NULL REFERENCES variants ON DELETE CASCADE,
    price_list_id uuid NOT NULL REFERENCES price_lists,
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
    compare_at bigint CHECK (compare_at > amount),
    PRIMARY KEY (variant_id, price_list_id)
);
COMMENT ON TABLE variant_prices IS 'What a variant costs in a price list. Without a price it is not sold there.';
COMMENT ON COLUMN variant_prices.amount IS 'Minor units of the list''s currency.';
COMMENT ON COLUMN variant_prices.compare_at IS 'Struck-through price, minor units.';

CREATE TABLE collection_products (
    collection_id uuid NOT NULL REFERENCES collections ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    position integer NOT NULL,
    PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_products_product ON collection_products (product_id);
COMMENT ON TABLE collection_products IS 'Which products were put in a collection by hand, and in what order.';

CREATE TABLE stock_levels (
    variant_id uuid NOT NULL REFERENCES variants ON DELETE CASCADE,
    location_id uuid NOT NULL REFERENCES locations,
    on_hand integer NOT NULL CHECK (on_hand >= 0),
    reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (variant_id, location_id),
    CONSTRAINT stock_levels_reserved_is_there CHECK (reserved <= on_hand)
);
COMMENT ON TABLE stock_levels IS 'Units of a variant at a location; what is reserved is still on hand.';
