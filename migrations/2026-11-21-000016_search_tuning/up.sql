-- How administrators tune the search, and what is looked for, without anybody's data.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE search_settings (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL CHECK (version > 0),
    title integer NOT NULL CHECK (title BETWEEN 1 AND 10),
    properties integer NOT NULL CHECK (properties BETWEEN 0 AND 10),
    description integer NOT NULL CHECK (description BETWEEN 0 AND 10),
    popularity integer NOT NULL CHECK (popularity BETWEEN 0 AND 10),
    in_stock_first boolean NOT NULL,
    typing_errors boolean NOT NULL,
    changed_at timestamptz NOT NULL
);
INSERT INTO search_settings (version, title, properties, description, popularity, in_stock_first, typing_errors, changed_at)
VALUES (1, 10, 5, 1, 3, false, true, now());
COMMENT ON TABLE search_settings IS 'What counts how much when hits are ranked: one row. Whoever changes any of the tuning locks it first.';
COMMENT ON COLUMN search_settings.version IS 'Grows with each change of the tuning, whichever of its tables it is in.';
COMMENT ON COLUMN search_settings.title IS 'Weight of words in titles; 0 for a text that is not searched, as for the other weights.';

CREATE TABLE search_synonyms (
    id uuid PRIMARY KEY,
    language text,
    word text CHECK (word <> ''),
    terms text[] NOT NULL CHECK (cardinality(terms) BETWEEN 1 AND 20),
    CONSTRAINT search_synonyms_of_several CHECK (word IS NOT NULL OR cardinality(terms) > 1),
    CONSTRAINT search_synonyms_once UNIQUE NULLS NOT DISTINCT (language, word, terms)
);
COMMENT ON TABLE search_synonyms IS 'Words that are looked for together, lower case.';
COMMENT ON COLUMN search_synonyms.language IS 'Absent for all languages.';
COMMENT ON COLUMN search_synonyms.word IS 'Who looks for it finds the terms, too, and not the other way round. Absent when each of the terms stands for all.';

CREATE TABLE search_stop_words (
    language text NOT NULL,
    word text NOT NULL CHECK (word <> ''),
    PRIMARY KEY (language, word)
);
COMMENT ON TABLE search_stop_words IS 'Words that are not looked for, lower case.';

CREATE TYPE search_match AS ENUM ('EXACT', 'CONTAINS');
CREATE TABLE search_rules (
    id uuid PRIMARY KEY,
    phrase text NOT NULL CHECK (phrase <> ''),
    matches search_match NOT NULL,
    CONSTRAINT search_rules_once UNIQUE (phrase, matches)
);
COMMENT ON TABLE search_rules IS 'What is put in front of what is found by a phrase, or taken out of it.';
COMMENT ON COLUMN search_rules.phrase IS 'Lower case, one space between words.';
COMMENT ON COLUMN search_rules.matches IS 'Whether the text is the phrase, or contains its words one after the other.';

CREATE TABLE search_rule_products (
    rule_id uuid NOT NULL REFERENCES search_rules ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    position integer CHECK (position >= 0),
    PRIMARY KEY (rule_id, product_id)
);
CREATE INDEX search_rule_products_product ON search_rule_products (product_id);
COMMENT ON TABLE search_rule_products IS 'The products of a rule.';
COMMENT ON COLUMN search_rule_products.position IS 'Order among the pinned ones; absent for a product that is not to be found.';

CREATE TABLE search_tuning_log (
    version bigint PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT search_tuning_log_id UNIQUE,
    action text NOT NULL,
    user_id uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    about jsonb NOT NULL
);
CREATE TRIGGER search_tuning_log_stay BEFORE UPDATE OR DELETE ON search_tuning_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER search_tuning_log_stand BEFORE TRUNCATE ON search_tuning_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
COMMENT ON TABLE search_tuning_log IS 'Who changed the tuning, when, and to what.';
COMMENT ON COLUMN search_tuning_log.version IS 'The version that the change led to.';
COMMENT ON COLUMN search_tuning_log.id IS 'Made before the change, so that one whose commit was not heard of is found and not made twice.';
COMMENT ON COLUMN search_tuning_log.about IS 'What is said now, or what is gone.';

CREATE TABLE search_days (
    day date NOT NULL,
    language text NOT NULL,
    term text NOT NULL CHECK (char_length(term) BETWEEN 1 AND 100),
    searches bigint NOT NULL CHECK (searches >= 0),
    without_result bigint NOT NULL CHECK (without_result BETWEEN 0 AND searches),
    clicks bigint NOT NULL DEFAULT 0 CHECK (clicks >= 0),
    PRIMARY KEY (day, term, language)
);
CREATE INDEX search_days_rare ON search_days (day) WHERE searches < 3;
CREATE INDEX search_days_alike ON search_days USING gin (term gin_trgm_ops);
COMMENT ON TABLE search_days IS 'How often was looked for what, by day (UTC), and nothing of who did.';
COMMENT ON COLUMN search_days.term IS 'What was typed, lower case, one space between words.';
COMMENT ON COLUMN search_days.clicks IS 'How often one of its hits was opened.';

CREATE TABLE search_product_days (
    day date NOT NULL,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    clicks bigint NOT NULL CHECK (clicks > 0),
    PRIMARY KEY (day, product_id)
);
CREATE INDEX search_product_days_product ON search_product_days (product_id);
COMMENT ON TABLE search_product_days IS 'How often a product was opened as the hit of a search, by day (UTC).';
