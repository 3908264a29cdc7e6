"""Looking back, without a crawl: which listings it finds, and what it leaves alone."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import clock
from crawler import targets as addresses
from crawler.desk import founding, looking_back
from crawler.matching import Matcher
from crawler.matching.offer import offer_of
from crawler.model import Attribute, Listing, Passage, Site, Target, Work
from crawler.store import Store, hits, look_backs, sites, texts, works
from crawler.store.listings import write_hit, write_listing
from crawler.watchlist.row import Faults, read_row
from crawler.workspace import Workspace

GOLD = Path(__file__).parents[1] / "gold"
SEEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
SHARE = Target("cloud_drive", "https://pan.quark.cn/s/aaaabbbbcccc", "share:quark/aaaabbbbcccc", "x", where="href")
MAGNET = Target("magnet", f"magnet:?xt=urn:btih:{'a0b1c2d3e4' * 4}&dn=Harbour.Of.Lamps.2021.1080p", None, "x")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace with a site that nobody visits."""
    found = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    with_store(
        found, lambda store: sites.add(store, Site("forum", "https://forum.example/", ("forum.example:443",)), "a")
    )
    return found


def with_store(place: Workspace, act) -> object:  # type: ignore[no-untyped-def]
    store = Store.open(place.database)
    try:
        return act(store)
    finally:
        store.close()


def listing(number: int, title: str, text: str, *targets: Target, references: tuple[str, ...] = ()) -> Listing:
    where = f"https://forum.example/thread/{number}"
    attributes = tuple(Attribute("a", "href", one, 0, 0) for one in references)
    return Listing(where, where, title, Passage(text, attributes), targets)


def seen(place: Workspace, *listed: Listing, at: datetime = SEEN) -> None:
    store = Store.open(place.database)
    with store.transaction() as connection:
        for one in listed:
            write_listing(connection, "forum", one, one.title, at, "0")
    store.close()


def watched(place: Workspace, *given: Work) -> tuple[looking_back.LookedBack, set[tuple[str, str]]]:
    """Add works and look back; what was done, and the hits as (number of the thread, work)."""
    store = Store.open(place.database)
    works.save(store, given)
    done = looking_back.look_back(store, place)
    found = {(hit["url"].rpartition("/")[2], hit["work_id"]) for hit in hits.select(store, at_least=0.2)}
    store.close()
    return done, found


def scores(place: Workspace, *, work_id: str = "w") -> list[tuple[float, list[str]]]:
    """Score and rules of the hits of a work, whatever they are."""
    store = Store.open(place.database)
    found = [
        (hit["score"], [one["rule"] for one in hit["reasons"]])
        for hit in hits.select(store, at_least=0.0)
        if hit["work_id"] == work_id
    ]
    store.close()
    return found


