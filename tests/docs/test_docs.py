"""What the documents say is so, and the house keeps its size."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crawler import config, wording
from crawler.cli.main import titlewatch

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST = 500


def commands(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, with the words that call it."""
    found: list[tuple[tuple[str, ...], click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*words, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*words, name))
    return found


ALL = commands(titlewatch)


@pytest.mark.parametrize("words, command", ALL, ids=[" ".join(words) for words, _ in ALL])
def test_every_command_has_help_with_an_example(words: tuple[str, ...], command: click.Command) -> None:
    text = command.get_help(click.Context(command, info_name=" ".join(words)))
    assert "Examples:\n    titlewatch" in text or "Examples:\n    echo" in text
    assert "--workspace DIR" in text


def test_the_readme_calls_only_commands_that_exist() -> None:
    known = {words for words, _ in ALL}
    called = re.findall(r"^ {4}titlewatch ([a-z]+)(?: ([a-z]+))?", README, re.MULTILINE)
    assert called
    for first, second in called:
        assert (first,) in known or (first, second) in known, f"titlewatch {first} {second}"


def test_the_readme_names_only_settings_that_exist() -> None:
    named = re.findall(r"`((?:collector|crawl|network|evidence|browser|matching)\.[a-z_]+)`", README)
    assert set(named) <= set(config.keys())
    defaults = config.Configuration()
    for key, default in re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|.*\| ([^|]+) \|$", README, re.MULTILINE):
        section, name = key.split(".")
        value = getattr(getattr(defaults, section), name)
        if isinstance(value, (int, float)):
            assert default == f"{value:g}" if not isinstance(value, bool) else default == str(value).lower()


def test_the_first_site_of_the_readme_can_be_copied(tmp_path: Path) -> None:
    """Its first block, as far as nothing is fetched."""
    block = README.partition("## A first real site")[2].partition("\nThen, ")[0]
    lines = [line.strip() for line in block.splitlines() if line.startswith("    ")]
    begun = lines.index("titlewatch init watch && cd watch")
    script = "\n".join(lines[begun : lines.index("titlewatch crawl")])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    run = ["sh", "-e", "-c", script]
    done = subprocess.run(
        run, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "watch/titlewatch.toml").is_file()
    assert done.stdout.endswith("forum-example\n")


@pytest.mark.parametrize("path", sorted((ROOT / "crawler" / "wording").glob("*.toml")), ids=lambda path: path.stem)
def test_every_sentence_stands_in_every_language(path: Path) -> None:
    def check(entry: dict[str, object], where: str) -> None:
        if all(isinstance(value, str) for value in entry.values()):
            assert set(entry) == set(wording.LANGUAGES), where
            assert any(entry.values()), where
            return
        for name, value in entry.items():
            assert isinstance(value, dict), f"{where}.{name}"
            check(value, f"{where}.{name}")

    check(wording.topic(path.stem), path.stem)


def test_no_file_holds_more_than_one_can_keep_in_mind() -> None:
    files = [path for name in ("crawler", "spiders", "pipelines", "tests") for path in (ROOT / name).rglob("*.py")]
    long = {str(path.relative_to(ROOT)): n for path in files if (n := len(path.read_text().splitlines())) > LONGEST}
    assert not long
