"""The bytes of one response while they arrive: in memory while few, in a temporary file when many."""

from tempfile import TemporaryFile
from typing import IO

IN_MEMORY = 1 << 20


class Recording:
    """Append-only bytes; beyond `IN_MEMORY` they are spooled to a file that has no name."""

    __slots__ = ("_file", "_parts", "_whole", "length")

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._whole: bytes | None = None

    def append(self, data: bytes) -> None:
        """Keep the next bytes."""
        self._whole = None
        self.length += len(data)
        if self._file is None:
            self._parts.append(data)
            if self.length > IN_MEMORY:
                # The file is closed by `value`, which every exchange ends with.
                self._file = TemporaryFile()  # noqa: SIM115
                self._file.writelines(self._parts)
                self._parts = []
        else:
            self._file.write(data)

    def cut(self, length: int) -> None:
        """Keep the first `length` bytes only."""
        self._parts = [self.value()[:length]]
        self._whole = None
        self.length = min(self.length, length)

    def value(self) -> bytes:
        """All bytes so far; the spool file is closed."""
        if self._whole is None:
            if self._file is not None:
                with self._file as file:
                    file.seek(0)
                    self._parts = [file.read()]
                self._file = None
            self._whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            self._parts = [self._whole]
        return self._whole
