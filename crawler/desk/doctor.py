"""Whether this machine can do the work: one line for each thing that it needs."""

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from crawler import clock
from crawler.engine.timekeeping import system_says
from crawler.errors import TitlewatchError
from crawler.workspace import Workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FREE_BYTES = 1 << 30
BUILT = 2026
"""No honest clock shows an earlier year."""


@dataclass(frozen=True, slots=True)
class Ailment:
    """One thing that was looked at."""

    name: str
    well: bool
    found: str
    remedy: str = ""


def examine(workspace: Workspace | None) -> Iterator[Ailment]:
    """Look at the machine, and at the workspace if there is one; nothing is changed and nothing is fetched."""
    yield Ailment("python", sys.version_info >= (3, 11), sys.version.split()[0], "install Python 3.11 or newer")
    yield _scrapy()
    yield _browser(workspace)
    yield _fonts()
    yield _importable(
        "weasyprint", "PDF reports", "install the PDF libraries: apt install libpango-1.0-0 libpangoft2-1.0-0"
    )
    yield _program("openssl", ["version"], "apt install openssl; recipients verify with it")
    yield _clock()
    yield _selftest()
    place = workspace.folder if workspace else Path.cwd()
    free = shutil.disk_usage(place).free
    yield Ailment("disk", free >= FREE_BYTES, f"{free / (1 << 30):.1f} GiB free at {place}", "free at least 1 GiB")
    if workspace:
        yield Ailment("workspace", os.access(workspace.folder, os.W_OK), str(workspace.folder), "make it writable")
        yield _settings(workspace)
        yield attribution(workspace)
        yield _key(workspace)
        yield _database(workspace)


def _scrapy() -> Ailment:
    version = metadata.version("scrapy")
    return Ailment("scrapy", version.startswith("2.19."), version, "install scrapy 2.19: pip install 'scrapy==2.19.*'")


def browser_path(executable: str = "") -> str | None:
    """A Chromium: the one named, one of the system's, or Playwright's own."""
    if executable:
        return executable if os.access(executable, os.X_OK) else None
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(home.glob("chromium*/chrome-linux*/*chrom*")) if path.is_file()), None)


def _browser(workspace: Workspace | None) -> Ailment:
    executable = ""
    if workspace and workspace.configuration_file.is_file():
        try:
            executable = workspace.configuration().browser.executable
        except TitlewatchError as error:
            return Ailment("browser", False, str(error), "correct titlewatch.toml")
    remedy = "apt install chromium, or: playwright install chromium; without it hits have no pictures"
    path = browser_path(executable)
    if path is None:
        return Ailment("browser", False, "no Chromium", remedy)
    if importlib.util.find_spec("playwright") is None:
        return Ailment("browser", False, "playwright is not installed", "pip install 'titlewatch[browser]'")
    return _program(path, ["--version"], remedy, "browser")


def _fonts() -> Ailment:
    remedy = "apt install fonts-noto-cjk; without it Chinese shows as boxes in pictures and reports"
    if shutil.which("fc-list") is None:
        return Ailment("cjk-fonts", False, "fontconfig is not installed", f"apt install fontconfig; {remedy}")
    listed = _output(["fc-list", ":lang=zh", "family"])
    families = sorted({name.split(",")[0] for name in listed.splitlines() if name.strip()})
    return Ailment("cjk-fonts", bool(families), ", ".join(families[:3]) or "none", remedy)


def _importable(name: str, what: str, remedy: str) -> Ailment:
    try:
        importlib.import_module(name)
    except (ImportError, OSError) as error:
        return Ailment(what, False, f"{name}: {' '.join(str(error).split())[:120]}", remedy)
    return Ailment(what, True, f"{name} {metadata.version(name)}")


def _program(name: str, arguments: list[str], remedy: str, called: str | None = None) -> Ailment:
    path = shutil.which(name)
    if path is None:
        return Ailment(called or name, False, "not found", remedy)
    said = _output([path, *arguments])
    return Ailment(called or name, bool(said), f"{said} ({path})" if said else f"{path} does not answer", remedy)


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _clock() -> Ailment:
    now = clock.now()
    found, well = clock.stamp(now.replace(microsecond=0)), now.year >= BUILT
    # Asked as a run asks it: what the report says of the clock, the doctor has said before.
    synchronised, error_ms, by = system_says()
    found += f", {'' if synchronised == 'yes' else 'not '}synchronised ({by})" if error_ms else ""
    well = well and synchronised != "no"
    return Ailment("clock", well, found, "set the clock and keep it by NTP; times in evidence rest on it")


def _selftest() -> Ailment:
    from crawler.engine.selftest import run_selftest

    result = run_selftest()
    found = "; ".join(f"{check.name}: {check.detail}" for check in result.checks if check.passed == result.passed)
    return Ailment("self-test", result.passed, f"{found} ({result.ms} ms)", "install titlewatch anew")


def _settings(workspace: Workspace) -> Ailment:
    try:
        configuration = workspace.configuration()
    except TitlewatchError as error:
        return Ailment("settings", False, str(error), "correct titlewatch.toml")
    stamps = ", ".join(a.id for a in configuration.evidence.timestamps) or "UNSTAMPED: no timestamp authority"
    return Ailment("settings", True, stamps)


def attribution(workspace: Workspace) -> Ailment:
    """Who would be asked about hosts: nobody, unless the settings say so."""
    try:
        own = workspace.configuration().attribution
    except TitlewatchError as error:
        return Ailment("attribution", False, str(error), "correct titlewatch.toml")
    from crawler.desk import asking

    asked = [*own.resolvers, *([own.rdap] if own.rdap else [])]
    try:
        asking.check(workspace)
    except TitlewatchError as error:
        return Ailment("attribution", False, f"{error.what}; {error.which}", error.remedy)
    return Ailment("attribution", True, f"asks {', '.join(asked)}" if asked else "asks nobody about hosts")


def _key(workspace: Workspace) -> Ailment:
    from crawler.evidence import key_ring

    try:
        signer = key_ring.read(key_ring.ring_of(workspace).private)
    except TitlewatchError as error:
        return Ailment("key", False, f"{error.what}; {error.which}", error.remedy)
    return Ailment("key", True, f"Ed25519 {signer.fingerprint[:16]}")


def _database(workspace: Workspace) -> Ailment:
    from crawler.store import Store

    try:
        Store.open(workspace.database).close()
    except TitlewatchError as error:
        return Ailment("database", False, str(error), "restore titlewatch.db from a backup")
    return Ailment("database", True, str(workspace.database))
