"""Titles of streaming sites with their sources: episodes, downloads, the address inside a player's data."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from crawler import targets
from crawler.model import Listing, Passage, Target
from spiders.books import plain
from spiders.calibration import Calibration
from spiders.moments import shown
from spiders.page import FetchedPage

_PLAYER = re.compile(r"\bvar\s+(?:player_\w+|player_data|MacPlayerConfig\.data)\s*=\s*(?=\{)", re.I)
_WIDE_ESCAPE = re.compile(r"%u([0-9a-fA-F]{4})")
_ADDRESS = re.compile(r"(?:https?:)?//|magnet:|ed2k:|thunder:|ftp:", re.I)
_USES = {"play": "在线播放", "down": "下载"}


@dataclass(frozen=True, slots=True)
class Source:
    """One address at which a title is played or fetched."""

    use: str
    """``play`` or ``down``."""
    player: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class StreamTitle:
    """What a streaming site says of one title."""

    number: str
    name: str
    other_name: str = ""
    facts: tuple[str, ...] = ()
    about: str = ""
    sources: tuple[Source, ...] = ()
    added: int | None = None
    """Seconds since 1970."""
    changed: str | None = None
    """The site's clock time of the last change."""

    def tell_clock(self, calibration: Calibration) -> None:
        """A row that says one moment twice, in seconds since 1970 and by the site's clock, tells the clock's zone."""
        time = shown(self.changed) if self.changed else None
        if self.added is not None and time is not None and time.local is not None:
            calibration.same_moment(time.local, datetime.fromtimestamp(self.added, UTC))


def listing_of(page: FetchedPage, title: StreamTitle, url: str, calibration: Calibration) -> Listing | None:
    """The listing of a title on its own page; None when nothing leads to a copy."""
    if not title.sources:
        return None
    whole = title.name
    if title.other_name and title.other_name != title.name:
        whole = title.other_name if title.name in title.other_name else f"{title.name} / {title.other_name}"
    lines = [whole, *([" ".join(title.facts)] if title.facts else [])]
    about = plain(title.about)
    if about and about != whole:
        lines.append(about)
    lines += [
        " ".join(filter(None, (_USES.get(source.use, ""), source.player, source.label, source.url)))
        for source in title.sources
    ]
    said = Passage("\n".join(lines))
    found = list(targets.find(said, page.url))
    known = {target.url for target in found}
    for source in title.sources:
        if source.url not in known and not any(
            source.url in target.url or target.url in source.url for target in found
        ):
            found.append(Target("stream" if source.use == "play" else "file", source.url, None, source.url))
    posted_at, text, basis = _posted(page, title, calibration)
    return Listing(
        url, page.url, whole, said, tuple(found), posted_at=posted_at, posted_at_text=text, posted_at_basis=basis
    )  # fmt: skip


def _posted(
    page: FetchedPage, title: StreamTitle, calibration: Calibration
) -> tuple[datetime | None, str | None, str | None]:
    if title.added is not None:
        return datetime.fromtimestamp(title.added, UTC), str(title.added), "datetime-attribute"
    time = shown(title.changed) if title.changed else None
    if time is None:
        return None, title.changed, None
    moment, basis = calibration.moment(time, page.response_date)
    return moment, title.changed, basis


def player_source(page: FetchedPage) -> tuple[str, tuple[Source, ...]]:
    """The title and the addresses in a player page's data; nothing when it holds none."""
    found = _PLAYER.search(page.text)
    if found is None:
        return "", ()
    try:
        told, _ = json.JSONDecoder().raw_decode(page.text, found.end())
    except ValueError:
        return "", ()
    title = told.get("vod_data") if isinstance(told.get("vod_data"), dict) else {}
    address = decoded(str(told.get("url") or ""), str(told.get("encrypt", 0)))
    sources = (Source("play", str(told.get("from") or ""), "", address),) if _ADDRESS.match(address) else ()
    return str(title.get("vod_name") or ""), sources


def decoded(address: str, encrypt: str) -> str:
    """A player's address in plain letters: escaped for 1, base64 of that for 2; as it stands for anything else."""
    if encrypt == "2":
        try:
            address = base64.b64decode(address + "=" * (-len(address) % 4)).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    if encrypt in ("1", "2"):
        return unquote(_WIDE_ESCAPE.sub(lambda wide: chr(int(wide[1], 16)), address))
    return address
