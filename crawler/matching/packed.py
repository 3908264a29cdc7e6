"""Arrays in one file, checked when it is opened and then read where they lie, so that they cost no memory until used."""

import json
import mmap
import os
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def pack(texts: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Texts as one blob of UTF-8 and the places where each begins, with the end of the last."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)), out=ends[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


def unpack(blob: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], place: int) -> str:
    """One text of a blob."""
    return blob[ends[place] : ends[place + 1]].tobytes().decode("utf-8", "surrogatepass")


def write(path: Path, arrays: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write arrays and plain facts to a file, whole or not at all; of two writers the last one wins. Raises OSError."""
    directory: dict[str, Any] = {"facts": dict(facts), "arrays": {}}
    at = total = 0
    for name, array in arrays.items():
        at = -(-total // _ALIGNED) * _ALIGNED
        directory["arrays"][name] = [array.dtype.str, list(array.shape), at]
        total = at + array.nbytes
    directory["bytes"] = total
    check = at = 0
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            # The directory holds the checksum of what follows it; its own length does not depend on the value.
            length = len(_directory(directory, 0))
            target.seek(_HEAD + length)
            for array in arrays.values():
                for part in (bytes(-at % _ALIGNED), np.ascontiguousarray(array).reshape(-1).view(np.uint8).data):
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


def read(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """The arrays, which cannot be written to, and the facts of a file that `write` made.

    Raises StorageError for a file that is not there, cut off, changed or of another kind.
    """
    try:
        with path.open("rb") as source:
            directory, start = _read_directory(source.read(_HEAD + _LONGEST_DIRECTORY))
            if os.fstat(source.fileno()).st_size != start + directory["bytes"]:
                raise ValueError("its length is not the one that it was written with")
            if _checksum(source.fileno(), start) != int(directory["crc32"], 16):
                raise ValueError("its checksum is not the one that it was written with")
            whole = memoryview(mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ))
        arrays = {name: _array(whole[start:], *place) for name, place in directory["arrays"].items()}
        return arrays, dict(directory["facts"])
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
