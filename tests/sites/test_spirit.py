"""A real Spirit forum: every offer and nothing else, cheap to visit again, and what is new is found."""

from pathlib import Path

from tests.crawl.commands import titlewatch, watching
from tests.sites.spirit_forum import SpiritForum
from tests.sites.works import WORKS, hold, links_of, offer, offers, talk, watch


def test_a_forum_is_read_whole_and_again_for_little(tmp_path: Path) -> None:
    forum, workspace = SpiritForum(tmp_path / "forum"), watching(tmp_path / "workspace")
    watch(workspace)
    first_offers, chat = offers(), talk(68)
    entries = sorted([*first_offers, *chat], key=lambda entry: entry.posted_at)
    paths = dict(zip(entries, forum.fill(entries), strict=True))
    with forum.serving() as base:
        offered = {base.rstrip("/") + paths[entry]: entry for entry in first_offers}
        titlewatch(*workspace, "sites", "add", base, "--id", "spirit")
        (first,) = titlewatch(*workspace, "crawl", "--json")
        assert (first["errors"], first["finished"], first["health"]) == (0, True, "ok"), first
        hold(titlewatch(*workspace, "hits", "--json"), offered, to_the="minute")

        (second,) = titlewatch(*workspace, "crawl", "--json")
        assert second["requests"] <= 0.05 * first["requests"], (first["requests"], second["requests"])
        assert second["new_hits"] == 0

        late = offer(WORKS[0], 40)
        (path,) = forum.fill([late])
        told = min(chat, key=lambda entry: entry.posted_at)
        again = offer(WORKS[1], 41)
        forum.answer(paths[told], f"{again.title}\n\n{again.text}")
        titlewatch(*workspace, "crawl", "--json")
        hits = titlewatch(*workspace, "hits", "--json")
    fresh = [hit for hit in hits if hit["url"] not in offered]
    assert {hit["work_id"]: links_of(hit) for hit in fresh} == {"orrery": late.links, "tidewater": again.links}
    assert {hit["url"].partition("#")[0].partition("?")[0] for hit in fresh} == {
        base.rstrip("/") + path,
        base.rstrip("/") + paths[told],
    }
