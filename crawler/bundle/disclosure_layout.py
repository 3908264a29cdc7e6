"""The names inside a disclosed part of a bundle (format.md 13), shared by the writer and the verifier."""

import re

from crawler.bundle import layout

FORMAT = "titlewatch-disclosure/1"
PROFILE = "titlewatch-disclosure-1"
PART_NAME = re.compile(r"(?P<bundle>TW-[A-Za-z0-9._-]+-\d{8}T\d{6}Z-[0-9a-f]{8})-part-(?P<hash>[0-9a-f]{8})\Z")

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


def segment(name: str) -> str:
    """The disclosed records of one segment; `name` ends in ``.warc.gz``."""
    return f"{PART}warc/{name}"


def redacted(path: str) -> str:
    """Where the redacted form of an original payload file stands."""
    return REDACTED + path.removeprefix("data/")
