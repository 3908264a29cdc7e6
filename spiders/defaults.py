"""The zone that a software shows its guests where its operator changed nothing: documented, labelled, and open to disproof."""

import re
from dataclasses import dataclass
from datetime import timedelta

from spiders.page import FetchedPage


@dataclass(frozen=True, slots=True)
class SoftwareDefault:
    """A documented default."""

    software: str
    signs: tuple[re.Pattern[str], ...]
    """All of them must stand in the page's source."""
    offset: timedelta
    source: str
    """Where the default is documented."""


_UTC = timedelta()
_DEFAULTS = (
    SoftwareDefault(
        "nginx autoindex",
        (re.compile(r"<h1>Index of [^<]*</h1><hr><pre><a href=\"\.\./\">\.\./</a>"),),
        _UTC,
        "ngx_http_autoindex_module: autoindex_localtime is off unless it is set, and times are then in UTC",
    ),
    SoftwareDefault(
        "copyparty",
        (re.compile(r"<html[^>]* id=\"ht_brw\"|id=\"ht_brw\""), re.compile(r"copyparty|/\.cpr/")),
        _UTC,
        "copyparty: the listing's times are made with utcfromtimestamp for everyone",
    ),
    SoftwareDefault(
        "Spirit",
        (re.compile(r"/static/spirit/"), re.compile(r"class=\"(?:comments_list|layout__topics)")),
        _UTC,
        "django-spirit, settings: TIME_ZONE is UTC unless it is set; a guest has no zone of his own",
    ),
)
_HINTS = ("Index of ", "ht_brw", "/static/spirit/")


def default_of(page: FetchedPage) -> SoftwareDefault | None:
    """The documented default of the software that a page surely comes from; None for any other."""
    source = page.text
    if not any(hint in source for hint in _HINTS):
        return None
    return next((each for each in _DEFAULTS if all(sign.search(source) for sign in each.signs)), None)
