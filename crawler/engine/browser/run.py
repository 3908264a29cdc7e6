"""One browser for one run, one fresh context per capture."""

import asyncio
import os
import signal
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from crawler import clock
from crawler.engine.browser.capture import LOCALE, TIMEZONE, VIEWPORT, Capture, Document, Fetch, Limits, Purpose
from crawler.engine.browser.chromium import (
    Described,
    described,
    find_executable,
    first_line,
    launch,
    runs_as_root,
    start_driver,
)
from crawler.engine.browser.happenings import Happenings
from crawler.engine.browser.memory import limit_memory
from crawler.engine.browser.profile import ProfileFolder
from crawler.errors import EnvironmentProblem
from crawler.reading import PictureMissing

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

    from crawler.engine.browser.camera import Shot
    from crawler.engine.browser.gate import Gate

GROWS = "the page listens for scrolling and was not scrolled: what it shows further down only then was not read"
_WITHOUT_SCRIPTS = "shown with scripts switched off"


class BrowserCapture:
    """Pictures pages until it is closed. Captures may run side by side; a dead browser is started once more per capture."""

    def __init__(self, driver: "Playwright", executable: str | None, profile: ProfileFolder) -> None:
        self._driver, self._executable, self._profile = driver, executable, profile
        self._starting = asyncio.Lock()
        self._browser: Browser | None = None
        self._told = Described()
        self._process: int | None = None
        self.version = ""

    @classmethod
    async def start(cls, executable: str | None = None) -> "BrowserCapture":
        """Start the browser. Raises EnvironmentProblem, saying what to install, when there is none."""
        found = find_executable(executable)
        try:
            profile = ProfileFolder()
        except OSError as error:
            why = f"no temporary folder ({error.strerror})"
            raise EnvironmentProblem("the browser does not start", why, "free some space, or set TMPDIR") from error
        try:
            driver = await start_driver(profile.path)
        except EnvironmentProblem:
            profile.remove()
            raise
        started = cls(driver, found, profile)
        try:
            await started._launch()
        except EnvironmentProblem:
            await driver.stop()
            profile.remove()
            raise
        return started

    async def close(self) -> None:
        """Stop the browser and its driver, and remove what they left; never hangs on either."""
        from playwright.async_api import Error

        for stop in (self._browser.close if self._browser else None, self._driver.stop):
            if stop is not None:
                with suppress(TimeoutError, Error):
                    await asyncio.wait_for(stop(), 10)
        self._kill()
        self._profile.remove()

    async def capture(
        self, document: Document, fetch: Fetch, limits: Limits | None = None, purpose: Purpose = "picture"
    ) -> Capture:
        """Show a recorded page and take its picture, text and DOM; of a page that is shown to be read no picture.

        A page that resists is shown again with scripts switched off; a browser that died is started
        once more. What cannot be had stays empty, with a note; nothing that a page does raises.
        """
        from crawler.engine.browser.camera import Shot
        from crawler.engine.browser.gate import Gate

        limits = limits or Limits()
        started = clock.now()
        loop = asyncio.get_running_loop()
        ends = loop.time() + limits.seconds + limits.patience
        happened = Happenings()
        taken: list[tuple[Shot, bool]] = []
        # The second attempt needs time of its own, so the first one may use two thirds.
        attempts = ((True, ends - limits.seconds / 3), (False, ends))
        # What a page without its scripts shows was read already.
        for scripts, deadline in attempts if purpose == "picture" else ((True, ends),):
            gate = Gate(document, fetch, limits, deadline, scripts, purpose)
            if not scripts:
                gate.note(_WITHOUT_SCRIPTS)
            shot = await self._attempt(gate, limits, scripts)
            happened.absorb(gate.happened)
            taken.append((shot, scripts))
            if gate.grows and purpose == "reading":
                happened.note(GROWS)
            if shot.whole or gate.saved:
                break
        best, with_scripts = max(
            taken, key=lambda each: (each[0].whole, bool(each[0].text.strip()), each[0].png is not None, each[1])
        )
        if runs_as_root() and purpose == "picture":
            happened.note("the browser ran without its sandbox, because it ran as root")
        if self._told.letters is False and purpose == "picture":
            happened.note("the machine has no font for Chinese: such letters are boxes in the picture")
        failure = next((shot.failure for shot, _ in reversed(taken) if shot.failure), None)
        never = PictureMissing("time-limit", "the page was not ready for a picture in time")
        return Capture(
            url=document.url,
            screenshot_png=best.png,
            dom_html=best.dom.encode("utf-8", "replace"),
            text=_plain(best.text),
            title=_plain(best.title),
            document={
                "status": document.status,
                "sha256": sha256(document.body).hexdigest(),
                "bytes": len(document.body),
            },
            final_url=_plain(best.url) if best.url is not None else None,
            picture=_dimensions(best),
            cut={"dom": best.dom_cut, "text": best.text_cut},
            browser={
                "name": "Chromium",
                "version": self.version,
                "executable": self._executable or "Playwright's own",
                "command_line": self._told.command_line,
                "sandbox": not runs_as_root(),
                "user_agent": best.agent or None,
                "cjk_fonts": self._told.letters,
                "fonts": list(best.fonts),
            },
            lists=happened.lists,
            left_out=happened.left_out,
            notes=tuple(happened.notes),
            limits=limits,
            scripts=with_scripts,
            started_at=started,
            read_at=best.read_at,
            finished_at=clock.now(),
            missing=failure if purpose == "reading" else None if best.png is not None else failure or never,
            purpose=purpose,
        )

    async def _attempt(self, gate: "Gate", limits: Limits, scripts: bool) -> "Shot":
        from playwright.async_api import Error

        from crawler.engine.browser.camera import Camera, Shot

        loop = asyncio.get_running_loop()
        shot = Shot()
        for last in (False, True):
            shot.failure = None
            browser: Browser | None = None
            context: BrowserContext | None = None
            try:
                async with asyncio.timeout_at(gate.deadline):
                    browser = await self._living()
                    context = await asyncio.wait_for(self._context(browser, scripts), 15)
                shot = await Camera(gate, limits, scripts).take(context)
                if shot.whole or last:
                    return shot
                # The news of a browser's death comes a moment after its last words.
                await asyncio.sleep(0.3)
                if browser.is_connected():
                    return shot
            except (Error, TimeoutError, EnvironmentProblem) as error:
                why = f"the browser did not open a page: {first_line(error)}"
                gate.note(why)
                shot.failure = PictureMissing("crashed", why)
                if browser is not None:
                    self._kill()
                if last or loop.time() >= gate.deadline:
                    break
            finally:
                if context is not None:
                    await self._dismiss(context)
            alive = browser is not None and browser.is_connected()
            gate.note("the page was opened once more" if alive else "the browser died and was started again")
            gate.begin_again()
        return shot

    @staticmethod
    async def _context(browser: "Browser", scripts: bool) -> "BrowserContext":
        return await browser.new_context(
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            device_scale_factor=1,
            locale=LOCALE,
            timezone_id=TIMEZONE,
            service_workers="block",
            accept_downloads=False,
            permissions=[],
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )

    async def _launch(self) -> None:
        self._browser = await launch(self._driver, self._executable, self._profile.path)
        self.version = self._browser.version
        self._told = await described(self._browser)
        self._process = self._told.process
        if self._process is not None:
            limit_memory(self._process)

    async def _living(self) -> "Browser":
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                try:
                    await self._launch()
                except EnvironmentProblem:
                    # The driver may have died with it.
                    self._driver = await start_driver(self._profile.path)
                    await self._launch()
            assert self._browser is not None
            return self._browser

    async def _dismiss(self, context: "BrowserContext") -> None:
        """Close a context; a browser that cannot do so any more is ended, and the next capture starts another."""
        from playwright.async_api import Error

        try:
            await asyncio.wait_for(context.close(), 3)
        except TimeoutError:
            self._kill()
            browser = context.browser
            if browser is not None:
                with suppress(TimeoutError, Error):
                    await asyncio.wait_for(browser.close(), 5)
        except Error:
            return

    def _kill(self) -> None:
        """End the browser's process at once; a later call does nothing."""
        process, self._process = self._process, None
        if process is not None and (self._browser is None or self._browser.is_connected()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _plain(text: str) -> str:
    """Text without lone surrogates, which no encoding has."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _dimensions(shot: "Shot") -> dict[str, int | bool] | None:
    if shot.png is None or shot.size is None or shot.page_size is None:
        return None
    (width, height), (page_width, page_height) = shot.size, shot.page_size
    return {
        "width": width,
        "height": height,
        "page_width": page_width,
        "page_height": page_height,
        "cut": page_width > width or page_height > height,
    }
