"""The passphrase of a private key: from the environment, a file or a person at a terminal, asked once a process."""

import getpass
import os
import sys
from pathlib import Path

from crawler.errors import EnvironmentProblem, UsageError

VARIABLE = "TITLEWATCH_PASSPHRASE"
FILE = "TITLEWATCH_PASSPHRASE_FILE"
REMEDY = f"set {VARIABLE} or {FILE}, or run it on a terminal"

_typed: dict[str, bytes] = {}
"""By the key file's path: what a person typed is not asked for twice."""


def found(key: str) -> bytes | None:
    """The passphrase that the environment, its file or an earlier question gave; None where nothing did.

    Raises EnvironmentProblem when the file cannot be read.
    """
    value = os.environ.get(VARIABLE)
    if value:
        return value.encode()
    place = os.environ.get(FILE)
    if place:
        try:
            # The line's end belongs to the editor that wrote the file.
            return Path(place).read_bytes().rstrip(b"\r\n")
        except OSError as error:
            why = f"the passphrase file cannot be read ({error.strerror})"
            raise EnvironmentProblem(why, place, f"correct {FILE}") from None
    return _typed.get(key)


def wanted(key: str) -> bytes:
    """The passphrase of a key that has one. Raises EnvironmentProblem when there is nobody to ask."""
    given = found(key)
    if given is not None:
        return given
    if not _terminal():
        raise EnvironmentProblem("the key has a passphrase and none was given", key, REMEDY)
    _typed[key] = getpass.getpass(f"passphrase of {key}: ").encode()
    return _typed[key]


def fresh(key: str) -> bytes:
    """A new passphrase for a key, typed twice at a terminal. Raises UsageError when empty or typed differently."""
    given = found(key)
    if given is None:
        if not _terminal():
            raise EnvironmentProblem("no passphrase was given", key, REMEDY)
        given = getpass.getpass(f"new passphrase for {key}: ").encode()
        if getpass.getpass("once more: ").encode() != given:
            raise UsageError("typed differently the second time", key, "try again")
        _typed[key] = given
    if not given:
        raise UsageError("an empty passphrase", key, "choose one")
    return given


def forget(key: str) -> None:
    """Forget what was typed for a key, because it was wrong or is no longer wanted."""
    _typed.pop(key, None)


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
