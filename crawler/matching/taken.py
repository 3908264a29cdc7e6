"""Whether a page says that a file was taken away, and whether it gives another in its place."""

import re
from collections.abc import Collection
from functools import lru_cache

from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.matching.withheld import withheld

# Who had a file taken away, and that it was: in either order, in one sentence.
_TAKEN = r"(?:removed|deleted|disabled|blocked|gone|pulled|taken (?:down|off)|took (?:it|them|this|the \w+) (?:down|off)|unavailable|not available|suspended|terminated|offline|withdrawn|entfernt|gelöscht|gesperrt|supprimé\w*|retiré\w*|eliminad[oa]|retirad[oa]|removid[oa]|rimoss[oa]|usunięt\w*|удал[её]н\w*|заблокирован\w*)"
_CLAIM = r"(?:claims?|complaints?|dmca|takedown|notices?|rights?[ -]?(?:holders?|owners?)|copyright|reported by|report (?:by|from)|(?:on|at|by) (?:the )?request|legal (?:reasons|request|demand)|cease and desist|beschwerde|rechteinhaber\w*|plainte|ayants? droit|reclamación|derechos de autor|direitos autorais|prawa autorskie|жалоб\w+|правообладат\w+)"
_TAKEN_AWAY = re.compile(rf"(?i)\b{_TAKEN}\b[^.!?\n]{{0,50}}\b{_CLAIM}\b|\b{_CLAIM}\b[^.!?\n]{{0,40}}\b{_TAKEN}\b")
# What a host writes above the name of a file that it no longer has, or of one whose links are all dead.
_NONE_LEFT = re.compile(
    r"(?im)\b(?:0|no|zero) (?:mirrors?|links?|hosts?|downloads?|sources?)\b(?: (?:are |is )?(?:left|remain\w*|available|online|alive|working|found))|\b0 (?:mirrors?|links?|hosts?|downloads?)\s*[.)]?$"
    r"|\b(?:mirrors?|links?|hosts?)\s*:\s*(?:none\b|0\b(?!\s*(?:dead|offline|down|expired|broken)))|\b(?:0|none) of \d+ (?:hosts?|mirrors?|links?|parts?)\b|\ball (?:\d+ |the |of the )?(?:mirrors?|links?|hosts?) (?:are |is )?(?:dead|down|gone|offline|expired)"
    r"|^\W*(?:error\W{1,3})?(?:40[34]\W{1,4})?(?:the |this )?(?:requested )?(?:file|download|upload|folder)(?: you(?:['’]ve)? (?:requested|are looking for|were looking for))? (?:is |was |has been |does |could )?(?:no longer (?:exists?|available|here|online|on)|(?:not|n['’]t) (?:be )?(?:found|available|exist|online|accessible|here)|gone|unavailable|removed|deleted|blocked|disabled|expired)\b"
)
# Staff close a thread because of a letter from lawyers.
_CLOSED = re.compile(
    r"(?i)\b(?:clos(?:ed|ing)|lock(?:ed|ing))\b.*?\b(?:lawyers?|solicitors?|attorneys?|legal (?:team|department|letter)|publishers?|developers?|cease and desist)\b[^.!?\n]{0,40}\b(?:wrote|written|contacted|letters?|sent|asked|told|threat\w*|e?mailed|notified|complained)\b",
    re.DOTALL,
)
_RENEWED = re.compile(
    r"(?i)\bre-?up(?:s|ped|load(?:s|ed)?)?\b|\b(?:new|fresh|working|updated) (?:links?|mirrors?|upload)\b|\bfixed\b|补档|补链|已补|新链接|重新(?:上传|分享)"
)
_SHORT = 3000


@lru_cache(maxsize=4)
def renewed(page: Page) -> bool:
    """True when the post gives a copy in place of one that it calls dead."""
    if not (page.offer.targets or page.offer.hidden or any(withheld(page.raw))) or (
        page.raw.isascii() and not _may_be_renewed(page.raw.lower())
    ):
        return False
    return _RENEWED.search(page.raw) is not None


def _may_be_renewed(text: str) -> bool:
    """Whether anything stands in a text in ASCII without which it says nothing of that: a look for it is faster."""
    return any(sign in text for sign in ("reup", "re-up", " link", " mirror", " upload", "fixed"))


def taken_away(near: Surroundings, told: Collection[str]) -> tuple[int, int] | None:
    """Where a page says that the title's file was taken away, or that none of its links is left, and gives nothing in its place."""
    page = near.page
    taken = None if page.offer.targets or "address" in told else _taken_away(page)
    return taken if taken and page.segments.speaks(taken[0], near.place.start) else None


@lru_cache(maxsize=4)
def _taken_away(page: Page) -> tuple[int, int] | None:
    if len(page.raw) > _SHORT:
        return None
    found = _TAKEN_AWAY.search(page.raw) or _NONE_LEFT.search(page.raw) or _CLOSED.search(page.raw)
    return found.span() if found else None
