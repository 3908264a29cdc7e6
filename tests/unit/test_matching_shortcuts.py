"""What matching leaves out to save time changes nothing: each shortcut beside the plain way."""

import re
from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler import unescaping
from crawler.apart import close_up
from crawler.matching import Offer, diction, finder, heads, segments, sharing
from crawler.matching.edges import Edges
from crawler.matching.finder import Stems
from crawler.matching.index import Index
from crawler.matching.lexicon import AGAINST, FORMATS, OFFERING, Word, spoken
from crawler.matching.numbers import numbers
from crawler.matching.packed import Texts
from crawler.matching.page import Page
from crawler.matching.releases import may_hold_releases
from crawler.matching.signs import Signs
from crawler.matching.sounds import _second, composed, heard, may_be_heard, two_ways
from crawler.matching.typos import comparable, keys_of
from crawler.model import Work
from crawler.text import LETTER, View, fold, plain, spelled, words

TEXT = st.text("abEeZ019 .-@$\n雪女子氵每ßﬁ①\u200b", max_size=60)
LISTING = st.lists(
    st.sampled_from(
        ["1080p", "download", "free", "here is", "I uploaded it to", "for you", "2019", "Amber", "the", "of", "lampwork",
         "网盘", "分享", "《雪》", "Ines: hello", "#3", "wrote", "Mon 12", "12:30", "楼主:", "\n", "\n", "quarrying stones all along the wide road",
         "A plain sentence that says nothing at all of anything, as most do."]
    ),
    max_size=80,
).map(" ".join)  # fmt: skip


def page(text: str) -> Page:
    return Page(Offer("", text))


@given(TEXT)
def test_edges_of_words_are_those_of_every_place(text: str) -> None:
    one = page(text)
    view, folded = one.squeezed, one.folded
    first = [folded.starts.tolist().index(start) for start in view.starts.tolist()]
    kinds, raw = folded.classes, [text_of(one, start) for start in view.starts.tolist()]
    begins, ends = [], []
    for at in range(len(first)):
        begins.append(at == 0 or _open(first, kinds, raw, at - 1) or (_digit(raw[at - 1]) and not _digit(raw[at])))
        season = at + 2 < len(first) and _digit(raw[at]) and raw[at + 1] in "eE" and _digit(raw[at + 2])
        ends.append(
            at == len(first) - 1
            or _open(first, kinds, raw, at)
            or (_digit(raw[at + 1]) and not _digit(raw[at]))
            or season
        )
    everywhere, edges = np.arange(len(first)), Edges(one)
    if first:
        assert edges.begins(everywhere).tolist() == begins
        assert edges.ends(everywhere).tolist() == ends


def text_of(one: Page, raw: int) -> str:
    return one.masked[raw]


def _digit(char: str) -> bool:
    return char.isascii() and char.isdigit()


def _open(first: list[int], kinds: np.ndarray, raw: list[str], at: int) -> bool:
    one, other = first[at], first[at + 1]
    joined = other - one <= 1 and kinds[one] == LETTER and kinds[other] == LETTER
    camel = "a" <= raw[at] <= "z" and "A" <= raw[at + 1] <= "Z"
    return not joined or camel


@given(st.text("019a. ٣५\n雪", max_size=40))
def test_numbers_are_the_runs_of_digits(text: str) -> None:
    assert list(numbers(text)) == [found.span() for found in re.finditer(r"\d+", text)]


