"""Folders of any server become listings, one for each file that may be a copy; what rides along with a copy is none."""

import json
from datetime import UTC, datetime

import pytest

from crawler.model import Listing
from spiders.calibration import Calibration
from spiders.files import size_in
from spiders.page import FetchedPage
from spiders.read import read
from spiders.recognise import recognise
from tests.unit.spider_pages import fetched

HERE = "http://files.example/pub/films/"
SERVERS = ("apache-table", "apache-pre", "nginx", "lighttpd", "caddy", "copyparty", "python", "h5ai", "iis")


def folder(*rows: str, url: str = HERE, date: str | None = "Mon, 02 Mar 2026 06:31:20 GMT") -> FetchedPage:
    lines = "\n".join(f"<tr><td>{row}</td></tr>" for row in rows)
    source = (
        f"<html><head><title>Index of /x</title></head><body><h1>Index of /x</h1><table>{lines}</table></body></html>"
    )
    return fetched(source.encode(), url, "list", date=date)


def name(text: str, details: str = "") -> str:
    return f'<a href="{text}">{text}</a></td><td>{details}'


def offered(*rows: str, url: str = HERE) -> tuple[Listing, ...]:
    return read(folder(*rows, url=url)).listings


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("role", ["entry", "list"])
def test_the_listing_is_the_file_on_every_server(server: str, role: str) -> None:
    page = fetched(f"folder-{server}.html", HERE, role)  # type: ignore[arg-type]
    assert recognise(page) == "directory"
    reading = read(page)
    assert (reading.state, reading.role, reading.engine) == ("ok", "list", "directory")
    (found,) = reading.listings
    assert found.title == "Harbour Lights (2019).mkv"
    assert found.url.replace("%28", "(").replace("%29", ")") == f"{HERE}Harbour%20Lights%20(2019).mkv"
    assert found.page_url == HERE
    assert [(target.kind, target.where) for target in found.targets] == [("file", "href")]
    assert found.has_offer
    assert [link.url for link in reading.links if link.role == "list"] == [f"{HERE}More/"]


def test_times_are_absolute_only_where_a_zone_is_known() -> None:
    posted = {server: read(fetched(f"folder-{server}.html", HERE, "list")).listings[0] for server in SERVERS}
    assert posted["caddy"].posted_at == datetime(2026, 2, 11, 4, 5, 22, tzinfo=UTC)
    assert posted["caddy"].posted_at_basis == "datetime-attribute"
    for server in ("nginx", "copyparty"):
        assert posted[server].posted_at_basis == "software-default"
    for server in ("apache-table", "apache-pre", "lighttpd", "h5ai", "python"):
        assert posted[server].posted_at is None
    assert posted["lighttpd"].posted_at_text == "2026-Feb-11 04:05:22"


def test_a_time_ahead_of_the_servers_clock_disproves_the_default() -> None:
    clock = Calibration()
    early = fetched("folder-nginx.html", HERE, "list", date="Wed, 11 Feb 2026 01:00:00 GMT")
    assert read(early, None, clock).listings[0].posted_at is None
    later = fetched("folder-nginx.html", HERE, "list", date="Mon, 02 Mar 2026 06:31:20 GMT")
    assert read(later, None, clock).listings[0].posted_at is None


def test_a_small_file_tells_the_zone_by_its_last_modified() -> None:
    clock = Calibration()
    first = read(fetched("folder-apache-table.html", HERE, "list"), None, clock)
    (probe,) = [link for link in first.links if link.role == "other"]
    assert probe.url == f"{HERE}notes.txt"
    note = fetched(b"plain words", probe.url, "other", content_type="text/plain")
    note.headers = type(note.headers)(
        [("Content-Type", "text/plain"), ("Last-Modified", "Tue, 10 Feb 2026 00:00:41 GMT")]
    )
    assert read(note, "directory", clock).state == "ok"
    again = read(fetched("folder-apache-table.html", HERE, "list"), "directory", clock)
    assert again.listings[0].posted_at == datetime(2026, 2, 10, 20, 5, tzinfo=UTC)
    assert again.listings[0].posted_at_basis == "page-zone"
    assert not [link for link in again.links if link.role == "other"]


def test_what_rides_along_with_a_copy_is_no_listing() -> None:
    rows = ("cover.jpg", "film.nfo", "film.srt", "sample.mkv", "film-sample.mkv", "trailer.mp4", "checksums.md5")
    assert offered(*map(name, rows)) == ()
    assert [link.url for link in read(folder(name("Sample/"), name("Subs/"), name("Season 1/"))).links] == [
        f"{HERE}Season%201/"
    ]


