"""The tables of what people add to a case: amounts with their source."""

AMOUNTS = """
CREATE TABLE case_amounts (
    amount_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, counter TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('observed', 'claimed', 'estimated')), number REAL NOT NULL, unit TEXT NOT NULL,
    source TEXT NOT NULL, at TEXT NOT NULL, entered_by TEXT NOT NULL, system_user TEXT NOT NULL,
    system_host TEXT NOT NULL, entered_at TEXT NOT NULL, withdrawn_at TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX case_amounts_by_case ON case_amounts (case_id, at);
"""
