"""What an offer leaves in a text: prices, sizes, channels, carriers, sentences, addresses, and what they weigh together."""

import pytest

from crawler.matching import Matcher, Offer
from crawler.matching.addresses import addresses
from crawler.matching.channels import chats, handles
from crawler.matching.evidence import Evidence
from crawler.matching.files import files
from crawler.matching.offering import weighed
from crawler.matching.page import Page
from crawler.matching.prices import prices
from crawler.matching.sharing import sentences
from crawler.matching.signals import Signals
from crawler.model import Passage, Target, Work
from crawler.targets import find
from crawler.text import fold, words

FILM = Work(work_id="lantern", title="The Paper Lantern Road", kind="film", year=2017, creators=("Mina Orrell",))


def both(text: str) -> tuple[str, str]:
    """A text folded, and its words view."""
    view = fold(text)
    return view.text, words(view).text


def signs(text: str) -> set[str]:
    return set(Signals(Page(Offer("", text))).by_rule)


def score(text: str, work: Work = FILM) -> float:
    passage = Passage(text)
    (match,) = Matcher([work], threshold=0.5, review=0.0).match(Offer("", text, find(passage))) or (None,)
    return match.score if match else 0.0


@pytest.mark.parametrize(
    "text",
    ["£3", "3 quid", "20 bucks", "RM45", "1500 Ft", "10 zł", "50 Kč", "300 руб", "40 kr", "30 lei", "150 TL", "R$ 10", "4,50 €",
     "Rp 50.000", "50rb", "9.9元", "9块9", "a tenner", "five euros", "Preis 25", "₹199"],
)  # fmt: skip
def test_a_price_is_read_in_any_notation(text: str) -> None:
    assert list(prices(*both(f"all of it, {text}, thanks")))


@pytest.mark.parametrize(
    "text", ["$0", "0 euros", "the.film.1080p.mkv", "6 ft tall", "price 2011", "code 489d", "100%"]
)
def test_what_only_looks_like_a_price_is_none(text: str) -> None:
    assert not list(prices(*both(f"so {text} then")))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("about 4.7 GB", "file-size"),
        ("8,4 Go", "file-size"),
        ("полтора фильма 1.5 ГБ", "file-size"),
        ("lantern_road.part2.rar", "file-named"),
        ("Size: 900 MB  Ext: pdf", "record"),
        ("↑ 210 ↓ 14", "record"),
        ("S: 120 | L: 4", "record"),
        ("Server 1 | Server 2", "record"),
    ],
)
def test_traces_of_files_are_found(text: str, rule: str) -> None:
    assert rule in {trace.rule for trace in files(*both(text))}


def test_one_field_alone_is_no_record() -> None:
    assert "record" not in {trace.rule for trace in files(*both("Source: the evening paper"))}


def test_a_closed_chat_says_more_than_an_open_channel_and_mail_is_a_channel() -> None:
    (closed,) = chats("join t.me/+AbCdEf12345")
    (open_one,) = chats("see t.me/lanternnews")
    assert closed.weight > open_one.weight
    assert [trace.rule for trace in handles("write to copies@post.test or @lantern_bot")] == ["channel", "channel"]


@pytest.mark.parametrize(
    "text",
    ["drop.example/n24", "https://short.test/aB3", "pastes.example/k81z", "http://films-for-all.example:8080/watch/7"],
)
def test_an_address_that_no_list_knows_is_a_trace(text: str) -> None:
    assert [trace.rule for trace in addresses(f"here: {text} ok", (), "")] == ["address"]


@pytest.mark.parametrize(
    "text",
    [
        "netflix.com/title/1",
        "en.wikipedia.org/wiki/Road",
        "news.example/lantern",
        "the end.Then/now",
        "shop.example/lantern",
        "readme.txt",
    ],
)
def test_genuine_addresses_and_no_addresses_are_none(text: str) -> None:
    assert not list(addresses(f"see {text} ok", (), ""))


