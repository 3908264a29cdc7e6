"""Find Chromium and start it so that it cannot open a connection of its own."""

import os
import shutil
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
)
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


async def start_driver() -> "Playwright":
    """Start Playwright's driver. Raises EnvironmentProblem when Playwright is not installed or does not start."""
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError as error:
        raise EnvironmentProblem(
            "Playwright is not installed", str(error), "install titlewatch with its extra: titlewatch[browser]"
        ) from None
    try:
        return await async_playwright().start()
    # A driver that dies while it starts (a system library is missing) shows as errors of many kinds.
    except Exception as error:  # noqa: BLE001
        why = first_line(error) if isinstance(error, (Error, OSError)) else f"{type(error).__name__}: {error}"
        raise EnvironmentProblem(
            "Playwright's driver does not start", why, "install libatomic1, or playwright anew; see: titlewatch doctor"
        ) from None


async def launch(driver: "Playwright", executable: str | None) -> "Browser":
    """Start a browser. Raises EnvironmentProblem, saying what to install, when there is none or it does not start."""
    from playwright.async_api import Error

    if executable is None and not Path(driver.chromium.executable_path).exists():
        raise EnvironmentProblem("no browser found", "chromium, google-chrome or Playwright's own", _REMEDY)
    environment: dict[str, str | float | bool] = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
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


def first_line(error: Exception) -> str:
    """An error's first line, at most 300 characters, or its type when it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
