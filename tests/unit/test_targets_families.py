"""The families of families.toml, under every disguise, and the checks on the file."""

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import ConfigurationError
from crawler.model import Attribute, Passage
from crawler.targets import families, find
from tests.steps import steps

EXAMPLES = [(family, example) for family in families.known().families for example in family.examples]


def _host(link: str) -> str:
    return link.split("/")[2]


def _in_host(link: str, change: Callable[[str], str]) -> str:
    scheme, _, rest = link.partition("://")
    host, slash, tail = rest.partition("/")
    return f"{scheme}://{change(host)}{slash}{tail}"


def _wide(link: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in link)


def _b64(link: str) -> str:
    return b64encode(link.encode()).decode()


DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda link: link,
    "no scheme": lambda link: link.partition("://")[2],
    "hxxp": lambda link: link.replace("http", "hxxp", 1),
    "stars": lambda link: link.replace("http", "h**p", 1),
    "square dot": lambda link: _in_host(link, lambda host: host.replace(".", "[.]")),
    "round dot": lambda link: _in_host(link, lambda host: host.replace(".", "(.)")),
    "dot word": lambda link: _in_host(link, lambda host: host.replace(".", "(dot)")),
    "Chinese dot": lambda link: _in_host(link, lambda host: host.replace(".", "点")),
    "bracketed Chinese dot": lambda link: _in_host(link, lambda host: host.replace(".", "【点】")),
    "full stop": lambda link: _in_host(link, lambda host: host.replace(".", "。")),
    "blanks": lambda link: _in_host(link, lambda host: host.replace(".", " . ")).partition("://")[2],
    "full width": _wide,
    "zero width": lambda link: link.replace("/", "/\u200b"),
    "emoji in the host": lambda link: _in_host(link, lambda host: host[:1] + "🐋" + host[1:]),
    "filler in the host": lambda link: _in_host(link, lambda host: host.replace(".", "删.", 1)),
    "percent": lambda link: quote(link, safe=""),
    "base64": _b64,
    "base64 twice": lambda link: _b64(_b64(link)),
    "base64 three times": lambda link: _b64(_b64(_b64(link))),
    "thunder": lambda link: "thunder://" + _b64(f"AA{link}ZZ"),
    "thunder without scheme": lambda link: _b64(f"AA{link}ZZ"),
    "flashget": lambda link: "flashget://" + _b64(f"[FLASHGET]{link}[FLASHGET]"),
    "qqdl": lambda link: "qqdl://" + _b64(link),
    "forwarder": lambda link: f"https://out.example/go?url={quote(link, safe='')}",
}


def test_there_are_many_families_and_each_has_examples() -> None:
    known = families.known().families
    assert len(known) >= 30
    assert all(family.examples for family in known)


