"""No connection to an address that the guard does not allow, however it is spelled or resolved."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.crawler import Crawler

from crawler.engine.guard.addresses import AddressPolicy, AddressRefused, Resolver, literal
from crawler.hosts import address_class
from tests.crawl.crawling import crawl
from tests.crawl.hostile import HostileServer
from tests.decorators import coroutine_test

OWN = AddressPolicy(True, frozenset({"forum.test:80"}))

PRIVATE = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.5.5", "192.168.0.1", "100.64.0.1", "::1", "fc00::1", "fec0::1",
           "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::"]  # fmt: skip
NEVER = ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "224.0.0.1", "ff02::1", "0.0.0.0",
         "::", "255.255.255.255", "240.0.0.1"]  # fmt: skip
PUBLIC = ["8.8.8.8", "2600::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_for_the_sites_own_hosts_only(address: str) -> None:
    assert OWN.admit("forum.test:80", [address]) == (address,)
    for policy, host in ((OWN, "other.test:80"), (OWN, "forum.test:81"), (AddressPolicy(), "forum.test:80")):
        with pytest.raises(AddressRefused, match="private or loopback"):
            policy.admit(host, [address])


@pytest.mark.parametrize("address", NEVER)
def test_a_link_local_multicast_or_reserved_address_is_refused_always(address: str) -> None:
    with pytest.raises(AddressRefused, match="link-local, multicast"):
        OWN.admit("forum.test:80", [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed_for_any_host(address: str) -> None:
    assert AddressPolicy().admit("other.test:443", [address]) == (address,)


def test_of_mixed_answers_only_the_allowed_ones_are_used() -> None:
    assert AddressPolicy().admit("a.test:80", ["10.0.0.1", "8.8.8.8", "169.254.1.1", "9.9.9.9"]) == (
        "8.8.8.8",
        "9.9.9.9",
    )


@given(st.ip_addresses())
def test_every_address_has_a_class_and_mapped_ipv4_has_the_class_of_its_ipv4(address: object) -> None:
    kind = address_class(str(address))
    assert kind in ("public", "private", "forbidden")
    if ":" not in str(address):
        assert address_class(f"::ffff:{address}") == kind


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[::ffff:7f00:1]", "::ffff:7f00:1"),
        ("fe80::1%eth0", "fe80::1"),
        ("cafe.de", None),
        ("forum.test", None),
        ("face", None),
    ],
)
def test_an_address_literal_is_seen_in_every_spelling(host: str, address: str | None) -> None:
    assert literal(host) == address


@coroutine_test
async def test_a_name_is_resolved_once_and_connected_by_the_checked_address() -> None:
    asked: list[str] = []

    async def rebinding(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    def prepare(crawler: Crawler) -> None:
        crawler.resolver = Resolver(rebinding)  # type: ignore[attr-defined]

    with HostileServer(host="forum.test") as server:
        outcome = await crawl(server.url("/plain"), prepare=prepare)
        assert b"Host: forum.test:%d\r\n" % server.port in server.talk("/plain").received
    assert asked == ["forum.test"]
    exchange = outcome.exchange(server.url("/plain"))
    assert (exchange.resolved, exchange.address, exchange.status) == (("127.0.0.1",), "127.0.0.1", 200)


@coroutine_test
async def test_a_name_that_resolves_to_a_forbidden_address_is_recorded_as_refused() -> None:
    async def metadata(host: str) -> Sequence[str]:
        return ["169.254.169.254", "10.0.0.9"]

    def prepare(crawler: Crawler) -> None:
        crawler.resolver = Resolver(metadata)  # type: ignore[attr-defined]
        crawler.address_policy = AddressPolicy()  # type: ignore[attr-defined]

    url = "http://forum.test/"
    outcome = await crawl(url, prepare=prepare)
    exchange = outcome.exchange(url)
    assert isinstance(outcome.failures[url], AddressRefused)
    assert (exchange.error or "").startswith("refused-address: ")
    assert (exchange.request, exchange.response, exchange.address) == (b"", b"", None)
    assert exchange.resolved == ("169.254.169.254", "10.0.0.9")


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "2130706434", "0x7f.2", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]", "localhost"]
)
@coroutine_test
async def test_another_loopback_address_is_refused_in_every_spelling(host: str) -> None:
    with HostileServer(address="127.0.0.2") as other, HostileServer() as own:
        own.behaviours["/away"] = lambda: iter(
            [
                b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://%b:%d/plain\r\n\r\n"
                % (host.encode(), other.port)
            ]
        )

        def prepare(crawler: Crawler) -> None:
            crawler.address_policy = AddressPolicy(True, frozenset({own.host_port}))  # type: ignore[attr-defined]

        outcome = await crawl(own.url("/away"), settings={"REDIRECT_ENABLED": True}, prepare=prepare)
        assert other.talks == {}
    refused = outcome.exchanges[-1]
    assert (refused.error or "").startswith("refused-address: ")
    assert refused.request == b""
    assert [type(failure) for failure in outcome.failures.values()] == [AddressRefused]


@coroutine_test
async def test_without_a_policy_nothing_private_is_reached() -> None:
    def prepare(crawler: Crawler) -> None:
        del crawler.address_policy  # type: ignore[attr-defined]

    with HostileServer() as server:
        outcome = await crawl(server.url("/plain"), prepare=prepare)
        assert server.talks == {}
    assert (outcome.exchanges[0].error or "").startswith("refused-address: ")


@coroutine_test
async def test_the_connected_peer_is_checked_before_the_first_byte() -> None:
    class Fickle(AddressPolicy):
        """Admits what was resolved and refuses the peer, as if the two were not the same."""

        def admit(self, host_port: str, addresses: Sequence[str]) -> tuple[str, ...]:
            return tuple(addresses)

        def refusal(self, host_port: str, address: str) -> str | None:
            return f"{address} is not what was resolved"

    def prepare(crawler: Crawler) -> None:
        crawler.address_policy = Fickle()  # type: ignore[attr-defined]

    for scheme in ("http", "https"):
        with HostileServer() as server:
            url = server.url("/plain").replace("http", scheme, 1)
            outcome = await crawl(Request(url), prepare=prepare)
            assert server.talks == {}
        exchange = outcome.exchange(url)
        assert (exchange.error or "").startswith("refused-address: ")
        assert (exchange.address, exchange.request, exchange.response) == ("127.0.0.1", b"", b"")
        assert isinstance(outcome.failures[url], AddressRefused)
