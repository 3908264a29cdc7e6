"""Names of releases written as one run: the title, its year and the tags of the copy with nothing between."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.matching.agreement import ACCEPTED
from crawler.matching.evidence import Evidence, rule
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.model import Work

_WEIGHT, _LONGEST_POST = 1.9, 1000
_MEDIA = (
    (
        "video",
        r"(?:1080|720|2160|480|576)[pi]?|4k|uhd|web-?(?:rip|dl)|web|blu-?ray|b[dr]-?rip|hd-?rip|dvd-?rip|dvd(?:scr)?|hdtv|hd-?cam|cam(?:rip)?|hd-?ts|telesync|remux|[xh]\.?26[45]|hevc|avc|xvid|mkv|mp4|avi",
    ),
    ("book", r"epub|mobi|azw3?|pdf|cbz|cbr"),
    ("audiobook", r"m4b"),
    ("audio", r"mp3|flac|320(?:kbps)?"),
    ("game", r"nsp|xci|pkg"),
)
_PLAIN = r"s\d{1,2}(?:e\d{1,3})?|complete|repack|proper|extended|uncut|multi|dual|hdr(?:10)?|sdr|10bit|aac|ac3|dts|ddp?(?:51)?|eng(?:lish)?|hindi|full"
_TAG = rf"(?P<year>(?:19|20)\d\d)|{'|'.join(f'(?P<{name}>{tags})' for name, tags in _MEDIA)}|(?P<plain>{_PLAIN})"
_RUN = re.compile(r"(?:[._-]?[a-z0-9]){4,60}")
_ONE = re.compile(rf"[._-]?(?:{_TAG})")


_MAY = re.compile(r"[a-z](?:(?:19|20)\d\d|1080|2160|720|480)[a-z._-]|[a-z](?:web|blu|rip|hdcam)[a-z]*\d{3}")


@lru_cache(maxsize=4)
def may_hold_runs(page: Page) -> bool:
    """Whether a short post holds anything without which no name of a release is written as one run."""
    return len(page.raw) <= _LONGEST_POST and _MAY.search(page.folded.text) is not None


@lru_cache(maxsize=64)
def _read(run: str) -> tuple[tuple[str, str, int], ...]:
    """The tags that a run is made of, as (group, text, place); none unless it is made of nothing else."""
    found: list[tuple[str, str, int]] = []
    at = 0
    while at < len(run):
        tag = _ONE.match(run, at)
        if tag is None or tag.lastgroup is None:
            return ()
        found.append((tag.lastgroup, tag[tag.lastgroup], tag.start(tag.lastgroup)))
        at = tag.end()
    named = {group for group, _, _ in found} - {"plain"}
    return tuple(found) if len(found) > 1 and named - {"year"} else ()


def _tags(near: Surroundings) -> tuple[tuple[str, str, int], ...]:
    """The tags that are written on to the title."""
    if near.place.field.where == "target" or near.view.text[near.last : near.last + 1] in ("", " ", "."):
        return ()
    run = _RUN.match(near.view.text, near.last)
    return _read(run[0]) if run and not near.view.text[run.end() : run.end() + 1].isalnum() else ()


def run_rules(near: Surroundings) -> Iterator[Evidence]:
    """The title and what is written on to it are the name of a release."""
    tags = _tags(near)
    if tags:
        span = near.view.span(near.last, near.last + tags[-1][2] + len(tags[-1][1]))
        yield rule("release-name", _WEIGHT, span, tag=near.page.raw[slice(*span)])


def run_year_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The year that is written on to the title agrees, or makes it another work."""
    year = next(((text, at) for group, text, at in _tags(near) if group == "year"), None)
    if year is None or work.year is None:
        return
    value, span = int(year[0]), near.view.span(near.last + year[1], near.last + year[1] + 4)
    if value == work.year:
        yield rule("year-agrees", 1.8, span, year=work.year)
    elif work.kind in ("film", "disc", None) and abs(value - work.year) > 1:
        yield rule("year-contradicts", -6.0, span, year=value, expected=work.year)


def run_kind_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The form that is written on to the title fits the kind of the work, or is that of another medium."""
    media = [(group, text, at) for group, text, at in _tags(near) if group in ACCEPTED["disc"] | {"book", "audiobook"}]
    if not media or work.kind is None:
        return
    group, text, at = next((one for one in media if one[0] in ACCEPTED[work.kind]), media[0])
    span = near.view.span(near.last + at, near.last + at + len(text))
    name, weight = ("kind-agrees", 0.6) if group in ACCEPTED[work.kind] else ("other-medium", -4.0)
    yield rule(name, weight, span, form=near.page.raw[slice(*span)], kind=work.kind)
