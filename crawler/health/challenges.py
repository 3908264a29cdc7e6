"""Addresses that carry the answer to a challenge, which only people may pass: neither followed nor asked for by a script."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from urllib.parse import SplitResult, parse_qsl, urlsplit


def answers(url: str) -> bool:
    """Whether an address carries such an answer: a token, a proof of work, a guard's own path."""
    parts = urlsplit(url)
    paths, names = _known()
    return paths.search(parts.path) is not None or any(names.fullmatch(name) for name in _named(parts))


def answers_from(url: str, page_url: str) -> bool:
    """Whether what a page's script asks for is such an answer and no data: a guard's path, or its own address and a token."""
    asked, page = urlsplit(url), urlsplit(page_url)
    paths, names = _known()
    if (asked.scheme, asked.netloc) != (page.scheme, page.netloc):
        return False
    if paths.search(asked.path):
        return True
    own = set(_named(page))
    is_same = (asked.path or "/") == (page.path or "/")
    return is_same and any(names.fullmatch(name) for name in _named(asked) if name not in own)


def _named(parts: SplitResult) -> Iterable[str]:
    return (name for name, _ in parse_qsl(parts.query, keep_blank_values=True))


@cache
def _known() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads((files("crawler.health") / "challenges.toml").read_text(encoding="utf-8"))
    paths, names = (re.compile("|".join(data[key]), re.IGNORECASE) for key in ("paths", "names"))
    return paths, names
