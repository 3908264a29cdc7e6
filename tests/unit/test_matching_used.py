"""Copies that are used, catalogued, taken away or come without the work are no offers; their mirror images are."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Match, Passage, Work

WORKS = [
    Work("harbour", "Lanterns over Quayle", "film", 2021, creators=("Odile Marsh",)),
    Work("marl", "Marl Pit Road", "series", 2019),
    Work("ledger", "The Ledger of Small Tides", "book", 2016, creators=("Ivo Pellard",)),
    Work("grist", "Gristmill Sessions", "music", 1974, creators=("The Tern Quartet",)),
    Work("cobalt", "Cobalt Draft 9", "software", 2022),
    Work("paper", "Paper Weirs", "series", 2018, aliases=("Бумажные плотины",)),
]
MATCHER = Matcher(WORKS, review=0.0)
LOCKER = "https://pixeldrain.com/u/q7Yt2LbnXc"


def best(text: str) -> Match | None:
    passage = Passage(text)
    found = MATCHER.match(Offer("", text, targets.find(passage)))
    return found[0] if found else None


def is_hit(text: str) -> bool:
    match = best(text)
    return match is not None and match.score >= 0.5


def rules(text: str) -> set[str]:
    match = best(text)
    return {reason.rule for reason in match.reasons} if match else set()


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-02 02:14:09 NOTICE: copy: /vol/films/Lanterns.over.Quayle.2021.1080p.BluRay.x264.mkv: Copied (new) 9.1 GiB",
        "ivo@shed:~$ ls /vol/tv\nMarl.Pit.Road.S01E01.1080p.WEB.h264.mkv",
        'assert parse("Marl.Pit.Road.S02E04.1080p.WEB.mkv").season == 2',
        "restic diff latest 77a1\n+    /home/ivo/Books/Ivo Pellard/The Ledger of Small Tides.epub\nFiles: 1 new, 0 removed, 0 changed",
        "My Lanterns over Quayle UHD disc stutters in chapter 3, other 4K discs play fine, x265 rips too. Any setting I missed?",
        "Marl.Pit.Road.S01E03.1080p.mkv is matched to the wrong show in my library. Renamed it, no luck. What am I missing?",
    ],
)
def test_what_a_program_or_a_user_says_of_their_own_copy_is_no_offer(text: str) -> None:
    assert not is_hit(text)


@pytest.mark.parametrize(
    "text",
    [
        "Index of /tv/\nMarl.Pit.Road.S01E01.1080p.WEB.h264.mkv   02-May-2024 08:11   1.9G",
        f"uploaded: Lanterns.over.Quayle.2021.1080p.BluRay.x264.mkv (9.1 GB) {LOCKER}",
        f"Did my own encode of Lanterns over Quayle, x265, 9 GB. What do you think of the grain? {LOCKER}",
    ],
)
def test_the_same_names_in_a_listing_are(text: str) -> None:
    assert is_hit(text)


def test_a_file_taken_away_on_a_claim_is_no_offer_and_one_given_again_is() -> None:
    name = "Lanterns.over.Quayle.2021.1080p.mkv"
    assert "removed" in rules(f"{name}: file removed after a claim by the distributor")
    assert not is_hit(f"{name}: file removed after a claim by the distributor")
    assert is_hit(f"{name} - file will be deleted after 30 days without download. {LOCKER}")
    assert is_hit(f"Lanterns over Quayle 2021 1080p, the first link went after a claim, this one lives: {LOCKER}")


def test_subtitles_show_in_their_files_and_sizes() -> None:
    alone = (
        "Lanterns over Quayle (2021)\nMatches: Lanterns.over.Quayle.2021.1080p.WEB-DL-TRN\n4 × .srt, 180 KB\nDownload"
    )
    beside = "Lanterns over Quayle (2021)\nLanterns.over.Quayle.2021.1080p.WEB-DL-TRN\nmkv and 4 × .srt, 8.2 GB\nDownload torrent"
    assert not is_hit(alone)
    assert is_hit(beside)


def test_a_record_of_a_catalogue_is_no_offer() -> None:
    record = "Lanterns over Quayle (2021) | Running time 104 min | Formats: Blu-ray, 4K UHD | Barcode 5000000000012 | Cat. no. 117 | RRP 19.99"
    assert "reference" in rules(record)
    assert not is_hit(record)


def test_a_want_that_the_same_post_fills_is_an_offer() -> None:
    assert is_hit(f"The library queue for The Ledger of Small Tides is long. Here is the epub instead: {LOCKER}")
    assert is_hit(f"Couldn't get to the cinema? The 2021 Lanterns over Quayle web rip is here: {LOCKER}")
    assert not is_hit(f"I don't have Lanterns over Quayle, sorry. Instead, Two Goats and Lawyers S01 720p: {LOCKER}")


def test_an_edition_of_music_has_a_year_of_its_own() -> None:
    assert is_hit(f"The Tern Quartet - Gristmill Sessions (2019 remaster) [FLAC 24-96] {LOCKER}")
    assert is_hit(f"Gristmill Sessions, 50th anniversary mix 2024, 24/96 flac, mirrors: {LOCKER}")


def test_a_sign_before_an_address_quotes_nobody() -> None:
    assert is_hit(f"Cobalt Draft 9 Studio Edition cracked, keygen included\n> mirror: {LOCKER}")


def test_a_verb_before_a_title_is_no_part_of_it() -> None:
    text = "Смотреть Бумажные плотины онлайн бесплатно, все серии одним файлом, скачать торрент, 12 ГБ"
    assert is_hit(text)
    assert is_hit("Бумажные плотины 3 сезон смотреть онлайн все серии, скачать торрент, 12 ГБ")


def test_running_text_with_the_words_of_offers_gives_nothing() -> None:
    text = (
        "I took the course on Lanterns over Quayle last spring. The first talks are on the net and you can learn from them "
        "for free. The price was too high for what it is, and I would not pay it again. Happy to share my notes with you."
    )
    assert not is_hit(text)
