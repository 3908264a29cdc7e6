"""What registries answer, read strictly: lists of services, cards, domains, networks, systems."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attribution import bootstrap, card, registration
from crawler.attribution.bootstrap import for_address, for_domain, for_system
from crawler.attribution.card import Card
from crawler.attribution.registration import NetworkFacts, Unreadable
from crawler.config import parse
from crawler.errors import ConfigurationError, UsageError
from crawler.hosts import address_port, registered_domain
from tests.attribution.asking_scene import card as jcard
from tests.attribution.asking_scene import domain, network

SERVICES = [
    [["example"], ["http://plain.example/", "https://safe.example/rdap"]],
    [["co.example", "CO.TEST"], ["https://narrow.example/"]],
    [["192.0.2.0/24", "2001:db8::/32"], ["https://wide.example/"]],
    [["192.0.2.128/25", "no network"], ["https://close.example/"]],
    [["64496-64500", "64511"], ["https://numbers.example/"]],
    [["broken"], ["ftp://x.example/"]],
    [["broken"], "https://x.example/"],
    "broken",
]


def _bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_the_service_is_that_of_the_longest_entry_and_the_safe_line() -> None:
    entries = bootstrap.services(_bytes({"version": "1.0", "services": SERVICES}))
    assert for_domain(entries, "films.example") == "https://safe.example/rdap/"
    assert for_domain(entries, "shop.co.example") == for_domain(entries, "CO.test.") == "https://narrow.example/"
    assert for_domain(entries, "disco.example") == "https://safe.example/rdap/"
    assert for_domain(entries, "films.broken") is None and for_domain(entries, "films.other") is None
    assert for_address(entries, "192.0.2.1") == for_address(entries, "2001:db8::1") == "https://wide.example/"
    assert for_address(entries, "192.0.2.200") == "https://close.example/"
    assert for_address(entries, "198.51.100.1") is None
    assert for_system(entries, 64498) == for_system(entries, 64511) == "https://numbers.example/"
    assert for_system(entries, 64501) is None


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"version":"2.0","services":[]}', b'{"version":"1.0"}', b"\xff"])
def test_what_is_no_list_of_services_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        bootstrap.services(data)


ADDRESS = ["", "", "1 Quay", "Halifax", "NS", "B3H", "Canada"]


@pytest.mark.parametrize(
    ("data", "is_organisation", "read"),
    [
        (jcard(["kind", {}, "text", "org"], ["fn", {}, "text", "Harbour Ltd"]), False, Card("Harbour Ltd")),
        (jcard(["fn", {}, "text", "Harbour Ltd"], ["adr", {}, "text", ADDRESS]), True, Card("Harbour Ltd", "CA")),
        (jcard(["fn", {}, "text", "Given Name"], ["adr", {}, "text", ADDRESS]), False, Card()),
        (jcard(["kind", {}, "text", "individual"], ["fn", {}, "text", "Given Name"]), True, Card()),
        (jcard(["fn", {}, "text", "Given Name"], ["org", {}, "text", ["Harbour", "Desk"]]), False, Card("Harbour")),
        (jcard(["org", {}, "text", "H"], ["adr", {"cc": "nl"}, "text", ADDRESS]), False, Card("H", "NL")),
        (jcard(["org", {}, "text", "H"], ["adr", {}, "text", ADDRESS[:3]]), False, Card("H")),
        (jcard(["org", {}, "text", "H"], ["adr", {}, "text", [*ADDRESS[:6], "Nowhere"]]), False, Card("H")),
        (jcard(["org", {}, "text", " two\n\x1b[2J lines "]), False, Card("two [2J lines")),
        (jcard(["org", {}, "text"]), False, Card()),
        (jcard("org"), False, Card()),
        (["vcard", [["org", {}, "text", "Without a version"]]], False, Card()),
        (["vcard", [["version", {}, "text", "3.0"], ["org", {}, "text", "Old"]]], False, Card()),
        (["hcard", []], False, Card()),
        (None, True, Card()),
    ],
)
def test_of_a_card_only_an_organisation_and_its_country_are_read(data: Any, is_organisation: bool, read: Card) -> None:
    assert card.read(data, is_organisation=is_organisation) == read


def test_a_domain_is_read_in_unicode_too_and_every_part_that_is_amiss_is_left_out() -> None:
    told = domain("films.example", ldhName=None, unicodeName="фильм.example", events=[
        {"eventAction": "registration", "eventDate": "yesterday"}, {"eventAction": "expiration"}, "noise",
        {"eventAction": "transfer", "eventDate": "2024-02-03T04:05:06Z"}, {"eventAction": "last changed", "eventDate": "2024-02-03"},
    ], status="active", redacted=[{"name": {}}, {"name": {"type": "Tech Email"}}, 7])  # fmt: skip
    facts = registration.domain(_bytes(told), "фильм.example".encode("idna").decode())
    assert [(what, moment.isoformat()) for what, moment in facts.dates] == [
        ("transferred", "2024-02-03T04:05:06+00:00")
    ]
    assert facts.statuses == () and facts.redacted == ("unnamed", "Tech Email")
    bare = registration.domain(_bytes({"objectClassName": "domain", "ldhName": "a.example"}), "a.example")
    assert (bare.registrar, bare.registrar_country, bare.dates) == (None, None, ())


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (network("192.0.2.0", "192.0.2.255"), "198.51.100.1"),
        (network("192.0.2.255", "192.0.2.0"), "192.0.2.7"),
        (network("192.0.2.0", "2001:db8::1"), "192.0.2.7"),
        (network("192.0.2.0", "anywhere"), "192.0.2.7"),
        (domain("films.example"), "192.0.2.7"),
    ],
)
def test_an_answer_about_another_network_is_refused(told: Any, asked: str) -> None:
    with pytest.raises(Unreadable):
        registration.network(_bytes(told), asked)


def test_a_network_and_a_system_give_their_holders() -> None:
    told = network("2001:db8::", "2001:db8::ffff", arin_originas0_originautnums=[64500, "64501", -1, 1 << 40, 64500])
    assert registration.network(_bytes(told), "2001:db8::7") == NetworkFacts(
        "2001:db8::", "2001:db8::ffff", "HARBOUR-NET", "Harbour Hosting BV", "NL", (64500,), ()
    )
    found = registration.system(_bytes({"objectClassName": "autnum", "name": "HARBOUR", "country": "XX"}), 64500)
    assert (found.first, found.last, found.name, found.country) == ("AS64500", "AS64500", "HARBOUR", None)
    with pytest.raises(Unreadable):
        registration.system(_bytes({"objectClassName": "autnum", "startAutnum": 1, "endAutnum": 9}), 64500)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["entities", "events", "roles", "vcardArray", "status", "redacted", "name", "publicIds", "startAddress",
                         "endAddress", "country", "eventDate", "eventAction"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_whatever_stands_in_an_answer_is_read_or_refused(noise: Any) -> None:
    more = (
        noise if isinstance(noise, dict) else {"entities": noise, "events": noise, "redacted": noise, "status": noise}
    )
    registration.domain(_bytes({**more, "objectClassName": "domain", "ldhName": "a.example"}), "a.example")
    registration.network(_bytes({**more, "objectClassName": "ip network", "startAddress": "192.0.2.0",
                                 "endAddress": "192.0.2.9"}), "192.0.2.7")  # fmt: skip


@pytest.mark.parametrize(
    "text", ["resolver.example", "", "192.0.2.300", "192.0.2.1:99999", "192.0.2.1:53/x", "[::1", "a@192.0.2.1"]
)
def test_a_resolver_is_an_address(text: str) -> None:
    with pytest.raises(UsageError):
        address_port(text, 53)
    with pytest.raises(ConfigurationError, match=r"attribution\.resolvers"):
        parse(f"[attribution]\nresolvers = [{json.dumps(text)}]\n")


def test_addresses_and_domains_are_read_as_people_write_them() -> None:
    assert address_port("192.0.2.53", 53) == ("192.0.2.53", 53)
    assert address_port("192.0.2.53:5353", 53) == ("192.0.2.53", 5353)
    assert address_port("2001:db8::53", 53) == ("2001:db8::53", 53)
    assert address_port("[2001:db8::53]:5353", 53) == ("2001:db8::53", 5353)
    assert registered_domain("my.blog.blogspot.com") == "blogspot.com"
    assert registered_domain("a.b.co.uk") == "b.co.uk" and registered_domain("x.films.example") == "films.example"
