"""Writing a BagIt 1.0 bag (RFC 8493): every byte is hashed while it is written (format.md 3)."""

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from crawler.bundle import layout
from crawler.bundle.hashing import Digests, Hasher, KnownDigests
from crawler.errors import EvidenceError, StorageError

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the bag."""

    bytes: int
    digests: Digests | KnownDigests

    @property
    def sha256(self) -> str:
        """Hexadecimal."""
        return self.digests.sha256

    @property
    def sha512(self) -> str:
        """Hexadecimal."""
        return self.digests.sha512


class HashingFile:
    """A file that knows its length and its hashes when it is closed."""

    def __init__(self, file: BinaryIO, hasher: Hasher) -> None:
        self.file = file
        self.size = 0
        self.digests = hasher.stream()

    def write(self, data: bytes, /) -> int:
        """Write and hash; returns the number of bytes."""
        self.digests.update(data)
        self.size += len(data)
        return self.file.write(data)


@dataclass(slots=True)
class Bag:
    """A bag under construction in `folder`; `finish` writes its manifests."""

    folder: Path
    payload: dict[str, Written] = field(default_factory=dict)
    tags: dict[str, Written] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)
    _hasher: Hasher = field(default_factory=Hasher)

    def add(self, name: str, data: bytes) -> Written:
        """Write one file; `name` is relative to the bag, with ``/``. Errors as in `writing`."""
        path = self._claimed(name)
        try:
            handle = os.open(path, FLAGS, 0o644)
            try:
                left = memoryview(data)
                while left:
                    left = left[os.write(handle, left) :]
            finally:
                os.close(handle)
        except OSError as error:
            raise _refused(error, path) from error
        written = self._list(name)[name] = Written(len(data), self._hasher.whole(data))
        return written

    @contextmanager
    def writing(self, name: str) -> Iterator[HashingFile]:
        """Write one file piece by piece. Raises EvidenceError for a name that the format forbids or that is taken."""
        path = self._claimed(name)
        try:
            with Path(path).open("xb", PIECE) as plain:
                file = HashingFile(plain, self._hasher)
                yield file
        except OSError as error:
            raise _refused(error, path) from error
        self._list(name)[name] = Written(file.size, file.digests)

    def _claimed(self, name: str) -> str:
        """The path of a new file, its folder made."""
        if len(name) > layout.PATH_LIMIT - 60 or not all(map(layout.NAME.match, name.split("/"))):
            raise EvidenceError("not a name for a bundle", name, "use short plain ASCII names")
        if name in self._list(name):
            raise EvidenceError("written twice", name, "report this as a fault of titlewatch")
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return f"{self.folder}/{name}"

    def place(self, name: str) -> Path:
        """The path of a file that other hands will write; `adopt` lists it afterwards."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def adopt(self, name: str) -> Written:
        """List a file that other hands have written."""
        digests, size = self._hasher.stream(), 0
        with (self.folder / name).open("rb") as file:
            while piece := file.read(PIECE):
                size += len(piece)
                digests.update(piece)
        written = self._list(name)[name] = Written(size, digests)
        return written

    def apart(self) -> "Bag":
        """A bag for some files of this folder, which another process writes; `receive` takes what it lists."""
        return Bag(self.folder)

    def listed(self) -> list[tuple[str, int, KnownDigests]]:
        """Name, bytes and hashes of every payload file, hashed to the end."""
        assert not self.tags, "the tag files are written by the one who receives the list"
        return [(name, one.bytes, KnownDigests(one.sha256, one.sha512)) for name, one in self.payload.items()]

    def receive(self, listed: Iterable[tuple[str, int, KnownDigests]]) -> None:
        """List payload files that were written apart."""
        for name, size, digests in listed:
            if name in self.payload:
                raise EvidenceError("written twice", name, "report this as a fault of titlewatch")
            self.payload[name] = Written(size, digests)

    def _list(self, name: str) -> dict[str, Written]:
        return self.payload if name.startswith("data/") else self.tags

    @property
    def oxum(self) -> str:
        """Payload-Oxum: octets and number of the payload files."""
        return f"{sum(entry.bytes for entry in self.payload.values())}.{len(self.payload)}"

    def payload_manifest(self, algorithm: str) -> bytes:
        """The payload manifest's text, sorted by name."""
        return _manifest(self.payload, algorithm)

    def forget_tags(self) -> None:
        """Take the tag files away, so that they can be written anew."""
        for name in (*self.tags, *layout.TAG_MANIFESTS):
            (self.folder / name).unlink(missing_ok=True)
        self.tags.clear()

    def finish(self, information: Mapping[str, str | Iterable[str]]) -> bytes:
        """Write bagit.txt, bag-info.txt and all manifests; returns the tag manifest that is signed."""
        self.add("bagit.txt", layout.BAGIT)
        self.add("bag-info.txt", bag_information(information))
        for algorithm in layout.ALGORITHMS:
            self.add(f"manifest-{algorithm}.txt", self.payload_manifest(algorithm))
        manifests = {a: _manifest(self.tags, a) for a in layout.ALGORITHMS}
        for algorithm, text in manifests.items():
            (self.folder / f"tagmanifest-{algorithm}.txt").write_bytes(text)
        return manifests["sha256"]

    def beside(self, name: str, data: bytes) -> None:
        """Write a file that stands outside the manifests: a signature or a stamp."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    def close(self) -> None:
        """End the hashing beside; hashes that nobody asked for are dropped."""
        self._hasher.close()

    def begin_sync(self) -> None:
        """Have the system write what is there while more is being made; `sync` makes it sure."""
        threading.Thread(target=os.sync, name="sync", daemon=True).start()

    def sync(self) -> None:
        """Make every file and every name durable: a bundle that was reported is a bundle that stays."""
        try:
            os.sync()
        except OSError as error:
            raise StorageError(f"cannot sync ({error.strerror})", str(self.folder), "check the disk") from error


def _refused(error: OSError, path: str) -> StorageError:
    return StorageError(f"cannot write ({error.strerror})", path, "free space or mend the permissions")


def _manifest(files: Mapping[str, Written], algorithm: str) -> bytes:
    return "".join(f"{getattr(files[name], algorithm)}  {name}\n" for name in sorted(files)).encode("ascii")


def bag_information(information: Mapping[str, str | Iterable[str]]) -> bytes:
    """bag-info.txt: one ``Label: value`` a line; a label with several values is repeated."""
    lines = []
    for label, value in information.items():
        for one in (value,) if isinstance(value, str) else tuple(value):
            lines.append(f"{label}: {' '.join(one.split()) or '-'}\n")
    return "".join(lines).encode("utf-8")


def pretty(value: Any) -> bytes:
    """JSON for people and machines: sorted names, one line for each member of the two outer levels, UTF-8."""
    return (_lines(value, 2, "") + "\n").encode("utf-8")


_flat = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _lines(value: Any, levels: int, margin: str) -> str:
    # The standard library indents in Python and writes single lines in C, which is ten times as fast.
    if levels == 0 or not value or not isinstance(value, (dict, list)):
        return _flat(value)
    inner = margin + "  "
    if isinstance(value, dict):
        members = [f"{inner}{_flat(key)}: {_lines(value[key], levels - 1, inner)}" for key in sorted(value)]
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    return "[\n" + ",\n".join([inner + _lines(item, levels - 1, inner) for item in value]) + f"\n{margin}]"