@pytest.mark.parametrize("few_texts", [0, 100], ids=["looked up", "all matched"])
@pytest.mark.parametrize(
    ("work", "title", "text", "targets"),
    [
        (Work("w", "渡灯", "film", 2021), "《渡灯》2021 1080p 国语中字", "网盘下载，链接见下", (SHARE,)),
        (Work("w", "灯火旧港", "film", 2021), "燈火舊港 全集", "網盤下載 提取碼 a1b2", (SHARE,)),
        (Work("w", "Lampenhafen", "film", 2021, aliases=("灯火旧港",)), "灯.火.旧.港 2021 4K", "网盘下载", (SHARE,)),
        (Work("w", "The Harbour of Lamps", "film", 2021), "the h4rb0ur of l4mps 2021 1080p", "free download", (SHARE,)),
        (Work("w", "The Harbour of Lamps", "film", 2021), "T H E  H A R B O U R  O F  L A M P S 2021", "free download", (SHARE,)),
        (Work("w", "The Harbour of Lamps", "film", 2021), "The Harbuor of Lamps 2021 1080p", "free download", (SHARE,)),
        (Work("w", "The Harbour of Lamps", "film", 2021), "a film", "what the file is called says it", (MAGNET,)),
        (Work("w", "The Brine Clock", "film", 2021), "Brine Clok 2021 1080p", "free download", (SHARE,)),
        (Work("w", "The Clockwork Parson", "film", 2021), "clockwrok parson 2021 1080p", "free download", (SHARE,)),
        (Work("w", "Harbour of Lamps II", "film", 2021), "Harbour of Lamps 2 (2021) WEB-DL", "free download", (SHARE,)),
        (Work("w", "灯火旧港之夜", "film", 2021), "deng huo jiu gang zhi ye 2021 1080p", "网盘下载", (SHARE,)),
        (Work("w", "灯火旧港之夜", "film", 2021), "灯火旧岗之夜 2021 1080p 防吞", "网盘下载", (SHARE,)),
        (Work("w", "Ode", "film", 2021, creators=("Mira Quill",)), "Ode (2021) Mira Quill 1080p", "free download", (SHARE,)),
        (
            Work("w", "Tide Ledger", "book", identifiers=("978-7-5000-0001-3",)),
            "a book",
            "ISBN 7-5000-0001-4 epub free download",
            (SHARE,),
        ),
    ],
)  # fmt: skip
def test_a_listing_is_found_as_often_as_the_matcher_would_match_it(
    place: Workspace,
    work: Work,
    title: str,
    text: str,
    targets: tuple[Target, ...],
    few_texts: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking_back, "FEW_TEXTS", few_texts)
    one = listing(1, title, text, *targets)
    (match,) = Matcher([work]).match(offer_of(one, SEEN))
    seen(place, one, listing(2, "Something else altogether", "free download", SHARE))
    done, found = watched(place, work)
    assert found == {("1", "w")} and done.listings == 2
    assert done.looked_up == (() if few_texts else ("w",))
    store = Store.open(place.database)
    (hit,) = hits.select(store, at_least=0.2)
    assert (hit["score"], len(hit["reasons"])) == (match.score, len(match.reasons))
    for reason in hit["reasons"]:
        if reason["span"] and reason["in"] in ("title", "body"):
            source = one.title if reason["in"] == "title" else one.passage.text
            assert 0 <= reason["span"][0] < reason["span"][1] <= len(source)
    store.close()


def test_a_longer_watched_title_wins(place: Workspace) -> None:
    seen(place, listing(1, "The Lamps of Ness 2021 1080p", "free download", SHARE))
    _, found = watched(place, Work("long", "The Lamps of Ness", "film", 2021), Work("short", "The Lamps", "film", 2021))
    assert ("1", "long") in found and ("1", "short") not in found


def test_a_listing_read_before_its_text_was_searchable_is_entered_first(place: Workspace) -> None:
    seen(place, listing(1, "《渡灯》2021 1080p", "网盘下载", SHARE))
    store = Store.open(place.database)
    with store.transaction() as connection:
        connection.execute("DELETE FROM listing_texts")
    store.close()
    assert watched(place, Work("w", "渡灯", "film", 2021))[1] == {("1", "w")}


def test_only_what_a_listing_says_now_counts(place: Workspace) -> None:
    seen(place, listing(1, "《渡灯》2021 1080p", "网盘下载", SHARE))
    seen(place, listing(1, "《别的片子》2021 1080p", "网盘下载", SHARE), at=SEEN.replace(day=2))
    assert watched(place, Work("w", "渡灯", "film", 2021))[1] == set()
    assert watched(place, Work("v", "别的片子", "film", 2021))[1] == {("1", "v")}


def test_what_is_recorded_after_it_by_a_run_that_does_not_know_the_work_is_searched_next(place: Workspace) -> None:
    seen(place, listing(1, "《渡灯》2021 1080p", "网盘下载", SHARE))
    watched(place, Work("w", "渡灯", "film", 2021))
    seen(place, listing(2, "《渡灯》2021 4K", "网盘下载", SHARE))
    store = Store.open(place.database)
    assert looking_back.look_back(store, place).listings == 1
    assert {hit["url"].rpartition("/")[2] for hit in hits.select(store, at_least=0.5)} == {"1", "2"}
    look_backs.settle(store)
    assert store.row("SELECT count(*) FROM looks_owed")[0] == 0  # type: ignore[index]
    assert looking_back.look_back(store, place).listings == 0
    store.close()


