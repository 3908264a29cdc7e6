"""A site's state, judged from what a visit observed and what earlier ones did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import clock
from crawler.desk.health import SiteHealth, reason
from crawler.engine.outlook import of_list
from crawler.health.history import past_of
from crawler.health.judgement import OK, STATES, Past, Verdict, judge
from crawler.health.likeness import likeness, sketch
from crawler.health.observed import OBSTACLES, Fields, Observed, restored
from crawler.health.tally import FEW, MANY, Before, Tally
from crawler.model import Listing, Passage
from crawler.reading import Page, PageRead, PageState, Reading
from crawler.store.pages import Known

GOOD = Observed(
    requests=30, answers={"ok": 28, "missing": 1}, entry="ok", lists=6, lists_with_rows=6, rows=60, reread=6,
    rows_before=60, rows_kept=50, rows_now=60, topics=20, topics_with_listings=20, canaries=4, canaries_held=4,
    on_topics=Fields(40, 40, 38, 40, 20), had_rows=True, shape=sketch(f"div.{name}" for name in "abcdefgh"),
)  # fmt: skip
PAST = Past([GOOD, GOOD, GOOD], Verdict(OK))
QUIET = replace(GOOD, topics=0, topics_with_listings=0, canaries=0, canaries_held=0, on_topics=Fields())


def keys(verdict: Verdict) -> list[str]:
    return [str(one["key"]) for one in verdict.reasons]


def test_a_site_as_it_was_is_ok() -> None:
    assert judge(GOOD, PAST) == Verdict(OK)
    assert judge(QUIET, PAST).state == OK
    assert judge(replace(GOOD, had_rows=False), Past()).state == OK


def test_a_visit_without_rows_is_never_ok() -> None:
    bare = Observed(requests=3, answers={"ok": 3}, entry="ok", lists=3)
    assert judge(bare, Past()).state == "empty"
    assert judge(replace(bare, had_rows=True), PAST).state == "layout-changed"
    assert judge(replace(bare, had_rows=True), Past()).state == "layout-changed"
    assert judge(Observed(answers={"ours": 2}, entry="ours"), Past()).state == "empty"


def test_rows_that_lead_to_no_listing_are_no_success() -> None:
    bare = Observed(requests=49, answers={"ok": 49}, entry="ok", lists=3, lists_with_rows=3, rows=48, topics=46)
    assert (judge(bare, Past()).state, keys(judge(bare, Past()))) == ("empty", ["rows-alone"])
    assert judge(replace(bare, on_topics=Fields(1, 1)), Past()).state == OK
    assert judge(replace(bare, on_lists=Fields(20, 20)), Past()).state == OK
    assert judge(replace(bare, answers={"ok": 7}, topics=4), Past()).state == OK
    assert judge(QUIET, PAST).state == OK


@pytest.mark.parametrize("kind", OBSTACLES)
def test_what_stands_in_the_sites_place_is_its_state(kind: str) -> None:
    verdict = judge(Observed(answers={kind: 4}, entry=kind, words={kind: "said so"}, had_rows=True), PAST)
    assert verdict.state == kind and verdict.needs_person
    assert verdict.reasons[0] == {"key": kind, "said": "said so"}
    assert judge(Observed(answers={kind: 1}, entry=kind), Past()).state == kind


def test_some_pages_behind_a_wall_are_usual_where_they_always_were() -> None:
    walled = replace(GOOD, answers={"ok": 16, "login-wall": 14})
    assert judge(walled, PAST).state == "login-wall"
    assert judge(walled, Past([walled, walled], Verdict(OK))).state == OK
    assert judge(replace(GOOD, answers={"ok": 28, "blocked": 2}), PAST).state == OK


def test_what_is_unchanged_stays_as_it_was_for_better_or_worse() -> None:
    silent = Observed(answers={"unchanged": 2}, entry="unchanged", rows_unchanged=20, had_rows=True)
    assert judge(silent, PAST).state == OK
    assert judge(silent, Past([GOOD], Verdict("challenge"))).state == OK
    # What could not be read then was not read now either.
    for key in ("field-dates", "topics-mute", "collapse"):
        assert judge(silent, Past([GOOD], Verdict("layout-changed", ({"key": key},)))).state == "layout-changed"
        assert judge(GOOD, Past([GOOD], Verdict("layout-changed", ({"key": key},)))).state == OK
    assert judge(Observed(answers={"unchanged": 1}, entry="unchanged"), Past([], Verdict("empty"))).state == "empty"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"dry": 3, "rows_now": 30, "rows_kept": 30}, "dry"),
        ({"rows_now": 9, "rows_kept": 5}, "collapse"),
        ({"rows_kept": 0}, "strangers"),
        ({"topics_with_listings": 4}, "topics-mute"),
        ({"topics": 1, "topics_with_listings": 0}, "topics-mute"),
        ({"canaries_held": 1, "canaries_mute": 3}, "canaries-mute"),
        ({"canaries": 6, "canaries_held": 1, "canaries_gone": 5}, "canaries-gone"),
        ({"answers": {"ok": 5, "ours": 7}}, "ours"),
        ({"fell_back": 20}, "fell-back"),
        ({"shape": sketch(["td.a", "td.b"]), "canaries_other": 1}, "canaries-other"),
        ({"on_topics": Fields(20, 20, 0, 20, 10)}, "field-posters"),
        ({"on_topics": Fields(20, 20, 20, 4, 10)}, "field-dates"),
        ({"on_topics": Fields(3, 0, 3, 3, 1)}, "field-titled"),
        ({"on_topics": Fields(30, 30, 30, 30, 0)}, "field-offers"),
        ({"on_topics": Fields(1, 1, 0, 0, 1)}, "field-dates"),
    ],
)
def test_what_is_lacking_says_that_the_layout_changed(change: dict[str, object], key: str) -> None:
    past = Past([replace(one, on_topics=Fields(40, 40, 38, 40, 40)) for one in PAST.good], Verdict(OK))
    verdict = judge(replace(GOOD, **change), past)  # type: ignore[arg-type]
    assert verdict.state == "layout-changed" and key in keys(verdict)


@pytest.mark.parametrize(
    "change",
    [
        {"dry": 1},
        {"canaries_other": 1},
        {"shape": sketch(["td.a", "td.b"]), "canaries_other": 1, "canaries_same": 1},
        {"on_topics": Fields(1, 1, 0, 1, 0)},
        {"on_topics": Fields(4, 4, 4, 4, 0)},
        {"canaries": 1, "canaries_held": 0, "canaries_mute": 1},
        {"topics": 0, "topics_with_listings": 0, "on_topics": Fields()},
    ],
)
def test_one_odd_page_is_no_layout(change: dict[str, object]) -> None:
    assert judge(replace(GOOD, **change), PAST).state == OK  # type: ignore[arg-type]


def test_a_visit_that_read_nothing_says_nothing() -> None:
    assert judge(Observed(), PAST).state is None
    assert not judge(Observed(), PAST).needs_person


def test_a_site_that_ends_the_visit_itself_is_not_ok() -> None:
    assert judge(replace(GOOD, stopped="blocked"), PAST).state == "blocked"


def test_an_accepted_visit_is_the_new_usual() -> None:
    def visit(state: str, observed: Observed, accepted: str | None = None) -> dict[str, object]:
        return {"state": state, "reasons": [], "observed": observed.as_dict(), "accepted_by": accepted}

    smaller = replace(GOOD, on_topics=Fields(20, 20, 0, 20, 10))
    assert judge(smaller, past_of([visit("ok", GOOD)])).state == "layout-changed"
    assert judge(smaller, past_of([visit("layout-changed", smaller, "li")])).state == OK


COUNTS = st.integers(0, 30)
KINDS = st.dictionaries(
    st.sampled_from(["ok", "unchanged", "missing", "redirect", "refused", "ours", *OBSTACLES]), COUNTS
)


@given(KINDS, st.sampled_from([None, "ok", "unchanged", *OBSTACLES]), st.booleans(), st.booleans())
def test_no_visit_without_a_row_is_ok(answers: dict[str, int], entry: str | None, had: bool, known: bool) -> None:
    now = Observed(answers={kind: count for kind, count in answers.items() if count}, entry=entry, had_rows=had)
    verdict = judge(now, PAST if known else Past())
    assert verdict.state in (*STATES, None)
    assert verdict.state != OK or (now.answers.get("unchanged") and had)


def test_facts_survive_being_stored() -> None:
    assert restored(GOOD.as_dict()) == GOOD
    assert restored({**GOOD.as_dict(), "of a later version": 1}) == GOOD


def test_templates_are_alike_by_their_names() -> None:
    names = [f"div.box-{number}" for number in range(60)]
    assert likeness(sketch(names), sketch(reversed(names))) == 1.0
    assert likeness(sketch(names), sketch([*names[:50], "x"])) > 0.6
    assert likeness(sketch(names), sketch(f"td.cell-{number}" for number in range(60))) == 0.0
    assert likeness(None, sketch(names)) == 0.0


def test_a_site_that_lets_nobody_in_is_not_asked_on_and_on() -> None:
    page = Page(1, "s", "http://s.example/t/1", role="topic")
    fine, wall = Reading("ok", role="topic"), Reading("challenge")
    at_once, later = Tally(), Tally()
    for number in range(MANY):
        assert (at_once.shut is None) == (number < FEW)
        at_once.page(PageRead(page, "x", wall, 403), Before(), ())
    later.page(PageRead(page, "x", fine, 200), Before(), ())
    for _ in range(MANY):
        assert later.shut is None
        later.page(PageRead(page, "x", wall, 403), Before(), ())
    assert later.shut == "challenge"
    walled = Tally()
    for _ in range(MANY):
        walled.page(PageRead(page, "x", Reading("login_wall"), 200), Before(), ())
    assert walled.shut is None


def test_pages_are_counted_as_they_ended() -> None:
    tally = Tally()
    front = Page(1, "s", "http://s.example/", role="entry")
    listing = Listing("http://s.example/t/1", "http://s.example/t/1", "One", Passage("text"), posted_by="ann")
    tally.page(PageRead(front, "x", Reading("ok", role="list", software="phpbb"), 200), Before({2, 3}, 0), [3, 4, 5])
    topic = Page(2, "s", listing.url, role="topic")
    tally.page(PageRead(topic, "y", Reading("ok", role="topic", listings=(listing,)), 200), Before(offers=1), [])
    tally.page(PageRead(topic, "z", Reading("not_modified", role="topic"), 304), Before(offers=1), [])
    tally.page(PageRead(topic, "z", Reading("missing", role="topic"), 404), Before(offers=1), [])
    tally.page(PageRead(topic, "z", Reading("failed"), 403, error="site: status 403"), Before(), [])
    found = tally.observed(6, None, True)
    assert found.answers == {"ok": 2, "unchanged": 1, "missing": 1, "blocked": 1}
    assert (found.reread, found.rows_before, found.rows_now, found.rows_kept, found.dry) == (1, 2, 3, 1, 0)
    assert (found.canaries, found.canaries_held, found.canaries_gone) == (3, 2, 1)
    assert (found.software, found.on_topics) == ("phpbb", Fields(1, 1, 1, 0, 0))


def test_a_list_that_was_there_and_is_lost_needs_a_person_until_it_is_found() -> None:
    lost = judge(replace(GOOD, lists_lost=1), PAST)
    assert (lost.state, keys(lost), lost.needs_person) == ("layout-changed", ["lists-lost"], True)
    after = Past(PAST.good, lost)
    assert judge(GOOD, after) == lost
    assert judge(replace(GOOD, lists_found=1), after).state == OK


def test_lists_that_come_back_one_by_one_are_counted_off() -> None:
    two = judge(replace(GOOD, lists_lost=2), PAST)
    one = judge(replace(GOOD, lists_found=1), Past(PAST.good, two))
    assert (one.state, one.reasons[0]["count"]) == ("layout-changed", 1)
    assert judge(replace(GOOD, lists_found=1), Past(PAST.good, one)).state == OK


def test_a_list_whose_loss_a_person_accepted_is_not_missed_again_and_another_is() -> None:
    accepted = Past((replace(GOOD, lists_lost=1), *PAST.good), Verdict(OK))
    assert judge(replace(GOOD, lists_lost=1), accepted).state == OK
    assert judge(replace(GOOD, lists_lost=2), accepted).reasons[0]["count"] == 1
    assert judge(replace(GOOD, lists_lost=1, lists_found=1), accepted).reasons[0]["count"] == 1


def test_a_site_that_suddenly_needs_javascript_needs_a_person() -> None:
    anew = judge(replace(GOOD, answers={"ok": 27, "not-rendered": 1}, scripted_anew=1), PAST)
    assert (anew.state, keys(anew)) == ("layout-changed", ["scripted-anew"])
    bare = Observed(answers={"not-rendered": 1}, entry="not-rendered", scripted_anew=1, had_rows=True)
    assert keys(judge(bare, PAST)) == ["scripted-anew", "not-rendered"]


@pytest.mark.parametrize("state", ["missing", "login_wall", "failed", "refused", "blocked"])
def test_a_list_that_had_rows_is_counted_lost(state: PageState) -> None:
    page = Page(1, "quay", "http://quay.example/b/2", "list", 0)
    tally = Tally()
    tally.page(PageRead(page, None, Reading(state), status=200), Before(frozenset({4, 5})), ())
    tally.page(PageRead(page, None, Reading(state), status=200), Before(), ())
    tally.page(PageRead(replace(page, number=3), None, Reading("missing"), status=404), Before(frozenset({6})), ())
    assert tally.observed(2, None, True).lists_lost == 1


def test_a_lost_list_is_asked_for_in_every_visit_and_its_further_pages_once_more() -> None:
    page = Page(1, "quay", "http://quay.example/b/2", "list", 0)
    further = replace(page, number=2)
    at, recheck = datetime(2026, 3, 1, tzinfo=UTC), timedelta(days=14)
    known = Known(page, "done", None, "2026-02-28T00:00:00Z", "ok", 1, "2026-02-28T00:00:00Z")
    for state in ("missing", "login_wall"):
        read = PageRead(page, None, Reading(state), status=404)
        assert of_list(read, at, known, recheck, None, False).next_due == at
        again = replace(known, reading=state)
        assert of_list(read, at, again, recheck, None, False).next_due == at
        assert of_list(replace(read, page=further), at, known, recheck, None, False).next_due == at
        assert of_list(replace(read, page=further), at, again, recheck, None, False).next_due == at + recheck
        assert of_list(read, at, None, recheck, None, False).next_due == at + recheck


def test_a_verdict_grows_old() -> None:
    def judged(days: float, state: str = "ok") -> SiteHealth:
        return SiteHealth("quay", "http://quay.example/", None, state, clock.stamp(clock.now() - timedelta(days=days)))

    assert not judged(2.5).needs_person
    old = judged(4)
    assert old.needs_person and "no visit" in old.why("en")[0] and old.do("en") and old.do("zh")
    assert old.as_dict()["reasons"][0]["key"] == "not-judged-since"
    assert judged(4, "challenge").do("en") == judged(0, "challenge").do("en")
    assert not SiteHealth("quay", "http://quay.example/", None, None).needs_person


def test_a_reason_without_words_says_so() -> None:
    assert reason({"key": "down", "said": ""}, "en") == "it does not answer as a site does (nothing further was said)"
