"""Who wrote a post, when and for what price, by a site file's selectors, in a post that any reader found."""

from dataclasses import replace

from lxml.html import HtmlElement

from crawler.description import TopicSelectors
from crawler.sitefile.selecting import elements, texts
from spiders.calibration import Calibration
from spiders.markers import blocks
from spiders.moments import machine_readable
from spiders.page import FetchedPage
from spiders.posts import Post, PostTime, read_time


class Refinement:
    """The selectors of a page's posts; call it with a post for the post as they say it is.

    A part belongs to the post whose block holds it. Where the site file names no posts, it is the block that holds this
    part and no other of its kind; a part that stands once on a page is the first post's.
    """

    def __init__(self, page: FetchedPage, chosen: TopicSelectors, calibration: Calibration) -> None:
        self._page, self._chosen, self._calibration = page, chosen, calibration
        self.blocks = self._blocks()
        """The blocks of the posts that the selectors find, in order."""
        self._bodies: list[HtmlElement] = []

    def _blocks(self) -> list[HtmlElement]:
        if self._chosen.post is not None:
            return elements(self._chosen.post, self._page.root)
        bodies = elements(self._chosen.body, self._page.root)
        if len(bodies) == 1:
            body = self._page.root.find("body")
            return [body if body is not None else self._page.root]
        return blocks(bodies) if bodies else []

    def __call__(self, post: Post) -> Post:
        """The post with what the selectors find in it in place of what the engine found."""
        if post.body not in self._bodies:
            self._bodies.append(post.body)
        poster = self._words(self._chosen.poster, post)
        price = self._words(self._chosen.price, post)
        time = self._time(post)
        return replace(post, author=poster or post.author, price=price or post.price, time=time or post.time)

    def _words(self, selector: str | None, post: Post) -> str | None:
        place = self._place(selector, post)
        found = texts(selector, place) if place is not None else []
        return found[0] if found else None

    def _time(self, post: Post) -> PostTime | None:
        selector = self._chosen.date
        place = self._place(selector, post)
        if place is None:
            return None
        for element in elements(selector, place):
            time = read_time(element, self._calibration)
            if time is not None:
                return time
        for text in texts(selector, place):
            moment = machine_readable(text)
            shown = moment or self._calibration.read(text)
            if shown is not None:
                return PostTime(shown, "datetime-attribute" if moment else "text", text)
        return None

    def _place(self, selector: str | None, post: Post) -> HtmlElement | None:
        """Where a part of the post is looked for; None for nowhere."""
        if selector is None:
            return None
        around = {post.body, *post.body.iterancestors()}
        block = next((block for block in self.blocks if block in around), None)
        if block is not None or self.blocks:
            return block
        parts = elements(selector, self._page.root)
        if len(parts) > 1:
            return next((block for block in blocks(parts) if block in around), None)
        return self._page.root if self._bodies[0] is post.body else None
