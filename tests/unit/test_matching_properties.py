"""What must hold of matching for any text: spans, order, independence, and disguises that change nothing."""

import base64
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.matching import Matcher, Offer
from crawler.model import Target, Work

DRIVE = Target("locker", "https://gofile.io/d/Qx81Zt", "share:gofile/Qx81Zt", "https://gofile.io/d/Qx81Zt")
WORKS = (
    Work("causeway", "The Amber Causeway", "film", 2021, creators=("Ines Halloran",)),
    Work("orchard", "Orchard and Anvil III", "film", 2019),
    Work("harbour", "雾港抄书人", "series", 2020, creators=("白砚声",)),
    Work("garden", "Gärten der Stille: Winter", "book", 2018, creators=("Ilse Vermeer",)),
    Work("sparrow", "Sparrow", "film", 2016),
)
UNRELATED = Work("unrelated", "Zwölf Quitten im Vorhof", "series", 2003)
MATCHER = Matcher(WORKS)
LATIN, NATIVE = "The Amber Causeway", "雾港抄书人"
WORDS = st.sampled_from(
    [
        "The",
        "Amber",
        "Causeway",
        "2021",
        "1080p",
        "WEB-DL",
        "mega",
        "link",
        "Sparrow",
        "雾港抄书人",
        "全40集",
        "Orchard",
        "and",
        "Anvil",
        "3",
        "Quiet",
        "drive",
        "\n",
        "—",
        "(",
        ")",
        "《",
        "》",
        "S01E02",
        "epub",
        "Ilse",
        "Vermeer",
        "free",
        "download",
        "https://gofile.io/d/Qx81Zt",
        "of",
        "the",
        "in",
        "review",
    ]
)
PAGES = st.lists(WORDS, max_size=24).map(" ".join)


def offered(text: str) -> Offer:
    return Offer("", text, (DRIVE,))


def matched(text: str, matcher: Matcher = MATCHER) -> set[str]:
    return {match.work_id for match in matcher.match(offered(text)) if match.score >= matcher.threshold}


def bold(text: str) -> str:
    return "".join(
        unicodedata.lookup(f"MATHEMATICAL BOLD {'CAPITAL' if char.isupper() else 'SMALL'} {char.upper()}")
        if char.isascii() and char.isalpha()
        else char
        for char in text
    )


def circled(text: str) -> str:
    return "".join(
        unicodedata.lookup(f"CIRCLED LATIN {'CAPITAL' if char.isupper() else 'SMALL'} LETTER {char.upper()}")
        if char.isascii() and char.isalpha()
        else char
        for char in text
    )


def between(sign: str) -> Callable[[str], str]:
    return lambda text: sign.join(text.replace(" ", ""))


LATIN_DISGUISES: dict[str, Callable[[str], str]] = {
    "dots": lambda text: text.replace(" ", "."),
    "underscores": lambda text: text.replace(" ", "_"),
    "hyphens": lambda text: text.replace(" ", "-"),
    "joined": lambda text: text.replace(" ", ""),
    "spaced letters": lambda text: "  ".join(" ".join(word) for word in text.split(" ")),
    "stars": between("*"),
    "emoji": between("🎈"),
    "bars": between("|"),
    "zero-width": between("\u200b"),
    "soft hyphens": lambda text: text.replace("m", "m\u00ad"),
    "bold": bold,
    "circled": circled,
    "full width": lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    "homoglyphs": lambda text: text.translate(str.maketrans("aeoc", "аеос")),
    "leetspeak": lambda text: text.translate(str.maketrans("aeo", "430")),
    "one digit a word": lambda text: text.replace("A", "4").replace("eway", "3way"),
    "accents": lambda text: text.replace("a", "á").replace("e", "ë"),
    "capitals": str.upper,
    "small letters": str.lower,
    "percent": quote,
    "references": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "article dropped": lambda text: text.removeprefix("The "),
    "article moved": lambda text: f"{text.removeprefix('The ')}, The",
    "letters swapped": lambda text: text.replace("Causeway", "Causweay"),
    "letter left out": lambda text: text.replace("Amber", "Ambr"),
}
NATIVE_DISGUISES: dict[str, Callable[[str], str]] = {
    "spaces": " ".join,
    "stars": "*".join,
    "emoji": "🐳".join,
    "zero-width": "\u200b".join,
    "traditional": lambda text: text.replace("雾", "霧").replace("书", "書"),
    "brackets": lambda text: f"【{text}】",
    "percent": quote,
    "pinyin": lambda text: "wu gang chao shu ren",
}


