-- Of rows that guests see the database tells whatever happens to them: a row that moves from one parent to another touches both, and a
-- table that is emptied touches all of its kind. The version before reads these events as it reads the others.

CREATE OR REPLACE FUNCTION tell_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tags text[] := TG_ARGV[0]::text[];
    key text := coalesce(quote_ident(TG_ARGV[2]), 'NULL::uuid');
    touched text := format('SELECT %s AS id FROM changed', key);
    ids uuid[];
BEGIN
    -- A shop that is filled anew begins an epoch of its own: nothing older holds.
    IF current_setting('lilium.quiet', true) = 'on' THEN
        RETURN NULL;
    END IF;
    -- Rows that are emptied away are not listed: all of the kind are touched.
    IF TG_OP <> 'TRUNCATE' THEN
        IF TG_OP = 'UPDATE' THEN
            touched := touched || format(' UNION ALL SELECT %s FROM gone', key);
        END IF;
        EXECUTE format('SELECT array_agg(id) FROM (SELECT DISTINCT id FROM (%s) sides LIMIT 101) touched', touched) INTO ids;
        IF ids IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_ARGV[1] IS NOT NULL THEN
        tags := tags || CASE WHEN ids IS NULL OR cardinality(ids) > 100 THEN ARRAY[TG_ARGV[1] || ':*']
            ELSE (SELECT array_agg(TG_ARGV[1] || ':' || id) FROM unnest(ids) id) END;
    END IF;
    INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
    VALUES (gen_random_uuid(), 'rows.changed', coalesce(ids[1], gen_random_uuid()), '{storefronts}', jsonb_build_object('tags', to_jsonb(tags)), clock_timestamp());
    RETURN NULL;
END
$$;

-- The triggers for UPDATE have to see the rows as they were, too. The arguments are those of the other triggers of each table.
DO $$
DECLARE
    seen record;
    shop CONSTANT text := '{shop,shop:*}';
    products CONSTANT text := '{products,product:*}';
    menus CONSTANT text := '{menus,menu:*}';
    pictures CONSTANT text := '{products,product:*,collections,collection:*,vendors,vendor:*,shop,shop:*}';
    arguments text;
BEGIN
    FOR seen IN SELECT * FROM (VALUES
        ('shop', shop, NULL, NULL),
        ('shop_translations', shop, NULL, NULL),
        ('shop_policies', shop, NULL, NULL),
        ('shop_policy_translations', shop, NULL, NULL),
        ('price_lists', shop, NULL, NULL),
        ('markets', shop, NULL, NULL),
        ('market_countries', shop, NULL, NULL),
        ('market_languages', shop, NULL, NULL),
        ('files', pictures, NULL, NULL),
        ('vendors', '{vendors}', 'vendor', 'id'),
        ('vendor_translations', '{vendors}', 'vendor', 'vendor_id'),
        ('collections', '{collections}', 'collection', 'id'),
        ('collection_translations', '{collections}', 'collection', 'collection_id'),
        ('pages', '{pages}', 'page', 'id'),
        ('page_translations', '{pages}', 'page', 'page_id'),
        ('menus', '{menus}', 'menu', 'id'),
        ('menu_items', menus, NULL, NULL),
        ('menu_item_translations', menus, NULL, NULL),
        ('product_types', products, NULL, NULL),
        ('product_type_translations', products, NULL, NULL),
        ('product_type_attributes', products, NULL, NULL),
        ('attributes', products, NULL, NULL),
        ('attribute_translations', products, NULL, NULL),
        ('attribute_choices', products, NULL, NULL),
        ('attribute_choice_translations', products, NULL, NULL)
    ) AS seen(name, tags, one, id)
    LOOP
        arguments := concat_ws(', ', quote_literal(seen.tags), quote_literal(seen.one), quote_literal(seen.id));
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %I REFERENCING OLD TABLE AS gone NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_rows_changed(%s)',
            seen.name || '_changed', seen.name, arguments);
        EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION tell_rows_changed(%s)',
            seen.name || '_emptied', seen.name, arguments);
    END LOOP;
END
$$;

-- Who changes products or their stock tells so; nobody is there to tell when somebody empties such a table by hand. In the order in which
-- changes take them, so that nobody who sells meanwhile and this step wait for each other.
DO $$
DECLARE
    seen record;
    products CONSTANT text := '{products,product:*}';
BEGIN
    FOR seen IN SELECT * FROM (VALUES
        (1, 'stock_levels', '{stocks,stock:*}'),
        (2, 'listing_prices', products),
        (3, 'listings', products),
        (4, 'placements', products),
        (5, 'product_texts', products),
        (6, 'products', products),
        (7, 'product_translations', products),
        (8, 'product_images', products),
        (9, 'product_options', products),
        (10, 'product_option_translations', products),
        (11, 'option_values', products),
        (12, 'option_value_translations', products),
        (13, 'product_attributes', products),
        (14, 'product_attribute_translations', products),
        (15, 'product_ratings', products),
        (16, 'variants', products),
        (17, 'variant_prices', products),
        (18, 'collection_products', products)
    ) AS seen(place, name, tags) ORDER BY place
    LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION tell_rows_changed(%L)',
            seen.name || '_emptied', seen.name, seen.tags);
    END LOOP;
END
$$;

-- A product that takes, in a language, the handle by which another one was found there: pages of that one hold no more, though nothing of
-- it has changed. Handles of the base language are nobody else's.
CREATE FUNCTION tell_handle_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
    SELECT gen_random_uuid(), 'rows.changed', p.id, '{storefronts}', jsonb_build_object('tags', jsonb_build_array('products', 'product:' || p.id)), clock_timestamp()
    FROM products p WHERE p.handle = NEW.handle AND p.id <> NEW.product_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_handle_taken IS 'Tells of the product whose handle another one takes in a language: whoever looks for it there finds the other one.';

CREATE TRIGGER product_translations_handle_taken AFTER INSERT OR UPDATE OF handle, language, product_id ON product_translations
    FOR EACH ROW WHEN (NEW.handle IS NOT NULL AND current_setting('lilium.quiet', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION tell_handle_taken();