def test_an_address_that_is_a_target_or_the_pages_own_is_not_counted_again() -> None:
    target = Target("cloud_drive", "https://drop.example/n24", "drop/n24", "drop.example")
    assert not list(addresses("drop.example/n24", (target,), ""))
    assert not list(addresses("drop.example/n24", (), "drop.example"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("just shout if you want it", "channel"),
        ("I can burn you a copy", "act-of-sharing"),
        ("whoever needs it can have it", "act-of-sharing"),
        ("it is on my nextcloud", "storage"),
        ("three films on a stick", "carrier"),
        ("licence check removed", "unlocked"),
        ("runs without a serial", "unlocked"),
        ("not an official release", "own-copy"),
        ("ich schicke euch den Link", "act-of-sharing"),
        ("auf gebrannter DVD", "carrier"),
        ("lien dispo en bas", "act-of-sharing"),
        ("se los mando hoy", "act-of-sharing"),
        ("mando link pelo zap", "act-of-sharing"),
        ("chi lo vuole scriva", "act-of-sharing"),
        ("podeślę wieczorem", "act-of-sharing"),
        ("могу скинуть", "act-of-sharing"),
        ("на флешке", "carrier"),
        ("link isteyen yazsın", "act-of-sharing"),
        ("στέλνω αύριο", "act-of-sharing"),
        ("linket privátban küldök", "act-of-sharing"),
        ("trimit link pe mail", "act-of-sharing"),
        ("bränd dvd", "carrier"),
        ("stuur even een pb voor de link", "act-of-sharing"),
        ("linknya di bio", "act-of-sharing"),
        ("ib mình gửi link", "act-of-sharing"),
    ],
)
def test_sentences_of_sharing_are_known_in_many_languages(text: str, rule: str) -> None:
    assert rule in {trace.rule for trace in sentences(words(fold(text)).text)}


@pytest.mark.parametrize(
    "text",
    ["The road was long and nobody spoke", "Der Film läuft am Freitag", "Le film est très beau", "Фильм понравился"],
)
def test_plain_sentences_leave_no_trace(text: str) -> None:
    assert not signs(text)


def test_the_time_of_day_is_no_private_message() -> None:
    assert "channel" not in signs("Doors open 7 pm")
    assert "channel" in signs("pm for it")


def test_digits_in_the_words_of_the_trade_hide_nothing() -> None:
    assert {"payment", "whole-of-it"} <= signs("s3as0n p4ck, all 3pis0d3s, all eps, p4yp4l")


def test_a_phrase_that_only_holds_a_word_of_the_trade_is_no_trace() -> None:
    assert "words-of-offer" not in signs("a torrent of praise")


def test_each_further_sign_of_one_offer_adds_less() -> None:
    found = [Evidence(name, 1.0) for name in ("channel", "carrier", "storage")]
    weights = [one.weight for one in weighed(found)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0


def test_what_offers_nothing_is_charged_with_it_and_slight_signs_in_part() -> None:
    assert [one.rule for one in weighed([])] == ["no-offer"]
    slight = weighed([Evidence("file-size", 0.8)])
    assert [one.rule for one in slight] == ["file-size", "little-offer"]
    assert -4.0 < slight[-1].weight < 0


def test_a_price_and_a_sale_are_not_enough_since_genuine_goods_have_them_too() -> None:
    assert score("Selling The Paper Lantern Road, 6 euros, delivered") < 0.5
    assert score("Selling The Paper Lantern Road on a burned disc, 6 euros, delivered") >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The Paper Lantern Road, tenner on a usb stick, shout if you want it",
        "The Paper Lantern Road is on my plex, give me your email and I'll add you",
        "Biete The Paper Lantern Road, gebrannte DVD, 4 Euro plus Porto",
        "The Paper Lantern Road, lien en MP, gratuit",
        "Tengo The Paper Lantern Road, escribe al privado y lo mando por whatsapp",
        "The Paper Lantern Road 2017 на флешке, 300 руб, пишите в лс",
        "The Paper Lantern Road | 4.1 GB | pastes.example/k81z",
    ],
)
def test_an_offer_is_one_whatever_its_words(text: str) -> None:
    assert score(text) >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The Paper Lantern Road was lovely, I cried",
        "The Paper Lantern Road made 40 million dollars",
        "The Paper Lantern Road: more at lanternroad.example/about",
    ],
)
def test_a_trace_that_may_be_chance_makes_no_hit(text: str) -> None:
    assert score(text) < 0.5


def test_a_trace_far_from_the_title_weighs_less_than_one_beside_it() -> None:
    beside = score("The Paper Lantern Road, on my nextcloud")
    apart = score(
        "The Paper Lantern Road\n\n" + "We talked of the weather for a while.\n" * 60 + "\nAll else is on my nextcloud"
    )
    assert apart < beside
