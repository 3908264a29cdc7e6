"""An analyst's policy keeps a match below the threshold whatever the settings; kinds are called by what they are of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import targets
from crawler.config import review_below
from crawler.matching import Matcher, Offer
from crawler.matching.policy import governed
from crawler.model import Passage, Work
from crawler.wording.reasons import kind_name, say_rule, work_kind_name

TEXT = "Glass 2015 1080p BluRay\nmagnet:?xt=urn:btih:" + "5f3a9c" * 6 + "5f3a"


@pytest.mark.parametrize("threshold", [0.9, 0.5, 0.3, 0.2, 0.1, 0.01])
@pytest.mark.parametrize("review", [0.0001, 0.2, 0.9])
def test_a_work_under_review_is_no_hit_at_any_threshold_and_is_kept(threshold: float, review: float) -> None:
    text = Passage(TEXT)
    matcher = Matcher([Work("g", "Glass", "film", 2015, policy="review")], threshold, review)
    (found,) = matcher.match(Offer("", TEXT, targets.find(text)))
    assert matcher.review <= found.score < threshold
    assert any(one.rule == "policy-review" and one.weight < 0 for one in found.reasons)


@given(st.floats(0.002, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_falls_is_below_the_threshold_as_it_is_written(threshold: float, review: float, score: float) -> None:
    fallen, _ = governed("review", score, [], threshold, review_below(threshold, review))
    assert round(fallen, 4) < threshold


def test_a_kind_is_called_by_what_it_is_of() -> None:
    assert kind_name("disc", "en") == "disc for sale" and work_kind_name("disc", "en") == "disc"
    assert work_kind_name("disc", "zh") == "光盘" and work_kind_name("odd", "en") == "odd"
    said = say_rule("kind-agrees", "en", {"form": "DVD", "kind": "disc"})
    assert "disc" in said and "for sale" not in said
    assert "(disc for sale)" in say_rule("target", "en", {"kind": "disc", "address": "https://a.example/x"})


def test_the_sentence_of_a_match_names_a_kind_as_people_read_it() -> None:
    text = "Glass 2015 1080p https://mega.nz/file/abcdabcd#abcdefgh"
    (found,) = Matcher([Work("g", "Glass", "film", 2015)]).match(Offer("", text, targets.find(Passage(text))))
    said = next(one for one in found.reasons if one.rule == "target")
    assert said.text == say_rule("target", "en", said.facts) and "_" not in said.text.partition(")")[0]
