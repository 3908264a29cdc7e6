"""The practice forum, Lantern Quay: boards, topics, posts and pages, in a markup of its own."""

from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.practice.content import Content, Place, Post, Topic
from crawler.practice.pictures import cover
from crawler.practice.rendering import Changes, answer, page_of, render, resource
from crawler.practice.server import Answer, Heard

TOPICS_A_PAGE = 6
POSTS_A_PAGE = 5
_ROBOTS = b"User-agent: *\nDisallow: /private/\nDisallow: /search\nDisallow: /login\n"


def topic_path(topic: Topic) -> str:
    """The canonical path of a topic."""
    return f"/thread/{topic.number}-{topic.slug}"


def post_path(topic: Topic, index: int) -> str:
    """The permalink of the post at `index`; the opening post's is on the topic's own path."""
    page = index // POSTS_A_PAGE + 1
    return topic_path(topic) + (f"?page={page}" if page > 1 else "") + f"#post-{topic.number * 100 + index + 1}"


class Forum:
    """Answers every request to the practice forum."""

    name = "lantern-quay"

    def __init__(self, content: Content, changes: Changes) -> None:
        self.content, self.changes = content, changes
        self.boards = {board.slug: board for board in content.boards}
        self.topics = {topic.number: topic for topic in content.topics}

    def posts(self, topic: Topic) -> tuple[Post, ...]:
        """A topic's posts, with the replies that came since."""
        return (*topic.posts, *self.changes.replies.get(topic_path(topic), ()))

    def shown(self, board: Place) -> list[Topic]:
        """A board's topics as it lists them: pinned first, then by last post, newest first."""
        topics = [t for t in self.content.topics if t.place == board.slug and topic_path(t) not in self.changes.hidden]
        return sorted(topics, key=lambda t: (t.sticky, self.posts(t)[-1].at), reverse=True)

    def __call__(self, heard: Heard) -> Answer:
        parts = urlsplit(heard.path)
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        asked = parse_qs(parts.query).get("page", ["1"])[0]
        page = int(asked) if asked.isdecimal() else 0
        match steps:
            case [""]:
                return self._index(heard)
            case ["board", slug] if slug in self.boards:
                return self._board(heard, self.boards[slug], page)
            case ["thread", label] if (number := label.split("-")[0]).isdecimal() and int(number) in self.topics:
                topic = self.topics[int(number)]
                if parts.path != topic_path(topic):
                    return Answer(301, b"", "text/plain", (("Location", topic_path(topic)),))
                return self._thread(heard, topic, page)
            case ["member", name]:
                return answer(heard, render("quay-note.html", title=name, words="A member of Lantern Quay."))
            case ["search"]:
                return answer(heard, render("quay-note.html", title="Search", words="Type a word to search for."))
            case ["login"]:
                return self._gate(heard, "Log in to go on.")
            case ["cover", picture] if picture.endswith(".png"):
                return answer(heard, cover(picture), "image/png")
            case ["quay.css"]:
                return answer(heard, resource("quay.css"), "text/css; charset=utf-8")
            case ["robots.txt"]:
                return answer(heard, _ROBOTS, "text/plain; charset=utf-8")
        return self._missing(heard)

    def _missing(self, heard: Heard) -> Answer:
        body = render("quay-note.html", title="Not found", words="There is no such page, or it was removed.")
        return answer(heard, body, status=404)

    def _gate(self, heard: Heard, words: str) -> Answer:
        return answer(heard, render("quay-gate.html", title="Log in", words=words))

    def _index(self, heard: Heard) -> Answer:
        rows: list[dict[str, Any]] = []
        for board in self.content.boards:
            topics = [] if board.members_only else self.shown(board)
            last = max((self.posts(topic)[-1].at for topic in topics), default=None)
            rows.append({"board": board, "topics": len(topics), "last": last})
        return answer(heard, render("quay-index.html", title="Boards", canonical="/", rows=rows))

    def _board(self, heard: Heard, board: Place, page: int) -> Answer:
        if board.members_only:
            return self._gate(heard, "You must be logged in to read this board.")
        topics, last = page_of(self.shown(board), page, TOPICS_A_PAGE)
        if not 1 <= page <= last:
            return self._missing(heard)
        rows = []
        for topic in topics:
            posts = self.posts(topic)
            rows.append(
                {"topic": topic, "path": topic_path(topic), "posts": posts, "last_page": -(-len(posts) // POSTS_A_PAGE)}
            )
        path = f"/board/{board.slug}"
        facts = self._paging(path, page, last) | {"zh": board.language == "zh", "title": board.name}
        return answer(heard, render("quay-board.html", board=board, rows=rows, **facts))

    def _thread(self, heard: Heard, topic: Topic, page: int) -> Answer:
        path, board = topic_path(topic), self.boards[topic.place]
        if board.members_only:
            return self._gate(heard, "You must be logged in to read this topic.")
        numbered, last = page_of(list(enumerate(self.posts(topic))), page, POSTS_A_PAGE)
        if path in self.changes.hidden or not 1 <= page <= last:
            return self._missing(heard)
        rows = [
            {
                "post": post,
                "number": topic.number * 100 + index + 1,
                "place": index + 1,
                "hue": sha256(post.author.encode()).digest()[0] * 360 // 256,
                "permalink": post_path(topic, index),
                "amendments": self.changes.amended.get(path, ()) if index == 0 else (),
            }
            for index, post in numbered
        ]
        facts = self._paging(path, page, last) | {"zh": board.language == "zh", "title": topic.title}
        return answer(heard, render("quay-thread.html", board=board, topic=topic, path=path, rows=rows, **facts))

    @staticmethod
    def _paging(path: str, page: int, last: int) -> dict[str, Any]:
        canonical = path if page == 1 else f"{path}?page={page}"
        next_page = f"{path}?page={page + 1}" if page < last else None
        return {"canonical": canonical, "next_page": next_page, "here": page, "last": last}
