"""A practice forum of any size, the same every time, made on the fly: for measuring speed and for crash tests.

``python -m crawler.practice.bulk --topics 2000 --titles FILE`` serves one in a process of its own,
prints its address on stdout and ends with its stdin.
"""

import argparse
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path

from crawler.practice.content import OfferLink, link_object, magnet
from crawler.practice.server import Answer, Heard, LoopbackServer

TOPICS_A_PAGE = 40
BOARDS = 4
_FIRST = datetime(2025, 1, 1, tzinfo=UTC)
_VOCABULARY = (
    "harbour tide lamp rope gravel kettle ledger window barrel chalk ribbon saddle copper basin orchard pepper "
    "thimble lantern gutter awning bench cellar drizzle ember fennel gable hinge inlet jetty knot lattice mortar "
    "nettle oar paddle quilt rafter shingle trellis umber varnish willow yarn zinc slowly yesterday again perhaps "
    "under behind without because mostly rather seldom early green quiet narrow heavy pale warm second other same"
)
_CHINESE = "船长说今天的风很大我们把绳子收好然后去喝茶码头上有人修灯也有人钓鱼雨停了以后大家都出来走走看云和海鸟"


@dataclass(frozen=True, slots=True)
class BulkOffer:
    """A topic that offers a title."""

    path: str
    title: str
    link: OfferLink
    posted_at: datetime