def test_a_short_text_is_a_note_and_a_long_one_a_book() -> None:
    found = offered(name("site rules.txt", "1.2K"), name("the lamp of june.txt", "850K"))
    assert [listing.title for listing in found] == ["the lamp of june.txt"]


def test_a_file_without_a_name_of_its_own_takes_the_folders() -> None:
    (found,) = offered(name("01.mkv", "1.4G"), url="http://files.example/pub/The%20Lamp%20of%20June%20%282019%29/")
    assert found.title == "The Lamp of June (2019) / 01.mkv"
    start, end = found.targets[0].span or (0, 0)
    assert found.passage.text[start:end] == "01.mkv"


def test_the_parts_of_an_archive_are_one_listing() -> None:
    (found,) = offered(*(name(f"Lamp.of.June.part{number:02}.rar", "100M") for number in range(1, 6)))
    assert found.title == "Lamp.of.June.part01.rar"
    assert len(found.targets) == 5
    (old,) = offered(name("lamp.rar"), name("lamp.r00"), name("lamp.r01"))
    assert (old.title, len(old.targets)) == ("lamp.rar", 3)


def test_links_that_lead_elsewhere_or_change_the_view_are_no_files() -> None:
    rows = (
        '<a href="?C=N;O=D">Name</a>',
        '<a href="/pub/">Parent Directory</a>',
        '<a href="http://other.example/pub/films/x.mkv">x</a>',
        '<a href="/elsewhere/y.mkv">y</a>',
        '<a href="More/?zip=crc" rel="nofollow">zip</a>',
        name("real.mkv"),
    )
    reading = read(folder(*rows))
    assert [listing.title for listing in reading.listings] == ["real.mkv"]
    assert reading.links == ()


def test_a_circle_of_links_is_left() -> None:
    assert read(folder(name("a/"), url="http://files.example/a/b/a/b/a/b/")).links == ()


def test_a_folder_on_a_site_of_another_software_is_read_as_one() -> None:
    reading = read(fetched("folder-nginx.html", HERE, "list"), "generic")
    assert (len(reading.listings), reading.engine) == (1, "generic")


def test_an_empty_folder_is_empty_and_a_page_about_folders_is_no_folder() -> None:
    assert read(folder('<a href="../">../</a>'), "directory").state == "empty"
    about = fetched(
        b"<title>Index of prices</title><h1>Index of prices</h1><p>Words</p>", "http://shop.example/a", "list"
    )
    assert recognise(about) is None


def test_folders_as_json_and_as_xml_say_the_same() -> None:
    rows = [
        {"name": "More", "type": "directory", "mtime": "Tue, 10 Feb 2026 08:00:00 GMT"},
        {"name": "Lamp #1 & June.mkv", "type": "file", "mtime": "Wed, 11 Feb 2026 04:05:22 GMT", "size": 1503238553},
    ]
    xml = b"""<?xml version="1.0"?>\n<list>\n<directory mtime="2026-02-10T08:00:00Z">More</directory>
    <file mtime="2026-02-11T04:05:22Z" size="1503238553">Lamp #1 &amp; June.mkv</file>\n</list>"""
    party = {
        "dirs": [{"href": "More/", "sz": 1, "ts": 1770710400, "ext": "---"}],
        "files": [{"href": "Lamp%20%231%20%26%20June.mkv", "sz": 1503238553, "ts": 1770782722, "ext": "mkv"}],
    }
    readings = [
        read(fetched(json.dumps(rows).encode(), HERE, "list", content_type="application/json")),
        read(fetched(xml, HERE, "list", content_type="text/xml")),
        read(fetched(json.dumps(party).encode(), HERE, "list", content_type="application/json")),
    ]
    for reading in readings:
        (found,) = reading.listings
        assert found.title == "Lamp #1 & June.mkv"
        assert found.url.endswith("/Lamp%20%231%20%26%20June.mkv")
        assert found.posted_at == datetime(2026, 2, 11, 4, 5, 22, tzinfo=UTC)
        assert [link.url.partition("?")[0] for link in reading.links] == [f"{HERE}More/"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("1.4G", 1503238553), ("850 KiB", 870400), ("1503238553", 1503238553), ("1,503,238 bytes", 1503238), ("-", None)],
)
def test_sizes_are_read_in_every_notation(text: str, size: int | None) -> None:
    assert size_in(text) == size
