"""Pictures of recorded pages, taken by a real Chromium that has no connection of its own."""

import asyncio
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.async_api import Error

from crawler.engine.browser import BrowserCapture, Capture, Document, Fetched, Limits, Refused
from crawler.engine.browser.chromium import described, find_executable, launch, start_driver
from crawler.errors import EnvironmentProblem
from crawler.practice.pictures import cover
from crawler.practice.server import Answer, Heard, LoopbackServer
from crawler.practice.sites import PracticeSites
from tests.decorators import coroutine_test

HTML = (("Content-Type", "text/html; charset=utf-8"),)


async def loopback_fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
    def get() -> Fetched:
        with urlopen(url, timeout=5) as response:
            return Fetched(response.status, tuple(response.headers.items()), response.read(), f"exchange of {url}")

    return await asyncio.to_thread(get)


async def no_fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
    return Refused("nothing is fetched in this test")


def page(html: str, url: str = "http://forum.example/thread/1") -> Document:
    return Document(url, 200, HTML, html.encode())


async def picture_of(document: Document, fetch=no_fetch, limits: Limits | None = None) -> Capture:
    browser = await BrowserCapture.start(None)
    try:
        return await browser.capture(document, fetch, limits)
    finally:
        await browser.close()


def size_and_colours(png: bytes) -> tuple[int, int, int]:
    """Width, height, and how many different bytes the (filtered) rows hold: one or two mean a blank picture."""
    width, height = struct.unpack(">II", png[16:24])
    packed, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    return width, height, len(set(zlib.decompress(packed)))


@coroutine_test
async def test_a_practice_page_is_pictured_with_its_text_style_and_images():
    with PracticeSites() as sites:
        listing = next(each for each in sites.expected if "wugang-changhe" in each.path)
        with urlopen(listing.url) as response:
            document = Document(listing.url, response.status, tuple(response.headers.items()), response.read())
        capture = await picture_of(document, loopback_fetch)
    assert "雾港长河" in capture.title
    assert "提取码：w3k8" in capture.text
    assert "提取码：w3k8" in capture.dom_html.decode()
    width, height, colours = size_and_colours(capture.screenshot_png)
    assert width == 1280
    assert height >= 900
    assert colours > 50
    states = {row["url"].rsplit("/", 1)[1]: row["state"] for row in capture.requests}
    assert states == {"301-wugang-changhe-4k": "from-record", "quay.css": "fetched", "fog-harbour.png": "fetched"}
    assert capture.requests[0]["sha256"] == sha256(document.body).hexdigest()
    assert all(row["exchange_id"] for row in capture.requests[1:])
    assert capture.wire_exact is False
    assert capture.scripts is True
    assert "Chrome" in capture.browser["user_agent"]
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in capture.browser["command_line"]
    assert any("CJK" in font["family"] or "Han" in font["family"] for font in capture.browser["fonts"])
    assert capture.browser["cjk_fonts"] is True


@coroutine_test
async def test_no_connection_leaves_the_browser_unless_fetch_makes_it():
    heard: list[Heard] = []
    with LoopbackServer("bystander", lambda _: Answer(200, b"body{}", "text/css"), heard) as bystander:
        base = bystander.url
        document = page(
            f"""<link rel="preconnect" href="{base}"><link rel="dns-prefetch" href="{base}">
            <link rel="prefetch" href="{base}p"><link rel="stylesheet" href="{base}s.css"><link rel="icon" href="{base}i">
            <img src="{base}a.png"><iframe src="{base}frame"></iframe><video src="{base}v.mp4" autoplay></video>
            <script>
              fetch("{base}x"); navigator.sendBeacon("{base}b", "1"); new EventSource("{base}e");
              try {{ new WebSocket("{base.replace("http", "ws")}w") }} catch (e) {{}}
              fetch("{base}post", {{method: "POST", body: "1", mode: "no-cors"}});
              try {{ new Worker("{base}worker.js") }} catch (e) {{}}
              navigator.serviceWorker && navigator.serviceWorker.register("/sw.js").catch(() => 0);
              window.peer = typeof RTCPeerConnection + typeof WebTransport;
            </script><p>still here</p>"""
        )
        capture = await picture_of(document)
    assert heard == []
    assert "still here" in capture.text
    states = {row["url"].removeprefix(base): row["state"] for row in capture.requests}
    assert states["s.css"] == states["a.png"] == states["frame"] == states["x"] == "refused"
    assert states["v.mp4"] == states["b"] == states["e"] == states["post"] == "aborted"


