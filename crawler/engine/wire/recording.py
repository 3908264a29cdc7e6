"""The bytes of one response while they arrive: in memory while few, in a file without a name when many."""

import mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

IN_MEMORY = 256 * 1024
PIECE = 64 * 1024
MANY_PARTS = 1000


class Recording:
    """Append-only bytes; beyond `IN_MEMORY` they lie in a nameless file in `folder`, which dies with its last reader."""

    __slots__ = ("_file", "_folder", "_parts", "_value", "_waiting", "length")

    def __init__(self, folder: Path | None = None) -> None:
        self.length = 0
        self._folder = folder
        self._parts: list[bytes] = []
        self._waiting = 0
        """Bytes in `_parts`."""
        self._file: IO[bytes] | None = None
        self._value: bytes | memoryview | None = None

    def append(self, data: bytes) -> None:
        """Keep the next bytes. Raises OSError when the disk does not take them, ValueError once `value` was asked for."""
        if self._value is not None:
            raise ValueError("the recording has ended")
        self.length += len(data)
        self._parts.append(data)
        self._waiting += len(data)
        if self._file is None and len(self._parts) > MANY_PARTS:
            self._parts = [b"".join(self._parts)]
        if self._file is None and self.length > IN_MEMORY:
            # Not in the system's folder for such files, which often lies in memory.
            self._file = TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - closed with the recording
        if self._file is not None and self._waiting > PIECE:
            self._write(self._file)

    def _write(self, file: IO[bytes]) -> None:
        waiting = memoryview(b"".join(self._parts))
        self._parts, self._waiting = [], 0
        try:
            while waiting:
                waiting = waiting[file.write(waiting) :]
        except OSError:
            # What is in the file is not all that came, and must never pass for it.
            self._value = b""
            file.close()
            raise

    def value(self, length: int | None = None) -> bytes | memoryview:
        """All bytes, or the first `length`, and the end of the recording.

        What lies in a file is a read-only view of it: the system reads in what is looked at
        and may drop it again. Raises OSError when the disk does not take the last bytes.
        """
        if self._value is None:
            if length is not None:
                self.length = min(self.length, length)
            self._value = self._ended()
        return self._value

    def _ended(self) -> bytes | memoryview:
        if self._file is None:
            whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            self._parts = []
            return whole[: self.length]
        with self._file as file:
            self._write(file)
            self._file = None
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))[: self.length]
