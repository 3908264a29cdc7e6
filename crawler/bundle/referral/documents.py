"""The documents of a package: how each is made, and for whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from crawler.bundle.referral.blocks import Sheet
from crawler.bundle.referral.telling import Telling
from crawler.casework.dossier import Dossier

Make = Callable[[Telling], Sheet]


def everybody(_: Dossier) -> bool:
    """For a document that every package has."""
    return True


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a package, in each of its languages."""

    name: str
    """Of its file without an ending: ASCII; a form's begins with ``forms/``."""
    make: Make
    is_for: Callable[[Dossier], bool] = everybody
    """Whether a recipient gets it."""
    languages: frozenset[str] | None = None
    """The tags of the only languages that it exists in; None for all."""
    is_dated: bool = False
    """Whether it says the day or names the bundle, so that it differs in two packages of an unchanged case."""
    tighter: tuple[Make, ...] = ()
    """For a sheet of one page: what makes it shorter, tried one after the other until it fits."""
    purpose: Literal["package", "notice", "preservation"] = "package"
    """Which gate it needs open; while that one is shut, the package is made without it and says why."""
    writers: Mapping[str, Callable[[Sheet, Telling], bytes]] | None = None
    """Further files of the same sheet: ending -> what writes it (``docx``, ``csv``)."""

    def fits(self, telling: Telling) -> bool:
        """Whether it belongs into a package in this language."""
        known = self.languages is None or telling.language.tag in self.languages
        return known and self.is_for(telling.dossier)
