"""Tables that a database made anew from the ledger can fill: what they name need not be there any more."""

UNTIED = """
CREATE TEMP TABLE sealed_before AS SELECT * FROM sealed_away;
DROP TABLE sealed_away;
CREATE TABLE sealed_away (
    object_id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('hit', 'exchange', 'capture')),
    hit_id TEXT NOT NULL, reason TEXT NOT NULL CHECK (reason IN ('unlawful-imagery', 'malware')),
    done_by TEXT NOT NULL, system_user TEXT NOT NULL, system_host TEXT NOT NULL, at TEXT NOT NULL, ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sealed_away SELECT * FROM sealed_before;
DROP TABLE sealed_before;
CREATE TRIGGER sealed_stays BEFORE DELETE ON sealed_away
BEGIN SELECT RAISE(ABORT, 'what was sealed away stays so'); END;
CREATE TRIGGER sealed_stands BEFORE UPDATE ON sealed_away
BEGIN SELECT RAISE(ABORT, 'what was sealed away stays so'); END;
CREATE TEMP TABLE works_before AS SELECT * FROM authorisation_works;
DROP TABLE authorisation_works;
CREATE TABLE authorisation_works (
    authorisation_id TEXT NOT NULL REFERENCES authorisations, work_id TEXT NOT NULL,
    PRIMARY KEY (authorisation_id, work_id)
) STRICT, WITHOUT ROWID;
INSERT INTO authorisation_works SELECT * FROM works_before;
DROP TABLE works_before;
CREATE TRIGGER personal_stays_sealed BEFORE UPDATE OF kind, value ON statements
WHEN NEW.kind IN ('payment', 'contact') AND NEW.value NOT LIKE 'aead1:%'
BEGIN SELECT RAISE(ABORT, 'what may lead to a person is stored encrypted'); END;
"""
