-- What is looked for is told to everybody when several people looked for it, and never what an administrator has blocked.

ALTER TABLE search_days ADD COLUMN people bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT search_days_people CHECK (people BETWEEN 0 AND searches) NOT VALID;
ALTER TABLE search_days VALIDATE CONSTRAINT search_days_people;
COMMENT ON COLUMN search_days.people IS 'How many different people looked for it and found all its words: each is counted once a day, and it is not kept who.';

CREATE TABLE search_day_totals (
    day date NOT NULL,
    language text NOT NULL,
    searches bigint NOT NULL CHECK (searches >= 0),
    without_result bigint NOT NULL CHECK (without_result BETWEEN 0 AND searches),
    clicks bigint NOT NULL DEFAULT 0 CHECK (clicks >= 0),
    terms integer NOT NULL DEFAULT 0 CHECK (terms >= 0),
    PRIMARY KEY (day, language)
);
COMMENT ON TABLE search_day_totals IS 'How often was looked for anything, by day (UTC): also what is not kept by itself.';
COMMENT ON COLUMN search_day_totals.terms IS 'How many different terms of the day were kept: beyond a number new ones are counted here only.';
INSERT INTO search_day_totals (day, language, searches, without_result, clicks, terms)
SELECT day, language, sum(searches), sum(without_result), sum(clicks), count(*) FROM search_days GROUP BY day, language;

CREATE TABLE search_blocked_terms (
    term text PRIMARY KEY CHECK (char_length(term) BETWEEN 1 AND 100)
);
COMMENT ON TABLE search_blocked_terms IS 'What is told to nobody as looked for, nor any text that has these words one after the other: lower case, one space between words.';
