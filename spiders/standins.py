"""What stands in the place of a site's page: a challenge, a block, a parked name, a sign to another address."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.health.challenges import answers
from crawler.hosts import host_port
from crawler.reading import PageState, Reading
from spiders.page import FetchedPage
from spiders.xpath import Elements, Text

FEW_WORDS = 4000
"""Characters of text from which on a page says something of its own."""
VERY_FEW = 1500
"""Characters of text of a page that is its message."""
LONG = 60_000
"""Characters of source that no such page has."""
_KEPT_OUT = frozenset({401, 403, 405, 418, 429, 444, 451, 503, 520, 521, 522})
_HEADINGS = Elements("//h1 | //h2 | //h3")
_REFRESH = Text("//meta[translate(@http-equiv,'REFSH','refsh')='refresh']/@content")
_GOES = re.compile(r"^\s*(?P<seconds>\d{0,3})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?(?P<url>[^\"'\s]+)", re.I)
_RELOCATES = re.compile(
    r"(?:^|[;{\s])(?:(?:window|top|self|parent|document)\.)*location(?:\.href)?\s*=\s*[\"'](?P<set>[^\"']+)[\"']"
    r"|location\.(?:replace|assign)\(\s*[\"'](?P<call>[^\"']+)[\"']",
    re.I,
)
_SCRIPTS = Elements("//script[not(@src)]")
_ANCHORS = Elements("//a[@href]")


@dataclass(frozen=True, slots=True)
class _Kind:
    state: PageState
    marks: re.Pattern[str] | None
    words: re.Pattern[str]
    hosts: re.Pattern[str]
    name: str
    """What its notes call it."""


@dataclass(frozen=True, slots=True)
class _Kinds:
    kinds: tuple[_Kind, ...]
    login: re.Pattern[str]
    moved: re.Pattern[str]


@cache
def _known() -> _Kinds:
    data = tomllib.loads((files("spiders") / "standins.toml").read_text(encoding="utf-8"))
    kinds = tuple(
        _Kind(one["state"], _any(one["marks"]), _any(one["words"]), _any(one["hosts"]), one.get("name", one["state"]))
        for one in data["kind"]
    )
    return _Kinds(kinds, _any(data["login"]["hosts"]), _any(data["moved"]["words"]))


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns) or "(?!)", re.I | re.M)


def leads_to(url: str) -> str:
    """What stands where a redirect leads that leaves the site: moved, login-wall, challenge, blocked or parked."""
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}{parts.path}"
    known = _known()
    for kind in known.kinds:
        if kind.hosts.search(place) or kind.hosts.search(parts.hostname or ""):
            return str(kind.state)
    return "login-wall" if known.login.search(place) or known.login.search(parts.path) else "moved"


def in_its_place(page: FetchedPage) -> Reading | None:
    """What is read of a way in when something else stands in its place; None for a page of the site's own.

    For entry pages and lists, before anything is read there: a parked name shows a list of links, too.
    """
    if len(page.text) > LONG:
        return None
    words = visible(page)
    if len(words) > FEW_WORDS:
        return None
    # A challenge may send its visitor on by itself: who follows passes it.
    found = state_of(page, strict=True)
    away = _sent_on(page, words) if found is None else None
    if away is not None and answers(away):
        found = "challenge", f"challenge: it sends its visitor to {_line(away)}"
    if found is not None:
        state, note = found
        return Reading(state, role=page.role, canonical_url=page.url, title=page.title, notes=(note,))
    return Reading("redirect", role=page.role, title=page.title, redirect_to=away) if away is not None else None


def state_of(page: FetchedPage, *, strict: bool = False) -> tuple[PageState, str] | None:
    """The state of a page on which nothing was read and the words that say so; None where it is of the site itself.

    `strict`: its title, a heading, or a text of few words must say it; a mark counts where there is no text to speak of.
    """
    if len(page.text) > LONG:
        return None
    text = visible(page)
    if len(text) > FEW_WORDS and page.status not in _KEPT_OUT:
        return None
    own_links = sum(_stays(page, anchor.get("href")) for anchor in _ANCHORS(page.root)) if strict else 0
    # On a page of many links the lesser headings are those of what it lists.
    headings = [one for one in _HEADINGS(page.root) if own_links < 5 or one.tag == "h1"]
    heads = [page.title, *(" ".join(one.itertext()) for one in headings)]
    heads = [" ".join(one.split()) for one in heads if one]
    for kind in _known().kinds:
        if own_links >= 5 and kind.state != "parked":
            continue
        mark = kind.marks.search(page.text) if kind.marks is not None else None
        if mark and own_links < 5 and (not strict or len(text) < VERY_FEW or page.status >= 400):
            return kind.state, f"{kind.name}: {_line(heads[0] if heads else mark[0])}"
        # A site's own pages may talk of such things below their headings.
        said = heads if own_links >= 5 else [*heads, text] if len(text) < VERY_FEW else [*heads, text[:300]]
        for one in said:
            if found := kind.words.search(one):
                return kind.state, f"{kind.name}: {_line(one[max(0, found.start() - 60) : found.end() + 100])}"
    return None


def visible(page: FetchedPage) -> str:
    """What a visitor reads, scripts and styles left out, blanks folded."""
    parts = (
        text
        for element in page.elements
        if isinstance(element.tag, str)
        for text in ((element.text if element.tag not in ("script", "style", "title") else None), element.tail)
        if text
    )
    return " ".join(" ".join(parts).split())


def _sent_on(page: FetchedPage, words: str) -> str | None:
    """The other page to which a page that says little sends its visitor by itself or by a sign; None for one that stays."""
    target = None
    refresh = _GOES.match(_REFRESH(page.root))
    if refresh and int(refresh["seconds"] or 0) <= 15 and len(words) < VERY_FEW:
        target = page.resolve(refresh["url"])
    elif len(words) < 200 and not _ANCHORS(page.root):
        for script in _SCRIPTS(page.root):
            found = _RELOCATES.search(script.text or "")
            if found and "cookie" not in (script.text or ""):
                target = page.resolve(found["set"] or found["call"])
    if target is None and len(words) < VERY_FEW and _known().moved.search(f"{page.title}\n{words}"):
        elsewhere = [page.resolve(anchor.get("href")) for anchor in _ANCHORS(page.root)]
        if len(elsewhere) <= 12 and not any(_stays(page, one) and one != page.url for one in elsewhere):
            target = next((one for one in elsewhere if one and not _stays(page, one)), None)
    return target if target and target.rstrip("/") != page.url.rstrip("/") else None


def _stays(page: FetchedPage, href: str | None) -> bool:
    address = page.resolve(href)
    try:
        return address is not None and host_port(address) in page.site.hosts
    except UsageError:
        return False


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
