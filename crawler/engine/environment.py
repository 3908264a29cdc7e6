"""On what machine and with what software a run works, for its first ledger entry: what is known, and what was not measured."""

import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

NAMED = (
    "scrapy",
    "twisted",
    "pyopenssl",
    "cryptography",
    "lxml",
    "warcio",
    "playwright",
    "rfc3161-client",
    "sqlite-utils",
)


def facts(user_agent: str) -> dict[str, Any]:
    """Software, system, clock and resolver as data; nothing is asked of the network."""
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in NAMED},
        "commit": _commit(),
        "system": platform.platform(),
        "clock": {"source": "system clock, UTC", "synchronised": _synchronised()},
        "resolver": _resolvers(),
        "user_agent": user_agent,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of a checkout; None for an installed copy."""
    head = Path(__file__).resolve().parents[2] / ".git" / "HEAD"
    try:
        text = head.read_text().strip()
        if not text.startswith("ref: "):
            return text
        return (head.parent / text.removeprefix("ref: ")).read_text().strip()
    except OSError:
        return None


def _synchronised() -> str:
    """What the system says of its clock: ``yes``, ``no``, or ``not known``."""
    try:
        done = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"], capture_output=True, text=True, timeout=5, check=True
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "not known"
    return done.stdout.strip() or "not known"


def _resolvers() -> list[str]:
    """The resolvers that the system is configured with."""
    try:
        lines = Path("/etc/resolv.conf").read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [match[1] for line in lines if (match := re.match(r"\s*nameserver\s+(\S+)", line))]