@given(st.lists(st.text("ab", min_size=1, max_size=16), min_size=1, max_size=60), st.text("ab", max_size=40))
def test_patterns_are_found_one_by_one_and_all_together_alike(patterns: list[str], text: str) -> None:
    listed, texts, stems = sorted({*patterns, text[:13] or "a"}), Texts(), Stems()
    for place, pattern in enumerate(listed):
        texts.add(pattern)
        stems.add(pattern, place)
    blob, ends = texts.packed()
    arrays = {"a_patterns": blob, "a_pattern_ends": ends, **stems.arrays("a")}
    wanted = [
        (at, at + len(one), place)
        for place, one in enumerate(listed)
        for at in range(len(text))
        if text.startswith(one, at)
    ]
    for few in (0, 1000):
        with pytest.MonkeyPatch.context() as limits:
            limits.setattr(finder, "FEW", few)
            limits.setattr(finder, "FEW_PATTERNS", few)
            rows = finder.Finder(arrays, "a").find(text, lambda at: at % 2 == 0)
        assert sorted(map(tuple, rows.tolist())) == sorted(row for row in wanted if row[0] % 2 == 0)


READ_ANEW = Index.build(
    [
        Work(str(at), title)
        for at, title in enumerate(("银行长乐", "重庆往事", "行长传", "雪中冲", "中冲杭2000年长乐未央"))
    ],
    "1",
)


@given(
    st.lists(
        st.sampled_from(
            ["雪中重", "中重杭2o00年长乐未央", "中冲杭2o00年", "长乐未央", "银", "行", "重", "庆往事", "2o0"]
        ),
        max_size=20,
    ).map("".join),
    st.integers(0, 2),
)
@example("行" * 30 + "雪中重" + "行" * 30 + "中重杭2o00年长乐未央", 0)
def test_what_is_read_anew_is_heard_wherever_it_stands(text: str, more: int) -> None:
    view = plain(text)
    wanted, all_ = set(), set()
    readings = [(char, second) for char, second in sorted(_second().items()) if char in text][:6]
    for read in (re.sub("(?<=[0-9])o(?=[0-9])", "0", text), *(text.replace(*each) for each in readings)):
        for start, end, pattern in _heard_in(plain(read)):
            all_.add((start, end, pattern))
            if read[start:end] != text[start:end]:
                wanted.add((start, end, pattern))
    there = two_ways(view, READ_ANEW.longest_heard + more)
    found = {(*there.span(start, end), pattern) for start, end, pattern in _heard_in(there)} if there else set()
    assert wanted <= found <= all_
    assert wanted or "雪中重" not in text


def _heard_in(view: View) -> set[tuple[int, int, int]]:
    hits = READ_ANEW.find_heard(heard(view).text)
    return set(zip(hits.starts.tolist(), hits.ends.tolist(), hits.patterns.tolist(), strict=True))


@given(st.text("vV1290._-aZ bBuUiIlLdD\n٣ſ", max_size=16))
@example("build 3").via("a number behind a word")
@example("x-AB \n")
def test_a_release_shows_by_a_version_or_a_signature_anywhere(text: str) -> None:
    sign = r"(?im)(?<![a-z\d])v?\d{1,5}[._]\d|(?<![a-z])v\d|\bbuild[ ._]?\d|-[A-Za-z0-9]*[A-Z]{2}[A-Za-z0-9]*\s*$"
    one = page(text)
    assert may_hold_releases(one) == (re.search(sign, one.raw) is not None)


@given(TEXT)
def test_words_know_the_source_of_every_character(text: str) -> None:
    view = fold(text)
    made = words(view)
    assert len(made.starts) == len(made.ends) == len(made.text)
    for char, start, end in zip(made.text[1:-1], made.starts[1:-1].tolist(), made.ends[1:-1].tolist(), strict=True):
        if char != " ":
            assert char in fold(text[start:end]).text


@given(st.text("ab .*", max_size=40))
def test_letters_apart_are_closed_up_wherever_four_stand_so(text: str) -> None:
    view = fold(text)
    kinds = view.classes == LETTER
    alone = [
        kinds[at] and not (at and kinds[at - 1]) and not (at + 1 < len(kinds) and kinds[at + 1])
        for at in range(len(kinds))
    ]
    if not any(all(alone[at : at + 7 : 2]) for at in range(len(alone) - 6)):
        assert close_up(view).text == view.text


