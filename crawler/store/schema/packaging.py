"""The tables of what packages say beside the record: translations that people entered."""

TRANSLATIONS = """
CREATE TABLE translations (
    translation_id TEXT PRIMARY KEY, exhibit_id TEXT NOT NULL REFERENCES exhibits, part TEXT NOT NULL
        CHECK (part IN ('title', 'text', 'page')), source TEXT NOT NULL, into_language TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('human', 'machine')), done_by TEXT NOT NULL, document_sha256 TEXT,
    system_user TEXT NOT NULL, system_host TEXT NOT NULL, at TEXT NOT NULL, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX translations_by_exhibit ON translations (exhibit_id, at);
"""
