"""Hosts and addresses in every spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UsageError
from crawler.hosts import address_class, host_port, origin_of, registrable_domain


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://Forum.Example/x", "forum.example:80"),
        ("https://forum.example", "forum.example:443"),
        ("https://forum.example:8443/", "forum.example:8443"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://bücher.example/", "xn--bcher-kva.example:80"),
    ],
)
def test_host_and_port_are_always_written(url: str, wanted: str) -> None:
    assert host_port(url) == wanted


@pytest.mark.parametrize(
    "url", ["forum.example", "ftp://forum.example/", "http://", "http://a b/", "http://x:99999/", "", "http://<x>/"]
)
def test_what_is_no_page_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        host_port(url)


def test_an_origin_carries_only_a_port_that_is_not_the_schemes_own() -> None:
    assert origin_of("http://forum.example:80/a") == "http://forum.example"
    assert origin_of("https://forum.example:8443/a") == "https://forum.example:8443"


def test_everybodys_blog_on_a_free_host_is_a_site_of_its_own() -> None:
    assert registrable_domain("harbour.blogspot.com") == "harbour.blogspot.com"
    assert registrable_domain("www.forum.co.uk") == "forum.co.uk"
    assert registrable_domain("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("127.0.0.1", "private"), ("127.9.9.9", "private"), ("10.1.2.3", "private"), ("100.64.0.1", "private"),
        ("::1", "private"), ("fd00::1", "private"), ("::ffff:127.0.0.1", "private"), ("169.254.169.254", "forbidden"),
        ("fe80::1", "forbidden"), ("0.0.0.0", "forbidden"), ("224.0.0.1", "forbidden"), ("255.255.255.255", "forbidden"),
        ("8.8.8.8", "public"), ("2001:4860:4860::8888", "public"),
    ],
)  # fmt: skip
def test_addresses_fall_into_three_classes(address: str, wanted: str) -> None:
    assert address_class(address) == wanted


@given(st.ip_addresses())
def test_every_address_has_a_class(address: object) -> None:
    assert address_class(str(address)) in ("public", "private", "forbidden")
