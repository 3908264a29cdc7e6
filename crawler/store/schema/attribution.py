"""The tables of where hosts are: what was said of them, when, by whom."""

STATEMENTS = """
CREATE TABLE statements (
    statement_id TEXT PRIMARY KEY, host TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,
    source TEXT NOT NULL, confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')), basis TEXT NOT NULL,
    source_date TEXT, about TEXT, handling TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX statements_by_host ON statements (host, at);
CREATE INDEX statements_by_value ON statements (kind, value);
"""