@coroutine_test
async def test_sound_moving_pictures_and_their_lists_are_aborted_and_listed():
    asked: list[str] = []

    async def fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
        asked.append(url)
        return Fetched(200, (("Content-Type", "video/mp4"),), b"\0" * 64, "x1")

    document = page(
        """<p>player</p><video src="/film.webm" autoplay></video><audio src="/song.mp3" autoplay></audio>
        <script>fetch("/index.m3u8?token=1"); fetch("/segment0001.ts"); fetch("/disguised")</script>"""
    )
    capture = await picture_of(document, fetch)
    listed = {row["url"].rsplit("/", 1)[1]: row["state"] for row in capture.requests[1:]}
    assert listed == dict.fromkeys(
        ("film.webm", "song.mp3", "index.m3u8?token=1", "segment0001.ts", "disguised"), "aborted"
    )
    assert asked == ["http://forum.example/disguised"]


@coroutine_test
async def test_a_page_cannot_lead_away_open_another_or_ask_questions():
    document = page(
        """<meta http-equiv="refresh" content="0;url=http://elsewhere.example/refresh"><p>the offer stands here</p>
        <script>
          alert("look"); confirm("sure?");
          window.open("http://advert.example/");
          setTimeout(() => { location.href = "http://elsewhere.example/script" }, 20);
        </script>"""
    )
    capture = await picture_of(document)
    assert "the offer stands here" in capture.text
    assert capture.screenshot_png
    assert [(each["type"], each["message"]) for each in capture.lists["dialogs"]] == [
        ("alert", "look"),
        ("confirm", "sure?"),
    ]
    assert {each["url"] for each in capture.lists["popups"]} == {"http://advert.example/"}
    assert "http://elsewhere.example/script" in {each["url"] for each in capture.lists["navigations"]}
    assert all(row["state"] == "aborted" for row in capture.requests if "example/" in row["url"] and row["why"])


@coroutine_test
async def test_a_page_that_blanks_itself_is_shown_again_without_scripts():
    capture = await picture_of(
        page("<p>the offer</p><script>setTimeout(() => location.replace('about:blank'), 0)</script>")
    )
    assert "the offer" in capture.text
    assert capture.scripts is False
    assert "shown with scripts switched off" in capture.notes
    assert capture.screenshot_png


@coroutine_test
async def test_a_page_that_never_rests_ends_within_its_time():
    limits = Limits(seconds=7, load_seconds=2)
    capture = await picture_of(page("<p>the offer</p><script>for (;;) {}</script>"), limits=limits)
    assert "the offer" in capture.text
    assert capture.scripts is False
    assert (capture.finished_at - capture.started_at).total_seconds() < 10


@coroutine_test
async def test_endless_dialogs_end_within_their_time():
    limits = Limits(seconds=7, load_seconds=2)
    capture = await picture_of(page("<p>the offer</p><script>for (;;) alert(1)</script>"), limits=limits)
    assert "the offer" in capture.text
    assert (capture.finished_at - capture.started_at).total_seconds() < 10


@coroutine_test
async def test_endless_scrolling_is_cut_at_the_height_limit():
    document = page(
        """<body style="margin:0"><div id="list"></div><script>
        const more = () => { for (let i = 0; i < 20; i++) list.insertAdjacentHTML("beforeend", "<p style='height:100px'>row</p>") };
        more(); addEventListener("scroll", more);</script>"""
    )
    capture = await picture_of(document, limits=Limits(height=5000))
    width, height, _ = size_and_colours(capture.screenshot_png)
    assert (width, height) == (1280, 5000)
    assert capture.picture["cut"] is True
    assert capture.picture["page_height"] > 5000
    assert any("the picture shows the first 1280 x 5000 of" in note for note in capture.notes)


