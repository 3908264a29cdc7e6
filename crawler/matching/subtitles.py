"""Pages that give subtitles and no film: by the names of their files, what they say they fit, and their size."""

import re
from functools import lru_cache

from crawler.matching.page import Page
from crawler.matching.sizes import FILM_AT_LEAST, SUBTITLES_AT_MOST, largest

_FILE = re.compile(r"(?i)(?:(?<=[\s(/*×x\d])|(?<=\w))\.(?:srt|ass|ssa|vtt|sup)\b|\bsub ?rip\b|\bsrt\b|\.sub/\.?idx\b")
_CALLED = re.compile(
    r"(?i)\b(?:subtitles?|legendas?|субтитр\w*|титри|napisy|titulky|untertitel\w*|sous-titres?|sottotitoli|subt[ií]tulos|felirat\w*|altyaz[ıi]\w*|undertext\w*|undertekst\w*|tekstity\w*|ondertitel\w*|υπότιτλοι|subtitr[aă]r\w*|captions)\b"
)
_FITS = re.compile(
    r"(?i)\b(?:match(?:es|ing)?:|fits\b|fit for|sync(?:ed|hroni[sz]ed)?\b|timed (?:to|for)|works with|(?:for )?releases?(?: names?| info)?:|релиз\w*:|passt (?:zu|auf)|passend|dopasowan\w+|serve (?:para|também)|serve para|para (?:la|a) (?:versi[oó]n|vers[aã]o)|cal[ée]s?\b|pour la version|per la versione|frame ?rate|fps\b|frames per second|hearing impaired|\bHI: ?(?:no|yes)|foreign parts|forced lines|translat(?:ion|ed|or)|tradu[cç]\w+|traduzione|übersetz\w+|перев[оі]д\w*|překlad|překladatel|tłumacz\w*|çeviri|korekt\w+)"
)
_LONGEST = 5000


@lru_cache(maxsize=4)
def subtitles_alone(page: Page) -> tuple[int, int] | None:
    """The raw span that shows that a page gives subtitles and nothing else; None when it does not."""
    text = page.raw
    if len(text) > _LONGEST or any(target.kind != "link" for target in page.offer.targets):
        return None
    size = largest(page)
    if size is not None and size >= SUBTITLES_AT_MOST:
        return None
    file, called, fits = _FILE.search(text), _CALLED.search(text), _FITS.search(text)
    small = size is not None
    signs = bool(file) + bool(called) + bool(fits) + small
    sign = file or called
    return sign.span() if sign and signs >= _ENOUGH and (file or (fits and small) or (called and fits)) else None


_ENOUGH = 2


def film_beside(page: Page) -> bool:
    """Whether a page gives something as large as a film, so that subtitles come along with it."""
    size = largest(page)
    return size is not None and size >= FILM_AT_LEAST
