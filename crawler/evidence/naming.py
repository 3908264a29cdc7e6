"""Whether the records of a run name the stamps over its beginning, and no others. Standard library only."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from crawler.model import Finding
from crawler.wording import counted

NEVER = "missing: the authority gave no stamp when the run began, and is not asked again"
"""Why a beginning lacks a stamp: one that came later would not show that the run had not begun before."""


class Naming(NamedTuple):
    """What one record says of the beginning of its run."""

    record: str
    """Its file and offset."""
    run: str
    tokens: Any
    """Its `not_before`, as it stands there."""


def check_naming(expected: Mapping[str, Sequence[Mapping[str, str]]], namings: Iterable[Naming]) -> Iterator[Finding]:
    """Hold what records name against the stamps that the ledger has, by run; one finding for each run."""
    named: dict[str, int] = {}
    unknown: dict[str, int] = {}
    wrong: dict[str, list[str]] = {}
    for record, run, tokens in namings:
        if run not in expected and not tokens:
            unknown[run] = unknown.get(run, 0) + 1
        elif tokens != expected.get(run):
            wrong.setdefault(run, []).append(record)
        else:
            named[run] = named.get(run, 0) + 1
    for run, places in sorted(wrong.items()):
        why = "not the stamps over the beginning of their run, as the ledger has them"
        due = json.dumps(expected[run]) if run in expected else "no beginning in the ledger"
        yield Finding("not before", places[0], "fail", due, f"{counted(len(places), 'record')} name others", why)
    for run, count in sorted(named.items()):
        if expected[run]:
            yield Finding(
                "not before", run, "pass", None, counted(count, "record"), "each names the stamps of its beginning"
            )
        else:
            why = "no authority stamped the beginning of the run: since when its records exist is not shown"
            yield Finding("not before", run, "not_checked", None, counted(count, "record"), why)
    for run, count in sorted(unknown.items()):
        yield Finding(
            "not before", run, "not_checked", "a beginning", counted(count, "record"), "the run has no beginning"
        )
