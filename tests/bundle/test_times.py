"""The bracket of times of an exhibit: the same arithmetic for writer, verifier and report."""

import json
from typing import Any

import pytest

from crawler.bundle import layout
from crawler.bundle.beginnings import sentences
from crawler.bundle.bracket import Stamped, Times, time_bracket
from crawler.bundle.check import check
from tests.bundle.conftest import Fresh, Made

RUN, SEGMENT = "01JRUN", "a.warc.gz"


def token(authority: str, time: str) -> dict[str, str]:
    return {"authority": authority, "gen_time": time, "reply_sha256": authority * 2}


def begun(*authorities: str, size: int = 5, **stamps: str) -> Stamped:
    listed = {name: token(name, time) for name, time in stamps.items()}
    return Stamped(f"data/log/begin/TW-{RUN}.begin.json", size, authorities, listed)


def sealed(*authorities: str, size: int = 50, file: str = "data/warc/a.seal.json", **stamps: str) -> Stamped:
    return Stamped(file, size, authorities, {name: token(name, time) for name, time in stamps.items()})


def lacks(bracket: dict[str, Any]) -> set[tuple[str, str | None, str]]:
    return {(one["side"], one["authority"], one["why"]) for one in bracket["missing"]}


def test_the_newest_before_and_the_earliest_after() -> None:
    times = Times(
        {RUN: begun("a", "b")},
        {SEGMENT: sealed("a", "b", a="2026-03-01T09:00:00.5Z", b="2026-03-01T09:00:00Z")},
    )
    tokens = [token("a", "2026-03-01T08:00:00Z"), token("b", "2026-03-01T08:00:00.25Z")]
    bracket = time_bracket(times, RUN, SEGMENT, tokens, 40)
    assert (bracket["not_before"]["authority"], bracket["not_after"]["authority"]) == ("b", "b")
    assert bracket["not_after"]["over"] == "data/warc/a.seal.json"
    assert bracket["missing"] == []


def test_a_later_seal_or_beginning_covers_what_the_own_seal_does_not() -> None:
    later = Stamped("data/log/begin/TW-01JNEXT.begin.json", 60, ("a",), {"a": token("a", "2026-03-02T08:00:00Z")})
    times = Times({RUN: begun("a"), "01JNEXT": later}, {SEGMENT: sealed("a")})
    bracket = time_bracket(times, RUN, SEGMENT, [token("a", "2026-03-01T08:00:00Z")], 40)
    assert bracket["not_after"]["over"] == later.file
    assert lacks(bracket) == {("not_after", "a", "pending")}
    # A head that is no larger than the exhibit's number does not hold its entry.
    assert time_bracket(times, RUN, SEGMENT, [], 60)["not_after"] is None


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (Times({}, {}), {("not_before", None, "no beginning"), ("not_after", None, "unsealed")}),
        (
            Times({RUN: begun()}, {SEGMENT: sealed()}),
            {("not_before", None, "UNSTAMPED"), ("not_after", None, "UNSTAMPED")},
        ),
        (
            Times({RUN: begun("a", "b")}, {SEGMENT: sealed("a", "b", a="2026-03-01T09:00:00Z")}),
            {("not_before", "a", "missing"), ("not_before", "b", "missing"), ("not_after", "b", "pending")},
        ),
    ],
)
def test_what_is_missing_is_said(times: Times, expected: set[tuple[str, str | None, str]]) -> None:
    bracket = time_bracket(times, RUN, SEGMENT, [], 40)
    assert lacks(bracket) == expected
    for language in ("en", "zh"):
        told = sentences(bracket, language)
        assert len(told) >= 3 and all(told)


def test_a_bundle_carries_the_beginning_and_each_exhibits_bracket(made: Made) -> None:
    folder = made.built.bundle / layout.BEGIN_FOLDER
    (beginning,) = [path for path in folder.iterdir() if path.name.endswith(".begin.json")]
    for path in made.built.bundle.glob("data/captures/*/capture.json"):
        capture = json.loads(path.read_bytes())
        bracket = capture["time_bracket"]
        assert bracket["not_before"]["over"] == f"{layout.BEGIN_FOLDER}{beginning.name}"
        assert bracket["not_after"]["over"].endswith(".seal.json") and bracket["missing"] == []
        page = next(one for one in capture["exchanges"] if one["role"] == "page")
        assert [one["authority"] for one in page["not_before"]] == ["practice"]
    found = [finding for finding in check(made.built.bundle, made.key, made.roots) if finding.check == "not before"]
    assert [finding.state for finding in found] == ["pass"]


def test_a_late_stamp_of_a_stranger_is_refused(made: Made, copy: Fresh) -> None:
    bundle = copy()
    for part in ("tsq", "tsr", "chain.pem", "json"):
        (bundle / f"timestamps/stranger.{part}").write_bytes((bundle / f"timestamps/practice.{part}").read_bytes())
    failed = {finding.object for finding in check(bundle, made.key, made.roots) if finding.state == "fail"}
    assert "timestamps/stranger.tsr" in failed
