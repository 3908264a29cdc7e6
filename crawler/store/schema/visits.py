"""The tables of what visits learn: rows of lists, timelines, landing pages, texts that can be searched again."""

LEARNED = """
ALTER TABLE pages ADD COLUMN list_id INTEGER;
ALTER TABLE pages ADD COLUMN number INTEGER;
ALTER TABLE pages ADD COLUMN changed_at TEXT;
ALTER TABLE pages ADD COLUMN digest TEXT;
CREATE INDEX pages_by_via ON pages (via_page_id, role, number);
CREATE INDEX listings_by_page ON listings (source_page);
CREATE TABLE list_rows (
    list_id INTEGER NOT NULL REFERENCES pages, page_id INTEGER NOT NULL REFERENCES pages,
    position INTEGER NOT NULL, mark TEXT, PRIMARY KEY (list_id, page_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_rows_by_position ON list_rows (list_id, position);
CREATE TABLE listing_events (
    listing_id TEXT NOT NULL REFERENCES listings, at TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('found', 'up', 'changed', 'gone', 'back', 'moved', 'unclear')),
    exchange_id TEXT, facts TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (listing_id, at, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_events_by_time ON listing_events (at);
CREATE TABLE ways_in (
    site_id TEXT NOT NULL REFERENCES sites, kind TEXT NOT NULL CHECK (kind IN ('search')),
    url TEXT NOT NULL, found_at TEXT NOT NULL, PRIMARY KEY (site_id, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE titles_searched (
    site_id TEXT NOT NULL REFERENCES sites, work_id TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (site_id, work_id, title)
) STRICT, WITHOUT ROWID;
"""

FACETS = """
CREATE TABLE work_facets_anew (
    work_id TEXT NOT NULL REFERENCES works, facet TEXT NOT NULL
        CHECK (facet IN ('alias', 'creator', 'licensed_domain', 'identifier', 'publisher')),
    position INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (work_id, facet, position)
) STRICT, WITHOUT ROWID;
INSERT INTO work_facets_anew SELECT work_id, facet, position, value FROM work_facets;
DROP TABLE work_facets;
ALTER TABLE work_facets_anew RENAME TO work_facets;
"""

LANDINGS = """
CREATE TABLE landings (
    target TEXT PRIMARY KEY, url TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('removed', 'geo-blocked', 'dead',
        'locked', 'live', 'file', 'forwards', 'unknown', 'not-visited')),
    said TEXT NOT NULL, since TEXT NOT NULL, checked_at TEXT NOT NULL, next_due TEXT NOT NULL, exchange_id TEXT,
    leads_to TEXT, ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX landings_by_time ON landings (checked_at);
CREATE TABLE landing_events (
    target TEXT NOT NULL REFERENCES landings, at TEXT NOT NULL, state TEXT NOT NULL, exchange_id TEXT,
    said TEXT NOT NULL, hops TEXT NOT NULL, PRIMARY KEY (target, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX hosting_urls_by_target ON hosting_urls (coalesce(object, url));
"""

LANDING_LOOKS = """
CREATE TABLE landing_looks (
    target TEXT NOT NULL, at TEXT NOT NULL, ledger_seq INTEGER, state TEXT NOT NULL, sign TEXT,
    exchanges TEXT NOT NULL, PRIMARY KEY (target, at)
) STRICT, WITHOUT ROWID;
INSERT INTO landing_looks SELECT e.target, e.at, CASE WHEN l.since = e.at AND l.exchange_id IS e.exchange_id
    AND l.checked_at = e.at THEN l.ledger_seq END, e.state, json_extract(e.said, '$.by'),
    (SELECT json_group_array(json_extract(value, '$.exchange_id')) FROM json_each(e.hops)
        WHERE json_extract(value, '$.exchange_id') IS NOT NULL)
    FROM landing_events e JOIN landings l USING (target);
INSERT INTO landing_looks SELECT l.target, l.checked_at, l.ledger_seq, l.state, json_extract(l.said, '$.by'),
    (WITH RECURSIVE way (id, via, hop, step) AS (
        SELECT exchange_id, via, hop, 0 FROM exchanges WHERE exchange_id = l.exchange_id UNION ALL
        SELECT x.exchange_id, x.via, x.hop, way.step + 1 FROM exchanges x JOIN way ON x.exchange_id = way.via
            WHERE way.hop > 0 AND way.step < 10)
     SELECT json_group_array(id) FROM (SELECT id FROM way ORDER BY step DESC))
    FROM landings l WHERE NOT EXISTS (SELECT 1 FROM landing_looks k WHERE k.target = l.target AND (k.at = l.checked_at
        OR (SELECT e.exchange_id FROM landing_events e WHERE e.target = k.target AND e.at = k.at) IS l.exchange_id));
"""

LOOKING_BACK = """
CREATE TABLE listing_texts (
    number INTEGER PRIMARY KEY AUTOINCREMENT, listing_id TEXT NOT NULL UNIQUE REFERENCES listings, digest BLOB NOT NULL,
    read_at TEXT NOT NULL, spans TEXT, refs TEXT
) STRICT;
CREATE VIRTUAL TABLE listing_tokens USING fts5 (tokens, content = '', detail = none, tokenize = 'ascii');
CREATE TABLE looks_owed (work_id TEXT PRIMARY KEY REFERENCES works, after INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE look_backs (
    look_back_id TEXT PRIMARY KEY, at TEXT NOT NULL, works INTEGER NOT NULL, listings INTEGER NOT NULL,
    hits INTEGER NOT NULL, review INTEGER NOT NULL, rescored INTEGER NOT NULL, rules_version TEXT NOT NULL, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE hits ADD COLUMN look_back TEXT REFERENCES look_backs;
"""
