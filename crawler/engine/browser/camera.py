"""Take the picture, the text and the DOM of one page behind its gate."""

import asyncio
import base64
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar
from urllib.parse import urldefrag

from playwright.async_api import BrowserContext, CDPSession, Error, Page

from crawler import clock
from crawler.engine.browser.capture import VIEWPORT, Limits
from crawler.engine.browser.chromium import first_line
from crawler.engine.browser.gate import Gate
from crawler.reading import PictureMissing

_Given = TypeVar("_Given")

_SCROLL = """
(top) => {
  window.scrollTo({top, behavior: "instant"});
  return {height: (document.scrollingElement || document.documentElement).scrollHeight};
}
"""
_READ = """
(limit) => {
  const kind = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\\n" : "";
  const root = document.documentElement, page = document.scrollingElement || root;
  const dom = kind + (root ? root.outerHTML : ""), text = (document.body || root || {innerText: ""}).innerText || "";
  return {dom: dom.slice(0, limit), text: text.slice(0, limit), domCut: dom.length > limit, textCut: text.length > limit,
          drawn: document.querySelectorAll("img, svg, canvas, frame, iframe, object, embed").length,
          title: document.title || "", url: location.href.slice(0, 8000), agent: navigator.userAgent,
          width: Math.max(page ? page.scrollWidth : 0, window.innerWidth), height: page ? page.scrollHeight : 0};
}
"""


_MEASURE = """
() => {
  const body = document.body;
  return {text: ((body && body.textContent) || "").trim().length,
          parts: document.getElementsByTagName("*").length, links: document.links.length};
}
"""


_LINES, _SAMPLE = "body, h1, h2, h3, p, li, td, pre", 30
_PATIENCE = 1.0
"""Seconds that a page gets after a refused navigation; half of it to settle when its requests were given up."""

_STEP, _CALM, _BARE_CALM = 0.15, 3, 16
"""Seconds of a step, and for how many steps a page must stay as it is to count as settled; longer where it shows little."""
_BARE = 60
"""Characters of text below which a page without links shows little."""
_SAVED = "a browser saves what came, and does not show it"


class PageCrashedError(Exception):
    """The page's renderer died under the capture."""


class PageStormError(Exception):
    """The page does so much that it had to be stopped."""


@dataclass(slots=True)
class Shot:
    """What could be taken; parts stay empty when the page resisted, and the gate's notes say so."""

    png: bytes | None = None
    dom: str = ""
    text: str = ""
    title: str = ""
    agent: str = ""
    url: str | None = None
    """What the page called itself."""
    fonts: tuple[dict[str, Any], ...] = ()
    """What its first lines were painted with: family, glyphs."""
    page_size: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    """Width and height of the picture, in CSS pixels."""
    dom_cut: bool = False
    text_cut: bool = False
    read_at: datetime | None = None
    whole: bool = False
    """True when nothing had to be given up."""
    failure: PictureMissing | None = None
    """What kept the picture from being taken."""


