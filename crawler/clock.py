"""The only reader of time and the only maker of ids, so that tests can hold both still."""

import time
from datetime import UTC, datetime
from pathlib import Path

from ulid import ULID


def now() -> datetime:
    """The present moment, UTC, timezone-aware."""
    return datetime.now(UTC)


def monotonic_ns() -> int:
    """Nanoseconds of a clock that no operator can set back."""
    return time.monotonic_ns()


def uptime_ns() -> int:
    """Nanoseconds since the machine was started, those included in which it slept."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot() -> str:
    """What tells this start of the machine from every other; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def new_id() -> str:
    """A fresh ULID: 26 characters, sortable by the time of its making."""
    return str(ULID.from_datetime(now()))


def stamp(moment: datetime) -> str:
    """ISO 8601 with ``Z``: microseconds when there are any, seconds otherwise.

    Raises ValueError for a naive datetime: a time without a zone is no evidence.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone is no evidence: {moment!r}")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read what `stamp` wrote. Raises ValueError for anything without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone is no evidence: {text!r}")
    return moment.astimezone(UTC)