def test_many_works_at_once_are_matched_against_everything(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_back, "FEW", 1)
    seen(
        place,
        listing(1, "《渡灯》2021 1080p", "网盘下载", SHARE),
        listing(2, "Harbour of Lamps 2021 1080p", "free", SHARE),
    )
    many = [Work(f"o{number}", f"Unheard Orchard {number}", "book") for number in range(5)]
    _, found = watched(place, Work("w", "渡灯", "film", 2021), Work("h", "Harbour of Lamps", "film", 2021), *many)
    assert found == {("1", "w"), ("2", "h")}


def test_a_licence_is_held_against_the_day_on_which_it_was_seen(place: Workspace) -> None:
    one = listing(1, "Harbour of Lamps 2021 1080p", "free download", SHARE)
    seen(place, one)
    work = Work("w", "Harbour of Lamps", "film", 2021, licensed_domains=("forum.example (..2026-03-31)",))
    then, later = (Matcher([work]).match(offer_of(one, SEEN.replace(month=month))) for month in (3, 6))
    watched(place, work)
    store = Store.open(place.database)
    (hit,) = hits.select(store, at_least=0.2)
    assert hit["score"] == then[0].score < later[0].score
    store.close()


def test_a_decided_hit_stays_as_it_was_decided(place: Workspace) -> None:
    one = listing(1, "Harbour of Lamps 2021 1080p", "free download", SHARE)
    seen(place, one)
    work = Work("w", "Harbour of Lamps", "film", 1950)
    (match,) = Matcher([work], review=0.0).match(offer_of(one, SEEN))
    store = Store.open(place.database)
    works.save(store, [work])
    with store.transaction() as connection:
        (listing_id,) = connection.execute("SELECT listing_id FROM listings").fetchone()
        write_hit(connection, clock.new_id(), listing_id, one.url, match, SEEN)
        connection.execute("UPDATE hits SET status = 'infringing'")
    store.close()
    done, _ = watched(place, Work("w", "Harbour of Lamps", "film", 2021))
    store = Store.open(place.database)
    (hit,) = hits.select(store)
    assert (done.rescored, hit["score"], hit["look_back"]) == (0, match.score, None)
    with store.transaction() as connection:
        connection.execute("UPDATE hits SET status = 'new'")
    store.close()
    done, _ = watched(place, Work("w", "Harbour of Lamps", "film", 2021, creators=("Mira Quill",)))
    store = Store.open(place.database)
    (hit,) = hits.select(store)
    assert done.rescored == 1 and hit["score"] > match.score
    store.close()


def test_texts_are_entered_once(place: Workspace) -> None:
    one = listing(1, "《渡灯》2021 1080p", "网盘下载", SHARE)
    seen(place, one)
    store = Store.open(place.database)
    number = texts.last_number(store)
    store.close()
    seen(place, one, at=SEEN.replace(day=2))
    store = Store.open(place.database)
    assert (texts.last_number(store), texts.count(store)) == (number, 1)
    store.close()


