"""A lead is what a partner sent; a clue is one thing in it that can be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

Handling = Literal["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]
"""How far it may go, as the Traffic Light Protocol 2.0 (FIRST, 2022) has it; the first goes least far."""
HANDLINGS: tuple[Handling, ...] = get_args(Handling)
RELIABILITIES = ("A", "B", "C", "D", "E", "F")
"""Of the source, as the Admiralty code grades it: A completely reliable to E unreliable, F cannot be judged."""

SUFFIXES = (".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".eml", ".txt", ".warc", ".warc.gz", ".wacz", ".zip")
"""Of the files that leads come in."""

MOST = 100_000
"""Clues of one lead."""


@dataclass(frozen=True, slots=True)
class Clue:
    """An address, or a host, where somebody says that a work is offered."""

    url: str
    """As a person would type it; empty where the clue is a host."""
    host: str
    """Lower case, without a port; empty for a link that names none (a magnet)."""
    title: str = ""
    """Of the work, as the partner names it."""
    reference_url: str = ""
    """Where the genuine work is, as the partner says: never visited as an offer, never exported as one."""
    seen_at: str = ""
    """When it was seen, as the partner wrote it."""
    note: str = ""
    original: Mapping[str, Any] | None = None
    """The row or object that it was read from, whole; None where it was found in running text."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a lead's file holds."""

    form: str
    """One of FORMS of `reading`."""
    clues: tuple[Clue, ...]
    facts: Mapping[str, Any]
    """What the file says of itself: of a mail its sender, day and subject, of a notice everything but its links."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What a partner sent, when and under which conditions."""

    lead_id: str
    provider: str
    """The organisation that gave it; empty where nobody said."""
    received_at: datetime
    """The day that it came in, UTC."""
    form: str
    name: str
    """Of the file."""
    handling: Handling
    reliability: str
    original_sha256: str
    """Of the file, which the workspace keeps as it came."""
    facts: Mapping[str, Any]
    entered_by: str
    """System user and host."""
    entered_at: datetime
    clues: int
    rejected: str | None = None
    """Why a person put it aside, and who; None while it stands."""
