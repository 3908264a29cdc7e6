"""Which pages say that they hold nothing without a browser, and the routes that only a browser knows."""

import pytest

from crawler.model import Site
from spiders.canonical import canonical
from spiders.page import FetchedPage, Headers
from spiders.read import read
from spiders.scripted import needs_browser
from spiders.ways import kind_of

SITE = Site("lantern", "http://lantern.example/", ("lantern.example:80",))
BUNDLE = '<script src="/static/app.3f2a.js"></script>'
MESSAGE = "<p>The harbour office is closed today; we are back on Monday with all the lists.</p>"
ROWS = "".join(f'<li><a href="/topic/{n}">A kettle of kites, part {n}</a> by venn, {n} replies</li>' for n in range(9))


def page(body: str, head: str = "", status: int = 200, kind: str = "text/html; charset=utf-8") -> FetchedPage:
    source = f"<html><head><title>Lantern</title>{head}</head><body>{body}</body></html>"
    return FetchedPage("http://lantern.example/", status, {"Content-Type": kind}, source.encode(), SITE, "entry")


def why(body: str, head: str = "", known: bool = False, **more: object) -> str | None:
    fetched = page(body, head, **more)  # type: ignore[arg-type]
    return needs_browser(fetched, read(fetched), known)


@pytest.mark.parametrize(
    "body",
    [
        f'<div id="root"></div>{BUNDLE}',
        f'<div id="app">Loading…</div>{BUNDLE}',
        f'<div id="__next"><div class="spinner"><span></span></div></div>{BUNDLE}',
        f"<app-root></app-root>{BUNDLE}",
        f'<header><a href="/about">About us</a></header><main id="app"></main>{BUNDLE}',
        f"<noscript>You need to enable JavaScript to run this app.</noscript><div class=x></div>{BUNDLE}",
        f"<noscript>本站需要启用 JavaScript 才能浏览</noscript><div class=x></div>{BUNDLE}",
        f"<p>Sorry, this page does not work properly without JavaScript enabled.</p>{BUNDLE}",
        f"<p>请开启您浏览器的 JavaScript 后刷新本页</p>{BUNDLE}",
        f'<div class="panel"></div>{BUNDLE}',
        f"<p>加载中…</p><script>{'paint(1);' * 600}</script>",
    ],
)
def test_a_page_that_only_scripts_fill_says_so(body: str) -> None:
    assert why(body)


@pytest.mark.parametrize(
    "body",
    [
        MESSAGE,
        f"{MESSAGE * 3}{BUNDLE}",
        f"<ul>{ROWS}</ul>{BUNDLE}<noscript>JavaScript is disabled. Please enable JavaScript.</noscript>",
        f'<div id="app"><ul>{ROWS}</ul></div>{BUNDLE}',
        '<div id="root"></div>',
        f'<div id="root"></div><h1>Just a moment...</h1><p>Checking your browser before you go on.</p>{BUNDLE}',
        f"<h1>Enable JavaScript and cookies to continue</h1>{BUNDLE}",
        f'<div id="root"></div><h1>Please log in to continue</h1><form><input type=password></form>{BUNDLE}',
        f'<div id="root"></div><h1>人机验证</h1><p>请完成安全验证后继续访问</p>{BUNDLE}',
        '<img src="/parked.png"><script src="https://count.example/stats.js"></script>',
    ],
)
def test_other_pages_are_what_they_are(body: str) -> None:
    assert why(body) is None


def test_errors_files_and_what_the_browser_made_are_not_rendered() -> None:
    shell = f'<div id="root"></div>{BUNDLE}'
    assert why(shell, status=404) is None
    assert why(shell, status=503) is None
    assert why(shell, kind="text/plain") is None
    made = FetchedPage(
        "http://lantern.example/", 200, {}, page(shell).body, SITE, rendered_at="http://lantern.example/"
    )
    assert needs_browser(made, read(made), True) is None


def test_on_a_site_that_is_rendered_an_empty_page_need_not_say_so() -> None:
    body = f"<p>{'A frame of words around nothing. ' * 8}</p>{BUNDLE}"
    assert why(body) is None
    assert why(body, known=True)


def test_a_way_in_without_scripts_is_preferred() -> None:
    body = f'<div id="root"></div><!-- calibre-content-server /interface-data/ -->{BUNDLE}'
    fetched = page(body, "<meta name=robots content=noindex>")
    fetched.headers = Headers({"Content-Type": "text/html", "Server": "calibre 6.13.0"})
    reading = read(fetched)
    assert [link.url for link in reading.links] == ["http://lantern.example/ajax/books"]
    assert needs_browser(fetched, reading, False) is None


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("#/topic/7", "http://lantern.example/#/topic/7"),
        ("#!/topic/7?page=1&utm_source=x", "http://lantern.example/#!/topic/7"),
        ("/#/topic/7", "http://lantern.example/#/topic/7"),
        ("http://lantern.example/#/", "http://lantern.example/"),
        ("/board/3#post-9", "http://lantern.example/board/3"),
    ],
)
def test_a_route_is_an_address_where_a_browser_made_the_page(link: str, address: str) -> None:
    made = FetchedPage(
        "http://lantern.example/", 200, {}, b"<a></a>", SITE, rendered_at="http://lantern.example/#/home"
    )
    found = made.resolve(link)
    assert found is not None
    assert canonical(found) == address


@pytest.mark.parametrize("link", ["#/topic/7", "#!/topic/7", "/#/topic/7", "http://lantern.example/#!/topic/7"])
def test_elsewhere_a_fragment_leads_nowhere(link: str) -> None:
    found = page(MESSAGE).resolve(link)
    assert found is None or canonical(found) == "http://lantern.example/"


def test_a_route_says_what_kind_of_page_it_leads_to() -> None:
    assert kind_of("http://lantern.example/#/topic/7") == kind_of("http://lantern.example/topic/7") == "topic"
    assert kind_of("http://lantern.example/#!/forum/7") == "list"
    assert kind_of("http://lantern.example/#/login") == "never"


def test_links_are_relative_to_what_the_page_called_itself() -> None:
    made = FetchedPage("http://lantern.example/", 200, {}, b"", SITE, rendered_at="http://lantern.example/shelf/home")
    assert made.resolve("book-7") == "http://lantern.example/shelf/book-7"
    assert made.text == ""