def test_whatever_the_matcher_finds_in_a_text_is_found(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_back, "FEW", 10_000)
    cases = [json.loads(line) for path in sorted(GOLD.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    offered = [case for case in cases if case["expected"]]
    rows = {json.dumps(row | {"id": ""}, sort_keys=True): row for case in offered for row in case["watchlist"]}
    given = [read_row(1, row | {"id": f"w{number}"}, Faults()) for number, row in enumerate(rows.values())]
    held = [listing(at, "", case["text"], *addresses.find(Passage(case["text"]))) for at, case in enumerate(offered)]
    seen(place, *held)
    matcher = Matcher(given)
    matches = {(str(at), match.work_id) for at, one in enumerate(held) for match in matcher.match(offer_of(one, SEEN))}
    done, found = watched(place, *given)
    assert found == matches and len(matches) > 200 and not done.looked_up


@pytest.mark.parametrize("few_texts", [0, 100], ids=["looked up", "all matched"])
@pytest.mark.parametrize(
    "other", [Work("w", "Quorndle Vex", "film", 1950), Work("w", "Harbour of Lamps", "film", 2021, policy="off")]
)
def test_an_undecided_hit_of_a_work_that_no_longer_matches_says_so(
    place: Workspace, other: Work, few_texts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_back, "FEW_TEXTS", few_texts)
    right = Work("w", "Harbour of Lamps", "film", 2021)
    seen(place, listing(1, "Harbour of Lamps 2021 1080p", "free download", SHARE))
    watched(place, right)
    before = scores(place)
    done, found = watched(place, other)
    assert (done.hits, done.review, done.rescored, found) == (0, 0, 1, set())
    assert scores(place) == [(0.0, ["no-longer-matches"])]
    assert watched(place, other)[0].rescored == 0
    assert watched(place, right)[0].rescored == 1 and scores(place) == before


def test_a_decided_hit_and_one_whose_listing_was_changed_since_stay(place: Workspace) -> None:
    right, other = (Work("w", title, "film", 2021) for title in ("Harbour of Lamps", "Quorndle Vex"))
    seen(place, listing(1, "Harbour of Lamps 2021 1080p", "free download", SHARE))
    watched(place, right)
    before = scores(place)
    with_store(place, lambda store: store.connection.execute("UPDATE hits SET status = 'infringing'"))
    assert watched(place, other)[0].rescored == 0 and scores(place) == before
    with_store(place, lambda store: store.connection.execute("UPDATE hits SET status = 'new'"))
    seen(place, listing(1, "This link was removed", "sorry"), at=SEEN.replace(day=2))
    assert watched(place, right)[0].rescored == 0
    assert watched(place, other)[0].rescored == 0 and scores(place) == before


def test_an_excerpt_of_a_listing_says_nothing_against_its_hits(place: Workspace) -> None:
    right, other = (Work("w", title, "film", 2021) for title in ("Harbour of Lamps", "Quorndle Vex"))
    seen(place, listing(1, "Harbour of Lamps 2021 1080p", "free download", SHARE))
    watched(place, right)
    before = scores(place)
    seen(place, listing(1, "Harb...", "free ..."))
    watched(place, Work("another", "Vexbright Ploughwick", "film", 2020))
    assert scores(place) == before
    assert watched(place, other)[0].rescored == 0 and scores(place) == before


@pytest.mark.parametrize("few_texts", [0, 100], ids=["looked up", "all matched"])
def test_a_longer_title_takes_the_hit_of_the_shorter_one_and_gives_it_back(
    place: Workspace, few_texts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_back, "FEW_TEXTS", few_texts)
    seen(place, listing(1, "The Lamps of Ness 2021 1080p", "free download", SHARE))
    watched(place, Work("w", "The Lamps", "film", 2021))
    before = scores(place)
    _, found = watched(place, Work("long", "The Lamps of Ness", "film", 2021))
    assert found == {("1", "long")}
    assert scores(place)[0][0] < 0.2 < before[0][0]
    watched(place, Work("long", "Quorndle Vex", "film", 2021))
    assert scores(place) == before


def test_a_bundle_is_a_hit_of_each_part_in_whatever_order_they_come(place: Workspace) -> None:
    first, second = Work("w", "Haze Harbour", "film", 2011), Work("ii", "Haze Harbour II", "film", 2020)
    seen(place, listing(1, "Haze Harbour Collection (2011-2020) 1080p", "both films, free download", SHARE))
    watched(place, second)
    assert watched(place, first)[1] == {("1", "w"), ("1", "ii")}
    alone = Matcher([first]).match(offer_of(listing(1, "Haze Harbour Collection (2011-2020)", "both films", SHARE)))
    both = Matcher([first, second]).match(
        offer_of(listing(1, "Haze Harbour Collection (2011-2020)", "both films", SHARE))
    )
    assert alone[0].score in {match.score for match in both}
