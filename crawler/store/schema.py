"""The tables, in the order of the story, and how older workspaces are brought up to date.

A source page, a hosting target and a reference (genuine) page are three kinds of URL in
three tables; triggers keep a reference URL out of the other two, and theirs out of it.
All times are ISO 8601 UTC text; all ids are text except page_id.
"""

from sqlite_utils import Database, Migrations

VERSION = 12

migrations = Migrations("titlewatch")

TABLES = """
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


@migrations()
def the_story(db: Database) -> None:
    """The first shape of a workspace: every word of the story has its table."""
    for statement in _statements(TABLES) + _statements(APART):
        db.execute(statement)


@migrations()
def a_missing_picture(db: Database) -> None:
    """An exhibit says why its page has no picture: ``{"reason", "why"}``, or nothing."""
    db.execute("ALTER TABLE exhibits ADD COLUMN picture_missing TEXT")


@migrations()
def a_policy_for_a_work(db: Database) -> None:
    """How far a match of a work is trusted, and who said so; a work without a row has the default."""
    db.execute(
        "CREATE TABLE work_policies (work_id TEXT PRIMARY KEY REFERENCES works, policy TEXT NOT NULL "
        "CHECK (policy IN ('default', 'strict', 'review', 'off')), set_by TEXT NOT NULL, note TEXT NOT NULL, "
        "set_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def rules_may_be_suspended(db: Database) -> None:
    """Rules of matching that people suspended and let count again; the last act on a rule stands."""
    db.execute(
        "CREATE TABLE rule_acts (act_id TEXT PRIMARY KEY, rule TEXT NOT NULL, act TEXT NOT NULL "
        "CHECK (act IN ('suspension', 'resumption')), note TEXT NOT NULL, decided_by TEXT NOT NULL, "
        "system_user TEXT NOT NULL, system_host TEXT NOT NULL, decided_at TEXT NOT NULL, ledger_seq INTEGER) "
        "STRICT, WITHOUT ROWID"
    )


@migrations()
def visits_learn(db: Database) -> None:
    """What a later visit goes by: the rows that each list showed, when lists and listings last changed, ways in.

    `list_id` is the first page of the list that a page is part of, its own for a first page; `number` tells the further
    pages of a list or a topic apart. A listing's timeline is the order of its events.
    """
    for statement in _statements(LEARNED):
        db.execute(statement)


@migrations()
def counters_of_listings(db: Database) -> None:
    """What a page counts beside an offer: a list of ``{"name", "shown", "number"}``."""
    db.execute("ALTER TABLE listings ADD COLUMN counters TEXT NOT NULL DEFAULT '[]'")


@migrations()
def publishers_of_works(db: Database) -> None:
    """A work may have publishers. What a column may hold is part of its table, so the table is made anew."""
    for statement in _statements(FACETS):
        db.execute(statement)


@migrations()
def files_of_sites(db: Database) -> None:
    """What people wrote of a site, as it was when it was added; a site that was added by its address has none."""
    db.execute(
        "CREATE TABLE site_files (site_id TEXT PRIMARY KEY REFERENCES sites, text TEXT NOT NULL, "
        "sha256 TEXT NOT NULL, entered_at TEXT NOT NULL, entered_by TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def health_of_sites(db: Database) -> None:
    """The state of a site after each visit, the reasons, and what the visit observed; `accepted_by` names who took it as it is."""
    db.execute(
        "CREATE TABLE site_health (run_id TEXT NOT NULL, site_id TEXT NOT NULL REFERENCES sites, at TEXT NOT NULL, "
        "state TEXT CHECK (state IN ('ok', 'empty', 'layout-changed', 'blocked', 'login-wall', 'challenge', 'moved', 'parked', "
        "'down', 'robots-forbidden')), reasons TEXT NOT NULL, observed TEXT NOT NULL, accepted_by TEXT, "
        "PRIMARY KEY (run_id, site_id)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX site_health_by_site ON site_health (site_id, at)")


@migrations()
def landing_pages(db: Database) -> None:
    """In what state the landing page of each target was last found, and the history of that.

    `target` is the object of hosting_urls, or the address where it has none; `leads_to` is the target behind a redirector.
    """
    for statement in _statements(LANDINGS):
        db.execute(statement)


@migrations()
def sites_that_are_rendered(db: Database) -> None:
    """Sites whose pages could be read in a browser alone: since when, and when that was last so."""
    db.execute(
        "CREATE TABLE site_renderings (site_id TEXT PRIMARY KEY REFERENCES sites, since TEXT NOT NULL, "
        "last_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def looking_back(db: Database) -> None:
    """The texts of listings, to be searched for titles that are watched later, and what such searches found.

    Listings that are there already are entered by the first look-back, which may take minutes and tells how far it is.
    """
    for statement in _statements(LOOKING_BACK):
        db.execute(statement)


def _statements(text: str) -> list[str]:
    """Split at the semicolons that end a line and leave triggers whole."""
    statements, current = [], ""
    for line in text.splitlines():
        current += line + "\n"
        in_trigger = "CREATE TRIGGER" in current
        if line.rstrip().endswith("END;" if in_trigger else ";"):
            statements.append(current.strip())
            current = ""
    return statements
