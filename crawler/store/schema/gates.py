"""The tables of the gates and of the people behind a case: approvals, what was sealed away, acts on a case, its parties."""

GATES = """
ALTER TABLE authorisations ADD COLUMN acts TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN track TEXT;
ALTER TABLE referral_approvals ADD COLUMN logins TEXT NOT NULL DEFAULT '';
ALTER TABLE referral_approvals ADD COLUMN subject_sha256 TEXT;
ALTER TABLE referral_approvals ADD COLUMN ledger_seq INTEGER;
CREATE TABLE law_approvals (
    approval_id TEXT PRIMARY KEY, laws TEXT NOT NULL CHECK (laws <> ''), reference TEXT NOT NULL CHECK (trim(reference) <> ''),
    authority TEXT NOT NULL CHECK (trim(authority) <> ''), recipients TEXT NOT NULL, case_id TEXT REFERENCES cases,
    valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, entered_by TEXT NOT NULL, system_user TEXT NOT NULL,
    system_host TEXT NOT NULL, entered_at TEXT NOT NULL, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE case_acts (
    act_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, act TEXT NOT NULL CHECK (act IN ('hold', 'release',
        'close', 'reopen', 'track', 'campaign', 'party', 'remove')), facts TEXT NOT NULL, done_by TEXT NOT NULL,
    system_user TEXT NOT NULL, system_host TEXT NOT NULL, at TEXT NOT NULL, ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_acts_by_case ON case_acts (case_id, ledger_seq);
CREATE VIEW cases_held AS SELECT DISTINCT case_id FROM case_acts o WHERE 'hold' = (SELECT act FROM case_acts i
    WHERE i.case_id = o.case_id AND act IN ('hold', 'release') ORDER BY ledger_seq DESC LIMIT 1);
CREATE TABLE parties (
    party_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, role TEXT NOT NULL CHECK (role IN ('operator', 'host',
        'right-holder', 'counsel', 'uploader', 'other')), country TEXT, name TEXT NOT NULL CHECK (name LIKE 'aead1:%'),
    contact TEXT CHECK (contact IS NULL OR contact LIKE 'aead1:%'), contact_mark TEXT, since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parties_by_mark ON parties (contact_mark);
CREATE TABLE sealed_away (
    object_id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('hit', 'exchange', 'capture')),
    hit_id TEXT NOT NULL REFERENCES hits, reason TEXT NOT NULL CHECK (reason IN ('unlawful-imagery', 'malware')),
    done_by TEXT NOT NULL, system_user TEXT NOT NULL, system_host TEXT NOT NULL, at TEXT NOT NULL, ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

GUARDS = """
CREATE TRIGGER reference_is_no_hit BEFORE INSERT ON hits
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a hit'); END;
CREATE TRIGGER reference_stays_no_hit BEFORE UPDATE OF url ON hits
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a hit'); END;
CREATE TRIGGER reference_stays_no_target BEFORE UPDATE OF url ON hosting_urls
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a hosting target'); END;
CREATE TRIGGER reference_stays_no_source BEFORE UPDATE OF url ON source_pages
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a source page'); END;
CREATE TRIGGER reference_is_no_old_hit BEFORE INSERT ON reference_urls
WHEN EXISTS (SELECT 1 FROM hits WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a URL already seen as infringing cannot become a reference'); END;
CREATE TRIGGER reference_stays_apart BEFORE UPDATE OF url ON reference_urls
WHEN EXISTS (SELECT 1 FROM source_pages WHERE url = NEW.url) OR EXISTS (SELECT 1 FROM hosting_urls WHERE url = NEW.url)
  OR EXISTS (SELECT 1 FROM hits WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a URL already seen as infringing cannot become a reference'); END;
CREATE TRIGGER case_acts_stay BEFORE DELETE ON case_acts
BEGIN SELECT RAISE(ABORT, 'an act on a case is never deleted'); END;
CREATE TRIGGER case_acts_stand BEFORE UPDATE ON case_acts
BEGIN SELECT RAISE(ABORT, 'an act on a case is never changed'); END;
CREATE TRIGGER sealed_stays BEFORE DELETE ON sealed_away
BEGIN SELECT RAISE(ABORT, 'what was sealed away stays so'); END;
CREATE TRIGGER sealed_stands BEFORE UPDATE ON sealed_away
BEGIN SELECT RAISE(ABORT, 'what was sealed away stays so'); END;
CREATE TRIGGER sealed_is_no_item BEFORE INSERT ON case_items
WHEN EXISTS (SELECT 1 FROM sealed_away WHERE object_id = NEW.hit_id)
BEGIN SELECT RAISE(ABORT, 'a hit that was sealed away belongs to no case'); END;
CREATE TRIGGER law_approvals_stand BEFORE UPDATE OF laws, reference, authority, recipients, case_id, valid_from, valid_to
ON law_approvals BEGIN SELECT RAISE(ABORT, 'an approval is entered anew, never changed'); END;
CREATE TRIGGER personal_is_sealed BEFORE INSERT ON statements
WHEN NEW.kind IN ('payment', 'contact') AND NEW.value NOT LIKE 'aead1:%'
BEGIN SELECT RAISE(ABORT, 'what may lead to a person is stored encrypted'); END;
CREATE TRIGGER held_case_stays BEFORE DELETE ON cases
WHEN OLD.case_id IN (SELECT case_id FROM cases_held)
BEGIN SELECT RAISE(ABORT, 'the case is under legal hold'); END;
CREATE TRIGGER held_item_stays BEFORE DELETE ON case_items
WHEN OLD.case_id IN (SELECT case_id FROM cases_held) AND OLD.hit_id NOT IN (SELECT object_id FROM sealed_away)
BEGIN SELECT RAISE(ABORT, 'the case is under legal hold'); END;
CREATE TRIGGER held_party_stays BEFORE DELETE ON parties
WHEN OLD.case_id IN (SELECT case_id FROM cases_held)
BEGIN SELECT RAISE(ABORT, 'the case is under legal hold'); END;
CREATE TRIGGER held_hit_stays BEFORE DELETE ON hits
WHEN EXISTS (SELECT 1 FROM case_items i JOIN cases_held USING (case_id) WHERE i.hit_id = OLD.hit_id)
BEGIN SELECT RAISE(ABORT, 'its case is under legal hold'); END;
CREATE TRIGGER held_exhibit_stays BEFORE DELETE ON exhibits
WHEN EXISTS (SELECT 1 FROM case_items i JOIN cases_held USING (case_id) WHERE i.hit_id = OLD.hit_id)
BEGIN SELECT RAISE(ABORT, 'its case is under legal hold'); END;
"""
