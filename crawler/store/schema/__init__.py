"""The tables, in the order of the story, and how older workspaces are brought up to date.

A source page, a hosting target and a reference (genuine) page are three kinds of URL in
three tables; triggers keep a reference URL out of the other two, and theirs out of it.
All times are ISO 8601 UTC text; all ids are text except page_id.
"""

from sqlite_utils import Database, Migrations

from crawler.store.schema.askings import ASKINGS
from crawler.store.schema.attribution import STATEMENTS
from crawler.store.schema.casework import AMOUNTS
from crawler.store.schema.correspondence import CORRESPONDENCE
from crawler.store.schema.gates import GATES, GUARDS
from crawler.store.schema.leads import LEADS
from crawler.store.schema.moves import MOVES
from crawler.store.schema.packaging import TRANSLATIONS
from crawler.store.schema.rebuilt import UNTIED
from crawler.store.schema.story import APART, STORY
from crawler.store.schema.visits import FACETS, LANDING_LOOKS, LANDINGS, LEARNED, LOOKING_BACK

VERSION = 23

migrations = Migrations("titlewatch")


@migrations()
def the_story(db: Database) -> None:
    """The first shape of a workspace: every word of the story has its table."""
    for statement in _statements(STORY) + _statements(APART):
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


@migrations()
def statements_about_hosts(db: Database) -> None:
    """What was said of hosts: addresses, networks, countries, registrars, numbers; each with its source and time."""
    for statement in _statements(STATEMENTS):
        db.execute(statement)


@migrations()
def amounts_of_cases(db: Database) -> None:
    """Figures that people add to a case: money, members; each with its source, its day and who entered it."""
    for statement in _statements(AMOUNTS):
        db.execute(statement)


@migrations()
def pauses_of_sites(db: Database) -> None:
    """Sites that are not visited until a person says so, since when, and who paused them."""
    db.execute(
        "CREATE TABLE site_pauses (site_id TEXT PRIMARY KEY REFERENCES sites, paused_at TEXT NOT NULL, "
        "paused_by TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def gates_and_people(db: Database) -> None:
    """What the gates ask for, acts on a case, its parties, and what was sealed away; triggers hold what no act may undo."""
    for statement in _statements(GATES) + _statements(GUARDS):
        db.execute(statement)


@migrations()
def asking_about_hosts(db: Database) -> None:
    """What name servers and registries were asked, how that ended, and where their answers are kept."""
    for statement in _statements(ASKINGS):
        db.execute(statement)


@migrations()
def moves_of_sites(db: Database) -> None:
    """Moves that were noticed, the cases that followed them, and links between sites that people dispute."""
    for statement in _statements(MOVES):
        db.execute(statement)


@migrations()
def leads_of_partners(db: Database) -> None:
    """What partners sent, and the clues in it that are to be looked at."""
    for statement in _statements(LEADS):
        db.execute(statement)


@migrations()
def translations_of_exhibits(db: Database) -> None:
    """Translations that people entered: of which part of an exhibit, from what into what, by whom."""
    for statement in _statements(TRANSLATIONS):
        db.execute(statement)


@migrations()
def correspondence_about_referrals(db: Database) -> None:
    """What became of referrals: dispatches with their proof, acknowledgements, messages, outcomes, corrections."""
    for statement in _statements(CORRESPONDENCE):
        db.execute(statement)


@migrations()
def looks_at_landing_pages(db: Database) -> None:
    """Every look at a target's landing page that a case may show, those that found nothing to ask included."""
    for statement in _statements(LANDING_LOOKS):
        db.execute(statement)


@migrations()
def untied_from_what_may_be_lost(db: Database) -> None:
    """What was sealed away and what was authorised stand without the hits and works that they name; personal data stays sealed."""
    for statement in _statements(UNTIED):
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
