-- Answers to guests are kept until the rows change that they were made of. Whoever changes products or their stock tells so. Of all
-- other rows that guests see, the database itself tells, in whichever way they are changed: one event for a statement, for those who
-- keep such answers, with what was touched as the program names it.

CREATE FUNCTION tell_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tags text[] := TG_ARGV[0]::text[];
    ids uuid[];
BEGIN
    -- A shop that is filled anew begins an epoch of its own: nothing older holds.
    IF current_setting('lilium.quiet', true) = 'on' THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT array_agg(id) FROM (SELECT DISTINCT %s AS id FROM changed LIMIT 101) touched', coalesce(quote_ident(TG_ARGV[2]), 'NULL::uuid'))
    INTO ids;
    IF ids IS NULL THEN
        RETURN NULL;
    ELSIF TG_ARGV[1] IS NOT NULL THEN
        tags := tags || CASE WHEN cardinality(ids) > 100 THEN ARRAY[TG_ARGV[1] || ':*']
            ELSE (SELECT array_agg(TG_ARGV[1] || ':' || id) FROM unnest(ids) id) END;
    END IF;
    INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at)
    VALUES (gen_random_uuid(), 'rows.changed', coalesce(ids[1], gen_random_uuid()), '{storefronts}', jsonb_build_object('tags', to_jsonb(tags)), clock_timestamp());
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_rows_changed IS 'Tells which rows that guests see were touched by a statement: always the tags of the first argument, and those of the rows when there are a name for one of them and the column of its id.';

DO $$
DECLARE
    seen record;
    -- The shop is one; what stands in many rows of other kinds touches all of these.
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
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_rows_changed(%s)',
            seen.name || '_came', seen.name, arguments);
        EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_rows_changed(%s)',
            seen.name || '_changed', seen.name, arguments);
        EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_rows_changed(%s)',
            seen.name || '_went', seen.name, arguments);
    END LOOP;
END
$$;
