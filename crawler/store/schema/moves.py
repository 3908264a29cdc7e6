"""The tables of moves that were noticed, of the cases that followed them, and of links between sites that people dispute."""

MOVES = """
CREATE TABLE moves_noticed (
    move_id TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites, kind TEXT NOT NULL, at TEXT NOT NULL,
    noticed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX moves_noticed_by_time ON moves_noticed (noticed_at);
CREATE TABLE cases_followed (
    case_id TEXT NOT NULL REFERENCES cases, move_id TEXT NOT NULL REFERENCES moves_noticed, at TEXT NOT NULL,
    reopened INTEGER NOT NULL, referrals TEXT NOT NULL, ledger_seq INTEGER NOT NULL, PRIMARY KEY (case_id, move_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE link_disputes (
    dispute_id TEXT PRIMARY KEY, one TEXT NOT NULL, other TEXT NOT NULL, disputed INTEGER NOT NULL, note TEXT NOT NULL,
    done_by TEXT NOT NULL, system_user TEXT NOT NULL, system_host TEXT NOT NULL, at TEXT NOT NULL, ledger_seq INTEGER NOT NULL,
    CHECK (one < other)
) STRICT, WITHOUT ROWID;
"""