@given(
    st.text("ab", min_size=4, max_size=7),
    st.text("ab", min_size=4, max_size=7),
    st.sampled_from([(" ", "   "), (".", "."), ("-", "-"), ("*", "*")]),
)
def test_where_four_letters_stand_apart_they_are_closed_up(one: str, other: str, parted: tuple[str, str]) -> None:
    sign, gap = parted
    said = close_up(fold(f"{sign.join(one)}{gap}{sign.join(other)}")).text
    assert said.split() == ([one, other] if gap != sign else [one + other])


@given(LISTING)
def test_phrases_are_those_that_a_text_with_other_letters_has(text: str) -> None:
    plain = words(fold(text)).text
    if plain.isascii():
        assert spoken(plain) == [word for word in spoken(f"{plain}雪") if word.end <= len(plain)]


@given(st.text("女子氵每木a1雪", max_size=20))
def test_parts_are_joined_from_the_left(text: str) -> None:
    view = fold(text).bare
    made = composed(view)
    if made is None:
        return
    assert len(made.starts) == len(made.ends) == len(made.text) < len(view.text)
    at = 0
    for char, start, end in zip(made.text, made.starts.tolist(), made.ends.tolist(), strict=True):
        width = 1 + (char != view.text[at])
        assert (start, end) == view.span(at, at + width)
        pair = View(view.text[at : at + 2], view.starts[at : at + 2], view.ends[at : at + 2])
        # Whatever can be joined at a place is, and nothing else.
        whole = composed(pair)
        assert (whole is not None and whole.text == char) == (width == 2)
        at += width
    assert at == len(view.text)


@given(st.text("aé雪。😀⺀", max_size=8))
def test_a_text_may_be_heard_when_any_character_is_eastern(text: str) -> None:
    assert may_be_heard(plain(text)) == any(char >= "\u2e80" for char in text)


@given(LISTING, st.integers(0, 60))
def test_diction_reads_the_words_with_a_weight_alone(text: str, at: int) -> None:
    folded = fold(text).text
    start = min(at, len(folded))
    known = diction.weights()
    every = [run for run in diction.said(folded, start, start) if run.words in known]
    assert diction.said(folded, start, start, known) == every


@settings(max_examples=30, deadline=None)
@given(LISTING)
def test_sentences_are_tried_wherever_a_word_begins(text: str) -> None:
    said = words(fold(text)).text
    grammar = sharing._grammar()
    reached: dict[str, int] = {}
    found = []
    for start in range(1, len(said)):
        if said[start - 1] != " " or said[start] == " ":
            continue
        for expression, name, weight in grammar.expressions:
            sentence = expression.match(said, start) if start >= reached.get(name, 0) else None
            if sentence:
                found.append((name, weight, start, sentence.end()))
                reached[name] = sentence.end()
    assert [tuple(one) for one in sharing.sentences(said)] == found


@given(LISTING)
def test_heads_of_posts_are_sought_on_every_line_that_holds_what_they_need(text: str) -> None:
    lines = list(segments._lines(text, 0, len(text)))
    needed = [
        number
        for number, line in enumerate(lines)
        if re.search(r"[:：]|\d", line.text) or any(sign in line.text.casefold() for sign in heads._HEADING_SIGNS.signs)
    ]
    assert heads.may_head(lines) == needed


@given(st.text("aeb雪 :", max_size=12), st.lists(st.text("aeb雪 :", min_size=1, max_size=3), unique=True))
def test_signs_are_found_wherever_each_of_them_stands(text: str, more: list[str]) -> None:
    signs = ["a", *(one for one in more if one != "a")]
    standing = [at for at in range(len(text)) for sign in signs if text.startswith(sign, at)]
    assert sorted(Signs(signs).starts(text)) == standing


@given(st.text("ab+ -=雪", max_size=60), st.integers(10, 20))
def test_a_long_word_is_one_of_sixteen_letters_and_more(text: str, length: int) -> None:
    assert unescaping._has_long_word(text) == (re.search("[ab+]{16}", text) is not None)
    assert unescaping._has_long_word(f"{text} {'a' * length} 雪") == (
        re.search("[ab+]{16}", text) is not None or length >= 16
    )


