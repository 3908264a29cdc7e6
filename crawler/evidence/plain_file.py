"""Opening files that somebody else may have put there: regular ones only, without following or waiting."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from crawler.errors import VerificationError

# A system that lacks a flag lacks what the flag guards against.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


def open_plain(path: Path | str) -> BinaryIO:
    """Open a regular file for reading.

    Raises VerificationError for a link or a special file, OSError for what the system refuses.
    """
    try:
        linked = stat.S_ISLNK(os.lstat(path).st_mode)
    except ValueError:
        # A name that no system takes is refused by what opens it, in its own words.
        linked = False
    if linked:
        raise VerificationError("a link", os.path.basename(path))  # noqa: PTH119 - a text or a Path
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise VerificationError("no regular file", os.path.basename(path))  # noqa: PTH119 - a text or a Path
    return os.fdopen(descriptor, "rb")


def read_plain(path: Path, limit: int) -> bytes:
    """All bytes of a regular file; VerificationError when they are more than `limit`, and as in `open_plain`."""
    with open_plain(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise VerificationError("unreasonably large", path.name)
    return data
