"""All spellings of all watched titles, ready to be found in a text in one pass."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from daachorse import CharwiseDoubleArrayAhoCorasick

from crawler.errors import StorageError
from crawler.matching.strength import strength
from crawler.matching.typos import keys_of
from crawler.matching.variants import FORMS, INITIALS, PINYIN, Variant, ideographs, squeezed, variants
from crawler.model import Work
from crawler.text import IDEOGRAPH, class_of

SHORTEST_JOINED = 6
"""Letters that a title needs before it is looked for without its spaces."""
_FORMAT = 1


class Found(NamedTuple):
    """A spelling of a work."""

    work: int
    """The work's place in the index."""
    form: str
    spelling: str


def _pack(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    encoded = [text.encode("utf-8") for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


def _unpack(blob: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], place: int) -> str:
    return blob[ends[place] : ends[place + 1]].tobytes().decode("utf-8")


_FIELDS = [field.name for field in fields(Work)]


def _as_json(work: Work) -> str:
    return json.dumps([getattr(work, name) for name in _FIELDS], ensure_ascii=False)


def list_fingerprint(works: Iterable[Work], version: str) -> str:
    """SHA-256 (hex) over the works, in the order of their ids, the version and the format of the index."""
    listed = sorted({work.work_id: work for work in works}.values(), key=lambda work: work.work_id)
    return _fingerprint([_as_json(work) for work in listed], version)


def _fingerprint(listed: list[str], version: str) -> str:
    digest = hashlib.sha256(f"{_FORMAT} {version}\n".encode())
    for text in listed:
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()


def _weak(entry: tuple[int, int, str]) -> bool:
    return strength(entry[2]) in ("single", "common")


class _Table:
    """One automaton and, per pattern, the works and forms that it stands for."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]], name: str) -> None:
        self._spellings = arrays[f"{name}_spellings"], arrays[f"{name}_spelling_ends"]
        self._owners = arrays[f"{name}_owners"]
        self._firsts = arrays[f"{name}_firsts"]
        self.weak = arrays[f"{name}_weak"]
        data = arrays[f"{name}_automaton"].tobytes()
        self._automaton = CharwiseDoubleArrayAhoCorasick.deserialize(data) if data else None

    @staticmethod
    def arrays(entries: dict[str, list[tuple[int, int, str]]], name: str) -> dict[str, npt.NDArray[Any]]:
        patterns = sorted(entries)
        owners = [(work, form) for pattern in patterns for work, form, _ in entries[pattern]]
        spellings, ends = _pack([spelling for pattern in patterns for _, _, spelling in entries[pattern]])
        data = CharwiseDoubleArrayAhoCorasick(patterns).serialize() if patterns else b""
        return {
            f"{name}_spellings": spellings,
            f"{name}_spelling_ends": ends,
            f"{name}_owners": np.array(owners, dtype=np.int32).reshape(-1, 2),
            f"{name}_firsts": np.cumsum([0, *(len(entries[pattern]) for pattern in patterns)], dtype=np.int64),
            f"{name}_weak": np.array([all(map(_weak, entries[pattern])) for pattern in patterns], dtype=bool),
            f"{name}_automaton": np.frombuffer(data, dtype=np.uint8),
        }

    def find(self, text: str) -> list[tuple[int, int, int]]:
        return self._automaton.find_overlapping(text) if self._automaton else []

    def owners(self, pattern: int) -> list[Found]:
        found = []
        for place in range(int(self._firsts[pattern]), int(self._firsts[pattern + 1])):
            work, form = self._owners[place]
            found.append(Found(int(work), FORMS[form], _unpack(*self._spellings, place)))
        return found


class Index:
    """The spellings of a list of works; built once, saved, loaded in every crawl."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._arrays = arrays
        self._works = arrays["works"], arrays["work_ends"]
        self._spaced = _Table(arrays, "spaced")
        self._joined = _Table(arrays, "joined")
        self._typo_keys = arrays["typo_keys"]
        self._typo_works = arrays["typo_works"]
        self.fingerprint = arrays["fingerprint"].tobytes().decode("ascii")
        self.work = lru_cache(maxsize=4096)(self._work)

    @classmethod
    def build(cls, works: Iterable[Work], version: str) -> "Index":
        """Index works; a work id that comes twice is an error of the caller and the last one wins."""
        listed = sorted({work.work_id: work for work in works}.values(), key=lambda work: work.work_id)
        spaced: dict[str, list[tuple[int, int, str]]] = {}
        joined: dict[str, list[tuple[int, int, str]]] = {}
        typos: list[tuple[int, int]] = []
        for place, work in enumerate(listed):
            for variant in variants(work):
                _enter(spaced, joined, place, variant)
                if work.year is not None and variant.form not in (PINYIN, INITIALS):
                    typos += [(key, place) for key in keys_of(variant.words)]
        texts = [_as_json(work) for work in listed]
        blob, ends = _pack(texts)
        ordered = np.array(sorted(set(typos)), dtype=np.uint64).reshape(-1, 2)
        arrays = {
            "format": np.array([_FORMAT]),
            "fingerprint": np.frombuffer(_fingerprint(texts, version).encode("ascii"), dtype=np.uint8),
            "works": blob,
            "work_ends": ends,
            "typo_keys": np.ascontiguousarray(ordered[:, 0]),
            "typo_works": ordered[:, 1].astype(np.int32),
            **_Table.arrays(spaced, "spaced"),
            **_Table.arrays(joined, "joined"),
        }
        return cls(arrays)

    def save(self, path: Path) -> None:
        """Write the index to a file of numpy arrays (.npz, uncompressed)."""
        with path.open("wb") as target:
            np.savez(target, **self._arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> "Index":
        """Read what `save` wrote. Raises StorageError for anything else; load only files the product wrote."""
        remedy = "delete it: it is made anew from the watchlist"
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if int(arrays["format"][0]) != _FORMAT:
                raise StorageError("the index has another format", str(path), remedy)
            return cls(arrays)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise StorageError(f"not an index of titles ({error})", str(path), remedy) from error

    def __len__(self) -> int:
        return len(self._works[1]) - 1

    def _work(self, place: int) -> Work:
        values: list[Any] = json.loads(_unpack(*self._works, place))
        stored: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in zip(_FIELDS, values, strict=True)
        }
        return replace(Work("", ""), **stored)

    def find_spaced(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, pattern) in the text of a words view; the spaces of whole words belong to the pattern."""
        return self._spaced.find(text)

    def find_joined(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, pattern) in the text of a squeezed view, wherever words begin and end there."""
        return self._joined.find(text)

    def spaced_owners(self, pattern: int) -> list[Found]:
        """The works and spellings that a pattern of `find_spaced` stands for."""
        return self._spaced.owners(pattern)

    def joined_owners(self, pattern: int) -> list[Found]:
        """The works and spellings that a pattern of `find_joined` stands for."""
        return self._joined.owners(pattern)

    @property
    def spaced_weak(self) -> npt.NDArray[np.bool_]:
        """For every pattern of `find_spaced`: whether it says little by itself."""
        return self._spaced.weak

    @property
    def joined_weak(self) -> npt.NDArray[np.bool_]:
        """For every pattern of `find_joined`: whether it says little by itself."""
        return self._joined.weak

    def near(self, text: str) -> list[int]:
        """Works of which a spelling may be one slip away from folded words; to be compared, not believed."""
        places: set[int] = set()
        for key in keys_of(text, longest=True):
            at = int(np.searchsorted(self._typo_keys, np.uint64(key)))
            while at < len(self._typo_keys) and int(self._typo_keys[at]) == key:
                places.add(int(self._typo_works[at]))
                at += 1
        return sorted(places)


def _enter(
    spaced: dict[str, list[tuple[int, int, str]]],
    joined: dict[str, list[tuple[int, int, str]]],
    place: int,
    variant: Variant,
) -> None:
    owner = place, FORMS.index(variant.form), variant.words
    letters = variant.words.replace(" ", "")
    native = ideographs(variant.words)
    joinable = len(letters) >= 3 if native else len(letters) >= SHORTEST_JOINED
    if joinable and variant.form != INITIALS:
        joined.setdefault(squeezed(variant.words), []).append(owner)
    if variant.form != PINYIN and (not native or not joinable):
        first = " " if class_of(variant.words[0]) != IDEOGRAPH else ""
        last = " " if class_of(variant.words[-1]) != IDEOGRAPH else ""
        spaced.setdefault(f"{first}{variant.words}{last}", []).append(owner)
