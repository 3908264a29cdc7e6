"""A real WordPress with MariaDB: every offer and nothing else, cheap to visit again, and a new post is found."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.crawl.commands import titlewatch, watching
from tests.sites.wordpress_blog import WordPressBlog
from tests.sites.works import WORKS, hold, offer, offers, talk, watch

pytestmark = [pytest.mark.sites, pytest.mark.timeout(3600)]


def address(url: object) -> str:
    """An address however its letters are escaped, and whether or not it ends with a slash."""
    return unquote(str(url)).rstrip("/")


def test_a_blog_is_read_whole_and_again_for_little(tmp_path: Path) -> None:
    blog, workspace = WordPressBlog(tmp_path / "blog"), watching(tmp_path / "workspace")
    watch(workspace)
    with blog.serving() as base:
        first_offers = offers()
        entries = sorted([*first_offers, *talk(78)], key=lambda entry: entry.posted_at)
        links = dict(zip(entries, blog.fill(entries), strict=True))
        offered = {address(links[entry]): entry for entry in first_offers}

        def hits() -> list[dict[str, object]]:
            return [{**hit, "url": address(hit["url"])} for hit in titlewatch(*workspace, "hits", "--json")]

        titlewatch(*workspace, "sites", "add", base, "--id", "blog")
        (first,) = titlewatch(*workspace, "crawl", "--json")
        assert (first["engine"], first["errors"], first["finished"], first["health"]) == ("wordpress", 0, True, "ok"), (
            first
        )
        hold(hits(), offered)

        (second,) = titlewatch(*workspace, "crawl", "--json")
        assert second["requests"] <= 0.05 * first["requests"], (first["requests"], second["requests"])
        assert second["new_hits"] == 0

        late = offer(WORKS[2], 40)
        (link,) = blog.fill([late])
        (third,) = titlewatch(*workspace, "crawl", "--json")
        assert third["new_hits"] == 1
        hold(hits(), {**offered, address(link): late})
