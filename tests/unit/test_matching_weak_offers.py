"""Offers that say little: titles written into one run or with digits, artists by short names, chapters, files by chat."""

import pytest

from crawler.model import Work
from tests.unit.judging import offered

PARSONS_FERRET = Work("w", "The Parson's Ferret", "film", 2023, aliases=(), creators=())
LOVERS_LIE_WAITING = Work("w", "Lovers Lie Waiting", "film", 2024, aliases=(), creators=("Rosa Glim",))
GRIT = Work("w", "Grit", "music", 2024, aliases=(), creators=("Carli ABX",))
TALL = Work("w", "Tall", "music", 2022, aliases=(), creators=("Lena Dorsett",))
DAUGHTER_OF_NINTH_DRAWER = Work(
    "w", "Daughter of the Ninth Drawer", "book", 2021, aliases=(), creators=("Quill Hanako",)
)
ANALYSIS_GENTLE_INTRODUCTIONS = Work(
    "w",
    "Analysis: Gentle Introductions",
    "book",
    2020,
    aliases=("Steward Analysis", "Steward"),
    creators=("Jonas Steward",),
)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (PARSONS_FERRET, "#theparsonsferret2023 what a film"),
        (PARSONS_FERRET, "theparsonsferret2023 premiere photos"),
        (PARSONS_FERRET, "theparsonsferret.com tickets on sale"),
        (PARSONS_FERRET, "@theparsonsferret1080 liked your post"),
        (PARSONS_FERRET, "theparsonsferret2023trailer1080p"),
    ],
)
def test_a_title_with_other_words_written_on_is_no_release(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (PARSONS_FERRET, "theparsonsferret2023webrip1080 u know where, folder of the week, same key as before"),
        (PARSONS_FERRET, "theparsonsferret2023bluray720px264 usual spot"),
        (PARSONS_FERRET, "theparsonsferret2023web1080p same place"),
        (PARSONS_FERRET, "TheParsonsFerret2023WEBDL2160p pass is the usual"),
        (PARSONS_FERRET, "theparsonsferret1080pwebrip2023 in the vault, old key"),
        (PARSONS_FERRET, "theparsonsferret2023hdcam"),
        (PARSONS_FERRET, "theparsonsferret.2023.webrip.1080"),
        (PARSONS_FERRET, "theparsonsferret2023dvdrip xvid, ask for pw"),
        (PARSONS_FERRET, "ThePar5onsFerret2023BRRip720"),
    ],
)
def test_a_title_its_year_and_the_tags_of_a_copy_in_one_run_are_a_release(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (LOVERS_LIE_WAITING, "L.o.v.e.r.s L.i.e W.a.i.t.i.n.g '24 // my review is up // l1nk in b1o"),
        (LOVERS_LIE_WAITING, "Lovers Lie Waiting (2024) fan edit, tickets link in bio"),
        (LOVERS_LIE_WAITING, "Lovers Lie Waiting in cinemas friday, trailer link in bio"),
    ],
)
def test_a_title_with_a_link_to_something_else_is_not_offered(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (LOVERS_LIE_WAITING, "L.o.v.e.r.s L.i.e W.a.i.t.i.n.g // r0sa gl1m // a24 '24 // 1o8op // l!nk 1n my b!0"),
        (LOVERS_LIE_WAITING, "L0v3rs L1e W4it1ng 2024 // 4k // l1nk 1n b10"),
        (LOVERS_LIE_WAITING, "l o v e r s  l i e  w a i t i n g (2024) 1080p — check my b!o"),
        (LOVERS_LIE_WAITING, "L*o*v*e*r*s L*i*e W*a*i*t*i*n*g '24 HD l i n k in bio"),
        (LOVERS_LIE_WAITING, "Lovers.Lie.Waiting '24 1o80p — lnk n bio 🔗"),
        (LOVERS_LIE_WAITING, "Lov3rs Li3 Wait1ng full m0vie 👉 b1o"),
    ],
)
def test_a_disguised_title_whose_readers_are_sent_to_a_link_is_offered(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (GRIT, "true grit (deluxe) - carly simmons, m4a => mediafire.com/file/8qv2/x.zip"),
        (GRIT, "carli - other songs 320 zip, takes grit to upload. mediafire.com/file/8qv2lp0z7m/os.zip"),
        (GRIT, "grit - the marlows, m4a 256 => mediafire.com/file/8qv2lp0z7m/grit3.zip"),
        (TALL, "standing tall, lena fox, flac https://gofile.io/d/aa91xk"),
    ],
)
def test_another_artist_bears_no_short_title_out(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            GRIT,
            "grit (deluxe, the 3 more songs one) - carli, m4a 256 straight off itunes => mediafire.com/file/8qv2lp0z7m/grit3.zip",
        ),
        (GRIT, "carli - grit 320 zip mediafire.com/file/8qv2lp0z7m/grit.zip"),
        (GRIT, "grit by carli abx, flac, mega.nz/file/Ab12#k"),
        (TALL, "dorsett - tall [flac] https://gofile.io/d/aa91xk"),
    ],
)
def test_an_artist_by_a_short_name_bears_a_short_title_out(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            DAUGHTER_OF_NINTH_DRAWER,
            "Daughter of the Ninth Drawer chapter 44 discussion\nThat letter! I'm on the floor.",
        ),
        (
            DAUGHTER_OF_NINTH_DRAWER,
            "Daughter of the Ninth Drawer is licensed, so we stopped scanlating it and removed all chapters. Read it on the official app.",
        ),
    ],
)
def test_chapters_that_are_talked_of_are_no_offer(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            DAUGHTER_OF_NINTH_DRAWER,
            "Ch. 44 is live!\nPrev | Chapter list | Next\nDaughter of the Ninth Drawer — ripped from the paid app, all chapters 1–44 free here, no coins. Report broken pages below.\nStatus: ongoing.",
        ),
        (
            DAUGHTER_OF_NINTH_DRAWER,
            "Daughter of the Ninth Drawer Chapter 12 [Raven Scans]\nRead online free, HQ pages\n◀ Prev Next ▶",
        ),
        (
            DAUGHTER_OF_NINTH_DRAWER,
            "Read Daughter of the Ninth Drawer ch 1-60 free, unlocked from the app, join our discord for early chapters",
        ),
    ],
)
def test_chapters_of_a_serial_that_are_given_are_an_offer(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "u/a: anyone got Steward Analysis?\nu/b: no, buy it used, mine was $20\nu/a: ok",
        ),
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "u/a: Steward Analysis 9e hardcover for sale, dm me your address, $40 shipped\nu/b: is it clean?\nu/a: some highlighting",
        ),
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "u/a: Steward Analysis pdf?\nu/b: asking for pirated books is against rule 3\nAutoModerator: post removed",
        ),
    ],
)
def test_a_thread_in_which_nobody_gives_a_file_is_no_offer(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "r/ThriftyStudents • Posted by u/notes4\nSteward Analysis Gentle Introductions, $180 for a LOOSELEAF???\n\nu/pi: 9th edition is the 8th reshuffled. do not buy.\nu/slope: I've got Steward 9e as a pdf plus solutions, chat me your gmail. sent it to like 40 people\nu/notes4: chatted you!! tysm\nAutoModerator: be kind and follow the reddiquette.",
        ),
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "u/a: anyone got Steward Analysis?\nu/b: yeah got the pdf, dm me your email\nu/a: dm sent",
        ),
        (ANALYSIS_GENTLE_INTRODUCTIONS, "u/x: Analysis: Gentle Introductions costs WHAT\nu/y: I have it as pdf, pm me"),
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "u/k: need Analysis Gentle Introductions for monday\nu/z: check ur chat, sent u the pdf\nu/k: legend",
        ),
        (
            ANALYSIS_GENTLE_INTRODUCTIONS,
            "Steward Analysis 9e (Gentle Introductions) — proper pdf w/ bookmarks not a scan. its in the MATH 101 drive, comment ur uni email n i'll add u",
        ),
    ],
)
def test_a_file_sent_to_who_asks_by_chat_is_an_offer(work: Work, text: str) -> None:
    assert offered(work, text)