@coroutine_test
async def test_the_tallest_picture_is_painted_to_its_end():
    stripes = "".join(
        f"<div style='height:1000px;background:hsl({n * 20} 80% 50%)'>stripe {n}</div>" for n in range(17)
    )
    capture = await picture_of(page(f"<body style='margin:0'>{stripes}"))
    _, height, _ = size_and_colours(capture.screenshot_png)
    assert height == Limits().height
    picture = Image.open(BytesIO(capture.screenshot_png)).convert("RGB")
    rows = [picture.getpixel((1000, n * 1000 + 500)) for n in range(16)]
    assert len(set(rows)) == 16


@coroutine_test
async def test_lazy_pictures_are_loaded_and_the_request_limit_holds():
    images = "".join(
        f"<p style='height:600px'><img loading=lazy width=50 height=50 src='/{n}.png'></p>" for n in range(12)
    )

    async def fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
        return Fetched(200, (("Content-Type", "image/png"),), cover(url), "x")

    capture = await picture_of(page(images), fetch, Limits(requests=10))
    states = [row["state"] for row in capture.requests[1:]]
    assert (states.count("fetched"), states.count("refused")) == (10, 2)
    assert any("more than 10 requests" in note for note in capture.notes)


@coroutine_test
async def test_a_redirected_resource_is_followed_here_and_not_by_the_browser():
    async def fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
        if url.endswith("/style.css"):
            return Fetched(302, (("Location", "/real.css"),), b"", "hop")
        return Fetched(200, (("Content-Type", "text/css"),), b"p::after{content:'from the style'}", "real", cached=True)

    capture = await picture_of(page("<link rel=stylesheet href=/style.css><p>text</p>"), fetch)
    assert [(row["url"].rsplit("/", 1)[1], row["state"], row["exchange_id"]) for row in capture.requests[1:]] == [
        ("style.css", "fetched", "hop"),
        ("real.css", "cached", "real"),
    ]


