"""What a fact rests on: an exhibit, a statement or another act or document on record; a fact without one is no fact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.errors import EvidenceError

BasisKind = Literal[
    "exhibit", "statement", "exchange", "decision", "authorisation", "amount", "work", "site", "case", "referral", "bundle",
    "document", "party", "translation", "entry", "configuration", "directory",
]  # fmt: skip
"""``entry`` is a ledger entry by its number, ``directory`` the directory of agencies, ``document`` a file by its SHA-256."""


@dataclass(frozen=True, slots=True, order=True)
class Basis:
    """One thing on record, by its kind and id."""

    kind: BasisKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that a package may say, and what it rests on. Raises EvidenceError when it rests on nothing."""

    basis: tuple[Basis, ...]

    def __post_init__(self) -> None:
        """Refuse a fact that nothing on record bears out."""
        if not self.basis or not all(one.name for one in self.basis):
            raise EvidenceError(
                "a fact rests on nothing", type(self).__name__, "leave it out, or enter what it rests on first"
            )


def rests_on(kind: BasisKind, names: Iterable[str | None]) -> tuple[Basis, ...]:
    """The things of a kind with these ids, each once, without those that are missing."""
    return tuple(Basis(kind, name) for name in dict.fromkeys(names) if name)


LETTERS = "ESDR"
_LETTER = {"statement": "S", "decision": "D"}


class Labels:
    """Short names for what facts rest on, so that a page can name them beside each figure.

    Exhibits are ``E`` with their number in the case; statements ``S``, decisions ``D`` and everything else ``R`` are
    numbered in the order given.
    """

    def __init__(self, exhibits: Iterable[tuple[int, str]], others: Iterable[Basis]) -> None:
        self._numbers: dict[Basis, tuple[str, int]] = {
            Basis("exhibit", name): ("E", number) for number, name in exhibits
        }
        counts = dict.fromkeys(LETTERS[1:], 0)
        for one in others:
            if one not in self._numbers:
                letter = _LETTER.get(one.kind, "R")
                counts[letter] += 1
                self._numbers[one] = (letter, counts[letter])

    def one(self, basis: Basis) -> str:
        """The short name of one. Raises KeyError for what the dossier does not know."""
        letter, number = self._numbers[basis]
        return f"{letter}{number}"

    def several(self, basis: Iterable[Basis], most: int = 0) -> str:
        """The short names of several, runs of numbers drawn together: ``E1-E4, E7, S2``; beyond `most` runs an ellipsis."""
        numbers = sorted({self._numbers[one] for one in basis}, key=_place)
        runs: list[tuple[str, int, int]] = []
        for letter, number in numbers:
            if runs and runs[-1][0] == letter and runs[-1][2] == number - 1:
                runs[-1] = (letter, runs[-1][1], number)
            else:
                runs.append((letter, number, number))
        shown = runs[:most] if most else runs
        return ", ".join(_run(letter, first, last) for letter, first, last in shown) + (
            ", ..." if len(shown) < len(runs) else ""
        )

    def __iter__(self) -> Iterator[tuple[str, Basis]]:
        """Every short name with what it stands for, in order."""
        ordered = sorted(self._numbers.items(), key=lambda item: _place(item[1]))
        return iter([(f"{letter}{number}", basis) for basis, (letter, number) in ordered])


def _place(label: tuple[str, int]) -> tuple[int, int]:
    return LETTERS.index(label[0]), label[1]


def _run(letter: str, first: int, last: int) -> str:
    if last - first < 2:
        return ", ".join(f"{letter}{number}" for number in range(first, last + 1))
    return f"{letter}{first}-{letter}{last}"
