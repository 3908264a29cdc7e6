"""The names by which everybody calls programs and textbooks: without the maker, the version, or all but an author's name."""

import re
from collections.abc import Collection, Iterator

from crawler.matching.lexicon import known
from crawler.text import spelled

SHORTEST_STEM = 5

# Makers whose names stand before those of their programs, and are left out.
_MAKERS = frozenset(
    (
        "adobe", "autodesk", "microsoft", "ibm", "clarivate", "corel", "jetbrains", "apple", "mathworks", "wolfram",
        "vmware", "ableton", "steinberg", "avid", "cyberlink", "magix", "maxon", "dassault", "siemens", "ptc", "esri",
        "trimble", "foundry", "blackmagic", "wondershare", "techsmith", "originlab", "ansys", "altium", "minitab",
    )
)  # fmt: skip


def _makerless(base: str) -> Iterator[tuple[str, bool]]:
    """A program's name and its version without the maker's."""
    maker, _, rest = base.partition(" ")
    name, _, version = rest.rpartition(" ")
    if (
        maker in _MAKERS
        and len(name) >= SHORTEST_STEM
        and any(char.isdigit() for char in version)
        and not all(known(token) for token in name.split(" "))
    ):
        yield rest, True


_VERSIONED = re.compile(
    r"(?P<stem>[a-z][a-z0-9]*(?: [a-z][a-z0-9]*)*) (?P<number>\d{1,4})(?: (?P<edition>[a-z]+(?: [a-z]+)?))?"
)


def version_of(name: str, stem: str) -> str:
    """The number of the version that a program's title has behind a stem; empty when it has none."""
    found = _VERSIONED.fullmatch(spelled(name))
    return found["number"] if found and found["stem"] == stem else ""


def programs(base: str, makers: Collection[str]) -> Iterator[tuple[str, bool]]:
    """A program's name up to its version, which then stands behind the name of its edition, and the name without a maker's.

    Each with whether it tells the program by itself.
    """
    yield from _makerless(base)
    found = _VERSIONED.fullmatch(base)
    if found is None:
        return
    if len(found["stem"].replace(" ", "")) >= SHORTEST_STEM and " " in found["stem"]:
        yield found["stem"], False
    maker, _, rest = base.partition(" ")
    if found["edition"] and rest.count(" ") > 1 and (maker in _MAKERS or maker in map(spelled, makers)):
        yield rest, sum(not known(token) for token in rest.split(" ")) > 1


_EPONYM = re.compile(r"([A-Z][\w-]{4,})['’]s (?:[A-Z][\w-]*|of|and|the|in|for)(?: [\w&-]+){1,8}")


def eponym(name: str) -> str:
    """By whose name everybody calls a textbook: “Marlow” of “Marlow's Principles of Botany”, spelled; empty without."""
    found = _EPONYM.fullmatch(name)
    return spelled(found[1]) if found and not known(spelled(found[1])) else ""
