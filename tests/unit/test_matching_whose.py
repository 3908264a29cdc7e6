"""Whose copy it is that a text gives: the title's, another volume's, another maker's, or that of another work of a thread."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

BOOK = Work("w", "Ashmoor Wardens", "book", 2018, creators=("Lena Prow",))
SERIES = Work("w", "Harrow Lane Dispatch", "series", 2021, creators=("Ines Calder",))
ALBUM = Work("w", "Lanterns", "music", 1976, creators=("Greta Vaughn",))
FIRST = Work("w", "The Salt Ledger", "book", 2019, creators=("Mona Feld",))
SECOND = Work("second", "The Amber Toll", "book", 2021, creators=("Mona Feld",))
SHOW = Work("w", "Coldharbour", "series", 2022, creators=("Vera Lindt",))
MASKED = Work("w", "Persuasion", "film", 2022, creators=("Carrie Cole",))
PROGRAM = Work("w", "Veltra Mix Studio", "software", 2023, creators=("Veltra Audio",))
SERVED = Work("w", "Kestrel", "series", 2024, creators=("Imre Vass",))
LINK = "https://dropkeep.example/f/x7Tec2q"
ASKED = "[REQ] Harrow Lane Dispatch season 2\nmarl: anyone? season 1 is everywhere\nTove_: subbed\n"
FIELDS = "Coldharbour - Season 2\nIMDb: 8.1 | Thriller | Cast: Jon Mead\n\n"


def offered(text: str) -> Offer:
    return Offer("", text, targets.find(Passage(text)))


def found(text: str, *works: Work) -> set[str]:
    return {one.work_id for one in Matcher(works).match(offered(text)) if one.score >= 0.5}


def rules(text: str, work: Work) -> set[str]:
    return {one.rule for _, evidence in Matcher([work]).candidates(offered(text)) for one in evidence}


@pytest.mark.parametrize(
    "text",
    [
        f"Ashmoor Wardens #2 The Cinder Almanac epub >> {LINK}",
        f"Ashmoor Wardens #4: The Hollow Choir (Lena Prow) epub {LINK}",
        f"Ashmoor Wardens, Book 3 - A Crown of Reeds [epub] {LINK}",
        f"Ashmoor Wardens 03 The Drowned Bell.epub - {LINK}",
        f"Ashmoor Wardens (#5) Night of Lanterns azw3 {LINK}",
        f"The Cinder Almanac (Ashmoor Wardens #2) epub {LINK}",
        f"ashmoor wardens #2 the cinder almanac epub {LINK}",
    ],
)
def test_a_volume_with_a_name_of_its_own_is_another_book(text: str) -> None:
    assert "volume-named" in rules(text, BOOK)
    assert not found(text, BOOK)


@pytest.mark.parametrize(
    "text",
    [
        f"Ashmoor Wardens #1 epub >> {LINK}",
        f"Ashmoor Wardens #1-4 epub {LINK}",
        f"Ashmoor Wardens (Book 1) by Lena Prow epub {LINK}",
        f"Ashmoor Wardens 1-3 + The Cinder Almanac, epub - {LINK}",
        f"Ashmoor Wardens #2 Lena Prow epub {LINK}",
        f"01 Ashmoor Wardens 02 The Lamp Eaters, epubs: {LINK}",
    ],
)
def test_the_first_volume_runs_and_the_next_item_of_a_list_are_no_other_volume(text: str) -> None:
    assert "volume-named" not in rules(text, BOOK)


@pytest.mark.parametrize(
    "text",
    [
        f"Ripped: 'Lanterns' by The Osric Bell Quartet, jazz, 2009, 320kbps >> {LINK}",
        f'"Lanterns" by Dario Pell (2014) FLAC {LINK}',
        f"“Lanterns” (Dario Pell) 320kbps {LINK}",
        f"Osric Bell - Lanterns (2009) [FLAC] {LINK}",
    ],
)
def test_another_maker_beside_a_title_in_marks_or_ahead_of_it_is_heard(text: str) -> None:
    assert "other-creator" in rules(text, ALBUM)
    assert not found(text, ALBUM)


@pytest.mark.parametrize(
    "text",
    [
        f"Ripped: 'Lanterns' by Greta Vaughn, folk, 1976, 320kbps >> {LINK}",
        f"'Lanterns' by Gretta Vaughan, flac {LINK}",
        f"'Lanterns' ripped by Uncle Tape, 1976, 24bit {LINK}",
        f"Greta Vaughn - Lanterns (1976) [FLAC] {LINK}",
        f"Fresh Rips - Lanterns [FLAC 24bit] {LINK}",
    ],
)
def test_the_maker_of_the_work_misspelt_or_whoever_ripped_it_is_no_other_maker(text: str) -> None:
    assert "other-creator" not in rules(text, ALBUM)
    assert found(text, ALBUM)


@pytest.mark.parametrize(
    "answer",
    [
        f"quint: here's the other one marl wanted, Copper Street S02 720p: {LINK}",
        f"quint: no idea about that. I do have The Tin Orchard 1080p though: {LINK}",
        f"quint: meanwhile Marrow Falls {LINK}",
    ],
)
def test_what_a_thread_gives_under_another_name_is_not_what_it_asks_for(answer: str) -> None:
    assert "given-is-other" in rules(ASKED + answer, SERIES)
    assert not found(ASKED + answer, SERIES)


@pytest.mark.parametrize(
    "answer",
    [
        f"quint: here you go: {LINK}",
        f"quint: Here, WEB-DL from Amazon Prime: {LINK}",
        f"quint: Found it on Old Harbour Tracker: {LINK}",
        f"quint: Sure Thing Buddy {LINK}",
        f"Quint Morrow: {LINK}",
        f"quint: here, Harrow Lane Dispatch S02 1080p: {LINK}",
        f"quint: Copper Street S02 {LINK}\nkes: and Harrow Lane Dispatch S02 {LINK}8",
    ],
)
def test_what_a_thread_gives_without_another_name_is_what_it_asks_for(answer: str) -> None:
    assert "given-is-other" not in rules(ASKED + answer, SERIES)
    assert found(ASKED + answer, SERIES)


@pytest.mark.parametrize(
    "text",
    [
        f"pell: anyone got The Salt Ledger?\norrin: not that one sorry, just book two, The Amber Toll\npell: ok\norrin: {LINK} epub",
        f"hex: need The Salt Ledger, epub\nfinn: I don't have Salt Ledger, only the sequel The Amber Toll. ok?\nhex: yes\nfinn: {LINK}",
    ],
)
def test_what_somebody_has_in_place_of_what_is_asked_for_is_given(text: str) -> None:
    assert found(text, FIRST, SECOND) == {"second"}


def test_who_has_only_another_form_gives_the_work() -> None:
    text = (
        f"pell: need The Salt Ledger by Mona Feld\norrin: don't have the pdf, only the epub\npell: fine\norrin: {LINK}"
    )
    assert found(text, FIRST, SECOND) == {"w"}


@pytest.mark.parametrize(
    "rows",
    [
        "S02E01 Ash [streamwish] [filemoon] [download]\nS02E02 Tin [streamwish] [filemoon] [download]",
        "E01 The Quay - doodstream / voe / mixdrop\nE02 The Hull - doodstream / voe / mixdrop",
        "Episode 1: Host 1 | Host 2 | Download\nEpisode 2: Host 1 | Host 2 | Download",
    ],
)
def test_a_list_of_episodes_with_their_hosts_gives_them_whatever_fields_stand_above(rows: str) -> None:
    assert {"hosts-by-episode"} <= rules(FIELDS + rows, SHOW)
    assert "reference" not in rules(FIELDS + rows, SHOW)
    assert found(FIELDS + rows, SHOW)


@pytest.mark.parametrize(
    "rows",
    [
        "S02E01 Ash, aired 3 May 2022, rating 7.8\nS02E02 Tin, aired 10 May 2022, rating 7.4",
        "S02E01 Ash [summary] [cast] [photos]\nS02E02 Tin [summary] [cast] [photos]",
        "S02E01 Where to watch: [Netflix] [Prime Video]\nS02E02 Where to watch: [Netflix] [Prime Video]",
    ],
)
def test_a_guide_to_episodes_names_no_hosts(rows: str) -> None:
    assert "hosts-by-episode" not in rules(FIELDS + rows, SHOW)


def test_signs_in_place_of_letters_are_no_slip() -> None:
    assert found("P*rsuas*on 2022 1080p web-dl link in comments", MASKED)
    assert "slip-alone" not in rules("P*rsuas*on 1080p web-dl link in comments", MASKED)
    assert "slip-alone" in rules("Prsuason 1080p web-dl link in comments", MASKED)


def test_a_thread_that_staff_close_after_lawyers_wrote_gives_nothing() -> None:
    closed = (
        "Topic: Veltra Mix Studio 2023 (CLOSED)\n\nfen: [content removed by staff]\nlou: too late?\n"
        "Admin Hal: Closing this. Veltra's lawyers wrote to us, so no links, no check your inbox, no hints."
    )
    assert not found(closed, PROGRAM)
    assert found(f"Veltra Mix Studio 2023, old thread was closed. full, cracked: {LINK}", PROGRAM)


@pytest.mark.parametrize(
    "text",
    [
        "emby logins 4€/mo. everyone asks so: yes, Kestrel (the new one, 2024) is on, 4k. no i don't take paypal. pm",
        "Jellyfin server access 3€. FAQ: Kestrel? yes, the new one from 2024, all 8 episodes. Requests? yes. Crypto? yes. pm",
    ],
)
def test_which_edition_it_is_and_how_it_is_paid_take_nothing_from_an_offer(text: str) -> None:
    assert found(text, SERVED)


def test_the_new_title_still_compares() -> None:
    assert "compared" in rules("my plex login is 5€/mo. is Marlow the new Kestrel? pm me 4k", SERVED)
