"""Between which stamps an exhibit was recorded (format.md 5.1): the same arithmetic for writer and verifier. Standard library only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.bundle import layout
from crawler.evidence import stamp_names

Bracket = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stamped:
    """A signed file that remembers the ledger's head, with the stamps over it."""

    file: str
    """Its path in the bundle."""
    size: int
    """Entries of the ledger that it covers."""
    authorities: tuple[str, ...]
    stamps: Mapping[str, Mapping[str, Any]]
    """Authority -> what the stamp's JSON says."""


@dataclass(frozen=True, slots=True)
class Times:
    """The beginnings and seals of a bundle."""

    begins: Mapping[str, Stamped]
    """By run."""
    seals: Mapping[str, Stamped] = field(default_factory=dict)
    """By segment; one that was open when the bundle was made has none."""


def stamped(file: str, names: Sequence[str], read: Callable[[str], Any]) -> Stamped:
    """The seal or beginning at a path, read with what lies beside it; `names` are the bundle's files beside it."""
    said = read(file)
    stem = file.rpartition("/")[2]
    authorities = tuple(
        stamp_names.authorities(stem, (name.rpartition("/")[2] for name in names), map(str, said["authorities"]))
    )
    beside = {authority: f"{file}.{authority}.json" for authority in authorities}
    stamps = {authority: read(name) for authority, name in beside.items() if name in names}
    return Stamped(file, int(said["ledger"]["size"]), authorities, stamps)


def time_bracket(times: Times, run: str, segment: str | None, tokens: Sequence[Mapping[str, str]], seq: int) -> Bracket:
    """The newest stamp that the exhibit's page names, and the earliest over a ledger that holds its entry `seq`.

    `run` and `segment` are those of the page's exchange, `tokens` the stamps that its
    metadata record names. `missing` says, for each side, whose stamp is not there and why.
    """
    missing: list[dict[str, str | None]] = []
    begun = times.begins.get(run)
    before = max(tokens, key=_moment, default=None)
    if begun is None:
        missing.append(_lack("not_before", None, "no beginning"))
    elif not begun.authorities:
        missing.append(_lack("not_before", None, "UNSTAMPED"))
    else:
        given = {token["authority"] for token in tokens}
        missing += [
            _lack("not_before", authority, "missing") for authority in begun.authorities if authority not in given
        ]
    seal = times.seals.get(segment or "")
    if seal is None:
        missing.append(_lack("not_after", None, "unsealed"))
    elif not seal.authorities:
        missing.append(_lack("not_after", None, "UNSTAMPED"))
    else:
        missing += [_lack("not_after", one, "pending") for one in seal.authorities if one not in seal.stamps]
    covers = [
        (_moment(facts), authority, one.file, facts)
        for one in (*times.seals.values(), *times.begins.values())
        if one.size > seq
        for authority, facts in one.stamps.items()
    ]
    after = min(covers, key=lambda cover: cover[:3], default=None)
    return {
        "not_before": before and _named(before, begun.file if begun else ""),
        "not_after": after and _named(after[3], after[2]),
        "missing": missing,
    }


def begin_file(name: str) -> str:
    """Where the beginning of a run stands in a bundle."""
    return f"{layout.BEGIN_FOLDER}{name}"


def _named(said: Mapping[str, Any], over: str) -> dict[str, str]:
    return {key: str(said[key]) for key in ("authority", "gen_time", "reply_sha256")} | {"over": over}


def _lack(side: str, authority: str | None, why: str) -> dict[str, str | None]:
    return {"side": side, "authority": authority, "why": why}


def _moment(said: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(said["gen_time"]))
