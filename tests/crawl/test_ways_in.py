"""A cheaper way in that a site refuses costs one request and none of its pages."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.commands import titlewatch, watching

POSTS = {f"/entry-{number}/": f"Lanterns over Vell (2021) 1080p part {number}" for number in range(1, 4)}
FRONT = """<html><head><title>Cellar</title><meta name="generator" content="WordPress 6.4"><link rel="https://api.w.org/" href="/wp-json/"></head>
<body class="home blog"><main>{}</main></body></html>"""
ENTRY = '<article class="post"><h2 class="entry-title"><a href="{0}">{1}</a></h2><time datetime="2026-01-05T10:00:00+00:00">5 January</time></article>'
POST = """<html><head><title>{0} - Cellar</title><meta name="generator" content="WordPress 6.4"></head><body class="single-post postid-7">
<article class="post"><h1 class="entry-title">{0}</h1><time datetime="2026-01-05T10:00:00+00:00">5 January</time>
<div class="entry-content"><p>Download: <a href="https://boxes.example/f/0a1b2c3d4e5f.rar">mirror</a></p></div></article><script src="/wp-includes/x.js"></script></body></html>"""


class Blog(http.server.BaseHTTPRequestHandler):
    """A blog whose interface answers, is refused by robots.txt, or asks for an account."""

    manner = "answers"
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        path = self.path.partition("?")[0]
        status, kind, body = 200, "text/html; charset=utf-8", ""
        if path == "/robots.txt":
            kind, body = "text/plain", "User-agent: *\nDisallow: /wp-json/\n" if self.manner == "refused" else ""
        elif path == "/":
            body = FRONT.format("".join(ENTRY.format(*post) for post in POSTS.items()))
        elif path in POSTS:
            body = POST.format(POSTS[path])
        elif path == "/wp-json/wp/v2/posts" and self.manner == "answers":
            base = f"http://{self.headers['Host']}"
            rows = [{"link": f"{base}{post}", "modified_gmt": "2026-01-05T10:00:00"} for post in POSTS]
            kind, body = "application/json", json.dumps(rows)
        else:
            status = 401 if self.manner == "account" else 404
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(params=["answers", "refused", "account"])
def blog(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Blog,), {"manner": request.param, "asked": asked})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield request.param, f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


def test_every_entry_is_found_however_the_interface_behaves(blog: tuple[str, str, list[str]], tmp_path: Path) -> None:
    manner, base, asked = blog
    workspace = tmp_path / "workspace"
    at = watching(workspace)
    titlewatch(*at, "works", "add", "Lanterns over Vell", "--id", "vell", "--kind", "film", "--year", "2021")
    titlewatch(*at, "sites", "add", base, "--id", "cellar")
    (summary,) = titlewatch(*at, "crawl", "--json")
    assert summary["engine"] == "wordpress"
    interface = [path for path in asked if "wp-json" in path]
    assert bool(interface) == (manner != "refused")
    for post in POSTS:
        assert asked.count(post) == 1
    hits = titlewatch(*at, "hits", "--json")
    assert {hit["url"] for hit in hits} == {f"{base}{post[1:]}" for post in POSTS}
