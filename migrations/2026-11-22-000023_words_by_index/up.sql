-- A rare word is looked for by the index of words alone. Without sequential scans the plan of a large shop went through all texts in the
-- order of their keys: for a word that none of a million products has that took seconds.
CREATE OR REPLACE FUNCTION search_word_is_said(word text) RETURNS boolean LANGUAGE sql STABLE
    SET enable_seqscan = off SET enable_indexscan = off AS $$
    SELECT (SELECT true FROM product_texts x
            JOIN products p ON p.id = x.product_id AND (p.visible_until IS NULL OR p.visible_until > now())
            JOIN vendors v ON v.id = p.vendor_id AND v.state = 'ACTIVE'
            WHERE x.document @@ ('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''')::tsquery LIMIT 1) IS NOT NULL
$$;
