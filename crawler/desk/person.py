"""Who is acting: the operating system's user and host, which a typed name cannot change."""

import os
import platform
import pwd
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """The operating-system user and host of this process."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"{self.user}@{self.host}"


def acting() -> Person:
    """The person at this process; the user is the process's own, whatever the environment says."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = f"uid-{os.getuid()}"
    return Person(user, platform.node() or "localhost")