@settings(max_examples=40, deadline=None)
@given(LISTING, st.integers(0, 3))
def test_lines_are_searched_that_tell_or_stand_near_one_that_speaks(text: str, rows: int) -> None:
    long = "\n".join([text, *["so they went on and on along the river until the night came over them"] * (45 * rows)])
    one = page(long)
    folded, searched = one.folded, one.searched
    if searched is folded:
        return
    near = np.convolve(one._speaking, np.ones(7), "same") > 0
    lines = near | one._telling
    breaks = [at for at, char in enumerate(one.raw) if char == "\n"]
    kept = [lines[bisect_right(breaks, start - 1)] for start in folded.starts.tolist()]
    assert searched.text == "".join(char for char, keep in zip(folded.text, kept, strict=True) if keep)
    assert searched.starts.tolist() == [start for start, keep in zip(folded.starts.tolist(), kept, strict=True) if keep]
    assert searched.ends.tolist() == [end for end, keep in zip(folded.ends.tolist(), kept, strict=True) if keep]


@settings(max_examples=40, deadline=None)
@given(LISTING, st.integers(0, 3))
def test_a_title_is_amid_words_as_every_letter_of_the_page_shows(text: str, rows: int) -> None:
    long = "\n".join(
        [text, *["- so they went on and Amber on along the river until the night came over"] * (45 * rows)]
    )
    one = page(long)
    spans = [found.span() for found in re.finditer(r"(?i)amber|the|1080p", one.masked)]
    if not spans:
        return
    starts, ends = np.array(spans).T
    assert one.amid_words(starts, ends).tolist() == [_amid(one, *span) for span in spans]


def _amid(one: Page, start: int, end: int) -> bool:
    text, last = one.masked, len(one.masked) - 1
    breaks = [at for at, char in enumerate(text) if char == "\n"]
    line = bisect_right(breaks, start - 1)
    first = breaks[line - 1] + 1 if line else 0
    spaced = text[max(start - 1, 0)] == " "
    before = spaced and _plain(one, max(start - 2, 0))
    behind = text[min(end, last)] == " " and _plain(one, min(end + 1, last))
    formed = [word for word in one.said if _says(word, FORMATS)]
    told = [int(one.words.starts[word.start]) for word in formed]
    told += [int(one.folded.starts[found.start()]) for found in one.years]
    bare_line = not any(bisect_right(breaks, at - 1) == line for at in told)
    head = re.search(r"[A-Za-z\u00c0-\u1fff\u3041-\ufeff]", text[first:])
    quiet = not one._telling[line] and (first + head.start() if head else len(text)) < start
    capital = spaced and text[max(start - 2, 0)] != "\n" and "A" <= text[start] <= "Z"
    beside = (before or behind) and bare_line and last >= 2500
    return bool((before and behind) or beside or quiet) and not capital


def _plain(one: Page, at: int) -> bool:
    known = [one.words.span(word.start, word.end) for word in one.said if _says(word, _NEIGHBOURS)]
    return one.masked[at].isascii() and one.masked[at].isalpha() and not any(low <= at < high for low, high in known)


def _says(word: Word, groups: tuple[str, ...]) -> bool:
    return not word.groups.isdisjoint(groups)


_NEIGHBOURS = (*FORMATS, *OFFERING, *AGAINST, "edition", "lead", "follow")


@given(st.text("abcdefgh09 雪花的，《》ｂß①ﷺ", max_size=24))
def test_only_lines_without_keys_of_slips_are_passed_over(text: str) -> None:
    tokens = spelled(text).split(" ")
    spellings = [" ".join(tokens[low:high]) for low in range(len(tokens)) for high in range(low + 1, len(tokens) + 1)]
    if not comparable(text):
        assert not any(keys_of(one, longest=True) for one in spellings)
