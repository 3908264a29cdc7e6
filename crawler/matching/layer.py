"""A list of works, indexed once and never changed: its spellings, its works, and what tells it from another list."""

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.errors import StorageError
from crawler.matching import identifiers, packed
from crawler.matching.sounds import sound
from crawler.matching.table import Entries, Table
from crawler.matching.typos import keys_of
from crawler.matching.variants import (
    ALIAS,
    INITIALS,
    NEVER_MISSPELT,
    PINYIN,
    SOUND,
    TITLE,
    Variant,
    ideographs,
    squeezed,
    variants,
)
from crawler.model import Work
from crawler.text import IDEOGRAPH, class_of

SHORTEST_JOINED = 6
"""Letters that a title needs before it is looked for without its spaces."""
FORMAT = 7
EVERY = 2000
"""Works between two reports of progress."""
_NAMES = [field.name for field in fields(Work)]
CIRCLE = 1 << 256

Marked = tuple[Work, str]
"""A work and a mark that is another one as soon as the work is changed."""
Progress = Callable[[int], None]


def _as_json(work: Work) -> str:
    return json.dumps([getattr(work, name) for name in _NAMES], ensure_ascii=False)


def weight_of(work: Work) -> int:
    """A work's share in the weight of a list."""
    return _weight(_as_json(work))


def _weight(text: str) -> int:
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")


class Layer:
    """The spellings of a list of works; built once, saved, loaded in every crawl."""

    def __init__(self, arrays: packed.Arrays, facts: dict[str, Any]) -> None:
        self._arrays = arrays
        self._facts = facts
        self._works = packed.PackedTexts(arrays["works"], arrays["work_ends"])
        self._marks = arrays["marks"], arrays["mark_ends"]
        self._ids = arrays["ids"], arrays["id_ends"]
        self.spaced = Table(arrays, "spaced")
        self.joined = Table(arrays, "joined")
        self.heard = Table(arrays, "heard")
        self._misspelt = packed.PackedTexts(arrays["misspelts"], arrays["misspelt_ends"])
        self._typo_keys = arrays["typo_keys"]
        self._typo_works = arrays["typo_works"]
        self._identifiers = arrays["identifier_keys"], arrays["identifier_works"]
        self.schemes = frozenset(map(str, facts["schemes"]))
        """Of the identifiers that the works have."""
        self.version = str(facts["version"])
        """Of the rules, and so of the spellings."""
        self.weight = int(str(facts["weight"]), 16)
        """The sum of the works' hashes: the same for the same works in any order."""
        self.name = sha256(f"{self.version} {facts['weight']}".encode()).hexdigest()[:32]
        """What tells the layer from others."""
        self.base = str(facts["base"])
        """The name of the layer that these are changes of; empty for a whole list."""
        self.gone: npt.NDArray[np.int64] = arrays["gone"]
        self.years = arrays["years"].data
        """Of the works; 0 for none."""
        self.credited = arrays["credited"].data
        """Of the works: whether any people are named."""

    @classmethod
    def build(
        cls, works: Iterable[Marked], version: str, progress: Progress = lambda done: None, *,
        base: str = "", gone: Sequence[int] = (),
    ) -> "Layer":  # fmt: skip
        """Index works that come in the order of their ids, each once; they are not kept as objects.

        For a layer of changes, `base` names the layer that it belongs to and `gone` the places there that it voids.
        """
        spaced, joined, heard = Entries(), Entries(), Entries()
        keys, owners = array("Q"), array("i")
        own_keys, bearers, schemes = array("Q"), array("i"), set[str]()
        texts, marks, ids, misspelt = packed.Texts(), packed.Texts(), packed.Texts(), packed.Texts()
        weight = 0
        years, credited = array("q"), bytearray()
        for place, (work, mark) in enumerate(works):
            spellings = variants(work)
            for variant in spellings:
                _enter(spaced, joined, place, variant)
                if variant.form in (TITLE, ALIAS) and sound(variant.words):
                    heard.add(sound(variant.words), place, SOUND, variant.words)
                if (work.year is not None or work.creators) and variant.form not in (PINYIN, INITIALS):
                    own = keys_of(variant.words)
                    keys.extend(own)
                    owners.extend([place] * len(own))
            misspelt.add("\n".join(one.words for one in spellings if one.form not in NEVER_MISSPELT))
            for identifier in identifiers.of_work(work.identifiers) if work.identifiers else ():
                own_keys.append(identifier.key)
                bearers.append(place)
                schemes.add(identifier.scheme)
            text = _as_json(work)
            weight += _weight(text)
            texts.add(text)
            marks.add(mark)
            ids.add(work.work_id)
            years.append(work.year or 0)
            credited.append(bool(work.creators))
            if not place % EVERY:
                progress(place)
        arrays: packed.Arrays = {}
        for name, gathered in (("work", texts), ("mark", marks), ("id", ids), ("misspelt", misspelt)):
            arrays[f"{name}s"], arrays[f"{name}_ends"] = gathered.packed()
        del texts, marks, ids, misspelt, gathered
        arrays["typo_keys"], arrays["typo_works"] = _sorted(keys, owners)
        arrays["identifier_keys"], arrays["identifier_works"] = _sorted(own_keys, bearers)
        arrays |= spaced.arrays("spaced")
        arrays |= joined.arrays("joined")
        arrays |= heard.arrays("heard")
        arrays["gone"] = np.array(gone, dtype=np.int64)
        arrays["years"] = np.array(years, dtype=np.int64)
        arrays["credited"] = np.frombuffer(bytes(credited), dtype=np.uint8)
        facts: dict[str, Any] = {
            "format": FORMAT,
            "version": version,
            "weight": f"{weight % CIRCLE:064x}",
            "base": base,
        }
        facts |= {"schemes": sorted(schemes)}
        return cls(arrays, facts)

    def save(self, path: Path) -> None:
        """Write the layer to a file, whole or not at all. Raises OSError."""
        packed.write(path, self._arrays, self._facts)

    @classmethod
    def load(cls, path: Path) -> "Layer":
        """Read what `save` wrote. Raises StorageError for anything else; load only files the product wrote."""
        read = packed.read(path)
        remedy = "delete it: it is made anew from the watchlist"
        if read.facts.get("format") != FORMAT:
            raise StorageError("the index has another format", str(path), remedy)
        try:
            layer = cls(read.arrays, read.facts)
            read.rest()
            return layer
        except (ValueError, KeyError) as error:
            raise StorageError(f"not an index of titles ({error})", str(path), remedy) from error

    def __len__(self) -> int:
        return len(self._works)

    def text(self, place: int) -> str:
        """A work as it is kept."""
        return self._works[place]

    def weight_of(self, place: int) -> int:
        """A work's share in the layer's weight."""
        return _weight(self.text(place))

    def work(self, place: int) -> Work:
        """The work at a place."""
        values: list[Any] = [tuple(one) if one.__class__ is list else one for one in json.loads(self.text(place))]
        return Work(*values)

    def marks(self) -> Iterator[tuple[str, str]]:
        """The id and the mark of every work, in the order of the ids."""
        return zip(_unpacked(*self._ids), _unpacked(*self._marks), strict=True)

    def near(self, wanted: list[int]) -> set[int]:
        """Works of which a spelling has one of the keys of `typos.keys_of`."""
        return _owners(self._typo_keys, self._typo_works, wanted)

    def misspelt(self, place: int) -> list[str]:
        """The spellings of the work at a place that are looked for with a slip, the plainest first."""
        spellings = self._misspelt[place]
        return spellings.split("\n") if spellings else []

    def identified(self, key: int) -> set[int]:
        """Works of which an identifier has this key."""
        return _owners(*self._identifiers, [key])


