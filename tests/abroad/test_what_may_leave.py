"""What of a case may leave, and whoever tries to slip the rest through: licensed hosts, genuine pages, old sights."""

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.casework import lawful, liveness
from crawler.casework.liveness import Sight
from crawler.desk import exporting, referring
from crawler.errors import RefusedError
from crawler.licence import read
from crawler.model import Work
from crawler.store import works
from tests.abroad.guarded import Guarded
from tests.cli.titlewatch import Shell
from tests.crawl.test_revisits import practice as practice
from tests.crawl.test_revisits import shell as shell

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LICENSED = (
    "http://shop.example/film/1", "HTTPS://SHOP.Example/film/1", "http://shop.example:8080/film/1", "http://shop.example./film/1",
    "http://buy:now@shop.example/film/1", "http://forum.example@shop.example/", "http:\\\\shop.example\\film", "http:///shop.example/x",
    "https://cn.shop.example/film/1", "http://ｓｈｏｐ.example/film/1", "http://shop。example/film", "http://sh%6Fp.example/film/1",
    "ftp://shop.example/film.mkv",
)  # fmt: skip
OTHERS = (
    "http://notshop.example/", "http://shop.example.pirate.test/", "http://shop.example@pirate.test/", "http://pirate.test/shop.example",
    "http://pirate.test/?u=http://shop.example/", "http://pirate.test#shop.example", "http://shop-example.test/",
    "magnet:?xt=urn:btih:0123&dn=shop.example",
)  # fmt: skip


def item(
    address: str, licence: str = "shop.example", seen: tuple[date, ...] = (), hosts: tuple[str, ...] = ()
) -> lawful.Item:
    return lawful.Item("HIT", (address,), hosts, (read(licence),), seen)


@pytest.mark.parametrize("address", LICENSED)
def test_a_licensed_host_is_known_however_it_is_written(address: str) -> None:
    with pytest.raises(RefusedError, match=r"HIT \("):
        lawful.unlicensed([item(address)], {"US"}, TODAY)


@pytest.mark.parametrize("address", OTHERS)
def test_a_host_that_only_looks_licensed_is_not(address: str) -> None:
    lawful.unlicensed([item(address)], {"US"}, TODAY)


@pytest.mark.parametrize(
    "address", ["http://书店.example/1", "http://xn--1jqq80b.example/1", "http://XN--1JQQ80B.EXAMPLE:80/"]
)
@pytest.mark.parametrize("licence", ["书店.example", "xn--1jqq80b.example"])
def test_a_name_in_letters_and_its_ascii_form_are_one(address: str, licence: str) -> None:
    with pytest.raises(RefusedError, match="licensed"):
        lawful.unlicensed([item(address, licence)], {"US"}, TODAY)
    lawful.unlicensed([item("http://书虫.example/1", licence)], {"US"}, TODAY)


@pytest.mark.parametrize(
    ("licence", "seen", "countries", "passes"),
    [
        ("shop.example (CN)", (), {"US"}, True),
        ("shop.example (CN)", (), {"US", "CN"}, False),
        ("shop.example (..2026-02-28)", (), {"US"}, True),
        ("shop.example (..2026-02-28)", (date(2026, 2, 28),), {"US"}, False),
        ("shop.example (2026-03-01..)", (date(2026, 2, 1),), {"US"}, False),
        ("shop.example (2026-03-02..)", (date(2026, 2, 1),), {"US"}, True),
        ("shop.example", (), {""}, False),
    ],
)
def test_a_licence_holds_where_and_when_it_says(
    licence: str, seen: tuple[date, ...], countries: set[str], passes: bool
) -> None:
    one = item("http://shop.example/1", licence, seen)
    if passes:
        lawful.unlicensed([one], countries, TODAY)
        return
    with pytest.raises(RefusedError, match="1 item stands where the work is licensed"):
        lawful.unlicensed([one], countries, TODAY)


def test_a_host_that_became_licensed_since_is_refused_by_name_and_its_kin_with_it(case: Guarded) -> None:
    case.opened()
    assert case.leave() is not None
    for domain in ("harbour.example", "drive.example", "example"):
        case.license(domain)
        with pytest.raises(RefusedError, match=rf"{case.hit_ids[0]} \(.*{domain}"):
            case.leave()
    case.license("atlas-shop.test")
    assert case.leave() is not None
    # The site answers under a licensed name as well, or sends its visitors there.
    case.write("INSERT INTO site_hosts VALUES ('harbour', 'atlas-shop.test:443', 'redirect', '2026-03-01T00:00:00Z')")
    with pytest.raises(RefusedError, match=r"atlas-shop\.test"):
        case.leave()


