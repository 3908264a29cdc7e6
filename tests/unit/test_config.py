"""titlewatch.toml: strict when read, careful when changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import config
from crawler.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[crawl]\ndelay = 5\nspeed = 3\n", 3, "unknown key crawl.speed"),
        ("\n[typo]\nx = 1\n", 2, "unknown key typo"),
        ("[crawl]\n\ndelay = 'fast'\n", 3, "crawl.delay is 'fast'"),
        ("[crawl]\nconcurrency = 1.5\n", 2, "crawl.concurrency is 1.5"),
        ("[crawl]\ndelay = -1\n", 2, "crawl.delay is -1"),
        ("[evidence]\nkeep = 'some'\n", 2, "evidence.keep is 'some'"),
        ("[network]\nallow_private = 1\n", 2, "network.allow_private is 1"),
    ],
)
def test_a_wrong_line_is_named(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        config.parse(text, "w/titlewatch.toml")
    assert words in str(caught.value)
    assert f"w/titlewatch.toml:{line}" in str(caught.value)


def test_what_is_no_toml_is_said_with_its_line() -> None:
    with pytest.raises(ConfigurationError, match=r"line 2"):
        config.parse("[crawl]\ndelay =\n")


def test_an_empty_file_means_the_defaults() -> None:
    settings = config.parse("")
    assert settings == config.Configuration()
    assert settings.unstamped
    assert (settings.crawl.delay, settings.crawl.concurrency, settings.crawl.recheck_days) == (5.0, 1, 14)


def test_a_change_keeps_comments_and_takes_strings_that_are_no_toml() -> None:
    before = "# who collects\n[collector]\nname = 'a'  # me\n"
    after = config.changed(before, {"collector.name": "Ilse Brandt", "crawl.delay": "0", "browser.capture": "false"})
    assert "# who collects" in after and "# me" in after
    settings = config.parse(after)
    assert settings.collector.name == "Ilse Brandt"
    assert settings.crawl.delay == 0 and settings.browser.capture is False


def test_a_change_that_would_not_be_acceptable_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="unknown key"):
        config.changed("", {"crawl.speed": "3"})
    with pytest.raises(ConfigurationError, match=r"crawl\.delay"):
        config.changed("", {"crawl.delay": "never"})


def test_two_authorities_of_one_id_are_refused() -> None:
    one = "{id='a', url='http://tsa.example/', roots='r.pem'}"
    with pytest.raises(ConfigurationError, match="names an id twice"):
        config.parse(f"[evidence]\ntimestamps = [{one}, {one}]\n")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_our_own_words(text: str) -> None:
    try:
        assert isinstance(config.parse(text), config.Configuration)
    except ConfigurationError as error:
        assert str(error)


def test_the_matcher_and_the_configuration_agree_on_the_default_threshold() -> None:
    from crawler.matching import DEFAULT_REVIEW, DEFAULT_THRESHOLD

    settings = config.Configuration().matching
    assert (settings.threshold, settings.review) == (DEFAULT_THRESHOLD, DEFAULT_REVIEW)


@pytest.mark.parametrize("country", ["", "CN", "us", "中国", "china"])
def test_a_country_may_be_a_code_or_a_name_that_is_known(country: str) -> None:
    assert config.parse(f'[collector]\ncountry = "{country}"\n').collector.country == country


@pytest.mark.parametrize("country", ["Germany", "XX", "USSR", "C"])
def test_a_country_that_nobody_knows_is_refused(country: str) -> None:
    with pytest.raises(ConfigurationError, match=r"collector\.country"):
        config.parse(f'[collector]\ncountry = "{country}"\n')