def _owners(keys: npt.NDArray[np.uint64], works: npt.NDArray[np.int32], wanted: list[int]) -> set[int]:
    places: set[int] = set()
    if len(keys):
        for key, at in zip(wanted, keys.searchsorted(np.array(wanted, dtype=np.uint64)).tolist(), strict=True):
            while at < len(keys) and int(keys[at]) == key:
                places.add(int(works[at]))
                at += 1
    return places


def _unpacked(blob: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> Iterator[str]:
    data = blob.tobytes()
    bounds = pairwise(ends.tolist())
    if data.isascii():
        text = data.decode("ascii")
        return (text[start:end] for start, end in bounds)
    return (data[start:end].decode("utf-8", "surrogatepass") for start, end in bounds)


def _sorted(keys: "array[int]", owners: "array[int]") -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    if not keys:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)
    numbers, works = np.frombuffer(keys, dtype=np.uint64), np.frombuffer(owners, dtype=np.int32)
    order = np.lexsort((works, numbers))
    numbers, works = numbers[order], works[order]
    first = np.ones(len(numbers), dtype=bool)
    first[1:] = (numbers[1:] != numbers[:-1]) | (works[1:] != works[:-1])
    return numbers[first], works[first]


def _enter(spaced: Entries, joined: Entries, place: int, variant: Variant) -> None:
    letters = variant.words.replace(" ", "")
    native = ideographs(variant.words)
    joinable = len(letters) >= 3 if native else len(letters) >= SHORTEST_JOINED
    if joinable and variant.form != INITIALS:
        # Wherever its words stand apart they stand without their spaces too.
        joined.add(squeezed(variant.words), place, variant.form, variant.words)
    elif variant.form != PINYIN:
        first = " " if class_of(variant.words[0]) != IDEOGRAPH else ""
        last = " " if class_of(variant.words[-1]) != IDEOGRAPH else ""
        spaced.add(f"{first}{variant.words}{last}", place, variant.form, variant.words)