@pytest.mark.parametrize("disguise", LATIN_DISGUISES.values(), ids=LATIN_DISGUISES)
@pytest.mark.parametrize("line", ["{} 2021 1080p WEB-DL", "new upload: {} (2021) full movie, link below"])
def test_a_disguised_latin_title_still_matches(disguise: Callable[[str], str], line: str) -> None:
    assert "causeway" in matched(line.format(disguise(LATIN)))


@pytest.mark.parametrize("disguise", NATIVE_DISGUISES.values(), ids=NATIVE_DISGUISES)
@pytest.mark.parametrize("line", ["{} 2020 1080P 国语中字", "分享 {} 2020 全40集 网盘自取"])
def test_a_disguised_chinese_title_still_matches(disguise: Callable[[str], str], line: str) -> None:
    assert "harbour" in matched(line.format(disguise(NATIVE)))


@pytest.mark.parametrize(
    "written",
    ["Orchard & Anvil III", "Orchard + Anvil 3", "orchard.anvil.3", "Orchard and Anvil Ⅲ", "ORCHARD AND ANVIL TRILOGY"],
)
def test_another_way_to_write_a_joiner_or_a_number_still_matches(written: str) -> None:
    assert "orchard" in matched(f"{written} 2019 1080p BluRay x264")


@pytest.mark.parametrize(
    "written", ["Gärten der Stille Winter", "Garten der Stille - Winter", "Gärten der Stille", "G\u00e4rten.der.Stille"]
)
def test_a_subtitle_may_be_set_off_otherwise_or_left_out_where_people_and_year_bear_it_out(written: str) -> None:
    assert "garden" in matched(f"{written} Ilse Vermeer 2018 epub")


@pytest.mark.parametrize("text", ["The Amber Causeway 2021 1080p WEB-DL", "雾港抄书人 2020 全40集 1080P 国语中字"])
def test_a_name_in_base64_is_read_and_its_span_is_the_encoded_one(text: str) -> None:
    hidden = base64.b64encode(text.encode()).decode()
    page = f"decode it yourselves: {hidden} thanks"
    (match,) = MATCHER.match(offered(page))
    low, high = match.spans[0]
    assert page.index(hidden) <= low < high <= page.index(hidden) + len(hidden)


@settings(deadline=None, max_examples=60)
@given(PAGES)
def test_spans_lie_in_their_field_and_hold_what_the_reason_quotes(text: str) -> None:
    offer = offered(text)
    for match in MATCHER.match(offer):
        for reason in match.reasons:
            if reason.span is not None:
                low, high = reason.span
                field = {"title": offer.title, "body": offer.body, "target": DRIVE.url}[reason.where]
                assert 0 <= low < high <= len(field)
                if "matched" in reason.facts and reason.where == "body":
                    assert reason.facts["matched"] == field[low:high]


@settings(deadline=None, max_examples=40)
@given(PAGES, st.permutations(WORKS))
def test_the_order_of_the_watchlist_changes_nothing(text: str, works: list[Work]) -> None:
    assert Matcher(works).match(offered(text)) == MATCHER.match(offered(text))


@settings(deadline=None, max_examples=40)
@given(PAGES)
def test_an_unrelated_work_changes_nothing(text: str) -> None:
    assert Matcher([*WORKS, UNRELATED]).match(offered(text)) == MATCHER.match(offered(text))
