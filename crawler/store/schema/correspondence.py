"""The table of what became of referrals: dispatched, acknowledged, answered; never changed, never deleted."""

CORRESPONDENCE = """
CREATE TABLE referral_acts (
    act_id TEXT PRIMARY KEY, referral_id TEXT NOT NULL REFERENCES referrals, act TEXT NOT NULL CHECK (act IN ('dispatch',
        'acknowledge', 'message', 'due', 'outcome', 'correction', 'withdraw')), on_day TEXT NOT NULL, facts TEXT NOT NULL,
    document_sha256 TEXT, done_by TEXT NOT NULL, system_user TEXT NOT NULL, system_host TEXT NOT NULL, entered_at TEXT NOT NULL,
    ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX referral_acts_by_referral ON referral_acts (referral_id, ledger_seq);
CREATE TRIGGER referral_acts_stay BEFORE DELETE ON referral_acts
BEGIN SELECT RAISE(ABORT, 'an act on a referral is never deleted'); END;
CREATE TRIGGER referral_acts_stand BEFORE UPDATE ON referral_acts
BEGIN SELECT RAISE(ABORT, 'an act on a referral is never changed'); END;
"""
