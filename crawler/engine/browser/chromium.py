"""Find Chromium and start it so that it cannot open a connection of its own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import EnvironmentProblem

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    # Every name and every literal address resolves to nothing: what is not intercepted fails.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-proxy-server",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--hide-scrollbars",
    "--mute-audio",
    # Each renderer has its limit of memory, so there must not be many.
    "--renderer-process-limit=4",
)
_SOCKET_ROOM = 60
_SECRET = "TITLEWATCH_PASSPHRASE"
"""How the names of variables begin that hold the passphrase, or say where it lies."""
# A letter without a shape is painted like a letter that no font has.
_HAS_LETTERS = """() => {
  const painted = (letter) => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = canvas.height = 48;
    pen.font = "32px sans-serif";
    pen.fillText(letter, 4, 40);
    return canvas.toDataURL();
  };
  return painted("\\u6f22") !== painted("\\u{10fffd}");
}"""
_REMEDY = "install Chromium (Debian: apt-get install chromium) or set TITLEWATCH_BROWSER to its path"


def find_executable(named: str | None) -> str | None:
    """The browser's path: the named one, then TITLEWATCH_BROWSER, then what is on PATH; None leaves it to Playwright.

    Raises EnvironmentProblem when a browser was named and is not there.
    """
    for asked in (named, os.environ.get("TITLEWATCH_BROWSER")):
        if asked:
            found = shutil.which(asked)
            if not found:
                raise EnvironmentProblem("the browser cannot be run", asked, _REMEDY)
            return found
    return next((found for found in map(shutil.which, _NAMES) if found), None)


def runs_as_root() -> bool:
    """Whether Chromium must go without its sandbox, because root may not use it."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


async def start_driver(folder: Path | None = None) -> "Playwright":
    """Start Playwright's driver; what it makes lies in `folder`, or in the system's temporary folder.

    Raises EnvironmentProblem when Playwright is not installed or does not start.
    """
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError as error:
        raise EnvironmentProblem(
            "Playwright is not installed", str(error), "install titlewatch with its extra: titlewatch[browser]"
        ) from None
    try:
        with _temporary_files_in(folder), _secrets_hidden():
            return await async_playwright().start()
    # A driver that dies while it starts (a system library is missing) shows as errors of many kinds.
    except Exception as error:  # noqa: BLE001 - raised again in plain words
        why = first_line(error) if isinstance(error, (Error, OSError)) else f"{type(error).__name__}: {error}"
        raise EnvironmentProblem(
            "Playwright's driver does not start", why, "install libatomic1, or playwright anew; see: titlewatch doctor"
        ) from None


@contextmanager
def _temporary_files_in(folder: Path | None) -> Iterator[None]:
    """Let a program that is started now find `folder` for its temporary files: Playwright takes no other word for it."""
    before = os.environ.get("TMPDIR")
    if folder is not None:
        os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if folder is not None and before is None:
            del os.environ["TMPDIR"]
        elif before is not None:
            os.environ["TMPDIR"] = before


@contextmanager
def _secrets_hidden() -> Iterator[None]:
    """Let a program that is started now learn no passphrase; the signing key was unlocked before."""
    hidden = {name: value for name, value in os.environ.items() if name.startswith(_SECRET)}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


async def launch(driver: "Playwright", executable: str | None, folder: Path | None = None) -> "Browser":
    """Start a browser; its temporary files lie in `folder`. Raises EnvironmentProblem, saying what to install, when there is none or it does not start."""
    from playwright.async_api import Error

    if executable is None and not Path(driver.chromium.executable_path).exists():
        raise EnvironmentProblem("no browser found", "chromium, google-chrome or Playwright's own", _REMEDY)
    environment: dict[str, str | float | bool] = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("TITLEWATCH_")
    }
    # Chromium puts a socket there, and a socket's path has little room.
    if folder is not None and len(str(folder)) < _SOCKET_ROOM:
        environment["TMPDIR"] = str(folder)
    try:
        return await driver.chromium.launch(
            executable_path=executable,
            args=list(_ARGUMENTS),
            env=environment,
            chromium_sandbox=not runs_as_root(),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=60_000,
        )
    except (Error, OSError) as error:
        raise EnvironmentProblem("the browser does not start", f"{executable}: {first_line(error)}", _REMEDY) from None


@dataclass(frozen=True, slots=True)
class Described:
    """What a running browser says of itself; what it does not say is None."""

    command_line: str | None = None
    process: int | None = None
    letters: bool | None = None
    """Whether it has a font for Chinese."""


async def described(browser: "Browser") -> Described:
    """Ask a browser for its command line, its process and its letters."""
    from playwright.async_api import Error

    told = Described()
    try:
        session = await browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        told = replace(told, process=next((int(p["id"]) for p in processes if p["type"] == "browser"), None))
        told = replace(told, command_line=str((await session.send("SystemInfo.getInfo"))["commandLine"]))
        await session.detach()
        page = await browser.new_page()
        told = replace(told, letters=bool(await page.evaluate(_HAS_LETTERS)))
        await page.close()
    except Error:
        # A browser that is dying already; what is missing is seen to be missing.
        return told
    return told


def first_line(error: Exception) -> str:
    """An error's first line, at most 300 characters, or its type when it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
