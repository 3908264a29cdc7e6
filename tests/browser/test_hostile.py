"""Pages that resist: each ends within its limits with a picture and a note, and nothing of it reaches a network."""

import asyncio
import os
import re
import resource
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crawler.engine.browser import BrowserCapture, Capture, Document, Fetched, Limits, Refused, memory
from crawler.practice.pictures import cover
from tests.browser.leaving import descendants
from tests.decorators import coroutine_test

LIMITS = Limits(seconds=20, load_seconds=4)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


async def fetch(url: str, kind: str, headers: Mapping[str, str]) -> Fetched | Refused:
    if url.endswith(".png"):
        return Fetched(200, (("Content-Type", "image/png"),), cover(url), "x")
    if url.endswith("/login"):
        challenge = ("WWW-Authenticate", 'Basic realm="members"')
        return Fetched(401, (challenge, ("Content-Type", "text/html")), b"members only", "x")
    if url.endswith("/large.css"):
        return Fetched(200, (("Content-Type", "text/css"),), b"/*" + b" " * 15_000_000 + b"*/", "x")
    return Refused("not there")


async def shown(html: str, limits: Limits = LIMITS, headers: tuple[tuple[str, str], ...] = HTML) -> Capture:
    browser = await BrowserCapture.start()
    try:
        return await browser.capture(
            Document("http://forum.example/1", 200, headers, html.encode("utf-8")), fetch, limits
        )
    finally:
        await browser.close()


RESISTING = {
    "asks without end": ("<script>for (let i = 0; i < 500; i++) { alert(i); confirm(i); prompt(i) }</script>", True),
    "opens without end": ("<script>setInterval(() => { open('/a'); open('about:blank') }, 1)</script>", True),
    "fetches without end": (
        "<script>setInterval(() => { for (let i = 0; i < 50; i++) fetch('/' + i) }, 1)</script>",
        True,
    ),
    "connects without end": (
        "<script>setInterval(() => new WebSocket('ws://a.example/' + Math.random()), 1)</script>",
        True,
    ),
    "writes to the console without end": (
        "<script>setInterval(() => { for (let i = 0; i < 500; i++) console.log('x'.repeat(5000)) }, 1)</script>",
        True,
    ),
    "reloads without end": ("<script>setInterval(() => location.reload(), 5)</script>", True),
    "saves without end": (
        "<a id=a download=x.txt></a><script>a.href = URL.createObjectURL(new Blob(['x'])); setInterval(() => a.click(), 5)</script>",
        True,
    ),
    "computes without end": ("<script>addEventListener('load', () => setTimeout(() => { for (;;); }))</script>", False),
    "leads to an empty page at once": ("<meta http-equiv=refresh content='0;url=about:blank'>", False),
    "replaces itself by a page of its own making": (
        "<script>location = URL.createObjectURL(new Blob(['gone'], {type: 'text/html'}))</script>",
        False,
    ),
    "removes itself": ("<script>addEventListener('load', () => document.documentElement.remove())</script>", False),
    "prints": ("<script>print(); addEventListener('load', print)</script>", True),
    "needs a password": ("<img src=/login><iframe src=/login></iframe>", True),
    "carries a large style": ("<link rel=stylesheet href=/large.css>", True),
    "is written anew without end": (
        "<script>setInterval(() => { document.open(); document.write('the offer'); document.close() }, 20)</script>",
        True,
    ),
}


@pytest.mark.parametrize("what", RESISTING)
@coroutine_test
async def test_a_page_that_resists_ends_with_its_picture(what: str) -> None:
    html, scripts = RESISTING[what]
    capture = await shown(f"<p>the offer</p>{html}")
    assert capture.screenshot_png
    assert "the offer" in capture.text
    assert capture.missing is None
    assert capture.scripts is scripts
    assert (capture.finished_at - capture.started_at).total_seconds() < 30
    assert all(len(items) <= 1000 for items in capture.lists.values())


@coroutine_test
async def test_what_a_page_asks_its_reader_for_is_listed_and_not_granted() -> None:
    capture = await shown(
        """<p>the offer</p><script>
        navigator.geolocation.getCurrentPosition(() => console.log("granted"), () => console.log("denied"));
        Notification.requestPermission().then((answer) => console.log(answer));
        document.body.requestFullscreen().catch(() => console.log("no fullscreen"));
        print();</script>"""
    )
    assert set(capture.lists["permissions"]) == {"geolocation", "notifications", "fullscreen", "print"}
    assert "log: granted" not in capture.console
    assert {"log: denied", "log: no fullscreen"} <= set(capture.console)


@coroutine_test
async def test_a_cookie_banner_is_left_as_it_is() -> None:
    banner = "<div style='position:fixed;bottom:0'>We use cookies <button onclick='this.parentNode.remove()'>OK</button></div>"
    capture = await shown(f"<p>the offer</p>{banner}")
    assert "We use cookies" in capture.text


@coroutine_test
async def test_a_page_of_another_charset_keeps_its_letters() -> None:
    headers = (("Content-Type", "text/html; charset=gbk"),)
    document = Document("http://forum.example/1", 200, headers, "<p>雾港长河 全集下载</p>".encode("gbk"))
    browser = await BrowserCapture.start()
    try:
        capture = await browser.capture(document, fetch, LIMITS)
    finally:
        await browser.close()
    assert capture.text.strip() == "雾港长河 全集下载"
    assert capture.browser["cjk_fonts"] is True
    assert sum(font["glyphs"] for font in capture.browser["fonts"]) >= 8


