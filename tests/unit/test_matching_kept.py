"""What a long watchlist asks often is kept ready: it says what the works themselves say."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.matching.folding import folded_short
from crawler.matching.index import Index
from crawler.matching.layer import Layer
from crawler.matching.variants import NEVER_MISSPELT, variants
from crawler.model import Work
from crawler.text import fold

NAMES = st.sampled_from(["The Salt Orchard II", "雾港长河", "St. Merrow & Sons", "雪", "Kestrel", "!!"])


@given(st.text())
def test_characters_folded_one_by_one_are_those_of_the_folded_text(text: str) -> None:
    assert folded_short(text) == fold(text).text


@given(st.text("aÉﬀ㍿Ａ雪國，\u200b😀0", max_size=12))
def test_characters_that_fold_to_more_or_to_none_are_folded_alone_as_well(text: str) -> None:
    assert folded_short(text) == fold(text).text


@given(st.lists(NAMES, min_size=1, max_size=3), st.sampled_from((None, 2019)), st.sampled_from(((), ("Ines Marrow",))))
def test_an_index_knows_of_a_work_what_the_work_says(
    names: list[str], year: int | None, creators: tuple[str, ...]
) -> None:
    work = Work("b", names[0], "film", year, aliases=tuple(names[1:]), creators=creators)
    base = Layer.build([(Work("a", "Lampwork", "film", 1990), "1")], "1")
    index = Index(base, Layer.build([(work, "1")], "1", base=base.name))
    assert index.work(1) == work
    assert (index.year(0), index.year(1)) == (1990, year or 0)
    assert (index.credited(0), index.credited(1)) == (False, bool(creators))
    plain = [one.words for one in variants(work) if one.form not in NEVER_MISSPELT]
    assert index.misspelt(1) == plain
