"""Where a page says that a file was taken away at somebody's request."""

import re
from collections.abc import Collection
from functools import lru_cache

from crawler.matching.page import Page

_SHORT = 3000
# Who had a file taken away, and that it was: in either order, in one sentence.
_TAKEN = r"(?:removed|deleted|disabled|blocked|gone|pulled|taken (?:down|off)|took (?:it|them|this|the \w+) (?:down|off)|unavailable|not available|suspended|terminated|offline|withdrawn|entfernt|gelöscht|gesperrt|supprimé\w*|retiré\w*|eliminad[oa]|retirad[oa]|removid[oa]|rimoss[oa]|usunięt\w*|удал[её]н\w*|заблокирован\w*)"
_CLAIM = r"(?:claims?|complaints?|dmca|takedown|notices?|rights?[ -]?(?:holders?|owners?)|copyright|reported by|report (?:by|from)|(?:on|at|by) (?:the )?request|legal (?:reasons|request|demand)|cease and desist|beschwerde|rechteinhaber\w*|plainte|ayants? droit|reclamación|derechos de autor|direitos autorais|prawa autorskie|жалоб\w+|правообладат\w+)"
_TAKEN_AWAY = re.compile(rf"(?i)\b{_TAKEN}\b[^.!?\n]{{0,50}}\b{_CLAIM}\b|\b{_CLAIM}\b[^.!?\n]{{0,40}}\b{_TAKEN}\b")


def taken_away(page: Page, told: Collection[str]) -> tuple[int, int] | None:
    """Where a page says that the file was taken away at somebody's request, and gives nothing in its place."""
    return None if page.offer.targets or "address" in told else _taken_away(page)


@lru_cache(maxsize=4)
def _taken_away(page: Page) -> tuple[int, int] | None:
    found = _TAKEN_AWAY.search(page.raw) if len(page.raw) <= _SHORT else None
    return found.span() if found else None