@pytest.mark.parametrize(("family", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_an_example_is_found_as_its_family(family: families.Family, example: str) -> None:
    (target,) = find(Passage(example))
    assert (target.family, target.kind, target.url) == (family.name, family.kind, example)
    assert target.object is not None and f":{family.name}/" in target.object


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(EXAMPLES),
    st.sampled_from(sorted(DISGUISES)),
    st.sampled_from(["", "链接：", "Link: ", "看这里 ", "(", "第一行\n"]),
    st.sampled_from(["", " 谢谢", "\nthanks", "）", "。"]),
)
def test_every_family_is_found_under_every_disguise(
    chosen: tuple[families.Family, str], disguise: str, before: str, after: str
) -> None:
    family, example = chosen
    (plain,) = find(Passage(example))
    written = DISGUISES[disguise](example)
    text = f"{before}{written}{after}"
    objects = [target.object for target in find(Passage(text))]
    assert objects == [plain.object], text
    assert family.name in str(plain.object)


alphabet = st.one_of(
    st.characters(),
    st.sampled_from(
        [
            "http://", "hxxps://", "magnet:?xt=urn:btih:", "ed2k://|file|", "thunder://", "pan.baidu.com/s/1", "提取码：", "[.]", "点",
            " . ", "/", ".", "aHR0cHM6Ly9", "%3A%2F%2F", "\u200b", "🐋", "a1b2", "...", "example", "|/", "斜杠", "\\/", "?pwd=", "$", "#",
        ]
    ),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(alphabet, max_size=60).map("".join), st.lists(alphabet, max_size=20).map("".join))
def test_any_text_is_read_the_same_twice_and_never_fails(text: str, value: str) -> None:
    attributes = (
        Attribute("a", "href", value, 0, len(text)),
        Attribute("img", "alt", value, 0, 0),
        Attribute("iframe", "src", value, 0, 0),
    )
    passage = Passage(text, attributes)
    targets = find(passage, "https://board.test/x")
    assert targets == find(passage, "https://board.test/x")
    assert len({target.object or target.url for target in targets}) == len(targets)
    for target in targets:
        assert target.url and target.as_written and target.span is not None
        if target.where == "text":
            assert text[slice(*target.span)] == target.as_written
        else:
            assert target.as_written in value


HOSTILE = ["a.", "http://", "a/", "magnet:?xt=urn:btih:", "ed2k://|file|", "thunder://", "http%3A%2F%2F", "a ", "a . ", "a点",
           "提取码 ", "pwd=", "http://a.example/ ", "4f8a1c03" * 5 + " ", "a🐳", "a中.com/s/", "a[.]", "aHR0cHM6Ly9", "a\u200b", "(",
           "http://a.example/((((((", "\\/", "a斜杠b", "1", "a dot ", "http://a.example/?u=", "%25",
           "https://pan.baidu.com/s/1QmWv8sKdTzXc4LpNb6RyUj 提取码 ab12 "]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_of_400_kilobytes_is_read_to_its_end(unit: str) -> None:
    """A pattern that goes back over what it read would take longer than any test may."""
    text = (unit * (400_000 // len(unit) + 1))[:400_000]
    find(Passage(text, (Attribute("a", "href", text, 0, 4),)), "https://board.test/")


BROKEN = [
    ("[[family]]\nname = 'a'\nkind = 'locker'\nhosts = ['a.example']\n", "paths is missing"),
    ("[[family]]\nname = 'a'\nkind = 'shelf'\nhosts = ['a.example']\npaths = ['/(?P<id>x)']\n", "unknown kind shelf"),
    ("[[family]]\nname = 'a b'\nkind = 'locker'\nhosts = ['a.example']\npaths = ['/(?P<id>x)']\n", "no plain word"),
    ("[[family]]\nname = 'a'\nkind = 'locker'\nhosts = ['A.example']\npaths = ['/(?P<id>x)']\n", "is no host name"),
    (
        "[[family]]\nname = 'a'\nkind = 'locker'\nhosts = ['a.example']\npaths = ['/(?P<id>x']\n",
        "not a regular expression",
    ),
    ("[[family]]\nname = 'a'\nkind = 'locker'\nhosts = ['a.example']\npaths = ['/x']\n", "names no id"),
    ("[[family]]\nname = 'a'\nkind = 'locker'\nhosts = 'a.example'\npaths = ['/(?P<id>x)']\n", "wrong type"),
    (
        "[[family]]\nname = 'a'\nkind = 'locker'\nhosts = ['a.example']\npaths = ['/(?P<id>x)']\ncolour = 'red'\n",
        "unknown key colour",
    ),
    ("[[family]]\nname = 'a'\nkind = 'locker'\nhosts = ['a.example']\npaths = ['/(?P<id>x)']\n" * 2, "stands twice"),
    ("[colour]\n", "unknown key colour"),
    ("name =", "not TOML"),
    ("[not_targets]\nhosts = [1]\n", "not text"),
]


@pytest.mark.parametrize(("text", "fault"), BROKEN)
def test_a_broken_file_is_refused_by_name(text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        families.parse(text)


def test_a_text_without_links_costs_little() -> None:
    text = "The quick brown fox jumps over the lazy dog (EPUB/MOBI, 3.5/5) and wanders home. " * 75
    assert steps(lambda: find(Passage(text))) < len(text) / 2