class BulkForum:
    """Answers requests for `topics` topics of 6 to 30 KB and the boards that list them, 40 a page.

    About `offers_share` of the topics offer one of `titles`, spread evenly; the others are talk, some of it with
    links to nothing watched. The same arguments make the same bytes.
    """

    name = "bulk"

    def __init__(self, topics: int, offers_share: float = 0.02, titles: tuple[str, ...] = (), seed: int = 1) -> None:
        self.topics, self.titles, self.seed = topics, titles, seed
        self.offering = round(topics * offers_share) if titles else 0
        dice = random.Random(seed)
        words = _VOCABULARY.split()
        self._talk = " ".join(dice.choice(words) for _ in range(60_000))
        self._chinese = "".join(dice.choice(_CHINESE) for _ in range(20_000))

    @cached_property
    def offers(self) -> tuple[BulkOffer, ...]:
        """What a perfect reader finds, in the order of the topics."""
        found = []
        for rank in range(self.offering):
            number = rank * self.topics // self.offering + 1
            link = self._link(number)
            found.append(
                BulkOffer(f"/thread/{number}", self.titles[rank % len(self.titles)], link, self._begun(number))
            )
        return tuple(found)

    @property
    def list_paths(self) -> tuple[str, ...]:
        """Every page that lists topics, the front page first."""
        return (
            "/",
            *(self._list_path(board, page) for board in range(BOARDS) for page in range(1, self._last(board) + 1)),
        )

    @property
    def pages(self) -> int:
        """How many pages there are to read: the lists, and one page a topic."""
        return len(self.list_paths) + self.topics

    def __call__(self, heard: Heard) -> Answer:
        path, _, query = heard.path.partition("?")
        steps = path.strip("/").split("/")
        if steps == [""]:
            return self._page("Boards", self._index())
        if steps[0] == "thread" and len(steps) == 2 and steps[1].isdecimal() and 1 <= int(steps[1]) <= self.topics:
            return self._page(self._title(int(steps[1])), self._thread(int(steps[1])), f"/thread/{steps[1]}")
        if steps[0] == "board" and len(steps) == 2 and steps[1].isdecimal() and int(steps[1]) < BOARDS:
            asked = query.removeprefix("page=") or "1"
            board = int(steps[1])
            if asked.isdecimal() and 1 <= int(asked) <= self._last(board):
                return self._page(f"Board {board}", self._board(board, int(asked)), self._list_path(board, int(asked)))
        if steps == ["robots.txt"]:
            return Answer(200, b"User-agent: *\nDisallow: /private/\n", "text/plain; charset=utf-8")
        return Answer(404, b"<!doctype html><title>Not found</title><p>There is no such page.</p>")

    @staticmethod
    def _page(title: str, main: str, canonical: str = "/") -> Answer:
        text = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Long Quay</title>'
            f'<link rel="canonical" href="{canonical}"></head><body><header class="mast"><a href="/">Long Quay</a></header>'
            f'<main class="wrap">{main}</main><footer>A practice forum.</footer></body></html>'
        )
        return Answer(200, text.encode(), headers=(("Server", "practice"),))

    def _members(self, board: int) -> range:
        """The numbers of a board's topics, newest first."""
        return range(self.topics - (self.topics - board) % BOARDS, 0, -BOARDS)

    def _last(self, board: int) -> int:
        return max(1, -(-len(self._members(board)) // TOPICS_A_PAGE))

    @staticmethod
    def _list_path(board: int, page: int) -> str:
        return f"/board/{board}" + (f"?page={page}" if page > 1 else "")

    def _begun(self, number: int) -> datetime:
        return _FIRST + timedelta(minutes=7 * number)

    def _offered(self, number: int) -> str | None:
        """The title that a topic offers, or None."""
        if not self.offering:
            return None
        rank = -(-(number - 1) * self.offering // self.topics)
        if rank < self.offering and rank * self.topics // self.offering + 1 == number:
            return self.titles[rank % len(self.titles)]
        return None

    def _title(self, number: int) -> str:
        offered = self._offered(number)
        if offered is not None:
            return f"{offered} full version"
        at = number * 7919 % 50_000
        return " ".join(self._talk[at : at + 60].split()[1:7]).capitalize()

    def _link(self, number: int) -> OfferLink:
        if number % 2:
            url, code = magnet(f"bulk {self.seed} {number}", f"file-{number}"), None
        else:
            url, code = f"https://pan.baidu.com/s/1FAKEbulk{number:012d}", f"{number % 10_000:04d}"
        return OfferLink(url, link_object(url), code)

    def _index(self) -> str:
        rows = "".join(
            f'<li><a class="name" href="/board/{board}">Board {board}</a> <span>{len(self._members(board))} topics</span></li>'
            for board in range(BOARDS)
        )
        return f'<h1>Boards</h1><ul class="boards">{rows}</ul>'

    def _board(self, board: int, page: int) -> str:
        rows = []
        for number in self._members(board)[(page - 1) * TOPICS_A_PAGE : page * TOPICS_A_PAGE]:
            at = self._begun(number)
            rows.append(
                f'<li id="thread-{number}"><a class="subject" href="/thread/{number}">{escape(self._title(number))}</a> '
                f'<span class="count">{self._replies(number)} replies</span> '
                f'<time datetime="{at.isoformat()}">{at:%d %b %Y, %H:%M}</time></li>'
            )
        last = self._last(board)
        links = "".join(
            f'<a href="{self._list_path(board, other)}">{other}</a> '
            for other in sorted({1, max(1, page - 1), min(last, page + 1), last} - {page})
        )
        if page < last:
            links += f'<a rel="next" href="{self._list_path(board, page + 1)}">Next</a>'
        return f'<h1>Board {board}</h1><ol class="threads">{"".join(rows)}</ol><nav class="pages"><b>{page}</b> {links}</nav>'

    def _replies(self, number: int) -> int:
        return 3 + number * 31 % 10

    def _thread(self, number: int) -> str:
        title = self._title(number)
        parts = [
            f'<p class="trail"><a href="/">Boards</a> › <a href="/board/{number % BOARDS}">Board</a></p><h1>{escape(title)}</h1>'
        ]
        for index in range(self._replies(number) + 1):
            seed = number * 104_729 + index * 1_299_709
            length = 1200 + seed % 1000
            at = self._begun(number) + timedelta(minutes=11 * index)
            begin = seed % (len(self._talk) - length)
            words = self._talk[begin : begin + length]
            words = words[words.index(" ") + 1 : words.rindex(" ")]
            body = f"<p>{words[: length // 2]}</p><p>{words[length // 2 :]}</p>"
            if index % 4 == 3:
                begin = seed % (len(self._chinese) - 120)
                body += f"<p>{self._chinese[begin : begin + 120]}。</p>"
            if index == 0:
                body = self._opening(number) + body
            author = f"member{sha256(seed.to_bytes(8, 'big')).digest()[0]}"
            parts.append(
                f'<article class="post" id="post-{number * 100 + index}"><aside><a class="who" rel="author" '
                f'href="/member/{author}">{author}</a></aside><div class="when"><time datetime="{at.isoformat()}">'
                f'{at:%d %b %Y, %H:%M}</time> <a rel="bookmark" href="/thread/{number}#post-{number * 100 + index}">'
                f'#{index + 1}</a></div><div class="words">{body}</div></article>'
            )
        return "".join(parts)

    def _opening(self, number: int) -> str:
        offered = self._offered(number)
        if offered is None:
            return f'<p>See <a href="https://notes.example/{number}">my notes</a>.</p>' if number % 10 == 0 else ""
        link = self._link(number)
        code = f" access code: {link.access_code}" if link.access_code else ""
        return f'<p>{escape(offered)}, full version, free download: <a href="{escape(link.url)}">{escape(link.url)}</a>{code}</p>'


def bulk(
    topics: int, offers_share: float = 0.02, titles: tuple[str, ...] = (), seed: int = 1, log: list[Heard] | None = None
) -> tuple[BulkForum, LoopbackServer]:
    """A big forum and a server for it, not started yet: ``with server: crawl(server.url)``."""
    forum = BulkForum(topics, offers_share, titles, seed)
    return forum, LoopbackServer(forum.name, forum, log)


def main() -> None:
    """Serve a big forum until stdin ends."""
    parser = argparse.ArgumentParser(description="Serve a big practice forum on loopback until stdin ends.")
    parser.add_argument("--topics", type=int, default=2000)
    parser.add_argument("--share", type=float, default=0.02, help="the share of topics that offer a title")
    parser.add_argument("--titles", type=Path, help="a file with one title a line")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lines = given.titles.read_text("utf-8").splitlines() if given.titles else []
    _, server = bulk(given.topics, given.share, tuple(line.strip() for line in lines if line.strip()), given.seed)
    with server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
