-- Pages and menus of the storefront.

CREATE TABLE pages (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT pages_handle UNIQUE
        CHECK (char_length(handle) BETWEEN 1 AND 255 AND handle !~ '[\s/?#%]'),
    title text NOT NULL CHECK (title <> ''),
    body_html text NOT NULL,
    seo_title text,
    seo_description text,
    published boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE pages IS 'Texts such as "about us" that the storefront shows as pages.';

CREATE TABLE page_translations (
    page_id uuid NOT NULL REFERENCES pages ON DELETE CASCADE,
    language text NOT NULL,
    handle text CHECK (char_length(handle) BETWEEN 1 AND 255 AND handle !~ '[\s/?#%]'),
    title text NOT NULL,
    body_html text NOT NULL,
    seo_title text,
    seo_description text,
    PRIMARY KEY (page_id, language),
    CONSTRAINT page_translations_handle UNIQUE (language, handle)
);
COMMENT ON TABLE page_translations IS 'Pages in other languages; a handle that is absent is the one of the base language.';

CREATE TABLE menus (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT menus_handle UNIQUE,
    title text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE menus IS 'Navigation that the storefront shows.';

CREATE TYPE menu_item_kind AS ENUM ('FRONTPAGE', 'CATALOG', 'SEARCH', 'COLLECTION', 'PRODUCT', 'PAGE', 'HTTP');
CREATE TABLE menu_items (
    id uuid PRIMARY KEY,
    menu_id uuid NOT NULL REFERENCES menus ON DELETE CASCADE,
    parent_id uuid REFERENCES menu_items ON DELETE CASCADE,
    position integer NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    kind menu_item_kind NOT NULL,
    collection_id uuid REFERENCES collections ON DELETE CASCADE,
    product_id uuid REFERENCES products ON DELETE CASCADE,
    page_id uuid REFERENCES pages ON DELETE CASCADE,
    url text,
    CONSTRAINT menu_items_target CHECK (
        (kind = 'COLLECTION') = (collection_id IS NOT NULL)
        AND (kind = 'PRODUCT') = (product_id IS NOT NULL)
        AND (kind = 'PAGE') = (page_id IS NOT NULL)
        AND (kind = 'HTTP') = (url IS NOT NULL)
    )
);
CREATE INDEX menu_items_menu ON menu_items (menu_id, position);
COMMENT ON TABLE menu_items IS 'One line of a menu and where it leads.';
COMMENT ON COLUMN menu_items.url IS 'For HTTP: a path of the storefront, or a whole address.';

CREATE TABLE menu_item_translations (
    item_id uuid NOT NULL REFERENCES menu_items ON DELETE CASCADE,
    language text NOT NULL,
    title text NOT NULL,
    PRIMARY KEY (item_id, language)
);
COMMENT ON TABLE menu_item_translations IS 'Titles of menu lines in other languages.';
