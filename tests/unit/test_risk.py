"""How risky a title is, why, and that what a hit is said to need is what it needs."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import targets
from crawler.cli.picture import picture, width
from crawler.matching import Matcher, Offer
from crawler.matching.demands import FORMS, demands
from crawler.matching.evidence import Evidence
from crawler.matching.policy import governed
from crawler.matching.risk import GRADES, risks
from crawler.matching.spellings import nearest, spellings
from crawler.model import POLICIES, WORK_KINDS, Passage, Work
from crawler.text import spelled
from crawler.wording import topic
from crawler.wording.risks import say_grade, say_needs, say_peril
from tests.steps import steps

LINK = "magnet:?xt=urn:btih:" + "a0b1c2d3e4" * 4
FULL = {"year": 2016, "creators": ("Dana Pell",)}


def perils(work: Work, *others: Work) -> set[str]:
    return {peril.name for peril in risks([work], [work, *others])[0].perils}


def grade(work: Work, *others: Work) -> str:
    return risks([work], [work, *others])[0].grade


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("It", "everyday-word"),
        ("Frozen", "everyday-word"),
        ("The Mirror", "everyday-word"),
        ("Torrent", "word-of-listings"),
        ("See You Tomorrow", "everyday-phrase"),
        ("我爱你", "everyday-phrase"),
        ("渡屿", "two-characters"),
        ("盐汐灯", "three-characters"),
        ("Orrerydale", "single-word"),
        ("Qev", "short-word"),
        ("短篇集", "usual-part"),
        ("…", "no-letters"),
    ],
)
def test_each_danger_has_its_name(title: str, named: str) -> None:
    found = perils(Work("w", title))
    assert named in found
    assert grade(Work("w", title)) in ("medium", "high")
    assert {"year-missing", "creators-missing"} <= found or named == "no-letters"


def test_a_title_of_its_own_is_no_risk() -> None:
    for title in ("The Lantern at Quayle Harbour", "渡屿盐汐无灯", "Лампа над гаванью Квейл"):
        assert risks([Work("w", title)])[0].grade == "low"
        assert not risks([Work("w", title)])[0].perils


def test_what_is_on_file_lowers_the_risk() -> None:
    order = {name: rank for rank, name in enumerate(GRADES)}
    for title in ("Frozen", "渡屿", "Orrerydale", "盐汐灯"):
        bare, full = Work("w", title, "film"), Work("w", title, "film", **FULL)
        assert order[grade(full)] < order[grade(bare)], title


def test_the_rest_of_the_watchlist_counts() -> None:
    work = Work("a", "Tern Quayle Harbour", "film", **FULL)
    assert perils(work) == set()
    assert "same-title" in perils(work, Work("b", "TERN  quayle harbour", "book"))
    assert "same-title-other-year" in perils(work, Work("b", "Tern Quayle Harbour", "film", 1984))
    assert "inside-other" in perils(work, Work("b", "Return to Tern Quayle Harbour"))
    assert perils(work, Work("b", "Stern Quayle Harbour"), Work("c", "Tern Quayle")) == set()
    assert "inside-other" in perils(Work("a", "渡屿", **FULL), Work("b", "盐汐渡屿无灯"))


def test_the_riskiest_name_counts() -> None:
    (risk,) = risks([Work("w", "The Lantern at Quayle Harbour", aliases=("Home",))])
    assert (risk.grade, risk.name) == ("high", "Home")


@pytest.mark.parametrize(
    "title", ["Vell", "Orrerydale", "Tern Quayle", "The Lantern at Quayle Harbour", "渡屿", "盐汐灯"]
)
@pytest.mark.parametrize("kind", ["film", "series", "book"])
def test_what_a_hit_is_said_to_need_it_needs(title: str, kind: str) -> None:
    work = Work("w", title, kind, **FULL)
    needed = demands(work, spelled(title))
    said = {"year": " (2016)", "person": " - Dana Pell", "form": f" [{FORMS[kind]}]"}

    def is_hit(proofs: tuple[str, ...]) -> bool:
        text = title + "".join(said[one] for one in ("year", "person", "form") if one in proofs)
        body = f"{LINK}"
        found = Matcher([work]).match(Offer(text, body, targets.find(Passage(body))))
        return bool(found) and found[0].score >= 0.5

    assert needed, "a year and a person always bear a title out"
    assert all(is_hit(proofs) for proofs in needed)
    assert is_hit(()) == (() in needed)


def test_a_policy_changes_what_is_needed() -> None:
    work = Work("w", "The Lantern at Quayle Harbour", "film", **FULL)
    assert demands(work, spelled(work.title)) == ((),)
    strict = Work("w", "The Lantern at Quayle Harbour", "film", policy="strict", **FULL)
    assert set(demands(strict, spelled(work.title))) == {("year",), ("person",)}
    for policy in ("review", "off"):
        assert demands(Work("w", work.title, "film", policy=policy, **FULL), spelled(work.title)) == ()


def test_every_sentence_can_be_said() -> None:
    facts = {"title": "It", "other": "it", "years": "1990", "longer": "It Ends", "count": 1}
    for language in ("en", "zh"):
        for name in topic("risk")["peril"]:
            assert "{" not in say_peril(name, facts, language)
        assert [say_grade(name, language) for name in GRADES]
        for policy in POLICIES:
            for needed in ((), ((),), (("year",),), (("year",), ("person", "form")), (("publisher",), ("identifier",))):
                said = say_needs(needed, policy, 2016, ("Dana Pell", "Ines Farrow"), "1080p", language)
                assert said and "{" not in said


def test_the_time_grows_with_the_list_and_not_with_its_square() -> None:
    chance = random.Random(7)
    parts = [
        "salt",
        "lantern",
        "harbour",
        "tern",
        "quay",
        "heron",
        "road",
        "glass",
        "winter",
        "river",
        "stone",
        "cold",
        "渡",
        "口",
        "空",
        "无",
        "盐",
        "海",
        "灯",
        "雾",
        "港",
        "长",
        "河",
    ]
    titles = [" ".join(chance.choices(parts, k=chance.randint(1, 6))) for _ in range(8000)]
    works = [Work(f"w{n}", title, chance.choice(WORK_KINDS)) for n, title in enumerate(titles)]
    risks(works[:100])
    done = [steps(lambda size=size: risks(works[:size])) for size in (1000, 8000)]
    # Eight times the list: a square would be sixty-four times the work, and more titles share a word in a longer list.
    assert done[1] < 12 * done[0], done


@given(st.floats(0.0, 1.0), st.floats(0.05, 1.0), st.floats(0.0, 1.0), st.sampled_from(POLICIES), st.booleans())
def test_no_policy_lifts_a_score_nor_breaks_its_promise(
    score: float, threshold: float, share: float, policy: str, proof: bool
) -> None:
    review = threshold * share * 0.9
    evidence = [Evidence("year-agrees" if proof else "target", 1.0)]
    after, reasons = governed(policy, score, evidence, threshold, review)
    assert after <= score
    if policy == "review" or (policy == "strict" and not proof):
        assert after < threshold
        assert score < threshold or (after >= review and reasons[-1].rule == f"policy-{policy}")
    else:
        assert (after, reasons) == (score, evidence)


def test_policy_keeps_the_order_of_scores() -> None:
    after = [governed("review", score, [], 0.5, 0.2)[0] for score in (0.55, 0.7, 0.9, 0.99)]
    assert all(one <= other for one, other in pairwise(after))


@settings(max_examples=200)
@given(st.text("abc 渡口。\u0301\n\u200b", max_size=200), st.data())
def test_marks_stand_under_what_they_mark(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    drawn = picture(text, (start, end), 40)
    for line, marks in zip(drawn[::2], drawn[1::2], strict=True):
        assert width(line) <= 40
        assert set(marks) <= {" ", "^"}


def test_a_picture_of_a_long_line_holds_the_span() -> None:
    text = "灯" * 100 + "渡口空无一人" + "灯" * 100
    line, marks = picture(text, (100, 106))
    at = marks.index("^")
    assert marks.count("^") == 12
    before = line[: line.index("渡")]
    assert width(before) == at
    assert line.startswith("… ") and line.endswith(" …")


def test_spellings_and_the_nearest_piece() -> None:
    work = Work("w", "渡口空无一人", aliases=("No One & the Ferry",))
    found = spellings(work)
    assert found["title"] == ("渡口空无一人",)
    assert any("du kou" in one for one in found["pinyin"])
    near = nearest("look: No One and teh Ferry, free", work)
    assert near is not None and near.written == "No One and teh Ferry"
    assert nearest("nothing of the kind", work) is None
