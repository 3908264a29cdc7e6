"""One browser for one run, one fresh context per capture."""

import asyncio
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.engine.browser.capture import VIEWPORT, Capture, Document, Fetch, Limits
from crawler.engine.browser.chromium import find_executable, first_line, launch, runs_as_root, start_driver
from crawler.errors import EnvironmentProblem

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

    from crawler.engine.browser.camera import Shot
    from crawler.engine.browser.gate import Gate

LOCALE, TIMEZONE = "en-US", "UTC"
_WITHOUT_SCRIPTS = "shown with scripts switched off"


class BrowserCapture:
    """Pictures pages until it is closed. Captures may run side by side; a dead browser is started once more per capture."""

    def __init__(self, driver: "Playwright", executable: str | None, browser: "Browser") -> None:
        self._driver, self._executable, self._browser = driver, executable, browser
        self._starting = asyncio.Lock()
        self.version = browser.version

    @classmethod
    async def start(cls, executable: str | None = None) -> "BrowserCapture":
        """Start the browser. Raises EnvironmentProblem, saying what to install, when there is none."""
        found = find_executable(executable)
        driver = await start_driver()
        try:
            return cls(driver, found, await launch(driver, found))
        except EnvironmentProblem:
            await driver.stop()
            raise

    async def close(self) -> None:
        """Stop the browser and its driver; never hangs on either."""
        from playwright.async_api import Error

        for stop in (self._browser.close, self._driver.stop):
            try:
                await asyncio.wait_for(stop(), 10)
            except (TimeoutError, Error):
                continue

    async def capture(self, document: Document, fetch: Fetch, limits: Limits | None = None) -> Capture:
        """Show a recorded page and take its picture, text and DOM.

        A page that resists is shown again with scripts switched off; a browser that died is started
        once more. What cannot be had stays empty, with a note; nothing that a page does raises.
        """
        from crawler.engine.browser.gate import Gate

        limits = limits or Limits()
        started = clock.now()
        loop = asyncio.get_running_loop()
        ends = loop.time() + limits.seconds
        notes: list[str] = ["the browser ran without its sandbox, because it ran as root"] if runs_as_root() else []
        rows: list[dict[str, Any]] = []
        console: list[str] = []
        taken: list[tuple[Shot, bool]] = []
        # The second attempt needs time of its own, so the first one may use two thirds.
        for scripts, deadline in ((True, ends - limits.seconds / 3), (False, ends)):
            gate = Gate(document, fetch, limits, deadline)
            if not scripts:
                gate.note(_WITHOUT_SCRIPTS)
            shot = await self._attempt(gate, limits, scripts)
            notes += [note for note in gate.notes if note not in notes]
            rows += gate.rows
            console += gate.console
            taken.append((shot, scripts))
            if shot.whole or gate.saved:
                break
        best, with_scripts = max(taken, key=lambda each: (each[0].whole, each[0].png is not None, len(each[0].dom)))
        return Capture(
            url=document.url,
            screenshot_png=best.png,
            dom_html=best.dom.encode("utf-8", "replace"),
            text=best.text.encode("utf-8", "replace").decode("utf-8"),
            title=best.title.encode("utf-8", "replace").decode("utf-8"),
            requests=tuple(rows),
            console=tuple(console),
            notes=tuple(notes),
            viewport=VIEWPORT,
            locale=LOCALE,
            timezone=TIMEZONE,
            browser_version=self.version,
            user_agent=best.agent,
            scripts=with_scripts,
            started_at=started,
            finished_at=clock.now(),
        )

    async def _attempt(self, gate: "Gate", limits: Limits, scripts: bool) -> "Shot":
        from playwright.async_api import Error

        from crawler.engine.browser.camera import Camera, Shot

        for last in (False, True):
            browser: Browser | None = None
            context: BrowserContext | None = None
            try:
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
                gate.note(f"the browser did not open a page: {first_line(error)}")
                if last:
                    break
            finally:
                if context is not None:
                    await self._dismiss(context)
            alive = browser is not None and browser.is_connected()
            gate.note("the page was opened once more" if alive else "the browser died and was started again")
            gate.begin_again()
        return Shot()

    @staticmethod
    async def _context(browser: "Browser", scripts: bool) -> "BrowserContext":
        context = await browser.new_context(
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            locale=LOCALE,
            timezone_id=TIMEZONE,
            service_workers="block",
            accept_downloads=False,
            permissions=[],
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        # Peer connections and WebTransport open sockets that no interception sees.
        await context.add_init_script(
            "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete globalThis[name];"
        )
        return context

    async def _living(self) -> "Browser":
        async with self._starting:
            if not self._browser.is_connected():
                try:
                    self._browser = await launch(self._driver, self._executable)
                except EnvironmentProblem:
                    # The driver may have died with it.
                    self._driver = await start_driver()
                    self._browser = await launch(self._driver, self._executable)
            return self._browser

    async def _dismiss(self, context: "BrowserContext") -> None:
        """Close a context; a browser that cannot do so any more is ended, and the next capture starts another."""
        from playwright.async_api import Error

        try:
            await asyncio.wait_for(context.close(), 5)
        except TimeoutError:
            browser = context.browser
            if browser is not None:
                try:
                    await asyncio.wait_for(browser.close(), 5)
                except (TimeoutError, Error):
                    return
        except Error:
            return