def test_the_house_may_keep_its_own_bundle_of_what_is_licensed(case: Guarded) -> None:
    case.license("harbour.example")
    assert exporting.check_gates(case.store, case.workspace, exporting.Order(case.case_id)) is None


def test_a_target_that_leads_to_a_licensed_host_is_found(case: Guarded) -> None:
    case.opened()
    target = case.store.row("SELECT coalesce(object, url) FROM hosting_urls WHERE url LIKE 'https://pan%'")
    assert target is not None
    case.write(
        "INSERT INTO landings VALUES (?, 'https://pan.drive.example/s/1', 'forwards', '{}', 't', 't', 't', NULL, ?, 1)",
        target[0],
        json.dumps({"url": "https://watch.shop.test/film/1"}),
    )
    assert case.leave() is not None
    case.license("shop.test")
    with pytest.raises(RefusedError, match=r"watch\.shop\.test"):
        case.leave()


GENUINE = "https://www.films.example/title/tt0012345"


@pytest.mark.parametrize(
    "address",
    [
        GENUINE, f"{GENUINE}/", "http://films.example/title/tt0012345", "https://m.films.example/title/tt0012345/?ref=share",
        "https://WWW.FILMS.EXAMPLE:443/title/tt0012345#plot", "https://a:b@www.films.example//title/tt0012345",
        "https://films.example/title/%74t0012345",
    ],
)  # fmt: skip
def test_a_genuine_page_is_known_however_it_is_written(address: str) -> None:
    with pytest.raises(RefusedError, match="reference"):
        lawful.genuine_apart([item(address)], {GENUINE})


@pytest.mark.parametrize(
    "address",
    [
        "https://www.films.example/title/tt0012346", "https://www.films.example/", "https://www.films.example.pirate.test/title/tt0012345",
        "https://pirate.test/?u=https://www.films.example/title/tt0012345", "magnet:?xt=urn:btih:ab",
    ],
)  # fmt: skip
def test_another_page_is_not_a_genuine_one(address: str) -> None:
    lawful.genuine_apart([item(address)], {GENUINE})


def test_a_query_tells_genuine_pages_apart() -> None:
    genuine = {"https://films.example/view?id=7"}
    lawful.genuine_apart([item("https://films.example/view?id=8")], genuine)
    with pytest.raises(RefusedError):
        lawful.genuine_apart([item("https://films.example/view?from=x&id=7")], genuine)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hits SET url = ?",
        "UPDATE hosting_urls SET url = ?",
        "UPDATE OR REPLACE source_pages SET url = ?",
        "INSERT INTO source_pages VALUES (?, 'harbour', 'x', 't', 't')",
        "INSERT INTO hosting_urls SELECT listing_id, 9, 'file', NULL, ?, NULL, NULL, 'x', 'text', 0, 't', 't' FROM listings",
        "INSERT INTO hits SELECT 'NEW', listing_id, work_id, ?, score, reasons, rules_version, status, 't', 't', NULL, NULL FROM hits LIMIT 1",
    ],
)
def test_the_database_itself_keeps_a_genuine_page_out(case: Guarded, statement: str) -> None:
    works.save(case.store, [Work("other", "Another Work", identifiers=(GENUINE,))])
    with pytest.raises(sqlite3.IntegrityError, match="reference URL"):
        case.write(statement, GENUINE)


def test_what_was_seen_offering_never_becomes_genuine(case: Guarded) -> None:
    works.save(case.store, [Work("other", "Another Work", identifiers=(GENUINE,))])
    with pytest.raises(sqlite3.IntegrityError, match="cannot become a reference"):
        case.write("UPDATE reference_urls SET url = (SELECT url FROM hits LIMIT 1)")


@pytest.mark.parametrize("agency", [None, "US/IPR Center"])
def test_a_genuine_page_in_another_spelling_leaves_in_no_bundle(case: Guarded, agency: str | None) -> None:
    case.opened()
    url = str(case.store.rows("SELECT url FROM hits ORDER BY hit_id")[0][0])
    variant = url.replace("http://", "https://www.") + "?from=genuine"
    works.save(case.store, [Work("other", "Another Work", identifiers=(url.replace("http://", "https://www."),))])
    with pytest.raises(RefusedError, match="reference"):
        exporting.check_gates(case.store, case.workspace, exporting.Order(case.case_id, agency))
    assert variant.startswith("https")


