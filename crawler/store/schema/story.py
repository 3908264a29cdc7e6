"""The tables of the first workspaces, in the order of the story, and the triggers that keep its words apart."""

STORY = """
CREATE TABLE works (
    work_id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT, year INTEGER, language TEXT,
    added_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE work_facets (
    work_id TEXT NOT NULL REFERENCES works, facet TEXT NOT NULL
        CHECK (facet IN ('alias', 'creator', 'licensed_domain', 'identifier')),
    position INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (work_id, facet, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE reference_urls (
    url TEXT PRIMARY KEY, work_id TEXT NOT NULL REFERENCES works
) STRICT, WITHOUT ROWID;

CREATE TABLE sites (
    site_id TEXT PRIMARY KEY, url TEXT NOT NULL, engine TEXT, engine_named INTEGER NOT NULL DEFAULT 0,
    robots TEXT NOT NULL DEFAULT 'obey' CHECK (robots IN ('obey', 'ignore')), authority TEXT,
    added_at TEXT NOT NULL, added_by TEXT NOT NULL,
    CHECK (robots = 'obey' OR (authority IS NOT NULL AND authority <> ''))
) STRICT;
CREATE TABLE site_hosts (
    site_id TEXT NOT NULL REFERENCES sites, host TEXT NOT NULL, origin TEXT NOT NULL
        CHECK (origin IN ('added', 'redirect')), first_seen TEXT NOT NULL,
    PRIMARY KEY (site_id, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, software TEXT NOT NULL,
    configuration TEXT NOT NULL, outcome TEXT
) STRICT;
CREATE TABLE visits (
    run_id TEXT NOT NULL REFERENCES runs, site_id TEXT NOT NULL REFERENCES sites,
    started_at TEXT NOT NULL, finished_at TEXT, engine TEXT,
    requests INTEGER NOT NULL DEFAULT 0, pages INTEGER NOT NULL DEFAULT 0, listings INTEGER NOT NULL DEFAULT 0,
    hits INTEGER NOT NULL DEFAULT 0, new_hits INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
    notes TEXT NOT NULL DEFAULT '[]', clock TEXT, finished INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, site_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pages (
    page_id INTEGER PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites, url TEXT NOT NULL,
    role TEXT NOT NULL, depth INTEGER NOT NULL, priority INTEGER NOT NULL, hop INTEGER NOT NULL DEFAULT 0,
    via TEXT, via_page_id INTEGER, mark TEXT,
    state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'done', 'failed', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0, not_before TEXT, error TEXT,
    reading TEXT, etag TEXT, last_modified TEXT, last_exchange TEXT, last_fetched TEXT, next_due TEXT,
    offers INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site_id, url)
) STRICT;
CREATE INDEX pages_by_state ON pages (site_id, state, priority DESC, page_id);

CREATE TABLE exchanges (
    exchange_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, site_id TEXT NOT NULL, url TEXT NOT NULL,
    purpose TEXT NOT NULL, status INTEGER, error TEXT, truncated TEXT, started_at TEXT NOT NULL,
    address TEXT, port INTEGER, via TEXT, hop INTEGER NOT NULL DEFAULT 0,
    response_sha256 TEXT NOT NULL, response_bytes INTEGER NOT NULL,
    ledger_seq INTEGER, segment TEXT, segment_offset INTEGER, segment_length INTEGER, records TEXT,
    spool TEXT, spool_offset INTEGER, spool_length INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX exchanges_by_url ON exchanges (site_id, purpose, url, started_at);
CREATE INDEX exchanges_by_seq ON exchanges (ledger_seq);

CREATE TABLE captures (
    capture_id TEXT PRIMARY KEY, exchange_id TEXT NOT NULL REFERENCES exchanges, url TEXT NOT NULL,
    captured_at TEXT NOT NULL, facts TEXT NOT NULL, files TEXT NOT NULL,
    segment TEXT NOT NULL, segment_offset INTEGER NOT NULL, segment_length INTEGER NOT NULL, records TEXT NOT NULL,
    ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source_pages (
    url TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites, title TEXT NOT NULL,
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE listings (
    listing_id TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites,
    source_page TEXT NOT NULL REFERENCES source_pages, url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, text TEXT NOT NULL, posted_at TEXT, posted_at_text TEXT, posted_at_basis TEXT,
    posted_by TEXT, hidden TEXT, players TEXT NOT NULL DEFAULT '[]', price TEXT, is_reply INTEGER NOT NULL,
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, exchange_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX listings_by_site ON listings (site_id, last_seen);
CREATE TABLE hosting_urls (
    listing_id TEXT NOT NULL REFERENCES listings, position INTEGER NOT NULL,
    kind TEXT NOT NULL, family TEXT, url TEXT NOT NULL, object TEXT, access_code TEXT, as_written TEXT NOT NULL,
    found_where TEXT NOT NULL, damaged INTEGER NOT NULL DEFAULT 0, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    PRIMARY KEY (listing_id, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX hosting_urls_by_object ON hosting_urls (object) WHERE object IS NOT NULL;

CREATE TABLE hits (
    hit_id TEXT PRIMARY KEY, listing_id TEXT NOT NULL REFERENCES listings, work_id TEXT NOT NULL REFERENCES works,
    url TEXT NOT NULL, score REAL NOT NULL, reasons TEXT NOT NULL, rules_version TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'new', first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, exhibit_id TEXT,
    UNIQUE (url, work_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hits_by_work ON hits (work_id, score);
CREATE INDEX hits_by_status ON hits (status, score);

CREATE TABLE exhibits (
    exhibit_id TEXT PRIMARY KEY, hit_id TEXT NOT NULL REFERENCES hits, made_at TEXT NOT NULL,
    ledger_seq INTEGER NOT NULL, listing TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX exhibits_by_hit ON exhibits (hit_id);
CREATE TABLE exhibits_due (
    hit_id TEXT PRIMARY KEY REFERENCES hits, exchange_id TEXT NOT NULL REFERENCES exchanges,
    snapshot TEXT NOT NULL, roles TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX exhibits_due_by_exchange ON exhibits_due (exchange_id);
CREATE TABLE exhibit_exchanges (
    exhibit_id TEXT NOT NULL REFERENCES exhibits, exchange_id TEXT NOT NULL REFERENCES exchanges,
    role TEXT NOT NULL CHECK (role IN ('page', 'lead', 'redirect', 'robots', 'picture')),
    PRIMARY KEY (exhibit_id, exchange_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE exhibit_captures (
    exhibit_id TEXT NOT NULL REFERENCES exhibits, capture_id TEXT NOT NULL REFERENCES captures,
    PRIMARY KEY (exhibit_id, capture_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE net_observations (
    observation_id TEXT PRIMARY KEY, host TEXT NOT NULL, observed_at TEXT NOT NULL, exchange_id TEXT NOT NULL,
    resolved TEXT NOT NULL, address TEXT, certificate_sha256 TEXT, facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX net_observations_by_host ON net_observations (host, observed_at);

CREATE TABLE decisions (
    decision_id TEXT PRIMARY KEY, hit_id TEXT NOT NULL REFERENCES hits, verdict TEXT NOT NULL,
    note TEXT NOT NULL, decided_by TEXT NOT NULL, system_user TEXT NOT NULL, system_host TEXT NOT NULL,
    decided_at TEXT NOT NULL, supersedes TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_by_hit ON decisions (hit_id, decided_at);

CREATE TABLE cases (
    case_id TEXT PRIMARY KEY, title TEXT NOT NULL, track TEXT, opened_at TEXT NOT NULL, opened_by TEXT NOT NULL,
    ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE case_items (
    case_id TEXT NOT NULL REFERENCES cases, hit_id TEXT NOT NULL REFERENCES hits, position INTEGER NOT NULL,
    added_at TEXT NOT NULL, ledger_seq INTEGER, PRIMARY KEY (case_id, hit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE authorisations (
    authorisation_id TEXT PRIMARY KEY, rightsholder TEXT NOT NULL, reference TEXT NOT NULL, territory TEXT NOT NULL,
    valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, entered_by TEXT NOT NULL, entered_at TEXT NOT NULL,
    document_sha256 TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE authorisation_works (
    authorisation_id TEXT NOT NULL REFERENCES authorisations, work_id TEXT NOT NULL REFERENCES works,
    PRIMARY KEY (authorisation_id, work_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE bundles (
    bundle_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, made_at TEXT NOT NULL, folder TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL, agency TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE referrals (
    referral_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, bundle_id TEXT REFERENCES bundles,
    agency TEXT NOT NULL, legal_basis TEXT NOT NULL, state TEXT NOT NULL
        CHECK (state IN ('draft', 'approved', 'dispatched', 'acknowledged', 'answered')),
    drafted_by TEXT NOT NULL, drafted_at TEXT NOT NULL, outcome TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE referral_approvals (
    referral_id TEXT NOT NULL REFERENCES referrals, approved_by TEXT NOT NULL, system_user TEXT NOT NULL,
    system_host TEXT NOT NULL, approved_at TEXT NOT NULL, PRIMARY KEY (referral_id, system_user, system_host)
) STRICT, WITHOUT ROWID;
"""

APART = """
CREATE TRIGGER reference_is_no_target BEFORE INSERT ON hosting_urls
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a hosting target'); END;
CREATE TRIGGER reference_is_no_source BEFORE INSERT ON source_pages
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a source page'); END;
CREATE TRIGGER reference_is_new BEFORE INSERT ON reference_urls
WHEN EXISTS (SELECT 1 FROM source_pages WHERE url = NEW.url)
  OR EXISTS (SELECT 1 FROM hosting_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a URL already seen as infringing cannot become a reference'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is superseded, never deleted'); END;
CREATE TRIGGER decisions_stand BEFORE UPDATE OF hit_id, verdict, note, decided_by, decided_at ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is superseded, never changed'); END;
"""
