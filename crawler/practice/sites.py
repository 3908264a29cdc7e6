"""The practice sites, served over real HTTP on loopback, and what a perfect reader finds on them."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from urllib.parse import urlsplit

from markupsafe import Markup

from crawler import clock
from crawler.model import Work
from crawler.practice.blog import Blog, entry_path
from crawler.practice.content import Offer, OfferLink, Post, load
from crawler.practice.forum import Forum, post_path, topic_path
from crawler.practice.rendering import Changes
from crawler.practice.server import Answer, Answerer, Heard, LoopbackServer


@dataclass(frozen=True, slots=True)
class Expected:
    """One listing that a perfect reader reports: one offer of one work, on its own URL."""

    site: str
    path: str
    """The topic's path for an opening post, the post's permalink for a reply."""
    url: str
    work_id: str
    title: str
    links: tuple[OfferLink, ...]
    posted_at: datetime
    posted_by: str

    @property
    def objects(self) -> tuple[str, ...]:
        """``btih:<40 hex>`` or the undisguised URL of each link."""
        return tuple(link.object for link in self.links)

    @property
    def access_codes(self) -> tuple[str | None, ...]:
        """The access code of each link, None where it has none."""
        return tuple(link.access_code for link in self.links)


@dataclass(frozen=True, slots=True)
class Trap:
    """A page that resembles an offer of a watched work and is none."""

    site: str
    path: str
    url: str
    title: str
    kind: str
    why: str


class PracticeSites:
    """Serves the practice forum and the practice blog while the context lasts.

    `latency` is the seconds before each answer. Paths given to `fail_next`, `hide`, `show`, `edit` and `reply`
    are those of the site itself (``/thread/112-...``); both sites share them, and no path is on both
    but the front page, the stylesheet's folder and robots.txt.
    """

    def __init__(self, latency: float = 0.0) -> None:
        self._content = load()
        self._changes = Changes()
        self._failures: dict[str, list[int]] = {}
        self.requests: list[Heard] = []
        self._forum = LoopbackServer(
            Forum.name, self._failing(Forum(self._content, self._changes)), self.requests, latency
        )
        self._blog = LoopbackServer(
            Blog.name, self._failing(Blog(self._content, self._changes)), self.requests, latency
        )
        self._stack = ExitStack()

    def __enter__(self) -> "PracticeSites":
        self._stack.enter_context(self._forum)
        self._stack.enter_context(self._blog)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def forum_url(self) -> str:
        """The forum's front page."""
        return self._forum.url

    @property
    def blog_url(self) -> str:
        """The blog's front page."""
        return self._blog.url

    @property
    def works(self) -> tuple[Work, ...]:
        """The invented works to watch."""
        return self._content.works

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What a perfect reader reports of both sites as they now stand; hidden topics and walled boards left out."""
        found: list[Expected] = []
        walled = {board.slug for board in self._content.boards if board.members_only}
        for topic in self._content.topics:
            if topic.place in walled or topic_path(topic) in self._changes.hidden:
                continue
            for index, post in enumerate(topic.posts):
                path = topic_path(topic) if index == 0 else post_path(topic, index)
                found += self._listings(self._forum, path, topic.title, post)
        for entry in self._content.entries:
            if entry_path(entry) not in self._changes.hidden:
                found += self._listings(self._blog, entry_path(entry), entry.title, entry.posts[0])
        return tuple(found)

    @property
    def traps(self) -> tuple[Trap, ...]:
        """The pages that a perfect reader leaves alone although they resemble an offer, and why."""
        rows = [(self._forum, topic_path(topic), topic) for topic in self._content.topics]
        rows += [(self._blog, entry_path(entry), entry) for entry in self._content.entries]
        return tuple(
            Trap(server.site, path, server.url + path[1:], topic.title, topic.trap, topic.why)
            for server, path, topic in rows
            if topic.trap and path not in self._changes.hidden
        )

    def fail_next(self, path: str, times: int, status: int = 503) -> None:
        """Answer the next `times` requests for a path with `status`; status 0 drops the connection."""
        self._failures.setdefault(path, []).extend([status] * times)

    def hide(self, paths: Iterable[str]) -> None:
        """Take topics or entries off their site, as if they were not written yet."""
        self._changes.hidden.update(paths)

    def show(self, paths: Iterable[str]) -> None:
        """Put hidden topics or entries on their site."""
        self._changes.hidden.difference_update(paths)

    def edit(self, path: str, html: str) -> None:
        """Amend the opening post at a path with a paragraph."""
        self._changes.amended.setdefault(path, []).append(Markup(html))

    def reply(self, path: str, html: str, author: str = "tern", at: datetime | None = None) -> None:
        """Add a reply to a forum topic, now unless a time is given."""
        post = Post(author, at or clock.now().replace(microsecond=0), Markup(html))
        self._changes.replies.setdefault(path, []).append(post)

    @staticmethod
    def _listings(server: LoopbackServer, path: str, title: str, post: Post) -> list[Expected]:
        def one(offer: Offer) -> Expected:
            url = server.url + path[1:]
            return Expected(server.site, path, url, offer.work_id, title, offer.links, post.at, post.author)

        return [one(offer) for offer in post.offers]

    def _failing(self, site: Answerer) -> Answerer:
        def answer(heard: Heard) -> Answer:
            waiting = self._failures.get(heard.path) or self._failures.get(urlsplit(heard.path).path)
            if waiting:
                status = waiting.pop(0)
                return Answer(status or 503, b"Come back later.", "text/plain; charset=utf-8", drop=status == 0)
            return site(heard)

        return answer
