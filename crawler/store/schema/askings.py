"""The tables of what name servers and registries were asked, and how that ended."""

ASKINGS = """
CREATE TABLE dns_answers (
    answer_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, host TEXT NOT NULL, name TEXT NOT NULL, record_type TEXT NOT NULL,
    resolver TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
    segment TEXT NOT NULL, segment_offset INTEGER NOT NULL, segment_length INTEGER NOT NULL, records TEXT NOT NULL,
    ledger_seq INTEGER, stated INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX dns_answers_by_host ON dns_answers (host, at);
CREATE INDEX dns_answers_to_state ON dns_answers (host) WHERE stated = 0;
CREATE TABLE registrations (
    registration_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
    server TEXT, exchange_id TEXT, again_at TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX registrations_by_subject ON registrations (subject, at);
CREATE INDEX registrations_by_run ON registrations (run_id);
"""
