"""Folding, words and squeezing, and the way back to the characters on the page."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.apart import close_up
from crawler.text import View, fold, folded, skeleton, spelled, squeeze, words
from crawler.unescaping import unescape

ANY = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
TRICKY = st.text(alphabet="aZé한國国Ⅱﬁß０①\u200b\u00ad·.- \n之上Ждһ%41", max_size=60)


@settings(deadline=None)
@given(ANY | TRICKY)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@settings(deadline=None)
@given(ANY | TRICKY)
def test_every_character_of_a_view_knows_where_it_came_from(text: str) -> None:
    for view in (fold(text), words(fold(text)), squeeze(fold(text)), fold(unescape(text))):
        assert len(view.text) == len(view.starts) == len(view.ends)
        assert all(0 <= start <= end <= len(text) for start, end in zip(view.starts, view.ends, strict=True))
        assert list(view.starts) == sorted(view.starts)


@settings(deadline=None)
@given(ANY | TRICKY, st.data())
def test_folding_the_span_of_a_stretch_gives_the_stretch(text: str, data: st.DataObject) -> None:
    view = fold(text)
    if not view.text:
        return
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    low, high = view.span(start, end)
    assert view.text[start:end] in folded(text[low:high])


@settings(deadline=None)
@given(ANY.map(lambda text: text.replace("@", "").replace("$", "")))
def test_words_hold_the_letters_of_the_folded_text_in_order(text: str) -> None:
    view = words(fold(text))
    assert view.text.startswith(" ") and view.text.endswith(" ")
    assert skeleton(view.text.replace(" ", "")) == squeeze(fold(text)).text


def test_disguises_fold_to_what_they_hide() -> None:
    disguised = {
        "Ｔｈｅ Ｌａｍｐ": "the lamp",
        "𝗧𝗵𝗲 𝗟𝗮𝗺𝗽": "the lamp",
        "Тhе Lаmр": "the lamp",
        "Thé Làmp": "the lamp",
        "T\u200bhe\u00ad La\u2060mp": "the lamp",
        "雪線之上": "雪线之上",
        "戦場の竜": "战场の龙",
        "軌道墜落Ⅱ": "轨道坠落ii",
        "ﬁre": "fire",
        "🅛amp": "lamp",
    }
    assert {text: folded(text) for text in disguised} == disguised


def test_words_part_scripts_and_join_ideographs() -> None:
    assert words(fold("北河往事2.2020,x")).text == " 北河往事 2 2020 x "
    assert spelled("Fjord & Fell: Part II") == "fjord fell part ii"
    assert spelled("...") == ""


def test_squeezing_reads_digits_and_inner_signs_as_letters() -> None:
    assert squeeze(fold("L4mp k33p3r")).text == "iampkeeper"
    assert squeeze(fold("l@mp @ noon")).text == "iampnoon"
    assert squeeze(fold("雪*线 之❄上")).text == "雪线之上"


def test_percent_encoded_names_are_shown_with_their_place() -> None:
    view = unescape("dn=%E9%9B%AA%E7%BA%BF%20x%zz%ff")
    assert view.text == "dn=雪线 x%zz%ff"
    at = view.text.index("线")
    assert view.span(at, at + 1) == (12, 21)


CODED = "dn=%E4%B8%83\u200b%E9%81%93 &#x95F8;.國 4%41"


@pytest.mark.parametrize("many", [False, True])
def test_what_is_unescaped_folded_and_squeezed_lies_on_its_code(many: bool) -> None:
    before = "nothing here\n" * 400 if many else ""
    shown = fold(unescape(before + CODED))
    for view in (shown, words(shown), shown.bare, squeeze(shown), close_up(shown)):
        for written, code in (("七道", "%E4%B8%83\u200b%E9%81%93"), ("闸", "&#x95F8;"), ("国", "國")):
            at = view.text.index(written)
            low, high = view.span(at, at + len(written))
            assert (before + CODED)[low:high] == code


def test_a_view_is_searched_by_raw_position() -> None:
    view: View = fold("a\u200b\u200bbc")
    assert view.text == "abc"
    assert view.at(1) == 1 and view.at(3) == 1 and view.at(4) == 2


@given(st.text(alphabet=[chr(code) for code in range(128)], max_size=40))
@example("`")
def test_plain_text_folds_alike_with_and_without_its_places(text: str) -> None:
    assert folded(text) == fold(text).text


def test_letters_that_stand_apart_are_closed_up_where_words_are_parted_otherwise() -> None:
    shown = {
        "T h e   L a m p   f u l l": "the lamp full",
        "L.a.m.p K.e.e.p.e.r 2014": "lamp keeper 2014",
        "l a m p k e e p e r s": "l a m p k e e p e r s",
        "version 1.2.3.4.5": "version 1.2.3.4.5",
        "plain words": "plain words",
    }
    assert {text: " ".join(close_up(fold(text)).text.split()) for text in shown} == {
        text: " ".join(want.split()) for text, want in shown.items()
    }
    view = close_up(fold("x T h e   L a m p   k"))
    at = view.text.index("lamp")
    assert view.span(at, at + 4) == (10, 17)
