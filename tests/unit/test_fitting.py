"""Scales of rules: weighed in one place, counted into the version, fitted inside their limits."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.desk.learning import known
from crawler.desk.matching import judged_lines
from crawler.errors import ConfigurationError, UsageError
from crawler.matching import RULES_VERSION, Matcher, Offer
from crawler.matching.evidence import Evidence
from crawler.matching.figures import figures, wilson
from crawler.matching.fitting import Judged, Table, chosen, fit, folds, held_out
from crawler.matching.scales import LEAST, MOST, Scales, as_toml, load, shipped
from crawler.model import Target, Work
from crawler.wording.reasons import say_reason

KELP = Work("kelp", "The Kelp Cartographers", "film", 2021)
SHARE = Target("cloud_drive", "https://pan.example/s/KELP1", "share:pan/KELP1", "https://pan.example/s/KELP1")
POST = Offer("The Kelp Cartographers (2021) 1080p", "download below", (SHARE,))
RULES = st.sampled_from(["target", "price", "news", "title-title"])
EVIDENCE = st.lists(st.builds(lambda name, weight: Evidence(name, weight), RULES, st.floats(-6, 6)), max_size=8)
FACTORS = st.dictionaries(RULES, st.floats(LEAST, MOST))


def logit(score: float) -> float:
    return math.log(score / (1 - score))


@pytest.mark.parametrize("factors", [{}, {"target": 1.7, "year-agrees": 0.4, "release-name": 0.33}])
def test_shown_weights_add_up_to_the_score(factors: dict[str, float]) -> None:
    scales = replace(shipped(), factors=factors)
    (match,) = Matcher([KELP], scales=scales).match(POST)
    total = scales.bias + sum(reason.weight for reason in match.reasons)
    assert match.score == round(1 / (1 + math.exp(-total)), 4)
    assert all(reason.weight == round(reason.weight, 2) for reason in match.reasons)
    hand = {one.rule: one.weight for one in Matcher([KELP]).candidates(POST)[0][1]}
    for reason in match.reasons:
        assert reason.weight == round(hand[reason.rule] * factors.get(reason.rule, 1.0), 2)


def test_a_suspended_rule_is_named_and_counts_nothing() -> None:
    scales = shipped()
    suspended = scales.without({"target"})
    (full,), (less,) = (Matcher([KELP], scales=one).match(POST) for one in (scales, suspended))
    assert {reason.rule for reason in full.reasons} == {reason.rule for reason in less.reasons}
    (kept,) = (reason for reason in full.reasons if reason.rule == "target")
    (silenced,) = (reason for reason in less.reasons if reason.rule == "target")
    assert silenced.weight == 0 < kept.weight
    assert less.score < full.score
    assert silenced.text == f"Suspended, counts nothing: {kept.text}"
    said = {"rule": silenced.rule, "text": silenced.text, "facts": dict(silenced.facts)}
    assert say_reason(said, "zh").startswith("规则已停用")
    assert say_reason(said, "en").startswith("Suspended")


def test_what_a_suspended_rule_bore_out_is_wanting() -> None:
    """A link that nobody trusts is no offer, and a year that nobody trusts makes no common word a title."""
    bare = Offer("The Kelp Cartographers", "", (SHARE,))
    home = Work("home", "Home", "film", 2021)
    common = Offer("Home 2021 1080p", "download below", (SHARE,))
    for work, offer, rule, wanting in (
        (KELP, bare, "target", "no-offer"),
        (home, common, "year-agrees", "common-title"),
    ):
        (full,), (less,) = (
            Matcher([work], scales=one, review=0.0).match(offer) for one in (shipped(), shipped().without({rule}))
        )
        assert wanting not in {reason.rule for reason in full.reasons}
        assert wanting in {reason.rule for reason in less.reasons}
        assert [reason.weight for reason in less.reasons if reason.rule == rule] == [0.0]
        assert less.score < full.score


@given(st.sets(st.sampled_from(sorted(known())), max_size=4))
@settings(max_examples=30, deadline=None)
def test_each_suspended_rule_is_named_at_most_once_and_weighs_nothing(rules: set[str]) -> None:
    text = "《潮汐邮局》2019 全集 网盘 提取码 a1b2，影评写得好。求资源的别问，已失效"
    work = Work("post", "潮汐邮局", "series", 2019, creators=("林晚",))
    for match in Matcher([work], scales=shipped().without(rules), review=0.0).match(Offer(text, text, (SHARE,))):
        told = [reason for reason in match.reasons if reason.rule in rules]
        assert len({reason.rule for reason in told}) == len(told)
        assert not any(reason.weight for reason in told)


@given(EVIDENCE, FACTORS)
@settings(max_examples=100, deadline=None)
def test_no_scale_turns_a_rule_against_its_meaning(evidence: list[Evidence], factors: dict[str, float]) -> None:
    scales = Scales(-3.4, factors)
    weighed = scales.weigh(evidence)
    assert 0 <= scales.score(weighed) <= 1
    for before, after in zip(evidence, weighed, strict=True):
        assert before.weight * after.weight >= 0
        assert math.copysign(1, after.weight) > 0 or after.weight < 0, "no -0.0 is shown"


def test_the_version_tells_scales_apart() -> None:
    made = [
        Scales(-3.4), Scales(-3.3), Scales(-3.4, {"target": 1.2}), Scales(-3.4, {"price": 1.2}),
        Scales(-3.4, {}, frozenset({"target"})),
    ]  # fmt: skip
    assert len({scales.version for scales in made}) == len(made)
    assert all(scales.version.startswith(f"{RULES_VERSION}+") for scales in made)
    one, other = Scales(-3.4, {"price": 2.0, "target": 1.2}), Scales(-3.4, {"target": 1.2, "price": 2.0})
    assert one.version == other.version
    assert replace(one, fitted={"date": "2026-03-01"}).version == one.version
    assert Matcher([KELP], scales=made[2]).match(POST)[0].rules_version == made[2].version


def test_a_file_of_scales_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "scales.toml"
    scales = Scales(-2.9, {"target": 1.25, "title-title": 0.5}, fitted={"texts": 3, "sources": ['a "b"', "片单"]})
    path.write_text(as_toml(scales, ("What this is.",)), encoding="utf-8")
    assert load(path) == scales
    assert load(path).version == scales.version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bias =", "not TOML"),
        ("[scales]", "None is no number"),
        ("bias = 1.0", "no number from -8 to 0"),
        ("bias = -3\n[scales]\ntarget = 0", "target"),
        ("bias = -3\n[scales]\ntarget = -1.0", "target"),
        ("bias = -3\n[scales]\ntarget = true", "target"),
        ("bias = -3\n[scales]\ntarget = nan", "target"),
        ("bias = -3\nscale = 2", "not scales"),
    ],
)
def test_a_file_that_holds_no_scales_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "scales.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"scales\.toml") as refused:
        load(path)
    assert said in str(refused.value)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_the_shipped_scales_are_of_rules_that_exist() -> None:
    assert set(shipped().factors) <= set(known()), (
        "fit again: python bench/fit.py FILES --out crawler/matching/scales.toml"
    )
    assert shipped().fitted["method"]


def text(number: int, right: bool, **weights: float) -> Judged:
    return Judged(f"source-{number % 2}", (("kelp", weights),), "kelp" if right else None)


def corpus() -> list[Judged]:
    """`target` says much and is weighed too little, `price` says nothing, `news` speaks against and is right."""
    found = []
    for number in range(120):
        right = number % 3 != 0
        weights = {"title-title": 2.2}
        if right or number % 12 == 0:
            weights["target"] = 0.8
        if number % 5 < 2:
            weights["price"] = 2.0
        if not right and number % 2:
            weights["news"] = -1.0
        found.append(text(number, right, **weights))
    return found


def test_a_fit_finds_what_tells_right_from_wrong() -> None:
    texts, hand = corpus(), Scales(-3.4)
    fitted = fit(texts, hand, 1.0)
    assert fitted.of("target") > 1.5
    assert fitted.of("price") < 0.5
    assert fitted.of("news") > 1
    before, after = (figures(texts, *Table(texts).answers(scales)) for scales in (hand, fitted))
    assert after.f1 > before.f1
    assert after.brier < before.brier
    held = figures(texts, *held_out(texts, folds(texts), hand, 1.0))
    assert held.brier < before.brier


def test_the_pull_holds_scales_where_they_were() -> None:
    texts, hand = corpus(), Scales(-3.4, {"price": 1.5})
    tight = fit(texts, hand, 1e6)
    assert tight.of("price") == 1.5
    assert tight.of("target") == 1.0
    assert abs(tight.bias - hand.bias) < 0.01
    unseen = fit(texts, Scales(-3.4, {"subtitles": 1.4}), 1.0)
    assert unseen.of("subtitles") == 1.4


def test_wrong_works_can_count_more() -> None:
    texts, hand = corpus(), Scales(-3.4)
    lenient, strict = (figures(texts, *Table(texts).answers(fit(texts, hand, 1.0, n))) for n in (0.2, 4.0))
    assert strict.precision >= lenient.precision
    assert strict.recall <= lenient.recall
    assert strict != lenient


@given(st.lists(st.tuples(st.booleans(), st.dictionaries(RULES, st.floats(-6, 6))), max_size=12), st.floats(0.1, 50))
@settings(max_examples=60, deadline=None)
def test_no_fit_leaves_the_limits(cases: list[tuple[bool, dict[str, float]]], strength: float) -> None:
    texts = [text(number, right, **weights) for number, (right, weights) in enumerate(cases)]
    fitted = fit(texts, Scales(-3.4), strength)
    assert all(LEAST <= factor <= MOST for factor in fitted.factors.values())
    assert -8 <= fitted.bias <= 0


def test_the_place_that_scores_best_speaks_for_its_work() -> None:
    hand = Scales(-3.4)
    two = Judged("a", (("kelp", {"news": -4.0}), ("kelp", {"target": 5.0}), ("fog", {"target": 1.0})), "kelp")
    none, lost = Judged("a", (), None), Judged("a", (), "kelp")
    scores, right = Table([two, none, lost]).answers(hand)
    assert np.allclose(scores, [1 / (1 + math.exp(-1.6)), 0, 0])
    assert list(right) == [1, 0, 1]
    at = figures([two, none, lost], scores, right)
    assert (at.precision, at.recall) == (1.0, 0.5)


def test_choosing_needs_answers_of_both_kinds() -> None:
    done = chosen(corpus(), Scales(-3.4))
    assert done.strength < 32
    assert done.parted == "folds"
    by_source = chosen([replace(one, source=f"s{n % 4}") for n, one in enumerate(corpus())], Scales(-3.4))
    assert by_source.parted == "sources"
    assert not np.array_equal(by_source.held_out[0], done.held_out[0])
    assert done.scales.of("target") > 1.2
    assert len(done.held_out[0]) == 120
    with pytest.raises(UsageError, match="too few"):
        chosen([one for one in corpus() if one.expected], Scales(-3.4))


def test_judged_lines_are_cases_with_what_people_expected() -> None:
    watched = [{"id": 7, "title": KELP.title, "year": 2021, "kind": "film"}]
    lines = [
        json.dumps({"id": n, "text": words, "watchlist": watched, "expected": wanted}).encode()
        for n, (words, wanted) in enumerate(
            [("The Kelp Cartographers 2021 1080p https://pan.example/s/K", 7), ("Nothing of the kind", None)]
        )
    ]
    offered, nothing = judged_lines(lines, "mine")
    assert (offered.source, offered.expected, nothing.expected, nothing.places) == ("mine", "7", None, ())
    ((work, weights),) = offered.places
    assert work == "7"
    assert weights["year-agrees"] > 0
    with pytest.raises(UsageError, match="mine, line 1"):
        list(judged_lines([b'{"id": 1, "text": "", "watchlist": []}'], "mine"))


def test_wilsons_interval() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(20, 20)[1] == pytest.approx(1.0)
    assert wilson(0, 20)[0] == 0.0
