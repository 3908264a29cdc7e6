"""Volumes counted behind a title: what is read comes in them, and what is shown in episodes."""

import re

from crawler.matching.surroundings import Surroundings

_WITHIN = 20
_VOLUMES = re.compile(
    r"(?:全|共|[第v\d] ?[-–~至到] ?)(?:\d{1,3}|[一二三四五六七八九十百]{1,4}) ?[卷册冊]"
    r"|(?<![第\d])\d{2,3} ?[卷册冊](?=全|完|[\s,，]|$)"
)


def volumes_counted(near: Surroundings) -> tuple[int, int] | None:
    """The raw span of volumes counted right behind the title, before another name."""
    found = _VOLUMES.search(near.view.text, near.last, near.last + _WITHIN)
    return None if found is None or "《" in near.view.text[near.last : found.start()] else near.view.span(*found.span())
