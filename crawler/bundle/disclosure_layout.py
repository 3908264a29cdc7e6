"""The names inside a disclosed part of a bundle (format.md 13), shared by the writer and the verifier."""

import re

from crawler.bundle import layout

FORMAT = "titlewatch-disclosure/1"
PROFILE = "titlewatch-disclosure-1"
DESCRIPTION = "Part of an evidence bundle made by titlewatch; what is withheld is listed"
NOTHING_REDACTED = "none (nothing redacted)"
DERIVED_FROM = "from data/case.json of the original, which is withheld; not evidence of its own"
"""What the part's case.json says of itself."""
LABELS = (
    "External-Identifier", "Internal-Sender-Identifier", "Internal-Sender-Description", "Bagging-Date", "Export-UTC",
    "Payload-Oxum", "Bag-Software-Agent", "BagIt-Profile-Identifier", "Titlewatch-Format", "Original-Bundle",
    "Original-Tag-Manifest-SHA256", "Exhibit-Count", "Exhibits-Withheld", "Record-Count", "Records-Withheld",
    "Redaction-Decided-By",
)  # fmt: skip
"""The labels of a part's bag-info.txt, and no others."""

ORIGINAL = "data/original/"
"""The original's own tag files, signature and stamps."""
PART = "data/part/"
"""What was picked out or derived: it stands in no signed list."""
REDACTED = "data/redacted/"
DISCLOSURE = "data/disclosure.json"
REDACTIONS = "data/redactions.json"
LEDGER = f"{PART}ledger.jsonl"
PROOFS = f"{PART}inclusion.json"
CASE = f"{PART}case.json"
EXHIBITS = f"{PART}exhibits.csv"
REDACTED_LEDGER = f"{REDACTED}log/ledger.jsonl"
ORIGINAL_TAGS = (
    "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", *layout.TAG_MANIFESTS, layout.SIGNATURE, layout.PUBLIC_KEY,
)  # fmt: skip
"""Files of the original bag that every disclosure holds; its stamps come to them."""
COMMON = (layout.TREE_HEAD, layout.TREE_HEAD_SIGNATURE, layout.CONSISTENCY)
"""Payload files of the original that every disclosure holds unchanged."""
ENVIRONMENT = ("data/environment/tool.json", "data/environment/system.json")
"""What names no exhibit of what the runs recorded of themselves."""
DERIVED = (DISCLOSURE, LEDGER, PROOFS, CASE, EXHIBITS)

KEYS = "data/log/keys/"
"""Earlier keys: every part holds them unchanged."""
CARRIERS = ("exchange", "kept", "capture", "segment")
"""Types of entries whose records a bundle holds (format.md 6.1)."""
REASONS = (
    "other exhibit",
    "speaks of all exhibits",
    "records of all exhibits",
    "redacted",
    "picture",
    "cannot be read",
)
"""Why a file of the original is not there."""
OWN_REASONS = ("redacted", "picture", "cannot be read")
"""Why a file of a disclosed exhibit, or a record, is not there."""
SEGMENT = re.compile(rf"{PART}warc/(?P<stem>[A-Za-z0-9][A-Za-z0-9._-]*)\.(?P<kind>warc\.gz|cdxj)\Z")


def segment(name: str) -> str:
    """The disclosed records of one segment; `name` ends in ``.warc.gz``."""
    return f"{PART}warc/{name}"


def may_stand(path: str) -> bool:
    """Whether a name below the folders that no signed list covers is one that a part may have."""
    if path.startswith(ORIGINAL):
        name = path.removeprefix(ORIGINAL)
        return name in ORIGINAL_TAGS or layout.STAMP.match(name) is not None
    if path.startswith(PART):
        return path in DERIVED or SEGMENT.match(path) is not None
    # Derived files are held against redactions.json one by one.
    return path.startswith(REDACTED) or path in (DISCLOSURE, REDACTIONS)


def redacted(path: str) -> str:
    """Where the redacted form of an original payload file stands."""
    return REDACTED + path.removeprefix("data/")