class Camera:
    """Holds one page for one capture; every wait on the browser ends at a limit or with the page's crash."""

    def __init__(self, gate: Gate, limits: Limits, scripts: bool) -> None:
        self.gate, self.limits, self.scripts = gate, limits, scripts

    def _left(self) -> float:
        return self.gate.deadline - asyncio.get_running_loop().time()

    async def _within(self, seconds: float, work: Awaitable[_Given]) -> _Given:
        """Await `work`. Raises TimeoutError at the limit, PageCrashedError or PageStormError when one comes first."""
        task = asyncio.ensure_future(work)
        crash = asyncio.ensure_future(self.gate.crashed.wait())
        storm = asyncio.ensure_future(self.gate.happened.storm.wait())
        try:
            await asyncio.wait(
                {task, crash, storm}, timeout=max(0.0, min(seconds, self._left())), return_when="FIRST_COMPLETED"
            )
            if storm.done():
                raise PageStormError
            if task.done():
                return task.result()
            if crash.done():
                raise PageCrashedError
            raise TimeoutError
        finally:
            for each in (task, crash, storm):
                each.cancel()
            await asyncio.gather(task, crash, storm, return_exceptions=True)

    async def take(self, context: BrowserContext) -> Shot:
        """Show the document, scroll through it once, read it, picture it. Never raises for what a page does."""
        shot = Shot()
        try:
            page = await self._within(15, self.gate.guard(context))
            await self._show(page)
            session = await self._within(10, context.new_cdp_session(page))
            if self.gate.purpose == "reading":
                await self._read_only(session, shot)
            else:
                await self._read_and_picture(session, shot)
        except PageCrashedError:
            self._failed(shot, "crashed", "the page crashed its renderer")
        except PageStormError:
            self._failed(shot, "not-shown", f"the page was {self.gate.happened.notes[-1]}")
        except TimeoutError:
            self._failed(shot, "time-limit", "the page did not answer in time")
        except Error as error:
            why = _SAVED if self.gate.saved else f"the browser gave up: {first_line(error)}"
            self._failed(shot, "not-shown", why)
        finally:
            self.gate.give_up()
        return shot

    def _failed(self, shot: Shot, reason: Literal["crashed", "time-limit", "not-shown"], why: str) -> None:
        self.gate.note(why)
        shot.failure = PictureMissing(reason, why)

    async def _show(self, page: Page) -> None:
        limit = min(self.limits.load_seconds, self._left() / 2)
        try:
            await self._within(limit + self.limits.patience, self._load(page, limit))
        except TimeoutError:
            self.gate.note(f"still loading after {limit:.0f} s")
        except Error as error:
            if not self.gate.shown or self.gate.saved:
                raise
            # A page that starts to lead away ends goto, and stands all the same.
            self.gate.note(f"loading was cut short: {first_line(error)}")

    async def _load(self, page: Page, limit: float) -> None:
        """Wait for the load event, or for a moment after a refused navigation: the event may never come then.

        Raises TimeoutError after `limit` seconds, as soon as the page waits for nothing that the site owes it.
        """
        going = asyncio.ensure_future(page.goto(self.gate.document.url, wait_until="load", timeout=0))
        led_away = asyncio.ensure_future(self._after_leading_away())
        try:
            done, _ = await asyncio.wait({going, led_away}, timeout=limit, return_when="FIRST_COMPLETED")
            while not done and self.limits.patience and self.gate.waits:
                done, _ = await asyncio.wait({going, led_away}, timeout=_PATIENCE, return_when="FIRST_COMPLETED")
            if not done:
                raise TimeoutError
            if going.done():
                going.result()
        finally:
            for each in (going, led_away):
                each.cancel()
            await asyncio.gather(going, led_away, return_exceptions=True)

    async def _after_leading_away(self) -> None:
        await self.gate.led_away.wait()
        await asyncio.sleep(_PATIENCE)

    async def _read_only(self, session: CDPSession, shot: Shot) -> None:
        """Read what stands there once the page has come to rest; it is not scrolled."""
        world = await self._world(session)
        if not await self._settled(session, world):
            self.gate.note(
                f"the page did not come to rest within {self.limits.quiet_seconds:.0f} s: read as it stood then"
            )
        shot.whole = await self._read(session, world, shot) is not None and bool(shot.text.strip())

    async def _settled(self, session: CDPSession, world: int) -> bool:
        """Wait until the page stays as it is and asks for nothing; False when it does not do so in time.

        Time in which the site owes it something does not count, up to the capture's own end.
        """
        gate, left, calm = self.gate, self.limits.quiet_seconds, 0
        before: dict[str, Any] | None = None
        while left > 0 and self._left() > 2 * _PATIENCE:
            found = await self._ask(session, world, _MEASURE, 15)
            calm = calm + 1 if found == before and not gate.waits else 0
            little = not found["links"] and found["text"] < _BARE
            if calm >= (_BARE_CALM if little else _CALM):
                return True
            before = found
            await asyncio.sleep(_STEP)
            left -= 0.0 if gate.waits else _STEP
        return False

    async def _read_and_picture(self, session: CDPSession, shot: Shot) -> None:
        limits, gate = self.limits, self.gate
        world = await self._world(session)
        if self.scripts:
            await self._scroll(session, world)
        wait = limits.quiet_seconds + limits.patience / 2
        if not await self._within(wait + 1, gate.quiet(wait)):
            gate.note("pictured while requests were still open")
            gate.give_up()
            await asyncio.sleep(_PATIENCE / 2)
        read = await self._read(session, world, shot)
        if read is None:
            return
        shot.page_size = int(read["width"]), int(read["height"])
        width, height = min(int(read["width"]), 2 * VIEWPORT[0]), max(int(read["height"]), VIEWPORT[1])
        if height > limits.height or width < int(read["width"]):
            height = min(height, limits.height)
            gate.note(f"the picture shows the first {width} x {height} of {read['width']} x {read['height']} px")
        shot.png = await self._picture(session, width, height)
        shot.size = width, height
        shot.fonts = await self._fonts(session)
        # A page that empties itself may still have had something to say.
        shot.whole = bool(shot.text.strip() or read["drawn"])

    async def _read(self, session: CDPSession, world: int, shot: Shot) -> dict[str, Any] | None:
        """Take DOM, text and title; None when the page had put something else in its own place."""
        gate = self.gate
        shot.read_at = clock.now()
        read = await self._ask(session, world, _READ, 15, self.limits.characters)
        shot.dom, shot.text, shot.title = read["dom"], read["text"], read["title"]
        shot.agent, shot.url = read["agent"], read["url"]
        shot.dom_cut, shot.text_cut = read["domCut"], read["textCut"]
        if read["url"].split(":")[0] not in ("http", "https"):
            replaced = f"the page replaced itself by {read['url'][:200]}"
            self._failed(shot, "not-shown", _SAVED if gate.saved else replaced)
            return None
        if urldefrag(read["url"])[0] != urldefrag(gate.address)[0]:
            gate.note(f"the page calls itself {read['url'][:500]}")
        return read

    async def _fonts(self, session: CDPSession) -> tuple[dict[str, Any], ...]:
        """The fonts of the page's first lines, the most used first; nothing when the browser takes too long to tell."""
        used: dict[str, int] = {}
        try:
            async with asyncio.timeout(min(5.0, max(0.0, self._left()))):
                for domain in ("DOM", "CSS"):
                    await session.send(f"{domain}.enable")
                root = (await session.send("DOM.getDocument", {"depth": 1}))["root"]["nodeId"]
                lines = await session.send("DOM.querySelectorAll", {"nodeId": root, "selector": _LINES})
                for node in lines["nodeIds"][:_SAMPLE]:
                    told = await session.send("CSS.getPlatformFontsForNode", {"nodeId": node})
                    for font in told["fonts"]:
                        used[font["familyName"]] = used.get(font["familyName"], 0) + int(font["glyphCount"])
        except (TimeoutError, Error) as error:
            self.gate.note(f"the fonts were not all told: {first_line(error)}")
        ranked = sorted(used.items(), key=lambda each: (-each[1], each[0]))[:50]
        return tuple({"family": family, "glyphs": glyphs} for family, glyphs in ranked)

    async def _scroll(self, session: CDPSession, world: int) -> None:
        """Go through the page once, so that what loads late loads; back to the top."""
        limit, ends = self.limits.height, self._left() * 2 / 3
        first = last = 0
        try:
            for top in range(0, limit, VIEWPORT[1] - 100):
                last = (await self._ask(session, world, _SCROLL, 5, top))["height"]
                first = first or last
                # Two frames: the page may fetch and grow before the next step.
                await asyncio.sleep(0.03)
                if top + VIEWPORT[1] >= last:
                    break
                if self._left() < ends:
                    self.gate.note("scrolling was cut short")
                    break
            await self._ask(session, world, _SCROLL, 5, 0)
        except (TimeoutError, Error) as error:
            self.gate.note(f"scrolling failed: {first_line(error)}")
        if last > max(limit, first * 3 // 2):
            self.gate.note("the page kept growing while it was scrolled")

    async def _world(self, session: CDPSession) -> int:
        """A script world of our own in the page's main frame, where the page cannot replace what we call."""
        tree = await self._within(10, session.send("Page.getFrameTree"))
        made = await self._within(
            10,
            session.send(
                "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "reader"}
            ),
        )
        return int(made["executionContextId"])

    async def _ask(self, session: CDPSession, world: int, script: str, seconds: float, *given: float) -> dict[str, Any]:
        call = f"({script.strip()})({', '.join(str(int(each)) for each in given)})"
        answer = await self._within(
            seconds,
            session.send(
                "Runtime.evaluate",
                {"expression": call, "contextId": world, "awaitPromise": True, "returnByValue": True},
            ),
        )
        if "exceptionDetails" in answer:
            raise Error(str(answer["exceptionDetails"].get("exception", {}).get("description", "script failed")))
        value: dict[str, Any] = answer["result"]["value"]
        return value

    async def _picture(self, session: CDPSession, width: int, height: int) -> bytes:
        answer = await self._within(
            30,
            session.send(
                "Page.captureScreenshot",
                {
                    "format": "png",
                    "captureBeyondViewport": True,
                    "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
                },
            ),
        )
        return base64.b64decode(answer["data"])
