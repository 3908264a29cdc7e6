"""The practice download blog, Paper Gull: entries by date, shelves, pages, and a feed."""

import re
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from crawler.practice.content import Content, Post, Topic
from crawler.practice.pictures import cover
from crawler.practice.rendering import Changes, answer, page_of, render, resource
from crawler.practice.server import Answer, Heard

ENTRIES_A_PAGE = 5
ENTRIES_IN_FEED = 6
_ROBOTS = b"User-agent: *\nDisallow: /private/\n"


def entry_path(entry: Topic) -> str:
    """The canonical path of an entry: year, month and slug."""
    return f"/{entry.posts[0].at:%Y/%m}/{entry.slug}/"


class Blog:
    """Answers every request to the practice blog."""

    name = "paper-gull"

    def __init__(self, content: Content, changes: Changes) -> None:
        self.content, self.changes = content, changes
        self.shelves = {shelf.slug: shelf for shelf in content.shelves}

    def shown(self) -> list[Topic]:
        """The entries that are out, newest first."""
        entries = [entry for entry in self.content.entries if entry_path(entry) not in self.changes.hidden]
        return sorted(entries, key=lambda entry: entry.posts[0].at, reverse=True)

    def __call__(self, heard: Heard) -> Answer:
        path = urlsplit(heard.path).path
        match path.strip("/").split("/"):
            case [""]:
                return self._list(heard, self.shown(), 1, "/")
            case ["page", number] if number.isdecimal():
                return self._list(heard, self.shown(), int(number), "/")
            case ["shelf", slug] if slug in self.shelves:
                rows = [entry for entry in self.shown() if entry.place == slug]
                return self._list(heard, rows, 1, f"/shelf/{slug}/", self.shelves[slug].name)
            case ["shelf", slug, "page", number] if slug in self.shelves and number.isdecimal():
                rows = [entry for entry in self.shown() if entry.place == slug]
                return self._list(heard, rows, int(number), f"/shelf/{slug}/", self.shelves[slug].name)
            case ["feed.xml"]:
                return self._feed(heard)
            case ["cover", picture] if picture.endswith(".png"):
                return answer(heard, cover(picture), "image/png")
            case ["gull.css"]:
                return answer(heard, resource("gull.css"), "text/css; charset=utf-8")
            case ["robots.txt"]:
                return answer(heard, _ROBOTS, "text/plain; charset=utf-8")
        entries = self.shown()
        for index, entry in enumerate(entries):
            if path == entry_path(entry):
                return self._entry(heard, entries, index)
            if path + "/" == entry_path(entry):
                return Answer(301, b"", "text/plain", (("Location", entry_path(entry)),))
        return self._missing(heard)

    def _missing(self, heard: Heard) -> Answer:
        facts: dict[str, Any] = {"shelves": self.content.shelves, "rows": [], "older": None, "newer": None}
        return answer(heard, render("gull-list.html", title="Not found", **facts), status=404)

    def _list(self, heard: Heard, entries: list[Topic], number: int, base: str, title: str = "") -> Answer:
        rows, last = page_of(entries, number, ENTRIES_A_PAGE)
        if not 1 <= number <= last:
            return self._missing(heard)

        def at(page: int) -> str:
            return base if page == 1 else f"{base}page/{page}/"

        facts: dict[str, Any] = {
            "shelves": self.content.shelves,
            "rows": [
                {"entry": e, "path": entry_path(e), "post": e.posts[0], "excerpt": _excerpt(e.posts[0])} for e in rows
            ],
            "older": at(number + 1) if number < last else None,
            "newer": at(number - 1) if number > 1 else None,
            "canonical": at(number),
        }
        return answer(heard, render("gull-list.html", title=title, **facts))

    def _entry(self, heard: Heard, entries: list[Topic], index: int) -> Answer:
        def beside(place: int) -> dict[str, str] | None:
            if not 0 <= place < len(entries):
                return None
            return {"path": entry_path(entries[place]), "title": entries[place].title}

        entry = entries[index]
        path = entry_path(entry)
        body = render(
            "gull-entry.html",
            title=entry.title,
            canonical=path,
            shelves=self.content.shelves,
            shelf=self.shelves[entry.place],
            entry=entry,
            post=entry.posts[0],
            amendments=self.changes.amended.get(path, ()),
            older=beside(index + 1),
            newer=beside(index - 1),
        )
        return answer(heard, body)

    def _feed(self, heard: Heard) -> Answer:
        rows = [
            {
                "entry": entry,
                "path": entry_path(entry),
                "post": entry.posts[0],
                "published": format_datetime(entry.posts[0].at, usegmt=True),
            }
            for entry in self.shown()[:ENTRIES_IN_FEED]
        ]
        base = f"http://{heard.header('host') or '127.0.0.1'}"
        return answer(heard, render("gull-feed.xml", rows=rows, base=base), "application/rss+xml; charset=utf-8")


def _excerpt(post: Post) -> str:
    words = Markup(re.sub(r"<img[^>]*>", "", str(post.body))).striptags()
    return words if len(words) <= 90 else words[:88].rsplit(" ", 1)[0] + " …"
