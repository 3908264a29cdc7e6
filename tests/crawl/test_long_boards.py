"""A board that names its pages one by one is read to its end, and a chain of pages that never ends is left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
PAGES = 120
TITLE = "The Copper Meridian"
_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1>{1}</body></html>"
_ROW = (
    '<tr class="topic"><td><a href="/topic/{0}/">{1}</a></td><td>by gull</td><td>{0} replies</td>'
    '<td><time datetime="2026-01-05T10:00:00+00:00">5 January</time></td></tr>'
)
_POST = (
    '<div class="post" id="p{0}"><span class="author">gull</span> <time datetime="2026-01-05T10:00:00+00:00">5 January'
    '</time><div class="content"><p>{1}, have a good time with it. <a href="{2}">{2}</a></p></div></div>'
)


class Board:
    """Shows two pinned topics and a newer one on each of its pages; `ends` says after which page none is named."""

    def __init__(self, ends: int | None) -> None:
        self._ends = ends
        self.asked: list[str] = []

    def __call__(self, heard: Heard) -> Answer:
        self.asked.append(heard.path)
        parts = urlsplit(heard.path)
        if parts.path == "/":
            rows = '<table><tr class="board"><td><a href="/forum/1/">Films</a></td><td>360 topics</td></tr></table>'
            return _html(_PAGE.format("Gull harbour", rows))
        if parts.path == "/forum/1/":
            return _html(self._list(int(parse_qs(parts.query).get("page", ["1"])[0])))
        if parts.path.startswith("/topic/"):
            number = int(parts.path.split("/")[2])
            link = f"https://boxes.example/f/0a1b2c3d{number:04d}.rar"
            return _html(_PAGE.format(_title(number), _POST.format(number, _title(number), link)))
        return Answer(404)

    def _list(self, page: int) -> str:
        own = 1000 + page if self._ends is None or page > self._ends else page
        shown = (9001, 9002, own) if self._ends else (9001, 9002)
        rows = "".join(_ROW.format(number, _title(number)) for number in shown)
        more = f'<div class="pagination"><a rel="next" href="/forum/1/?page={page + 1}">Next</a></div>'
        return _PAGE.format("Films", f"<table>{rows}</table>{more if page != self._ends else ''}")

    @property
    def lists(self) -> int:
        """How many of its pages were asked for."""
        return len({path for path in self.asked if path.startswith("/forum/1/")})


def _html(body: str) -> Answer:
    return Answer(200, body.encode(), "text/html; charset=utf-8")


def _title(number: int) -> str:
    return f"{TITLE} (2019) 1080p" if number == PAGES else f"Harbour notes, part {number}"


@contextmanager
def watched(folder: Path, board: Board) -> Iterator[Shell]:
    """A workspace that watches the title and the board."""
    shell = Shell(folder)
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell(*AT, "works", "add", TITLE, "--id", "copper", "--kind", "film", "--year", "2019")
    with LoopbackServer("gull", board, None) as server:
        shell(*AT, "sites", "add", server.url, "--id", "gull")
        yield shell


def test_a_board_of_many_pages_that_each_name_the_next_is_read_to_its_end(tmp_path: Path) -> None:
    board = Board(PAGES)
    with watched(tmp_path, board) as shell:
        (summary,) = shell(*AT, "crawl", "--json").objects
        assert summary["finished"] and board.lists == PAGES
        (hit,) = shell(*AT, "hits", "--json").objects
        assert hit["url"].endswith(f"/topic/{PAGES}/")
        board.asked.clear()
        shell(*AT, "crawl")
        assert board.lists <= 2


def test_a_chain_of_pages_that_show_nothing_new_ends_at_the_greatest_depth(tmp_path: Path) -> None:
    board = Board(None)
    with watched(tmp_path, board) as shell:
        shell(*AT, "config", "crawl.max_depth=12")
        (summary,) = shell(*AT, "crawl", "--json").objects
        assert summary["finished"]
        assert 2 <= board.lists <= 13
