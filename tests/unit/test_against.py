"""What makes a text something else than an offer, by where its words stand."""

import pytest

from crawler.matching import Matcher, Offer
from crawler.matching.lexicon import genuine_host
from crawler.model import Passage, Work
from crawler.targets import find

WORKS = [
    Work("hill", "The Amber Hillside", "film", 2019, creators=("Ines Varga",)),
    Work("bread", "A Baker's Almanac", "book", 2014, creators=("Otto Lindqvist",)),
    Work("bridge", "青石桥边", "film", 2018, creators=("顾南舟",)),
    Work("keep", "Gravelkeep Hollow", "game", 2021),
]
LINK = "https://mega.nz/file/AbCdEfGh#key"
MATCHER = Matcher(WORKS, review=0.0)


def reasons(text: str, work_id: str = "hill") -> dict[str, float]:
    offer = Offer("", text, find(Passage(text)))
    return next(
        ({one.rule: one.weight for one in match.reasons} for match in MATCHER.match(offer) if match.work_id == work_id),
        {},
    )


def hits(text: str) -> list[str]:
    offer = Offer("", text, find(Passage(text)))
    return [match.work_id for match in MATCHER.match(offer) if match.score >= MATCHER.threshold]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("review", f"The Amber Hillside, my review: four stars out of five, slow but lovely. {LINK}"),
        ("news", "Police raided a warehouse of copies of The Amber Hillside on DVD-R, the court heard."),
        ("trailer", f"The Amber Hillside official trailer 1080p {LINK}"),
        ("soundtrack", f"The Amber Hillside original soundtrack flac {LINK}"),
        ("subtitles", f"Subtitles for The Amber Hillside 1080p, srt only {LINK}"),
        ("merchandise", f"The Amber Hillside poster, high resolution download {LINK}"),
        ("request", "Has anybody got The Amber Hillside 1080p? Can't find it anywhere"),
        ("moderation", "Do not post The Amber Hillside 1080p links, you will be banned for it"),
        ("licensed", "The Amber Hillside 4K, available to buy from the official store, pre order now"),
        ("lending", "Place a hold on The Amber Hillside DVD with your library card"),
        ("programme", "The Amber Hillside 4K: screenings at seven, book tickets at the door"),
        ("second-hand", "Used DVD: The Amber Hillside, very good condition, original case, 3 euros"),
        ("free-work", "The Amber Hillside is in the public domain now, download 1080p"),
        ("compared", f"If you liked The Amber Hillside you want this one: {LINK}"),
        ("not-shared", f"{LINK} is the folder. The Amber Hillside is not shared"),
        ("addition", "Map pack download, needs the original game Gravelkeep Hollow installed"),
        ("user-name", f"u/TheAmberHillside2019: printer driver is here {LINK}"),
        ("request", "WTB: The Amber Hillside 1080p"),
        ("question", "Is the 1080p release of The Amber Hillside any good?"),
        ("running-text", "It looks as if the 1080p of The Amber Hillside was made from tape, says a forum"),
        ("signature", f"posts: 1204 | “The Amber Hillside” fan\nprinter driver {LINK}"),
    ],
)
def test_words_against_are_told(rule: str, text: str) -> None:
    found = reasons(text, "keep" if "Gravelkeep" in text else "hill")
    assert found.get(rule, 0.0) < -0.3, found


@pytest.mark.parametrize(
    "text",
    [
        f"The Amber Hillside (2019) 1080p with trailer and soundtrack {LINK}",
        f"The Amber Hillside (2019) 1080p, no trailer, incl. English subtitles {LINK}",
        f"The Amber Hillside (2019) 1080p, grab it before it is deleted {LINK}",
        f"The Amber Hillside (2019). Five stars, the best review I can give: slow but lovely.\nHere is my rip: {LINK}",
        f"Anyone got The Amber Hillside 2019?\n\ntom: any luck\nrex: here you go {LINK}\ntom: cheers",
        f"My list\n- Some Other Film: expired, sorry\n- The Amber Hillside 2019: fixed {LINK}",
        f"> anyone got The Amber Hillside 2019?\nsure, 1080p: {LINK}",
        f"The Amber Hillside 2019 1080p (incl. soundtrack, artbook, poster) {LINK}",
        "If anyone is looking for The Amber Hillside 2019, I have it in 1080p, just pm me",
        "Who wants The Amber Hillside 2019 1080p? Inbox me and I send the drive link",
        f"《青石桥边》2018 影评：节奏慢但耐看。顺手传了 1080P：{LINK}",
    ],
)
def test_words_by_the_way_leave_an_offer_one(text: str) -> None:
    assert hits(text) in (["hill"], ["bridge"])


@pytest.mark.parametrize(
    "text",
    [
        f"Mirrors\n- “Fern Valley” 1080p {LINK}\n- “Otter Lake” 1080p {LINK}\n- The Amber Hillside: somebody else's upload, ask them",
        f"Help with my router\n#1 tom\nThe firmware is here {LINK}\n____\nstill quoting The Amber Hillside\n#2 rex\nthanks",
        f"喜欢《青石桥边》的别错过这部：《远山的灯》1080P {LINK}",
        f"今天聊《青石桥边》。\n另外分享我写的《养花手册》PDF {LINK}",
        f"回复 青石桥边 的帖子：\n打印机驱动在这里 {LINK}",
        "The following titles were removed at the request of the rights holder:\n- The Amber Hillside 1080p\n- Fern Valley 1080p",
        f"bob: The Amber Hillside is on tonight\namy: cool\nbob: and here is the invoice: {LINK}",
        "Open requests: The Amber Hillside 1080p, Fern Valley\nthe rest is in another topic",
        "The Amber Hillside 2019 in 4K https://www.netflix.com/title/12345",
        f"Fern Valley 2020 1080p {LINK}\nFor everybody who cried at The Amber Hillside.",
        "City library\nThese may be borrowed with your library card:\n- A Baker's Almanac, epub\n- Fern Valley, epub",
    ],
)
def test_a_mention_beside_something_else_is_no_hit(text: str) -> None:
    assert hits(text) == []


def test_a_comparison_counts_only_beside_the_title() -> None:
    assert "compared" not in reasons(f"The Amber Hillside 1080p, better than the cam {LINK}")


def test_what_is_on_both_sides_of_a_stroke_is_no_phrase() -> None:
    assert "trailer" not in reasons(f"The Amber Hillside 2019 mkv, filed under music/video {LINK}")


def test_a_marketplace_is_no_licensed_shop() -> None:
    assert (
        genuine_host("www.ebay.com") == genuine_host("item.taobao.com") == genuine_host("goofish.com") == "marketplace"
    )
    assert genuine_host("music.163.com") == "licensed"
    assert genuine_host("www.163.com") == "reference"
    assert genuine_host("box.example") is None
    found = reasons("The Amber Hillside DVD-R copies, 3 USD each https://www.ebay.com/itm/123456789")
    assert "licensed-address" not in found and "target" not in found


def test_a_licensed_domain_of_the_work_speaks_against() -> None:
    work = Work("own", "The Amber Hillside", "film", 2019, licensed_domains=("hillside-films.example",))
    text = "The Amber Hillside 2019 1080p https://shop.hillside-films.example/watch"
    matches = Matcher([work], review=0.0).match(Offer("", text, find(Passage(text))))
    assert any(one.rule == "licensed-address" for match in matches for one in match.reasons)
