"""Forms in which strangers write what they give and seek: releases of programs, lists, threads, signatures, other letters."""

import pytest

from crawler.matching import Matcher, Offer
from crawler.matching.romanised import romanised
from crawler.matching.variants import variants
from crawler.model import Passage, Work
from crawler.targets import find

WORKS = [
    Work("loom", "Brinewalker", "game", 2023, creators=("Oddfellow Works",)),
    Work("lamps", "Outer Lanterns", "game", 2022, creators=("Pale Kite",)),
    Work("draft", "Lumen Draft", "software", 2022, creators=("Paperfox",)),
    Work("ferry", "Nightferry", "film", 2018, creators=("Lena Marsh",)),
    Work("grove", "Ashgrove", "series", 2011, creators=("Dilys Penn",)),
    Work("thaw", "The Long Thaw", "book", 2015, creators=("Petra Holm",)),
    Work("fog", "Night & Fog Harbor III", "game", 2022),
    Work("wick", "Sir Wick; or, The Candle Thief", "book", 1889, creators=("A. Thorne",)),
    Work("mill", "Mill Street Irregulars vol. 3", "book", 2011, creators=("Tess Ng",)),
]
SHARE = "https://gofile.example/d/HU4dDa"


def best(text: str) -> str | None:
    """The work that a text offers, or None."""
    matches = Matcher(WORKS).match(Offer("", text, find(Passage(text))))
    return matches[0].work_id if matches and matches[0].score >= 0.5 else None


@pytest.mark.parametrize(
    ("work", "text"),
    [
        ("loom", "Brinewalker.v1.4.1.0-DINOBYTES"),
        ("loom", "Brinewalker_v1.0.28324_(84125)_win_gog"),
        ("loom", "Brinewalker (v1.2.7, MULTi11, 2 DLC) - repack from Somebody, 4.1 GB"),
        ("lamps", "setup_outer_lanterns_1.3.5_(61034)"),
        ("lamps", "Outer Lanterns v1.3.5 (P2P)"),
        ("lamps", "Outer.Lanterns-RAZORBILL"),
        ("draft", "Lumen.Draft.v22.1.0.x64.Incl.Patch.and.Keymaker-ZWITTER"),
        ("draft", "Paperfox Lumen Draft 22.1.0 Multilingual macOS"),
        (None, "Brinewalker v1.2.7 patch notes"),
        (None, "Brinewalker (Windows 10, v1.2.7): stuck on the loading screen"),
        (None, "Outer.Lanterns.Update.v1.0.5-TENOR"),
        (None, "Brinewalker.v1.2.7.Trainer.Plus.9-FLUNG"),
        (None, "What's new in Lumen Draft 22.1.0 for macOS"),
        (None, "Nightferry.v1.0.2-DINOBYTES"),
    ],
)
def test_a_name_with_a_version_and_its_packer_is_a_release_of_a_program(work: str | None, text: str) -> None:
    assert best(text) == work


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (None, f"Thread: Nightferry\n\nThe old one.\nNightferry 1962, Otto Brandt, 4K scan, x265, 14.7 GB\n{SHARE}"),
        (None, f"Nightferry\n---\nNightferry (1962) DVDrip 700 MB\n{SHARE}"),
        (None, f"Thread: Brinewalker\n\nBrinewalker 2 v1.0 repack, 20 GB, magnet below\n{SHARE}"),
        ("ferry", f"Thread: Nightferry\n\nNightferry.2018.1080p.WEB {SHARE}\nNightferry.1962.VHSrip {SHARE}2"),
        ("ferry", f"Nightferry\n\nnot the 1962 one. 1080p web, 4 GB, {SHARE}"),
    ],
)
def test_below_a_bare_heading_the_offer_says_which_version(work: str | None, text: str) -> None:
    assert best(text) == work


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            None,
            (
                "Topic: Ashgrove (complete)\n\nkelpie | Posts 22\nDoes anyone still have it? All the mega links are dead.\n\n"
                "holt | Posts 1,201\nHad it on a drive that died in 2018. Sorry.\n\nkelpie\nOh well."
            ),
        ),
        (None, "Ashgrove S01?\n\nfinch: pls someone upload to gdrive\nrook: +1\ncrow: +1, will pay\nfinch: bump"),
        (
            "grove",
            (
                "Topic: Ashgrove (complete)\n\nkelpie | Posts 22\nDoes anyone still have it? All the mega links are dead.\n\n"
                "holt | Posts 1,201\nI still have it, all seasons, upped to mega, link in your PMs.\n\nkelpie\nDownloading now."
            ),
        ),
    ],
)
def test_what_nobody_has_is_sought_in_vain(work: str | None, text: str) -> None:
    assert best(text) == work


@pytest.mark.parametrize(
    "text",
    [
        f"Gridlock 2021 720p, TVrip. {SHARE}\n\n________\nCurrent obsession: Ashgrove, Nightferry\nMy ratio is my own.",
        f"Kite Season S02 {SHARE}\n\n*****\nReading: The Long Thaw\nListening: rain",
        "thx for the upload\n--\nAshgrove apologist | currently seeding: isos only | avatar by m",
    ],
)
def test_what_people_say_they_love_below_a_post_is_their_signature(text: str) -> None:
    assert best(text) is None


def test_numbered_lines_one_below_the_other_are_a_list_and_what_follows_speaks_for_all() -> None:
    rows = "\n".join(("[01] Door", "[02] The Long Thaw", "[03] Weir"))
    assert best(f"PACKS, all epub\n\n{rows}\n\nOne zip per number, drive link is pinned in the group") == "thaw"
    numbered = "HOLM, READ BY NOBODY\n\n1 Door\n2 The Long Thaw\n3 Weir\n\n64 pages each, epub, 2.0 GB, nzb is attached"
    assert best(numbered) == "thaw"
    assert best("My top reads, ranked\n[1] Door\n[2] The Long Thaw\n[3] Weir\nwhat are yours?") is None


def test_another_number_is_no_slip() -> None:
    assert best("Mill Street Irregulars vol. 1 - 5 cbz pack, telegram drive link pinned") == "mill"
    assert best("Mill Street Irregulars vol. 4 cbz, mega link below") is None


def test_names_are_shortened_as_people_say_them() -> None:
    spellings = {one.words for work in WORKS for one in variants(work)}
    assert {"night n fog harbor 3", "sir wick", "mill street irregulars 1 5"} <= spellings
    assert best("Night n Fog Harbour 3 v1.2 repack, magnet in the usual place") == "fog"
    assert best("Sir Wick - A. Thorne epub, in the drive, link pinned") == "wick"


def test_russian_in_latin_letters_is_read() -> None:
    assert "ssylka" in romanised("ссылка")
    assert romanised("plain") == []
    assert best("Zalil Nightferry na yandex disk, skachat besplatno, ssylka v lichku, 2018") == "ferry"
    assert best("Ishu Nightferry 2018, podskazhite gde skachat, u kogo est podelites") is None


def test_an_exclamation_mark_inside_a_word_is_a_letter() -> None:
    assert best("N!ghtferry 2018 1080p web, link in spoiler") == "ferry"
    assert best("Great!Nightferry rules") is None
