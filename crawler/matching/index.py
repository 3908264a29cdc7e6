"""All spellings of all watched titles, ready to be found in a text in one pass: a long list and what has changed in it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.matching.finder import Begins
from crawler.matching.layer import CIRCLE, FORMAT, Layer, weight_of
from crawler.matching.once import once
from crawler.matching.table import Found, Table
from crawler.matching.typos import keys_of
from crawler.matching.variants import Variant, variants
from crawler.model import Work

Places = npt.NDArray[np.int64]


class Hits(NamedTuple):
    """Patterns in a text, one per row of each array."""

    starts: Places
    ends: Places
    patterns: Places
    weak: npt.NDArray[np.bool_]
    """Whether the pattern says little by itself, whoever owns it."""

    def of(self, rows: Places) -> "Hits":
        """Those of some rows."""
        return Hits(self.starts[rows], self.ends[rows], self.patterns[rows], self.weak[rows])


_NONE = np.zeros(0, dtype=np.int64)
_NO_HITS = Hits(_NONE, _NONE, _NONE, np.zeros(0, dtype=bool))


class _Tables:
    """The same table of every layer, their patterns and works numbered through."""

    def __init__(self, tables: list[Table], works: list[int], gone: frozenset[int]) -> None:
        self._tables = tables
        self._works = works
        self._gone = gone
        self._offsets = np.cumsum([0, *map(len, tables)]).tolist()

    def find(self, text: str, begins: Begins | None = None) -> Hits:
        found = [
            self._in(table, offset, text, begins) for table, offset in zip(self._tables, self._offsets, strict=False)
        ]
        some = [hits for hits in found if hits is not _NO_HITS]
        if len(some) < 2:
            return some[0] if some else _NO_HITS
        return Hits(*(np.concatenate(columns) for columns in zip(*some, strict=True)))

    def _in(self, table: Table, offset: int, text: str, begins: Begins | None) -> Hits:
        rows = table.find(text, begins)
        if not len(rows):
            return _NO_HITS
        patterns = rows[:, 2]
        return Hits(rows[:, 0], rows[:, 1], patterns + offset if offset else patterns, table.weak[patterns])

    def owners(self, pattern: int) -> list[Found]:
        if pattern < self._offsets[1]:
            owners = self._tables[0].owners(pattern)
            return [one for one in owners if one.work not in self._gone] if self._gone else owners
        return [
            one._replace(work=one.work + self._works[1]) for one in self._tables[1].owners(pattern - self._offsets[1])
        ]


class Index:
    """The spellings of a watchlist.

    A base, and where the watchlist has changed since that was made a second, small layer with
    the works that are new or other than they were; those of the base that are gone or replaced
    are passed over. The answer is the same wherever a work lies.
    """

    def __init__(self, base: Layer, changes: Layer | None = None) -> None:
        self.base = base
        self.changes = changes
        self.gone: frozenset[int] = frozenset(() if changes is None else changes.gone.tolist())
        self._layers = [base] if changes is None else [base, changes]
        self._first_change = len(base)
        firsts = [0, len(base)]
        self._spaced = _Tables([layer.spaced for layer in self._layers], firsts, self.gone)
        self._joined = _Tables([layer.joined for layer in self._layers], firsts, self.gone)
        self._heard = _Tables([layer.heard for layer in self._layers], firsts, self.gone)
        weight = sum(layer.weight for layer in self._layers) - sum(map(base.weight_of, self.gone))
        self.fingerprint = _fingerprint(base.version, weight)
        self.schemes = frozenset[str]().union(*(layer.schemes for layer in self._layers))
        """Of the identifiers that the works have."""
        self.work = lru_cache(maxsize=4096)(self._work)
        self.variants = lru_cache(maxsize=1024)(self._variants)

    @classmethod
    def build(cls, works: Iterable[Work], version: str) -> "Index":
        """Index works; a work id that comes twice is an error of the caller and the last one wins."""
        listed = sorted({work.work_id: work for work in works}.values(), key=lambda work: work.work_id)
        return cls(Layer.build(((work, "") for work in listed), version))

    def save(self, path: Path) -> None:
        """Write the index to a file, as if it had been made at once. Raises OSError."""
        whole = self if self.changes is None and not self.gone else Index.build(self.works(), self.base.version)
        whole.base.save(path)

    @classmethod
    def load(cls, path: Path) -> "Index":
        """Read what `save` wrote. Raises StorageError for anything else; load only files the product wrote."""
        return cls(Layer.load(path))

    def __len__(self) -> int:
        return sum(map(len, self._layers)) - len(self.gone)

    def works(self) -> Iterator[Work]:
        """Every work, those that have changed last."""
        for layer in self._layers:
            for place in range(len(layer)):
                if layer is not self.base or place not in self.gone:
                    yield layer.work(place)

    def _work(self, place: int) -> Work:
        layer, own = self._home(place)
        return layer.work(own)

    def year(self, place: int) -> int:
        """The year of a work; 0 for none."""
        layer, own = self._home(place)
        return layer.years[own]

    def credited(self, place: int) -> bool:
        """Whether a work names any people."""
        layer, own = self._home(place)
        return bool(layer.credited[own])

    def misspelt(self, place: int) -> list[str]:
        """The spellings of a work that are looked for with a slip, the plainest first."""
        layer, own = self._home(place)
        return layer.misspelt(own)

    def _home(self, place: int) -> tuple[Layer, int]:
        first = self._first_change
        return (self._layers[1], place - first) if place >= first else (self.base, place)

    def _variants(self, place: int) -> list[Variant]:
        return variants(self.work(place))

    def find_spaced(self, text: str) -> Hits:
        """Patterns in the text of a words view; the spaces of whole words belong to the pattern."""
        return self._spaced.find(text)

    def find_joined(self, text: str, begins: Begins | None = None) -> Hits:
        """Patterns in the text of a squeezed view, wherever words end there; `begins` tells where they may begin."""
        return self._joined.find(text, begins)

    def find_heard(self, text: str) -> Hits:
        """Patterns in the text of a heard view (crawler.matching.sounds)."""
        return self._heard.find(text)

    @once
    def longest_heard(self) -> int:
        """Characters of the longest pattern of `find_heard`; 0 when there is none."""
        return max(layer.heard.longest for layer in self._layers)

    def spaced_owners(self, pattern: int) -> list[Found]:
        """The works and spellings that a pattern of `find_spaced` stands for."""
        return self._spaced.owners(pattern)

    def joined_owners(self, pattern: int) -> list[Found]:
        """The works and spellings that a pattern of `find_joined` stands for."""
        return self._joined.owners(pattern)

    def heard_owners(self, pattern: int) -> list[Found]:
        """The works and spellings that a pattern of `find_heard` stands for."""
        return self._heard.owners(pattern)

    def near(self, text: str) -> list[int]:
        """Works of which a spelling may be one slip away from folded words; to be compared, not believed."""
        keys = keys_of(text, longest=True)
        if not keys:
            return []
        places = sorted(self.base.near(keys) - self.gone)
        if self.changes is not None:
            first = len(self.base)
            places += sorted(first + place for place in self.changes.near(keys))
        return places

    def identified(self, key: int) -> list[int]:
        """Works of which an identifier has a key (crawler.matching.identifiers); to be compared, not believed."""
        places = sorted(self.base.identified(key) - self.gone)
        if self.changes is not None:
            first = len(self.base)
            places += sorted(first + place for place in self.changes.identified(key))
        return places


def _fingerprint(version: str, weight: int) -> str:
    return sha256(f"{FORMAT} {version}\n{weight % CIRCLE:064x}".encode()).hexdigest()


def list_fingerprint(works: Iterable[Work], version: str) -> str:
    """SHA-256 (hex) over the sum of the works' hashes, the version and the format of the index; the works need no order."""
    return _fingerprint(version, sum(map(weight_of, {work.work_id: work for work in works}.values())))
