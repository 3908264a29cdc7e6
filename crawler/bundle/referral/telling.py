"""A dossier told in a language: the words that every sheet needs for its values, and what each rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from crawler import clock
from crawler.bundle.markings import one_line
from crawler.bundle.referral.blocks import Box
from crawler.bundle.referral.language import Language
from crawler.bundle.report import shortened
from crawler.casework.basis import Basis, Fact, Labels
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Item

NOTHING = "–"
CITED = 3
"""Runs of short names that a page of its own size names for one line."""


@dataclass(frozen=True)
class Telling:
    """What a sheet is written from. `made_on` stands on those sheets alone that carry a date."""

    dossier: Dossier
    language: Language
    package: str
    """The package's name."""
    made_on: date

    @cached_property
    def labels(self) -> Labels:
        """The short names of all that the dossier rests on."""
        return self.dossier.labels()

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the language."""
        return self.language.say(key, **facts)

    def rests(self, *on: Fact | Iterable[Basis]) -> str:
        """The short names of what facts rest on: ``E1-E4, S2``."""
        return self.labels.several(basis for one in on for basis in (one.basis if isinstance(one, Fact) else one))

    def cites(self, *on: Fact | Iterable[Basis]) -> str:
        """A few of the short names of what facts rest on, for a page that must stay one: ``E1-E4, S2, ...``."""
        return self.labels.several(
            (basis for one in on for basis in (one.basis if isinstance(one, Fact) else one)), most=CITED
        )

    def resting(self, text: str, *on: Fact | Iterable[Basis]) -> str:
        """A sentence with what it rests on behind it, in square brackets."""
        return f"{text} [{self.rests(*on)}]"

    def exhibit(self, item: Item) -> str:
        """The short name of an item's exhibit."""
        return self.rests(item)

    def when(self, moment: datetime | None) -> str:
        """A moment to the second, with its zone."""
        return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else NOTHING

    def day(self, moment: datetime | date | None) -> str:
        """A day, ISO 8601."""
        return f"{moment:%Y-%m-%d}" if moment else NOTHING

    def days(self, count: int | None) -> str:
        """A number of days; a dash where there is none."""
        return NOTHING if count is None else self.say("value.days", count=count)

    def number(self, number: float, unit: str = "") -> str:
        """A figure with thousands apart, and its unit."""
        return f"{number:,.2f}".rstrip("0").rstrip(".") + (f" {unit}" if unit else "")

    def country(self, code: str) -> str:
        """A country by its code and, where the language has one, its name."""
        name = self.language.word(f"country.{code}", "")
        return self.say("value.country", code=code, name=name) if name else code

    def listed(self, texts: Iterable[str], most: int = 0) -> str:
        """Texts after each other; beyond `most` only how many more there are."""
        every = [text for text in texts if text]
        shown = every[:most] if most and len(every) > most else every
        joined = self.say("value.between").join(shown)
        return (
            joined
            if len(shown) == len(every)
            else self.say("value.and_more", shown=joined, count=len(every) - len(shown))
        )

    def data(self, texts: object) -> str:
        """A text of data that comes in the product's own languages (an agency's name, an offence)."""
        assert hasattr(texts, "__getitem__")
        return str(texts[self.language.data])

    def word(self, table: str, name: str) -> str:
        """A word for a name of ours: ``track.criminal``. Raises KeyError."""
        return self.say(f"{table}.{name}")

    def short(self, text: str, limit: int) -> str:
        """Text from outside on one line, cut with an ellipsis."""
        return shortened(one_line(text), limit)

    def stamps(self) -> tuple[Box, ...]:
        """That records or bundle carry no timestamp, or not every one yet; nothing where they do."""
        state = self.dossier.stamps
        return () if state == "stamped" else (Box(self.say(f"stamps.{state}")),)

    def hosts(self) -> Sequence[str]:
        """The hosts of the case's sites."""
        return self.dossier.hosts


def stamp(moment: datetime) -> str:
    """A moment as a machine reads it."""
    return clock.stamp(moment)
