"""What the documents say of engines and site files is so."""

import re
import tomllib
from pathlib import Path

import click

from crawler.cli.sites import sites
from crawler.description import Description, Manner
from crawler.sitefile import examine
from spiders.engines import BASES

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_says_of_every_engine_what_it_rests_on() -> None:
    rows = re.findall(r"^\| [^|]+ \| `spiders/engines/(\w+)\.py` \| (\w+): (.+) \|$", README, re.MULTILINE)
    assert {name for name, _, _ in rows} == set(BASES)
    words = {"pages": "verified", "documentation": "documentation", "structure": "structure"}
    for name, word, of in rows:
        basis = BASES[name]
        assert word == words[basis.rests_on], name
        assert basis.rests_on == "structure" or of.removeprefix("pages of ") == basis.of, name


def test_every_toml_that_is_shown_is_good() -> None:
    shown = re.findall(r"^```toml\n(.+?)^```", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    assert len(shown) == 3
    told = [text for text in shown if "[[page]]" not in text]
    whole = "\n".join(told)
    examined = examine(whole, "forum-example.toml")
    assert not examined.problems
    assert examined.description is not None and examined.description.selectors.topic.post
    (expected,) = (tomllib.loads(text) for text in shown if "[[page]]" in text)
    assert expected["page"][0]["listing"][0]["targets"]


def test_every_key_of_a_site_file_is_named() -> None:
    for name in (*Description.__dataclass_fields__, *Manner.__dataclass_fields__):
        assert f"`{name}`" in CONTRIBUTING or f"[{name}" in CONTRIBUTING, name


def test_the_commands_that_are_shown_exist() -> None:
    called = set(re.findall(r"titlewatch sites ([a-z]+)", CONTRIBUTING))
    assert {"new", "check", "test", "add"} <= called <= set(sites.list_commands(click.Context(sites)))
