"""A site file's text, whatever stands in it."""

from dataclasses import fields
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from crawler.description import Description, ListSelectors, Manner, Selectors, TopicSelectors
from crawler.errors import ConfigurationError, UsageError
from crawler.sitefile import Bounds, described, examine
from crawler.sitefile.selecting import compiled
from crawler.sitefile.skeleton import Known, skeleton

KEYS = [
    field.name for kind in (Description, Manner, Selectors, ListSelectors, TopicSelectors) for field in fields(kind)
]
SCALARS: st.SearchStrategy[Any] = (
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
    | st.sampled_from(
        ["forum.example", "http://forum.example:81", "/x?t={title}", "li.row > a", "//p[1]", "utf-8", "+08:00"]
    )
    | st.integers(-5, 10**6)
    | st.floats()
    | st.booleans()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text("abc", max_size=4), VALUES, max_size=8))
def test_any_file_is_either_described_or_named_wrong(told: dict[str, Any]) -> None:
    text = tomlkit.dumps({"id": "forum", "hosts": ["forum.example"], **told})
    examined = examine(text, "forum.toml", Bounds(("phpbb",), 5.0, 50))
    assert (examined.description is None) == bool(examined.problems)
    assert all(
        problem.what and problem.remedy and problem.place.startswith("forum.toml") for problem in examined.problems
    )


@given(
    st.text(min_size=0, max_size=30).filter(lambda text: "\0" not in text and text.isprintable()),
    st.sampled_from([("forum.example",), ("http://127.0.0.1:81", "forum.example")]),
    st.sampled_from([None, "/find?q={title}"]),
)
def test_what_is_begun_is_good(name: str, hosts: tuple[str, ...], search: str | None) -> None:
    text = skeleton(Known("forum", hosts, name, "phpbb", "zh-CN", "gb18030", search, "/board/?a=1", name))
    examined = examine(text, "forum.toml", Bounds(("phpbb",), 5.0, 50))
    assert not examined.problems
    assert examined.description is not None
    assert (examined.description.name, examined.description.hosts, examined.description.search) == (name, hosts, search)


def test_a_file_that_is_wrong_says_the_first_fault_and_how_many_more() -> None:
    with pytest.raises(ConfigurationError, match=r"more than a host: a/b; forum\.toml:2 \(and 1 more\)"):
        described('id = "forum"\nhosts = ["a/b"]\nzone = "x y"\n', "forum.toml")
    with pytest.raises(ConfigurationError, match="not TOML"):
        described("id = ", "forum.toml")


def test_all_that_is_wrong_in_a_file_is_told_at_once() -> None:
    text = """id = 7
hosts = ["forum.example", "a/b"]
colour = "red"
engine = "nothing"
zone = "x y"
start = ["board"]
charset = 3
skip = ["("]
[visit]
delay = 1.0
depth = 3
max_requests = "many"
[selectors.list]
row = "li["
rows = "li"
"""
    examined = examine(text, "forum.toml", Bounds(("phpbb",), 5.0, 50))
    assert examined.description is None
    assert sorted(problem.key for problem in examined.problems) == [
        "charset", "colour", "engine", "hosts", "id", "selectors.list.row", "selectors.list.rows", "skip", "start",
        "visit.delay", "visit.depth", "visit.max_requests", "zone",
    ]  # fmt: skip
    wrong = examine('name = "Gull"\nhosts = "x.example"\nselectors = 3\nzone = "x y"\n', "forum.toml")
    assert sorted(problem.key for problem in wrong.problems) == ["hosts", "id", "selectors", "zone"]


def test_the_files_name_is_the_id_and_hosts_are_told_apart() -> None:
    assert [p.key for p in examine('id = "a"\nhosts = ["x.example"]', "sites/b.toml").problems] == ["id"]
    twice = examine('id = "a"\nhosts = ["x.example", "https://X.example:443"]', "a.toml")
    assert [p.key for p in twice.problems] == ["hosts"]
    assert examine('id = "a"\nhosts = ["x.example", "http://x.example"]', "a.toml").description is not None


@pytest.mark.parametrize(
    "selector", ["li[", "//a[", "a:unknown-thing", "", "/a/@@b", "//a[made-up()]", "//x:y", "(count(//a))"]
)
def test_what_is_no_selector_is_refused(selector: str) -> None:
    with pytest.raises(UsageError):
        compiled(selector)
