"""The names of stamps beside what they are over. Standard library only."""

import re
from collections.abc import Iterable
from typing import NamedTuple

PARTS = (".tsq", ".tsr", ".chain.pem", ".json")
SEAL = ".seal.json"
BEGIN = ".begin.json"
_NAME = re.compile(
    r"(?P<subject>[^/\0]+?\.(?:seal|begin)\.json)\.(?P<authority>[^/\0]+?)"
    r"(?:\.renewal-(?P<renewal>[1-9]\d{0,2}))?(?P<part>\.tsq|\.tsr|\.chain\.pem|\.json)\Z"
)


class StampName(NamedTuple):
    """A stamp's file: over which subject, by which authority, the how-manieth renewal (0: the stamp itself), which part."""

    subject: str
    authority: str
    renewal: int
    part: str


def stem(subject: str, authority: str, renewal: int = 0) -> str:
    """The name of a stamp's files without their part."""
    return f"{subject}.{authority}" + (f".renewal-{renewal}" if renewal else "")


def over(subject: str, authority: str, renewal: int = 0) -> str:
    """The name of the file that a stamp is over: the subject, or the reply that a renewal renews."""
    return f"{stem(subject, authority, renewal - 1)}.tsr" if renewal else subject


def parse(name: str) -> StampName | None:
    """A file name taken apart; None for what is no part of a stamp over a seal or a beginning."""
    found = _NAME.match(name)
    if found is None:
        return None
    return StampName(found["subject"], found["authority"], int(found["renewal"] or 0), found["part"])


def authorities(subject: str, names: Iterable[str], expected: Iterable[str] = ()) -> list[str]:
    """Whose stamps over a file are expected, or lie among `names` all the same, as of one configured after the seal."""
    found = (parse(name) for name in names)
    return sorted(
        {*expected, *(one.authority for one in found if one and (one.subject, one.part) == (subject, ".json"))}
    )