class Watch:
    """Listens on an address of its own, and looks at every socket that a process below us holds."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.sockets: set[str] = set()
        self.looked = 0
        self.tcp = socket.create_server(("127.0.0.2", 0))
        self.udp = socket.socket(type=socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.2", 0))
        self.over = threading.Event()

    def accept(self) -> None:
        while not self.over.is_set():
            connection, _ = self.tcp.accept()
            self.heard.append(b"a connection")
            connection.close()

    def receive(self) -> None:
        while not self.over.is_set():
            self.heard.append(self.udp.recv(2000))

    def look(self) -> None:
        while not self.over.wait(0.01):
            held: set[str] = set()
            for process in descendants(os.getpid()):
                try:
                    held |= {str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()}
                except OSError:
                    continue
            for name in ("tcp", "tcp6", "udp", "udp6"):
                for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
                    if f"socket:[{line.split()[9]}]" in held:
                        self.sockets.add(f"{name} {line.split()[1]} {line.split()[2]}")
            self.looked += 1


@contextmanager
def watching() -> Iterator[Watch]:
    watch = Watch()
    for task in (watch.accept, watch.receive, watch.look):
        threading.Thread(target=task, daemon=True).start()
    try:
        yield watch
    finally:
        watch.over.set()
        watch.tcp.close()
        watch.udp.close()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are looked up in /proc")
@coroutine_test
async def test_no_process_of_the_browser_ever_holds_a_network_socket() -> None:
    with watching() as watch:
        web, datagrams = watch.tcp.getsockname()[1], watch.udp.getsockname()[1]
        base = f"http://127.0.0.2:{web}"
        capture = await shown(
            f"""<p>the offer</p><link rel=preconnect href={base}><link rel=dns-prefetch href={base}>
            <link rel=prefetch href={base}/1><link rel=icon href={base}/2><link rel=prerender href={base}/3>
            <script type=speculationrules>{{"prefetch": [{{"source": "list", "urls": ["{base}/4"], "eagerness": "immediate"}}],
              "prerender": [{{"source": "list", "urls": ["/5"], "eagerness": "immediate"}}]}}</script>
            <a id=a ping={base}/6 href=#>a</a><form id=f method=post target=_blank action={base}/7></form>
            <script>
              const inner = document.body.appendChild(document.createElement("iframe")).contentWindow;
              for (const Peer of [window.RTCPeerConnection, inner.RTCPeerConnection].filter(Boolean)) {{
                const peer = new Peer({{iceServers: [{{urls: "stun:127.0.0.2:{datagrams}"}},
                  {{urls: "turn:127.0.0.2:{web}?transport=tcp", username: "a", credential: "b"}}]}});
                peer.createDataChannel("x"); peer.createOffer().then((offer) => peer.setLocalDescription(offer));
              }}
              const work = `try {{ new WebTransport("https://127.0.0.2:{datagrams}/") }} catch (e) {{}}
                new WebSocket("ws://127.0.0.2:{web}/8"); fetch("{base}/9").catch(() => 0); new EventSource("{base}/10");`;
              const address = URL.createObjectURL(new Blob([work]));
              new Worker(address); try {{ new SharedWorker(address) }} catch (e) {{}}
              navigator.sendBeacon("{base}/11", "x"); a.click(); f.submit(); fetch("{base}/12", {{keepalive: true}});
            </script>"""
        )
        await asyncio.sleep(0.5)
    assert "the offer" in capture.text
    assert watch.looked > 5
    assert watch.heard == []
    assert watch.sockets == set()


_EATS = """<p>the offer</p><script>
addEventListener("load", () => {
  const held = [];
  try { while (held.length < 48) held.push(new Uint8Array(64 << 20).fill(7)); } catch { document.body.append("refused"); }
});
</script>"""


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no other process")
@coroutine_test
async def test_a_page_that_eats_memory_is_stopped_at_its_limit_and_pictured() -> None:
    most, over = {"bytes": 0}, asyncio.Event()

    async def look() -> None:
        while not over.is_set():
            for process in descendants(os.getpid()):
                with suppress(OSError, IndexError):
                    pages = Path(f"/proc/{process}/statm").read_text().split()
                    most["bytes"] = max(most["bytes"], (int(pages[1]) - int(pages[2])) * resource.getpagesize())
            await asyncio.sleep(0.02)

    looking = asyncio.ensure_future(look())
    try:
        capture = await shown(_EATS)
    finally:
        over.set()
        await looking
    assert capture.screenshot_png
    assert "the offer" in capture.text
    assert "refused" in capture.text or not capture.scripts
    assert most["bytes"] < memory.LIMIT


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no other process")
@coroutine_test
async def test_every_process_of_the_browser_has_its_limit_of_memory() -> None:
    browser = await BrowserCapture.start()
    try:
        await browser.capture(Document("http://forum.example/1", 200, HTML, b"<p>the offer</p>"), fetch, LIMITS)
        told = [Path(f"/proc/{process}/cmdline") for process in descendants(os.getpid())]
        limited = {
            path: resource.prlimit(int(path.parent.name), resource.RLIMIT_DATA)[1]
            for path in told
            if path.exists() and re.search(rb"--type=(renderer|zygote|gpu-process|utility)", path.read_bytes())
        }
    finally:
        await browser.close()
    assert len(limited) >= 3
    assert set(limited.values()) == {memory.LIMIT}
