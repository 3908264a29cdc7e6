"""Who is acting: the operating system's user and host, which a typed name cannot change, and who stands behind that user."""

import os
import platform
import pwd
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NOBODY_LOGGED_IN = 0xFFFFFFFF
"""The login uid of a process that no login began (audit_getloginuid(3))."""
_CALLERS = ("SUDO_UID", "PKEXEC_UID")
_CALLER_NAMES = ("SUDO_USER", "DOAS_USER")
_LOGIN = Path("/proc/self/loginuid")


@dataclass(frozen=True, slots=True)
class Person:
    """The operating-system user and host of this process, or the login and ``console`` of the web console."""

    user: str
    host: str
    logins: tuple[str, ...] = ()
    """Other accounts of whoever acts: who called sudo, who logged in at first, whose terminal it is."""

    def __str__(self) -> str:
        return f"{self.user}@{self.host}"


def acting() -> Person:
    """The person at this process; the user is the process's own, whatever the environment says."""
    user = name_of(os.getuid())
    behind = {name_of(uid) for uid in (*_called_by(os.environ), *_logged_in(), *_terminals())}
    behind |= {os.environ[name] for name in _CALLER_NAMES if os.environ.get(name)}
    return Person(user, platform.node() or "localhost", tuple(sorted(behind - {user})))


def name_of(uid: int) -> str:
    """The name of a user id; the first of several, so that two names of one id are one."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"


def _called_by(environment: Mapping[str, str]) -> Iterable[int]:
    for name in _CALLERS:
        with suppress(ValueError):
            yield int(environment.get(name, ""))


def _logged_in() -> Iterable[int]:
    """The user who logged in at first, which neither su nor sudo changes (Linux)."""
    with suppress(OSError, ValueError):
        uid = int(_LOGIN.read_text())
        if uid != NOBODY_LOGGED_IN:
            yield uid


def _terminals() -> Iterable[int]:
    """The owners of the terminals at which the process stands: su leaves them to who logged in."""
    for number in range(3):
        with suppress(OSError):
            if os.isatty(number):
                yield os.fstat(number).st_uid
