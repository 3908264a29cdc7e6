"""Which members an object of the bundle's JSON may have: a member that no check reads is one that anybody may add."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from crawler.bundle.check.tree import Files
from crawler.model import Finding

MISSING = object()
"""What stands for a member that is not there."""


def same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same; true and 1 are not."""
    return one is other or (
        MISSING not in (one, other)
        and one == other
        and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def check_members(
    which: str, value: Mapping[str, Any], needed: Collection[str], optional: Collection[str] = ()
) -> Iterator[Finding]:
    """Find members that are missing, and those that the format does not have there."""
    for name in sorted(set(needed) - value.keys()):
        yield Finding("members", f"{which} {name}", "fail", "a member that it always has", None, "missing")
    for name in sorted(value.keys() - set(needed) - set(optional)):
        found = text_of(value[name])
        yield Finding("members", f"{which} {name}", "fail", None, found, "a member that the format does not have there")


def check_value(check: str, which: str, expected: Any, found: Any) -> Iterator[Finding]:
    """Find a value that is not the one that was worked out from the record."""
    if not same(expected, found):
        yield Finding(check, which, "fail", text_of(expected), text_of(found), "does not agree with the record")


def text_of(value: Any) -> str | None:
    """A value as findings show it."""
    return None if value is MISSING else str(value)[:120]


def captures_of(files: Files, case: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """capture.json of each exhibit, by its path, in the order of the case."""
    names = [f"data/captures/{exhibit['exhibit']}/capture.json" for exhibit in case["exhibits"]]
    return {name: files.json(name) for name in names}
