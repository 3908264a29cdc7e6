"""On what machine and with what software a run works, for its first ledger entry: what is known, and what was not measured.

Nothing is sent anywhere, and `null` or ``not known`` stands where the machine does not say.
"""

import getpass
import hashlib
import locale
import os
import platform
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.backends.openssl import backend

from crawler.config import Configuration
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed

ROOT = Path(__file__).resolve().parents[2]
OURS = ("crawler", "spiders", "pipelines")
LOCK = "requirements.lock"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy")
SOMEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849): asking for the way there sends nothing."""


def facts(configuration: Configuration, user_agent: str, rules_version: str) -> dict[str, Any]:
    """What goes into ``tool.json``, ``system.json``, ``clock.json`` and ``network.json`` of a bundle, by these names."""
    return {
        "tool": _tool(configuration, rules_version),
        "system": _system(),
        "clock": _clock(),
        "network": _network(configuration, user_agent),
    }


def _tool(configuration: Configuration, rules_version: str) -> dict[str, Any]:
    commit = _commit()
    installed = sorted(distributions(), key=lambda d: (d.metadata["Name"] or "").lower())
    packages = {(d.metadata["Name"] or "").lower().replace("_", "-"): d.version for d in installed}
    lock = ROOT / LOCK
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "commit": commit,
        "modified": _modified() if commit else "not known",
        "code_sha256": _code(),
        "lock_sha256": sha256_hex(lock.read_bytes()) if commit and lock.is_file() else None,
        "packages": packages,
        # What lies on the disk, file by file, as each package's own list has it.
        "records_sha256": sha256_hex("".join(d.read_text("RECORD") or "" for d in installed).encode()),
        "rules_version": rules_version,
        "configuration_sha256": sha256_hex(canonical_json(asdict(configuration))),
    }


def _system() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "os": _os_release(),
        "kernel": f"{platform.system()} {platform.release()} {platform.version()}".strip(),
        "architecture": platform.machine(),
        "host": well_formed(platform.node()) or None,
        "user": _user(),
        "locale": ".".join(part for part in locale.getlocale() if part) or "C",
        "tls_libraries": {
            "python": ssl.OPENSSL_VERSION,
            "cryptography": backend.openssl_version_text(),
            "pyopenssl": _version("pyopenssl"),
        },
        "virtual": _virtual(),
    }


def _clock() -> dict[str, Any]:
    zone = time.localtime()
    return {
        "source": "system clock, UTC",
        "synchronised": _synchronised(),
        "time_zone": well_formed(zone.tm_zone),
        "utc_offset_seconds": zone.tm_gmtoff,
        "monotonic": time.get_clock_info("monotonic").implementation,
        "monotonic_resolution_ns": str(round(time.get_clock_info("monotonic").resolution * 1e9)),
    }


def _network(configuration: Configuration, user_agent: str) -> dict[str, Any]:
    return {
        "resolvers": _resolvers(),
        "proxies": {"used": "none", "found_and_ignored": _proxies()},
        "interfaces": [name for _, name in socket.if_nameindex()],
        "egress": {("ipv4", "ipv6")[family == socket.AF_INET6]: _egress(family, place) for family, place in SOMEWHERE},
        "default_route": {"ipv4": _routed("/proc/net/route", 1), "ipv6": _routed("/proc/net/ipv6_route", 0)},
        "vantage": {"country": configuration.collector.country or None, "basis": "as configured"},
        "user_agent": user_agent,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of a checkout; None for an installed copy."""
    return _said(["git", "-C", str(ROOT), "rev-parse", "HEAD"]) if (ROOT / ".git").exists() else None


def _modified() -> str:
    """Whether a checkout's files differ from its commit: ``yes``, ``no``, ``not known``."""
    said = _said(["git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no"])
    return "not known" if said is None else "yes" if said else "no"


def _code() -> str:
    """SHA-256 over name and hash of every file of the program as it lies here, whatever a commit says."""
    whole = hashlib.sha256()
    for folder in OURS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(ROOT).as_posix()
                whole.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return whole.hexdigest()


def _os_release() -> str | None:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME")
    except OSError:
        return None


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None


def _virtual() -> dict[str, Any]:
    """What shows that this is no bare machine; a machine may hide it."""
    processor = _text("/proc/cpuinfo")
    return {
        "hypervisor": None if processor is None else " hypervisor" in processor,
        "product": (_text("/sys/class/dmi/id/product_name") or "").strip() or None,
        "container": any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")),
    }


def _synchronised() -> str:
    """What the system says of its clock: ``yes``, ``no``, or ``not known``."""
    return _said(["timedatectl", "show", "--property=NTPSynchronized", "--value"]) or "not known"


def _resolvers() -> list[str]:
    """The resolvers that the system is configured with."""
    lines = (_text("/etc/resolv.conf") or "").splitlines()
    return [match[1] for line in lines if (match := re.match(r"\s*nameserver\s+(\S+)", line))]


def _proxies(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The proxies that the environment names, without passwords; none of them is used."""
    found = {}
    for name, value in sorted(environment.items()):
        if name.lower() in PROXIES and value:
            found[name] = "set" if name.lower() == "no_proxy" else _host(value)
    return found


def _host(value: str) -> str:
    try:
        parts = urlsplit(value if "//" in value else f"//{value}")
        return well_formed(f"{parts.hostname or '?'}:{parts.port or '?'}")
    except ValueError:
        return "set"


def _egress(family: socket.AddressFamily, somewhere: str) -> str | None:
    """The address of this machine that the kernel would send from; a datagram socket that is connected sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((somewhere, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return None


def _routed(table: str, column: int) -> bool | None:
    """Whether the kernel's table has a default route; None where there is no such table."""
    text = _text(table)
    if text is None:
        return None
    rows = [line.split() for line in text.splitlines()]
    # A route to the loopback device refuses what it takes.
    return any(
        len(row) > column and row[column].strip("0") == "" and "lo" not in (row[0], row[-1])
        and (column == 1 or row[1] == "00")
        for row in rows
    )  # fmt: skip


def _text(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _said(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
