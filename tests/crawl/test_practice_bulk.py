"""The big practice forum: the same bytes every time, pages of the promised size, every offer where it is said to be."""

import subprocess
import sys
from html import unescape
from urllib.request import urlopen

from crawler.practice.bulk import bulk

TITLES = ("The Salt Lantern", "雾港长河", "A Cartography of Small Weather")


def test_offers_lists_and_sizes_are_as_promised():
    forum, server = bulk(300, 0.05, TITLES)
    other, _ = bulk(300, 0.05, TITLES)
    assert len(forum.offers) == 15
    offered = {offer.path: offer for offer in forum.offers}
    listed: set[str] = set()
    with server:
        for path in forum.list_paths:
            html = urlopen(server.url + path[1:]).read().decode()
            listed |= {part.partition('"')[0] for part in html.split('href="') if part.startswith("/thread/")}
        assert listed == {f"/thread/{number}" for number in range(1, 301)}
        for path in sorted(listed):
            body = urlopen(server.url + path[1:]).read()
            assert 6_000 <= len(body) <= 30_000
            html = unescape(body.decode())
            if path in offered:
                offer = offered[path]
                assert offer.title in html
                assert offer.link.url in html
                assert offer.posted_at.isoformat() in html
            else:
                assert not any(title in html for title in TITLES)
                assert "magnet:" not in html
    assert other.offers == forum.offers
    assert forum.pages == 300 + len(forum.list_paths)


def test_it_serves_from_a_process_of_its_own(tmp_path):
    titles = tmp_path / "titles.txt"
    titles.write_text("\n".join(TITLES), "utf-8")
    command = [
        sys.executable,
        "-m",
        "crawler.practice.bulk",
        "--topics",
        "50",
        "--share",
        "0.1",
        "--titles",
        str(titles),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        assert "Long Quay" in urlopen(url + "thread/1").read().decode()
        process.stdin.close()
        assert process.wait(10) == 0