@coroutine_test
async def test_a_dead_browser_is_started_once_more():
    browser = await BrowserCapture.start(None)
    try:
        await browser._browser.close()
        capture = await browser.capture(page("<p>after the fall</p>"), no_fetch)
        assert "after the fall" in capture.text

        async def fatal(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
            if not fallen:
                fallen.append(url)
                await browser._browser.close()
            return Refused("no")

        fallen: list[str] = []
        capture = await browser.capture(page("<img src=/a.png><p>twice</p>"), fatal)
        assert "twice" in capture.text
        assert "the browser died and was started again" in capture.notes
    finally:
        await browser.close()


@coroutine_test
async def test_a_crashed_renderer_is_noted_and_the_page_shown_without_scripts():
    browser = await BrowserCapture.start(None)
    try:

        async def crash(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
            if not crashes:
                shown = browser._browser.contexts[0]
                session = await shown.new_cdp_session(shown.pages[0])
                crashes.append(asyncio.ensure_future(session.send("Page.crash")))
                await asyncio.sleep(1)
            return Refused("no")

        crashes: list[asyncio.Future] = []
        capture = await browser.capture(page("<img src=/a.png><p>heavy</p>"), crash)
        await asyncio.gather(*crashes, return_exceptions=True)
        assert "the page crashed its renderer" in capture.notes
        assert "heavy" in capture.text
        assert capture.scripts is False
        assert [row["state"] for row in capture.requests].count("from-record") == 2
        second = await browser.capture(page("<p>next</p>"), no_fetch)
        assert "next" in second.text
        assert second.scripts is True
    finally:
        await browser.close()


@coroutine_test
async def test_a_page_is_painted_without_a_style_that_does_not_come():
    async def never(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
        await asyncio.sleep(3600)
        raise AssertionError("cancelled before")

    limits = Limits(seconds=30, load_seconds=2, quiet_seconds=1)
    document = page("<link rel=stylesheet href=/slow.css><script>window.x = 1</script><p>the offer</p>")
    capture = await picture_of(document, never, limits)
    assert "the offer" in capture.text
    assert capture.scripts is True
    assert size_and_colours(capture.screenshot_png)[2] > 2
    assert [row["state"] for row in capture.requests] == ["from-record", "failed"]
    assert "pictured while requests were still open" in capture.notes


@coroutine_test
async def test_a_page_that_reloads_or_posts_itself_does_not_wait_for_its_limit():
    browser = await BrowserCapture.start(None)
    try:
        for script in ("location.reload()", "document.forms[0].submit()"):
            document = page(f"<p>the offer</p><form method=post action=/login></form><script>{script}</script>")
            capture = await browser.capture(document, no_fetch)
            assert "the offer" in capture.text
            assert capture.scripts is True
            assert {each["method"] for each in capture.lists["navigations"]} <= {"GET", "POST"}
            assert capture.lists["navigations"]
            assert (capture.finished_at - capture.started_at).total_seconds() < 10
    finally:
        await browser.close()


@coroutine_test
async def test_a_document_that_would_be_saved_ends_without_a_picture_and_says_so():
    document = Document("http://files.example/a.zip", 200, (("Content-Type", "application/zip"),), b"PK")
    capture = await picture_of(document)
    assert capture.screenshot_png is None
    assert [each["url"] for each in capture.lists["downloads"]] == ["http://files.example/a.zip"]
    assert (capture.missing.reason, capture.missing.why) == (
        "not-shown",
        "a browser saves what came, and does not show it",
    )


@coroutine_test
async def test_what_the_page_redefines_does_not_reach_the_record():
    document = page(
        """<p>the offer</p><script>
        Object.defineProperty(Element.prototype, "outerHTML", {get() { return "nothing" }});
        Object.defineProperty(HTMLElement.prototype, "innerText", {get() { return "nothing" }});
        </script>"""
    )
    capture = await picture_of(document)
    assert capture.text.strip() == "the offer"
    assert b"the offer" in capture.dom_html


@coroutine_test
async def test_the_browser_alone_reaches_no_address_at_all():
    heard: list[Heard] = []
    with LoopbackServer("bystander", lambda _: Answer(200, b"reached"), heard) as bystander:
        driver = await start_driver()
        browser = await launch(driver, find_executable(None))
        try:
            tab = await browser.new_page()
            for address in (bystander.url, bystander.url.replace("127.0.0.1", "localhost")):
                with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
                    await tab.goto(address)
        finally:
            await browser.close()
            await driver.stop()
    assert heard == []


@coroutine_test
async def test_neither_the_browser_nor_its_driver_learns_the_passphrase(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TITLEWATCH_PASSPHRASE", "correct horse")
    monkeypatch.setenv("TITLEWATCH_PASSPHRASE_FILE", "/nowhere/phrase")
    driver = await start_driver()
    browser = await launch(driver, find_executable(None))
    try:
        process = (await described(browser)).process
        assert process
        seen = 0
        while process != os.getpid():
            assert b"TITLEWATCH_PASSPHRASE" not in Path(f"/proc/{process}/environ").read_bytes()
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
            seen += 1
        assert seen >= 2, "the browser and the driver that started it"
    finally:
        await browser.close()
        await driver.stop()
    assert os.environ["TITLEWATCH_PASSPHRASE"] == "correct horse"


@coroutine_test
async def test_a_browser_that_is_not_there_is_an_environment_problem():
    with pytest.raises(EnvironmentProblem, match="the browser cannot be run; /nowhere/chromium; install"):
        await BrowserCapture.start("/nowhere/chromium")


def test_without_playwright_the_package_loads_and_names_the_extra_to_install():
    script = """
import asyncio, sys
sys.modules["playwright"] = sys.modules["playwright.async_api"] = None
from crawler.engine.browser import BrowserCapture
from crawler.errors import EnvironmentProblem
try:
    asyncio.run(BrowserCapture.start(None))
except EnvironmentProblem as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("Playwright is not installed; ")
    assert "titlewatch[browser]" in ended.stdout


@coroutine_test
async def test_a_driver_that_dies_while_it_starts_is_a_missing_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system library that the driver is linked against may be missing."""
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/bin/false")
    with pytest.raises(EnvironmentProblem, match="driver does not start"):
        await BrowserCapture.start()
