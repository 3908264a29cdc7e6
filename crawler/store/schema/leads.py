"""The tables of what partners sent: leads, and the clues in them. Nothing of evidence refers to them."""

LEADS = """
CREATE TABLE leads (
    lead_id TEXT PRIMARY KEY, provider TEXT NOT NULL, received_at TEXT NOT NULL, form TEXT NOT NULL, name TEXT NOT NULL,
    handling TEXT NOT NULL CHECK (handling IN ('RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR')),
    reliability TEXT NOT NULL CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F')),
    original_sha256 TEXT NOT NULL, facts TEXT NOT NULL, entered_by TEXT NOT NULL, entered_at TEXT NOT NULL,
    rejected TEXT, ledger_seq INTEGER NOT NULL, UNIQUE (original_sha256, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE clues (
    lead_id TEXT NOT NULL REFERENCES leads, position INTEGER NOT NULL, url TEXT NOT NULL, host TEXT NOT NULL,
    title TEXT NOT NULL, reference_url TEXT NOT NULL, seen_at TEXT NOT NULL, note TEXT NOT NULL, original TEXT,
    page_id INTEGER, PRIMARY KEY (lead_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX clues_by_url ON clues (url);
"""
