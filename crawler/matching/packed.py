"""Arrays in one file, checked when it is opened and then read where they lie, so that they cost no memory until used."""

import json
import mmap
import os
import tempfile
import zlib
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from crawler.errors import StorageError

Arrays = dict[str, npt.NDArray[Any]]
_MAGIC = b"titlewatch arrays 1\n"
_HEAD = len(_MAGIC) + 8
_ALIGNED = 64
_LONGEST_DIRECTORY = 1 << 20
_CHUNK = 1 << 22
_REMEDY = "delete it: it is made anew from the watchlist"


class Texts:
    """Texts while they are gathered, as one blob of UTF-8."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._ends = array("q", [0])

    def add(self, text: str) -> None:
        """Put a text behind the others."""
        self._blob += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._blob))

    def packed(self, order: Sequence[int] | None = None) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """The blob and the places where each text begins, with the end of the last; in another order, if one is given."""
        blob, ends = bytes(self._blob), self._ends
        if order is not None:
            blob = b"".join([blob[ends[place] : ends[place + 1]] for place in order])
            bounds = np.frombuffer(ends, dtype=np.int64)
            ends = array("q", [0])
            ends.frombytes(np.cumsum((bounds[1:] - bounds[:-1])[np.array(order, dtype=np.int64)]).tobytes())
        return np.frombuffer(blob, dtype=np.uint8), np.frombuffer(ends, dtype=np.int64)


class PackedTexts(Sequence[str]):
    """The texts that `Texts` packed, each made when it is asked for."""

    __slots__ = ("_blob", "_ends")

    def __init__(self, blob: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        # A view of memory gives plain numbers and bytes in half the time that an array takes.
        self._blob, self._ends = blob.data, ends.data

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return str(self._blob[self._ends[place] : self._ends[place + 1]], "utf-8", "surrogatepass")


def write(path: Path, arrays: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write arrays and plain facts to a file, whole or not at all; of two writers the last one wins. Raises OSError."""
    directory: dict[str, Any] = {"facts": dict(facts), "arrays": {}}
    at = total = 0
    for name, one in arrays.items():
        at = -(-total // _ALIGNED) * _ALIGNED
        directory["arrays"][name] = [one.dtype.str, list(one.shape), at]
        total = at + one.nbytes
    directory["bytes"] = total
    check = at = 0
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            # The directory holds the checksum of what follows it; its own length does not depend on the value.
            length = len(_directory(directory, 0))
            target.seek(_HEAD + length)
            for one in arrays.values():
                for part in (bytes(-at % _ALIGNED), np.ascontiguousarray(one).reshape(-1).view(np.uint8).data):
                    target.write(part)
                    check = zlib.crc32(part, check)
                    at += len(part)
            target.seek(0)
            text = _directory(directory, check)
            target.write(_MAGIC + length.to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little") + text)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def _directory(directory: Mapping[str, Any], check: int) -> bytes:
    text = json.dumps({**directory, "crc32": f"{check:08x}"}).encode()
    return text + b" " * (-(_HEAD + len(text)) % _ALIGNED)


class Packed(NamedTuple):
    """What lies in a file."""

    arrays: Arrays
    """They cannot be written to."""
    facts: dict[str, Any]
    mapping: mmap.mmap

    def rest(self) -> None:
        """Give back the memory of what was read so far; it is read again where it is needed again."""
        self.mapping.madvise(mmap.MADV_DONTNEED)


def read(path: Path) -> Packed:
    """What `write` wrote.

    Raises StorageError for a file that is not there, cut off, changed or of another kind.
    """
    try:
        with path.open("rb") as source:
            directory, start = _read_directory(source.read(_HEAD + _LONGEST_DIRECTORY))
            if os.fstat(source.fileno()).st_size != start + directory["bytes"]:
                raise ValueError("its length is not the one that it was written with")
            if _checksum(source.fileno(), start) != int(directory["crc32"], 16):
                raise ValueError("its checksum is not the one that it was written with")
            mapping = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        data = memoryview(mapping)[start:]
        arrays = {name: _array(data, *place) for name, place in directory["arrays"].items()}
        return Packed(arrays, dict(directory["facts"]), mapping)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(f"not an index of titles ({error})", str(path), _REMEDY) from error


def _read_directory(head: bytes) -> tuple[dict[str, Any], int]:
    if not head.startswith(_MAGIC) or len(head) < _HEAD:
        raise ValueError("another kind of file")
    length = int.from_bytes(head[_HEAD - 8 : _HEAD - 4], "little")
    text = head[_HEAD : _HEAD + length]
    if len(text) != length or zlib.crc32(text) != int.from_bytes(head[_HEAD - 4 : _HEAD], "little"):
        raise ValueError("its directory is damaged")
    directory: dict[str, Any] = json.loads(text)
    return directory, _HEAD + length


def _checksum(handle: int, start: int) -> int:
    check, at = 0, start
    buffer = bytearray(_CHUNK)
    # Read, and not mapped: what was only checked shall not count as memory of this process.
    while got := os.preadv(handle, [buffer], at):
        check = zlib.crc32(memoryview(buffer)[:got], check)
        at += got
    return check


def _array(data: memoryview, kind: str, shape: list[int], at: int) -> npt.NDArray[Any]:
    dtype = np.dtype(kind)
    if dtype.kind not in "biu" or at < 0 or any(not isinstance(side, int) or side < 0 for side in shape):
        raise ValueError("its directory makes no sense")
    count = int(np.prod(shape, dtype=np.int64))
    if at + count * dtype.itemsize > len(data):
        raise ValueError("its directory points beyond its end")
    return np.frombuffer(data, dtype=dtype, count=count, offset=at).reshape(shape) if count else np.zeros(shape, dtype)