def sight(age: timedelta, **more: object) -> Sight:
    return Sight("HIT", NOW - age, **{"state": "up", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (sight(timedelta(0)), None),
        (sight(timedelta(hours=24)), None),
        (sight(timedelta(hours=24, microseconds=1)), "not seen within"),
        (sight(timedelta(days=30)), "not seen within"),
        (sight(-timedelta(microseconds=1)), "not seen within"),
        (Sight("HIT", None, "up"), "not seen within"),
        (sight(timedelta(hours=1), state="gone"), "there no longer"),
        (sight(timedelta(hours=1), state="moved"), "there no longer"),
        (sight(timedelta(hours=1), targets=("removed", "dead")), "there no longer"),
        (sight(timedelta(hours=1), targets=("removed", "live")), None),
        (sight(timedelta(hours=1), targets=("unknown",)), None),
    ],
)
def test_a_sight_counts_for_a_day(one: Sight, why: str | None) -> None:
    if why is None:
        liveness.fresh([one], "CASE", NOW)
        return
    with pytest.raises(RefusedError, match=why):
        liveness.fresh([sight(timedelta(0)), one], "CASE", NOW)


@pytest.mark.parametrize("purpose", ["notice", "preservation"])
def test_a_notice_waits_for_a_look_and_a_bundle_does_not(case: Guarded, purpose: str) -> None:
    referral = case.opened().referral_id
    assert case.leave() is not None
    assert referring.ready(case.store, case.workspace, referral, purpose="package").sights[0].at is None
    with pytest.raises(RefusedError, match="3 offers were not seen within the last 24 hours"):
        referring.ready(case.store, case.workspace, referral, purpose=purpose)  # type: ignore[arg-type]
    # A sight that stands in the database alone is none, and one that names an old exchange is as old as that.
    now = clock.stamp(clock.now())
    case.write("INSERT INTO listing_events SELECT listing_id, ?, 'up', NULL, '{}' FROM listings", now)
    case.write("UPDATE listings SET last_seen = ?", now)
    with pytest.raises(RefusedError, match="not seen within"):
        referring.ready(case.store, case.workspace, referral, purpose=purpose)  # type: ignore[arg-type]
    case.write(
        "UPDATE listing_events SET exchange_id = (SELECT exchange_id FROM listings l WHERE l.listing_id = listing_events.listing_id)"
    )
    case.write("UPDATE exchanges SET started_at = ?", now)
    with pytest.raises(RefusedError, match="not seen within"):
        referring.ready(case.store, case.workspace, referral, purpose=purpose)  # type: ignore[arg-type]


def test_a_recheck_looks_at_the_offers_by_an_ordinary_visit(shell: Shell, practice: object) -> None:
    at = ("--workspace", "W")
    shell("crawl", *at)
    (hit, *_) = shell("hits", "--site", "forum", "--json", *at).objects
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Li Si", *at)
    case = shell("cases", "new", "Forum", *at).out.strip()
    shell("cases", "add", case, hit["hit_id"], *at)
    begun = clock.stamp(clock.now())
    (seen,) = shell("cases", "recheck", case, "--json", *at).objects
    assert (seen["hit_id"], seen["state"], seen["fresh"]) == (hit["hit_id"], "up", True)
    assert seen["seen"] >= begun and seen["exchange"]
    database = Path(shell.folder, "W", "titlewatch.db")
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT max(priority) FROM pages").fetchone()[0] <= 1_000
    connection.close()


def test_a_page_that_was_sealed_away_is_kept_no_second_time(shell: Shell, practice: object) -> None:
    at = ("--workspace", "W")
    shell("crawl", "forum", *at)
    found = shell("hits", "--site", "forum", "--json", *at).objects
    hit = found[0]
    shell("evidence", "seal-away", hit["hit_id"], "--reason", "malware", "--by", "Li Si", *at)
    assert "sealed away" in shell("hits", "--timeline", hit["hit_id"], *at, code=1).error
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as connection:
        before = connection.execute("SELECT count(*) FROM exhibits WHERE hit_id = ?", (hit["hit_id"],)).fetchone()
        connection.execute("UPDATE pages SET state = 'due', etag = NULL, last_modified = NULL")
    connection.close()
    shell("crawl", "forum", *at)
    shown = shell("hits", "--json", *at).out
    assert hit["hit_id"] not in shown and hit["url"] not in shown
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as connection:
        after = connection.execute("SELECT count(*) FROM exhibits WHERE hit_id = ?", (hit["hit_id"],)).fetchone()
        kept = connection.execute(
            "SELECT count(*) FROM exchanges WHERE url = ? AND segment IS NOT NULL AND purpose = 'page'", (hit["url"],)
        ).fetchone()
    connection.close()
    assert before == after
    assert kept[0] <= 1
